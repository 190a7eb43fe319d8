#pragma once
// A long piece of work written as many jobs, one after the other: the caller makes the next while the
// writer's thread writes those before. After a job that failed no later one is run, so that nothing is left
// out in the middle. One thread at a time but for what it hands the writer.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

#include "db/database.h"

namespace yizhan::db {

class OrderedWrites {
 public:
  // At most `under_way` jobs wait or run; add() blocks until there is room.
  OrderedWrites(Database& database, size_t under_way, Priority priority)
      : database_(database), under_way_most_(under_way), priority_(priority) {}
  ~OrderedWrites() { wait_below(1); }
  OrderedWrites(const OrderedWrites&) = delete;
  OrderedWrites& operator=(const OrderedWrites&) = delete;

  // The error of a job that failed before, and this one is not run. `written` is called on the writer's
  // thread once the job is durable.
  Result<> add(Database::Job job, std::function<void()> written = {});
  // Until all are written; the first error.
  Result<> finish();

 private:
  void wait_below(size_t most);
  std::optional<Error> failure();
  void note(const Error& error);
  void done(const Result<>& outcome, const std::function<void()>& written);

  Database& database_;
  const size_t under_way_most_;
  const Priority priority_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t under_way_ = 0;
  std::optional<Error> failed_;
};

}  // namespace yizhan::db
