// Policy 4.2.3 and the limits that a campaign sets itself: what must be there before it starts, and what then
// holds.

#include <gtest/gtest.h>

#include "service/settings.h"
#include "support/campaign_world.h"

namespace yizhan::service {
namespace {

using domain::CampaignState;

class CampaignNoticeTest : public testing::CampaignWorld {
 protected:
  void SetUp() override {
    CampaignWorld::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    set_threshold(kCustomers - 1);
  }
  void set_threshold(int64_t people) {
    ChangeSendingSettings change;
    change.notice_threshold = people;
    ok(Settings(world_->store()).change_sending(testing::command_line(), {}, change));
  }
  CampaignView ready_with(const CampaignPlan& plan, const domain::CampaignParameters& parameters) {
    const CampaignId id = ok(campaigns_->create(marketing_, plan)).id;
    ok(campaigns_->freeze(marketing_, id, {}));
    ok(campaigns_->hand_over(marketing_, id, {}));
    ok(campaigns_->set_parameters(technology_, id, {}, parameters));
    return tested(id);
  }
  CampaignView tested(CampaignId id) {
    const TestId test = ok(tests_->start(technology_, id, {})).id;
    deliver(handset_batch(test));
    EXPECT_TRUE(tests_->settle(test));
    return ok(campaigns_->get(id));
  }
  CampaignPlan announcing(Duration from = {}, Duration until = days(90)) {
    CampaignPlan plan = this->plan();
    plan.announces = domain::AnnouncedFrequency{.span_seconds = 30 * 86'400,
                                                .maximum = 2,
                                                .valid_from = clock_.now() + from,
                                                .valid_until = clock_.now() + until};
    return plan;
  }
  CampaignId announced(const CampaignPlan& plan) {
    const CampaignId id = ready_with(plan, parameters()).id;
    ok(campaigns_->start(technology_, id, {}));
    return id;
  }
  domain::CampaignParameters naming(CampaignId announcement) {
    domain::CampaignParameters p = parameters();
    p.announcement_id = announcement;
    return p;
  }
  Result<CampaignView> start(CampaignId id) { return campaigns_->start(technology_, id, {}); }
  const Principal compliance_{store::ActorKind::kUser, 2, "c", {}, {}};
};
YIZHAN_FOR_EACH_STORE(CampaignNoticeTest);

TEST_P(CampaignNoticeTest, ALargeCampaignNeedsAnAnnouncement) {
  const CampaignId id = ready_with(plan(), parameters()).id;
  refused(start(id), ErrorCode::kNoticeRequired, "announcement_id");
  EXPECT_EQ(state(id), CampaignState::kReady);
  set_threshold(kCustomers);
  EXPECT_TRUE(start(id)) << "no larger than the threshold";
  set_threshold(0);
  EXPECT_TRUE(start(ready_with(plan(), parameters()).id)) << "never needed";
}

TEST_P(CampaignNoticeTest, AnAnnouncementThatReachedAsManyBindsAndLetsItGo) {
  const CampaignId announcement = announced(announcing());
  const CampaignId id = ready_with(plan(), naming(announcement)).id;
  refused(start(id), ErrorCode::kNoticeRequired, "announcement_id");
  deliver(batch_of(announcement));
  ASSERT_TRUE(clerk_->round());
  EXPECT_EQ(state(announcement), CampaignState::kCompleted);
  EXPECT_TRUE(start(id));
  EXPECT_EQ(count("SELECT count(*) FROM announced_frequency WHERE span_seconds = 2592000 AND maximum = 2"),
            1);
  EXPECT_EQ(ok(campaigns_->list({.announcing = true})).items.size(), 1u);
}

TEST_P(CampaignNoticeTest, AnAnnouncementThatFallsShortDoesNot) {
  const CampaignId few = announced(announcing());
  deliver(batch_of(few));
  execute(
      "UPDATE message SET state = 9, reason = 16 WHERE id = (SELECT min(id) FROM message WHERE batch_id = " +
      std::to_string(batch_of(few)) + ")");
  deliver(batch_of(few), domain::MessageState::kDelivered, domain::Reason::kNone, " AND state <> 9");
  ASSERT_TRUE(clerk_->round());
  refused(start(ready_with(plan(), naming(few)).id), ErrorCode::kNoticeRequired, "announcement_id");

  const CampaignId later = announced(announcing(days(1)));
  deliver(batch_of(later));
  ASSERT_TRUE(clerk_->round());
  refused(start(ready_with(plan(), naming(later)).id), ErrorCode::kNoticeRequired, "announcement_id");

  const CampaignId silent = announced(announcing());
  execute("UPDATE campaign SET announces = '' WHERE id = " + std::to_string(silent.value));
  refused(start(ready_with(plan(), naming(silent)).id), ErrorCode::kNoticeRequired, "announcement_id");
  refused(start(ready_with(plan(), naming(CampaignId{5})).id), ErrorCode::kNoticeRequired, "announcement_id");
  CampaignPlan over = announcing(days(-2), days(-1));
  refused(campaigns_->create(marketing_, over), ErrorCode::kInvalidArgument, "/announces/valid_until");
}

TEST_P(CampaignNoticeTest, ComplianceMayLetItGoWithAReason) {
  const CampaignId id = ready_with(plan(), parameters()).id;
  const CampaignView waived = ok(campaigns_->waive_notice(compliance_, id, {}, {"a recall"}));
  ASSERT_TRUE(waived.notice_waiver);
  EXPECT_EQ(waived.notice_waiver->reason, "a recall");
  EXPECT_EQ(audited("campaign.waive_notice", id), 1);
  EXPECT_TRUE(start(id));
  refused(campaigns_->waive_notice(compliance_, id, {}, {"again"}), ErrorCode::kWrongState, "state");
  // It was of these recipients.
  const CampaignId other = ready_with(plan(), parameters()).id;
  ok(campaigns_->waive_notice(compliance_, other, {}, {"a recall"}));
  EXPECT_FALSE(ok(campaigns_->reopen(marketing_, other, {}, {"more people"})).notice_waiver);
}

TEST_P(CampaignNoticeTest, AScheduledStartIsRefusedAndMayBeAskedForAgain) {
  const CampaignId id = ready_with(plan(), parameters(clock_.now() + hours(1))).id;
  EXPECT_EQ(ok(start(id)).state, CampaignState::kScheduled);
  clock_.advance(hours(1));
  ASSERT_TRUE(clerk_->round());
  EXPECT_EQ(state(id), CampaignState::kReady);
  EXPECT_EQ(ok(campaigns_->get(id)).state_reason, error_name(ErrorCode::kNoticeRequired));
  ok(campaigns_->waive_notice(compliance_, id, {}, {"a recall"}));
  EXPECT_EQ(ok(start(id)).state, CampaignState::kRunning);
}

TEST_P(CampaignNoticeTest, OwnLimitsAreBoundToTheTestAndReachTheBatch) {
  set_threshold(0);
  const CampaignView before = ready_with(plan(), parameters());
  domain::CampaignParameters p = parameters(clock_.now() + hours(1));
  p.frequency = {{7 * 86'400, 1}, {7 * 86'400, 2}};
  refused(campaigns_->set_parameters(technology_, before.id, {}, p), ErrorCode::kInvalidArgument,
          "/frequency/1");
  p.frequency->pop_back();
  p.expires_at = clock_.now() + hours(1);
  refused(campaigns_->set_parameters(technology_, before.id, {}, p), ErrorCode::kInvalidArgument,
          "/expires_at");
  p.expires_at = clock_.now() + minutes(80);
  const CampaignView set = ok(campaigns_->set_parameters(technology_, before.id, {}, p));
  EXPECT_NE(set.binding_hash, before.binding_hash);
  EXPECT_EQ(number("expires_at", "batch", batch_of(set.id)), p.expires_at->us);
  const auto batch = ok(db().read([&](db::Tx& tx) { return engine::load_batch_plan(tx, batch_of(set.id)); }));
  ASSERT_EQ(batch->frequency.size(), 1u);
  EXPECT_EQ(batch->frequency[0].span, days(7));
  // Too late to start.
  tested(set.id);
  EXPECT_EQ(ok(start(set.id)).state, CampaignState::kScheduled);
  clock_.advance(minutes(80));
  ASSERT_TRUE(clerk_->round());
  EXPECT_EQ(state(set.id), CampaignState::kHandedOver);
  EXPECT_EQ(ok(campaigns_->get(set.id)).state_reason, error_name(ErrorCode::kWrongState));
}

}  // namespace
}  // namespace yizhan::service
