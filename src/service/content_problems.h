#pragma once
// The problems that compliance names when it rejects a content, each at its place in the text, and what
// becomes of each (policy 3.1.4): its author answers it before the content is submitted again, and at the
// next decision compliance accepts it as resolved or says that it stands, which makes it a problem of that
// rejection. An open problem is one of the last decision, if that was a rejection. Pure but for what takes a
// Tx; one thread per Tx.

#include <boost/describe.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "db/tx.h"
#include "service/content_text.h"

namespace yizhan::service {

struct ProblemSpan {
  std::string part;   // signature, body, opt_out_text
  int64_t begin = 0;  // bytes of the part's UTF-8
  int64_t end = 0;
  static constexpr json::Rule kRules[] = {{.member = "part", .min_length = 1, .max_length = 16},
                                          {.member = "begin", .minimum = 0},
                                          {.member = "end", .minimum = 0}};
};
BOOST_DESCRIBE_STRUCT(ProblemSpan, (), (part, begin, end))

struct ContentProblem {
  std::string category;  // of screen::Category, or one of the five points
  std::string text;
  std::optional<ProblemSpan> span;
  static constexpr json::Rule kRules[] = {
      {.member = "category",
       .min_length = 1,
       .max_length = 40,
       .description = "a category of findings (FRAUD, ABSOLUTE_TERM, …) or one of the five points"},
      {.member = "text", .min_length = 1, .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(ContentProblem, (), (category, text, span))

// Of which rejection a problem stands still; `number` is its place there, from 0.
struct CarriedFrom {
  ReviewId review_id;
  int64_t number = 0;
  int64_t round = 0;
};
BOOST_DESCRIBE_STRUCT(CarriedFrom, (), (review_id, number, round))

// As a review names it.
struct NamedProblem : ContentProblem {
  std::optional<CarriedFrom> carried_from;
};
BOOST_DESCRIBE_STRUCT(NamedProblem, (ContentProblem), (carried_from))

#define YIZHAN_PROBLEM_ANSWERS(X)                         \
  X(kResolved, 1, "resolved")   /* the text is changed */ \
  X(kContested, 2, "contested") /* it is none, for a reason */
YIZHAN_ENUM(ProblemAnswer, YIZHAN_PROBLEM_ANSWERS)

struct AnswerProblem {
  int64_t number = 0;  // OpenProblem::number
  ProblemAnswer answer = ProblemAnswer::kResolved;
  std::string text;  // what was changed, or why it is no problem
  static constexpr json::Rule kRules[] = {
      {.member = "number", .minimum = 0, .maximum = limits::kReviewProblems},
      {.member = "text", .min_length = 1, .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(AnswerProblem, (), (number, answer, text))

struct AnswerProblems {
  ReviewId review_id;  // the rejection
  std::vector<AnswerProblem> answers;
  static constexpr json::Rule kRules[] = {
      {.member = "answers", .min_items = 1, .max_items = limits::kReviewProblems}};
};
BOOST_DESCRIBE_STRUCT(AnswerProblems, (), (review_id, answers))

struct GivenAnswer {
  ProblemAnswer answer = ProblemAnswer::kResolved;
  std::string text;
  int64_t version_number = 0;  // the latest when it was given
  std::optional<UserId> answered_by;
  Time answered_at;
};
BOOST_DESCRIBE_STRUCT(GivenAnswer, (), (answer, text, version_number, answered_by, answered_at))

struct OpenProblem {
  ReviewId review_id;  // the rejection
  int64_t number = 0;  // its place there, from 0
  int64_t round = 0;
  int64_t version_number = 0;  // what was rejected
  std::string opinion_number;
  NamedProblem problem;
  std::string quote;  // the words of that version which it is about; empty without a span
  std::optional<GivenAnswer> answer;
};
BOOST_DESCRIBE_STRUCT(OpenProblem, (),
                      (review_id, number, round, version_number, opinion_number, problem, quote, answer))

#define YIZHAN_PROBLEM_OUTCOMES(X) X(kAccepted, 1, "accepted") X(kStands, 2, "stands")
YIZHAN_ENUM(ProblemOutcome, YIZHAN_PROBLEM_OUTCOMES)

// Compliance's word on an answer.
struct ProblemJudgement {
  int64_t number = 0;  // OpenProblem::number
  ProblemOutcome outcome = ProblemOutcome::kStands;
  std::string note;                 // of one that stands: what it is now; without it the words of before
  std::optional<ProblemSpan> span;  // of one that stands: where it is in the new text
  static constexpr json::Rule kRules[] = {
      {.member = "number", .minimum = 0, .maximum = limits::kReviewProblems},
      {.member = "note", .presence = json::Presence::kOptional, .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(ProblemJudgement, (), (number, outcome, note, span))

// As it is kept with the review: with what was judged.
struct ProblemJudgementView {
  ReviewId review_id;  // the rejection that named it
  int64_t number = 0;
  int64_t round = 0;
  std::string category;
  std::string text;
  std::string quote;
  ProblemAnswer answer = ProblemAnswer::kResolved;
  std::string answer_text;
  ProblemOutcome outcome = ProblemOutcome::kStands;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(ProblemJudgementView, (),
                      (review_id, number, round, category, text, quote, answer, answer_text, outcome, note))

// In the order of the rejection; empty when the last decision was none.
Result<std::vector<OpenProblem>> open_problems(db::Tx& tx, ContentId content);

// Before the content goes on to compliance in this version: every open problem is answered, and none as
// resolved where the text is the rejected one. kChecklistIncomplete, kWrongState with the place
// ("open_problems/1").
Result<> check_answered(std::span<const OpenProblem> open, int64_t version_number);

// Every open problem is judged, once: as it is kept. kInvalidArgument, kChecklistIncomplete
// ("/judgements/0/number").
Result<std::vector<ProblemJudgementView>> judge(std::span<const ProblemJudgement> judgements,
                                                std::span<const OpenProblem> open);
// What may be approved: none stands. kChecklistIncomplete.
Result<> check_none_stands(std::span<const ProblemJudgement> judgements);
// The problems of a rejection: those that stand still, then those that it names. kInvalidArgument with the
// place for a category that nobody knows, a span that is not in the text ("/problems/0/span/end",
// "/judgements/0/span/end"), and when there are none ("/problems"); kTooLarge.
Result<std::vector<NamedProblem>> named_problems(std::span<const ContentProblem> named,
                                                 std::span<const ProblemJudgement> judgements,
                                                 std::span<const OpenProblem> open,
                                                 const ContentTextSpec& text);

// The words that its span covers in the text it was named of; empty without a span.
std::string_view quote_of(const ContentProblem& problem, const ContentTextSpec& text);

}  // namespace yizhan::service
