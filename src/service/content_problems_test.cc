#include "service/content_problems.h"

#include <gtest/gtest.h>

#include "store/queries.h"
#include "support/content_store.h"

namespace yizhan::service {
namespace {

using domain::ContentState;
using domain::ReviewDecision;
using testing::all_points;
using testing::approval_of;
using testing::draft;

constexpr const char* kBetter = "尊敬的{name}，您的会员服务续费为每月10元，详情请咨询门店。";

class ProblemsTest : public testing::ContentStoreTest {
 protected:
  // Two problems, the first of them at a place.
  ContentView rejected() {
    const ContentView sent = submitted(created());
    auto view = contents().reject(compliance_, sent.id, sent.version,
                                  {"请改",
                                   {{"completeness", "没有写明续费金额", ProblemSpan{"body", 0, 9}},
                                    {"FALSE_PROMISE", "“到期”含义不清", {}}},
                                   all_points(Answer::kNo, "")});
    EXPECT_TRUE(view) << (view ? "" : to_string(view.error()));
    return view.value_or(ContentView{});
  }
  Result<ContentView> answer(const ContentView& view, std::vector<AnswerProblem> answers) {
    const ReviewId review = view.open_problems.empty() ? ReviewId{1} : view.open_problems[0].review_id;
    return contents().answer_problems(author_, view.id, {}, {review, std::move(answers)});
  }
  ContentView saved(const ContentView& view, const std::string& body = kBetter) {
    auto made = contents().save(author_, view.id, {}, draft(body));
    EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
    return made.value_or(view);
  }
  // Both answered, in a new version, with compliance again.
  ContentView resubmitted() {
    const ContentView back = saved(rejected());
    EXPECT_TRUE(answer(back, {{0, ProblemAnswer::kResolved, "已写明每月10元"},
                              {1, ProblemAnswer::kContested, "“到期”指服务期满，见合同"}}));
    return submitted(contents().get(back.id).value_or(back));
  }
  static RejectContent refusal(std::vector<ProblemJudgement> judgements,
                               std::vector<ContentProblem> problems = {}) {
    return {"仍有问题", std::move(problems), all_points(Answer::kNo, ""), {}, {}, std::move(judgements)};
  }
};

YIZHAN_FOR_EACH_STORE(ProblemsTest);

TEST_P(ProblemsTest, ARejectionsProblemsAreOpenWithTheirWords) {
  const ContentView made = created();
  EXPECT_TRUE(made.open_problems.empty());
  const ContentView view = rejected();
  ASSERT_EQ(view.open_problems.size(), 2u);
  const OpenProblem& first = view.open_problems[0];
  EXPECT_EQ(first.review_id, view.reviews.back().id);
  EXPECT_EQ(first.number, 0);
  EXPECT_EQ(first.round, 1);
  EXPECT_EQ(first.version_number, 1);
  EXPECT_EQ(first.opinion_number, "RO-2027-000001");
  EXPECT_EQ(first.quote, "尊敬的");
  EXPECT_FALSE(first.answer);
  EXPECT_FALSE(first.problem.carried_from);
  EXPECT_EQ(view.open_problems[1].quote, "");
}

TEST_P(ProblemsTest, ASubmissionAnswersEveryProblem) {
  const ContentView back = saved(rejected());
  ASSERT_EQ(back.open_problems.size(), 2u) << "a new version leaves them open";
  ASSERT_TRUE(contents().first_review(first_, back.id, {}, {all_points(), "初审"}));
  expect_refused(contents().submit(author_, back.id, {}), ErrorCode::kChecklistIncomplete, "open_problems/0");
  ASSERT_TRUE(answer(back, {{0, ProblemAnswer::kResolved, "已写明"}}));
  expect_refused(contents().submit(author_, back.id, {}), ErrorCode::kChecklistIncomplete, "open_problems/1");
  const auto answered = answer(back, {{1, ProblemAnswer::kContested, "含义清楚"}});
  ASSERT_TRUE(answered) << to_string(answered.error());
  ASSERT_TRUE(answered->open_problems[1].answer);
  EXPECT_EQ(answered->open_problems[1].answer->answer, ProblemAnswer::kContested);
  EXPECT_EQ(answered->open_problems[1].answer->version_number, 2);
  EXPECT_GT(answered->version, back.version) << "what is shown has changed";
  EXPECT_EQ(answered->open_problems[1].answer->answered_by, UserId{author_.id});
  EXPECT_EQ(answered->open_problems[1].answer->answered_at, clock_.now());
  // Another answer replaces the first.
  const auto again = answer(back, {{1, ProblemAnswer::kResolved, "改为“期满”"}});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->open_problems[1].answer->text, "改为“期满”");
  const auto sent = contents().submit(author_, back.id, {});
  ASSERT_TRUE(sent) << to_string(sent.error());
  EXPECT_EQ(sent->open_problems.size(), 2u);
  EXPECT_EQ(std::ranges::count(actions(), "content.answer_problems"), 3);
}

TEST_P(ProblemsTest, AnswersAreOfOpenProblemsAndWhileMarketingHasIt) {
  const ContentView view = rejected();
  expect_refused(answer(view, {{2, ProblemAnswer::kResolved, "x"}}), ErrorCode::kInvalidArgument,
                 "/answers/0/number");
  expect_refused(answer(view, {{0, ProblemAnswer::kResolved, "x"}, {0, ProblemAnswer::kResolved, "x"}}),
                 ErrorCode::kInvalidArgument, "/answers/1/number");
  expect_refused(contents().answer_problems(author_, view.id, {},
                                            {view.reviews[0].id, {{0, ProblemAnswer::kResolved, "x"}}}),
                 ErrorCode::kNotFound, "/review_id");
  expect_refused(
      contents().answer_problems(author_, view.id, view.version - 1,
                                 {view.open_problems[0].review_id, {{0, ProblemAnswer::kResolved, "x"}}}),
      ErrorCode::kVersionConflict, "version");
  const ContentView sent = resubmitted();
  expect_refused(answer(sent, {{0, ProblemAnswer::kResolved, "x"}}), ErrorCode::kWrongState, "state");
  const ContentView never = created();
  expect_refused(answer(never, {{0, ProblemAnswer::kResolved, "x"}}), ErrorCode::kNotFound, "/review_id");
}

TEST_P(ProblemsTest, AnApprovalAcceptsEachOfThem) {
  const ContentView sent = resubmitted();
  ApproveContent approval = approval_of(sent);
  approval.judgements.clear();
  expect_refused(contents().approve(compliance_, sent.id, sent.version, approval),
                 ErrorCode::kChecklistIncomplete, "/judgements");
  approval.judgements = {{0, ProblemOutcome::kAccepted, "", {}}, {1, ProblemOutcome::kStands, "", {}}};
  expect_refused(contents().approve(compliance_, sent.id, sent.version, approval),
                 ErrorCode::kChecklistIncomplete, "/judgements/1/outcome");
  approval.judgements[1] = {0, ProblemOutcome::kAccepted, "", {}};
  expect_refused(contents().approve(compliance_, sent.id, sent.version, approval),
                 ErrorCode::kInvalidArgument, "/judgements/1/number");
  approval.judgements[1] = {7, ProblemOutcome::kAccepted, "", {}};
  expect_refused(contents().approve(compliance_, sent.id, sent.version, approval),
                 ErrorCode::kInvalidArgument, "/judgements/1/number");
  approval.judgements[1] = {1, ProblemOutcome::kAccepted, "合同为证", {}};
  const auto done = contents().approve(compliance_, sent.id, sent.version, approval);
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(done->state, ContentState::kApproved);
  EXPECT_TRUE(done->open_problems.empty());
  const auto& kept = done->reviews.back().judgements;
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].quote, "尊敬的");
  EXPECT_EQ(kept[0].answer_text, "已写明每月10元");
  EXPECT_EQ(kept[1].answer, ProblemAnswer::kContested);
  EXPECT_EQ(kept[1].outcome, ProblemOutcome::kAccepted);
  EXPECT_EQ(kept[1].note, "合同为证");
}

TEST_P(ProblemsTest, WhatStandsIsAProblemOfThisRoundAgain) {
  const ContentView sent = resubmitted();
  expect_refused(contents().reject(compliance_, sent.id, sent.version, refusal({}, {{"legality", "x", {}}})),
                 ErrorCode::kChecklistIncomplete, "/judgements");
  expect_refused(contents().reject(compliance_, sent.id, sent.version,
                                   refusal({{0, ProblemOutcome::kAccepted, "", {}},
                                            {1, ProblemOutcome::kAccepted, "", {}}})),
                 ErrorCode::kInvalidArgument, "/problems");
  expect_refused(contents().reject(compliance_, sent.id, sent.version,
                                   refusal({{0, ProblemOutcome::kAccepted, "", {}},
                                            {1, ProblemOutcome::kStands, "", ProblemSpan{"body", 0, 9999}}})),
                 ErrorCode::kInvalidArgument, "/judgements/1/span/end");
  const auto again =
      contents().reject(compliance_, sent.id, sent.version,
                        refusal({{0, ProblemOutcome::kAccepted, "", {}},
                                 {1, ProblemOutcome::kStands, "请写明到期日", ProblemSpan{"body", 0, 9}}},
                                {{"accuracy", "“10元”应写明币种", {}}}));
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(again->round, 3);
  const auto& named = again->reviews.back().problems;
  ASSERT_EQ(named.size(), 2u);
  EXPECT_EQ(named[0].category, "FALSE_PROMISE");
  EXPECT_EQ(named[0].text, "请写明到期日");
  ASSERT_TRUE(named[0].carried_from);
  EXPECT_EQ(named[0].carried_from->review_id, sent.open_problems[1].review_id);
  EXPECT_EQ(named[0].carried_from->number, 1);
  EXPECT_EQ(named[0].carried_from->round, 1);
  EXPECT_FALSE(named[1].carried_from);
  ASSERT_EQ(again->open_problems.size(), 2u);
  EXPECT_EQ(again->open_problems[0].quote, "尊敬的");
  EXPECT_FALSE(again->open_problems[0].answer) << "it is to be answered again";
  // Without a note the words stay.
  const ContentView third = saved(*again, "尊敬的{name}，您的会员服务续费为每月人民币10元，详情请咨询门店。");
  ASSERT_TRUE(answer(third, {{0, ProblemAnswer::kResolved, "a"}, {1, ProblemAnswer::kResolved, "b"}}));
  const ContentView back = submitted(contents().get(third.id).value_or(third));
  const auto last = contents().reject(
      compliance_, back.id, back.version,
      refusal({{0, ProblemOutcome::kStands, "", {}}, {1, ProblemOutcome::kAccepted, "", {}}}));
  ASSERT_TRUE(last) << to_string(last.error());
  ASSERT_EQ(last->open_problems.size(), 1u);
  EXPECT_EQ(last->open_problems[0].problem.text, "请写明到期日");
}

TEST_P(ProblemsTest, ATextWhoseProblemsAreAllContestedGoesBackAsItIs) {
  const ContentView view = rejected();
  const FirstReview review{all_points(Answer::kYes, ""), "初审"};
  expect_refused(contents().first_review(first_, view.id, {}, review), ErrorCode::kChecklistIncomplete,
                 "open_problems/0");
  ASSERT_TRUE(
      answer(view, {{0, ProblemAnswer::kContested, "金额因店而异"}, {1, ProblemAnswer::kResolved, "x"}}));
  expect_refused(contents().first_review(first_, view.id, {}, review), ErrorCode::kWrongState,
                 "open_problems/1/answer");
  ASSERT_TRUE(answer(view, {{1, ProblemAnswer::kContested, "含义清楚"}}));
  expect_refused(contents().submit(author_, view.id, {}), ErrorCode::kWrongState, "state");
  const ContentView sent = submitted(contents().get(view.id).value_or(view));
  EXPECT_EQ(sent.version_number, 1);
  EXPECT_EQ(sent.round, 2);
  const auto queue = contents().review_queue({});
  ASSERT_TRUE(queue);
  EXPECT_EQ(queue->items.size(), 1u) << "once, though it was submitted twice";
  const auto done = contents().approve(compliance_, sent.id, sent.version, approval_of(sent));
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(done->approval, Approval::kStands);
}

TEST_P(ProblemsTest, TheFirstReviewOfTheRoundBeforeIsNotThatOfThisOne) {
  const ContentView view = rejected();
  ASSERT_TRUE(answer(view, {{0, ProblemAnswer::kContested, "a"}, {1, ProblemAnswer::kContested, "b"}}));
  execute("UPDATE content SET state = 2 WHERE id = " + std::to_string(view.id.value));
  expect_refused(contents().submit(author_, view.id, {}), ErrorCode::kWrongState, "state");
}

}  // namespace
}  // namespace yizhan::service
