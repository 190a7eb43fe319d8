#include "db/detail/writer.h"

#include <chrono>
#include <exception>

#include "base/log.h"

namespace yizhan::db {
namespace {

using SteadyClock = std::chrono::steady_clock;

uint64_t micros_since(SteadyClock::time_point start) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start).count());
}

// A waiting queue gets a job in after being passed over this often: 1 in 4 for kNormal, 1 in 16 for kBulk.
constexpr std::array<uint32_t, kPriorities> kPatience{0, 3, 15};

}  // namespace

Writer::Writer(const Options& options, std::unique_ptr<Connection> connection,
               std::unique_ptr<Connection> beside)
    : options_(options), connection_(std::move(connection)) {
  if (beside) checkpointer_ = std::make_unique<Checkpointer>(std::move(beside));
  group_.reserve(options_.writer_group_jobs);
  thread_ = std::thread([this] { loop(); });
}

void Writer::submit(Database::Job job, Database::Done done, Priority priority) {
  enqueue(Entry{std::move(job), std::move(done), {}}, priority);
}

void Writer::checkpoint(Database::Done done) { enqueue(Entry{{}, std::move(done), {}}, Priority::kUrgent); }

void Writer::enqueue(Entry entry, Priority priority) {
  Error refused;
  {
    const std::lock_guard lock(mutex_);
    auto& queue = queues_[static_cast<size_t>(priority)];
    if (!closing_ && queue.size() < options_.writer_queue_jobs) {
      queue.push_back(std::move(entry));
      work_.notify_one();
      return;
    }
    refused = closing_ ? Error{ErrorCode::kUnavailable, "the store is closed", {}}
                       : Error{ErrorCode::kBusy, "the writer's queue is full", {}};
    ++stats_.refused_jobs;
  }
  entry.done(std::unexpected(std::move(refused)));
}

void Writer::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

Stats Writer::stats() const {
  const std::lock_guard lock(mutex_);
  Stats out = stats_;
  for (size_t i = 0; i < kPriorities; ++i) out.queued[i] = queues_[i].size();
  return out;
}

void Writer::loop() {
  while (auto entry = wait_for_entry()) {
    if (entry->job) {
      run_group(*std::move(entry));
      checkpoint_if_due();
    } else {
      if (checkpointer_) checkpointer_->wait();
      entry->done(connection_->checkpoint(Connection::Checkpoint::kTruncate));
    }
  }
  checkpointer_.reset();
  if (auto done = connection_->checkpoint(Connection::Checkpoint::kTruncate); !done)
    log::warn("db last checkpoint left undone: {}", to_string(done.error()));
  connection_.reset();
}

std::optional<Writer::Entry> Writer::wait_for_entry() {
  {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [this] { return closing_ || pick(false).has_value(); });
  }
  return next_entry(false);
}

// The queue to take from: the highest that is not empty, unless a lower one has been passed over too often.
std::optional<size_t> Writer::pick(bool transactions_only) const {
  std::optional<size_t> chosen;
  for (size_t i = 0; i < kPriorities; ++i) {
    if (queues_[i].empty()) continue;
    if (!chosen || passed_over_[i] >= kPatience[i]) chosen = i;
  }
  if (chosen && transactions_only && !queues_[*chosen].front().job) return std::nullopt;
  return chosen;
}

std::optional<Writer::Entry> Writer::next_entry(bool transactions_only) {
  const std::lock_guard lock(mutex_);
  const auto chosen = pick(transactions_only);
  if (!chosen) return std::nullopt;
  for (size_t i = 0; i < kPriorities; ++i)
    passed_over_[i] = i == *chosen || queues_[i].empty() ? 0 : passed_over_[i] + 1;
  Entry entry = std::move(queues_[*chosen].front());
  queues_[*chosen].pop_front();
  return entry;
}

void Writer::run_group(Entry entry) {
  const auto start = SteadyClock::now();
  const auto budget = static_cast<uint64_t>(options_.writer_group_time.us);
  group_.clear();
  std::optional<Entry> next(std::move(entry));
  bool begun = false;
  while (next) {
    group_.push_back(*std::move(next));
    next.reset();
    const bool first = !begun;
    if (first) {
      transaction_start_ = group_.size() - 1;
      if (auto started = connection_->begin(); !started) {
        fail_transaction(started.error());
        break;
      }
      begun = true;
    }
    if (!run_in_group(group_.back(), first)) begun = false;
    if (group_.size() < options_.writer_group_jobs && micros_since(start) < budget) next = next_entry(true);
    if (next && begun && first && !settle_first()) begun = false;
  }
  if (begun) commit_group();
  {
    const std::lock_guard lock(mutex_);
    stats_.group_us += micros_since(start);
    stats_.largest_group = std::max<uint64_t>(stats_.largest_group, group_.size());
    stats_.reconnects = connection_->reconnects();
  }
  report_group();
}

// Runs one job; false when there is no transaction any more. A transaction's first job needs no savepoint: to
// undo it is to roll everything back.
bool Writer::run_in_group(Entry& entry, bool first) {
  if (!first) {
    if (auto marked = connection_->savepoint(0); !marked) {
      fail_transaction(marked.error());
      connection_->rollback();
      return false;
    }
  }
  entry.outcome = call(entry);
  if (!first && entry.outcome) entry.outcome = connection_->settle();
  if (!connection_->in_transaction()) {
    fail_transaction(entry.outcome ? Error{ErrorCode::kUnavailable, "the transaction is gone", {}}
                                   : entry.outcome.error());
    return false;
  }
  if (first) {
    if (!entry.outcome) connection_->rollback();
    return entry.outcome.has_value();
  }
  auto ended = entry.outcome ? connection_->release(0) : connection_->rollback_to(0);
  if (ended) return true;
  fail_transaction(ended.error());
  connection_->rollback();
  return false;
}

// A transaction's first job may still be answered for by the commit, as long as it is alone in it; false when
// it failed.
bool Writer::settle_first() {
  auto settled = connection_->settle();
  if (settled) return true;
  fail_transaction(settled.error());
  connection_->rollback();
  return false;
}

Result<void> Writer::call(Entry& entry) {
  Tx tx(*connection_);
  try {
    Result<void> outcome = entry.job(tx);
    if (tx.lost()) return std::unexpected(*tx.lost());
    return outcome;
  } catch (const std::exception& e) {
    return fail(ErrorCode::kInternal, std::string("a write threw: ") + e.what());
  }
}

// The whole transaction is undone, so every job in it has failed, also one whose own error may have come from
// what another had written. Jobs before transaction_start_ failed alone and keep their errors.
void Writer::fail_transaction(const Error& error) {
  for (size_t i = transaction_start_; i < group_.size(); ++i) group_[i].outcome = std::unexpected(error);
}

void Writer::commit_group() {
  const auto start = SteadyClock::now();
  auto committed = connection_->commit();
  const uint64_t took = micros_since(start);
  if (!committed) {
    log::error("db commit of {} jobs failed: {}", group_.size(), to_string(committed.error()));
    fail_transaction(committed.error());
  }
  const std::lock_guard lock(mutex_);
  stats_.commit_us += took;
  ++(committed ? stats_.commits : stats_.failed_commits);
}

void Writer::report_group() {
  uint64_t failed = 0;
  for (const Entry& entry : group_) failed += entry.outcome ? 0 : 1;
  {
    const std::lock_guard lock(mutex_);
    stats_.failed_jobs += failed;
    stats_.jobs += group_.size() - failed;
  }
  for (Entry& entry : group_) {
    entry.job = nullptr;  // what the job holds goes before its caller is woken
    entry.done(std::move(entry.outcome));
  }
  group_.clear();
}

// The checkpointer moves what is in the log by now, the writer what came in meanwhile, so that the log begins
// anew. A log of twice the size is waited for.
void Writer::checkpoint_if_due() {
  const int64_t pages = connection_->wal_pages();
  if (moved_beside_) {
    if (checkpointer_->under_way()) {
      if (pages < 2 * options_.checkpoint_pages) return;
      checkpointer_->wait();
    }
    moved_beside_ = false;
    return checkpoint_now();
  }
  if (pages < options_.checkpoint_pages) return;
  if (!checkpointer_) return checkpoint_now();
  checkpointer_->start();
  moved_beside_ = true;
}

void Writer::checkpoint_now() {
  if (auto done = connection_->checkpoint(Connection::Checkpoint::kPassive); !done)
    log::warn("db checkpoint: {}", to_string(done.error()));
  const std::lock_guard lock(mutex_);
  ++stats_.checkpoints;
}

}  // namespace yizhan::db
