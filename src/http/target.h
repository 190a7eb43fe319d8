#pragma once
// The small languages of a request line and its header values: targets, queries, media types, accepted
// encodings, cookies. Pure functions over hostile text, any thread.

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"

namespace yizhan::http {

// Decodes %XX (RFC 3986 section 2.1). kMalformed on a broken escape, a NUL or what is not UTF-8.
Result<std::string> percent_decode(std::string_view text);

struct Target {
  std::string_view path;   // begins with '/'; still encoded
  std::string_view query;  // without '?'; still encoded
};
// Origin form and absolute form (RFC 9112 section 3.2), or "*"; a fragment is refused.
Result<Target> parse_target(std::string_view target);

// application/x-www-form-urlencoded: '+' is a blank. kMalformed, or kTooLarge over
// limits::kHttpQueryParameters.
Result<Parameters> parse_query(std::string_view query);

// A value with parameters: `Content-Type`, `Content-Disposition` (RFC 9110 section 5.6.6).
struct MediaType {
  std::string type;  // lower case
  Parameters parameters;
};
Result<MediaType> parse_media_type(std::string_view value);

// May the client be sent this content coding (RFC 9110 section 12.5.3)? "identity" unless excluded.
bool accepts_encoding(std::string_view accept_encoding, std::string_view coding);

// One cookie's value of a Cookie header (RFC 6265 section 4.2), or empty.
std::string_view cookie(std::string_view cookie_header, std::string_view name);

// Does `etag` match an If-None-Match list (weak comparison, RFC 9110 section 13.1.2)?
bool etag_matches(std::string_view if_none_match, std::string_view etag);

bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);

}  // namespace yizhan::http
