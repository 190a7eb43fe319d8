#pragma once
// A message that a program asks for by naming an approved content and the values of its variables, and what
// came of it. Plain data; facts_of() on any thread.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "domain/message.h"
#include "store/store.h"
#include "text/number_plan.h"

namespace yizhan::service {

// A code that the message carries and that is to be given back.
struct CodeToSend {
  int64_t verification_id = 0;
  std::string variable;  // of the content
  std::string digits;
  int64_t attempts = 0;
  Duration lifetime;
};

// What follows from a submit alone. Worked out on the caller's thread: the writer's has other things to do.
struct SubmitFacts {
  Result<text::PhoneNumber> number;
  crypto::BlindHash number_index{};  // if it is a number
  Bytes number_sealed;
  crypto::BlindHash request_hash{};  // if it is to be known again
};

struct TemplateSubmit {
  int64_t application_id = 0;
  int64_t message_classes = 0;  // bit set of those that the caller may submit
  int64_t content_id = 0;
  std::string content_name;  // where it is named instead: then content_id is 0
  std::string number;        // as written
  std::map<std::string, std::string> variables;
  // By what it is known again; empty: by nothing. The reference is the application's name of the message.
  std::string reference, idempotency_key;
  std::optional<Time> valid_until;
  std::optional<CodeToSend> code;
  Time at;
  std::optional<SubmitFacts> facts;  // those that take it work them out if nobody has
};

// By its id or by its name. kInvalidArgument when it is both or neither.
inline Result<> name_content(const std::optional<ContentId>& id, const std::optional<std::string>& name,
                             TemplateSubmit& submit) {
  if (id.has_value() == name.has_value())
    return fail(ErrorCode::kInvalidArgument, "either content_id or content_name", "/content_id");
  submit.content_id = id.value_or(ContentId{}).value;
  submit.content_name = name.value_or("");
  return {};
}

SubmitFacts facts_of(const store::Store& store, const TemplateSubmit& submit);

struct Refusal {
  Error error;
  domain::Reason reason = domain::Reason::kNone;  // what the gates said, if they did
};

struct TemplateAnswer {
  enum class Kind : uint8_t { kTaken, kKnown, kRefused };  // kKnown: asked for before; the first answer
  Kind kind = Kind::kRefused;
  int64_t message_id = 0;
  int64_t verification_id = 0;  // of a message with a code
  Time expires_at;              // of the code
  Refusal refusal;
};

struct TemplateAnswers {
  std::vector<TemplateAnswer> answers;  // in the order of the submits
  bool queued = false;                  // something may be sent
};

}  // namespace yizhan::service
