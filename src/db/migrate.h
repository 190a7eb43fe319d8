#pragma once
// Brings a database's schema up to the program's, forward only. Called once at start, before other work;
// several processes may race to do it.

#include <span>
#include <string>
#include <vector>

#include "db/database.h"

namespace yizhan::db {

// Made at build time from migrations/NNNN_name.sql. Versions are 1, 2, 3, … without gaps.
struct Migration {
  int version;
  const char* name;
  const char* checksum;  // of the .sql file, which is never edited once released
  const char* sqlite;
  const char* postgres;
};

struct MigrationReport {
  int from = 0;
  int to = 0;
};

// Applies what is missing, each migration in a transaction of its own together with its row in
// schema_migration(version, name, checksum, applied_at). kSchemaTooNew when the database is ahead of the
// program, kCorrupt when an applied migration's checksum differs; nothing is changed then.
Result<MigrationReport> migrate(Database& database, std::span<const Migration> migrations,
                                const Clock& clock);

// The database's version; 0 for an empty one.
Result<int> schema_version(Database& database);

}  // namespace yizhan::db
