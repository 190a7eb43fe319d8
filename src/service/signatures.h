#pragma once
// Signatures (短信签名): marketing asks for one and proves the right to it, compliance approves it for
// classes of messages, suspends or withdraws it; contents bear only such. What is not approved is refused at
// the gate of every message (docs/decisions/0023). Blocks; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "domain/content.h"
#include "domain/signature.h"
#include "engine/engine.h"
#include "service/content_text.h"
#include "service/principal.h"
#include "service/qualifications.h"
#include "service/screener_in_force.h"
#include "service/signature_filings.h"
#include "service/stated_reason.h"
#include "store/store.h"

namespace yizhan::service {

struct SignatureDraft {
  std::string text;  // without its brackets
  domain::SignatureSource source = domain::SignatureSource::kCompanyName;
  std::string explanation;  // what it is used for, and by what right
  std::vector<domain::MessageClass> message_classes;
  std::vector<QualificationId> qualification_ids;  // that prove the right to it
  static constexpr json::Rule kRules[] = {
      {.member = "text",
       .min_length = 2,
       .max_length = limits::kSignatureCharacters,
       .description = "without its brackets: Chinese characters, letters and digits, not digits alone, no "
                      "general word; what the rule packs say of signatures"},
      {.member = "explanation",
       .presence = json::Presence::kOptional,
       .max_length = limits::kReviewTextCharacters,
       .description = "what it is used for, and by what right"},
      {.member = "message_classes", .min_items = 1, .max_items = 4},
      {.member = "qualification_ids",
       .presence = json::Presence::kOptional,
       .max_items = limits::kSignatureDocuments,
       .description = "documents of the register that prove the right to it; at least one to submit it"}};
};
BOOST_DESCRIBE_STRUCT(SignatureDraft, (), (text, source, explanation, message_classes, qualification_ids))

struct SignatureSummary {
  SignatureId id;
  std::string text;
  domain::SignatureSource source = domain::SignatureSource::kOther;
  std::string explanation;
  std::vector<domain::MessageClass> message_classes;
  domain::SignatureState state = domain::SignatureState::kDraft;
  std::string state_reason;   // of the last decision
  int64_t live_contents = 0;  // approved contents that bear it
  std::vector<SignatureFilingView> filings;
  UserId created_by;
  Time created_at, updated_at;
  int64_t version = 0;  // of the row, for If-Match
};
BOOST_DESCRIBE_STRUCT(SignatureSummary, (),
                      (id, text, source, explanation, message_classes, state, state_reason, live_contents,
                       filings, created_by, created_at, updated_at, version))

struct SignatureEventView {
  domain::SignatureDeed deed = domain::SignatureDeed::kCreated;
  domain::SignatureState state = domain::SignatureState::kDraft;  // after it
  std::string reason;
  std::optional<UserId> actor_id;  // absent: the system
  Time at;
};
BOOST_DESCRIBE_STRUCT(SignatureEventView, (), (deed, state, reason, actor_id, at))

struct SignatureContent {
  ContentId content_id;
  std::string name;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  domain::ContentState state = domain::ContentState::kDraft;
  bool approved = false;  // a version that bears it is
};
BOOST_DESCRIBE_STRUCT(SignatureContent, (), (content_id, name, message_class, state, approved))

struct SignatureView : SignatureSummary {
  std::vector<QualificationView> qualifications;
  std::vector<SignatureEventView> events;       // the newest first
  std::vector<FilingEventView> filing_history;  // the newest first
  std::vector<SignatureContent> contents;       // that bear it, the newest first
  std::vector<FindingView> findings;            // of the rule packs of now in the text
  bool may_decide = false;                      // the one who asks: not his own
};
BOOST_DESCRIBE_STRUCT(SignatureView, (SignatureSummary),
                      (qualifications, events, filing_history, contents, findings, may_decide))

struct ListSignatures {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<SignatureId> after;
  std::optional<domain::SignatureState> state;
  std::optional<std::string> q;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "q",
       .max_length = limits::kSignatureCharacters,
       .description = "part of the text; the case of A to Z does not count"}};
};
BOOST_DESCRIBE_STRUCT(ListSignatures, (), (limit, after, state, q))

struct SignaturePage {
  std::vector<SignatureSummary> items;  // newest first
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(SignaturePage, (), (items, next_after))

class Signatures {
 public:
  // While no screener is in force none can be asked for (kUnavailable).
  Signatures(const store::Store& store, ScreenerInForce screener, engine::Engine& engine)
      : store_(store), screener_(std::move(screener)), engine_(engine) {}

  // kScreeningBlocked ("/text") for what the rule packs do not let be a signature, kConflict ("/text") when
  // one reads the same, kInvalidArgument ("/qualification_ids/n").
  Result<SignatureView> create(const Principal& who, const SignatureDraft& draft);
  // Back to draft. Of one in use only the explanation and the documents can change, and it stays in use.
  // kWrongState while compliance has it.
  Result<SignatureView> edit(const Principal& who, SignatureId id, std::optional<int64_t> version,
                             const SignatureDraft& draft);
  // kQualificationMissing, kQualificationExpired ("qualification_ids") unless documents prove it, all valid.
  Result<SignatureView> submit(const Principal& who, SignatureId id, std::optional<int64_t> version);

  // These three: kSeparationOfDuties for whoever asked for it, changed or submitted it.
  Result<SignatureView> approve(const Principal& who, SignatureId id, std::optional<int64_t> version,
                                const StatedReason& opinion);
  Result<SignatureView> reject(const Principal& who, SignatureId id, std::optional<int64_t> version,
                               const StatedReason& why);
  // A suspended one may be used again. Campaigns stay paused: that they go on, people say.
  Result<SignatureView> resume(const Principal& who, SignatureId id, std::optional<int64_t> version,
                               const StatedReason& why);
  // Nothing leaves under it any more, from this moment; what runs is paused for people to look at.
  Result<SignatureView> suspend(const Principal& who, SignatureId id, std::optional<int64_t> version,
                                const StatedReason& why);
  Result<SignatureView> withdraw(const Principal& who, SignatureId id, std::optional<int64_t> version,
                                 const StatedReason& why);

  Result<SignatureView> get(const Principal& who, SignatureId id) const;
  Result<SignaturePage> list(const ListSignatures& request) const;

 private:
  struct Deed;
  Result<SignatureView> take(const Principal& who, SignatureId id, std::optional<int64_t> version,
                             const Deed& deed, const std::string& reason);
  Result<SignatureView> load_view(db::Tx& tx, const Principal& who, SignatureId id) const;

  const store::Store& store_;
  const ScreenerInForce screener_;
  engine::Engine& engine_;
};

// The signature of the texts that the program ships, approved as shipped unless there is one; for
// ensure_system_contents().
Result<> ensure_signature(db::Tx& tx, const store::Store& store, const std::string& text,
                          std::string_view reason);

}  // namespace yizhan::service
