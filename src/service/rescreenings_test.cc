#include "service/rescreenings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "domain/message.h"
#include "engine/gate_lookup.h"
#include "service/screening_clerk.h"
#include "service/tasks.h"
#include "support/campaign_world.h"

namespace yizhan::service {
namespace {

namespace fs = std::filesystem;
using domain::CampaignState;
using domain::ContentState;
using domain::Role;

FindingView finding(std::string rule, std::string severity, std::string matched) {
  FindingView f;
  f.rule_id = std::move(rule);
  f.severity = std::move(severity);
  f.matched = std::move(matched);
  f.part = "body";
  return f;
}
ScreeningView screening(std::string verdict, std::vector<FindingView> findings) {
  return {.verdict = std::move(verdict),
          .findings = std::move(findings),
          .rule_packs = {},
          .sectors = {},
          .promotion = {}};
}

TEST(IsWorse, ByVerdictThenByTheGravestFindings) {
  const auto info = finding("a", "info", "x"), review = finding("a", "review", "x"),
             other = finding("a", "review", "y"), block = finding("b", "block", "z");
  EXPECT_FALSE(is_worse({}, screening("pass", {info})));
  EXPECT_TRUE(is_worse({info}, screening("review", {review}))) << "graver than it was";
  EXPECT_FALSE(is_worse({review}, screening("review", {review})));
  EXPECT_TRUE(is_worse({review}, screening("review", {review, other}))) << "other words";
  EXPECT_FALSE(is_worse({review, other}, screening("review", {other})));
  EXPECT_TRUE(is_worse({review}, screening("block", {review, block})));
  EXPECT_FALSE(is_worse({block}, screening("review", {review})));
  EXPECT_FALSE(is_worse({review}, screening("pass", {})));
}

// The content of this world says "亲爱的{name}，本店周年庆，全场九折。".
class RescreeningsTest : public testing::CampaignWorld {
 protected:
  void SetUp() override {
    CampaignWorld::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    fs::create_directories(folder());
    for (const char* name : {"cn_format.toml", "cn_forbidden.toml", "cn_advertising.toml", "cn_sector.toml"})
      fs::copy(std::string("rules/") + name, folder() + "/" + name);
    fs::copy("rules/data", folder() + "/data", fs::copy_options::recursive);
    packs_.emplace(world_->store(), folder(), in_force_);
    packs_->load_first();
    // As it was when it was approved.
    const auto view = ok(Contents(world_->store(), in_force_).get(content_));
    ContentTextSpec text = view.latest.text;
    const auto found = ok(Contents(world_->store(), in_force_).measure(text)).screening;
    ASSERT_NE(found.verdict, "block") << json::encode(found);
    execute("UPDATE content_version SET verdict = " + std::string(found.verdict == "review" ? "1" : "0") +
            ", findings = '" + json::encode(found.findings) + "'");
    rescreenings_.emplace(world_->store(), *packs_, *engine_);
  }
  std::string folder() const { return folder_.file("rules"); }
  void forbid(const std::string& severity, const std::string& term = "周年庆",
              const std::string& category = "FALSE_PROMISE") {
    std::ofstream(folder() + "/company.toml", std::ios::binary)
        << "[pack]\nid = \"company\"\nversion = \"1\"\njurisdiction = \"CN\"\neffective_date = 2020-01-01\n"
           "[[rule]]\nid = \"company.words\"\ncategory = \"" +
               category + "\"\nseverity = \"" + severity +
               "\"\nlegal_basis = \"x\"\nsuggestion = { zh = \"改\", en = \"change\" }\nterms = [\"" + term +
               "\"]\n";
    reload();
  }
  void forbid_nothing() {
    fs::remove(folder() + "/company.toml");
    reload();
  }
  void reload() {
    ok(packs_->reload(system_principal(), RulePackTrigger::kSignal));
    EXPECT_FALSE(ok(rescreenings_->step())) << "there is less than a step to do";
  }
  RescreeningView now() { return ok(rescreenings_->get(content_)); }
  bool approved(int64_t batch) {
    return ok(db().read([&](db::Tx& tx) -> Result<bool> {
      const auto plan = YZ_TRY(engine::load_batch_plan(tx, batch));
      return YZ_TRY(engine::load_batch_rules(tx, *plan, clock_.now())).rules.approved;
    }));
  }
  Approval approval() { return ok(Contents(world_->store(), in_force_).get(content_)).approval; }
  std::vector<TaskView> tasks() {
    Tasks all(world_->store(), [] { return std::vector<engine::ChannelStatus>{}; });
    auto list = ok(all.list(compliance_)).items;
    std::erase_if(list, [](const TaskView& task) { return task.kind != "content_rescreened"; });
    return list;
  }
  ConfirmRescreening confirmation(const RescreeningView& view) {
    ConfirmRescreening out{"新规则下复核，仍属事实陈述", {}};
    for (const FindingView& f : view.screening.findings)
      if (f.severity == "review")
        out.dispositions.push_back({f.index, DispositionDecision::kDismissed, "属实"});
    return out;
  }

  testing::TemporaryFolder folder_;
  ScreenerInForce in_force_;
  std::optional<RulePacks> packs_;
  std::optional<Rescreenings> rescreenings_;
  const Principal compliance_{store::ActorKind::kUser, 13, "c", domain::Roles{}.with(Role::kCompliance), {}};
};

YIZHAN_FOR_EACH_STORE(RescreeningsTest);

TEST_P(RescreeningsTest, WhatIsNoWorseIsNobodysTask) {
  EXPECT_FALSE(ok(rescreenings_->step()));
  const RescreeningView view = now();
  EXPECT_EQ(view.state, RescreeningState::kUnchanged);
  EXPECT_EQ(view.rule_pack_set, packs_->view().set);
  EXPECT_EQ(view.screened_at, clock_.now());
  EXPECT_EQ(ok(rescreenings_->list({})).items.size(), 0U);
  EXPECT_EQ(ok(rescreenings_->list({})).left, 0);
  EXPECT_EQ(ok(rescreenings_->list({.after = {}, .of = RescreeningsOf::kAll})).items.size(), 1U);
  EXPECT_TRUE(tasks().empty());
  // Another set screens it once more; the same one does not.
  clock_.advance(seconds(1));
  EXPECT_FALSE(ok(rescreenings_->step()));
  EXPECT_LT(now().screened_at, clock_.now());
  forbid("review", "不在其中的词");
  EXPECT_EQ(now().screened_at, clock_.now());
  EXPECT_EQ(now().state, RescreeningState::kUnchanged);
}

TEST_P(RescreeningsTest, WorseIsComplianceSTaskAndSendingGoesOn) {
  const CampaignView campaign = ready();
  forbid("review");
  const RescreeningView view = now();
  EXPECT_EQ(view.state, RescreeningState::kWorse);
  EXPECT_EQ(view.opened_at, clock_.now());
  EXPECT_EQ(approval(), Approval::kStands);
  EXPECT_TRUE(approved(batch_of(campaign.id)));
  ASSERT_EQ(tasks().size(), 1U);
  EXPECT_EQ(tasks()[0].object_id, to_string(content_));
  EXPECT_EQ(tasks()[0].state, "worse");
  EXPECT_EQ(actions().back(), "content.screened_worse");
  // What was tested was tested by other rules.
  clock_.advance(seconds(1));
  refused(campaigns_->start(technology_, campaign.id, {}), ErrorCode::kTestRequired, "test_id");

  // Each finding for review is dismissed with a reason.
  refused(rescreenings_->confirm(compliance_, content_, {}, {"x", {}}), ErrorCode::kChecklistIncomplete,
          "/dispositions");
  const RescreeningView done = ok(rescreenings_->confirm(compliance_, content_, {}, confirmation(view)));
  EXPECT_EQ(done.state, RescreeningState::kConfirmed);
  EXPECT_EQ(done.decided_by, UserId{13});
  EXPECT_FALSE(done.opened_at);
  EXPECT_TRUE(tasks().empty());
  EXPECT_EQ(actions().back(), "content.confirm");
  refused(rescreenings_->confirm(compliance_, content_, {}, confirmation(view)), ErrorCode::kWrongState,
          "state");
  // What was accepted is what later packs are held against.
  std::ofstream(folder() + "/company.toml", std::ios::app) << "# another file\n";
  reload();
  EXPECT_EQ(now().state, RescreeningState::kConfirmed);
  forbid("review", "全场");
  EXPECT_EQ(now().state, RescreeningState::kWorse);
}

TEST_P(RescreeningsTest, FindingsAreSettledAsForAnApproval) {
  forbid("review");
  const ConfirmRescreening whole = confirmation(now());
  ASSERT_FALSE(whole.dispositions.empty());
  const auto refused_with = [&](const Disposition& last, ErrorCode code, const std::string& member) {
    ConfirmRescreening faulty = whole;
    faulty.dispositions.back() = last;
    refused(rescreenings_->confirm(compliance_, content_, {}, faulty), code,
            "/dispositions/" + std::to_string(faulty.dispositions.size() - 1) + member);
  };
  const int64_t finding = whole.dispositions.back().finding;
  refused_with({150, DispositionDecision::kDismissed, "属实"}, ErrorCode::kInvalidArgument, "/finding");
  refused_with({finding, DispositionDecision::kDismissed, ""}, ErrorCode::kChecklistIncomplete, "/reason");
  refused_with({finding, DispositionDecision::kConfirmed, "属实"}, ErrorCode::kChecklistIncomplete,
               "/decision");
  ConfirmRescreening twice = whole;
  twice.dispositions.push_back(twice.dispositions.front());
  refused(rescreenings_->confirm(compliance_, content_, {}, twice), ErrorCode::kInvalidArgument,
          "/dispositions/" + std::to_string(whole.dispositions.size()) + "/finding");
}

TEST_P(RescreeningsTest, WhatIsPermittedIsKeptWithItsReason) {
  forbid("review");
  ConfirmRescreening permitting = confirmation(now());
  for (Disposition& d : permitting.dispositions)
    d = {d.finding, DispositionDecision::kPermitted, "周年庆属实，有门店公告"};
  EXPECT_EQ(ok(rescreenings_->confirm(compliance_, content_, {}, permitting)).state,
            RescreeningState::kConfirmed);
  const auto expect_kept = [&, decided_at = clock_.now()] {
    const RescreeningView kept = now();
    EXPECT_EQ(json::encode(kept.dispositions), json::encode(permitting.dispositions));
    EXPECT_EQ(kept.reason, permitting.reason);
    EXPECT_EQ(kept.decided_by, UserId{13});
    EXPECT_EQ(kept.decided_at, decided_at);
  };
  expect_kept();
  EXPECT_EQ(actions().back(), "content.confirm");
  // What is found the same again needs no other decision.
  clock_.advance(seconds(1));
  std::ofstream(folder() + "/company.toml", std::ios::app) << "# another file\n";
  reload();
  EXPECT_EQ(now().state, RescreeningState::kConfirmed);
  expect_kept();
}

// Policy 3.3.2: other packs do not undo what the approval said of personal data.
TEST_P(RescreeningsTest, WhatWasDismissedAsNoPersonalDataStaysDismissed) {
  forbid("review", "周年庆", "PRIVACY_LEAK");
  const std::string approved_with = json::encode(now().screening.findings);
  ASSERT_NE(approved_with.find("PRIVACY_LEAK"), std::string::npos);
  execute("DELETE FROM content_rescreening; UPDATE content_version SET verdict = 1, findings = '" +
          approved_with + "'");
  std::ofstream(folder() + "/company.toml", std::ios::app) << "# another file\n";
  reload();
  EXPECT_EQ(now().state, RescreeningState::kUnchanged);
  EXPECT_FALSE(ok(Contents(world_->store(), in_force_).get(content_)).latest.carries_personal_data);
  PreSendTests tests(world_->store(), *engine_, in_force_);
  const TestView test = ok(tests.start(technology_, with_parameters().id, {}));
  ASSERT_TRUE(test.funnel && test.screening);
  EXPECT_EQ(test.screening->to_review, kCustomers) << "it is found in each rendered text";
  EXPECT_EQ(test.funnel->would_send, kCustomers);
}

TEST_P(RescreeningsTest, ATestThatRunsMeanwhileDoesNotPass) {
  const CampaignId id = with_parameters().id;
  const TestId test = ok(tests_->start(technology_, id, {})).id;
  clock_.advance(seconds(1));
  forbid("review");
  deliver(handset_batch(test));
  ASSERT_TRUE(tests_->settle(test));
  EXPECT_EQ(ok(tests_->get(test)).state, domain::TestState::kFailed);
  EXPECT_EQ(state(id), CampaignState::kHandedOver);
}

TEST_P(RescreeningsTest, WhatIsBlockedIsNotSentUntilComplianceDecides) {
  const CampaignId id = running().id;
  const int64_t batch = batch_of(id);
  ASSERT_TRUE(approved(batch));
  forbid("block");
  EXPECT_EQ(now().state, RescreeningState::kSuspended);
  EXPECT_EQ(approval(), Approval::kSuspended);
  EXPECT_FALSE(approved(batch)) << "the gate";
  EXPECT_EQ(state(id), CampaignState::kPaused);
  EXPECT_EQ(ok(campaigns_->get(id)).state_reason, "screening_suspended");
  refused(campaigns_->resume(technology_, id, {"x"}), ErrorCode::kApprovalVoid, "content_id");
  EXPECT_EQ(tasks().size(), 1U);
  EXPECT_EQ(actions().back(), "content.suspend");
  // As it could not be approved.
  refused(rescreenings_->confirm(compliance_, content_, {}, confirmation(now())),
          ErrorCode::kScreeningBlocked, "findings");

  // A milder rule still leaves the decision to compliance, but it may be sent.
  forbid("review");
  EXPECT_EQ(now().state, RescreeningState::kWorse);
  EXPECT_TRUE(approved(batch));
  EXPECT_EQ(actions().back(), "content.screened_worse");

  forbid("block");
  EXPECT_FALSE(approved(batch));
  // With nothing worse than was approved the approval stands by itself; campaigns wait for people.
  forbid_nothing();
  EXPECT_EQ(now().state, RescreeningState::kUnchanged);
  EXPECT_EQ(actions().back(), "content.suspension_lift");
  EXPECT_TRUE(tasks().empty());
  EXPECT_EQ(state(id), CampaignState::kPaused);
  ok(campaigns_->resume(technology_, id, {"规则已修正"}));
  EXPECT_TRUE(approved(batch));
}

TEST_P(RescreeningsTest, AnApplicationsBatchIsHaltedAndGoesOn) {
  const int64_t batch = batch_of(running().id);
  execute("UPDATE batch SET origin = " +
          std::to_string(static_cast<int64_t>(domain::BatchOrigin::kApplication)));
  forbid("block");
  EXPECT_EQ(number("state", "batch", batch), static_cast<int64_t>(domain::BatchState::kPaused));
  forbid_nothing();
  EXPECT_EQ(number("state", "batch", batch), static_cast<int64_t>(domain::BatchState::kRunning));
}

TEST_P(RescreeningsTest, WithdrawalIsADecisionToo) {
  forbid("block");
  ASSERT_EQ(tasks().size(), 1U);
  ok(Contents(world_->store(), in_force_).withdraw(compliance_, content_, {}, {"新规不允许"}));
  EXPECT_TRUE(tasks().empty());
  EXPECT_TRUE(ok(rescreenings_->list({})).items.empty());
  refused(rescreenings_->get(content_), ErrorCode::kNotFound);
}

TEST_P(RescreeningsTest, WhoeverHadAHandInItDoesNotDecide) {
  forbid("review");
  execute("UPDATE content_version SET created_by = 13");
  EXPECT_TRUE(tasks().empty());
  refused(rescreenings_->confirm(compliance_, content_, {}, confirmation(now())),
          ErrorCode::kSeparationOfDuties);
}

// More than one step's worth, with a stop between two of them.
TEST_P(RescreeningsTest, ItGoesOnWhereItStopped) {
  for (int64_t i = 0; i < limits::kRescreenedRows; ++i)
    ok(world_->add_content("第" + std::to_string(i) + "段文字。", "拒收请回复R"));
  const auto screened = [&] { return count("SELECT count(*) FROM content_rescreening"); };
  EXPECT_TRUE(ok(rescreenings_->step()));
  EXPECT_EQ(screened(), limits::kRescreenedRows);
  EXPECT_EQ(ok(rescreenings_->list({})).left, 1);
  Rescreenings after_restart(world_->store(), *packs_, *engine_);
  EXPECT_FALSE(ok(after_restart.step()));
  EXPECT_EQ(screened(), limits::kRescreenedRows + 1);
  EXPECT_FALSE(ok(after_restart.step()));
}

// In review: kept beside, decided on there; once approved it is looked at again.
TEST_P(RescreeningsTest, WhatIsInReviewIsDecidedOnThere) {
  const auto left = [&] { return ok(rescreenings_->list({})).left; };
  const auto becomes = [&](ContentState state) {
    execute("UPDATE content SET state = " + std::to_string(static_cast<int64_t>(state)) +
            ", approved_version_id = 0");
  };
  for (const ContentState state : values_of(ContentState{})) {
    becomes(state);
    execute("DELETE FROM content_rescreening");
    const bool in_review = state == ContentState::kFirstReviewed || state == ContentState::kSubmitted ||
                           state == ContentState::kSecondReview;
    EXPECT_EQ(left(), in_review ? 1 : 0) << name_of(state);
    EXPECT_FALSE(ok(rescreenings_->step()));
    EXPECT_EQ(count("SELECT count(*) FROM content_rescreening WHERE live_as = 1"), in_review ? 1 : 0)
        << name_of(state);
    EXPECT_EQ(left(), 0) << name_of(state);
  }
  becomes(ContentState::kSubmitted);
  execute("DELETE FROM content_rescreening");
  forbid("block");
  EXPECT_EQ(count("SELECT count(*) FROM content_rescreening WHERE state = 1 AND verdict = 2 AND live_as = 1"),
            1);
  EXPECT_TRUE(tasks().empty());
  execute("UPDATE content SET state = 4, approved_version_id = version_id");
  EXPECT_FALSE(ok(rescreenings_->step()));
  EXPECT_EQ(now().state, RescreeningState::kSuspended);
}

}  // namespace
}  // namespace yizhan::service
