#pragma once
// An SMS provider reached by HTTP, described as data: what is stored with a channel and exchanged as JSON.
// The language is explained in docs/http_providers.md. Pure data.

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/limits.h"

namespace yizhan::provider {

enum class Method : uint8_t { kPost, kGet };
BOOST_DESCRIBE_ENUM(Method, kPost, kGet)

// Plain HTTP shows texts, numbers and secrets to whoever stands in between.
enum class Scheme : uint8_t { kHttps, kHttp };
BOOST_DESCRIBE_ENUM(Scheme, kHttps, kHttp)

// How a request proves who sends it; see signing.h.
enum class Signing : uint8_t { kNone, kHmacSha256, kRpcHmacSha1, kAcs3HmacSha256, kTc3HmacSha256 };
BOOST_DESCRIBE_ENUM(Signing, kNone, kHmacSha256, kRpcHmacSha1, kAcs3HmacSha256, kTc3HmacSha256)

// How a callback writes a time: RFC 3339, "2026-03-02 10:00:00" in Beijing, or a count since 1970.
enum class TimeForm : uint8_t { kRfc3339, kBeijing, kUnixSeconds, kUnixMilliseconds };
BOOST_DESCRIBE_ENUM(TimeForm, kRfc3339, kBeijing, kUnixSeconds, kUnixMilliseconds)

using Parameters = std::map<std::string, std::string>;  // name -> template

struct RequestForm {
  Method method = Method::kPost;
  std::string path = "/";
  Parameters query, headers;
  Parameters form;   // of the body, form-urlencoded
  std::string body;  // JSON; not together with form
  Signing signing = Signing::kNone;
  std::string string_to_sign;  // of hmac_sha256
  std::string service;         // of tc3_hmac_sha256: "sms"
  bool operator==(const RequestForm&) const = default;

  static constexpr json::Rule kRules[] = {
      {.member = "method", .presence = json::Presence::kOptional},
      {.member = "path",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderValueCharacters,
       .description = "a template, begins with /"},
      {.member = "query",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderValueCharacters,
       .max_items = limits::kProviderParameters,
       .description = "name to template; encoded by the server"},
      {.member = "headers",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderValueCharacters,
       .max_items = limits::kProviderParameters,
       .description = "name to template"},
      {.member = "form",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderValueCharacters,
       .max_items = limits::kProviderParameters,
       .description = "name to template: the body, form-urlencoded"},
      {.member = "body",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderBodyCharacters,
       .description = "a template of JSON; placeholders are escaped for the inside of a string"},
      {.member = "signing", .presence = json::Presence::kOptional},
      {.member = "string_to_sign",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderValueCharacters,
       .description = "of hmac_sha256: what is signed with the channel's password"},
      {.member = "service",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderNameCharacters,
       .description = "of tc3_hmac_sha256: the service in the credential's scope"}};
};
BOOST_DESCRIBE_STRUCT(RequestForm, (),
                      (method, path, query, headers, form, body, signing, string_to_sign, service))

// Where the answer says what; every place is a JSON pointer (RFC 6901).
struct AnswerForm {
  std::string success;        // what is compared with success_value
  std::string success_value;  // text; numbers and booleans as JSON writes them
  std::string message_id;
  std::vector<std::string> error_codes;      // the first that is there counts
  std::vector<std::string> throttled;        // codes, or "HTTP:429"
  std::vector<std::string> bad_credentials;  // codes, or "HTTP:401"
  bool operator==(const AnswerForm&) const = default;

  static constexpr json::Rule kRules[] = {
      {.member = "success", .max_length = limits::kProviderPointerCharacters, .format = "json-pointer"},
      {.member = "success_value", .max_length = limits::kProviderNameCharacters},
      {.member = "message_id", .max_length = limits::kProviderPointerCharacters, .format = "json-pointer"},
      {.member = "error_codes",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderPointerCharacters,
       .max_items = limits::kProviderPlaces,
       .format = "json-pointer",
       .description = "where an error's code may stand; the first that is there counts"},
      {.member = "throttled",
       .presence = json::Presence::kOptional,
       .max_length = limits::kCarrierCodeCharacters,
       .max_items = limits::kProviderCodes,
       .description = "codes that ask to slow down: of error_codes, or HTTP:429"},
      {.member = "bad_credentials",
       .presence = json::Presence::kOptional,
       .max_length = limits::kCarrierCodeCharacters,
       .max_items = limits::kProviderCodes,
       .description = "codes that refuse the account: of error_codes, or HTTP:401"}};
};
BOOST_DESCRIBE_STRUCT(AnswerForm, (),
                      (success, success_value, message_id, error_codes, throttled, bad_credentials))

// Receipts in a callback: a list (or one object), places within each item.
struct ReceiptForm {
  std::string list;  // empty = the whole body
  std::string message_id, status;
  std::vector<std::string> delivered, failed;  // values of status; any other is a state on the way
  std::string error_code;                      // empty = the status itself
  std::string time;                            // empty = when it came
  TimeForm time_form = TimeForm::kRfc3339;
  bool operator==(const ReceiptForm&) const = default;

  static constexpr json::Rule kRules[] = {
      {.member = "list",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderPointerCharacters,
       .format = "json-pointer",
       .description = "the list of items, or one item; empty = the whole body"},
      {.member = "message_id", .max_length = limits::kProviderPointerCharacters, .format = "json-pointer"},
      {.member = "status", .max_length = limits::kProviderPointerCharacters, .format = "json-pointer"},
      {.member = "delivered",
       .max_length = limits::kProviderNameCharacters,
       .min_items = 1,
       .max_items = limits::kProviderCodes},
      {.member = "failed",
       .max_length = limits::kProviderNameCharacters,
       .min_items = 1,
       .max_items = limits::kProviderCodes},
      {.member = "error_code",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderPointerCharacters,
       .format = "json-pointer"},
      {.member = "time",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderPointerCharacters,
       .format = "json-pointer"},
      {.member = "time_form", .presence = json::Presence::kOptional}};
};
BOOST_DESCRIBE_STRUCT(ReceiptForm, (),
                      (list, message_id, status, delivered, failed, error_code, time, time_form))

// Messages from handsets in a callback.
struct ReplyForm {
  std::string list;
  std::string number, text;
  std::string access_code;  // empty = the channel's own
  std::string time;
  TimeForm time_form = TimeForm::kRfc3339;
  bool operator==(const ReplyForm&) const = default;

  static constexpr json::Rule kRules[] = {
      {.member = "list",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderPointerCharacters,
       .format = "json-pointer",
       .description = "the list of items, or one item; empty = the whole body"},
      {.member = "number", .max_length = limits::kProviderPointerCharacters, .format = "json-pointer"},
      {.member = "text", .max_length = limits::kProviderPointerCharacters, .format = "json-pointer"},
      {.member = "access_code",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderPointerCharacters,
       .format = "json-pointer"},
      {.member = "time",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderPointerCharacters,
       .format = "json-pointer"},
      {.member = "time_form", .presence = json::Presence::kOptional}};
};
BOOST_DESCRIBE_STRUCT(ReplyForm, (), (list, number, text, access_code, time, time_form))

struct CallbackForm {
  std::optional<ReceiptForm> receipts;
  std::optional<ReplyForm> replies;
  std::string acknowledgement = "{}";  // JSON: what the provider takes for a yes
  std::vector<std::string> sources;    // addresses it may come from; none = any
  bool operator==(const CallbackForm&) const = default;

  static constexpr json::Rule kRules[] = {
      {.member = "acknowledgement",
       .presence = json::Presence::kOptional,
       .max_length = limits::kProviderValueCharacters,
       .description = "the body of our answer (JSON) once everything is on disk"},
      {.member = "sources",
       .presence = json::Presence::kOptional,
       .max_length = 45,  // wire: the longest IPv6 address as text
       .max_items = limits::kProviderSources,
       .description = "IP addresses that may call back; none = whoever knows the token"}};
};
BOOST_DESCRIBE_STRUCT(CallbackForm, (), (receipts, replies, acknowledgement, sources))

struct Description {
  Scheme scheme = Scheme::kHttps;
  RequestForm request;
  AnswerForm answer;
  CallbackForm callback;
  bool operator==(const Description&) const = default;

  static constexpr json::Rule kRules[] = {
      {.member = "scheme",
       .presence = json::Presence::kOptional,
       .description =
           "https, the certificate verified unless the channel's tls is unverified; or plain http"},
      {.member = "callback", .presence = json::Presence::kOptional}};
};
BOOST_DESCRIBE_STRUCT(Description, (), (scheme, request, answer, callback))

}  // namespace yizhan::provider
