#pragma once
// What programs ask for over the API, as they ask for it: messages by approved content and values, one or
// many; what became of them. The answers of submit() and start() come by a callback when they are on disk
// (program_intake.h), the rest blocks; any thread.

#include <boost/describe.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/message.h"
#include "service/application_keys.h"
#include "service/program_intake.h"
#include "service/verifications.h"
#include "store/store.h"

namespace yizhan::service {

struct SubmitMessage {
  std::optional<ContentId> content_id;
  std::string number;
  std::map<std::string, std::string> variables;
  std::optional<std::string> reference;
  std::optional<Time> valid_until;
  std::optional<std::string> content_name = {};
  static constexpr json::Rule kRules[] = {
      {.member = "content_id", .description = "approved for this application; either this or content_name"},
      {.member = "content_name",
       .min_length = 1,
       .max_length = limits::kContentNameCharacters,
       .description = "the same by the name that people gave it, which must be the name of one only"},
      {.member = "number", .min_length = 1, .max_length = limits::kProgramNumberCharacters},
      {.member = "variables",
       .presence = json::Presence::kOptional,
       .max_length = limits::kVariableBytes,
       .max_items = limits::kContentVariables,
       .description = "a value for each variable of the content"},
      {.member = "reference",
       .min_length = 1,
       .max_length = limits::kProgramReferenceCharacters,
       .description = "the program's own name of the message, never used for another: the same request again "
                      "gets the first answer, another one a conflict"},
      {.member = "valid_until",
       .description = "at most 72 hours ahead; what may go only later (by day) is then refused"}};
};
BOOST_DESCRIBE_STRUCT(SubmitMessage, (),
                      (content_id, content_name, number, variables, reference, valid_until))

struct SubmitMessages {
  std::vector<SubmitMessage> messages;
  static constexpr json::Rule kRules[] = {
      {.member = "messages", .min_items = 1, .max_items = limits::kProgramBatchMessages}};
};
BOOST_DESCRIBE_STRUCT(SubmitMessages, (), (messages))

struct SubmittedMessage {
  MessageId message_id;
  std::optional<std::string> reference;
};
BOOST_DESCRIBE_STRUCT(SubmittedMessage, (), (message_id, reference))

// Why one of many is refused, with the members of a problem document.
struct MessageProblem {
  std::string code, detail;
  std::string field;                     // within the message, empty when it has none
  std::optional<domain::Reason> reason;  // of the gate that refuses it
};
BOOST_DESCRIBE_STRUCT(MessageProblem, (), (code, detail, field, reason))

// One of `message_id` and `problem`.
struct SubmittedItem {
  std::optional<MessageId> message_id;
  std::optional<std::string> reference;
  std::optional<MessageProblem> problem;
};
BOOST_DESCRIBE_STRUCT(SubmittedItem, (), (message_id, reference, problem))

struct SubmittedMessages {
  int64_t accepted = 0, refused = 0;
  std::vector<SubmittedItem> items;  // in the order of the request
};
BOOST_DESCRIBE_STRUCT(SubmittedMessages, (), (accepted, refused, items))

struct ListProgramMessages {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<MessageId> after;
  std::optional<std::string> reference;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "reference",
       .min_length = 1,
       .max_length = limits::kProgramReferenceCharacters,
       .description = "the message of this name only"}};
};
BOOST_DESCRIBE_STRUCT(ListProgramMessages, (), (limit, after, reference))

struct ProgramMessage {
  MessageId id;
  std::optional<std::string> reference;
  ContentId content_id;
  domain::MessageClass message_class = domain::MessageClass::kNotification;
  std::string number;  // masked
  domain::MessageState state = domain::MessageState::kQueued;
  domain::Reason reason = domain::Reason::kNone;
  int64_t segments = 0;
  Time accepted_at;
  std::optional<Time> submitted_at;  // to the carrier
  Time state_at;
};
BOOST_DESCRIBE_STRUCT(ProgramMessage, (),
                      (id, reference, content_id, message_class, number, state, reason, segments, accepted_at,
                       submitted_at, state_at))

// The newest first.
struct ProgramMessagePage {
  std::vector<ProgramMessage> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(ProgramMessagePage, (), (items, next_after))

class ProgramMessages {
 public:
  ProgramMessages(const store::Store& store, ProgramIntake& intake)
      : store_(store), intake_(intake), verifications_(store) {}

  // kTooMany at once when the key's rate is used up, kInvalidArgument for a validity that is too long.
  using Answered = std::move_only_function<void(Result<TemplateAnswer>)>;
  void submit(const ProgramCaller& caller, SubmitMessage&& message, std::string_view idempotency_key,
              Answered answered);
  void start(const ProgramCaller& caller, const StartVerification& request, std::string_view idempotency_key,
             Answered answered);
  // All of one key's share, or none.
  Result<SubmittedMessages> submit_all(const ProgramCaller& caller, SubmitMessages&& request,
                                       std::string_view idempotency_key);
  Result<CheckedVerification> check(const ProgramCaller& caller, VerificationId id,
                                    const CheckVerification& given) const;
  Result<ProgramMessagePage> list(const ProgramCaller& caller, const ListProgramMessages& request) const;
  // kNotFound unless the message is the application's.
  Result<> check_own(const ProgramCaller& caller, MessageId id) const;

 private:
  void pass_on(const ProgramCaller& caller, TemplateSubmit&& submit, std::string_view idempotency_key,
               Answered answered);

  const store::Store& store_;
  ProgramIntake& intake_;
  const Verifications verifications_;
};

}  // namespace yizhan::service
