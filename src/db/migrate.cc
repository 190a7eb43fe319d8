#include "db/migrate.h"

#include <fmt/format.h>

#include "base/log.h"

namespace yizhan::db {
namespace {

const Query kTable{
    "schema_migration_table",
    "CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS schema_migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"};
const Query kApplied{"schema_migration_applied",
                     "SELECT version, checksum FROM schema_migration ORDER BY version",
                     "SELECT version, checksum FROM schema_migration ORDER BY version"};
const Query kRecord{
    "schema_migration_record",
    "INSERT INTO schema_migration(version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)",
    "INSERT INTO schema_migration(version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)"};
const Query kTableExists{
    "schema_migration_exists",
    "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'",
    "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('schema_migration')"};
const Query kWaitLong{"schema_migration_wait", nullptr, "SET LOCAL lock_timeout = '300s'"};
// One lock for each schema of a database, held to the end of the transaction.
const Query kLock{
    "schema_migration_lock", nullptr,
    "SELECT pg_advisory_xact_lock(hashtextextended('yizhan.schema_migration.' || current_schema(), 0))"};

// SQLite's BEGIN IMMEDIATE already keeps other writers out.
Result<void> lock(Tx& tx) {
  if (tx.dialect() == Dialect::kSqlite) return {};
  YZ_TRY(tx.run(kWaitLong));
  YZ_TRY(tx.run(kLock));
  return {};
}

struct Applied {
  int version;
  std::string checksum;
};

Result<std::vector<Applied>> read_applied(Tx& tx) {
  std::vector<Applied> out;
  YZ_CHECK(tx.each(kApplied,
                   [&](const Row& row) { out.push_back({static_cast<int>(row.i64(0)), row.string(1)}); }));
  return out;
}

Result<void> verify(const std::vector<Applied>& applied, std::span<const Migration> migrations) {
  if (applied.size() > migrations.size())
    return fail(ErrorCode::kSchemaTooNew,
                fmt::format("the database has schema version {}, this program knows {}",
                            applied.back().version, migrations.size()));
  for (size_t i = 0; i < applied.size(); ++i)
    if (applied[i].version != migrations[i].version || applied[i].checksum != migrations[i].checksum)
      return fail(ErrorCode::kCorrupt,
                  fmt::format("migration {} ({}) is not the one that was applied", migrations[i].version,
                              migrations[i].name),
                  "schema_migration");
  return {};
}

// Applies the next missing migration, if any; returns the version before and after.
Result<MigrationReport> step(Tx& tx, std::span<const Migration> migrations, const Clock& clock) {
  YZ_CHECK(lock(tx));
  YZ_TRY(tx.run(kTable));
  const auto applied = YZ_TRY(read_applied(tx));
  YZ_CHECK(verify(applied, migrations));
  const int version = static_cast<int>(applied.size());
  if (applied.size() == migrations.size()) return MigrationReport{version, version};
  const Migration& next = migrations[applied.size()];
  YZ_CHECK(tx.execute_script(tx.dialect() == Dialect::kSqlite ? next.sqlite : next.postgres));
  YZ_TRY(tx.run(kRecord, next.version, next.name, next.checksum, clock.now()));
  return MigrationReport{version, version + 1};
}

}  // namespace

Result<MigrationReport> migrate(Database& database, std::span<const Migration> migrations,
                                const Clock& clock) {
  for (size_t i = 0; i < migrations.size(); ++i)
    if (migrations[i].version != static_cast<int>(i) + 1)
      return fail(ErrorCode::kInternal, "migrations are numbered 1, 2, 3, … without gaps",
                  migrations[i].name);
  MigrationReport report;
  for (bool first = true;; first = false) {
    const auto done = YZ_TRY(database.write([&](Tx& tx) { return step(tx, migrations, clock); }));
    if (first) report.from = done.from;
    report.to = done.to;
    if (done.from == done.to) break;
  }
  if (report.from != report.to) log::info("db schema from={} to={}", report.from, report.to);
  return report;
}

Result<int> schema_version(Database& database) {
  return database.read([](Tx& tx) -> Result<int> {
    if (YZ_TRY(tx.number(kTableExists)) == 0) return 0;
    const auto applied = YZ_TRY(read_applied(tx));
    return applied.empty() ? 0 : applied.back().version;
  });
}

}  // namespace yizhan::db
