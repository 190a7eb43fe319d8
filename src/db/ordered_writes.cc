#include "db/ordered_writes.h"

#include <utility>

namespace yizhan::db {

Result<> OrderedWrites::add(Database::Job job, std::function<void()> written) {
  wait_below(under_way_most_);
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return std::unexpected(*failed_);
    ++under_way_;
  }
  database_.submit(
      [this, job = std::move(job)](Tx& tx) mutable -> Result<> {
        if (auto before = failure()) return std::unexpected(*std::move(before));
        auto outcome = job(tx);
        // Noted now: the next may run before this one's end is reported.
        if (!outcome) note(outcome.error());
        return outcome;
      },
      [this, written = std::move(written)](const Result<>& outcome) { done(outcome, written); }, priority_);
  return {};
}

Result<> OrderedWrites::finish() {
  wait_below(1);
  if (auto first = failure()) return std::unexpected(*std::move(first));
  return {};
}

void OrderedWrites::wait_below(size_t most) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return under_way_ < most; });
}

std::optional<Error> OrderedWrites::failure() {
  const std::lock_guard lock(mutex_);
  return failed_;
}

void OrderedWrites::note(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failed_) failed_ = error;
}

void OrderedWrites::done(const Result<>& outcome, const std::function<void()>& written) {
  if (outcome && written) written();
  if (!outcome) note(outcome.error());
  const std::lock_guard lock(mutex_);
  --under_way_;
  changed_.notify_all();
}

}  // namespace yizhan::db
