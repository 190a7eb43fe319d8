// What only PostgreSQL has: a server that goes away and comes back, several programs on one database.
#include <libpq-fe.h>

#include <thread>

#include "db/testdata/test_support.h"
#include "support/private_server.h"

namespace yizhan::db {
namespace {

using testing::PrivateServer;

class PostgresTest : public testing::StoreTest {
 protected:
  void SetUp() override { make(dbtest::migrations()); }
  // Ends every connection of the database but the caller's own.
  void cut_connections() {
    PGconn* other = PQconnectdb(testing::postgres_conninfo());
    PQclear(PQexec(
        other, ("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                "AND application_name = '" +
                application_ + "'")
                   .c_str()));
    PQfinish(other);
  }
  void name_connections() {
    store_.options.conninfo += " application_name=" + application_;
    ASSERT_TRUE(store_.reopen());
  }
  static Result<int64_t> add(Tx& tx, int64_t id) {
    return tx.run(q::thing_insert, id, std::to_string(id), std::nullopt, std::nullopt, 0);
  }
  int64_t count() {
    return db().read([](Tx& tx) { return tx.number(q::thing_count); }).value_or(-1);
  }

  const std::string application_ = fmt::format("cut{}", getpid());
};
INSTANTIATE_TEST_SUITE_P(Store, PostgresTest, ::testing::Values(Dialect::kPostgres), testing::store_name);

TEST_P(PostgresTest, AConnectionCutWhileIdleIsNotNoticed) {
  name_connections();
  ASSERT_TRUE(db().write([](Tx& tx) { return add(tx, 1); }));
  EXPECT_EQ(count(), 1);
  cut_connections();
  const auto added = db().write([](Tx& tx) { return add(tx, 2); });
  EXPECT_TRUE(added) << to_string(added.error());
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(db().stats().reconnects, 1U);
}

TEST_P(PostgresTest, AConnectionCutInAGroupFailsTheGroup) {
  name_connections();
  std::vector<Result<void>> outcomes(4);
  {
    WriterGate gate(db());
    for (size_t i = 0; i < 4; ++i)
      db().submit(
          [this, i](Tx& tx) -> Result<void> {
            if (i == 2) cut_connections();
            YZ_TRY(add(tx, static_cast<int64_t>(i)));
            return {};
          },
          [&outcomes, i](Result<void> outcome) { outcomes[i] = std::move(outcome); });
    gate.open();
  }
  ASSERT_TRUE(db().write([](Tx& tx) { return tx.number(q::thing_count); }, Priority::kBulk));
  for (size_t i = 0; i < 3; ++i) EXPECT_CODE(outcomes[i], ErrorCode::kUnavailable);
  EXPECT_TRUE(outcomes[3]);
  EXPECT_EQ(count(), 1);
}

TEST_P(PostgresTest, AConnectionCutBeforeTheCommit) {
  name_connections();
  EXPECT_CODE(db().write([this](Tx& tx) -> Result<void> {
    YZ_TRY(add(tx, 1));
    cut_connections();
    return {};
  }),
              ErrorCode::kUnavailable);
  EXPECT_EQ(count(), 0);
}

TEST_P(PostgresTest, AConnectionCutInAReadFailsIt) {
  name_connections();
  EXPECT_CODE(db().read([this](Tx& tx) -> Result<void> {
    YZ_TRY(tx.number(q::thing_count));
    cut_connections();
    YZ_TRY(tx.number(q::thing_count));
    return {};
  }),
              ErrorCode::kUnavailable);
  EXPECT_EQ(count(), 0);
}

TEST_P(PostgresTest, AServerKilledAndRestarted) {
  const PrivateServer server;
  ASSERT_FALSE(server.conninfo.empty());
  Options options;
  options.dialect = Dialect::kPostgres;
  options.conninfo = server.conninfo;
  options.reconnect_min = options.reconnect_max = microseconds(1);
  const auto opened = Database::open(options);
  ASSERT_TRUE(opened) << to_string(opened.error());
  Database& store = **opened;
  const auto migrated = migrate(store, dbtest::migrations(), clock_);
  ASSERT_TRUE(migrated) << to_string(migrated.error());
  const auto write = [&](int64_t id) { return store.write([&](Tx& tx) { return add(tx, id); }); };
  const auto read = [&] { return store.read([](Tx& tx) { return tx.number(q::thing_count); }); };
  ASSERT_TRUE(write(1));
  EXPECT_EQ(read(), 1);
  server.command("stop");
  for (int i = 0; i < 3; ++i) {
    EXPECT_CODE(write(2), ErrorCode::kUnavailable);
    EXPECT_CODE(read(), ErrorCode::kUnavailable);
  }
  server.command("start");
  const auto again = write(2);
  EXPECT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(read(), 2);
}

TEST_P(PostgresTest, FailedConnectsAreSpacedOut) {
  const PrivateServer server;
  Options options;
  options.dialect = Dialect::kPostgres;
  options.conninfo = server.conninfo;
  options.reconnect_min = options.reconnect_max = hours(1);
  const auto opened = Database::open(options);
  ASSERT_TRUE(opened) << to_string(opened.error());
  server.command("stop");
  static const Query kOne{"one", nullptr, "SELECT 1"};
  const auto one = [&] { return (*opened)->write([](Tx& tx) { return tx.number(kOne); }); };
  EXPECT_CODE(one(), ErrorCode::kUnavailable);
  server.command("start");
  EXPECT_CODE(one(), ErrorCode::kUnavailable);  // does not even try
}

TEST_P(PostgresTest, AServerThatIsNotThere) {
  Options options = store_.options;
  options.conninfo = "host=/nowhere dbname=none";
  EXPECT_CODE(Database::open(options), ErrorCode::kUnavailable);
}

TEST_P(PostgresTest, WritersOfTwoProgramsDoNotSeeEachOthersHalves) {
  const auto other = Database::open(store_.options);
  ASSERT_TRUE(other) << to_string(other.error());
  std::vector<std::thread> threads;
  std::atomic<int> failed{0};
  for (Database* store : {&db(), other->get()})
    threads.emplace_back([&, store] {
      const int64_t base = store == &db() ? 0 : 1000;
      for (int64_t i = 0; i < 50; ++i)
        if (!store->write([&](Tx& tx) { return add(tx, base + i); })) ++failed;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(count(), 100);
}

TEST_P(PostgresTest, ALockHeldByAnotherIsBusy) {
  store_.options.busy_timeout = milliseconds(1);
  ASSERT_TRUE(store_.reopen());
  const auto other = Database::open(store_.options);
  ASSERT_TRUE(other);
  ASSERT_TRUE(db().write([](Tx& tx) { return add(tx, 1); }));
  const auto held = db().write([&](Tx& tx) -> Result<void> {
    YZ_TRY(tx.run(q::thing_rename, 1, "a"));
    EXPECT_CODE((*other)->write([](Tx& theirs) { return theirs.run(q::thing_rename, 1, "b"); }),
                ErrorCode::kBusy);
    return {};
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace yizhan::db
