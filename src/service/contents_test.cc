#include "service/contents.h"

#include <gtest/gtest.h>

#include <fstream>

#include "crypto/digest.h"
#include "domain/consent.h"
#include "engine/batch_plan.h"
#include "service/content_privacy.h"
#include "service/opinions.h"
#include "store/queries.h"
#include "support/content_store.h"

namespace yizhan::service {
namespace {

using domain::CheckPoint;
using domain::ContentState;
using domain::MessageClass;
using domain::ReviewDecision;
using domain::ReviewKind;
using testing::all_points;
using testing::approval_of;
using testing::draft;
using testing::kEducation;
using testing::screener_of;
using testing::shipped_screener;

constexpr const char* kInvestment = "cn.sector.investment";
constexpr const char* kMedicine = "cn.sector.medicine";

// Every item of every sector answered.
std::vector<SectorAnswer> all_items(const std::vector<BindingSector>& sectors) {
  std::vector<SectorAnswer> list;
  for (const BindingSector& sector : sectors)
    for (const SectorItem& item : sector.items) list.push_back({item.key, Answer::kYes, "已核对"});
  return list;
}

class ContentsTest : public testing::ContentStoreTest {
 protected:
  void SetUp() override {
    ContentStoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    evidence_.emplace(store(), folder_.file("evidence"));
  }
  Qualifications qualifications() { return Qualifications(store(), *evidence_); }
  // A document of a kind, valid from yesterday for so many days.
  QualificationView hold(const std::string& kind, int64_t valid_days = 365) {
    const std::string path = folder_.file("licence.pdf");
    std::ofstream(path) << "%PDF-1.7 " << kind;
    const Time from = clock_.now() - days(1);
    const auto added = qualifications().add(
        compliance_, {kind, kind, "沪-001", "主管部门", from, from + days(valid_days)}, path, "licence.pdf");
    EXPECT_TRUE(added) << (added ? "" : to_string(added.error()));
    return added.value_or(QualificationView{});
  }
  testing::TemporaryFolder folder_;
  std::optional<EvidenceFiles> evidence_;
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
  answer_all(sent.id);
  const ContentView again = submitted(*contents().get(sent.id));
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
  answer_all(sent.id);
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

// Policy 3.3.1: what screening finds and what the author declares bind alike.
TEST_P(ContentsTest, SectorsAddTheirItemsToTheChecklist) {
  ContentDraft d = draft("本店英语培训开班，详情请咨询门店。");
  const auto measured = contents().measure(d);
  ASSERT_TRUE(measured && measured->sectors.size() == 1u);
  const BindingSector& education = measured->sectors[0];
  EXPECT_EQ(education.id, kEducation);
  EXPECT_TRUE(education.found);
  EXPECT_FALSE(education.declared);
  ASSERT_EQ(education.required_qualifications.size(), 1u);
  EXPECT_EQ(education.required_qualifications[0].front(), "办学许可证");
  ASSERT_EQ(education.items.size(), 2u);
  EXPECT_EQ(education.items[0].key,
            "cn.sector.education/" + screen::document_key(education.required_qualifications[0]));
  EXPECT_TRUE(education.items[0].title_zh.starts_with("办学许可证 或 ")) << education.items[0].title_zh;
  EXPECT_TRUE(education.items[0].title_en.starts_with("办学许可证 or ")) << education.items[0].title_en;
  EXPECT_EQ(education.items[1].key, "cn.sector.education.promise");
  EXPECT_EQ(education.items[0].kind, SectorItemKind::kQualification);
  EXPECT_EQ(education.items[1].kind, SectorItemKind::kForbiddenClaim);

  d.sectors = {kInvestment, kEducation, kInvestment};
  const ContentView made = created(d);
  EXPECT_EQ(made.latest.text.sectors, (std::vector<std::string>{kEducation, kInvestment}));
  const auto asked = contents().requirements(compliance_, made.id);
  ASSERT_TRUE(asked) << to_string(asked.error());
  ASSERT_EQ(asked->sectors.size(), 2u);
  EXPECT_EQ(asked->sectors[0].id, kInvestment) << "in the packs' order";
  EXPECT_FALSE(asked->sectors[0].found);
  EXPECT_TRUE(asked->sectors[0].declared);
  EXPECT_TRUE(asked->sectors[1].found && asked->sectors[1].declared);
  expect_refused(contents().requirements(compliance_, ContentId{1}), ErrorCode::kNotFound, "");
}

TEST_P(ContentsTest, WhatASectorAsksIsAnsweredBeforeAnApproval) {
  ContentDraft d = draft();
  d.sectors = {kEducation};
  const ContentView sent = submitted(created(d));
  const auto asked = contents().requirements(compliance_, sent.id);
  ASSERT_TRUE(asked);
  ApproveContent approval = approval_of(sent);
  const auto refused = contents().approve(compliance_, sent.id, sent.version, approval);
  expect_refused(refused, ErrorCode::kChecklistIncomplete, "/sector_answers");
  EXPECT_NE(refused.error().message.find("cn.sector.education.promise"), std::string::npos);
  approval.sector_answers = all_items(asked->sectors);
  approval.sector_answers[1].note.clear();
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kChecklistIncomplete,
                 "/sector_answers/1/note");
  approval.sector_answers[1] = {approval.sector_answers[1].key, Answer::kNo, "有保过字样"};
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kChecklistIncomplete,
                 "/sector_answers/1/answer");
  approval.sector_answers[1] = approval.sector_answers[0];
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kInvalidArgument,
                 "/sector_answers/1/key");
  approval.sector_answers[1].key = "cn.sector.alcohol.urging";
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kInvalidArgument,
                 "/sector_answers/1/key");
  // A rejection may leave them out, and keeps what is answered.
  RejectContent refusal{"不妥", {{"legality", "x", {}}}, all_points(), {}, {}};
  refusal.sector_answers = {{"cn.sector.education.promise", Answer::kNo, ""}};
  const auto rejected = contents().reject(compliance_, sent.id, sent.version, refusal);
  ASSERT_TRUE(rejected) << to_string(rejected.error());
  ASSERT_EQ(rejected->reviews.back().sector_answers.size(), 1u);
  const SectorAnswerView& kept = rejected->reviews.back().sector_answers[0];
  EXPECT_EQ(kept.sector, kEducation);
  EXPECT_EQ(kept.kind, SectorItemKind::kForbiddenClaim);
  EXPECT_EQ(kept.answer, Answer::kNo);
  EXPECT_FALSE(kept.title_zh.empty());
}

TEST_P(ContentsTest, ADeclaredSectorIsPartOfWhatIsApproved) {
  const ContentView made = created();
  ContentDraft d = draft();
  d.sectors = {"cn.sector.nonsense"};
  expect_refused(contents().save(author_, made.id, {}, d), ErrorCode::kInvalidArgument, "/sectors/0");
  d.sectors = {kEducation};
  const auto saved = contents().save(author_, made.id, {}, d);
  ASSERT_TRUE(saved) << to_string(saved.error());
  EXPECT_EQ(saved->version_number, 2);
  EXPECT_NE(saved->hash, made.hash);
  ASSERT_TRUE(contents().save(author_, made.id, {}, draft()));
  EXPECT_EQ(contents().get(made.id)->hash, made.hash) << "undeclared again: the hash of before";
  // Packs that do not know it any more: nothing is decided by them.
  const auto without = screener_of({"rules/cn_format.toml", "rules/cn_forbidden.toml"});
  const ContentView sent = submitted(created(d));
  expect_refused(Contents(store(), without).requirements(compliance_, sent.id), ErrorCode::kConflict,
                 "sectors");
}

// "保过" is a forbidden claim of education: a finding for review of a grave category.
constexpr const char* kRisky = "本店英语培训保过，详情请咨询门店。";

TEST_P(ContentsTest, HighRiskIsApprovedByTwo) {
  hold("办学许可证");
  const ContentView sent = submitted(created(draft(kRisky)));
  const auto asked = contents().requirements(compliance_, sent.id);
  ASSERT_TRUE(asked) << to_string(asked.error());
  ASSERT_FALSE(asked->second_review_reasons.empty());
  EXPECT_FALSE(asked->second_review);
  EXPECT_EQ(asked->second_review_reasons[0].cause, SecondReviewCause::kSector);
  EXPECT_EQ(asked->second_review_reasons[0].subject, kEducation);
  const auto promise = std::ranges::find(asked->second_review_reasons, "cn.sector.education.promise",
                                         &SecondReviewReason::subject);
  ASSERT_NE(promise, asked->second_review_reasons.end());
  EXPECT_EQ(promise->cause, SecondReviewCause::kHighRisk);
  EXPECT_EQ(promise->detail, "SECTOR");

  ApproveContent approval = approval_of(sent);
  approval.sector_answers = all_items(asked->sectors);
  const auto once = contents().approve(compliance_, sent.id, sent.version, approval);
  ASSERT_TRUE(once) << to_string(once.error());
  EXPECT_EQ(once->state, ContentState::kSecondReview);
  EXPECT_EQ(once->approval, Approval::kNone) << "nothing may be sent yet";
  EXPECT_FALSE(once->approved_version_id);
  EXPECT_EQ(once->reviews.back().kind, ReviewKind::kCompliance);
  EXPECT_EQ(once->reviews.back().decision, ReviewDecision::kPassedOn);
  EXPECT_EQ(once->reviews.back().second_review.size(), asked->second_review_reasons.size());
  EXPECT_EQ(count("SELECT count(*) FROM content WHERE approved_version_id <> 0"), 0);
  // The queue says that another one is waited for, why, and who that is not.
  const auto queue = contents().review_queue({});
  ASSERT_TRUE(queue && queue->items.size() == 1u);
  ASSERT_TRUE(queue->items[0].second_review);
  EXPECT_EQ(queue->items[0].second_review->approved_by, UserId{compliance_.id});
  EXPECT_EQ(queue->items[0].second_review->opinion_number, "RO-2027-000001");
  EXPECT_EQ(queue->items[0].second_review->not_by,
            (std::vector<UserId>{UserId{author_.id}, UserId{first_.id}, UserId{compliance_.id}}));
  EXPECT_EQ(json::encode(contents().requirements(second_, sent.id)->second_review),
            json::encode(queue->items[0].second_review));

  for (const Principal& who : {author_, first_, compliance_}) {
    expect_refused(contents().approve(who, sent.id, once->version, approval), ErrorCode::kSeparationOfDuties,
                   "");
    expect_refused(
        contents().reject(who, sent.id, once->version, {"不妥", {{"legality", "x", {}}}, all_points(), {}}),
        ErrorCode::kSeparationOfDuties, "");
  }
  expect_refused(contents().save(author_, sent.id, {}, draft()), ErrorCode::kWrongState, "state");
  // The second one answers for himself.
  expect_refused(contents().approve(second_, sent.id, {}, approval_of(sent)), ErrorCode::kChecklistIncomplete,
                 "/sector_answers");
  const auto twice = contents().approve(second_, sent.id, once->version, approval);
  ASSERT_TRUE(twice) << to_string(twice.error());
  EXPECT_EQ(twice->state, ContentState::kApproved);
  EXPECT_EQ(twice->approval, Approval::kStands);
  EXPECT_EQ(twice->reviews.back().kind, ReviewKind::kSecondReview);
  EXPECT_EQ(twice->reviews.back().decision, ReviewDecision::kApproved);
  EXPECT_EQ(twice->reviews.back().opinion_number, "RO-2027-000002");
  EXPECT_EQ(twice->reviews.back().version_hash, once->reviews.back().version_hash);
  EXPECT_TRUE(twice->reviews.back().second_review.empty());
  EXPECT_EQ(actions(),
            (std::vector<std::string>{"qualification.add", "content.create", "content.first_review",
                                      "content.submit", "content.pass_on", "content.approve"}));
}

TEST_P(ContentsTest, TheSecondOneMayReject) {
  hold("办学许可证");
  const ContentView sent = submitted(created(draft(kRisky)));
  ApproveContent approval = approval_of(sent);
  approval.sector_answers = all_items(contents().requirements(compliance_, sent.id)->sectors);
  ASSERT_TRUE(contents().approve(compliance_, sent.id, {}, approval));
  const RejectContent refusal{"不妥", {{"legality", "保过属于承诺", {}}}, all_points(), {}};
  const auto rejected = contents().reject(second_, sent.id, {}, refusal);
  ASSERT_TRUE(rejected) << to_string(rejected.error());
  EXPECT_EQ(rejected->state, ContentState::kRejected);
  EXPECT_EQ(rejected->round, 2);
  EXPECT_EQ(rejected->reviews.back().kind, ReviewKind::kSecondReview);
  EXPECT_EQ(rejected->reviews.back().opinion_number, "RO-2027-000002");
  EXPECT_TRUE(contents().review_queue({})->items.empty());
  // The next version is anybody's again who had no hand in writing it.
  ASSERT_TRUE(contents().save(author_, sent.id, {}, draft(std::string(kRisky) + "以门店为准。")));
  answer_all(sent.id);
  const ContentView again = submitted(*contents().get(sent.id));
  approval = approval_of(again);
  approval.sector_answers = all_items(contents().requirements(second_, sent.id)->sectors);
  const auto once = contents().approve(second_, sent.id, {}, approval);
  ASSERT_TRUE(once) << to_string(once.error());
  EXPECT_EQ(once->state, ContentState::kSecondReview);
  expect_refused(contents().approve(second_, sent.id, {}, approval), ErrorCode::kSeparationOfDuties, "");
  EXPECT_EQ(contents().approve(compliance_, sent.id, {}, approval)->state, ContentState::kApproved);
}

// The same version, since its problem is contested: who approved it first in the round before may do so
// again.
TEST_P(ContentsTest, ARoundBeginsAnewForWhoeverApprovedFirst) {
  hold("办学许可证");
  const ContentView sent = submitted(created(draft(kRisky)));
  const auto sectors = contents().requirements(compliance_, sent.id)->sectors;
  ApproveContent approval = approval_of(sent);
  approval.sector_answers = all_items(sectors);
  ASSERT_TRUE(contents().approve(compliance_, sent.id, {}, approval));
  ASSERT_TRUE(
      contents().reject(second_, sent.id, {}, {"不妥", {{"legality", "保过", {}}}, all_points(), {}}));
  answer_all(sent.id, ProblemAnswer::kContested);
  const ContentView again = submitted(*contents().get(sent.id));
  EXPECT_EQ(again.version_number, 1);
  approval = approval_of(again);
  approval.sector_answers = all_items(sectors);
  const auto once = contents().approve(compliance_, sent.id, {}, approval);
  ASSERT_TRUE(once) << to_string(once.error());
  EXPECT_EQ(once->state, ContentState::kSecondReview);
  EXPECT_EQ(once->open_problems.size(), 1u) << "the second one judges for himself";
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kSeparationOfDuties, "");
  approval.judgements.clear();
  expect_refused(contents().approve(second_, sent.id, {}, approval), ErrorCode::kChecklistIncomplete,
                 "/judgements");
  approval.judgements = approval_of(again).judgements;
  EXPECT_EQ(contents().approve(second_, sent.id, {}, approval)->state, ContentState::kApproved);
}

TEST_P(ContentsTest, EveryDocumentThatWouldDoMayBeRegistered) {
  const auto kinds = contents().qualification_kinds();
  ASSERT_TRUE(kinds) << to_string(kinds.error());
  for (const char* kind : {"金融许可证", "小额贷款经营许可", "诊所备案凭证", "药品经营许可证"})
    EXPECT_EQ(std::ranges::count(*kinds, kind), 1) << kind;
}

// Policy 3.3.1: what a sector requires the company to have.
TEST_P(ContentsTest, AnApprovalRestsOnValidDocuments) {
  ContentDraft d = draft();
  d.sectors = {kMedicine};
  const ContentView sent = submitted(created(d));
  ApproveContent approval = approval_of(sent);
  approval.sector_answers = all_items(contents().requirements(compliance_, sent.id)->sectors);
  const auto refused = contents().approve(compliance_, sent.id, {}, approval);
  expect_refused(refused, ErrorCode::kQualificationMissing, "qualifications");
  EXPECT_NE(refused.error().message.find("医疗广告审查证明"), std::string::npos);
  EXPECT_NE(refused.error().message.find("诊所备案凭证"), std::string::npos);
  const QualificationView one = hold("医疗广告审查证明"), short_one = hold("诊所备案凭证", 20);
  clock_.advance(days(19));
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kQualificationExpired,
                 "qualifications");
  auto needs = contents().requirements(compliance_, sent.id)->qualifications;
  ASSERT_EQ(needs.size(), 2u);
  EXPECT_EQ(needs[0].standing, QualificationStanding::kValid);
  EXPECT_EQ(needs[0].document->id, one.id);
  EXPECT_EQ(needs[1].standing, QualificationStanding::kExpired);
  EXPECT_EQ(needs[1].document->id, short_one.id);
  EXPECT_EQ(needs[1].sectors, std::vector<std::string>{kMedicine});
  const QualificationView revoked = hold("诊所备案凭证");
  ASSERT_TRUE(qualifications().revoke(compliance_, revoked.id, {"冒用"}));
  expect_refused(contents().approve(compliance_, sent.id, {}, approval), ErrorCode::kQualificationExpired,
                 "qualifications");
  const QualificationView renewed = hold("诊所备案凭证", 200);
  const auto once = contents().approve(compliance_, sent.id, {}, approval);
  ASSERT_TRUE(once) << to_string(once.error());
  const auto twice = contents().approve(second_, sent.id, {}, approval);
  ASSERT_TRUE(twice) << to_string(twice.error());
  EXPECT_EQ(twice->state, ContentState::kApproved);
  ASSERT_EQ(twice->reviews.back().documents.size(), 2u);
  const auto relied = [&](QualificationId id) {
    return std::ranges::find(twice->reviews.back().documents, id, &ReliedOn::id) !=
           twice->reviews.back().documents.end();
  };
  EXPECT_TRUE(relied(one.id) && relied(renewed.id));
  EXPECT_EQ(qualifications().get(renewed.id)->live_contents, 1);
  EXPECT_EQ(qualifications().get(short_one.id)->live_contents, 0);
  // What lapses under a content that may be sent is shown with it, until there is another document.
  EXPECT_TRUE(contents().get(sent.id)->lapsed_qualifications.empty());
  clock_.advance(days(200));
  EXPECT_EQ(contents().get(sent.id)->lapsed_qualifications, std::vector<std::string>{"诊所备案凭证"});
  EXPECT_EQ(contents().list({})->items[0].lapsed_qualifications.size(), 1u);
  hold("诊所备案凭证");
  EXPECT_TRUE(contents().get(sent.id)->lapsed_qualifications.empty());
}

// Policy 3.3.2.
TEST_P(ContentsTest, WhatCarriesPersonalDataIsMarkedForTheGates) {
  const auto marked = [&](const ContentView& view) {
    return count("SELECT personal_data FROM content_version WHERE id = " +
                 std::to_string(view.version_id.value)) == 1;
  };
  const ContentView plain = created();
  EXPECT_FALSE(plain.latest.carries_personal_data);
  EXPECT_FALSE(marked(plain));
  ContentDraft d = draft();
  d.variables[0].personal = true;
  EXPECT_TRUE(contents().measure(d)->carries_personal_data);
  const auto declared = contents().save(author_, plain.id, {}, d);
  ASSERT_TRUE(declared) << to_string(declared.error());
  EXPECT_EQ(declared->version_number, 2) << "a declaration is part of what is approved";
  EXPECT_NE(declared->hash, plain.hash);
  EXPECT_TRUE(declared->latest.text.variables[0].personal);
  EXPECT_TRUE(declared->latest.carries_personal_data);
  EXPECT_TRUE(marked(*declared));
  const ContentView found = created(draft("请联系13800138000，详情请咨询门店。"));
  EXPECT_TRUE(found.latest.carries_personal_data);
  EXPECT_TRUE(marked(found));
  d = draft();
  d.purpose = std::string(domain::kPrivacyPurpose);
  expect_refused(contents().create(author_, d), ErrorCode::kInvalidArgument, "/purpose");
}

TEST(CarriesPersonalData, AHintIsNoDatum) {
  const auto carries = [](std::string category, std::string severity, std::vector<std::string> how = {}) {
    FindingView f;
    f.category = std::move(category);
    f.severity = std::move(severity);
    f.how_matched = std::move(how);
    ScreeningView screening;
    screening.findings.push_back(std::move(f));
    return carries_personal_data({}, screening);
  };
  EXPECT_TRUE(carries("PRIVACY_LEAK", "review"));
  EXPECT_TRUE(carries("PRIVACY_LEAK", "block", {"full width"}));
  EXPECT_FALSE(carries("PRIVACY_LEAK", "info")) << "only told";
  EXPECT_FALSE(carries("PRIVACY_LEAK", "review", {"scored"})) << "what many pieces add up to";
  EXPECT_FALSE(carries("FRAUD", "review"));
}

// A shop's own number: found, and dismissed by those who approve.
TEST_P(ContentsTest, WhatIsDismissedAtTheApprovalIsNoPersonalData) {
  const auto marked = [&] { return count("SELECT count(*) FROM content_version WHERE personal_data = 1"); };
  const auto audited = [&](const std::string& action) {
    return count("SELECT count(*) FROM audit_log WHERE action = '" + action +
                 R"(' AND detail LIKE '%"personal_data":"dismissed"%')");
  };
  const ContentView sent = submitted(created(draft("订座请拨13812345678，详情请咨询门店。")));
  EXPECT_TRUE(sent.latest.carries_personal_data);
  const auto once = contents().approve(compliance_, sent.id, {}, approval_of(sent));
  ASSERT_TRUE(once) << to_string(once.error());
  ASSERT_EQ(once->state, ContentState::kSecondReview);
  EXPECT_TRUE(once->latest.carries_personal_data) << "one of two has decided";
  EXPECT_EQ(audited("content.pass_on"), 0);
  const auto twice = contents().approve(second_, sent.id, {}, approval_of(sent));
  ASSERT_TRUE(twice) << to_string(twice.error());
  ASSERT_EQ(twice->state, ContentState::kApproved);
  EXPECT_FALSE(twice->latest.carries_personal_data);
  EXPECT_FALSE(contents().get(sent.id)->latest.carries_personal_data);
  EXPECT_EQ(marked(), 0);
  EXPECT_EQ(audited("content.approve"), 1);
  const auto said = [&](size_t from_end) {
    const ReviewView& review = twice->reviews.at(twice->reviews.size() - from_end);
    return Opinions(store()).get(sent.id, review.id)->basis.carries_personal_data;
  };
  EXPECT_TRUE(said(2));
  EXPECT_FALSE(said(1));
  // Of this version alone.
  const auto saved = contents().save(author_, sent.id, {}, draft("订座请拨13812345678，本周有座。"));
  ASSERT_TRUE(saved) << to_string(saved.error());
  EXPECT_TRUE(saved->latest.carries_personal_data);
  EXPECT_EQ(marked(), 1);
}

TEST_P(ContentsTest, WhatIsPermittedAtTheApprovalStaysWhatItIs) {
  const ContentView sent = submitted(created(draft("订座请拨13812345678，详情请咨询门店。")));
  ApproveContent permitting = approval_of(sent);
  ASSERT_FALSE(permitting.dispositions.empty());
  for (Disposition& d : permitting.dispositions) d = {d.finding, DispositionDecision::kPermitted, ""};
  const auto without = contents().approve(compliance_, sent.id, {}, permitting);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, ErrorCode::kChecklistIncomplete);
  EXPECT_EQ(without.error().field, "/dispositions/0/reason");
  for (Disposition& d : permitting.dispositions) d.reason = "门店店长同意公布本人工作号码";
  ASSERT_TRUE(contents().approve(compliance_, sent.id, {}, permitting));
  const auto twice = contents().approve(second_, sent.id, {}, permitting);
  ASSERT_TRUE(twice) << to_string(twice.error());
  ASSERT_EQ(twice->state, ContentState::kApproved);
  EXPECT_TRUE(twice->latest.carries_personal_data);
  EXPECT_EQ(contents().get(sent.id)->reviews.back().dispositions.at(0).decision,
            DispositionDecision::kPermitted);
}

TEST_P(ContentsTest, WhatTheAuthorDeclaresStaysPersonalData) {
  ContentDraft d = draft("尊敬的{name}，订座请拨13812345678，详情请咨询门店。");
  d.variables[0].personal = true;
  const ContentView sent = submitted(created(d));
  ASSERT_TRUE(contents().approve(compliance_, sent.id, {}, approval_of(sent)));
  const auto twice = contents().approve(second_, sent.id, {}, approval_of(sent));
  ASSERT_TRUE(twice) << to_string(twice.error());
  ASSERT_EQ(twice->state, ContentState::kApproved);
  EXPECT_TRUE(twice->latest.carries_personal_data);
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE detail LIKE '%personal_data%'"), 0);
}

// Somebody who goes around the program: a state without the first approval that it stands for.
TEST_P(ContentsTest, ASecondApprovalRestsOnAFirstOfTheSameHash) {
  hold("办学许可证");
  const ContentView sent = submitted(created(draft(kRisky)));
  ApproveContent approval = approval_of(sent);
  approval.sector_answers = all_items(contents().requirements(compliance_, sent.id)->sectors);
  execute("UPDATE content SET state = 7");
  expect_refused(contents().approve(second_, sent.id, {}, approval), ErrorCode::kWrongState, "state");
  execute("UPDATE content SET state = 3");
  ASSERT_TRUE(contents().approve(compliance_, sent.id, {}, approval));
  execute("UPDATE content_review SET version_hash = substr(version_hash, 1, 5) WHERE decision = 6");
  expect_refused(contents().approve(second_, sent.id, {}, approval), ErrorCode::kWrongState, "state");
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
