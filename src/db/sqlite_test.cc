// What only SQLite has: full disks, broken files, the write-ahead log, other processes' locks.
#include <sqlite3.h>
#include <sys/mount.h>

#include <fstream>

#include "db/testdata/test_support.h"

namespace yizhan::db {
namespace {

class SqliteTest : public ::testing::Test {
 protected:
  void open() {
    log::configure(log::Level::kError, "");
    const auto opened = store_.open();
    ASSERT_TRUE(opened) << to_string(opened.error());
    const auto migrated = migrate(store_.db(), dbtest::migrations(), clock_);
    ASSERT_TRUE(migrated) << to_string(migrated.error());
  }
  Database& db() { return store_.db(); }
  Result<int64_t> add(int64_t id, size_t bytes) {
    return db().write([&](Tx& tx) { return add(tx, id, bytes); });
  }
  static Result<int64_t> add(Tx& tx, int64_t id, size_t bytes) {
    return tx.run(q::thing_insert, id, std::to_string(id), Bytes(bytes, 1), std::nullopt, 0);
  }
  int64_t count() {
    return db().read([](Tx& tx) { return tx.number(q::thing_count); }).value_or(-1);
  }

  testing::TestDatabase store_{Dialect::kSqlite};
  ManualClock clock_{Time{1}};
};

TEST_F(SqliteTest, AFullDatabaseWorksAgainOnceThereIsRoom) {
  store_.options.max_pages = 100;
  open();
  int64_t id = 0;
  Result<int64_t> last;
  while ((last = add(++id, 20'000)) && id < 1000) {
  }
  EXPECT_CODE(last, ErrorCode::kDiskFull);
  const int64_t stored = count();
  EXPECT_EQ(stored, id - 1);
  // A whole group fails together when the disk fills: what had been run in it was undone as well.
  ASSERT_TRUE(db().write([](Tx& tx) { return tx.run(q::thing_delete, 1); }));
  std::vector<Result<void>> outcomes(3);
  {
    WriterGate gate(db());
    for (size_t i = 0; i < 3; ++i)
      db().submit(
          [i](Tx& tx) -> Result<void> {
            YZ_TRY(add(tx, 1000 + static_cast<int64_t>(i), i == 1 ? 900'000 : 10));
            return {};
          },
          [&outcomes, i](Result<void> outcome) { outcomes[i] = std::move(outcome); });
    gate.open();
  }
  ASSERT_TRUE(db().write([](Tx&) -> Result<void> { return {}; }, Priority::kBulk));
  EXPECT_CODE(outcomes[1], ErrorCode::kDiskFull);
  // Whether the others survived depends on how SQLite ended the statement; what was reported is what is
  // stored.
  EXPECT_EQ(count(), stored - 1 + (outcomes[0] ? 1 : 0) + (outcomes[2] ? 1 : 0));
  ASSERT_TRUE(db().write([](Tx& tx) { return tx.execute_script("PRAGMA max_page_count=100000"); }));
  ASSERT_TRUE(add(5000, 900'000));
}

TEST_F(SqliteTest, AFullFileSystemWorksAgainOnceThereIsRoom) {
  const testing::TemporaryFolder folder;
  const std::string mounted = folder.file("small");
  std::filesystem::create_directory(mounted);
  if (mount("tmpfs", mounted.c_str(), "tmpfs", 0, "size=3m") != 0) GTEST_SKIP() << "needs the right to mount";
  const std::unique_ptr<const std::string, void (*)(const std::string*)> unmount(
      &mounted, [](const std::string* path) { umount2(path->c_str(), MNT_DETACH); });
  store_.options.path = mounted + "/test.db";
  open();
  const std::string ballast = mounted + "/ballast";
  std::ofstream(ballast) << std::string(1'500'000, 'x');
  int64_t id = 0;
  Result<int64_t> last;
  while ((last = add(++id, 50'000)) && id < 100) {
  }
  EXPECT_CODE(last, ErrorCode::kDiskFull);
  EXPECT_EQ(count(), id - 1);
  std::filesystem::remove(ballast);
  for (int i = 0; i < 5; ++i) {
    const auto again = add(200 + i, 50'000);
    EXPECT_TRUE(again) << to_string(again.error());
  }
  EXPECT_EQ(count(), id - 1 + 5);
  ASSERT_TRUE(store_.reopen());
  EXPECT_EQ(count(), id - 1 + 5);
  db().close();
}

TEST_F(SqliteTest, AFileThatIsNoDatabase) {
  std::ofstream(store_.options.path) << std::string(8192, 'x');
  EXPECT_CODE(store_.open(), ErrorCode::kCorrupt);
  store_.options.path = "/nowhere/at/all.db";
  EXPECT_CODE(store_.open(), ErrorCode::kStoreFailed);
}

TEST_F(SqliteTest, AnotherProcessesLockIsBusy) {
  store_.options.busy_timeout = milliseconds(1);
  open();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(store_.options.path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_CODE(add(1, 1), ErrorCode::kBusy);
  ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  ASSERT_TRUE(add(1, 1));
}

TEST_F(SqliteTest, CheckpointEmptiesTheLog) {
  open();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(add(i, 10'000));
  const std::string wal = store_.options.path + "-wal";
  EXPECT_GT(std::filesystem::file_size(wal), 0U);
  EXPECT_GT(db().stats().file_bytes, 500'000);
  ASSERT_TRUE(db().checkpoint());
  EXPECT_EQ(std::filesystem::file_size(wal), 0U);
  EXPECT_EQ(count(), 50);
}

TEST_F(SqliteTest, TheLogIsMovedAsItGrows) {
  store_.options.checkpoint_pages = 20;
  open();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(add(i, 10'000));
  EXPECT_GT(db().stats().checkpoints, 5U);
  // Twice the size is waited for, and the transaction that came to it may be some pages longer.
  EXPECT_LT(std::filesystem::file_size(store_.options.path + "-wal"), 60U * 4096U);
}

TEST_F(SqliteTest, TheSettingsAreInForce) {
  store_.options.synchronous = Synchronous::kFull;
  store_.options.page_bytes = 8192;
  open();
  const auto setting = [&](const char* name) {
    return db().write([&](Tx& tx) -> Result<std::string> {
      std::string out;
      YZ_CHECK(tx.each_sql(std::string("SELECT CAST(t.") + name + " AS TEXT) FROM pragma_" + name + " AS t",
                           {}, [&](const Row& row) { out = row.string(0); }));
      return out;
    });
  };
  EXPECT_EQ(setting("journal_mode"), "wal");
  EXPECT_EQ(setting("synchronous"), "2");
  EXPECT_EQ(setting("foreign_keys"), "1");
  EXPECT_EQ(setting("page_size"), "8192");
}

}  // namespace
}  // namespace yizhan::db
