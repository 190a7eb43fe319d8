#pragma once
// Contents and their review (policy 3): every save is a screened version with a hash, marketing reviews first
// and submits, compliance approves that very hash or rejects naming the problems. Blocking; any thread.

#include <boost/describe.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/content.h"
#include "screen/screener.h"
#include "service/content_diff.h"
#include "service/content_text.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

// The same for a new content and for a new version.
struct ContentDraft : ContentTextSpec {
  std::string name;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kContentNameCharacters},
      ContentTextSpec::kRules[0],
      ContentTextSpec::kRules[1],
      ContentTextSpec::kRules[2],
      ContentTextSpec::kRules[3],
      ContentTextSpec::kRules[4]};
};
BOOST_DESCRIBE_STRUCT(ContentDraft, (ContentTextSpec), (name))

// May the content be sent? Anything but `stands` is refused at the gate of every message.
#define YIZHAN_APPROVALS(X)                                                          \
  X(kNone, 1, "none")                                                                \
  X(kStands, 2, "stands")                                                            \
  X(kVoidedByChange, 3, "voided_by_change") /* a version was saved after approval */ \
  X(kWithdrawn, 4, "withdrawn")
YIZHAN_ENUM(Approval, YIZHAN_APPROVALS)

// A person's answer to a point, which is also what a checklist is stored as.
#define YIZHAN_ANSWERS(X) X(kYes, 1, "yes") X(kNo, 2, "no")
YIZHAN_ENUM(Answer, YIZHAN_ANSWERS)

struct CheckAnswer {
  domain::CheckPoint point = domain::CheckPoint::kLegality;
  Answer answer = Answer::kNo;
  std::string note;
  static constexpr json::Rule kRules[] = {
      {.member = "note", .presence = json::Presence::kOptional, .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(CheckAnswer, (), (point, answer, note))

struct FirstReview {
  std::vector<CheckAnswer> checklist;  // the five points, each once, each answered yes
  std::string note;
  static constexpr json::Rule kRules[] = {
      {.member = "note", .min_length = 1, .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(FirstReview, (), (checklist, note))

#define YIZHAN_DISPOSITIONS(X) X(kConfirmed, 1, "confirmed") X(kDismissed, 2, "dismissed")
YIZHAN_ENUM(DispositionDecision, YIZHAN_DISPOSITIONS)

struct Disposition {
  int64_t finding = 0;  // FindingView::index
  DispositionDecision decision = DispositionDecision::kConfirmed;
  std::string reason;  // needed to dismiss
  static constexpr json::Rule kRules[] = {
      {.member = "finding", .minimum = 0, .maximum = limits::kScreenFindings},
      {.member = "reason",
       .presence = json::Presence::kOptional,
       .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(Disposition, (), (finding, decision, reason))

struct ApproveContent {
  std::string opinion;
  std::vector<CheckAnswer> checklist;     // the five points, each once, each answered yes with a note
  std::vector<Disposition> dispositions;  // of every finding of severity review, others if wished
  static constexpr json::Rule kRules[] = {
      {.member = "opinion", .min_length = 1, .max_length = limits::kReviewTextCharacters},
      {.member = "dispositions",
       .presence = json::Presence::kOptional,
       .max_items = limits::kScreenFindings}};
};
BOOST_DESCRIBE_STRUCT(ApproveContent, (), (opinion, checklist, dispositions))

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

struct RejectContent {
  std::string opinion;
  std::vector<ContentProblem> problems;
  std::vector<CheckAnswer> checklist;  // the five points, each once
  std::vector<Disposition> dispositions;
  static constexpr json::Rule kRules[] = {
      {.member = "opinion", .min_length = 1, .max_length = limits::kReviewTextCharacters},
      {.member = "problems", .min_items = 1, .max_items = limits::kReviewProblems},
      {.member = "dispositions",
       .presence = json::Presence::kOptional,
       .max_items = limits::kScreenFindings}};
};
BOOST_DESCRIBE_STRUCT(RejectContent, (), (opinion, problems, checklist, dispositions))

struct WithdrawContent {
  std::string reason;
  static constexpr json::Rule kRules[] = {
      {.member = "reason", .min_length = 1, .max_length = limits::kReviewTextCharacters}};
};
BOOST_DESCRIBE_STRUCT(WithdrawContent, (), (reason))

struct ContentVersionSummary {
  ContentVersionId id;
  int64_t number = 0;
  Bytes hash;
  std::string verdict;
  UserId created_by;
  Time created_at;
};
BOOST_DESCRIBE_STRUCT(ContentVersionSummary, (), (id, number, hash, verdict, created_by, created_at))

struct ContentVersionView {
  ContentVersionId id;
  int64_t number = 0;
  ContentTextSpec text;
  Bytes hash;  // SHA-256 of the canonical form: what is approved, tested and sent
  ScreeningView screening;
  MeasureView measure;
  UserId created_by;
  Time created_at;
};
BOOST_DESCRIBE_STRUCT(ContentVersionView, (),
                      (id, number, text, hash, screening, measure, created_by, created_at))

struct ReviewView {
  ReviewId id;
  ContentVersionId version_id;
  int64_t version_number = 0;
  Bytes version_hash;
  int64_t round = 0;
  domain::ReviewKind kind = domain::ReviewKind::kFirstReview;
  domain::ReviewDecision decision = domain::ReviewDecision::kPassed;
  std::optional<std::string> opinion_number;  // of compliance's reviews
  std::string opinion;
  std::vector<CheckAnswer> checklist;
  std::vector<ContentProblem> problems;
  std::vector<Disposition> dispositions;
  std::optional<UserId> reviewer_id;  // absent: the system, for the texts it ships
  Time reviewed_at;
};
BOOST_DESCRIBE_STRUCT(ReviewView, (),
                      (id, version_id, version_number, version_hash, round, kind, decision, opinion_number,
                       opinion, checklist, problems, dispositions, reviewer_id, reviewed_at))

enum class ContentOrigin : uint8_t { kUser, kSystem };  // kSystem: a text the program ships
BOOST_DESCRIBE_ENUM(ContentOrigin, kUser, kSystem)

struct ContentSummary {
  ContentId id;
  std::string name;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;
  ContentOrigin origin = ContentOrigin::kUser;
  domain::ContentState state = domain::ContentState::kDraft;  // of the latest version
  ContentVersionId version_id;
  int64_t version_number = 0;
  Bytes hash;
  std::string verdict;
  Approval approval = Approval::kNone;
  std::optional<ContentVersionId> approved_version_id;
  int64_t round = 1;
  UserId created_by;
  Time created_at, updated_at;
  int64_t version = 0;  // of the row, for If-Match
};
BOOST_DESCRIBE_STRUCT(ContentSummary, (),
                      (id, name, message_class, purpose, origin, state, version_id, version_number, hash,
                       verdict, approval, approved_version_id, round, created_by, created_at, updated_at,
                       version))

struct ContentView : ContentSummary {
  ContentVersionView latest;
  std::vector<ContentVersionSummary> versions;
  std::vector<ReviewView> reviews;  // in their order; `round` groups them
};
BOOST_DESCRIBE_STRUCT(ContentView, (ContentSummary), (latest, versions, reviews))

struct ListContents {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ContentId> after;
  std::optional<domain::ContentState> state;
  std::optional<domain::MessageClass> message_class;
  std::optional<UserId> created_by;
  std::optional<ContentOrigin> origin;
  std::optional<std::string> q;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "q",
       .max_length = limits::kContentNameCharacters,
       .description = "part of the name; the case of A to Z does not count"}};
};
BOOST_DESCRIBE_STRUCT(ListContents, (), (limit, after, state, message_class, created_by, origin, q))

struct ContentPage {
  std::vector<ContentSummary> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(ContentPage, (), (items, next_after))

struct ListReviewQueue {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ReviewId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListReviewQueue, (), (limit, after))

struct QueuedContent {
  ContentSummary content;
  UserId submitted_by;
  Time submitted_at;
};
BOOST_DESCRIBE_STRUCT(QueuedContent, (), (content, submitted_by, submitted_at))

struct ReviewQueuePage {
  std::vector<QueuedContent> items;  // oldest submission first
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(ReviewQueuePage, (), (items, next_after))

struct CompareVersions {
  int64_t from = 0;  // numbers of versions
  int64_t to = 0;
  static constexpr json::Rule kRules[] = {
      {.member = "from", .minimum = 1, .maximum = limits::kContentVersions},
      {.member = "to", .minimum = 1, .maximum = limits::kContentVersions}};
};
BOOST_DESCRIBE_STRUCT(CompareVersions, (), (from, to))

struct ContentDiffView {
  int64_t from = 0;
  int64_t to = 0;
  std::vector<DiffPiece> signature, body, opt_out_text;
};
BOOST_DESCRIBE_STRUCT(ContentDiffView, (), (from, to, signature, body, opt_out_text))

struct TemplateFaultView {
  std::string part;  // body, opt_out_text
  std::string fault;
  int64_t byte = 0;
};
BOOST_DESCRIBE_STRUCT(TemplateFaultView, (), (part, fault, byte))

// For an editor while one writes: what saving would say, and what it costs.
struct MeasuredDraft {
  MeasureView measure;
  ScreeningView screening;
  std::vector<TemplateFaultView> faults;
};
BOOST_DESCRIBE_STRUCT(MeasuredDraft, (), (measure, screening, faults))

class Contents {
 public:
  // Without a screener nothing can be saved, submitted or approved (kUnavailable).
  Contents(const store::Store& store, std::shared_ptr<const screen::Screener> screener)
      : store_(store), screener_(std::move(screener)) {}

  Result<ContentView> create(const Principal& who, const ContentDraft& draft);
  // A new version, back to draft; whatever was approved is so no more. A text that did not change makes no
  // version (but starts withdrawn content anew). kWrongState while compliance has it.
  Result<ContentView> save(const Principal& who, ContentId id, std::optional<int64_t> version,
                           const ContentDraft& draft);

  Result<ContentView> get(ContentId id);
  Result<ContentVersionView> get_version(ContentId id, int64_t number);
  Result<ContentDiffView> compare(ContentId id, const CompareVersions& request);
  Result<ContentPage> list(const ListContents& request);
  Result<ReviewQueuePage> review_queue(const ListReviewQueue& request);
  Result<MeasuredDraft> measure(const ContentTextSpec& text);

  // Marketing's own review; its author may do it. kChecklistIncomplete unless all five are answered yes.
  Result<ContentView> first_review(const Principal& who, ContentId id, std::optional<int64_t> version,
                                   const FirstReview& request);
  // kScreeningBlocked naming the findings that block, by the rule packs of now.
  Result<ContentView> submit(const Principal& who, ContentId id, std::optional<int64_t> version);
  // kSeparationOfDuties for whoever had a hand in it (decision_rule.h); kChecklistIncomplete while a finding
  // for review is not dismissed with a reason. kVersionConflict, too, when the rule packs of now find
  // something else than `version` showed: that is stored, to be read and decided on.
  Result<ContentView> approve(const Principal& who, ContentId id, std::optional<int64_t> version,
                              const ApproveContent& request);
  Result<ContentView> reject(const Principal& who, ContentId id, std::optional<int64_t> version,
                             const RejectContent& request);
  // Approved content may not be sent any more, from this moment.
  Result<ContentView> withdraw(const Principal& who, ContentId id, std::optional<int64_t> version,
                               const WithdrawContent& request);

 private:
  Result<> refresh_screening(const Principal& who, ContentId id, std::optional<int64_t> version);

  const store::Store& store_;
  std::shared_ptr<const screen::Screener> screener_;
};

// The texts the program ships (the confirmation of an opt-out), approved as shipped. Called at every start;
// what is there, whatever its state, stays. `signature` without brackets. A text that screening blocks or
// cannot look at is left out and the log says so: it is missing (no confirmations), the server is not.
Result<> ensure_system_contents(const store::Store& store, const screen::Screener* screener,
                                std::string_view signature);

}  // namespace yizhan::service
