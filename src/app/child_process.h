#pragma once
// A child process whose standard output is read line by line. One thread.

#include <sys/types.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/error.h"

namespace yizhan::app {

class ChildProcess {
 public:
  // kStoreFailed when it cannot be started. Standard error goes to `error_log`.
  static Result<ChildProcess> start(const std::vector<std::string>& command, const std::string& error_log);
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  // The next line without its end; kUnavailable at the end of the output.
  Result<std::string> read_line();
  // Asks it to stop (SIGTERM), reads the rest of its output into `rest`, waits; its exit status.
  int stop(std::string* rest = nullptr);

 private:
  ChildProcess(pid_t pid, FILE* output) : pid_(pid), output_(output) {}
  pid_t pid_ = 0;
  FILE* output_ = nullptr;
};

}  // namespace yizhan::app
