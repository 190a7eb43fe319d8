#pragma once
// How far a long command is: one line on standard error that is written over, and only where that is a
// terminal. One thread.

#include <cstdint>
#include <string>

namespace yizhan::app {

class Progress {
 public:
  // `what` begins the line.
  explicit Progress(std::string what);
  // Clears the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Cheap: writes when a further hundredth is done.
  void show(int64_t done, int64_t total);

 private:
  std::string what_;
  bool terminal_;
  int64_t shown_ = -1;  // hundredths
};

}  // namespace yizhan::app
