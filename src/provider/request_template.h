#pragma once
// Texts with placeholders, "{{number}}" or "{{text|json}}", escaped for where they stand. Parsed once, then
// immutable: any thread.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace yizhan::provider {

// The names are the language's, docs/http_providers.md.
#define YIZHAN_PLACEHOLDERS(X)                                                                \
  X(kNumber, "number")                  /* E.164 digits */                                    \
  X(kNationalNumber, "national_number") /* without 86 where that is a mainland mobile's */    \
  X(kText, "text")                      /* all that the recipient reads */                    \
  X(kSignature, "signature")            /* what stands in the brackets that begin the text */ \
  X(kContent, "content")                /* the text after them */                             \
  X(kAccessCode, "access_code")                                                               \
  X(kMessageId, "message_id") /* ours: of this attempt */                                     \
  X(kKeyId, "key_id")         /* system_id of the channel */                                  \
  X(kSecret, "secret")        /* its password */                                              \
  X(kTimestamp, "timestamp")  /* seconds since 1970 */                                        \
  X(kTimestampMs, "timestamp_ms")                                                             \
  X(kDatetime, "datetime") /* 2026-03-02T02:00:00Z */                                         \
  X(kDate, "date")         /* 2026-03-02, UTC */                                              \
  X(kNonce, "nonce")       /* 32 hexadecimal digits, never twice */                           \
  X(kMethod, "method")                                                                        \
  X(kHost, "host")                                                                            \
  X(kRequestPath, "request_path")                                                             \
  X(kRequestQuery, "request_query")                                                           \
  X(kRequestBody, "request_body")                                                             \
  X(kBodySha256, "body_sha256")                                                               \
  X(kHmacHex, "hmac_hex")                                                                     \
  X(kHmacBase64, "hmac_base64")

enum class Placeholder : uint8_t {
#define X(enumerator, name) enumerator,
  YIZHAN_PLACEHOLDERS(X)
#undef X
};
inline constexpr size_t kPlaceholders = static_cast<size_t>(Placeholder::kHmacBase64) + 1;
// What each placeholder stands for now; views live as long as a rendering.
using Values = std::array<std::string_view, kPlaceholders>;

// Where a template stands decides how values are escaped and which of them there are.
enum class Place : uint8_t {
  kPath,       // percent-encoded
  kParameter,  // as it is: the whole parameter is encoded afterwards
  kJson,       // for the inside of a JSON string
  kHeader,     // what is not printable is left out; nothing of the text
  kToSign,     // as it is; the request itself too
};

class RequestTemplate {
 public:
  // kInvalidArgument for a placeholder that is none or not of this place, and for braces that do not close:
  // the message says at which character.
  static Result<RequestTemplate> parse(std::string_view text, Place place);

  void render(const Values& values, std::string& out) const;
  std::string render(const Values& values) const;

 private:
  enum class First : uint8_t { kNothing, kJson };  // what is done before the place's own escaping
  struct Part {
    std::string literal;  // before the placeholder
    Placeholder placeholder = Placeholder::kText;
    First first = First::kNothing;
  };
  explicit RequestTemplate(Place place) : place_(place) {}

  Place place_;
  std::vector<Part> parts_;
  std::string rest_;
};

// RFC 3986: all but letters, digits and -._~ as %XX.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace yizhan::provider
