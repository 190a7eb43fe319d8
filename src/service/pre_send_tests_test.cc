#include "service/pre_send_tests.h"

#include <gtest/gtest.h>

#include "support/campaign_world.h"

namespace yizhan::service {
namespace {

using domain::CampaignState;
using domain::MessageState;
using domain::TestState;

class PreSendTestsTest : public testing::CampaignWorld {
 protected:
  TestView settled(TestId id) {
    EXPECT_TRUE(tests_->settle(id));
    return ok(tests_->get(id));
  }
};

YIZHAN_FOR_EACH_STORE(PreSendTestsTest);

TEST_P(PreSendTestsTest, EveryRecipientGoesThroughTheGates) {
  execute(
      "UPDATE customer SET suppressed = 8 WHERE id = 1; DELETE FROM consent_state WHERE customer_id = 2;"
      "UPDATE customer SET profile_sealed = NULL WHERE id = 3");
  const CampaignView set = with_parameters();
  const TestView test = ok(tests_->start(technology_, set.id, set.version));
  ASSERT_TRUE(test.funnel);
  EXPECT_EQ(test.funnel->audience, kCustomers);
  EXPECT_EQ(test.funnel->would_send, 1);
  EXPECT_EQ(test.funnel->refused, (std::map<std::string, int64_t>{
                                      {"suppressed", 1}, {"consent_missing", 1}, {"variable_missing", 1}}));
  EXPECT_EQ(test.funnel->segments, 1);
  EXPECT_EQ(test.state, TestState::kHandsets);
  EXPECT_EQ(test.binding_hash, set.binding_hash);
  EXPECT_EQ(state(set.id), CampaignState::kTesting);
  EXPECT_EQ(audited("campaign.test", set.id), 1);
  refused(tests_->start(technology_, set.id, {}), ErrorCode::kWrongState, "state");
}

// Policy 3.3.2, in the dry run as at the claim; the handsets are the company's own.
TEST_P(PreSendTestsTest, PersonalDataGoesToWhoAuthorisedIt) {
  execute(
      "UPDATE content_version SET personal_data = 1;"
      "INSERT INTO consent_state VALUES (1, 3, 'privacy_authorisation', 1, 0, 0);"
      "INSERT INTO consent_state VALUES (2, 3, 'privacy_authorisation', 2, 0, 0)");
  const TestView test = ok(tests_->start(technology_, with_parameters().id, {}));
  ASSERT_TRUE(test.funnel);
  EXPECT_EQ(test.funnel->would_send, 1);
  EXPECT_EQ(test.funnel->refused, (std::map<std::string, int64_t>{{"privacy_authorisation_missing", 3}}));
  EXPECT_EQ(test.state, TestState::kHandsets);
}

TEST_P(PreSendTestsTest, TheHandsetsReceiptsDecide) {
  const CampaignView set = with_parameters();
  const TestView test = ok(tests_->start(technology_, set.id, {}));
  ASSERT_EQ(test.handsets.size(), 1u);
  EXPECT_EQ(test.handsets[0].label, "desk");
  EXPECT_EQ(test.handsets[0].number, "+86 139****9000");
  EXPECT_EQ(ok(tests_->waiting()), std::vector<TestId>{test.id});
  EXPECT_EQ(settled(test.id).state, TestState::kHandsets) << "nothing has come yet";
  deliver(handset_batch(test.id), MessageState::kSent);
  EXPECT_EQ(settled(test.id).state, TestState::kHandsets) << "sent is not received";
  deliver(handset_batch(test.id));
  const TestView passed = settled(test.id);
  EXPECT_EQ(passed.state, TestState::kPassed);
  EXPECT_EQ(passed.expires_at, clock_.now() + hours(24));
  EXPECT_EQ(passed.funnel->audience, kCustomers);
  EXPECT_EQ(state(set.id), CampaignState::kReady);
  EXPECT_EQ(audited("campaign.test_passed", set.id), 1);
  EXPECT_TRUE(ok(tests_->waiting()).empty());
  EXPECT_TRUE(tests_->settle(test.id)) << "decided is decided";
  EXPECT_EQ(audited("campaign.test_passed", set.id), 1);
}

TEST_P(PreSendTestsTest, AHandsetThatIsNotReachedFailsTheTest) {
  ok(TestHandsets(world_->store()).add(technology_, {"second", "13900139001"}));
  const CampaignView set = with_parameters();
  const TestView test = ok(tests_->start(technology_, set.id, {}));
  ASSERT_EQ(test.handsets.size(), 2u);
  const int64_t batch = handset_batch(test.id);
  deliver(batch);
  deliver(batch, MessageState::kRefused, domain::Reason::kSuppressed,
          " AND id = (SELECT max(id) FROM message)");
  const TestView failed = settled(test.id);
  EXPECT_EQ(failed.state, TestState::kFailed);
  EXPECT_FALSE(failed.failure.empty());
  EXPECT_FALSE(failed.expires_at);
  EXPECT_EQ(state(set.id), CampaignState::kHandedOver);
  EXPECT_EQ(audited("campaign.test_failed", set.id), 1);
}

TEST_P(PreSendTestsTest, PatienceEnds) {
  const CampaignView set = with_parameters();
  const TestView test = ok(tests_->start(technology_, set.id, {}));
  clock_.advance(minutes(5));
  EXPECT_EQ(settled(test.id).state, TestState::kHandsets);
  clock_.advance(seconds(1));
  EXPECT_EQ(settled(test.id).state, TestState::kFailed);
  EXPECT_EQ(number("state", "batch", handset_batch(test.id)),
            static_cast<int64_t>(domain::BatchState::kCancelled));
}

TEST_P(PreSendTestsTest, WithoutAHandsetOrARecipientItFails) {
  const CampaignView set = with_parameters();
  execute("DELETE FROM test_handset");
  const TestView none = ok(tests_->start(technology_, set.id, {}));
  EXPECT_EQ(none.state, TestState::kFailed);
  EXPECT_EQ(none.funnel->audience, kCustomers) << "the dry run is kept";
  execute("DELETE FROM consent_state");
  const TestView nobody = ok(tests_->start(technology_, set.id, {}));
  EXPECT_EQ(nobody.state, TestState::kFailed);
  EXPECT_EQ(nobody.funnel->would_send, 0);
  EXPECT_EQ(state(set.id), CampaignState::kHandedOver);
  EXPECT_EQ(count("SELECT count(*) FROM message m JOIN batch b ON b.id = m.batch_id WHERE b.origin = 2"), 0);
}

TEST_P(PreSendTestsTest, ParametersComeFirst) {
  refused(tests_->start(technology_, handed_over().id, {}), ErrorCode::kWrongState, "parameters");
  refused(tests_->start(technology_, planned().id, {}), ErrorCode::kWrongState, "state");
  refused(tests_->get(TestId{5}), ErrorCode::kNotFound);
}

// Somebody's telephone is no target: so many tests in any 24 hours.
TEST_P(PreSendTestsTest, AHandsetGetsSoManyTestsADay) {
  const CampaignId id = with_parameters().id;
  const auto run = [&] {
    const TestView test = ok(tests_->start(technology_, id, {}));
    if (test.state == TestState::kFailed) return test.handsets.size();
    deliver(handset_batch(test.id));
    EXPECT_EQ(settled(test.id).state, TestState::kPassed);
    return test.handsets.size();
  };
  for (int64_t i = 0; i < limits::kTestsPerHandsetDay; ++i) ASSERT_EQ(run(), 1u) << i;
  EXPECT_EQ(run(), 0u);
  // Registering it anew changes nothing; another one is tested alone.
  execute("DELETE FROM test_handset");
  ok(TestHandsets(world_->store()).add(technology_, {"again", "13900139000"}));
  EXPECT_EQ(run(), 0u);
  ok(TestHandsets(world_->store()).add(technology_, {"other", "13900139001"}));
  EXPECT_EQ(run(), 1u);
  clock_.advance(hours(24));
  EXPECT_EQ(run(), 2u);
}

TEST_P(PreSendTestsTest, ATestCutOffByAStopFails) {
  const CampaignView set = with_parameters();
  const TestView test = ok(tests_->start(technology_, set.id, {}));
  execute("UPDATE campaign_test SET state = 1");
  ASSERT_TRUE(tests_->recover());
  EXPECT_EQ(ok(tests_->get(test.id)).state, TestState::kFailed);
  EXPECT_EQ(state(set.id), CampaignState::kHandedOver);
}

}  // namespace
}  // namespace yizhan::service
