#pragma once
// A bounded set of read connections, opened as they are needed, lent to one thread each. Any thread.

#include <condition_variable>
#include <mutex>
#include <vector>

#include "db/detail/connection.h"

namespace yizhan::db {

class ReaderPool {
 public:
  explicit ReaderPool(const Options& options) : options_(options) {}

  // A connection, waited for at most options.reader_wait (kBusy), or its opening's error.
  Result<std::unique_ptr<Connection>> take();
  void give_back(std::unique_ptr<Connection> connection);
  void close();

 private:
  const Options options_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // last used first: its caches are warm
  int out_ = 0;
  bool closed_ = false;
};

}  // namespace yizhan::db
