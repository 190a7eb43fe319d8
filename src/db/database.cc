#include "db/database.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>

#include "base/log.h"
#include "db/detail/reader_pool.h"
#include "db/detail/writer.h"

namespace yizhan::db {
namespace {

Result<std::unique_ptr<Connection>> open_connection(const Options& options, Access access) {
  return options.dialect == Dialect::kSqlite ? open_sqlite(options, access) : open_postgres(options, access);
}

class Store final : public Database {
 public:
  Store(const Options& options, std::unique_ptr<Connection> writer, std::unique_ptr<Connection> checkpointer)
      : options_(options), readers_(options), writer_(options, std::move(writer), std::move(checkpointer)) {}
  ~Store() override { Store::close(); }

  void submit(Job job, Done done, Priority priority) override {
    writer_.submit(std::move(job), std::move(done), priority);
  }

  Result<void> checkpoint() override {
    return await([&](Done done) { writer_.checkpoint(std::move(done)); });
  }

  Stats stats() const override {
    Stats out = writer_.stats();
    if (options_.dialect == Dialect::kSqlite) {
      for (const char* suffix : {"", "-wal"}) {
        std::error_code ignored;
        const auto size = std::filesystem::file_size(options_.path + suffix, ignored);
        if (!ignored) out.file_bytes += static_cast<int64_t>(size);
      }
    }
    return out;
  }

  Dialect dialect() const override { return options_.dialect; }

  void close() override {
    readers_.close();
    writer_.close();
  }

 protected:
  Result<void> run_read(TxCall call) override;

  Result<void> run_write(TxCall call, Priority priority) override {
    return await(
        [&](Done done) { writer_.submit([call](Tx& tx) { return call(tx); }, std::move(done), priority); });
  }

 private:
  // Starts something asynchronous and waits for its end.
  template <class Start>
  Result<void> await(Start&& start) {
    if (writer_.on_writer_thread())
      return fail(ErrorCode::kInternal,
                  "a write inside a write would wait for itself; use its Tx, or submit()");
    std::mutex mutex;
    std::condition_variable finished;
    std::optional<Result<void>> outcome;
    start([&](Result<void> result) {
      // Notified under the lock: the waiter, whose stack this is, cannot leave before the lock is free.
      const std::lock_guard lock(mutex);
      outcome.emplace(std::move(result));
      finished.notify_one();
    });
    std::unique_lock lock(mutex);
    finished.wait(lock, [&] { return outcome.has_value(); });
    return *std::move(outcome);
  }

  const Options options_;
  ReaderPool readers_;
  Writer writer_;
};

Result<void> Store::run_read(TxCall call) {
  auto connection = YZ_TRY(readers_.take());
  auto result = [&]() -> Result<void> {
    YZ_CHECK(connection->begin());
    Tx tx(*connection);
    try {
      Result<void> outcome = call(tx);
      if (tx.lost()) return std::unexpected(*tx.lost());
      return outcome;
    } catch (const std::exception& e) {
      return fail(ErrorCode::kInternal, std::string("a read threw: ") + e.what());
    }
  }();
  connection->rollback();
  readers_.give_back(std::move(connection));
  return result;
}

Result<void> check(const Options& o) {
  const auto bad = [](const char* what, const char* field) {
    return fail(ErrorCode::kInvalidArgument, what, field);
  };
  if (o.dialect == Dialect::kSqlite &&
      (o.path.empty() || o.path.starts_with(':') || o.path.starts_with("file:")))
    return bad("the path of a file is needed", "path");
  if (o.reader_connections < 1 || o.reader_connections > limits::kReaderConnections)
    return bad("out of range", "reader_connections");
  if (o.writer_queue_jobs < 1 || o.writer_group_jobs < 1) return bad("must be positive", "writer_queue_jobs");
  if (o.page_bytes < 512 || o.page_bytes > 65536 || (o.page_bytes & (o.page_bytes - 1)) != 0)
    return bad("must be a power of two from 512 to 65536", "page_bytes");
  if (o.checkpoint_pages < 1) return bad("must be positive", "checkpoint_pages");
  return {};
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
  YZ_CHECK(check(options));
  auto writer = YZ_TRY(open_connection(options, Access::kWrite));
  std::unique_ptr<Connection> checkpointer;
  if (options.dialect == Dialect::kSqlite)
    checkpointer = YZ_TRY(open_connection(options, Access::kCheckpoint));
  return std::make_unique<Store>(options, std::move(writer), std::move(checkpointer));
}

Result<std::unique_ptr<Connection>> ReaderPool::take() {
  {
    std::unique_lock lock(mutex_);
    const auto wait = std::chrono::microseconds(options_.reader_wait.us);
    const bool free = returned_.wait_for(
        lock, wait, [this] { return closed_ || !idle_.empty() || out_ < options_.reader_connections; });
    if (closed_) return fail(ErrorCode::kUnavailable, "the store is closed");
    if (!free) return fail(ErrorCode::kBusy, "no reader is free");
    ++out_;
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto opened = open_connection(options_, Access::kRead);
  if (!opened) give_back(nullptr);
  return opened;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  --out_;
  if (connection && !closed_) idle_.push_back(std::move(connection));
  returned_.notify_one();
}

void ReaderPool::close() {
  std::vector<std::unique_ptr<Connection>> idle;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  idle.swap(idle_);
  returned_.notify_all();
}

bool outcome_unknown(const Error& error) { return error.message.starts_with(kOutcomeUnknown); }

}  // namespace yizhan::db
