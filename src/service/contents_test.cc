#include "service/contents.h"

#include <gtest/gtest.h>

#include "crypto/digest.h"
#include "engine/batch_plan.h"
#include "store/queries.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using domain::CheckPoint;
using domain::ContentState;
using domain::MessageClass;
using domain::ReviewDecision;
using domain::ReviewKind;

std::shared_ptr<const screen::Screener> screener_of(const std::vector<std::string>& files) {
  auto loaded = screen::Screener::load(files, "2026-01-01");
  EXPECT_TRUE(loaded) << (loaded ? "" : to_string(loaded.error()));
  return loaded.value_or(nullptr);
}
std::shared_ptr<const screen::Screener> shipped_screener() {
  static const auto screener = screener_of({"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                            "rules/cn_advertising.toml", "rules/cn_sector.toml"});
  return screener;
}

ContentDraft draft(std::string body = "尊敬的{name}，您订购的会员服务已到续费时间，详情请咨询门店。") {
  ContentDraft d;
  d.name = "续费提醒";
  d.message_class = MessageClass::kMarketing;
  d.purpose = "promotion";
  d.signature = "驿站科技";
  d.body = std::move(body);
  d.opt_out_text = "拒收请回复R";
  if (d.body.contains("{name}")) d.variables = {{"name", 10, "王女士"}};
  return d;
}

std::vector<CheckAnswer> all_points(Answer answer = Answer::kYes, std::string note = "核对无误") {
  std::vector<CheckAnswer> list;
  for (const CheckPoint point : values_of(CheckPoint{})) list.push_back({point, answer, note});
  return list;
}

ApproveContent approval_of(const ContentView& view) {
  ApproveContent approval{"同意发送", all_points(), {}};
  for (const FindingView& f : view.latest.screening.findings)
    approval.dispositions.push_back({f.index, DispositionDecision::kDismissed, "门店服务，非促销"});
  return approval;
}

class ContentsTest : public testing::ServiceTest {
 protected:
  Contents contents() { return Contents(store(), shipped_screener()); }
  static Principal person(int64_t id) {
    return {store::ActorKind::kUser, id, "u" + std::to_string(id), {}, {}};
  }
  const Principal author_ = person(11), first_ = person(12), compliance_ = person(13);

  ContentView created(ContentDraft d = draft()) {
    auto view = contents().create(author_, d);
    EXPECT_TRUE(view) << (view ? "" : to_string(view.error()));
    return view.value_or(ContentView{});
  }
  ContentView submitted(ContentView view) {
    const auto reviewed =
        contents().first_review(first_, view.id, view.version, {all_points(Answer::kYes, ""), "已初审"});
    EXPECT_TRUE(reviewed) << (reviewed ? "" : to_string(reviewed.error()));
    const auto sent = contents().submit(author_, view.id, reviewed.value_or(view).version);
    EXPECT_TRUE(sent) << (sent ? "" : to_string(sent.error()));
    return sent.value_or(view);
  }
  ContentView approved() {
    const ContentView view = submitted(created());
    auto done = contents().approve(compliance_, view.id, view.version, approval_of(view));
    EXPECT_TRUE(done) << (done ? "" : to_string(done.error()));
    return done.value_or(view);
  }
  template <class T>
  static void expect_refused(const Result<T>& result, ErrorCode code, std::string_view field) {
    ASSERT_FALSE(result);
    EXPECT_EQ(error_name(result.error().code), error_name(code)) << result.error().message;
    EXPECT_EQ(result.error().field, field) << result.error().message;
  }
};

YIZHAN_FOR_EACH_STORE(ContentsTest);

TEST_P(ContentsTest, TheWholeRoad) {
  const ContentView made = created();
  EXPECT_EQ(made.state, ContentState::kDraft);
  EXPECT_EQ(made.version_number, 1);
  EXPECT_EQ(made.round, 1);
  EXPECT_EQ(made.approval, Approval::kNone);
  EXPECT_NE(made.verdict, "block");
  EXPECT_FALSE(made.latest.screening.rule_packs.empty());
  const auto digest = crypto::sha256(domain::canonical(to_domain(draft())));
  EXPECT_EQ(made.hash, Bytes(digest.begin(), digest.end()));
  EXPECT_TRUE(made.latest.measure.preview.starts_with("【驿站科技】尊敬的王女士，"));
  EXPECT_EQ(made.latest.measure.segments, 1);

  const ContentView sent = submitted(made);
  EXPECT_EQ(sent.state, ContentState::kSubmitted);
  const auto queue = contents().review_queue({});
  ASSERT_TRUE(queue);
  ASSERT_EQ(queue->items.size(), 1u);
  EXPECT_EQ(queue->items[0].content.id, made.id);
  EXPECT_EQ(queue->items[0].submitted_by, UserId{author_.id});

  const auto done = contents().approve(compliance_, sent.id, sent.version, approval_of(sent));
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(done->state, ContentState::kApproved);
  EXPECT_EQ(done->approval, Approval::kStands);
  EXPECT_EQ(done->approved_version_id, made.version_id);
  ASSERT_EQ(done->reviews.size(), 3u);
  EXPECT_EQ(done->reviews[0].kind, ReviewKind::kFirstReview);
  EXPECT_EQ(done->reviews[1].kind, ReviewKind::kSubmission);
  const ReviewView& opinion = done->reviews[2];
  EXPECT_EQ(opinion.decision, ReviewDecision::kApproved);
  EXPECT_EQ(opinion.opinion_number, "RO-2027-000001");
  EXPECT_EQ(opinion.version_hash, made.hash);
  EXPECT_EQ(opinion.reviewer_id, UserId{compliance_.id});
  EXPECT_EQ(opinion.checklist.size(), 5u);
  EXPECT_TRUE(contents().review_queue({})->items.empty());
  EXPECT_EQ(actions(), (std::vector<std::string>{"content.create", "content.first_review", "content.submit",
                                                 "content.approve"}));
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE detail LIKE '%" + to_hex(made.hash) + "%'"), 4);
  // The engine reads what was saved.
  const auto composer =
      db().read([&](db::Tx& tx) { return engine::load_composer(tx, made.version_id.value); });
  ASSERT_TRUE(composer) << to_string(composer.error());
  EXPECT_EQ(composer->variables(), std::vector<std::string>{"name"});
}

TEST_P(ContentsTest, ARejectedRound) {
  const ContentView sent = submitted(created());
  const RejectContent refusal{"请说明服务内容",
                              {{"completeness", "没有写明续费金额", ProblemSpan{"body", 0, 9}},
                               {"FALSE_PROMISE", "“到期”含义不清", {}}},
                              all_points(Answer::kNo, ""),
                              {}};
  const auto rejected = contents().reject(compliance_, sent.id, sent.version, refusal);
  ASSERT_TRUE(rejected) << to_string(rejected.error());
  EXPECT_EQ(rejected->state, ContentState::kRejected);
  EXPECT_EQ(rejected->round, 2);
  EXPECT_EQ(rejected->reviews[2].round, 1);
  EXPECT_EQ(rejected->reviews[2].opinion_number, "RO-2027-000001");
  ASSERT_EQ(rejected->reviews[2].problems.size(), 2u);
  EXPECT_EQ(rejected->reviews[2].problems[0].span->end, 9);
  expect_refused(contents().submit(author_, sent.id, {}), ErrorCode::kWrongState, "state");

  const auto saved = contents().save(author_, sent.id, rejected->version,
                                     draft("尊敬的{name}，您的会员服务续费为每月10元，详情请咨询门店。"));
  ASSERT_TRUE(saved) << to_string(saved.error());
  EXPECT_EQ(saved->version_number, 2);
  EXPECT_EQ(saved->state, ContentState::kDraft);
  // The first review was of the version before.
  expect_refused(contents().submit(author_, sent.id, saved->version), ErrorCode::kWrongState, "state");
  const ContentView again = submitted(*saved);
  const auto done = contents().approve(compliance_, again.id, again.version, approval_of(again));
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(done->reviews.back().round, 2);
  EXPECT_EQ(done->reviews.back().opinion_number, "RO-2027-000002");
  EXPECT_EQ(done->versions.size(), 2u);

  const auto diff = contents().compare(sent.id, {1, 2});
  ASSERT_TRUE(diff);
  std::string before, after;
  for (const DiffPiece& piece : diff->body) {
    if (piece.op != DiffOp::kInsert) before += piece.text;
    if (piece.op != DiffOp::kRemove) after += piece.text;
  }
  EXPECT_EQ(before, contents().get_version(sent.id, 1)->text.body);
  EXPECT_EQ(after, contents().get_version(sent.id, 2)->text.body);
  EXPECT_EQ(diff->signature, (std::vector<DiffPiece>{{DiffOp::kKeep, "驿站科技"}}));
  expect_refused(contents().compare(sent.id, {1, 9}), ErrorCode::kNotFound, "");
}

TEST_P(ContentsTest, ASaveWithoutAChangeMakesNoVersion) {
  const ContentView made = created();
  const auto same = contents().save(author_, made.id, made.version, draft());
  ASSERT_TRUE(same);
  EXPECT_EQ(json::encode(*same), json::encode(made));
  ContentDraft renamed = draft();
  renamed.name = "新名字";
  const auto named = contents().save(author_, made.id, made.version, renamed);
  ASSERT_TRUE(named);
  EXPECT_EQ(named->version_number, 1);
  EXPECT_EQ(named->name, "新名字");
  EXPECT_EQ(named->version, made.version + 1);
  expect_refused(contents().save(author_, made.id, made.version, draft("另一段文字。")),
                 ErrorCode::kVersionConflict, "version");
}

TEST_P(ContentsTest, AChangeVoidsTheApproval) {
  const ContentView done = approved();
  const auto saved = contents().save(author_, done.id, done.version, draft("您的会员服务已到续费时间。"));
  ASSERT_TRUE(saved) << to_string(saved.error());
  EXPECT_EQ(saved->approval, Approval::kVoidedByChange);
  EXPECT_FALSE(saved->approved_version_id);
  EXPECT_EQ(saved->round, 2);
  EXPECT_EQ(actions().back(), "content.approval_void");
  const auto gate = db().read([&](db::Tx& tx) {
    return tx.one(store::q::content_approved, [](const db::Row&) { return true; }, done.id);
  });
  ASSERT_TRUE(gate);
  EXPECT_FALSE(*gate);
}

TEST_P(ContentsTest, TheAuthorAndTheFirstReviewerCannotDecide) {
  const ContentView sent = submitted(created());
  for (const Principal& who : {author_, first_}) {
    expect_refused(contents().approve(who, sent.id, sent.version, approval_of(sent)),
                   ErrorCode::kSeparationOfDuties, "");
    expect_refused(
        contents().reject(who, sent.id, sent.version, {"不妥", {{"legality", "x", {}}}, all_points(), {}}),
        ErrorCode::kSeparationOfDuties, "");
  }
  EXPECT_EQ(contents().get(sent.id)->state, ContentState::kSubmitted);
  // Also when the version to decide on is someone else's.
  ASSERT_TRUE(contents().reject(compliance_, sent.id, sent.version,
                                {"不妥", {{"legality", "x", {}}}, all_points(), {}}));
  const auto saved = contents().save(person(14), sent.id, {}, draft("会员服务已到续费时间。"));
  ASSERT_TRUE(saved) << to_string(saved.error());
  const auto reviewed = contents().first_review(person(14), sent.id, {}, {all_points(), "初审"});
  ASSERT_TRUE(reviewed);
  const auto again = contents().submit(person(14), sent.id, {});
  ASSERT_TRUE(again);
  expect_refused(contents().approve(author_, sent.id, {}, approval_of(*again)),
                 ErrorCode::kSeparationOfDuties, "");
}

TEST_P(ContentsTest, WhatAKeyWroteItsMakerCannotDecideOn) {
  Principal key{store::ActorKind::kApiKey, 77, "erp", {}, {}, compliance_.id};
  const auto made = contents().create(key, draft());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->created_by, UserId{compliance_.id});
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE actor_kind = 2 AND actor_id = 77"), 1);
  const ContentView sent = submitted(*made);
  expect_refused(contents().approve(compliance_, sent.id, sent.version, approval_of(sent)),
                 ErrorCode::kSeparationOfDuties, "");
  EXPECT_TRUE(contents().approve(person(14), sent.id, sent.version, approval_of(sent)));
  // So also when the key did the first review only.
  const ContentView other = created();
  ASSERT_TRUE(contents().first_review(key, other.id, {}, {all_points(), "初审"}));
  const auto again = contents().submit(author_, other.id, {});
  ASSERT_TRUE(again);
  expect_refused(contents().approve(compliance_, other.id, {}, approval_of(*again)),
                 ErrorCode::kSeparationOfDuties, "");
}

TEST_P(ContentsTest, AnIncompleteChecklistIsRefused) {
  const ContentView made = created();
  auto four = all_points();
  four.pop_back();
  expect_refused(contents().first_review(first_, made.id, {}, {four, "初审"}),
                 ErrorCode::kChecklistIncomplete, "/checklist");
  auto twice = all_points();
  twice[1].point = twice[0].point;
  expect_refused(contents().first_review(first_, made.id, {}, {twice, "初审"}), ErrorCode::kInvalidArgument,
                 "/checklist/1/point");
  expect_refused(contents().first_review(first_, made.id, {}, {all_points(Answer::kNo), "初审"}),
                 ErrorCode::kChecklistIncomplete, "/checklist/0/answer");
  const ContentView sent = submitted(made);
  ApproveContent approval = approval_of(sent);
  approval.checklist = all_points(Answer::kYes, "");
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kChecklistIncomplete,
                 "/checklist/0/note");
  expect_refused(contents().reject(compliance_, sent.id, {}, {"不妥", {{"legality", "x", {}}}, four, {}}),
                 ErrorCode::kChecklistIncomplete, "/checklist");
}

TEST_P(ContentsTest, EveryFindingForReviewIsDisposedOf) {
  // A term that is for a reviewer to decide.
  const ContentView made = created(draft("本店为国家级服务网点，详情请咨询门店。"));
  ASSERT_EQ(made.verdict, "review") << json::encode(made.latest.screening);
  const ContentView sent = submitted(made);
  ApproveContent approval = approval_of(sent);
  approval.dispositions.clear();
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kChecklistIncomplete,
                 "/dispositions");
  approval = approval_of(sent);
  approval.dispositions[0].reason.clear();
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kChecklistIncomplete,
                 "/dispositions/0/reason");
  approval = approval_of(sent);
  approval.dispositions.push_back({150, DispositionDecision::kConfirmed, ""});
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kInvalidArgument,
                 "/dispositions/" + std::to_string(approval.dispositions.size() - 1) + "/finding");
  approval = approval_of(sent);
  approval.dispositions.push_back(approval.dispositions[0]);
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kInvalidArgument,
                 "/dispositions/" + std::to_string(approval.dispositions.size() - 1) + "/finding");
  // A problem that is confirmed is a reason to reject.
  approval = approval_of(sent);
  approval.dispositions[0].decision = DispositionDecision::kConfirmed;
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kChecklistIncomplete,
                 "/dispositions/0/decision");
  EXPECT_TRUE(contents().approve(compliance_, sent.id, {}, approval_of(sent)));
}

// What newer rule packs find is decided on by one who has seen it.
TEST_P(ContentsTest, OtherRulePacksAreLookedAtBeforeTheDecision) {
  const auto older = screener_of({"rules/cn_format.toml", "rules/cn_forbidden.toml", "rules/cn_sector.toml"});
  Contents then(store(), older);
  const auto made = then.create(author_, draft("本店为国家级服务网点，详情请咨询门店。"));
  ASSERT_TRUE(made);
  ASSERT_EQ(made->verdict, "pass") << json::encode(made->latest.screening);
  ASSERT_TRUE(then.first_review(first_, made->id, {}, {all_points(), "初审"}));
  const auto sent = then.submit(author_, made->id, {});
  ASSERT_TRUE(sent);
  expect_refused(contents().approve(compliance_, sent->id, sent->version, approval_of(*sent)),
                 ErrorCode::kVersionConflict, "version");
  EXPECT_EQ(actions().back(), "content.screened_anew");
  const auto seen = contents().get(sent->id);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->state, ContentState::kSubmitted);
  EXPECT_EQ(seen->verdict, "review");
  EXPECT_EQ(seen->hash, sent->hash);
  expect_refused(contents().approve(compliance_, sent->id, seen->version, {"同意", all_points(), {}}),
                 ErrorCode::kChecklistIncomplete, "/dispositions");
  EXPECT_TRUE(contents().approve(compliance_, sent->id, seen->version, approval_of(*seen)));
}

TEST_P(ContentsTest, WhatScreeningBlocksIsNotSubmitted) {
  ContentDraft without_opt_out = draft();
  without_opt_out.opt_out_text.clear();
  const ContentView made = created(without_opt_out);
  ASSERT_EQ(made.verdict, "block");
  ASSERT_TRUE(contents().first_review(first_, made.id, {}, {all_points(), "初审"}));
  const auto refused = contents().submit(author_, made.id, {});
  expect_refused(refused, ErrorCode::kScreeningBlocked, "findings");
  EXPECT_NE(refused.error().message.find(made.latest.screening.findings[0].rule_id), std::string::npos);
}

TEST_P(ContentsTest, WithoutRulePacksNothingIsSaved) {
  Contents closed(store(), nullptr);
  expect_refused(closed.create(author_, draft()), ErrorCode::kUnavailable, "");
  expect_refused(closed.measure(draft()), ErrorCode::kUnavailable, "");
  const ContentView made = created();
  expect_refused(closed.save(author_, made.id, {}, draft("其他")), ErrorCode::kUnavailable, "");
  ASSERT_TRUE(contents().first_review(first_, made.id, {}, {all_points(), "初审"}));
  expect_refused(closed.submit(author_, made.id, {}), ErrorCode::kUnavailable, "");
}

TEST_P(ContentsTest, FaultsOfTheTextAreNamed) {
  const auto refused = [&](const ContentDraft& d, std::string_view field) {
    expect_refused(contents().create(author_, d), ErrorCode::kInvalidArgument, field);
  };
  refused(draft("到期{na"), "/body");
  EXPECT_NE(contents().create(author_, draft("到期{na")).error().message.find("byte 6"), std::string::npos);
  ContentDraft d = draft();
  d.variables.clear();
  refused(d, "/body");
  d = draft();
  d.variables.push_back({"other", 5, ""});
  refused(d, "/variables/1/name");
  d = draft();
  d.variables.push_back(d.variables[0]);
  refused(d, "/variables/1/name");
  d = draft();
  d.variables[0].max_length = 2;
  refused(d, "/variables/0/sample");
  d = draft();
  d.signature = "【驿站】";
  refused(d, "/signature");
  d = draft("到期{name}");
  d.opt_out_text = "{name}";
  refused(d, "/opt_out_text");
  d = draft();
  d.opt_out_text = "退订}";
  refused(d, "/opt_out_text");
  EXPECT_EQ(count("SELECT count(*) FROM content"), 0);
}

TEST_P(ContentsTest, StatesAndVersionsAreKept) {
  const ContentView made = created();
  expect_refused(contents().approve(compliance_, made.id, {}, approval_of(made)), ErrorCode::kWrongState,
                 "state");
  expect_refused(contents().withdraw(compliance_, made.id, {}, {"x"}), ErrorCode::kWrongState, "state");
  expect_refused(contents().submit(author_, made.id, {}), ErrorCode::kWrongState, "state");
  const ContentView sent = submitted(made);
  expect_refused(contents().save(author_, sent.id, {}, draft("改动")), ErrorCode::kWrongState, "state");
  expect_refused(contents().approve(compliance_, sent.id, made.version, approval_of(sent)),
                 ErrorCode::kVersionConflict, "version");
  expect_refused(
      contents().reject(compliance_, sent.id, {}, {"不妥", {{"NONSENSE", "x", {}}}, all_points(), {}}),
      ErrorCode::kInvalidArgument, "/problems/0/category");
  expect_refused(
      contents().reject(compliance_, sent.id, {},
                        {"不妥", {{"legality", "x", ProblemSpan{"body", 0, 9'999}}}, all_points(), {}}),
      ErrorCode::kInvalidArgument, "/problems/0/span/end");
  expect_refused(contents().reject(compliance_, sent.id, {}, {"不妥", {}, all_points(), {}}),
                 ErrorCode::kInvalidArgument, "/problems");
  expect_refused(contents().get(ContentId{1}), ErrorCode::kNotFound, "");
}

TEST_P(ContentsTest, WithdrawnContentStartsAnew) {
  const ContentView done = approved();
  const auto withdrawn = contents().withdraw(compliance_, done.id, done.version, {"投诉"});
  ASSERT_TRUE(withdrawn) << to_string(withdrawn.error());
  EXPECT_EQ(withdrawn->state, ContentState::kWithdrawn);
  EXPECT_EQ(withdrawn->approval, Approval::kWithdrawn);
  EXPECT_FALSE(withdrawn->approved_version_id);
  EXPECT_EQ(withdrawn->reviews.back().kind, ReviewKind::kWithdrawal);
  const auto saved = contents().save(author_, done.id, withdrawn->version, draft());
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->version_number, 2);
  EXPECT_EQ(saved->hash, done.hash);
  EXPECT_EQ(saved->round, 2);
}

TEST_P(ContentsTest, ListsByPages) {
  std::vector<ContentId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(created().id);
  submitted(*contents().get(ids[1]));
  submitted(*contents().get(ids[0]));
  const auto first = contents().list({.limit = 3});
  ASSERT_TRUE(first);
  ASSERT_EQ(first->items.size(), 3u);
  EXPECT_EQ(first->items[0].id, ids[4]);
  ASSERT_TRUE(first->next_after);
  const auto rest = contents().list({.limit = 3, .after = parse_id<ContentTag>(*first->next_after).value()});
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->items.size(), 2u);
  EXPECT_FALSE(rest->next_after);
  EXPECT_EQ(contents().list({.state = ContentState::kSubmitted})->items.size(), 2u);
  EXPECT_EQ(contents().list({.message_class = MessageClass::kNotification})->items.size(), 0u);
  EXPECT_EQ(contents().list({.created_by = UserId{99}})->items.size(), 0u);
  EXPECT_EQ(contents().list({.origin = ContentOrigin::kSystem})->items.size(), 0u);
  // Oldest submission first.
  const auto queue = contents().review_queue({.limit = 1});
  ASSERT_TRUE(queue && queue->next_after);
  EXPECT_EQ(queue->items[0].content.id, ids[1]);
  const auto next =
      contents().review_queue({.limit = 1, .after = parse_id<ReviewTag>(*queue->next_after).value()});
  ASSERT_TRUE(next);
  EXPECT_EQ(next->items[0].content.id, ids[0]);
  EXPECT_FALSE(next->next_after);
}

// A missing rule pack keeps contents from being written, not the server from starting.
TEST_P(ContentsTest, WithoutRulePacksNothingIsShippedAndNothingStops) {
  EXPECT_TRUE(ensure_system_contents(store(), nullptr, "驿站科技"));
  EXPECT_TRUE(ensure_system_contents(store(), shipped_screener().get(), "")) << "blocked: no signature";
  EXPECT_EQ(count("SELECT count(*) FROM content"), 0);
  ASSERT_TRUE(ensure_system_contents(store(), shipped_screener().get(), "驿站科技"));
  EXPECT_EQ(count("SELECT count(*) FROM content"), 1);
  EXPECT_TRUE(ensure_system_contents(store(), nullptr, "驿站科技"));
}

TEST_P(ContentsTest, ShippedTextsAreThereOnce) {
  ASSERT_TRUE(ensure_system_contents(store(), shipped_screener().get(), "驿站科技"));
  ASSERT_TRUE(ensure_system_contents(store(), shipped_screener().get(), "驿站科技"));
  const auto list = contents().list({});
  ASSERT_TRUE(list);
  ASSERT_EQ(list->items.size(), 1u);
  EXPECT_EQ(list->items[0].origin, ContentOrigin::kSystem);
  EXPECT_EQ(list->items[0].approval, Approval::kStands);
  EXPECT_EQ(actions(), std::vector<std::string>{"content.ship"});
  const auto found = db().read([&](db::Tx& tx) {
    return tx.one(
        store::q::content_system_approved, [](const db::Row& r) { return r.bytes(1); },
        "opt_out_confirmation");
  });
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(**found, list->items[0].hash);
  const auto view = contents().get(list->items[0].id);
  ASSERT_EQ(view->reviews.size(), 1u);
  EXPECT_EQ(view->reviews[0].opinion_number, "RO-2027-000001");
  EXPECT_FALSE(view->reviews[0].reviewer_id);
  ASSERT_TRUE(contents().withdraw(compliance_, view->id, {}, {"改用新文本"}));
  ASSERT_TRUE(ensure_system_contents(store(), shipped_screener().get(), "驿站科技"));
  EXPECT_EQ(contents().get(view->id)->state, ContentState::kWithdrawn);
  ContentDraft changed = draft("您已退订。");
  expect_refused(contents().save(author_, view->id, {}, changed), ErrorCode::kInvalidArgument,
                 "/message_class");
}

TEST_P(ContentsTest, MeasuresWhatIsBeingWritten) {
  const auto measured = contents().measure(draft());
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->measure.encoding, "ucs2");
  EXPECT_EQ(measured->measure.segments, 1);
  EXPECT_GT(measured->measure.longest_units, measured->measure.units);
  EXPECT_TRUE(measured->faults.empty());
  const auto broken = contents().measure(draft("到期{na"));
  ASSERT_TRUE(broken);
  ASSERT_EQ(broken->faults.size(), 1u);
  EXPECT_EQ(broken->faults[0].part, "body");
  EXPECT_EQ(broken->faults[0].byte, 6);
  EXPECT_EQ(broken->screening.verdict, "block");
}

TEST(CharacterDiff, IsAShortestWay) {
  using Pieces = std::vector<DiffPiece>;
  EXPECT_EQ(character_diff("", ""), Pieces{});
  EXPECT_EQ(character_diff("", "新"), (Pieces{{DiffOp::kInsert, "新"}}));
  EXPECT_EQ(character_diff("八折优惠", "九折优惠"),
            (Pieces{{DiffOp::kRemove, "八"}, {DiffOp::kInsert, "九"}, {DiffOp::kKeep, "折优惠"}}));
  EXPECT_EQ(character_diff("abc", "ac"),
            (Pieces{{DiffOp::kKeep, "a"}, {DiffOp::kRemove, "b"}, {DiffOp::kKeep, "c"}}));
}

}  // namespace
}  // namespace yizhan::service
