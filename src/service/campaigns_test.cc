#include "service/campaigns.h"

#include <gtest/gtest.h>

#include "support/campaign_world.h"

namespace yizhan::service {
namespace {

using domain::CampaignState;

class CampaignsTest : public testing::CampaignWorld {
 protected:
  void add_import(int64_t id, domain::ImportState state) {
    execute("INSERT INTO import_job SELECT " + std::to_string(id) + ", 'f', number_index, '{}', " +
            std::to_string(static_cast<int64_t>(state)) +
            ", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', 0, 1, 0, 0 FROM customer WHERE id = 1");
  }
};

YIZHAN_FOR_EACH_STORE(CampaignsTest);

TEST_P(CampaignsTest, ThePlanIsChecked) {
  CampaignPlan p = plan();
  p.content_id = ContentId{9};
  refused(campaigns_->create(marketing_, p), ErrorCode::kNotFound, "/content_id");
  p = plan();
  p.message_class = domain::MessageClass::kNotification;
  refused(campaigns_->create(marketing_, p), ErrorCode::kInvalidArgument, "/message_class");
  p = plan();
  p.purpose = "another";
  refused(campaigns_->create(marketing_, p), ErrorCode::kInvalidArgument, "/purpose");
  p = plan();
  p.owner_id = UserId{77};
  refused(campaigns_->create(marketing_, p), ErrorCode::kNotFound, "/owner_id");
  p = plan();
  p.audience.import_id = ImportId{3};
  refused(campaigns_->create(marketing_, p), ErrorCode::kInvalidArgument, "/audience");
  EXPECT_EQ(count("SELECT count(*) FROM campaign"), 0);
}

TEST_P(CampaignsTest, AProgramNamesTheOwnerAndItsMakerAnswers) {
  const Principal key{store::ActorKind::kApiKey, 77, "erp", {}, {}, 2};
  refused(campaigns_->create(key, plan()), ErrorCode::kInvalidArgument, "/owner_id");
  CampaignPlan p = plan();
  p.owner_id = UserId{1};
  const CampaignView made = ok(campaigns_->create(key, p));
  EXPECT_EQ(made.owner_id, UserId{1});
  EXPECT_EQ(made.created_by, UserId{2});
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action = 'campaign.create' AND actor_kind = 2 AND "
                  "actor_id = 77 AND actor_name = 'erp'"),
            1);
  EXPECT_EQ(planned().owner_id, UserId{1}) << "of a person: himself";
}

TEST_P(CampaignsTest, OnlyAFinishedImportIsAnAudience) {
  add_import(31, domain::ImportState::kRunning);
  add_import(32, domain::ImportState::kFailed);
  add_import(33, domain::ImportState::kFinished);
  const auto by_import = [&](int64_t id) {
    CampaignPlan p = plan();
    p.audience = {.import_id = ImportId{id}};
    return campaigns_->create(marketing_, p);
  };
  const auto by_filter = [&](int64_t id) {
    CampaignPlan p = plan();
    p.audience.filter->import_id = ImportId{id};
    return campaigns_->create(marketing_, p);
  };
  refused(by_import(30), ErrorCode::kNotFound, "/audience/import_id");
  refused(by_filter(30), ErrorCode::kNotFound, "/audience/filter/import_id");
  for (const int64_t unfinished : {31, 32}) {
    refused(by_import(unfinished), ErrorCode::kWrongState, "/audience/import_id");
    refused(by_filter(unfinished), ErrorCode::kWrongState, "/audience/filter/import_id");
  }
  EXPECT_TRUE(by_import(33));
  EXPECT_TRUE(by_filter(33));
  execute("INSERT INTO segment SELECT 40, 's', '{\"import_id\":\"" + to_string(ImportId{31}) +
          "\"}', 1, 0, 0, 1");
  CampaignPlan p = plan();
  p.audience = {.segment_id = SegmentId{40}};
  refused(campaigns_->create(marketing_, p), ErrorCode::kWrongState, "/audience/segment_id");
  // Asked again at the freeze.
  const CampaignView made = ok(by_import(33));
  execute("UPDATE import_job SET state = 1 WHERE id = 33");
  refused(campaigns_->freeze(marketing_, made.id, {}), ErrorCode::kWrongState, "/audience/import_id");
  EXPECT_EQ(state(made.id), CampaignState::kPlanned);
}

TEST_P(CampaignsTest, TheFreezeFixesWhoAndWhat) {
  const CampaignView made = frozen();
  EXPECT_EQ(made.state, CampaignState::kFrozen);
  EXPECT_EQ(made.audience_count, kCustomers);
  EXPECT_EQ(made.content_version_id, ContentVersionId{version_});
  ASSERT_TRUE(made.audience_hash && made.content_hash);
  EXPECT_EQ(count("SELECT count(*) FROM message WHERE batch_id = " + std::to_string(batch_of(made.id))),
            kCustomers);
  EXPECT_EQ(frozen().audience_hash, made.audience_hash) << "the same people and texts";
  execute("UPDATE customer SET suppressed = 0, profile_sealed = NULL WHERE id = 2");
  EXPECT_NE(frozen().audience_hash, made.audience_hash);
  refused(campaigns_->update(marketing_, made.id, {}, plan()), ErrorCode::kWrongState, "state");

  CampaignPlan nobody = plan();
  nobody.audience.filter->cities = {"nowhere"};
  const CampaignView empty = ok(campaigns_->create(marketing_, nobody));
  refused(campaigns_->freeze(marketing_, empty.id, {}), ErrorCode::kInvalidArgument, "/audience");
  EXPECT_EQ(state(empty.id), CampaignState::kPlanned);
  EXPECT_EQ(audited("campaign.freeze_failed", empty.id), 1);
}

TEST_P(CampaignsTest, ReopenedItIsAPlanAgain) {
  const CampaignView ready = this->ready();
  const int64_t batch = batch_of(ready.id);
  const CampaignView again = ok(campaigns_->reopen(marketing_, ready.id, ready.version, {"another text"}));
  EXPECT_EQ(again.state, CampaignState::kPlanned);
  EXPECT_EQ(again.audience_count, 0);
  EXPECT_FALSE(again.content_hash || again.audience_hash || again.binding_hash || again.parameters ||
               again.test_id);
  EXPECT_EQ(number("state", "batch", batch), static_cast<int64_t>(domain::BatchState::kCancelled));
  EXPECT_EQ(
      count("SELECT count(*) FROM audit_log WHERE action = 'campaign.reopen' AND reason = 'another text'"),
      1);
  ASSERT_TRUE(campaigns_->update(marketing_, ready.id, {}, plan()));
  EXPECT_NE(batch_of(ok(campaigns_->freeze(marketing_, ready.id, {})).id), batch);
  // Not once it has started.
  const CampaignView started = running();
  refused(campaigns_->reopen(marketing_, started.id, {}, {"too late"}), ErrorCode::kWrongState, "state");
}

// Of two people who act on what they both saw, the second is told.
TEST_P(CampaignsTest, TwoPeopleAtOnce) {
  const CampaignView seen = planned();
  ASSERT_TRUE(campaigns_->update(marketing_, seen.id, seen.version, plan()));
  const auto late = [&](const auto& result) { refused(result, ErrorCode::kVersionConflict, "version"); };
  late(campaigns_->update(marketing_, seen.id, seen.version, plan()));
  late(campaigns_->freeze(marketing_, seen.id, seen.version));
  const CampaignView frozen = ok(campaigns_->freeze(marketing_, seen.id, seen.version + 1));
  late(campaigns_->hand_over(marketing_, seen.id, frozen.version - 1));
  late(campaigns_->reopen(marketing_, seen.id, frozen.version - 1, {"changed"}));
  const CampaignView handed = ok(campaigns_->hand_over(marketing_, seen.id, frozen.version));
  late(campaigns_->set_parameters(technology_, seen.id, frozen.version, parameters()));
  const CampaignView set = ok(campaigns_->set_parameters(technology_, seen.id, handed.version, parameters()));
  late(tests_->start(technology_, seen.id, handed.version));
  EXPECT_EQ(count("SELECT count(*) FROM campaign_test"), 0);
  const TestId test = ok(tests_->start(technology_, seen.id, set.version)).id;
  deliver(handset_batch(test));
  ASSERT_TRUE(tests_->settle(test));
  late(campaigns_->start(technology_, seen.id, set.version));
  EXPECT_EQ(state(seen.id), CampaignState::kReady);
  EXPECT_TRUE(campaigns_->start(technology_, seen.id, ok(campaigns_->get(seen.id)).version));
}

TEST_P(CampaignsTest, AContentThatChangedStopsEveryStep) {
  const CampaignView planned = this->planned(), frozen = this->frozen(), set = with_parameters(),
                     ready = this->ready(), later = this->ready(clock_.now() + hours(1)), paused = running();
  ASSERT_TRUE(campaigns_->pause(technology_, paused.id, {"a look"}));
  approve(0);
  refused(campaigns_->freeze(marketing_, planned.id, {}), ErrorCode::kApprovalRequired, "content_id");
  refused(campaigns_->start(technology_, ready.id, {}), ErrorCode::kApprovalRequired, "content_id");
  void_approval();
  refused(campaigns_->hand_over(marketing_, frozen.id, {}), ErrorCode::kApprovalVoid, "content_id");
  refused(tests_->start(technology_, set.id, {}), ErrorCode::kApprovalVoid, "content_id");
  refused(campaigns_->start(technology_, ready.id, {}), ErrorCode::kApprovalVoid, "content_id");
  refused(campaigns_->start(technology_, later.id, {}), ErrorCode::kApprovalVoid, "content_id");
  refused(campaigns_->resume(technology_, paused.id, {"on"}), ErrorCode::kApprovalVoid, "content_id");
  EXPECT_EQ(state(frozen.id), CampaignState::kFrozen);
  EXPECT_EQ(state(set.id), CampaignState::kHandedOver);
  EXPECT_EQ(state(ready.id), CampaignState::kReady);
  EXPECT_EQ(state(paused.id), CampaignState::kPaused);
  approve(version_);
  EXPECT_TRUE(campaigns_->resume(technology_, paused.id, {"on"}));
}

TEST_P(CampaignsTest, ParametersAreTechnologysAndChecked) {
  const CampaignView frozen = this->frozen();
  refused(campaigns_->set_parameters(technology_, frozen.id, {}, parameters()), ErrorCode::kWrongState,
          "state");
  const CampaignView handed = ok(campaigns_->hand_over(marketing_, frozen.id, {}));
  domain::CampaignParameters p = parameters();
  p.window_end_minute = p.window_start_minute;
  refused(campaigns_->set_parameters(technology_, handed.id, {}, p), ErrorCode::kInvalidArgument,
          "/window_end_minute");
  p = parameters();
  p.channel_id = ChannelId{7};
  refused(campaigns_->set_parameters(technology_, handed.id, {}, p), ErrorCode::kNotFound, "/channel_id");
  execute("UPDATE channel SET enabled = 0");
  refused(campaigns_->set_parameters(technology_, handed.id, {}, parameters()), ErrorCode::kWrongState,
          "/channel_id");
  execute(R"(UPDATE channel SET enabled = 1, options = '{"window_start_minute":600}')");
  const CampaignView set = ok(campaigns_->set_parameters(technology_, handed.id, {}, parameters()));
  EXPECT_TRUE(set.binding_hash);
  EXPECT_EQ(number("window_start", "batch", batch_of(set.id)), 600) << "the narrower of the two";
  EXPECT_EQ(number("failure_pause_percent", "batch", batch_of(set.id)), 30) << "the company's";
}

TEST_P(CampaignsTest, NoStartWithoutAPassedTestOfThisVeryCampaign) {
  refused(campaigns_->start(technology_, with_parameters().id, {}), ErrorCode::kTestRequired, "test_id");
  // Other parameters: the test was of other ones.
  const CampaignView changed = ready();
  domain::CampaignParameters p = parameters();
  p.window_end_minute = 18 * 60;
  const CampaignView set = ok(campaigns_->set_parameters(technology_, changed.id, {}, p));
  EXPECT_EQ(set.state, CampaignState::kHandedOver);
  EXPECT_NE(set.binding_hash, changed.binding_hash);
  refused(campaigns_->start(technology_, changed.id, {}), ErrorCode::kTestRequired, "test_id");
  // The test's binding is another one, whatever led there.
  const CampaignView other = ready();
  execute("UPDATE campaign_test SET binding_hash = (SELECT audience_hash FROM campaign WHERE id = " +
          std::to_string(other.id.value) + ") WHERE campaign_id = " + std::to_string(other.id.value));
  refused(campaigns_->start(technology_, other.id, {}), ErrorCode::kTestRequired, "test_id");
  // A test that failed.
  const CampaignView failed = ready();
  execute("UPDATE campaign_test SET state = 4 WHERE campaign_id = " + std::to_string(failed.id.value));
  refused(campaigns_->start(technology_, failed.id, {}), ErrorCode::kTestRequired, "test_id");
  EXPECT_EQ(count("SELECT count(*) FROM campaign WHERE started_at <> 0"), 0);
}

TEST_P(CampaignsTest, AnotherChannelNeedsAnotherTest) {
  const CampaignView ready = this->ready();
  for (const char* change : {"host = '10.0.0.9'", "port = 1", "system_id = 'x'", "access_code = '1069'",
                             R"(options = '{"window":7}')"}) {
    const auto before = db().read([&](db::Tx& tx) -> Result<std::string> {
      std::string row;
      YZ_CHECK(tx.each_sql(
          "SELECT host, port, system_id, access_code, options FROM channel", {}, [&](const db::Row& r) {
            row = "host = '" + r.string(0) + "', port = " + std::to_string(r.i64(1)) + ", system_id = '" +
                  r.string(2) + "', access_code = '" + r.string(3) + "', options = '" + r.string(4) + "'";
          }));
      return row;
    });
    ASSERT_TRUE(before);
    execute(std::string("UPDATE channel SET ") + change);
    refused(campaigns_->start(technology_, ready.id, {}), ErrorCode::kTestRequired, "test_id");
    execute("UPDATE channel SET " + *before);
  }
  EXPECT_TRUE(campaigns_->start(technology_, ready.id, {}));
}

TEST_P(CampaignsTest, ATestExpires) {
  const CampaignView ready = this->ready();
  clock_.advance(seconds(24 * 3'600 + 1));
  refused(campaigns_->start(technology_, ready.id, {}), ErrorCode::kTestRequired, "test_id");
  EXPECT_EQ(state(ready.id), CampaignState::kReady);
  const TestId test = ok(tests_->start(technology_, ready.id, {})).id;
  deliver(handset_batch(test));
  ASSERT_TRUE(tests_->settle(test));
  clock_.advance(hours(24));
  EXPECT_TRUE(campaigns_->start(technology_, ready.id, {}));
}

TEST_P(CampaignsTest, AStartSetsTheBatchRunning) {
  const CampaignView started = running();
  EXPECT_EQ(started.state, CampaignState::kRunning);
  EXPECT_EQ(started.started_at, clock_.now());
  EXPECT_EQ(number("state", "batch", batch_of(started.id)),
            static_cast<int64_t>(domain::BatchState::kRunning));
  EXPECT_EQ(audited("campaign.start", started.id), 1);
  refused(campaigns_->start(technology_, started.id, {}), ErrorCode::kWrongState, "state");
}

// The second call of a scheduled start is the first one again.
TEST_P(CampaignsTest, AScheduledStartWaitsHoweverOftenItIsAskedFor) {
  const CampaignView waiting = scheduled(clock_.now() + hours(2));
  EXPECT_EQ(waiting.state, CampaignState::kScheduled);
  const CampaignView again = ok(campaigns_->start(technology_, waiting.id, {}));
  EXPECT_EQ(json::encode(again), json::encode(waiting));
  EXPECT_EQ(audited("campaign.schedule", waiting.id), 1);
  EXPECT_EQ(audited("campaign.start", waiting.id), 0);
  EXPECT_EQ(number("state", "batch", batch_of(waiting.id)), static_cast<int64_t>(domain::BatchState::kHeld));
}

TEST_P(CampaignsTest, PausedResumedCancelled) {
  const CampaignView started = running();
  const int64_t batch = batch_of(started.id);
  ASSERT_TRUE(campaigns_->pause(technology_, started.id, {"a complaint"}));
  EXPECT_EQ(number("state", "batch", batch), static_cast<int64_t>(domain::BatchState::kPaused));
  EXPECT_EQ(ok(campaigns_->get(started.id)).state_reason, "a complaint");
  refused(campaigns_->pause(technology_, started.id, {"again"}), ErrorCode::kWrongState, "state");
  refused(campaigns_->start(technology_, started.id, {}), ErrorCode::kWrongState, "state");
  ASSERT_TRUE(campaigns_->resume(technology_, started.id, {"settled"}));
  EXPECT_EQ(number("state", "batch", batch), static_cast<int64_t>(domain::BatchState::kRunning));
  refused(campaigns_->resume(technology_, started.id, {"again"}), ErrorCode::kWrongState, "state");
  ASSERT_TRUE(campaigns_->cancel(technology_, started.id, {"wrong price"}));
  EXPECT_EQ(number("state", "batch", batch), static_cast<int64_t>(domain::BatchState::kCancelled));
  refused(campaigns_->cancel(technology_, started.id, {"again"}), ErrorCode::kWrongState, "state");
  for (const char* action : {"campaign.pause", "campaign.resume", "campaign.cancel"})
    EXPECT_EQ(audited(action, started.id), 1) << action;
}

TEST_P(CampaignsTest, AnEmergencyStopLetsNothingStart) {
  const CampaignView ready = this->ready(), paused = running();
  ASSERT_TRUE(campaigns_->pause(technology_, paused.id, {"a look"}));
  EXPECT_TRUE(ok(campaigns_->emergency_stop(technology_, {"wrong text"})).active);
  EXPECT_TRUE(ok(campaigns_->emergency()).active);
  refused(campaigns_->start(technology_, ready.id, {}), ErrorCode::kEmergencyStop);
  refused(campaigns_->resume(technology_, paused.id, {"on"}), ErrorCode::kEmergencyStop);
  EXPECT_FALSE(ok(campaigns_->emergency_release(technology_, {"corrected"})).active);
  EXPECT_TRUE(campaigns_->start(technology_, ready.id, {}));
  EXPECT_TRUE(campaigns_->resume(technology_, paused.id, {"on"}));
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action IN ('emergency.stop', 'emergency.release')"),
            2);
}

TEST_P(CampaignsTest, AFreezeCutOffByAStopIsAPlanAgain) {
  const CampaignView unreadable = frozen(), cut = frozen();
  const int64_t batch = batch_of(cut.id);
  execute("UPDATE campaign SET state = 2; UPDATE campaign SET audience = 'x' WHERE id = " +
          std::to_string(unreadable.id.value));
  ASSERT_TRUE(campaigns_->recover());
  const CampaignView after = ok(campaigns_->get(cut.id));
  EXPECT_EQ(after.state, CampaignState::kPlanned);
  EXPECT_EQ(after.state_reason, "freeze_interrupted");
  EXPECT_EQ(after.audience_count, 0);
  EXPECT_EQ(number("state", "batch", batch), static_cast<int64_t>(domain::BatchState::kCancelled));
  EXPECT_EQ(audited("campaign.freeze_interrupted", cut.id), 1);
  EXPECT_EQ(number("state", "campaign", unreadable.id.value), 2) << "and keeps nobody else";
}

TEST_P(CampaignsTest, ListsByPages) {
  std::vector<CampaignId> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(planned().id);
  const auto first = ok(campaigns_->list({.limit = 2}));
  ASSERT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.items[0].id, ids[2]);
  ASSERT_TRUE(first.next_after);
  const auto rest =
      ok(campaigns_->list({.limit = 2, .after = parse_id<CampaignTag>(*first.next_after).value()}));
  ASSERT_EQ(rest.items.size(), 1u);
  EXPECT_EQ(rest.items[0].id, ids[0]);
  EXPECT_FALSE(rest.next_after);
  EXPECT_TRUE(ok(campaigns_->list({.limit = 2, .state = CampaignState::kRunning})).items.empty());
}

}  // namespace
}  // namespace yizhan::service
