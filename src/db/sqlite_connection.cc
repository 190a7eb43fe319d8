#include "db/detail/sqlite_connection.h"

#include <fmt/format.h>

#include <cassert>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/limits.h"
#include "base/log.h"
#include "db/detail/log_writes.h"
#include "db/detail/sqlite_batch.h"

namespace yizhan::db {
namespace {

const Query kBegin{"begin", "BEGIN IMMEDIATE", nullptr};
const Query kBeginRead{"begin", "BEGIN DEFERRED", nullptr};
const Query kCommit{"commit", "COMMIT", nullptr};
const Query kRollback{"rollback", "ROLLBACK", nullptr};
constexpr int64_t kJournalBytesKept = 64 << 20;
// Every execution of a statement takes a few small pieces of memory and gives them back. The library's own
// forty are used up by what stays (the schema), and the allocator costs more than the statements themselves.
constexpr int kLookasideBytes = 1200, kLookasidePieces = 500;
// From so many rows a batch goes in as a table: for fewer, opening it costs more than it saves.
constexpr size_t kBatchTableRows = 4;
constexpr int kLevels = static_cast<int>(limits::kNestedAttempts) + 1;

template <size_t... I>
constexpr auto level_queries(const std::array<const char*, sizeof...(I)>& texts, std::index_sequence<I...>) {
  return std::array<Query, sizeof...(I)>{Query{"savepoint", texts[I], nullptr}...};
}
template <class... Text>
constexpr auto per_level(Text... texts) {
  static_assert(sizeof...(Text) == kLevels);
  return level_queries(std::array<const char*, kLevels>{texts...}, std::make_index_sequence<kLevels>());
}
#define YZ_LEVELS(verb) \
  per_level(verb "l0", verb "l1", verb "l2", verb "l3", verb "l4", verb "l5", verb "l6", verb "l7", verb "l8")
const auto kSavepoints = YZ_LEVELS("SAVEPOINT ");
const auto kReleases = YZ_LEVELS("RELEASE ");
const auto kRollbacksTo = YZ_LEVELS("ROLLBACK TO ");
#undef YZ_LEVELS

class SqliteRows final : public RowSource {
 public:
  explicit SqliteRows(sqlite3_stmt* handle) : handle_(handle) {}

  int columns() const override { return sqlite3_column_count(handle_); }
  bool is_null(int, int column) const override { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
  int64_t i64(int, int column) const override {
    check(column, SQLITE_INTEGER);
    return sqlite3_column_int64(handle_, column);
  }
  double f64(int, int column) const override { return sqlite3_column_double(handle_, column); }
  std::string_view text(int, int column) const override {
    check(column, SQLITE_TEXT);
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    return data ? std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(handle_, column)))
                : std::string_view();
  }
  ByteSpan blob(int, int column) const override {
    check(column, SQLITE_BLOB);
    const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(handle_, column));
    return {data, static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
  }

 private:
  void check([[maybe_unused]] int column, [[maybe_unused]] int expected) const {
    assert(column >= 0 && column < sqlite3_column_count(handle_));
    assert(sqlite3_column_type(handle_, column) == expected ||
           sqlite3_column_type(handle_, column) == SQLITE_NULL);
  }
  sqlite3_stmt* handle_;
};

std::unexpected<Error> misuse(const char* what, std::string_view statement) {
  return fail(ErrorCode::kInternal, fmt::format("{}: {}", statement, what));
}

std::string_view synchronous_name(Synchronous s) {
  switch (s) {
    case Synchronous::kFull:
      return "FULL";
    case Synchronous::kNormal:
      return "NORMAL";
    case Synchronous::kOff:
      return "OFF";
  }
  return "FULL";
}

bool no_space(int system_error) { return system_error == ENOSPC || system_error == EDQUOT; }

ErrorCode code_of(int extended, int system_error) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return ErrorCode::kConflict;
    case SQLITE_CONSTRAINT_DATATYPE:
      return ErrorCode::kInternal;
  }
  switch (extended & 0xff) {
    case SQLITE_CONSTRAINT:
      return ErrorCode::kWrongState;
    case SQLITE_FULL:
      return ErrorCode::kDiskFull;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return no_space(system_error) ? ErrorCode::kDiskFull : ErrorCode::kStoreFailed;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kBusy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_TOOBIG:
      return ErrorCode::kTooLarge;
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
    case SQLITE_MISMATCH:
    case SQLITE_READONLY:
      return ErrorCode::kInternal;
    default:
      return ErrorCode::kStoreFailed;
  }
}

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const Options& options, Access access) {
  return SqliteConnection::open(options, access);
}

Result<std::unique_ptr<Connection>> SqliteConnection::open(const Options& options, Access access) {
  // Counting what the library allocates takes a lock at every allocation. Once, before its first use.
  static const int counts_nothing = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(counts_nothing);
  sqlite3* db = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (access == Access::kWrite) flags |= SQLITE_OPEN_CREATE;
  const bool syncs_each_commit = access == Access::kWrite && options.synchronous == Synchronous::kFull;
  const std::string layer = syncs_each_commit ? gathering_log_writes(options.vfs) : options.vfs;
  const int code = sqlite3_open_v2(options.path.c_str(), &db, flags, layer.empty() ? nullptr : layer.c_str());
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db, access));
  if (code != SQLITE_OK) return std::unexpected(connection->error(code, options.path));
  YZ_CHECK(connection->configure(options));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  composed_by_text_.clear();
  composed_.clear();
  named_.clear();
  sqlite3_close_v2(db_);
}

Result<void> SqliteConnection::configure(const Options& options) {
  sqlite3_db_config(db_, SQLITE_DBCONFIG_LOOKASIDE, nullptr, kLookasideBytes, kLookasidePieces);
  sqlite3_busy_timeout(db_, static_cast<int>(options.busy_timeout.us / 1000));
  // Double-quoted words are names, never silently strings; foreign keys and untrusted schema as they should
  // be.
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (const int code = register_batch_table(db_); code != SQLITE_OK)
    return std::unexpected(error(code, "bulk_rows"));
  const bool writer = access_ == Access::kWrite;
  if (writer) {
    YZ_CHECK(pragma(fmt::format("PRAGMA page_size={}", options.page_bytes)));
    YZ_CHECK(write_ahead_log());
    YZ_CHECK(pragma(fmt::format("PRAGMA journal_size_limit={}", kJournalBytesKept)));
    if (options.max_pages > 0) YZ_CHECK(pragma(fmt::format("PRAGMA max_page_count={}", options.max_pages)));
  } else {
    YZ_CHECK(pragma("PRAGMA query_only=ON"));
  }
  if (access_ != Access::kRead)
    YZ_CHECK(pragma(fmt::format("PRAGMA synchronous={}", synchronous_name(options.synchronous))));
  if (access_ == Access::kCheckpoint) return pragma("SELECT count(*) FROM sqlite_schema");  // opens the log
  const int64_t cache = writer ? options.writer_cache_bytes : options.reader_cache_bytes;
  YZ_CHECK(pragma(fmt::format("PRAGMA cache_size=-{}", cache / 1024)));
  // A reader drops its map whenever somebody else has committed, and the processor's other cores wait for
  // that.
  if (writer) YZ_CHECK(pragma(fmt::format("PRAGMA mmap_size={}", options.mmap_bytes)));
  YZ_CHECK(pragma("PRAGMA foreign_keys=ON"));
  // Takes the place of the automatic checkpoint: the writer does it between groups.
  sqlite3_wal_hook(
      db_,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteConnection*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  return {};
}

Result<void> SqliteConnection::pragma(const std::string& sql) {
  if (const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
    return std::unexpected(error(code, sql));
  return {};
}

// SQLite answers with the mode in force instead of an error where a WAL cannot be had.
Result<void> SqliteConnection::write_ahead_log() {
  static const Query kWal{"journal_mode", "PRAGMA journal_mode=WAL", nullptr};
  bool wal = false;
  auto read_mode = [&](const Row& row) {
    wal = row.text(0) == "wal";
    return true;
  };
  YZ_CHECK(each({&kWal, {}}, {}, RowVisitor(read_mode), Fetch::kWhole));
  if (!wal) return fail(ErrorCode::kStoreFailed, "the file system does not support a write-ahead log");
  return {};
}

Result<void> SqliteConnection::begin() {
  YZ_TRY(run({access_ == Access::kWrite ? &kBegin : &kBeginRead, {}}, {}));
  return {};
}

Result<void> SqliteConnection::commit() {
  auto done = run({&kCommit, {}}, {});
  if (done) return {};
  rollback();
  // The frames may have reached the file whole before its sync failed; recovery would then find them.
  if (done.error().code == ErrorCode::kStoreFailed)
    done.error().message = fmt::format("{}: {}", kOutcomeUnknown, done.error().message);
  return std::unexpected(std::move(done).error());
}

void SqliteConnection::rollback() {
  if (!in_transaction()) return;
  if (auto done = run({&kRollback, {}}, {}); !done)
    log::error("db rollback failed: {}", to_string(done.error()));
}

Result<void> SqliteConnection::savepoint(int level) {
  YZ_TRY(run({&kSavepoints[static_cast<size_t>(level)], {}}, {}));
  return {};
}

Result<void> SqliteConnection::release(int level) {
  YZ_TRY(run({&kReleases[static_cast<size_t>(level)], {}}, {}));
  return {};
}

Result<void> SqliteConnection::rollback_to(int level) {
  YZ_TRY(run({&kRollbacksTo[static_cast<size_t>(level)], {}}, {}));
  return release(level);
}

Result<void> SqliteConnection::compile(const char* sql, size_t size, SqliteStatement& out,
                                       std::string_view name) {
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v3(db_, sql, static_cast<int>(size), SQLITE_PREPARE_PERSISTENT, &out.handle, &tail);
  if (code != SQLITE_OK) return std::unexpected(error(code, name));
  if (!out.handle) return misuse("an empty statement", name);
  const std::string_view rest(tail, size - static_cast<size_t>(tail - sql));
  if (rest.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return misuse("more than one statement", name);
  const int parameters = sqlite3_bind_parameter_count(out.handle);
  if (parameters > static_cast<int>(limits::kStatementParameters))
    return fail(ErrorCode::kTooLarge, "too many parameters", std::string(name));
  // $n is a name to SQLite, numbered by its first appearance.
  bool agree = true;
  for (int i = 1; i <= parameters; ++i) {
    uint16_t n = static_cast<uint16_t>(i);
    const char* parameter = sqlite3_bind_parameter_name(out.handle, i);
    if (parameter && *parameter == '$') {
      const char* end = parameter + std::strlen(parameter);
      if (std::from_chars(parameter + 1, end, n).ptr != end || n == 0)
        return misuse("a parameter that is not $number", name);
    }
    out.ordinal.push_back(n);
    agree = agree && n == i;
  }
  if (agree) out.ordinal.clear();
  return {};
}

auto SqliteConnection::use(const Statement& statement) -> Result<Use> {
  if (!statement.query) return use_text(statement.text);
  return use_named(statement.query->sqlite, statement.query->name);
}

// `text` is a member of a Query, whose address is the key.
auto SqliteConnection::use_named(const char* const& text, const char* name) -> Result<Use> {
  auto& cached = named_[&text];
  if (cached && cached->text == text && !cached->in_use) return Use(*cached, nullptr);
  if (!text) return fail(ErrorCode::kInternal, "not a statement of this dialect", name);
  auto fresh = std::make_unique<SqliteStatement>();
  fresh->text = text;
  YZ_CHECK(compile(text, std::strlen(text), *fresh, name));
  SqliteStatement& prepared = *fresh;
  if (cached && cached->in_use) return Use(prepared, std::move(fresh));
  cached = std::move(fresh);
  return Use(*cached, nullptr);
}

auto SqliteConnection::use_text(std::string_view text) -> Result<Use> {
  const auto found = composed_by_text_.find(text);
  if (found != composed_by_text_.end() && !found->second->statement->in_use) {
    composed_.splice(composed_.begin(), composed_, found->second);
    return Use(*found->second->statement, nullptr);
  }
  auto fresh = std::make_unique<SqliteStatement>();
  YZ_CHECK(compile(text.data(), text.size(), *fresh, "composed"));
  SqliteStatement& prepared = *fresh;
  const bool full = composed_.size() >= limits::kDynamicStatements;
  if (found != composed_by_text_.end() || (full && composed_.back().statement->in_use))
    return Use(prepared, std::move(fresh));
  if (full) {
    composed_by_text_.erase(composed_.back().text);
    composed_.pop_back();
  }
  composed_.push_front({std::string(text), std::move(fresh)});
  composed_by_text_.emplace(composed_.front().text, composed_.begin());
  return Use(*composed_.front().statement, nullptr);
}

int SqliteConnection::bind(sqlite3_stmt* handle, int position, const Param& param) {
  if (param.is_null()) return sqlite3_bind_null(handle, position);
  switch (param.type()) {
    case Type::kInteger:
      return sqlite3_bind_int64(handle, position, param.integer());
    case Type::kReal:
      return sqlite3_bind_double(handle, position, param.real());
    case Type::kText:  // static: every value outlives the stepping, and every parameter is bound anew before
                       // the next
      return sqlite3_bind_text64(handle, position, param.data(), param.size(), SQLITE_STATIC, SQLITE_UTF8);
    case Type::kBlob:
      return sqlite3_bind_blob64(handle, position, param.data(), param.size(), SQLITE_STATIC);
    case Type::kUnknown:
      break;
  }
  return sqlite3_bind_null(handle, position);
}

Result<void> SqliteConnection::bind_all(const SqliteStatement& statement, std::span<const Param> params,
                                        std::string_view name) {
  const int count = sqlite3_bind_parameter_count(statement.handle);
  for (int i = 0; i < count; ++i) {
    const size_t n =
        statement.ordinal.empty() ? static_cast<size_t>(i) : statement.ordinal[static_cast<size_t>(i)] - 1u;
    if (n >= params.size()) return misuse("fewer values than parameters", name);
    if (const int code = bind(statement.handle, i + 1, params[n]); code != SQLITE_OK)
      return std::unexpected(error(code, name));
  }
  return {};
}

// Steps to the end or until the visitor stops; affected rows, or returned rows of a statement that only
// reads.
Result<int64_t> SqliteConnection::step_all(sqlite3_stmt* handle, const RowVisitor* visitor,
                                           std::string_view name, bool* stopped) {
  const SqliteRows rows(handle);
  const int64_t before = sqlite3_total_changes64(db_);
  int64_t returned = 0;
  for (;;) {
    const int code = sqlite3_step(handle);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return std::unexpected(error(code, name));
    ++returned;
    if (visitor && !(*visitor)(Row(rows, 0))) {
      *stopped = true;
      break;
    }
  }
  if (sqlite3_stmt_readonly(handle)) return returned;
  return sqlite3_total_changes64(db_) == before ? 0 : sqlite3_changes64(db_);
}

Result<int64_t> SqliteConnection::run(const Statement& statement, std::span<const Param> params) {
  const Use used = YZ_TRY(use(statement));
  YZ_CHECK(bind_all(*used, params, statement.name()));
  bool stopped = false;
  return step_all(used.handle(), nullptr, statement.name(), &stopped);
}

Result<void> SqliteConnection::each(const Statement& statement, std::span<const Param> params,
                                    RowVisitor visitor, Fetch) {
  const Use used = YZ_TRY(use(statement));
  YZ_CHECK(bind_all(*used, params, statement.name()));
  bool stopped = false;
  YZ_TRY(step_all(used.handle(), &visitor, statement.name(), &stopped));
  return {};
}

Result<int64_t> SqliteConnection::bulk_whole(const Query& query, const Columns& batch,
                                             const RowVisitor* visitor) {
  const Use used = YZ_TRY(use_named(query.sqlite_batch, query.name));
  if (const int code = bind_batch(used.handle(), 1, batch); code != SQLITE_OK)
    return std::unexpected(error(code, query.name));
  bool stopped = false;
  return step_all(used.handle(), visitor, query.name, &stopped);
}

Result<int64_t> SqliteConnection::bulk(const Query& query, const Columns& batch, const RowVisitor* visitor) {
  if (query.sqlite_batch && batch.size() >= kBatchTableRows) return bulk_whole(query, batch, visitor);
  const Use used = YZ_TRY(use({&query, {}}));
  sqlite3_stmt* handle = used.handle();
  const int columns = static_cast<int>(batch.column_count());
  const int count = sqlite3_bind_parameter_count(handle);
  if (count > columns + (query.runs ? 2 : 1))
    return fail(ErrorCode::kInternal, "more parameters than columns", query.name);
  int64_t total = 0;
  bool stopped = false;
  for (size_t row = 0, last = 0; row < batch.size() && !stopped; row = last + 1) {
    for (last = row; query.runs && batch.in_one_run(last);) ++last;
    int code = SQLITE_OK;
    for (int i = 0; i < count && code == SQLITE_OK; ++i)
      code = i < columns
                 ? bind(handle, i + 1, batch.at(row, static_cast<size_t>(i)))
                 : sqlite3_bind_int64(handle, i + 1,
                                      i == columns ? static_cast<int64_t>(row) : batch.at(last, 0).integer());
    if (code != SQLITE_OK) return std::unexpected(error(code, query.name));
    total += YZ_TRY(step_all(handle, visitor, query.name, &stopped));
    sqlite3_reset(handle);
  }
  return total;
}

Result<void> SqliteConnection::run_later(const Query& query, std::span<const Param> params) {
  YZ_TRY(run({&query, {}}, params));
  return {};
}

Result<void> SqliteConnection::bulk_later(const Query& query, const Columns& batch) {
  YZ_TRY(bulk(query, batch, nullptr));
  return {};
}

Result<void> SqliteConnection::prepare(const Query& query) {
  YZ_TRY(use({&query, {}}));
  if (query.sqlite_batch) YZ_TRY(use_named(query.sqlite_batch, query.name));
  return {};
}

Result<void> SqliteConnection::script(std::string_view sql) {
  const std::string text(sql);
  const char* at = text.c_str();
  while (*at) {
    sqlite3_stmt* handle = nullptr;
    int code = sqlite3_prepare_v2(db_, at, -1, &handle, &at);
    if (code == SQLITE_OK && !handle) continue;  // white space or a comment
    while (code == SQLITE_OK || code == SQLITE_ROW) code = sqlite3_step(handle);
    if (code != SQLITE_DONE) {
      Error failed = error(code, "script");
      sqlite3_finalize(handle);
      return std::unexpected(std::move(failed));
    }
    sqlite3_finalize(handle);
  }
  return {};
}

Result<void> SqliteConnection::checkpoint(Checkpoint mode) {
  int frames = -1;
  int moved = -1;
  const int kind = mode == Checkpoint::kTruncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, kind, &frames, &moved);
  if (code != SQLITE_OK) return std::unexpected(error(code, "checkpoint"));
  if (frames == moved) wal_pages_ = 0;
  return {};
}

Error SqliteConnection::error(int code, std::string_view name) const {
  const int extended = db_ ? sqlite3_extended_errcode(db_) : code;
  Error out;
  out.code = code_of(extended, db_ ? sqlite3_system_errno(db_) : 0);
  const std::string_view message = db_ ? sqlite3_errmsg(db_) : sqlite3_errstr(code);
  out.message = fmt::format("{}: {}", name, message);
  const size_t colon = message.find(": ");
  if ((extended & 0xff) == SQLITE_CONSTRAINT && colon != std::string_view::npos) {
    const std::string_view subject = message.substr(colon + 2);
    out.field = out.code == ErrorCode::kConflict ? unique_name(subject, extended) : std::string(subject);
  }
  return out;
}

// SQLite names a broken unique rule by its columns ("t.a, t.b") or, over an expression, by the index
// ("index 'name'"); PostgreSQL by the constraint. This gives PostgreSQL's name.
std::string SqliteConnection::unique_name(std::string_view subject, int code) const {
  if (subject.starts_with("index '")) return std::string(subject.substr(7, subject.size() - 8));
  const std::string table(subject.substr(0, subject.find('.')));
  if (code != SQLITE_CONSTRAINT_UNIQUE) return table + "_pkey";
  std::string columns;
  while (!subject.empty()) {
    const size_t comma = subject.find(", ");
    const std::string_view column = subject.substr(0, comma);
    columns += columns.empty() ? "" : ",";
    columns += column.substr(column.find('.') + 1);
    subject = comma == std::string_view::npos ? std::string_view() : subject.substr(comma + 2);
  }
  return index_name(table, columns);
}

std::string SqliteConnection::index_name(const std::string& table, const std::string& columns) const {
  std::string found = table + '_' + columns + "_key";
  for (char& c : found)
    if (c == ',') c = '_';
  constexpr const char* kSql =
      "SELECT l.name FROM pragma_index_list(?1) AS l WHERE l.\"unique\" AND l.origin = 'c' AND ?2 = "
      "(SELECT group_concat(i.name, ',') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) AS "
      "i)";
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v2(db_, kSql, -1, &handle, nullptr) == SQLITE_OK) {
    sqlite3_bind_text(handle, 1, table.data(), static_cast<int>(table.size()), SQLITE_STATIC);
    sqlite3_bind_text(handle, 2, columns.data(), static_cast<int>(columns.size()), SQLITE_STATIC);
    if (sqlite3_step(handle) == SQLITE_ROW)
      found = reinterpret_cast<const char*>(sqlite3_column_text(handle, 0));
  }
  sqlite3_finalize(handle);
  return found;
}

}  // namespace yizhan::db
