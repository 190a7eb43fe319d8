#pragma once
// Keeps the file `instance` of the data folder behind the database by a bounded time, so that the next start
// knows a restored backup when it sees one. While sending is halted because of one, the file stays as it is:
// who puts the right database back has lost nothing; the release records what is here then.
// create(), start() and stop(): the thread that starts the server; the rest: any thread.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "store/lineage.h"

namespace yizhan::app {

class InstanceWatch {
 public:
  // Compares the database with the file and halts all sending when they do not fit.
  static Result<std::unique_ptr<InstanceWatch>> create(const store::Store& store, std::string data_folder);
  ~InstanceWatch() { stop(); }

  void start();
  // The last time before the store closes. No more after that.
  void stop();
  // Now, if there is anything new and the database is the one that was here, or was released.
  Result<> write();
  // The same; what goes wrong is logged, once while it lasts, and tried again.
  void write_or_say();

 private:
  InstanceWatch(const store::Store& store, std::string data_folder)
      : store_(store), data_folder_(std::move(data_folder)) {}

  const store::Store& store_;
  const std::string data_folder_;
  std::mutex writing_;
  std::optional<store::LineageMark> written_;  // by this process
  std::atomic<bool> failing_{false};           // and it was said

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace yizhan::app
