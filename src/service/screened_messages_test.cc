#include "service/screened_messages.h"

#include <gtest/gtest.h>

#include "support/campaign_world.h"
#include "support/content_store.h"

namespace yizhan::service {
namespace {

using domain::MessageClass;
using testing::shipped_screener;

std::string message(const std::string& body) { return "【驿站科技】" + body + "拒收请回复R"; }

TEST(ScreenedMessages, IdenticalTextsAreScreenedOnceAndAllAreCounted) {
  ScreenedMessages screened(shipped_screener());
  const auto screen = screened.screen();
  int64_t id = 0;
  const auto say = [&](const std::string& body) {
    const bool passes = screen(message(body), MessageClass::kMarketing).passes;
    screened.said_by(MessageId{++id});
    return passes;
  };
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(say("门店营业时间已调整，详情请咨询门店。"));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(say("六合彩资料送上门。"));
  EXPECT_FALSE(say("六合彩资料就在这里。"));
  EXPECT_TRUE(say("国家级品质，详情请咨询门店。"));

  const ScreenedMessagesView view = screened.view();
  EXPECT_EQ(view.messages, 11);
  EXPECT_EQ(view.texts, 4);
  EXPECT_EQ(view.blocked, 5);
  EXPECT_EQ(view.to_review, 1);
  EXPECT_EQ(view.rule_packs.size(), 4U);
  ASSERT_GE(view.rules.size(), 2U);
  EXPECT_EQ(view.rules[0].severity, "block");
  EXPECT_EQ(view.rules[0].category, "GAMBLING");
  EXPECT_EQ(view.rules[0].messages, 5);
  ASSERT_EQ(view.rules[0].samples.size(), 2U) << "of different texts";
  EXPECT_EQ(view.rules[0].samples[0].message_id, MessageId{6});
  EXPECT_EQ(view.rules[0].samples[1].message_id, MessageId{10});
  EXPECT_EQ(view.rules[0].samples[0].term, "六合彩资料");
  EXPECT_EQ(view.rules.back().category, "ABSOLUTE_TERM");
}

TEST(ScreenedMessages, SamplesAreFew) {
  ScreenedMessages screened(shipped_screener());
  const auto screen = screened.screen();
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_FALSE(screen(message("六合彩资料" + std::to_string(i) + "号。"), MessageClass::kMarketing).passes);
    screened.said_by(MessageId{i + 1});
  }
  const auto rules = screened.view().rules;
  ASSERT_FALSE(rules.empty());
  EXPECT_EQ(rules[0].messages, 10);
  EXPECT_EQ(rules[0].samples.size(), limits::kScreenedSamples);
}

TEST(ScreenedMessages, WithoutRulePacksNothingPasses) {
  ScreenedMessages screened(nullptr);
  EXPECT_FALSE(screened.screen()("x", MessageClass::kNotification).passes);
}

TEST(ScreenedMessages, PersonalDataIsRememberedWithTheText) {
  ScreenedMessages screened(shipped_screener());
  const std::string text = message("请联系13812345678，详情请咨询门店。");
  const auto at = static_cast<uint32_t>(text.find("13812345678"));
  const auto screen = screened.screen();
  for (int i = 0; i < 2; ++i) {
    const engine::Screened found = screen(text, MessageClass::kMarketing);
    EXPECT_TRUE(found.passes);
    EXPECT_EQ(found.personal, std::vector<screen::Span>({{at, at + 11}}));
    EXPECT_TRUE(screen(message("国家级品质，详情请咨询门店。"), MessageClass::kMarketing).personal.empty());
  }
  EXPECT_EQ(screened.view().texts, 2);
}

class ScreenedTestsTest : public testing::CampaignWorld {
 protected:
  void call(int64_t customer, std::string_view name) {
    ok(world_->store().db.write([&](db::Tx& tx) -> Result<bool> {
      const Bytes profile = world_->store().cipher.seal(store::column::kCustomerProfile,
                                                        R"({"name":")" + std::string(name) + R"("})");
      const std::array values{db::Param(profile), db::Param(customer)};
      YZ_TRY(tx.run_sql("UPDATE customer SET profile_sealed = $1 WHERE id = $2", values));
      return true;
    }));
  }
};

YIZHAN_FOR_EACH_STORE(ScreenedTestsTest);

TEST_P(ScreenedTestsTest, APreSendTestTellsWhatScreeningFound) {
  PreSendTests tests(world_->store(), *engine_, ScreenerInForce(shipped_screener()));
  const CampaignView set = with_parameters();
  const TestView test = ok(tests.start(technology_, set.id, {}));
  ASSERT_TRUE(test.screening);
  EXPECT_EQ(test.screening->messages, kCustomers);
  EXPECT_GE(test.screening->texts, 1);
  EXPECT_LE(test.screening->texts, kCustomers);
  EXPECT_EQ(test.screening->blocked, 0);
  EXPECT_EQ(test.screening->rule_packs.size(), 4U);
  ASSERT_TRUE(test.funnel);
  EXPECT_EQ(test.funnel->would_send, kCustomers);
  EXPECT_EQ(json::encode(*ok(tests.get(test.id)).screening), json::encode(*test.screening)) << "it is kept";
}

// Policy 3.3.2: also where the text is known from a message before.
TEST_P(ScreenedTestsTest, PersonalDataInAValueGoesToWhoAuthorisedIt) {
  for (const int64_t customer : {1, 2, 3}) call(customer, "13812345678");
  execute("INSERT INTO consent_state VALUES (2, 3, 'privacy_authorisation', 1, 0, 0)");
  PreSendTests tests(world_->store(), *engine_, ScreenerInForce(shipped_screener()));
  const TestView test = ok(tests.start(technology_, with_parameters().id, {}));
  ASSERT_TRUE(test.funnel && test.screening);
  EXPECT_EQ(test.funnel->would_send, kCustomers - 2);
  EXPECT_EQ(test.funnel->refused, (std::map<std::string, int64_t>{{"privacy_authorisation_missing", 2}}));
  const auto& rules = test.screening->rules;
  const auto phone = std::ranges::find(rules, "cn.privacy.phone", &ScreenedRule::rule_id);
  ASSERT_NE(phone, rules.end());
  EXPECT_EQ(phone->messages, 3);
  EXPECT_EQ(test.screening->texts, kCustomers - 2);
}

}  // namespace
}  // namespace yizhan::service
