#include "db/session_lock.h"

#include "db/detail/connection.h"

namespace yizhan::db {
namespace {

// The first number is ours among the programs that share the database; the second stands for the schema.
constexpr std::string_view kTake =
    "SELECT length(pg_advisory_lock(8260001, hashtext(coalesce(current_schema(), '')))::text)::bigint";

}  // namespace

SessionLock::SessionLock(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
SessionLock::~SessionLock() = default;

Result<std::unique_ptr<SessionLock>> SessionLock::take(const Options& options) {
  if (options.dialect == Dialect::kSqlite) return std::unique_ptr<SessionLock>(new SessionLock(nullptr));
  auto connection = YZ_TRY(open_postgres(options, Access::kRead));
  YZ_CHECK(connection->begin());
  {
    Tx tx(*connection);
    YZ_CHECK(tx.each_sql(kTake, {}, [](const Row&) {}));
  }
  YZ_CHECK(connection->commit());  // the session keeps it
  return std::unique_ptr<SessionLock>(new SessionLock(std::move(connection)));
}

}  // namespace yizhan::db
