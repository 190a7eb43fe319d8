#pragma once
// PostgreSQL's driver: one libpq connection, always in pipeline mode, with its prepared statements. One
// thread at a time. Transaction controls are held back and travel with the next statement, so that they cost
// no round trip; statements whose answers are not waited for are sent at once and answered for by the next
// that is, or by the commit.

#include <libpq-fe.h>

#include <chrono>
#include <list>
#include <unordered_map>

#include "base/random.h"
#include "db/detail/connection.h"
#include "db/detail/postgres_types.h"

namespace yizhan::db {

struct ResultDeleter {
  void operator()(PGresult* r) const { PQclear(r); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

// A statement prepared on the server for parameters of certain types (0 = left to the server).
struct PostgresStatement {
  std::string name;  // on the server; empty until prepared
  const char* text = nullptr;
  std::vector<Oid> types;
};

class PostgresConnection final : public Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const Options& options, Access access);
  ~PostgresConnection() override;

  Dialect dialect() const override { return Dialect::kPostgres; }
  Result<void> begin() override;
  Result<void> commit() override;
  void rollback() override;
  Result<void> savepoint(int level) override;
  Result<void> release(int level) override;
  Result<void> rollback_to(int level) override;
  bool in_transaction() const override { return in_transaction_; }

  Result<int64_t> run(const Statement& statement, std::span<const Param> params) override;
  Result<void> each(const Statement& statement, std::span<const Param> params, RowVisitor visitor,
                    Fetch fetch) override;
  Result<int64_t> bulk(const Query& query, const Columns& batch, const RowVisitor* visitor) override;
  Result<void> run_later(const Query& query, std::span<const Param> params) override;
  Result<void> bulk_later(const Query& query, const Columns& batch) override;
  Result<void> settle() override;
  Result<void> prepare(const Query& query) override;
  Result<void> script(std::string_view sql) override;
  uint64_t reconnects() const override { return reconnects_; }

 private:
  PostgresConnection(const Options& options, Access access);
  Result<void> connect();
  Result<void> ensure_connected();
  Result<void> set_up_session();
  Error lose(std::string_view what);

  // What was sent and has not been answered, in its order.
  struct Due {
    enum class Kind : uint8_t { kControl, kPrepare, kStatement };
    Kind kind;
    std::string name;
    PostgresStatement* prepared = nullptr;  // of kPrepare
  };

  bool alive();
  Result<void> send(const Statement& statement);
  Result<ResultPtr> exchange(const Statement& statement, const RowVisitor* visitor, Fetch fetch);
  Result<void> send_later(const Query& query);
  bool send_controls();
  Result<void> read_due();
  Result<void> flush_controls();
  Result<PostgresStatement*> find(const Statement& statement);
  PostgresStatement& composed(std::string_view text);
  void discard(PostgresStatement& statement);
  Result<ResultPtr> read_result(std::string_view name);
  Result<ResultPtr> read_stream(std::string_view name, const RowVisitor& visitor);
  Result<void> read_sync();
  void drain();
  Error error(const PGresult* result, std::string_view name) const;

  struct Composed {
    std::string text;
    PostgresStatement statement;
  };

  const Options options_;
  const Access access_;
  PGconn* connection_ = nullptr;
  Random jitter_;
  std::chrono::steady_clock::time_point next_connect_{};
  int64_t connect_pause_us_ = 0;
  uint64_t reconnects_ = 0;

  bool in_transaction_ = false;
  bool begun_on_server_ = false;  // BEGIN has been sent
  size_t unread_syncs_ = 0;       // exchanges sent whose answers nobody waited for
  std::vector<std::string> controls_;
  std::vector<Due> due_;
  PostgresValues values_;
  uint64_t statements_made_ = 0;
  std::unordered_map<const Query*, PostgresStatement> named_;
  std::list<Composed> composed_;
  std::unordered_map<std::string_view, std::list<Composed>::iterator> composed_by_text_;
};

}  // namespace yizhan::db
