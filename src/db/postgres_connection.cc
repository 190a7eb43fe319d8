#include "db/detail/postgres_connection.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstring>

#include "base/limits.h"
#include "base/log.h"
#include "db/detail/postgres_types.h"

namespace yizhan::db {
namespace {

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' || c == '\t' ? ' ' : c;
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

struct State {
  std::string_view prefix;  // of the SQLSTATE (PostgreSQL documentation, appendix A)
  ErrorCode code;
};
// The first prefix that fits.
constexpr State kStates[] = {
    {"23505", ErrorCode::kConflict},    {"23P01", ErrorCode::kConflict},
    {"23", ErrorCode::kWrongState},     {"53100", ErrorCode::kDiskFull},
    {"53300", ErrorCode::kUnavailable}, {"53", ErrorCode::kBusy},
    {"40", ErrorCode::kBusy},           {"55P03", ErrorCode::kBusy},
    {"57014", ErrorCode::kTimeout},     {"57P", ErrorCode::kUnavailable},
    {"08P01", ErrorCode::kInternal},    {"08", ErrorCode::kUnavailable},
    {"XX001", ErrorCode::kCorrupt},     {"XX002", ErrorCode::kCorrupt},
    {"21", ErrorCode::kInternal},       {"22", ErrorCode::kInvalidArgument},
    {"25", ErrorCode::kInternal},       {"42", ErrorCode::kInternal},
    {"0A", ErrorCode::kInternal},       {"26", ErrorCode::kInternal},
    {"54", ErrorCode::kTooLarge},
};

ErrorCode code_of(std::string_view state) {
  for (const State& s : kStates)
    if (state.starts_with(s.prefix)) return s.code;
  return ErrorCode::kStoreFailed;
}

std::string field_of(const PGresult* result, int code) {
  const char* value = PQresultErrorField(result, code);
  return value ? value : "";
}

int64_t affected(PGresult* result) {
  const std::string_view text = PQcmdTuples(result);
  int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

bool succeeded(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

Error disconnected(std::string_view what) {
  return Error{
      ErrorCode::kUnavailable, fmt::format("connection to the database lost: {}", one_line(what)), {}};
}

// A result's types are checked once, so that Row can rely on them.
Result<void> check_types(const PGresult* result, std::string_view name) {
  for (int i = 0; i < PQnfields(result); ++i)
    if (!is_supported(PQftype(result, i)))
      return fail(ErrorCode::kInternal, fmt::format("{}: column {} needs a cast", name, PQfname(result, i)));
  return {};
}

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(const Options& options, Access access) {
  return PostgresConnection::open(options, access);
}

PostgresConnection::PostgresConnection(const Options& options, Access access)
    : options_(options),
      access_(access),
      jitter_(static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
              reinterpret_cast<uintptr_t>(this)) {}

PostgresConnection::~PostgresConnection() { PQfinish(connection_); }

Result<std::unique_ptr<Connection>> PostgresConnection::open(const Options& options, Access access) {
  std::unique_ptr<PostgresConnection> out(new PostgresConnection(options, access));
  YZ_CHECK(out->connect());
  return out;
}

Result<void> PostgresConnection::connect() {
  // What stands before dbname is a default, what stands after it overrides the caller's.
  const char* const keys[] = {"connect_timeout", "application_name", "dbname", "client_encoding", nullptr};
  const char* const values[] = {"5", "yizhan", options_.conninfo.c_str(), "UTF8", nullptr};
  connection_ = PQconnectdbParams(keys, values, 1);
  if (PQstatus(connection_) != CONNECTION_OK) {
    return std::unexpected(lose(connection_ ? PQerrorMessage(connection_) : "out of memory"));
  }
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
  if (auto done = set_up_session(); !done) {
    lose("session set-up");
    return done;
  }
  PQenterPipelineMode(connection_);
  return {};
}

Result<void> PostgresConnection::set_up_session() {
  const char* encoding = PQparameterStatus(connection_, "server_encoding");
  if (!encoding || std::string_view(encoding) != "UTF8")
    return fail(ErrorCode::kInvalidArgument, "the database's encoding must be UTF8", "conninfo");
  std::string sql = fmt::format("SET lock_timeout = {}; SET jit = off; ", options_.busy_timeout.us / 1000);
  // The writer goes by keys. A plan that was made while a table was new and empty looks through all of it, or
  // sorts what an index would give in order, and is kept until the table is analyzed.
  if (access_ == Access::kWrite)
    sql +=
        "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; "
        "SET enable_mergejoin = off; ";
  if (options_.synchronous == Synchronous::kOff)
    sql += "SET synchronous_commit = off";
  else  // a stronger setting of the server's is left alone
    sql +=
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = "
        "'off'";
  const ResultPtr result(PQexec(connection_, sql.c_str()));
  if (!succeeded(result.get())) return std::unexpected(error(result.get(), "session"));
  return {};
}

Result<void> PostgresConnection::ensure_connected() {
  if (connection_) return {};
  const auto now = std::chrono::steady_clock::now();
  if (now < next_connect_) return fail(ErrorCode::kUnavailable, "the database is not connected");
  if (auto done = connect(); !done) {
    connect_pause_us_ =
        std::clamp(connect_pause_us_ * 2, options_.reconnect_min.us, options_.reconnect_max.us);
    const double share = 0.5 + 0.5 * jitter_.fraction();
    next_connect_ =
        now + std::chrono::microseconds(static_cast<int64_t>(share * static_cast<double>(connect_pause_us_)));
    return done;
  }
  connect_pause_us_ = 0;
  ++reconnects_;
  log::info("db reconnected to PostgreSQL");
  return {};
}

// Everything that lived in the connection is gone; the next begin() connects anew.
Error PostgresConnection::lose(std::string_view what) {
  Error out = disconnected(what);
  PQfinish(connection_);
  connection_ = nullptr;
  in_transaction_ = false;
  begun_on_server_ = false;
  unread_syncs_ = 0;
  controls_.clear();
  due_.clear();
  named_.clear();
  composed_by_text_.clear();
  composed_.clear();
  return out;
}

// Notices a server that has gone away while nothing was asked of it: first its farewell is read, then the
// end.
bool PostgresConnection::alive() {
  return connection_ && PQconsumeInput(connection_) == 1 && PQconsumeInput(connection_) == 1 &&
         PQstatus(connection_) == CONNECTION_OK;
}

Result<void> PostgresConnection::begin() {
  drain();
  if (connection_ && !alive()) lose("while idle");
  YZ_CHECK(ensure_connected());
  controls_.clear();
  controls_.emplace_back(access_ == Access::kWrite ? "BEGIN"
                                                   : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  in_transaction_ = true;
  begun_on_server_ = false;
  return {};
}

Result<void> PostgresConnection::commit() {
  if (!in_transaction_) return fail(ErrorCode::kUnavailable, "the transaction is gone");
  if (!begun_on_server_) {
    controls_.clear();
    in_transaction_ = false;
    return {};
  }
  if (!alive()) return std::unexpected(lose("before the commit"));
  controls_.emplace_back("COMMIT");
  auto done = flush_controls();
  if (!done && done.error().code == ErrorCode::kUnavailable)
    done.error().message = fmt::format("{}: {}", kOutcomeUnknown, done.error().message);
  else if (!done)
    rollback();
  in_transaction_ = false;
  begun_on_server_ = false;
  return done;
}

void PostgresConnection::rollback() {
  if (!in_transaction_ || !connection_) return;
  [[maybe_unused]] const auto settled = settle();  // what failed is undone anyway
  if (!in_transaction_ || !connection_) return;
  in_transaction_ = false;
  controls_.clear();
  if (!std::exchange(begun_on_server_, false)) return;
  if (PQsendQueryParams(connection_, "ROLLBACK", 0, nullptr, nullptr, nullptr, nullptr, 1) != 1 ||
      PQpipelineSync(connection_) != 1) {
    lose("at a rollback");
    return;
  }
  ++unread_syncs_;
}

// Reads the answers that nobody waited for.
void PostgresConnection::drain() {
  while (connection_ && unread_syncs_ > 0) {
    --unread_syncs_;
    if (auto done = read_sync(); !done) return;
  }
}

// A savepoint, and its end, come after what can fail before them has been answered for.
Result<void> PostgresConnection::savepoint(int level) {
  YZ_CHECK(settle());
  controls_.push_back(fmt::format("SAVEPOINT l{}", level));
  return {};
}

Result<void> PostgresConnection::release(int level) {
  YZ_CHECK(settle());
  if (!controls_.empty() && controls_.back() == fmt::format("SAVEPOINT l{}", level))
    controls_.pop_back();
  else
    controls_.push_back(fmt::format("RELEASE l{}", level));
  return {};
}

Result<void> PostgresConnection::rollback_to(int level) {
  if (auto settled = settle(); !settled && !in_transaction_) return settled;
  if (!controls_.empty() && controls_.back() == fmt::format("SAVEPOINT l{}", level)) {
    controls_.pop_back();
  } else {
    controls_.push_back(fmt::format("ROLLBACK TO l{}", level));
    controls_.push_back(fmt::format("RELEASE l{}", level));
  }
  return {};
}

bool PostgresConnection::send_controls() {
  for (const std::string& sql : controls_) {
    if (PQsendQueryParams(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1) != 1)
      return false;
    due_.push_back({Due::Kind::kControl, sql});
    begun_on_server_ = true;
  }
  controls_.clear();
  return true;
}

// One answer and the null that ends it.
Result<ResultPtr> PostgresConnection::read_result(std::string_view name) {
  ResultPtr result(PQgetResult(connection_));
  if (PQstatus(connection_) == CONNECTION_BAD) return std::unexpected(lose(PQerrorMessage(connection_)));
  if (!result) return std::unexpected(lose("no answer where one was due"));
  if (ResultPtr rest(PQgetResult(connection_)); rest) return std::unexpected(lose("an answer out of order"));
  if (!succeeded(result.get())) return std::unexpected(error(result.get(), name));
  return result;
}

// Reads up to the end of the exchange, over whatever answers are left in it.
Result<void> PostgresConnection::read_sync() {
  int empty = 0;
  while (connection_) {
    const ResultPtr result(PQgetResult(connection_));
    if (result && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) return {};
    if (PQstatus(connection_) == CONNECTION_BAD) break;
    empty = result ? 0 : empty + 1;
    if (empty > 2) break;
  }
  return std::unexpected(lose(connection_ ? PQerrorMessage(connection_) : "already"));
}

// Reads the answers that are due, before their exchange's end; the first error among them. A control that
// fails leaves no transaction that could be trusted.
Result<void> PostgresConnection::read_due() {
  std::optional<Error> failed;
  bool control_failed = false;
  for (const Due& due : std::exchange(due_, {})) {
    auto result = read_result(due.name);
    if (!connection_) return std::unexpected(std::move(result).error());
    if (result && due.name == "COMMIT" && PQcmdStatus(result->get()) != due.name)
      result = fail(ErrorCode::kStoreFailed, "the server rolled the transaction back");
    if (result) continue;
    if (due.kind == Due::Kind::kPrepare) due.prepared->name.clear();
    control_failed = control_failed || (due.kind == Due::Kind::kControl && !failed);
    if (!failed) failed = std::move(result).error();
  }
  if (!failed) return {};
  if (auto synced = read_sync(); synced && control_failed) rollback();
  return std::unexpected(*std::move(failed));
}

Result<void> PostgresConnection::flush_controls() {
  if (!send_controls()) return std::unexpected(lose(PQerrorMessage(connection_)));
  return settle();
}

Result<void> PostgresConnection::settle() {
  if (due_.empty()) return {};
  if (PQpipelineSync(connection_) != 1) return std::unexpected(lose(PQerrorMessage(connection_)));
  YZ_CHECK(read_due());
  return read_sync();
}

PostgresStatement& PostgresConnection::composed(std::string_view text) {
  if (const auto found = composed_by_text_.find(text); found != composed_by_text_.end()) {
    composed_.splice(composed_.begin(), composed_, found->second);
    return composed_.front().statement;
  }
  if (composed_.size() >= limits::kDynamicStatements) {
    discard(composed_.back().statement);
    composed_by_text_.erase(composed_.back().text);
    composed_.pop_back();
  }
  composed_.push_front({std::string(text), {}});
  Composed& fresh = composed_.front();
  fresh.statement.text = fresh.text.c_str();
  composed_by_text_.emplace(fresh.text, composed_.begin());
  return fresh.statement;
}

void PostgresConnection::discard(PostgresStatement& statement) {
  if (!statement.name.empty()) controls_.push_back("DEALLOCATE " + statement.name);
  statement.name.clear();
}

// The statement for these parameter types; its name is empty while it is not prepared for them.
Result<PostgresStatement*> PostgresConnection::find(const Statement& statement) {
  PostgresStatement& out = statement.query ? named_[statement.query] : composed(statement.text);
  if (statement.query) {
    if (!statement.query->postgres)
      return fail(ErrorCode::kInternal, "not a statement of this dialect", statement.query->name);
    if (out.text != statement.query->postgres) discard(out);
    out.text = statement.query->postgres;
  }
  bool fits = out.types.size() == values_.types.size();
  for (size_t i = 0; fits && i < out.types.size(); ++i)
    fits = values_.types[i] == 0 || values_.types[i] == out.types[i];
  if (!fits) {
    discard(out);
    std::vector<Oid> types = values_.types;
    for (size_t i = 0; i < types.size() && i < out.types.size(); ++i)
      if (types[i] == 0) types[i] = out.types[i];
    out.types = std::move(types);
  }
  return &out;
}

// Sends values_, after the controls that were held back.
Result<void> PostgresConnection::send(const Statement& statement) {
  if (!connection_ || !in_transaction_) return fail(ErrorCode::kUnavailable, "the transaction is gone");
  if (values_.types.size() > limits::kStatementParameters)
    return fail(ErrorCode::kTooLarge, "too many parameters", std::string(statement.name()));
  PostgresStatement* prepared = YZ_TRY(find(statement));
  bool sent = send_controls();
  if (prepared->name.empty()) {
    prepared->name = fmt::format("s{}", ++statements_made_);
    due_.push_back({Due::Kind::kPrepare, std::string(statement.name()), prepared});
    sent = sent && PQsendPrepare(connection_, prepared->name.c_str(), prepared->text, values_.count(),
                                 prepared->types.data()) == 1;
  }
  sent =
      sent && PQsendQueryPrepared(connection_, prepared->name.c_str(), values_.count(), values_.data.data(),
                                  values_.sizes.data(), values_.formats.data(), 1) == 1;
  if (!sent) return std::unexpected(lose(PQerrorMessage(connection_)));
  return {};
}

// Sends values_ and reads the answer up to the end of the exchange. Rows of a kStream go to the visitor on
// the way.
Result<ResultPtr> PostgresConnection::exchange(const Statement& statement, const RowVisitor* visitor,
                                               Fetch fetch) {
  YZ_CHECK(send(statement));
  if (PQpipelineSync(connection_) != 1) return std::unexpected(lose(PQerrorMessage(connection_)));
  YZ_CHECK(read_due());
  auto result =
      fetch == Fetch::kStream ? read_stream(statement.name(), *visitor) : read_result(statement.name());
  if (!connection_) return result;
  if (auto synced = read_sync(); !synced) return std::unexpected(std::move(synced).error());
  if (result) YZ_CHECK(check_types(result->get(), statement.name()));
  return result;
}

// The server begins with it while more is made ready here.
Result<void> PostgresConnection::send_later(const Query& query) {
  YZ_CHECK(send({&query, {}}));
  due_.push_back({Due::Kind::kStatement, query.name});
  if (PQflush(connection_) != 0) return std::unexpected(lose(PQerrorMessage(connection_)));
  return {};
}

Result<ResultPtr> PostgresConnection::read_stream(std::string_view name, const RowVisitor& visitor) {
  if (PQsetSingleRowMode(connection_) != 1) return std::unexpected(lose("no single-row mode"));
  bool stopped = false;
  bool first = true;
  for (;;) {
    ResultPtr result(PQgetResult(connection_));
    if (PQstatus(connection_) == CONNECTION_BAD) return std::unexpected(lose(PQerrorMessage(connection_)));
    if (!result) return std::unexpected(lose("no answer where one was due"));
    if (PQresultStatus(result.get()) != PGRES_SINGLE_TUPLE) {
      if (ResultPtr rest(PQgetResult(connection_)); rest)
        return std::unexpected(lose("an answer out of order"));
      if (!succeeded(result.get())) return std::unexpected(error(result.get(), name));
      return result;
    }
    if (std::exchange(first, false)) YZ_CHECK(check_types(result.get(), name));
    const PostgresRows rows(result.get());
    stopped = stopped || !visitor(Row(rows, 0));
  }
}

Result<int64_t> PostgresConnection::run(const Statement& statement, std::span<const Param> params) {
  values_.set(params);
  const ResultPtr result = YZ_TRY(exchange(statement, nullptr, Fetch::kWhole));
  return affected(result.get());
}

Result<void> PostgresConnection::each(const Statement& statement, std::span<const Param> params,
                                      RowVisitor visitor, Fetch fetch) {
  values_.set(params);
  const ResultPtr result = YZ_TRY(exchange(statement, &visitor, fetch));
  const PostgresRows rows(result.get());
  for (int row = 0, n = PQntuples(result.get()); row < n && visitor(Row(rows, row)); ++row) {
  }
  return {};
}

Result<int64_t> PostgresConnection::bulk(const Query& query, const Columns& batch,
                                         const RowVisitor* visitor) {
  values_.set(batch, query.batch);
  const ResultPtr result = YZ_TRY(exchange({&query, {}}, nullptr, Fetch::kWhole));
  const PostgresRows rows(result.get());
  if (visitor)
    for (int row = 0, n = PQntuples(result.get()); row < n && (*visitor)(Row(rows, row)); ++row) {
    }
  return affected(result.get());
}

Result<void> PostgresConnection::run_later(const Query& query, std::span<const Param> params) {
  values_.set(params);
  return send_later(query);
}

Result<void> PostgresConnection::bulk_later(const Query& query, const Columns& batch) {
  values_.set(batch, query.batch);
  return send_later(query);
}

// With the server's own idea of the parameters' types, and nothing kept.
Result<void> PostgresConnection::prepare(const Query& query) {
  if (!connection_ || !in_transaction_) return fail(ErrorCode::kUnavailable, "the transaction is gone");
  if (!query.postgres) return fail(ErrorCode::kInternal, "not a statement of this dialect", query.name);
  constexpr int kLevel = static_cast<int>(limits::kNestedAttempts) + 1;
  YZ_CHECK(savepoint(kLevel));
  YZ_CHECK(flush_controls());
  if (PQsendPrepare(connection_, "", query.postgres, 0, nullptr) != 1 || PQpipelineSync(connection_) != 1)
    return std::unexpected(lose(PQerrorMessage(connection_)));
  auto result = read_result(query.name);
  if (!connection_) return std::unexpected(std::move(result).error());
  YZ_CHECK(read_sync());
  YZ_CHECK(rollback_to(kLevel));
  // A parameter that only its value gives a type is no fault.
  const auto untyped = [](const Error& e) {
    return e.message.ends_with("[42P18]") || e.message.ends_with("[42P08]");
  };
  if (result || untyped(result.error())) return {};
  return std::unexpected(std::move(result).error());
}

Result<void> PostgresConnection::script(std::string_view sql) {
  if (!connection_ || !in_transaction_) return fail(ErrorCode::kUnavailable, "the transaction is gone");
  YZ_CHECK(flush_controls());
  // Several statements in one text need the simple protocol, which pipelines do not have.
  if (PQexitPipelineMode(connection_) != 1) return std::unexpected(lose("no way out of pipeline mode"));
  const ResultPtr result(PQexec(connection_, std::string(sql).c_str()));
  if (PQstatus(connection_) == CONNECTION_BAD) return std::unexpected(lose(PQerrorMessage(connection_)));
  PQenterPipelineMode(connection_);
  const bool empty = PQresultStatus(result.get()) == PGRES_EMPTY_QUERY;
  if (!empty && !succeeded(result.get())) return std::unexpected(error(result.get(), "script"));
  return {};
}

// The primary message only: detail and hint quote the row's values.
Error PostgresConnection::error(const PGresult* result, std::string_view name) const {
  const std::string state = field_of(result, PG_DIAG_SQLSTATE);
  Error out;
  out.code = code_of(state);
  std::string message = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = one_line(PQresultErrorMessage(result));
  out.message = fmt::format("{}: {} [{}]", name, message, state);
  if (state == "23502")
    out.field = field_of(result, PG_DIAG_TABLE_NAME) + '.' + field_of(result, PG_DIAG_COLUMN_NAME);
  else if (state.starts_with("23"))
    out.field = field_of(result, PG_DIAG_CONSTRAINT_NAME);
  return out;
}

}  // namespace yizhan::db
