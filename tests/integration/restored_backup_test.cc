// A server that finds an older database than it had, another one, or itself in another place: it serves, and
// sends nothing until people release it.

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "app/instance_file.h"
#include "app/server.h"
#include "store/audit.h"
#include "tests/support/api_server.h"
#include "tests/support/test_database.h"

namespace yizhan::app {
namespace {

constexpr const char* kPassword = "correct horse battery staple 7";

class RestoredServer : public testing::StoreTest {
 protected:
  void SetUp() override {
    make({});
    if (IsSkipped() || HasFatalFailure()) return;
    config_.data_dir = folder_.file("data");
    config_.listen = "127.0.0.1:0";
    config_.log_level = "error";
    config_.worker_threads = 2;
    if (is_sqlite()) return;
    config_.store = "postgres";
    config_.postgres = store_.options.conninfo;
  }

  void start() {
    auto server = Server::start(config_);
    ASSERT_TRUE(server) << to_string(server.error());
    server_ = *std::move(server);
    if (server_->first_administrator()) password_ = server_->first_administrator()->one_time_password;
  }
  void stop() {
    server_->stop(milliseconds(0));
    server_.reset();
  }
  void restart() {
    stop();
    ASSERT_NO_FATAL_FAILURE(start());
  }
  void deed(std::string_view action) {
    const store::Store& store = server_->store();
    ASSERT_TRUE(store.db.write([&](db::Tx& tx) {
      return store::append_audit(tx, store, {}, {.action = action, .object_type = "server"});
    }));
  }
  store::LineageMark mark() {
    return server_->store().db.read([](db::Tx& tx) { return store::read_mark(tx); }).value();
  }
  // While no server works on it: what the database was when its audit log had so many entries.
  void restore(int64_t audit_id) {
    const auto opened = db::Database::open(config_.database());
    ASSERT_TRUE(opened) << to_string(opened.error());
    const std::string last = std::to_string(audit_id);
    const std::string lift = is_sqlite() ? "DROP TRIGGER IF EXISTS audit_log_no_delete;"
                                         : "DROP TRIGGER IF EXISTS audit_log_no_change ON audit_log;";
    const auto done = (*opened)->write([&](db::Tx& tx) {
      return tx.execute_script(lift + "DELETE FROM audit_log WHERE id > " + last +
                               "; UPDATE audit_head SET id = " + last +
                               ", hash = (SELECT hash FROM audit_log WHERE id = " + last + ")");
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  testing::HeaderList administrator() {
    const auto identity = service::Identity::create(server_->store()).value();
    if (!password_.empty()) {
      const auto first = identity->login({"admin", password_}).value();
      const auto who = identity->authenticate_session(first.token).value();
      EXPECT_TRUE(identity->change_password(who, {std::exchange(password_, {}), kPassword}));
    }
    return testing::browser_headers(identity->login({"admin", kPassword}).value());
  }
  json::Value emergency() {
    return testing::send_request(server_->port(), "GET", "/api/v1/emergency_stop", administrator(), "")
        .json();
  }
  bool halted() {
    const json::Value state = emergency();
    if (!state.at("active").as_bool()) return false;
    EXPECT_EQ(state.at("cause").as_string(), "restored_backup");
    EXPECT_FALSE(state.at("since").as_string().empty());
    return true;
  }
  void release() {
    const auto reply = testing::send_request(server_->port(), "POST", "/api/v1/emergency_stop/release",
                                             administrator(), R"({"reason":"opt-outs are in"})");
    EXPECT_EQ(reply.status, 200) << reply.body;
  }

  testing::TemporaryFolder folder_;
  Config config_;
  std::unique_ptr<Server> server_;
  std::string password_;
};
YIZHAN_FOR_EACH_STORE(RestoredServer);

TEST_P(RestoredServer, IsHaltedUntilReleased) {
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_NO_FATAL_FAILURE(restart());
  EXPECT_FALSE(halted()) << "stopped and started";
  const int64_t backup = mark().audit_id;
  deed("consent.withdraw");  // what the backup will not know
  ASSERT_NO_FATAL_FAILURE(stop());
  ASSERT_NO_FATAL_FAILURE(restore(backup));
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_TRUE(halted());
  ASSERT_NO_FATAL_FAILURE(restart());
  EXPECT_TRUE(halted()) << "until it is released";
  release();
  EXPECT_FALSE(halted());
  // The release has written what is here, not only the stop that follows.
  EXPECT_GE(read_instance_file(config_.data_dir).value().mark->audit_id, backup + 2);
  ASSERT_NO_FATAL_FAILURE(restart());
  EXPECT_FALSE(halted());
}

// As a kill leaves it: the file was last written before what the database has.
TEST_P(RestoredServer, AFileThatIsBehindHaltsNothing) {
  ASSERT_NO_FATAL_FAILURE(start());
  const store::LineageMark early = mark();
  deed("second");
  ASSERT_NO_FATAL_FAILURE(stop());
  ASSERT_TRUE(write_instance_file(config_.data_dir, early));
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_FALSE(halted());
}

// Who finds the right database again after a wrong one was started is not asked twice.
TEST_P(RestoredServer, TheFileStaysUntilTheRelease) {
  ASSERT_NO_FATAL_FAILURE(start());
  deed("second");
  ASSERT_NO_FATAL_FAILURE(stop());
  const auto before = read_instance_file(config_.data_dir).value().mark;
  store::LineageMark ahead = *before;
  ahead.audit_id += 1'000;
  ASSERT_TRUE(write_instance_file(config_.data_dir, ahead));
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_TRUE(halted());
  ASSERT_NO_FATAL_FAILURE(stop());
  EXPECT_EQ(read_instance_file(config_.data_dir).value().mark, ahead);
}

TEST_P(RestoredServer, SoIsOneInANewPlace) {
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_NO_FATAL_FAILURE(stop());
  std::filesystem::remove(config_.data_dir + "/instance");
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_TRUE(halted());
  release();
  ASSERT_NO_FATAL_FAILURE(restart());
  EXPECT_FALSE(halted());
}

TEST_P(RestoredServer, ACopyOfTheWholeFolderIsTold) {
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_NO_FATAL_FAILURE(stop());
  const std::string place = folder_.file("copy");
  std::filesystem::copy(config_.data_dir, place, std::filesystem::copy_options::recursive);
  config_.data_dir = place;
  if (!read_instance_file(place).value().copied) GTEST_SKIP() << "this file system does not say";
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_TRUE(halted());
}

// A first start that was killed between the database and the file.
TEST_P(RestoredServer, ANewDatabaseNeedsNoFile) {
  ASSERT_TRUE(OpenedStore::open(config_, OpenedStore::Missing::kCreate));
  std::filesystem::remove(config_.data_dir + "/instance");
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_FALSE(halted());
}

}  // namespace
}  // namespace yizhan::app
