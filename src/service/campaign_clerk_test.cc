#include "service/campaign_clerk.h"

#include <gtest/gtest.h>

#include "support/campaign_world.h"

namespace yizhan::service {
namespace {

using domain::CampaignState;
using domain::MessageState;

class CampaignClerkTest : public testing::CampaignWorld {
 protected:
  CampaignState after_a_round(CampaignId id) {
    EXPECT_TRUE(clerk_->round());
    return state(id);
  }
  std::string reason_of(const std::string& action, CampaignId id) {
    std::string reason;
    EXPECT_TRUE(db().read([&](db::Tx& tx) {
      return tx.each_sql("SELECT reason FROM audit_log WHERE action = '" + action +
                             "' AND object_id = " + std::to_string(id.value),
                         {}, [&](const db::Row& r) { reason = r.string(0); });
    }));
    return reason;
  }
};

YIZHAN_FOR_EACH_STORE(CampaignClerkTest);

TEST_P(CampaignClerkTest, StartsWhatIsScheduledAtItsTime) {
  const CampaignId id = scheduled(clock_.now() + hours(2)).id;
  EXPECT_EQ(after_a_round(id), CampaignState::kScheduled);
  clock_.advance(seconds(2 * 3'600 - 1));
  EXPECT_EQ(after_a_round(id), CampaignState::kScheduled);
  clock_.advance(seconds(1));
  EXPECT_EQ(after_a_round(id), CampaignState::kRunning);
  EXPECT_EQ(audited("campaign.start", id), 1);
  EXPECT_EQ(after_a_round(id), CampaignState::kRunning);
  EXPECT_EQ(audited("campaign.start", id), 1);
}

// The server was down at its hour: within the grace it starts, after that people are asked.
TEST_P(CampaignClerkTest, AMissedScheduleWaitsForPeople) {
  const CampaignId soon = scheduled(clock_.now() + hours(1)).id;
  clock_.advance(minutes(90));
  EXPECT_EQ(after_a_round(soon), CampaignState::kRunning);

  const CampaignId late = scheduled(clock_.now() + hours(1)).id;
  clock_.advance(seconds(90 * 60 + 1));
  EXPECT_EQ(after_a_round(late), CampaignState::kReady);
  EXPECT_EQ(ok(campaigns_->get(late)).state_reason, "schedule_missed");
  EXPECT_EQ(reason_of("campaign.start_refused", late), "schedule_missed");
  EXPECT_EQ(after_a_round(late), CampaignState::kReady);
  ok(campaigns_->start(technology_, late, {}));
  EXPECT_EQ(after_a_round(late), CampaignState::kRunning);
}

TEST_P(CampaignClerkTest, AForbiddenStartGoesBackToTechnologyAndIsAudited) {
  const CampaignId expired = scheduled(clock_.now() + hours(25)).id;
  clock_.advance(hours(25));
  EXPECT_EQ(after_a_round(expired), CampaignState::kHandedOver);
  EXPECT_EQ(ok(campaigns_->get(expired)).state_reason, error_name(ErrorCode::kTestRequired));
  EXPECT_EQ(reason_of("campaign.start_refused", expired), error_name(ErrorCode::kTestRequired));

  const CampaignId voided = scheduled(clock_.now() + hours(1)).id;
  void_approval();
  clock_.advance(hours(1));
  EXPECT_EQ(after_a_round(voided), CampaignState::kHandedOver);
  EXPECT_EQ(reason_of("campaign.start_refused", voided), error_name(ErrorCode::kApprovalVoid));

  approve(version_);
  const CampaignId gone = scheduled(clock_.now() + hours(1)).id;
  approve(0);
  clock_.advance(hours(1));
  EXPECT_EQ(after_a_round(gone), CampaignState::kHandedOver);
  EXPECT_EQ(reason_of("campaign.start_refused", gone), error_name(ErrorCode::kApprovalRequired));
}

TEST_P(CampaignClerkTest, AnEmergencyStopIsWaitedFor) {
  const CampaignId id = scheduled(clock_.now() + hours(1)).id;
  ok(campaigns_->emergency_stop(technology_, {"a drill"}));
  clock_.advance(hours(1));
  EXPECT_EQ(after_a_round(id), CampaignState::kScheduled);
  EXPECT_EQ(audited("campaign.start_refused", id), 0);
  ok(campaigns_->emergency_release(technology_, {"over"}));
  EXPECT_EQ(after_a_round(id), CampaignState::kRunning);
}

// A fault that says nothing about the campaign is no refusal: it is tried again.
TEST_P(CampaignClerkTest, AFaultIsNoRefusal) {
  const CampaignId id = scheduled(clock_.now() + hours(1)).id;
  const std::string batch = " WHERE id = " + std::to_string(batch_of(id));
  execute("UPDATE batch SET state = 3" + batch);
  clock_.advance(hours(1));
  EXPECT_EQ(after_a_round(id), CampaignState::kScheduled);
  EXPECT_EQ(audited("campaign.start_refused", id), 0);
  EXPECT_EQ(audited("campaign.start", id), 0);
  execute("UPDATE batch SET state = 1" + batch);
  EXPECT_EQ(after_a_round(id), CampaignState::kRunning);
}

TEST_P(CampaignClerkTest, OneBadRowStopsNobodyElse) {
  const Time at = clock_.now() + hours(1);
  const CampaignId bad = scheduled(at).id, good = scheduled(at).id, bad_end = running().id,
                   end = running().id;
  deliver(batch_of(bad_end));
  deliver(batch_of(end));
  const TestView bad_test = ok(tests_->start(technology_, with_parameters().id, {}));
  const TestView test = ok(tests_->start(technology_, with_parameters().id, {}));
  deliver(handset_batch(bad_test.id));
  deliver(handset_batch(test.id));
  execute("UPDATE campaign SET audience = 'x' WHERE id IN (" + std::to_string(bad.value) + ", " +
          std::to_string(bad_end.value) +
          "); UPDATE campaign_test SET funnel = 'x' WHERE id = " + std::to_string(bad_test.id.value));
  clock_.advance(hours(1));
  EXPECT_EQ(after_a_round(good), CampaignState::kRunning);
  EXPECT_EQ(state(end), CampaignState::kCompleted);
  EXPECT_EQ(ok(tests_->get(test.id)).state, domain::TestState::kPassed);
  EXPECT_EQ(number("state", "campaign", bad.value), static_cast<int64_t>(CampaignState::kScheduled));
  EXPECT_EQ(number("state", "campaign", bad_end.value), static_cast<int64_t>(CampaignState::kRunning));
}

TEST_P(CampaignClerkTest, EveryStepToTheEndIsAudited) {
  const CampaignId id = running().id;
  const int64_t batch = batch_of(id);
  deliver(batch, MessageState::kQueued);
  EXPECT_EQ(after_a_round(id), CampaignState::kRunning);
  deliver(batch, MessageState::kSent);
  EXPECT_EQ(after_a_round(id), CampaignState::kFinishing);
  EXPECT_EQ(audited("campaign.finishing", id), 1);
  EXPECT_EQ(after_a_round(id), CampaignState::kFinishing);
  EXPECT_EQ(audited("campaign.finishing", id), 1);
  deliver(batch);
  EXPECT_EQ(after_a_round(id), CampaignState::kCompleted);
  EXPECT_EQ(audited("campaign.complete", id), 1);
  EXPECT_EQ(number("state", "batch", batch), static_cast<int64_t>(domain::BatchState::kFinished));
}

TEST_P(CampaignClerkTest, WhatWasCancelledStillGetsItsReport) {
  const CampaignId id = running().id, never = ready().id;
  ok(campaigns_->cancel(technology_, id, {"wrong price"}));
  ok(campaigns_->cancel(technology_, never, {"wrong price"}));
  deliver(batch_of(id), MessageState::kSent);
  EXPECT_EQ(after_a_round(id), CampaignState::kCancelled);
  EXPECT_FALSE(ok(campaigns_->get(id)).report_id);
  deliver(batch_of(id));
  EXPECT_EQ(after_a_round(id), CampaignState::kCancelled);
  const auto report = ok(campaigns_->get(id)).report_id;
  ASSERT_TRUE(report);
  EXPECT_EQ(ok(reports_->get(*report)).body.outcome, CampaignState::kCancelled);
  EXPECT_FALSE(ok(campaigns_->get(never)).report_id) << "nothing was sent";
}

}  // namespace
}  // namespace yizhan::service
