#pragma once
// A database in front of another: runs a test's own step around what write() does, on the thread that called
// it (before the commit: the writer's). Steps come one at a time: what one thread committed goes no further
// while the step of another, which may have seen that commit, is under way. Steps may be set at any time; set
// them to nothing before what they refer to is gone. Jobs given to submit() pass untouched.

#include <atomic>
#include <functional>
#include <mutex>
#include <utility>

#include "db/database.h"

namespace yizhan::testing {

class HookedDatabase final : public db::Database {
 public:
  explicit HookedDatabase(db::Database& inner) : inner_(inner) {}

  // Inside the transaction, when all of it went well; an error undoes it, as a failing commit does.
  void before_commit(std::function<Result<void>(db::Tx&)> step) {
    const std::lock_guard lock(before_);
    before_commit_ = std::move(step);
  }
  // After the commit; an error is what write() returns instead of its success.
  void after_commit(std::function<Result<void>()> step) {
    const std::lock_guard lock(after_);
    after_commit_ = std::move(step);
  }
  // Snapshots taken so far.
  std::atomic<int64_t> reads = 0;

  void submit(Job job, Done done, db::Priority priority) override {
    inner_.submit(std::move(job), std::move(done), priority);
  }
  Result<void> checkpoint() override { return inner_.checkpoint(); }
  db::Stats stats() const override { return inner_.stats(); }
  db::Dialect dialect() const override { return inner_.dialect(); }
  void close() override { inner_.close(); }

 protected:
  Result<void> run_read(TxCall call) override {
    ++reads;
    return inner_.read([&](db::Tx& tx) { return call(tx); });
  }
  Result<void> run_write(TxCall call, db::Priority priority) override {
    auto done = inner_.write(
        [&](db::Tx& tx) -> Result<void> {
          YZ_CHECK(call(tx));
          const std::lock_guard lock(before_);
          return before_commit_ ? before_commit_(tx) : Result<void>{};
        },
        priority);
    const std::lock_guard lock(after_);
    return done && after_commit_ ? after_commit_() : done;
  }

 private:
  db::Database& inner_;
  std::mutex before_, after_;
  std::function<Result<void>(db::Tx&)> before_commit_;
  std::function<Result<void>()> after_commit_;
};

}  // namespace yizhan::testing
