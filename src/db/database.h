#pragma once
// A store: one writer thread that commits jobs in groups, and a pool of readers. Any thread may call
// anything.

#include <functional>
#include <memory>
#include <string>

#include "base/limits.h"
#include "db/tx.h"

namespace yizhan::db {

enum class Synchronous : uint8_t { kFull, kNormal, kOff };

// Which queue of the writer a job waits in. Lower classes get a small share while higher ones wait; jobs of
// one class run in the order of their submission.
enum class Priority : uint8_t { kUrgent, kNormal, kBulk };
inline constexpr size_t kPriorities = 3;

struct Options {
  Dialect dialect = Dialect::kSqlite;
  std::string path;      // SQLite: the database file; its folder must exist
  std::string conninfo;  // PostgreSQL: as for libpq
  int reader_connections = 4;
  Duration reader_wait = seconds(5);   // for a free reader; then kBusy
  Duration busy_timeout = seconds(5);  // for another process's lock; then kBusy
  size_t writer_queue_jobs = limits::kWriterQueueJobs;
  size_t writer_group_jobs = limits::kWriterGroupJobs;
  Duration writer_group_time = milliseconds(20);  // no job is added to a group after this
  // SQLite only
  std::string vfs;  // the layer under its files, registered before; empty = the system's
  Synchronous synchronous = Synchronous::kFull;
  int page_bytes = 4096;            // of a new file
  int64_t checkpoint_pages = 8192;  // WAL size that starts a checkpoint
  // While the file is smaller than 1 GB, SQLite may look through all of the writer's cache at each commit:
  // its page balancing numbers a page for a moment beyond that (262,145 with pages of 4 KiB), and so it seems
  // to have pages to drop. Four times as much costs a sending campaign a tenth.
  int64_t writer_cache_bytes = 16 << 20;
  int64_t reader_cache_bytes = 16 << 20;
  int64_t mmap_bytes = 128 << 20;  // the writer's; what is read of it counts as resident memory
  int64_t max_pages = 0;           // 0 = the disk is the limit
  // PostgreSQL only: after failed connects, the pause doubles between these two, with jitter
  Duration reconnect_min = milliseconds(100);
  Duration reconnect_max = seconds(5);
};

// Since opening. Times in microseconds.
struct Stats {
  uint64_t commits = 0;
  uint64_t failed_commits = 0;
  uint64_t jobs = 0;          // that were committed
  uint64_t failed_jobs = 0;   // that were rolled back
  uint64_t refused_jobs = 0;  // queue full
  uint64_t largest_group = 0;
  uint64_t commit_us = 0;  // total time in COMMIT
  uint64_t group_us = 0;   // total time from BEGIN to the end of COMMIT
  uint64_t checkpoints = 0;
  uint64_t reconnects = 0;
  std::array<uint64_t, kPriorities> queued{};  // now, by Priority
  int64_t file_bytes = 0;                      // SQLite: database and WAL; PostgreSQL: 0
};

// Whether this error of write() or submit() leaves open if the changes were committed.
bool outcome_unknown(const Error& error);

class Database {
 public:
  using Job = std::move_only_function<Result<void>(Tx&)>;
  using Done = std::move_only_function<void(Result<void>)>;

  // kUnavailable when the server does not answer, kCorrupt for a file that is no database, kInvalidArgument
  // for options that make no sense, kStoreFailed when the file cannot be opened.
  static Result<std::unique_ptr<Database>> open(const Options& options);
  virtual ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs fn, Result<T>(Tx&), on the calling thread over a consistent snapshot. kBusy when no reader becomes
  // free in time. Writes fail (kInternal). A read inside a read takes a second reader.
  template <class Fn>
  auto read(Fn&& fn) -> std::invoke_result_t<Fn&, Tx&> {
    std::optional<std::invoke_result_t<Fn&, Tx&>> result;
    auto call = [&](Tx& tx) -> Result<void> {
      result.emplace(fn(tx));
      if (!*result) return std::unexpected(result->error());
      return {};
    };
    if (auto done = run_read(TxCall(call)); !done) return std::unexpected(std::move(done).error());
    return *std::move(result);
  }

  // Runs fn, Result<T>(Tx&), on the writer thread in one transaction with others and returns once that is
  // durable. An error of fn undoes fn's changes only. From the writer thread itself: kInternal. kBusy when
  // the queue is full. fn may run only once or not at all.
  template <class Fn>
  auto write(Fn&& fn, Priority priority = Priority::kUrgent) -> std::invoke_result_t<Fn&, Tx&> {
    std::optional<std::invoke_result_t<Fn&, Tx&>> result;
    auto call = [&](Tx& tx) -> Result<void> {
      result.emplace(fn(tx));
      if (!*result) return std::unexpected(result->error());
      return {};
    };
    if (auto done = run_write(TxCall(call), priority); !done) return std::unexpected(std::move(done).error());
    return *std::move(result);
  }

  // As write() without waiting: `done` is called exactly once, on the writer thread after the commit or with
  // the error; at once on the calling thread when the queue is full (kBusy) or the database is closed
  // (kUnavailable). It must be short, and may submit. A COMMIT whose outcome cannot be known is reported as
  // kUnavailable or kStoreFailed, see outcome_unknown().
  virtual void submit(Job job, Done done, Priority priority = Priority::kNormal) = 0;

  // SQLite: moves the WAL into the database file and empties it (kBusy while a reader holds it back).
  // PostgreSQL: nothing, the server sees to it.
  virtual Result<void> checkpoint() = 0;
  virtual Stats stats() const = 0;
  virtual Dialect dialect() const = 0;

  // Refuses new jobs, runs those queued, closes. Idempotent; the destructor does it too. Not from the writer
  // thread, and not while reads are under way.
  virtual void close() = 0;

 protected:
  // A borrowed callable Result<void>(Tx&).
  class TxCall {
   public:
    template <class Fn>
    explicit TxCall(Fn& fn)
        : context_(&fn), call_([](void* context, Tx& tx) { return (*static_cast<Fn*>(context))(tx); }) {}
    Result<void> operator()(Tx& tx) const { return call_(context_, tx); }

   private:
    void* context_;
    Result<void> (*call_)(void*, Tx&);
  };

  Database() = default;
  virtual Result<void> run_read(TxCall call) = 0;
  virtual Result<void> run_write(TxCall call, Priority priority) = 0;
};

}  // namespace yizhan::db
