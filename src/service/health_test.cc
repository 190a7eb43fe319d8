#include "service/health.h"

#include <gtest/gtest.h>

#include "store/audit.h"
#include "store/queries.h"
#include "store/settings.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

class HealthTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    packs_.emplace(store(), "rules", ScreenerInForce{});
    packs_->load_first();
  }
  HealthView look() {
    return Health(store(), {.version = "1.2.3",
                            .data_folder = "/",
                            .started_at = store().now(),
                            .rule_packs = [this] { return packs_->view(); },
                            .links = [this] { return links_; }})
        .look();
  }
  HealthCheck check(std::string_view name) {
    for (HealthCheck& c : look().checks)
      if (c.name == name) return std::move(c);
    ADD_FAILURE() << "no check " << name;
    return {};
  }
  void add_channel(int64_t id, link::LinkState state) {
    const auto done = db().write([&](db::Tx& tx) {
      return tx.run(store::q::channel_insert, id, std::to_string(id), "", "smpp", "h", 1, "", Bytes(), "",
                    "{}", 1, 1, store().now(), Bytes(), 0);
    });
    ASSERT_TRUE(done) << to_string(done.error());
    links_.push_back({.channel_id = id, .name = {}, .link = {}});
    links_.back().link.state = state;
  }
  void add_entry() {
    const auto done = db().write([&](db::Tx& tx) {
      return store::append_audit(tx, store(), {}, {.action = "a", .object_type = "b"});
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }

  std::vector<engine::ChannelStatus> links_;
  std::optional<RulePacks> packs_;
};

YIZHAN_FOR_EACH_STORE(HealthTest);

TEST_P(HealthTest, ANewServerIsWellButForItsDisk) {
  const HealthView view = look();
  EXPECT_EQ(view.version, "1.2.3");
  EXPECT_EQ(view.at, store().now());
  EXPECT_EQ(view.schema_version, store::migrations().back().version);
  EXPECT_EQ(view.rule_packs.size(), 5u);
  ASSERT_EQ(view.checks.size(), 11u);
  for (const HealthCheck& c : view.checks)
    if (c.name != "disk") EXPECT_EQ(c.status, "ok") << c.name << ": " << c.value << ", " << c.detail;
}

TEST_P(HealthTest, WithoutRulePacksNothingCanBeReviewed) {
  packs_.emplace(store(), "no such folder", ScreenerInForce{});
  packs_->load_first();
  EXPECT_EQ(check("rule_packs").status, "fail");
  EXPECT_EQ(look().status, "fail");
}

TEST_P(HealthTest, ChannelsThatAreNotBound) {
  add_channel(1, link::LinkState::kBackoff);
  EXPECT_EQ(check("channels").status, "fail");
  add_channel(2, link::LinkState::kBound);
  EXPECT_EQ(check("channels").status, "warn");
  EXPECT_EQ(check("channels").value, "1 of 2");
  links_[0].link.state = link::LinkState::kBound;
  EXPECT_EQ(check("channels").status, "ok");
}

TEST_P(HealthTest, AnEmergencyStopIsSaid) {
  const auto stopped = db().write([&](db::Tx& tx) {
    store::SendingSettings settings;
    settings.emergency_stop = true;
    return store::save_sending_settings(tx, store(), settings, 1);
  });
  ASSERT_TRUE(stopped);
  EXPECT_EQ(check("emergency_stop").status, "warn");
}

TEST_P(HealthTest, ALogThatLostItsEndIsSeen) {
  lift_append_only();
  add_entry();
  add_entry();
  EXPECT_EQ(check("audit").status, "ok");
  EXPECT_EQ(check("audit").value, "2");
  execute("DELETE FROM audit_log WHERE id = 2");
  EXPECT_EQ(check("audit").status, "fail");
}

TEST_P(HealthTest, AClockThatWasSetBackIsSeen) {
  add_entry();
  EXPECT_EQ(check("clock").status, "ok");
  clock_.set(store().now() - hours(1));
  EXPECT_EQ(check("clock").status, "warn");
}

TEST_P(HealthTest, KeysThatDoNotOpenWhatIsThereAreSeen) {
  const auto put = [&](const Bytes& sealed) {
    const auto done = db().write([&](db::Tx& tx) {
      db::Params params;
      const std::string values =
          params.add(store().ids.next()) + ", " + params.add(sealed) + ", " + params.add(sealed);
      return tx.run_sql("INSERT INTO customer VALUES (" + values +
                            ", NULL, NULL, 'CN', 1, 'Asia/Shanghai', '', '', '{}', 0, 0, 0, 0, 1, 0)",
                        params.view());
    });
    ASSERT_TRUE(done) << to_string(done.error());
  };
  put(store().cipher.seal(store::column::kCustomerNumber, "8613800138000"));
  EXPECT_EQ(check("keys").status, "ok");
  const crypto::Keyring other = crypto::Keyring::generate();
  put(crypto::FieldCipher(other).seal(store::column::kCustomerNumber, "8613800138000"));
  EXPECT_EQ(check("keys").status, "fail");
}

}  // namespace
}  // namespace yizhan::service
