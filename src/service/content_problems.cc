#include "service/content_problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/content.h"
#include "screen/finding.h"
#include "service/content_rows.h"
#include "service/screenings.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::CheckPoint;

namespace {

std::string_view text_of(const ContentTextSpec& text, std::string_view part) {
  if (part == part_name(screen::Part::kSignature)) return text.signature;
  if (part == part_name(screen::Part::kOptOutText)) return text.opt_out_text;
  return text.body;
}

Result<> check_span(const ProblemSpan& span, const ContentTextSpec& text, const std::string& field) {
  const auto part = screen::parse_part(span.part);
  if (!part || *part == screen::Part::kWhole)
    return fail(ErrorCode::kInvalidArgument, "must be one of signature, body, opt_out_text", field + "/part");
  const std::string_view whole = text_of(text, span.part);
  const auto size = static_cast<int64_t>(whole.size());
  if (span.end > size)
    return fail(ErrorCode::kInvalidArgument, fmt::format("the text has {} bytes", size), field + "/end");
  if (span.begin > span.end)
    return fail(ErrorCode::kInvalidArgument, "lies behind the end", field + "/begin");
  const auto splits = [&](int64_t at) {
    return at < size && (static_cast<uint8_t>(whole[static_cast<size_t>(at)]) & 0xC0) == 0x80;
  };
  for (const auto& [at, name] : {std::pair(span.begin, "/begin"), std::pair(span.end, "/end")})
    if (splits(at)) return fail(ErrorCode::kInvalidArgument, "lies inside of a character", field + name);
  return {};
}

Result<> check_problem(const ContentProblem& problem, const ContentTextSpec& text, const std::string& field) {
  if (!screen::parse_category(problem.category) && !domain::parse_name<CheckPoint>(problem.category))
    return fail(ErrorCode::kInvalidArgument, "neither a category of findings nor one of the five points",
                field + "/category");
  if (!problem.span) return {};
  return check_span(*problem.span, text, field + "/span");
}

const OpenProblem* find_open(std::span<const OpenProblem> open, int64_t number) {
  const auto at = std::ranges::find(open, number, &OpenProblem::number);
  return at == open.end() ? nullptr : &*at;
}

struct LastDecision {
  ReviewId id;
  int64_t round = 0;
  int64_t version_number = 0;
  std::string opinion_number;
  domain::ReviewDecision decision = domain::ReviewDecision::kApproved;
  std::vector<NamedProblem> problems;
};

Result<std::optional<LastDecision>> last_decision(db::Tx& tx, ContentId content) {
  return tx.one(
      q::content_last_decision,
      [](const db::Row& r) -> Result<LastDecision> {
        return LastDecision{r.id<ReviewId>(0),
                            r.i64(1),
                            r.i64(2),
                            r.string(3),
                            r.as<domain::ReviewDecision>(4),
                            YZ_TRY(json::decode<std::vector<NamedProblem>>(r.text(5)))};
      },
      content);
}

NamedProblem carried(const OpenProblem& open, const ProblemJudgement& judgement) {
  NamedProblem problem{open.problem};
  if (!judgement.note.empty()) problem.text = judgement.note;
  problem.span = judgement.span;  // the one of before is of another text
  problem.carried_from = CarriedFrom{open.review_id, open.number, open.round};
  return problem;
}

Result<> add_answers(db::Tx& tx, ReviewId rejection, std::vector<OpenProblem>& open) {
  return tx.each(
      q::content_problem_answers,
      [&](const db::Row& r) {
        const auto number = static_cast<size_t>(r.i64(0));
        if (number >= open.size()) return;
        GivenAnswer& answer = open[number].answer.emplace();
        answer.answer = r.as<ProblemAnswer>(1);
        answer.text = r.string(2);
        answer.version_number = r.i64(3);
        if (r.i64(4) != 0) answer.answered_by = r.id<UserId>(4);
        answer.answered_at = r.time(5);
      },
      rejection);
}

}  // namespace

std::string_view quote_of(const ContentProblem& problem, const ContentTextSpec& text) {
  if (!problem.span) return {};
  const std::string_view part = text_of(text, problem.span->part);
  const auto begin = std::min(static_cast<size_t>(problem.span->begin), part.size());
  return part.substr(begin, static_cast<size_t>(problem.span->end) - begin);
}

Result<std::vector<OpenProblem>> open_problems(db::Tx& tx, ContentId content) {
  const auto last = YZ_TRY(last_decision(tx, content));
  std::vector<OpenProblem> open;
  if (!last || last->decision != domain::ReviewDecision::kRejected) return open;
  const auto version = YZ_TRY(load_content_version(tx, content, last->version_number));
  for (size_t i = 0; i < last->problems.size(); ++i) {
    const NamedProblem& problem = last->problems[i];
    open.push_back({last->id,
                    static_cast<int64_t>(i),
                    last->round,
                    last->version_number,
                    last->opinion_number,
                    problem,
                    std::string(quote_of(problem, version.text)),
                    {}});
  }
  YZ_CHECK(add_answers(tx, last->id, open));
  return open;
}

Result<> check_answered(std::span<const OpenProblem> open, int64_t version_number) {
  for (size_t i = 0; i < open.size(); ++i) {
    const OpenProblem& p = open[i];
    const std::string field = fmt::format("open_problems/{}", i);
    if (!p.answer)
      return fail(ErrorCode::kChecklistIncomplete,
                  fmt::format("problem {} of {} is not answered", p.number + 1, p.opinion_number), field);
    if (p.answer->answer == ProblemAnswer::kResolved && p.version_number == version_number)
      return fail(
          ErrorCode::kWrongState,
          fmt::format("problem {} of {} is answered as resolved, but the text is the one that was rejected",
                      p.number + 1, p.opinion_number),
          field + "/answer");
  }
  return {};
}

Result<std::vector<ProblemJudgementView>> judge(std::span<const ProblemJudgement> judgements,
                                                std::span<const OpenProblem> open) {
  std::vector<ProblemJudgementView> kept;
  std::set<int64_t> seen;
  for (size_t i = 0; i < judgements.size(); ++i) {
    const ProblemJudgement& j = judgements[i];
    const std::string field = fmt::format("/judgements/{}/number", i);
    const OpenProblem* problem = find_open(open, j.number);
    if (problem == nullptr)
      return fail(ErrorCode::kInvalidArgument, "the last rejection has no such problem", field);
    if (!seen.insert(j.number).second)
      return fail(ErrorCode::kInvalidArgument, "this problem is judged twice", field);
    // Submitted without an answer is only what was submitted before answers were asked for.
    const GivenAnswer answer = problem->answer.value_or(GivenAnswer{});
    kept.push_back({problem->review_id, problem->number, problem->round, problem->problem.category,
                    problem->problem.text, problem->quote, answer.answer, answer.text, j.outcome, j.note});
  }
  std::string missing;
  for (const OpenProblem& problem : open)
    if (!seen.contains(problem.number))
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", problem.number + 1);
  if (missing.empty()) return kept;
  return fail(ErrorCode::kChecklistIncomplete,
              fmt::format("problems of {} that are not judged: {}", open.front().opinion_number, missing),
              "/judgements");
}

Result<> check_none_stands(std::span<const ProblemJudgement> judgements) {
  for (size_t i = 0; i < judgements.size(); ++i)
    if (judgements[i].outcome == ProblemOutcome::kStands)
      return fail(ErrorCode::kChecklistIncomplete,
                  "a text with a problem that stands is rejected, not approved",
                  fmt::format("/judgements/{}/outcome", i));
  return {};
}

Result<std::vector<NamedProblem>> named_problems(std::span<const ContentProblem> named,
                                                 std::span<const ProblemJudgement> judgements,
                                                 std::span<const OpenProblem> open,
                                                 const ContentTextSpec& text) {
  std::vector<NamedProblem> problems;
  for (size_t i = 0; i < judgements.size(); ++i) {
    const ProblemJudgement& j = judgements[i];
    const OpenProblem* problem = find_open(open, j.number);
    if (j.outcome != ProblemOutcome::kStands || problem == nullptr) continue;
    if (j.span) YZ_CHECK(check_span(*j.span, text, fmt::format("/judgements/{}/span", i)));
    problems.push_back(carried(*problem, j));
  }
  for (size_t i = 0; i < named.size(); ++i) {
    YZ_CHECK(check_problem(named[i], text, fmt::format("/problems/{}", i)));
    problems.push_back({named[i], {}});
  }
  if (problems.empty())
    return fail(ErrorCode::kInvalidArgument, "a rejection names at least one problem", "/problems");
  if (problems.size() > limits::kReviewProblems)
    return fail(ErrorCode::kTooLarge,
                fmt::format("a rejection names at most {} problems", limits::kReviewProblems), "/problems");
  return problems;
}

}  // namespace yizhan::service
