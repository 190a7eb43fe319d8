#pragma once
// What customers said about receiving messages: the ledger of each with its evidence, entries on a customer's
// word, and the suppression list. Blocks; any thread. A withdrawal holds from its commit on, for queued
// messages too.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "domain/consent.h"
#include "service/consent_ledger.h"
#include "service/customers.h"
#include "service/evidence_files.h"
#include "service/principal.h"

namespace yizhan::service {

struct EvidenceView {
  EvidenceId id;
  Bytes sha256;
  std::string file_name;
  std::string media_type;
  int64_t bytes = 0;
  UserId created_by;
  Time created_at;
};
BOOST_DESCRIBE_STRUCT(EvidenceView, (), (id, sha256, file_name, media_type, bytes, created_by, created_at))

struct ConsentEventView {
  ConsentId id;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;  // empty = every purpose of the class; domain::kPrivacyPurpose
  domain::ConsentKind kind = domain::ConsentKind::kGranted;
  std::string method;
  std::string text;  // shown to the customer
  Time occurred_at;
  Time recorded_at;
  domain::ConsentSource source = domain::ConsentSource::kOperator;
  std::optional<ImportId> import_id;
  std::optional<EvidenceId> evidence_id;
  std::optional<Bytes> evidence_sha256;
  std::optional<std::string> evidence_file_name;
  std::optional<UserId> operator_id;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(ConsentEventView, (),
                      (id, message_class, purpose, kind, method, text, occurred_at, recorded_at, source,
                       import_id, evidence_id, evidence_sha256, evidence_file_name, operator_id, note))

struct ConsentStateView {
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;
  domain::ConsentKind kind = domain::ConsentKind::kGranted;
  Time since;
};
BOOST_DESCRIBE_STRUCT(ConsentStateView, (), (message_class, purpose, kind, since))

struct ListConsents {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ConsentId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListConsents, (), (limit, after))

struct ConsentHistory {
  std::vector<ConsentStateView> states;  // what holds now
  std::vector<ConsentEventView> items;   // newest first
  std::optional<ConsentId> next_after;   // absent on the last page
};
BOOST_DESCRIBE_STRUCT(ConsentHistory, (), (states, items, next_after))

// Consent needs the text that was shown or a file that proves it.
struct RecordConsent {
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  domain::ConsentKind kind = domain::ConsentKind::kGranted;
  std::string method;
  std::string purpose;
  std::optional<Time> occurred_at;  // now
  std::optional<std::string> text;
  std::optional<EvidenceId> evidence_id;
  std::string note;
  static constexpr json::Rule kRules[] = {
      {.member = "method", .min_length = 1, .max_length = limits::kCustomerFieldCharacters},
      {.member = "purpose", .presence = json::Presence::kOptional, .max_length = limits::kPurposeCharacters},
      {.member = "text", .min_length = 1, .max_length = limits::kConsentTextCharacters},
      {.member = "note",
       .presence = json::Presence::kOptional,
       .max_length = limits::kReasonCharacters,
       .description = "nothing personal"}};
};
BOOST_DESCRIBE_STRUCT(RecordConsent, (),
                      (message_class, kind, method, purpose, occurred_at, text, evidence_id, note))

struct SuppressionView {
  SuppressionId id;
  std::string number_masked;
  std::optional<CustomerId> customer_id;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string reason;
  domain::ConsentSource source = domain::ConsentSource::kOperator;
  std::optional<UserId> created_by;
  Time created_at;
};
BOOST_DESCRIBE_STRUCT(SuppressionView, (),
                      (id, number_masked, customer_id, message_class, reason, source, created_by, created_at))

struct SuppressionPage {
  std::vector<SuppressionView> items;
  std::optional<SuppressionId> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(SuppressionPage, (), (items, next_after))

struct ListSuppressions {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<SuppressionId> after;
  std::optional<domain::MessageClass> message_class;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListSuppressions, (), (limit, after, message_class))

struct AddSuppression {
  std::string number;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string reason;
  static constexpr json::Rule kRules[] = {
      {.member = "number", .min_length = 1, .max_length = 32},
      {.member = "reason", .min_length = 2, .max_length = limits::kReasonCharacters}};
};
BOOST_DESCRIBE_STRUCT(AddSuppression, (), (number, message_class, reason))

// What else is to happen in the transaction that records a consent; its error undoes both. May run again
// after its transaction was undone.
using AlsoRecorded = std::function<Result<>(db::Tx& tx, ConsentId event)>;

class Consents {
 public:
  Consents(const store::Store& store, const EvidenceFiles& evidence, OptOutHook opted_out = {})
      : store_(store), evidence_(evidence), opted_out_(std::move(opted_out)) {}

  Result<ConsentHistory> history(CustomerId id, const ListConsents& request) const;
  // A withdrawal suppresses at once, but for that of a privacy authorisation (domain::kPrivacyPurpose), which
  // stops what carries personal data alone. Consent goes over an earlier withdrawal, for the customer himself
  // gave it, but leaves the suppression list to remove_suppression(). kConflict when he said no at that time
  // or later.
  Result<ConsentHistory> record(const Principal& who, CustomerId id, const RecordConsent& request,
                                const AlsoRecorded& also = {}) const;

  // Keeps a copy of the file.
  Result<EvidenceView> add_evidence(const Principal& who, const std::string& path,
                                    const std::string& file_name, const std::string& media_type) const;
  Result<EvidenceView> evidence(EvidenceId id) const;
  // The file as it was, into `to_path`; audited, for it is personal data.
  Result<EvidenceView> restore_evidence(const Principal& who, EvidenceId id, const StatedReason& request,
                                        const std::string& to_path) const;

  // Makes the current states anew from the ledger; how many there are.
  Result<int64_t> rebuild_states(const Principal& who) const;

  // Newest first.
  Result<SuppressionPage> suppressions(const ListSuppressions& request) const;
  Result<SuppressionView> add_suppression(const Principal& who, const AddSuppression& request) const;
  // kConflict, where the class needs consent, unless one was given and recorded on the customer's word after
  // the suppression.
  Result<> remove_suppression(const Principal& who, SuppressionId id, const StatedReason& request) const;

 private:
  const store::Store& store_;
  const EvidenceFiles& evidence_;
  OptOutHook opted_out_;
};

}  // namespace yizhan::service
