#pragma once
// What the writer, the reader pool and Tx need of a driver. One thread at a time. Errors are those of Tx,
// already mapped by meaning.

#include <memory>
#include <string>

#include "db/database.h"

namespace yizhan::db {

// kCheckpoint: of SQLite, for checkpoint() and nothing else.
enum class Access : uint8_t { kRead, kWrite, kCheckpoint };

// A constant (cached by its address) or composed text (cached by the text, least recently used goes).
struct Statement {
  const Query* query = nullptr;
  std::string_view text;

  std::string_view name() const { return query ? std::string_view(query->name) : "composed"; }
};

class Connection {
 public:
  virtual ~Connection() = default;
  virtual Dialect dialect() const = 0;

  // begin() connects first where that is needed. Controls may be held back and sent with the next statement.
  virtual Result<void> begin() = 0;
  // After an error the transaction is over; `outcome_unknown` in the message when it may have been committed.
  virtual Result<void> commit() = 0;
  virtual void rollback() = 0;
  virtual Result<void> savepoint(int level) = 0;
  virtual Result<void> release(int level) = 0;
  virtual Result<void> rollback_to(int level) = 0;
  // False once the whole transaction is gone (connection lost, full disk).
  virtual bool in_transaction() const = 0;

  virtual Result<int64_t> run(const Statement& statement, std::span<const Param> params) = 0;
  virtual Result<void> each(const Statement& statement, std::span<const Param> params, RowVisitor visitor,
                            Fetch fetch) = 0;
  virtual Result<int64_t> bulk(const Query& query, const Columns& batch, const RowVisitor* visitor) = 0;
  // run() and bulk() of what nobody needs to know the rows of. The error may come with a later call, at the
  // latest with settle(), savepoint(), release() or commit().
  virtual Result<void> run_later(const Query& query, std::span<const Param> params) = 0;
  virtual Result<void> bulk_later(const Query& query, const Columns& batch) = 0;
  virtual Result<void> settle() { return {}; }
  virtual Result<void> prepare(const Query& query) = 0;
  virtual Result<void> script(std::string_view sql) = 0;

  // Between transactions. SQLite: pages in the WAL after the last commit, and moving them to the file.
  enum class Checkpoint : uint8_t { kPassive, kTruncate };
  virtual int64_t wal_pages() const { return 0; }
  virtual Result<void> checkpoint(Checkpoint) { return {}; }
  virtual uint64_t reconnects() const { return 0; }
};

Result<std::unique_ptr<Connection>> open_sqlite(const Options& options, Access access);
Result<std::unique_ptr<Connection>> open_postgres(const Options& options, Access access);

inline constexpr const char* kOutcomeUnknown = "commit outcome unknown";

// kTooLarge, kInvalidArgument or kInternal for a batch that does not fit the statement.
Result<void> check_batch(const Query& query, const Columns& batch);

}  // namespace yizhan::db
