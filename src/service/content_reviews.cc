// The review's half of Contents: first review, submission, compliance's decision, withdrawal.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "base/log.h"
#include "service/content_privacy.h"
#include "service/content_rows.h"
#include "service/contents.h"
#include "service/decision_rule.h"
#include "service/screenings.h"
#include "service/signatures.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::CheckPoint;
using domain::ContentState;
using domain::ReviewDecision;
using domain::ReviewKind;

namespace {

enum class Wanted : uint8_t { kAnswered, kAllYes, kAllYesWithNotes };

// Policy 3.1.2: each of the five points is answered, on every review.
Result<> check_checklist(const std::vector<CheckAnswer>& checklist, Wanted wanted) {
  std::set<CheckPoint> seen;
  for (size_t i = 0; i < checklist.size(); ++i) {
    const CheckAnswer& a = checklist[i];
    const std::string field = fmt::format("/checklist/{}", i);
    if (!seen.insert(a.point).second)
      return fail(ErrorCode::kInvalidArgument, "this point is answered twice", field + "/point");
    if (wanted != Wanted::kAnswered && a.answer != Answer::kYes)
      return fail(ErrorCode::kChecklistIncomplete,
                  fmt::format("{} is answered no, so the text cannot pass", name_of(a.point)),
                  field + "/answer");
    if (wanted == Wanted::kAllYesWithNotes && a.note.empty())
      return fail(ErrorCode::kChecklistIncomplete, fmt::format("{} needs a note", name_of(a.point)),
                  field + "/note");
  }
  for (const CheckPoint point : values_of(CheckPoint{}))
    if (!seen.contains(point))
      return fail(ErrorCode::kChecklistIncomplete, fmt::format("{} is not answered", name_of(point)),
                  "/checklist");
  return {};
}

Result<> check_not_blocked(const ScreeningView& screening) {
  if (verdict_of(screening) != screen::Verdict::kBlock) return {};
  return fail(ErrorCode::kScreeningBlocked, "screening blocks this text: " + blocking_findings(screening),
              "findings");
}

Result<> check_separation(db::Tx& tx, const Principal& who, const ContentSummary& content) {
  const auto bar = YZ_TRY(bar_to_decide(tx, who, content));
  if (!bar) return {};
  return fail(ErrorCode::kSeparationOfDuties,
              fmt::format("whoever wrote, first reviewed, submitted or approved the content cannot decide "
                          "on it: {}",
                          name_of(*bar)));
}

// The state after a review, with its record and its audit entry.
struct Step {
  std::string_view action;
  ContentState to;
  int64_t approved_version_id = 0;
  int64_t round_step = 0;
  std::string_view reason = {};
  json::Object detail = {};  // more for the audit entry
};
Result<> take_step(db::Tx& tx, const store::Store& store, const Principal& who, const ContentSummary& content,
                   const NewReview& review, const Step& step) {
  const std::string opinion_number = YZ_TRY(insert_review(tx, store, content.id, content.version_id,
                                                          content.hash, content.round, review, who.person()));
  if (YZ_TRY(tx.run(q::content_set_state, content.id, step.to, step.approved_version_id,
                    content.round + step.round_step, store.now(), content.version)) != 1)
    return version_conflict(content);
  return audit_content(tx, store, who, step.action, content.id, content.version_number, content.hash,
                       step.reason, opinion_number, step.detail);
}

Result<ContentSummary> load_for(db::Tx& tx, ContentId id, std::optional<int64_t> version, ContentState to) {
  ContentSummary content = YZ_TRY(load_content(tx, id));
  YZ_CHECK(check_version(content, version));
  YZ_CHECK(check_transition(content, to));
  return content;
}

// Screening by the rule packs of now: where they changed since the save, what they say replaces what is
// stored. True when they found something else.
Result<bool> screen_anew(db::Tx& tx, const screen::Screener* screener, const ContentVersionView& version) {
  const ScreeningView now = YZ_TRY(screen_text(screener, to_domain(version.text)));
  YZ_CHECK(check_not_blocked(now));
  if (now.rule_packs == version.screening.rule_packs) return false;
  const StoredScreening found = stored(now);
  YZ_TRY(tx.run(q::content_version_screened, version.id, found.verdict, found.findings, found.rule_packs,
                found.sectors, found.promotion));
  YZ_CHECK(mark_personal_data(tx, version.id, carries_personal_data(to_domain(version.text), now)));
  return json::encode(now.findings) != json::encode(version.screening.findings);
}

bool with_marketing(ContentState state) {
  return state == ContentState::kRejected || state == ContentState::kDraft ||
         state == ContentState::kFirstReviewed;
}

// Each is about an open problem, once.
Result<> check_answers(const AnswerProblems& request, const std::vector<OpenProblem>& open) {
  if (open.empty() || open.front().review_id != request.review_id)
    return fail(ErrorCode::kNotFound, "it is not the last rejection of the content", "/review_id");
  std::set<int64_t> seen;
  for (size_t i = 0; i < request.answers.size(); ++i) {
    const std::string field = fmt::format("/answers/{}/number", i);
    if (request.answers[i].number >= std::ssize(open))
      return fail(ErrorCode::kInvalidArgument, "the rejection has no such problem", field);
    if (!seen.insert(request.answers[i].number).second)
      return fail(ErrorCode::kInvalidArgument, "this problem is answered twice", field);
  }
  return {};
}

Result<> audit_answers(db::Tx& tx, const store::Store& store, const Principal& who,
                       const ContentSummary& content, const AnswerProblems& request,
                       const std::string& opinion_number) {
  json::Array answers;
  for (const AnswerProblem& a : request.answers)
    answers.push_back(json::Object{{"number", a.number}, {"answer", std::string(name_of(a.answer))}});
  return store::append_audit(tx, store, who.actor(),
                             {.action = "content.answer_problems",
                              .object_type = "content",
                              .object_id = content.id.value,
                              .detail = json::serialize(json::Object{{"version", content.version_number},
                                                                     {"hash", to_hex(content.hash)},
                                                                     {"opinion_number", opinion_number},
                                                                     {"answers", std::move(answers)}})});
}

}  // namespace

Result<ContentView> Contents::answer_problems(const Principal& who, ContentId id,
                                              std::optional<int64_t> version, const AnswerProblems& request) {
  return store_.db.write([&](db::Tx& tx) -> Result<ContentView> {
    const ContentSummary content = YZ_TRY(load_content(tx, id));
    YZ_CHECK(check_version(content, version));
    if (!with_marketing(content.state))
      return fail(
          ErrorCode::kWrongState,
          fmt::format("the problems of content that is {} cannot be answered", name_of(content.state)),
          "state");
    const auto open = YZ_TRY(open_problems(tx, id));
    YZ_CHECK(check_answers(request, open));
    for (const AnswerProblem& a : request.answers)
      YZ_TRY(tx.run(q::content_problem_answer_put, request.review_id, a.number, a.answer, a.text,
                    content.version_id, who.person(), store_.now()));
    if (YZ_TRY(tx.run(q::content_touched, id, store_.now(), content.version)) != 1)
      return std::unexpected(version_conflict(content).error());
    YZ_CHECK(audit_answers(tx, store_, who, content, request, open.front().opinion_number));
    return load_content_view(tx, id);
  });
}

Result<ContentView> Contents::first_review(const Principal& who, ContentId id, std::optional<int64_t> version,
                                           const FirstReview& request) {
  YZ_CHECK(check_checklist(request.checklist, Wanted::kAllYes));
  return store_.db.write([&](db::Tx& tx) -> Result<ContentView> {
    const ContentSummary content = YZ_TRY(load_for(tx, id, version, ContentState::kFirstReviewed));
    if (content.state == ContentState::kRejected)
      YZ_CHECK(check_answered(YZ_TRY(open_problems(tx, id)), content.version_number));
    YZ_CHECK(take_step(tx, store_, who, content,
                       {.kind = ReviewKind::kFirstReview,
                        .decision = ReviewDecision::kPassed,
                        .opinion = request.note,
                        .checklist = request.checklist},
                       {"content.first_review", ContentState::kFirstReviewed}));
    return load_content_view(tx, id);
  });
}

Result<ContentView> Contents::submit(const Principal& who, ContentId id, std::optional<int64_t> version) {
  const auto screener = screener_.get();
  return store_.db.write([&](db::Tx& tx) -> Result<ContentView> {
    const ContentSummary content = YZ_TRY(load_for(tx, id, version, ContentState::kSubmitted));
    if (YZ_TRY(tx.number(q::content_first_review, id, content.version_id, content.hash, content.round)) == 0)
      return fail(ErrorCode::kWrongState, "this version has not been reviewed by marketing", "state");
    YZ_CHECK(check_answered(YZ_TRY(open_problems(tx, id)), content.version_number));
    const auto latest = YZ_TRY(load_content_version(tx, id, content.version_number));
    YZ_TRY(screen_anew(tx, screener.get(), latest));
    YZ_CHECK(check_may_submit(content.signature));
    YZ_CHECK(take_step(tx, store_, who, content,
                       {.kind = ReviewKind::kSubmission, .decision = ReviewDecision::kSubmitted},
                       {"content.submit", ContentState::kSubmitted}));
    return load_content_view(tx, id);
  });
}

// The second of two decides on what the first approved, by its hash.
Result<> check_first_approval(db::Tx& tx, const ContentSummary& content) {
  if (content.state != ContentState::kSecondReview) return {};
  if (YZ_TRY(load_second_review(tx, content.id, content.version_id, content.hash))) return {};
  return fail(ErrorCode::kWrongState, "nobody has approved this version as the first of two", "state");
}

// What an approval leads to: the content is approved, or awaits a second person of compliance.
struct Approving {
  ReviewKind kind = ReviewKind::kCompliance;
  std::vector<SecondReviewReason> second_review;  // not empty: it is passed on
};
Approving approving_of(const ContentSummary& content, const ScreeningView& screening,
                       std::span<const BindingSector> sectors) {
  if (content.state == ContentState::kSecondReview) return {ReviewKind::kSecondReview, {}};
  return {ReviewKind::kCompliance, second_review_reasons(screening, sectors)};
}

// Who approves says of every finding that it is no problem: then it is no personal data either. Returns what
// the audit entry says of it.
Result<json::Object> settle_personal_data(db::Tx& tx, const ContentVersionView& version,
                                          const std::vector<Disposition>& dispositions) {
  const domain::ContentText text = to_domain(version.text);
  const bool carries = carries_personal_data(text, version.screening, dispositions);
  YZ_CHECK(mark_personal_data(tx, version.id, carries));
  if (carries || !carries_personal_data(text, version.screening)) return json::Object{};
  return json::Object{{"personal_data", "dismissed"}};
}

// Before a decision. Where other rule packs find something else than the reviewer saw, he looks again: what
// he said of the findings was about others.
Result<> Contents::refresh_screening(const Principal& who, ContentId id, std::optional<int64_t> version) {
  const auto screener = screener_.get();
  const auto seen = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<ContentSummary> {
    ContentSummary content = YZ_TRY(load_for(tx, id, version, ContentState::kApproved));
    YZ_CHECK(check_separation(tx, who, content));
    const auto latest = YZ_TRY(load_content_version(tx, id, content.version_number));
    if (!YZ_TRY(screen_anew(tx, screener.get(), latest))) return content;
    if (YZ_TRY(tx.run(q::content_touched, id, store_.now(), content.version)) != 1)
      return std::unexpected(version_conflict(content).error());
    YZ_CHECK(
        audit_content(tx, store_, who, "content.screened_anew", id, content.version_number, content.hash));
    return load_content(tx, id);
  }));
  return check_version(seen, version);
}

Result<ContentView> Contents::approve(const Principal& who, ContentId id, std::optional<int64_t> version,
                                      const ApproveContent& request) {
  YZ_CHECK(check_checklist(request.checklist, Wanted::kAllYesWithNotes));
  YZ_CHECK(refresh_screening(who, id, version));
  const auto screener = screener_.get();
  return store_.db.write([&](db::Tx& tx) -> Result<ContentView> {
    const ContentSummary content = YZ_TRY(load_for(tx, id, version, ContentState::kApproved));
    YZ_CHECK(check_separation(tx, who, content));
    YZ_CHECK(check_first_approval(tx, content));
    const auto latest = YZ_TRY(load_content_version(tx, id, content.version_number));
    YZ_CHECK(check_dispositions(request.dispositions, latest.screening));
    YZ_CHECK(check_findings_settled(request.dispositions, latest.screening));
    auto judgements = YZ_TRY(judge(request.judgements, YZ_TRY(open_problems(tx, id))));
    YZ_CHECK(check_none_stands(request.judgements));
    const auto sectors = YZ_TRY(binding_sectors(screener.get(), to_domain(latest.text)));
    auto sector_answers = YZ_TRY(check_sector_answers(request.sector_answers, sectors));
    YZ_CHECK(check_sectors_met(sector_answers, sectors));
    const auto needs = YZ_TRY(qualification_needs(tx, sectors, store_.now()));
    auto documents = YZ_TRY(check_qualifications(needs));
    YZ_CHECK(check_may_bear(content.signature));
    Approving approving = approving_of(content, latest.screening, sectors);
    const bool passed_on = !approving.second_review.empty();
    json::Object detail;
    if (!passed_on) detail = YZ_TRY(settle_personal_data(tx, latest, request.dispositions));
    YZ_CHECK(take_step(tx, store_, who, content,
                       {.kind = approving.kind,
                        .decision = passed_on ? ReviewDecision::kPassedOn : ReviewDecision::kApproved,
                        .opinion = request.opinion,
                        .checklist = request.checklist,
                        .dispositions = request.dispositions,
                        .sector_answers = std::move(sector_answers),
                        .judgements = std::move(judgements),
                        .second_review = std::move(approving.second_review),
                        .documents = std::move(documents)},
                       {.action = passed_on ? "content.pass_on" : "content.approve",
                        .to = passed_on ? ContentState::kSecondReview : ContentState::kApproved,
                        .approved_version_id = passed_on ? 0 : content.version_id.value,
                        .detail = std::move(detail)}));
    return load_content_view(tx, id);
  });
}

Result<ContentView> Contents::reject(const Principal& who, ContentId id, std::optional<int64_t> version,
                                     const RejectContent& request) {
  YZ_CHECK(check_checklist(request.checklist, Wanted::kAnswered));
  const auto screener = screener_.get();
  return store_.db.write([&](db::Tx& tx) -> Result<ContentView> {
    const ContentSummary content = YZ_TRY(load_for(tx, id, version, ContentState::kRejected));
    YZ_CHECK(check_separation(tx, who, content));
    const auto latest = YZ_TRY(load_content_version(tx, id, content.version_number));
    const auto open = YZ_TRY(open_problems(tx, id));
    auto judgements = YZ_TRY(judge(request.judgements, open));
    auto problems = YZ_TRY(named_problems(request.problems, request.judgements, open, latest.text));
    YZ_CHECK(check_dispositions(request.dispositions, latest.screening));
    // Asked of the rule packs only where it says something of them: a rejection needs none.
    std::vector<SectorAnswerView> sector_answers;
    if (!request.sector_answers.empty()) {
      const auto sectors = YZ_TRY(binding_sectors(screener.get(), to_domain(latest.text)));
      sector_answers = YZ_TRY(check_sector_answers(request.sector_answers, sectors));
    }
    const bool second = content.state == ContentState::kSecondReview;
    YZ_CHECK(take_step(tx, store_, who, content,
                       {.kind = second ? ReviewKind::kSecondReview : ReviewKind::kCompliance,
                        .decision = ReviewDecision::kRejected,
                        .opinion = request.opinion,
                        .checklist = request.checklist,
                        .problems = std::move(problems),
                        .dispositions = request.dispositions,
                        .sector_answers = std::move(sector_answers),
                        .judgements = std::move(judgements)},
                       {.action = "content.reject", .to = ContentState::kRejected, .round_step = 1}));
    return load_content_view(tx, id);
  });
}

Result<ContentView> Contents::withdraw(const Principal& who, ContentId id, std::optional<int64_t> version,
                                       const WithdrawContent& request) {
  return store_.db.write([&](db::Tx& tx) -> Result<ContentView> {
    const ContentSummary content = YZ_TRY(load_for(tx, id, version, ContentState::kWithdrawn));
    YZ_CHECK(take_step(
        tx, store_, who, content,
        {.kind = ReviewKind::kWithdrawal, .decision = ReviewDecision::kWithdrawn, .opinion = request.reason},
        {.action = "content.withdraw", .to = ContentState::kWithdrawn, .reason = request.reason}));
    return load_content_view(tx, id);
  });
}

namespace {

constexpr const char* kConfirmationName = "退订确认";
constexpr const char* kConfirmationPurpose = "opt_out_confirmation";
constexpr const char* kConfirmationBody = "您已成功退订，我们将不再向您发送营销短信。";
constexpr const char* kShippedNote = "shipped with the program";

}  // namespace

Result<> ensure_system_contents(const store::Store& store, const screen::Screener* screener,
                                std::string_view signature) {
  const domain::ContentText text{domain::MessageClass::kNotification,
                                 kConfirmationPurpose,
                                 std::string(signature),
                                 kConfirmationBody,
                                 {},
                                 {}};
  const auto there = [](db::Tx& tx) {
    return tx.one(q::content_system, [](const db::Row&) { return true; }, kConfirmationPurpose);
  };
  if (YZ_TRY(store.db.read(there))) return {};
  const auto screened = screen_text(screener, text);
  if (!screened || verdict_of(*screened) == screen::Verdict::kBlock) {
    log::error(
        "opt-outs are not confirmed: the shipped text is not there and screening {}",
        screened ? "blocks it: " + blocking_findings(*screened) : "fails: " + to_string(screened.error()));
    return {};
  }
  const ScreeningView& screening = *screened;
  return store.db.write([&](db::Tx& tx) -> Result<> {
    if (YZ_TRY(there(tx))) return {};
    YZ_CHECK(ensure_signature(tx, store, text.signature, kShippedNote));
    NewReview review{
        .kind = ReviewKind::kCompliance, .decision = ReviewDecision::kApproved, .opinion = kShippedNote};
    for (const CheckPoint point : values_of(CheckPoint{}))
      review.checklist.push_back({point, Answer::kYes, kShippedNote});
    for (const FindingView& f : screening.findings)
      review.dispositions.push_back({f.index, DispositionDecision::kDismissed, kShippedNote});
    const auto id = store.ids.make<ContentId>();
    const auto version = store.ids.make<ContentVersionId>();
    YZ_TRY(tx.run(q::content_insert, id, kConfirmationName, text.message_class, text.purpose, 1,
                  ContentState::kApproved, version, version, 0, store.now()));
    YZ_CHECK(insert_version(tx, store, id, version, 1, text, screening, 0));
    const ContentSummary content = YZ_TRY(load_content(tx, id));
    const std::string number =
        YZ_TRY(insert_review(tx, store, id, version, content.hash, content.round, review, 0));
    return audit_content(tx, store, system_principal(), "content.ship", id, 1, content.hash, kShippedNote,
                         number);
  });
}

}  // namespace yizhan::service
