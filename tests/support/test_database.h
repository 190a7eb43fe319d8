#pragma once
// A fresh database for each test, on SQLite (a folder of its own) and on PostgreSQL (a schema of its own in
// the server of tools/with_postgres). Single thread.
//
//   class CustomersTest : public testing::StoreTest { void SetUp() override { make(store::migrations()); } };
//   YIZHAN_FOR_EACH_STORE(CustomersTest);
//   TEST_P(CustomersTest, Finds) { db().read(...) }
//
// Without YIZHAN_TEST_POSTGRES the PostgreSQL variants are skipped; with YIZHAN_REQUIRE_POSTGRES=1 they fail.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "base/log.h"
#include "db/migrate.h"

namespace yizhan::testing {

// A folder that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "yizhan_test_XXXXXX").string();
    if (!mkdtemp(pattern.data())) std::abort();
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline const char* postgres_conninfo() { return std::getenv("YIZHAN_TEST_POSTGRES"); }

inline bool postgres_required() {
  const char* required = std::getenv("YIZHAN_REQUIRE_POSTGRES");
  return required && std::string(required) == "1";
}

// An empty database of one dialect. `options` may be changed before open(). Without a PostgreSQL server
// open() fails with kUnavailable.
class TestDatabase {
 public:
  explicit TestDatabase(db::Dialect dialect) {
    options.dialect = dialect;
    options.path = folder_.file("test.db");
    options.synchronous = db::Synchronous::kOff;  // no test cuts the power
    options.reader_connections = 4;
  }
  ~TestDatabase() {
    database_.reset();
    if (schema_.empty()) return;
    if (const auto dropped = run_alone("DROP SCHEMA " + schema_ + " CASCADE"); !dropped)
      log::warn("{} stays: {}", schema_, to_string(dropped.error()));
  }

  Result<void> open() {
    if (options.dialect == db::Dialect::kPostgres && schema_.empty()) YZ_CHECK(make_schema());
    database_ = YZ_TRY(db::Database::open(options));
    return {};
  }
  // Closes and opens again, as after a restart.
  Result<void> reopen() {
    database_.reset();
    return open();
  }
  db::Database& db() { return *database_; }

  db::Options options;

 private:
  Result<void> make_schema() {
    if (!postgres_conninfo()) return fail(ErrorCode::kUnavailable, "YIZHAN_TEST_POSTGRES is not set");
    static std::atomic<int> count{0};
    const std::string name = "t" + std::to_string(getpid()) + "_" + std::to_string(++count);
    options.conninfo = postgres_conninfo();
    YZ_CHECK(run_alone("DROP SCHEMA IF EXISTS " + name + " CASCADE; CREATE SCHEMA " + name));
    schema_ = name;
    options.conninfo += " options='-csearch_path=" + name + "'";
    return {};
  }
  Result<void> run_alone(const std::string& sql) {
    db::Options plain = options;
    plain.conninfo = postgres_conninfo();
    const auto other = YZ_TRY(db::Database::open(plain));
    return other->write([&](db::Tx& tx) { return tx.execute_script(sql); });
  }

  TemporaryFolder folder_;
  std::string schema_;
  std::unique_ptr<db::Database> database_;
};

// Base of tests that run on both stores.
class StoreTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  // Opens a fresh database and brings it to the migrations' version; skips or fails without PostgreSQL.
  void make(std::span<const db::Migration> migrations) {
    if (GetParam() == db::Dialect::kPostgres && !postgres_conninfo()) {
      if (postgres_required())
        FAIL()
            << "YIZHAN_REQUIRE_POSTGRES=1 but no YIZHAN_TEST_POSTGRES: run the tests in tools/with_postgres";
      GTEST_SKIP() << "no YIZHAN_TEST_POSTGRES (tools/with_postgres)";
    }
    log::configure(log::Level::kError, "");
    const auto opened = store_.open();
    ASSERT_TRUE(opened) << to_string(opened.error());
    const auto migrated = db::migrate(db(), migrations, clock_);
    ASSERT_TRUE(migrated) << to_string(migrated.error());
  }
  db::Database& db() { return store_.db(); }
  bool is_sqlite() const { return GetParam() == db::Dialect::kSqlite; }

  TestDatabase store_{GetParam()};
  ManualClock clock_{Time{1'800'000'000'000'000}};
};

inline std::string store_name(const ::testing::TestParamInfo<db::Dialect>& info) {
  return info.param == db::Dialect::kSqlite ? "sqlite" : "postgres";
}

}  // namespace yizhan::testing

#define YIZHAN_FOR_EACH_STORE(Suite)                                                                     \
  INSTANTIATE_TEST_SUITE_P(                                                                              \
      Store, Suite, ::testing::Values(::yizhan::db::Dialect::kSqlite, ::yizhan::db::Dialect::kPostgres), \
      ::yizhan::testing::store_name)
