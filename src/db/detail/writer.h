#pragma once
// The one thread that writes: takes the jobs waiting, runs them in one transaction, commits, reports.
// submit() from any thread; the connection belongs to the writer's thread.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "db/detail/checkpointer.h"
#include "db/detail/connection.h"

namespace yizhan::db {

class Writer {
 public:
  // `beside`: a second connection, over which the log is moved while this one writes; null = by the writer.
  Writer(const Options& options, std::unique_ptr<Connection> connection, std::unique_ptr<Connection> beside);
  ~Writer() { close(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void submit(Database::Job job, Database::Done done, Priority priority);
  // As submit(), for a checkpoint outside of any transaction.
  void checkpoint(Database::Done done);
  bool on_writer_thread() const { return std::this_thread::get_id() == thread_.get_id(); }
  void close();
  Stats stats() const;

 private:
  struct Entry {
    Database::Job job;  // empty: a checkpoint
    Database::Done done;
    Result<void> outcome;
  };

  void enqueue(Entry entry, Priority priority);
  void loop();
  std::optional<Entry> wait_for_entry();
  std::optional<Entry> next_entry(bool transactions_only);
  std::optional<size_t> pick(bool transactions_only) const;
  void run_group(Entry first);
  bool run_in_group(Entry& entry, bool first);
  bool settle_first();
  Result<void> call(Entry& entry);
  void fail_transaction(const Error& error);
  void commit_group();
  void report_group();
  void checkpoint_if_due();
  void checkpoint_now();

  const Options options_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Checkpointer> checkpointer_;
  bool moved_beside_ =
      false;  // by the checkpointer, which may be at it yet: the rest of the log is the writer's
  // to move

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::array<std::deque<Entry>, kPriorities> queues_;
  std::array<uint32_t, kPriorities> passed_over_{};  // picks since this queue last had one, while it had jobs
  bool closing_ = false;
  Stats stats_;

  // Of the writer's thread: the group, and where in it the transaction under way begins.
  std::vector<Entry> group_;
  size_t transaction_start_ = 0;
  std::thread thread_;
};

}  // namespace yizhan::db
