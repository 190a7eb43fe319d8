#pragma once
// Contents and their review (policy 3): every save is a screened version with a hash, marketing reviews first
// and submits, compliance approves that very hash or rejects naming the problems. Blocking; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/content.h"
#include "service/content_diff.h"
#include "service/content_dispositions.h"
#include "service/content_problems.h"
#include "service/content_sectors.h"
#include "service/content_signature.h"
#include "service/content_text.h"
#include "service/principal.h"
#include "service/qualifications.h"
#include "service/screener_in_force.h"
#include "service/second_review.h"
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
      ContentTextSpec::kRules[4],
      ContentTextSpec::kRules[5]};
};
BOOST_DESCRIBE_STRUCT(ContentDraft, (ContentTextSpec), (name))

// May the content be sent? Anything but `stands` is refused at the gate of every message.
#define YIZHAN_APPROVALS(X)                                                                          \
  X(kNone, 1, "none")                                                                                \
  X(kStands, 2, "stands")                                                                            \
  X(kVoidedByChange, 3, "voided_by_change") /* a version was saved after approval */                 \
  X(kWithdrawn, 4, "withdrawn")                                                                      \
  X(kSuspended, 5, "suspended")             /* the rule packs of now block it: compliance decides */ \
  X(kUnsigned, 6, "signature_not_approved") /* its signature may not be borne now */
YIZHAN_ENUM(Approval, YIZHAN_APPROVALS)

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

struct ApproveContent {
  std::string opinion;
  std::vector<CheckAnswer> checklist;        // the five points, each once, each answered yes with a note
  std::vector<Disposition> dispositions;     // of every finding of severity review, others if wished
  std::vector<SectorAnswer> sector_answers;  // every item of its sectors, each once, yes with a note
  std::vector<ProblemJudgement> judgements;  // of every open problem, each once: accepted
  static constexpr json::Rule kRules[] = {
      {.member = "opinion", .min_length = 1, .max_length = limits::kReviewTextCharacters},
      {.member = "dispositions", .presence = json::Presence::kOptional, .max_items = limits::kScreenFindings},
      {.member = "sector_answers", .presence = json::Presence::kOptional, .max_items = limits::kSectorItems},
      {.member = "judgements", .presence = json::Presence::kOptional, .max_items = limits::kReviewProblems}};
};
BOOST_DESCRIBE_STRUCT(ApproveContent, (), (opinion, checklist, dispositions, sector_answers, judgements))

struct RejectContent {
  std::string opinion;
  std::vector<ContentProblem> problems;  // those that are new; one, or one that stands, is needed
  std::vector<CheckAnswer> checklist;    // the five points, each once
  std::vector<Disposition> dispositions;
  std::vector<SectorAnswer> sector_answers;  // those wished
  std::vector<ProblemJudgement> judgements;  // of every open problem, each once
  static constexpr json::Rule kRules[] = {
      {.member = "opinion", .min_length = 1, .max_length = limits::kReviewTextCharacters},
      {.member = "problems", .presence = json::Presence::kOptional, .max_items = limits::kReviewProblems},
      {.member = "dispositions", .presence = json::Presence::kOptional, .max_items = limits::kScreenFindings},
      {.member = "sector_answers", .presence = json::Presence::kOptional, .max_items = limits::kSectorItems},
      {.member = "judgements", .presence = json::Presence::kOptional, .max_items = limits::kReviewProblems}};
};
BOOST_DESCRIBE_STRUCT(RejectContent, (),
                      (opinion, problems, checklist, dispositions, sector_answers, judgements))

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
  bool carries_personal_data = false;  // it goes only to customers who authorised that
  UserId created_by;
  Time created_at;
};
BOOST_DESCRIBE_STRUCT(ContentVersionView, (),
                      (id, number, text, hash, screening, measure, carries_personal_data, created_by,
                       created_at))

// A qualification document that an approval relied on.
struct ReliedOn {
  QualificationId id;
  std::string kind;
  std::string title;
  std::string number;
};
BOOST_DESCRIBE_STRUCT(ReliedOn, (), (id, kind, title, number))

struct ReviewView {
  ReviewId id;
  ContentVersionId version_id;
  int64_t version_number = 0;
  Bytes version_hash;
  int64_t round = 0;
  domain::ReviewKind kind = domain::ReviewKind::kFirstReview;
  domain::ReviewDecision decision = domain::ReviewDecision::kPassed;
  std::optional<std::string> opinion_number;  // of compliance's reviews, each its own
  std::string opinion;
  std::vector<CheckAnswer> checklist;
  std::vector<NamedProblem> problems;
  std::vector<Disposition> dispositions;
  std::vector<SectorAnswerView> sector_answers;
  std::vector<ProblemJudgementView> judgements;  // of the problems of the rejection before
  std::vector<ReliedOn> documents;
  std::vector<SecondReviewReason> second_review;  // with passed_on: why a second one decides
  std::optional<UserId> reviewer_id;              // absent: the system, for the texts it ships
  Time reviewed_at;
};
BOOST_DESCRIBE_STRUCT(ReviewView, (),
                      (id, version_id, version_number, version_hash, round, kind, decision, opinion_number,
                       opinion, checklist, problems, dispositions, sector_answers, judgements, documents,
                       second_review, reviewer_id, reviewed_at))

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
  ContentSignatureView signature;  // that the latest version bears, as it stands now
  std::optional<ContentVersionId> approved_version_id;
  int64_t round = 1;
  UserId created_by;
  Time created_at, updated_at;
  int64_t version = 0;  // of the row, for If-Match
  // Kinds of documents that its approval relied on and of which none is valid now; where it is read.
  std::vector<std::string> lapsed_qualifications;
};
BOOST_DESCRIBE_STRUCT(ContentSummary, (),
                      (id, name, message_class, purpose, origin, state, version_id, version_number, hash,
                       verdict, approval, signature, approved_version_id, round, created_by, created_at,
                       updated_at, version, lapsed_qualifications))

struct ContentView : ContentSummary {
  ContentVersionView latest;
  std::vector<ContentVersionSummary> versions;
  std::vector<ReviewView> reviews;         // in their order; `round` groups them
  std::vector<OpenProblem> open_problems;  // of the last rejection, until the next decision
};
BOOST_DESCRIBE_STRUCT(ContentView, (ContentSummary), (latest, versions, reviews, open_problems))

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
  std::optional<SecondReviewView> second_review;  // one has approved it
};
BOOST_DESCRIBE_STRUCT(QueuedContent, (), (content, submitted_by, submitted_at, second_review))

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
  std::vector<BindingSector> sectors;
  bool carries_personal_data = false;
  ContentSignatureView signature;  // as it stands now
};
BOOST_DESCRIBE_STRUCT(MeasuredDraft, (),
                      (measure, screening, faults, sectors, carries_personal_data, signature))

// What approving the latest version asks for besides the five points, by the rule packs of now.
struct ContentRequirements {
  std::vector<BindingSector> sectors;
  // Why one reviewer is not enough; empty when he is. Once one has approved, the reasons of then.
  std::vector<SecondReviewReason> second_review_reasons;
  std::optional<SecondReviewView> second_review;  // one has approved it
  std::vector<QualificationNeed> qualifications;
};
BOOST_DESCRIBE_STRUCT(ContentRequirements, (),
                      (sectors, second_review_reasons, second_review, qualifications))

class Contents {
 public:
  // While no screener is in force nothing can be saved, submitted or approved (kUnavailable).
  Contents(const store::Store& store, ScreenerInForce screener)
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
  // The regulated sectors that the rule packs know.
  Result<SectorList> sectors();
  // The kinds of documents that they require, each once.
  Result<std::vector<std::string>> qualification_kinds();
  Result<ContentRequirements> requirements(const Principal& who, ContentId id);

  // What was done about problems of the last rejection; to answer again replaces the answer. kWrongState
  // while compliance has it; kInvalidArgument ("/answers/0/number"), kNotFound ("/review_id") for what is no
  // open problem.
  Result<ContentView> answer_problems(const Principal& who, ContentId id, std::optional<int64_t> version,
                                      const AnswerProblems& request);
  // Marketing's own review; its author may do it. kChecklistIncomplete unless all five are answered yes. Of a
  // rejected version only where every problem is contested (check_answered).
  Result<ContentView> first_review(const Principal& who, ContentId id, std::optional<int64_t> version,
                                   const FirstReview& request);
  // kScreeningBlocked naming the findings that block, by the rule packs of now; kChecklistIncomplete while an
  // open problem is not answered (check_answered); kSignatureNotApproved unless its signature is approved or
  // may still be.
  Result<ContentView> submit(const Principal& who, ContentId id, std::optional<int64_t> version);
  // kSeparationOfDuties for whoever had a hand in it (decision_rule.h); kChecklistIncomplete while a finding
  // for review is not dismissed or permitted with a reason, an item of its sectors is not answered, or an
  // open problem is not accepted as resolved; kQualificationMissing, kQualificationExpired;
  // kSignatureNotApproved. kVersionConflict, too, when the rule packs of now find something else than
  // `version` showed: that is stored, to be read and decided on. Where two have to approve (second_review.h),
  // the first approval leads to kSecondReview and another person's to kApproved.
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
  const ScreenerInForce screener_;
};

// The texts the program ships (the confirmation of an opt-out), approved as shipped. Called at every start;
// what is there, whatever its state, stays. `signature` without brackets. A text that screening blocks or
// cannot look at is left out and the log says so: it is missing (no confirmations), the server is not.
Result<> ensure_system_contents(const store::Store& store, const screen::Screener* screener,
                                std::string_view signature);

}  // namespace yizhan::service
