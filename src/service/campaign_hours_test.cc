#include "service/campaign_clerk.h"

#include <gtest/gtest.h>

#include "engine/changes.h"
#include "store/queries.h"
#include "store/schema.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

namespace q = store::q;
using domain::CampaignState;
using domain::MessageState;

// One campaign of marketing on one channel, written as the services write it.
class CampaignHoursTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(store::bind_and_prepare(*open_, keyring_));
    engine_.emplace(store(), io_, engine::ScreenRendered{});
    execute(
        "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
        "INSERT INTO content VALUES (2, 'c', 3, '', 0, 4, 3, 3, 1, 1, 0, 0, 1)");
  }
  Result<> add_campaign(db::Tx& tx, CampaignState state) {
    const Bytes none;
    const domain::Audience audience{.import_id = ImportId{1}};
    YZ_TRY(tx.run(q::campaign_insert, kCampaign, "春季", "goal", 3, "", 2, none, json::encode(audience),
                  store().now(), 0, 1, state, 1, store().now()));
    YZ_TRY(tx.run(q::batch_insert, kBatch, 1, kCampaign, 3, none, 3, "", kChannel, 540, 1200, 0, 0, 2, 1, 100,
                  100, store().now(), store().now()));
    YZ_TRY(tx.run(q::campaign_freezing, kCampaign, 2, kBatch, 3, none, store().now(), 1));
    YZ_TRY(tx.run(q::campaign_frozen, kCampaign, state, 1, none, store().now(), 2));
    return {};
  }
  Result<> add_channel(db::Tx& tx, const domain::ChannelOptions& options) {
    YZ_TRY(tx.run(q::channel_insert, kChannel, "main", "north", "smpp", "127.0.0.1", 1, "id", Bytes{}, "1069",
                  json::encode(options), 1, 1, store().now(), Bytes{}, 0));
    return {};
  }
  template <class Fn>
  void write(Fn&& fn) {
    const auto done = db().write(std::forward<Fn>(fn));
    ASSERT_TRUE(done) << to_string(done.error());
  }
  CampaignState state() {
    return db()
        .read([&](db::Tx& tx) -> Result<CampaignState> {
          return YZ_TRY(load_campaign(tx, kCampaign)).view.state;
        })
        .value();
  }

  static constexpr CampaignId kCampaign{10};
  static constexpr int64_t kBatch = 20, kChannel = 7;
  boost::asio::io_context io_;
  std::optional<engine::Engine> engine_;
};
YIZHAN_FOR_EACH_STORE(CampaignHoursTest);

// What is in flight may be queued again; a campaign that is finishing could not be paused then.
TEST_P(CampaignHoursTest, FinishingBeginsWhenNothingIsInFlight) {
  PreSendTests tests(store(), *engine_);
  Reports reports(store());
  CampaignClerk clerk(store(), *engine_, tests, reports);
  const auto count = [&](MessageState state, int64_t delta) {
    write([&](db::Tx& tx) {
      engine::Changes changes(engine::Care::kExpected);
      changes.count(kBatch, state, domain::Reason::kNone, delta);
      return changes.write(tx, store().now());
    });
  };
  write([&](db::Tx& tx) { return add_campaign(tx, CampaignState::kRunning); });
  count(MessageState::kInFlight, 1);
  ASSERT_TRUE(clerk.round());
  EXPECT_EQ(state(), CampaignState::kRunning);
  count(MessageState::kInFlight, -1);
  count(MessageState::kSent, 1);
  ASSERT_TRUE(clerk.round());
  EXPECT_EQ(state(), CampaignState::kFinishing);
}

TEST_P(CampaignHoursTest, HoursOfWhichNothingIsLeftAreRefused) {
  Campaigns campaigns(store(), *engine_);
  domain::ChannelOptions options;
  options.window_start_minute = 600;
  options.window_end_minute = 720;
  write([&](db::Tx& tx) -> Result<> {
    YZ_CHECK(add_channel(tx, options));
    return add_campaign(tx, CampaignState::kHandedOver);
  });
  const auto set = [&](int64_t from, int64_t to) {
    domain::CampaignParameters p;
    p.channel_id = ChannelId{kChannel};
    p.window_start_minute = from;
    p.window_end_minute = to;
    return campaigns.set_parameters(testing::command_line(), kCampaign, std::nullopt, p);
  };
  const auto refused = set(720, 900);
  ASSERT_FALSE(refused) << "not in the channel's hours";
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused.error().field, "/window_end_minute");
  const auto taken = set(540, 660);
  ASSERT_TRUE(taken) << to_string(taken.error());
  EXPECT_EQ(count("SELECT window_start FROM batch"), 600);
  EXPECT_EQ(count("SELECT window_end FROM batch"), 660);
  // Nor in the hours for marketing.
  write([&](db::Tx& tx) -> Result<> {
    store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
    settings.windows.at(0).window = {660, 720};
    return store::save_sending_settings(tx, store(), settings, 0);
  });
  EXPECT_FALSE(set(540, 660));
  EXPECT_TRUE(set(540, 661));
}

}  // namespace
}  // namespace yizhan::service
