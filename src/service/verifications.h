#pragma once
// Verification codes as a service: drawn, sent, given back, over. Of a code only a keyed hash is kept here;
// the message that carries it holds it sealed, as any value of a variable. Blocking; any thread.

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "crypto/blind_index.h"
#include "domain/application.h"
#include "service/template_submit.h"
#include "store/store.h"

namespace yizhan::service {

struct StartVerification {
  std::optional<ContentId> content_id;
  std::optional<std::string> content_name;
  std::string number;
  std::string code_variable = "code";
  std::map<std::string, std::string> variables;  // the content's others
  int64_t digits = 6;
  int64_t lifetime_seconds = 300;
  int64_t attempts = 5;
  static constexpr json::Rule kRules[] = {
      {.member = "number", .min_length = 1, .max_length = limits::kProgramNumberCharacters},
      {.member = "content_id",
       .description = "of class verification, approved for this application; either this or content_name"},
      {.member = "content_name",
       .min_length = 1,
       .max_length = limits::kContentNameCharacters,
       .description = "the same by the name that people gave it, which must be the name of one only"},
      {.member = "code_variable",
       .presence = json::Presence::kOptional,
       .min_length = 1,
       .max_length = limits::kVariableNameBytes,
       .description = "the variable of the content that becomes the code"},
      {.member = "variables",
       .presence = json::Presence::kOptional,
       .max_length = limits::kVariableBytes,
       .max_items = limits::kContentVariables,
       .description = "values of the content's other variables"},
      {.member = "digits",
       .presence = json::Presence::kOptional,
       .minimum = limits::kVerificationMinDigits,
       .maximum = limits::kVerificationMaxDigits},
      {.member = "lifetime_seconds",
       .presence = json::Presence::kOptional,
       .minimum = limits::kVerificationMinSeconds,
       .maximum = limits::kVerificationMaxSeconds},
      {.member = "attempts",
       .presence = json::Presence::kOptional,
       .minimum = 1,
       .maximum = limits::kVerificationAttempts,
       .description = "how often a code may be given back"}};
};
BOOST_DESCRIBE_STRUCT(StartVerification, (),
                      (content_id, content_name, number, code_variable, variables, digits, lifetime_seconds,
                       attempts))

struct StartedVerification {
  VerificationId verification_id;
  MessageId message_id;
  Time expires_at;
};
BOOST_DESCRIBE_STRUCT(StartedVerification, (), (verification_id, message_id, expires_at))

struct CheckVerification {
  std::string code;
  static constexpr json::Rule kRules[] = {
      {.member = "code", .min_length = 1, .max_length = limits::kVerificationMaxDigits}};
};
BOOST_DESCRIBE_STRUCT(CheckVerification, (), (code))

// kReplaced: a newer code was sent to the number. kUsedUp: too many wrong ones, or it was right before.
enum class CheckResult : uint8_t { kOk, kWrong, kExpired, kReplaced, kUsedUp };
BOOST_DESCRIBE_ENUM(CheckResult, kOk, kWrong, kExpired, kReplaced, kUsedUp)

struct CheckedVerification {
  VerificationId verification_id;
  CheckResult result = CheckResult::kWrong;
  int64_t attempts_left = 0;
};
BOOST_DESCRIBE_STRUCT(CheckedVerification, (), (verification_id, result, attempts_left))

// The keyed hash under which a code is kept.
crypto::BlindHash code_hash(const store::Store& store, int64_t verification_id, std::string_view digits);

class Verifications {
 public:
  explicit Verifications(const store::Store& store) : store_(store) {}

  // A message with a code drawn for it; the caller adds who asks.
  Result<TemplateSubmit> draw(const StartVerification& request) const;
  // One attempt. kNotFound when the application has no such verification. In constant time whatever the code.
  Result<CheckedVerification> check(ApplicationId application, VerificationId id,
                                    const CheckVerification& given) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
