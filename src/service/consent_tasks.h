#pragma once
// Consents to confirm (policy 2.3.3): marketing or compliance asks, customer service asks the customer and
// enters his answer, which is appended to the consent ledger in the same transaction. Blocks; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "domain/consent.h"
#include "service/consents.h"
#include "service/principal.h"

namespace yizhan::service {

struct RequestConsentTask {
  CustomerId customer_id;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::optional<std::string> purpose;  // absent = every purpose of the class
  std::string question;
  Time due_at;
  static constexpr json::Rule kRules[] = {{.member = "purpose", .max_length = limits::kPurposeCharacters},
                                          {.member = "question",
                                           .min_length = 1,
                                           .max_length = limits::kConsentQuestionCharacters,
                                           .description = "what to ask the customer; nothing personal"}};
};
BOOST_DESCRIBE_STRUCT(RequestConsentTask, (), (customer_id, message_class, purpose, question, due_at))

struct ConsentTaskView {
  ConsentTaskId id;
  CustomerId customer_id;
  std::string number_masked;
  std::string name_masked;  // empty = not known
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  std::string purpose;
  std::string question;
  domain::ConsentTaskState state = domain::ConsentTaskState::kOpen;
  UserId requested_by;
  Time requested_at;
  Time due_at;
  std::optional<UserId> decided_by;
  std::optional<Time> decided_at;
  std::string note;
  std::optional<EvidenceId> evidence_id;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ConsentTaskView, (),
                      (id, customer_id, number_masked, name_masked, message_class, purpose, question, state,
                       requested_by, requested_at, due_at, decided_by, decided_at, note, evidence_id,
                       version))

struct ConsentTaskPage {
  std::vector<ConsentTaskView> items;     // the soonest due first
  std::optional<std::string> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(ConsentTaskPage, (), (items, next_after))

struct ListConsentTasks {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ConsentTaskId> after;
  std::optional<domain::ConsentTaskState> state;
  std::optional<CustomerId> customer_id;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListConsentTasks, (), (limit, after, state, customer_id))

// Needs what RecordConsent needs: the text the customer agreed to, or a file that proves it.
struct ConfirmConsent {
  std::string method;
  std::optional<std::string> text;
  std::optional<Time> occurred_at;  // now
  std::optional<EvidenceId> evidence_id;
  std::string note;
  static constexpr json::Rule kRules[] = {
      {.member = "method", .min_length = 1, .max_length = limits::kCustomerFieldCharacters},
      {.member = "text", .min_length = 1, .max_length = limits::kConsentTextCharacters},
      {.member = "note", .max_length = limits::kReasonCharacters, .description = "nothing personal"}};
};
BOOST_DESCRIBE_STRUCT(ConfirmConsent, (), (method, text, occurred_at, evidence_id, note))

struct RefuteConsent {
  std::string note;
  std::optional<EvidenceId> evidence_id;
  static constexpr json::Rule kRules[] = {
      {.member = "note", .max_length = limits::kReasonCharacters, .description = "nothing personal"}};
};
BOOST_DESCRIBE_STRUCT(RefuteConsent, (), (note, evidence_id))

class ConsentTasks {
 public:
  ConsentTasks(const store::Store& store, const Consents& consents) : store_(store), consents_(consents) {}

  // kInvalidArgument for an unknown customer or a deadline that is past or too far away.
  Result<ConsentTaskView> request(const Principal& who, const RequestConsentTask& request) const;
  Result<ConsentTaskView> get(ConsentTaskId id) const;
  Result<ConsentTaskPage> list(const ListConsentTasks& request) const;

  // What may happen to an open task. kWrongState when it is not open, kVersionConflict when it is not at the
  // version seen, kSeparationOfDuties for an answer to one's own question.
  //
  // Appends a consent, as Consents::record does.
  Result<ConsentTaskView> confirm(const Principal& who, ConsentTaskId id, std::optional<int64_t> version,
                                  const ConfirmConsent& answer) const;
  // Appends a withdrawal and suppresses; holds at once, for queued messages too.
  Result<ConsentTaskView> refute(const Principal& who, ConsentTaskId id, std::optional<int64_t> version,
                                 const RefuteConsent& answer) const;
  Result<ConsentTaskView> cancel(const Principal& who, ConsentTaskId id, std::optional<int64_t> version,
                                 const StatedReason& why) const;

 private:
  // Records the customer's answer and closes the task with it.
  Result<ConsentTaskView> decide(const Principal& who, ConsentTaskId id, std::optional<int64_t> version,
                                 domain::ConsentTaskState state, RecordConsent answer) const;

  const store::Store& store_;
  const Consents& consents_;
};

}  // namespace yizhan::service
