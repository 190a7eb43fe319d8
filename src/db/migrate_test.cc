// Migrations on both stores.
#include <thread>

#include "db/testdata/test_support.h"

namespace yizhan::db {
namespace {

using Migrations = std::vector<Migration>;

const Migration kFirst{1, "first", "aa", "CREATE TABLE a (x INTEGER) STRICT", "CREATE TABLE a (x BIGINT)"};
const Migration kSecond{2, "second", "bb", "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);",
                        "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);"};
const Migration kBroken{3, "third", "cc", "INSERT INTO a VALUES (3); INSERT INTO nowhere VALUES (1)",
                        "INSERT INTO a VALUES (3); INSERT INTO nowhere VALUES (1)"};
const Query kCountA{"count_a", "SELECT COUNT(*) FROM a", "SELECT COUNT(*) FROM a"};

class MigrateTest : public testing::StoreTest {
 protected:
  void SetUp() override { make({}); }
  auto run(const Migrations& list) { return migrate(db(), list, clock_); }
  int64_t rows() {
    return db().read([](Tx& tx) { return tx.number(kCountA); }).value_or(-1);
  }
};
YIZHAN_FOR_EACH_STORE(MigrateTest);

TEST_P(MigrateTest, AppliesWhatIsMissingOnce) {
  EXPECT_EQ(schema_version(db()), 0);
  const auto first = run({kFirst});
  ASSERT_TRUE(first) << to_string(first.error());
  EXPECT_EQ(first->from, 0);
  EXPECT_EQ(first->to, 1);
  const auto second = run({kFirst, kSecond});
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(second->from, 1);
  EXPECT_EQ(second->to, 2);
  const auto none = run({kFirst, kSecond});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->from, 2);
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(schema_version(db()), 2);
}

TEST_P(MigrateTest, AFailingOneLeavesThoseBeforeIt) {
  EXPECT_CODE(run({kFirst, kSecond, kBroken}), ErrorCode::kInternal);
  EXPECT_EQ(schema_version(db()), 2);
  EXPECT_EQ(rows(), 2);
}

TEST_P(MigrateTest, ANewerDatabaseIsRefused) {
  ASSERT_TRUE(run({kFirst, kSecond}));
  EXPECT_CODE(run({kFirst}), ErrorCode::kSchemaTooNew);
}

TEST_P(MigrateTest, AnEditedMigrationIsRefused) {
  ASSERT_TRUE(run({kFirst}));
  Migration edited = kFirst;
  edited.checksum = "ff";
  EXPECT_CODE(run({edited, kSecond}), ErrorCode::kCorrupt);
  EXPECT_EQ(rows(), 0);
}

TEST_P(MigrateTest, GapsAreRefused) { EXPECT_CODE(run({kFirst, kBroken}), ErrorCode::kInternal); }

TEST_P(MigrateTest, TwoProgramsMayRace) {
  const auto other = Database::open(store_.options);
  ASSERT_TRUE(other) << to_string(other.error());
  const Migrations list{kFirst, kSecond};
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (Database* store : {&db(), other->get()})
    threads.emplace_back([&, store] {
      const auto migrated = migrate(*store, list, clock_);
      EXPECT_TRUE(migrated) << to_string(migrated.error());
      ++done;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 2);
  EXPECT_EQ(rows(), 2);
}

TEST_P(MigrateTest, TheCompiledOnesDifferWhereTheyShould) {
  const auto migrated = migrate(db(), dbtest::migrations(), clock_);
  ASSERT_TRUE(migrated) << to_string(migrated.error());
  static const Query kName{"dialect", "SELECT name FROM dialect", "SELECT name FROM dialect"};
  const auto name =
      db().read([](Tx& tx) { return tx.one(kName, [](const Row& row) { return row.string(0); }); });
  EXPECT_EQ(name, is_sqlite() ? "sqlite; BIGINT stays BIGINT in text" : "postgres; BLOB stays BLOB in text");
}

}  // namespace
}  // namespace yizhan::db
