// Two servers on the same data: the second says so and touches nothing.

#include <gtest/gtest.h>

#include <filesystem>

#include "app/server.h"
#include "tests/support/test_database.h"

namespace yizhan::app {
namespace {

class SecondServer : public testing::StoreTest {
 protected:
  void SetUp() override {
    make({});
    if (IsSkipped() || HasFatalFailure()) return;
    config_.data_dir = folder_.file("data");
    config_.listen = "127.0.0.1:0";
    config_.log_level = "error";
    if (is_sqlite()) return;
    config_.store = "postgres";
    config_.postgres = store_.options.conninfo;
  }
  testing::TemporaryFolder folder_;
  Config config_;
};
YIZHAN_FOR_EACH_STORE(SecondServer);

TEST_P(SecondServer, IsRefusedWhileTheFirstWorks) {
  auto first = Server::start(config_);
  ASSERT_TRUE(first) << to_string(first.error());
  // What the first has on the wire.
  const auto put = (*first)->store().db.write([](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run_sql("INSERT INTO inflight (attempt_id, message_id, batch_id, segments) VALUES (1, 1, 1, 1)",
                      {}));
    return {};
  });
  ASSERT_TRUE(put) << to_string(put.error());
  const auto second = Server::start(config_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_EQ(second.error().field, config_.data_dir);
  int64_t inflight = 0;
  ASSERT_TRUE((*first)->store().db.read([&](db::Tx& tx) {
    return tx.each_sql("SELECT count(*) FROM inflight", {},
                       [&](const db::Row& row) { inflight = row.i64(0); });
  }));
  EXPECT_EQ(inflight, 1);
  first->reset();
  const auto third = Server::start(config_);
  EXPECT_TRUE(third) << to_string(third.error());
}

// Another machine's, with a folder of its own.
TEST_P(SecondServer, IsRefusedOnTheSamePostgres) {
  if (is_sqlite()) GTEST_SKIP() << "a database file lies in its folder";
  const auto first = Server::start(config_);
  ASSERT_TRUE(first) << to_string(first.error());
  std::filesystem::create_directories(folder_.file("other"));
  config_.key_file = config_.key_path();
  config_.data_dir = folder_.file("other");
  const auto second = Server::start(config_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_EQ(second.error().field, "postgres");
}

}  // namespace
}  // namespace yizhan::app
