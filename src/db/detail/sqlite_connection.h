#pragma once
// SQLite's driver: one sqlite3 handle and its prepared statements. One thread at a time.

#include <sqlite3.h>

#include <list>
#include <unordered_map>

#include "db/detail/connection.h"

namespace yizhan::db {

// A prepared statement; `ordinal[i]` is the number of the parameter at position i + 1, empty when they agree.
struct SqliteStatement {
  sqlite3_stmt* handle = nullptr;
  const char* text = nullptr;  // of a Query: guards against an address that came to hold another Query
  std::vector<uint16_t> ordinal;
  bool in_use = false;

  SqliteStatement() = default;
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() { sqlite3_finalize(handle); }
};

class SqliteConnection final : public Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const Options& options, Access access);
  ~SqliteConnection() override;

  Dialect dialect() const override { return Dialect::kSqlite; }
  Result<void> begin() override;
  Result<void> commit() override;
  void rollback() override;
  Result<void> savepoint(int level) override;
  Result<void> release(int level) override;
  Result<void> rollback_to(int level) override;
  bool in_transaction() const override { return sqlite3_get_autocommit(db_) == 0; }

  Result<int64_t> run(const Statement& statement, std::span<const Param> params) override;
  Result<void> each(const Statement& statement, std::span<const Param> params, RowVisitor visitor,
                    Fetch fetch) override;
  Result<int64_t> bulk(const Query& query, const Columns& batch, const RowVisitor* visitor) override;
  Result<void> run_later(const Query& query, std::span<const Param> params) override;
  Result<void> bulk_later(const Query& query, const Columns& batch) override;
  Result<void> prepare(const Query& query) override;
  Result<void> script(std::string_view sql) override;

  int64_t wal_pages() const override { return wal_pages_; }
  Result<void> checkpoint(Checkpoint mode) override;

 private:
  // Borrows a statement from the cache, or owns a spare when the cached one is being stepped further up the
  // stack.
  class Use {
   public:
    Use(SqliteStatement& statement, std::unique_ptr<SqliteStatement> spare)
        : statement_(&statement), spare_(std::move(spare)) {
      statement_->in_use = true;
    }
    Use(Use&& other) noexcept
        : statement_(std::exchange(other.statement_, nullptr)), spare_(std::move(other.spare_)) {}
    Use& operator=(Use&&) = delete;
    ~Use() {
      if (!statement_) return;
      sqlite3_reset(statement_->handle);
      statement_->in_use = false;
    }
    sqlite3_stmt* handle() const { return statement_->handle; }
    const SqliteStatement& operator*() const { return *statement_; }

   private:
    SqliteStatement* statement_;
    std::unique_ptr<SqliteStatement> spare_;
  };

  SqliteConnection(sqlite3* db, Access access) : db_(db), access_(access) {}
  Result<void> configure(const Options& options);
  Result<void> pragma(const std::string& sql);
  Result<void> write_ahead_log();
  Result<Use> use(const Statement& statement);
  Result<Use> use_named(const char* const& text, const char* name);
  Result<Use> use_text(std::string_view text);
  Result<void> compile(const char* sql, size_t size, SqliteStatement& out, std::string_view name);
  Result<void> bind_all(const SqliteStatement& statement, std::span<const Param> params,
                        std::string_view name);
  int bind(sqlite3_stmt* handle, int position, const Param& param);
  Result<int64_t> bulk_whole(const Query& query, const Columns& batch, const RowVisitor* visitor);
  Result<int64_t> step_all(sqlite3_stmt* handle, const RowVisitor* visitor, std::string_view name,
                           bool* stopped);
  Error error(int code, std::string_view name) const;
  std::string unique_name(std::string_view message, int code) const;
  std::string index_name(const std::string& table, const std::string& columns) const;

  struct Composed {
    std::string text;
    std::unique_ptr<SqliteStatement> statement;
  };

  sqlite3* db_;
  Access access_;
  int64_t wal_pages_ = 0;
  std::unordered_map<const void*, std::unique_ptr<SqliteStatement>> named_;  // by the member of a Query
  std::list<Composed> composed_;                                             // most recently used first
  std::unordered_map<std::string_view, std::list<Composed>::iterator> composed_by_text_;
};

}  // namespace yizhan::db
