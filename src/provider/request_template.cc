#include "provider/request_template.h"

#include <fmt/format.h>

#include <optional>

#include "base/json.h"

namespace yizhan::provider {
namespace {

constexpr std::string_view kOpen = "{{", kClose = "}}";

std::optional<Placeholder> find_placeholder(std::string_view name) {
  constexpr std::string_view kNames[] = {
#define X(enumerator, text) text,
      YIZHAN_PLACEHOLDERS(X)
#undef X
  };
  for (size_t i = 0; i < kPlaceholders; ++i)
    if (kNames[i] == name) return static_cast<Placeholder>(i);
  return std::nullopt;
}

// What the request says of itself is known once it is written: to sign it, and in headers.
bool is_there(Placeholder placeholder, Place place) {
  switch (placeholder) {
    case Placeholder::kText:
    case Placeholder::kSignature:
    case Placeholder::kContent:
      return place != Place::kHeader;
    case Placeholder::kRequestPath:
    case Placeholder::kRequestQuery:
    case Placeholder::kRequestBody:
      return place == Place::kToSign;
    case Placeholder::kBodySha256:
      return place == Place::kToSign || place == Place::kHeader;
    case Placeholder::kHmacHex:
    case Placeholder::kHmacBase64:
      return place == Place::kHeader;
    default:
      return true;
  }
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// The inside of a JSON string.
void append_json(std::string& out, std::string_view text) {
  std::string quoted;
  json::append_string(quoted, text);
  out.append(quoted, 1, quoted.size() - 2);
}

void append_printable(std::string& out, std::string_view text) {
  for (const char c : text)
    if (c >= ' ' && c <= '~') out += c;
}

}  // namespace

void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain)
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<uint8_t>(c));
  }
}

Result<RequestTemplate> RequestTemplate::parse(std::string_view text, Place place) {
  RequestTemplate parsed(place);
  size_t at = 0;
  for (;;) {
    const size_t open = text.find(kOpen, at);
    if (open == text.npos) break;
    const size_t close = text.find(kClose, open);
    const auto fault = [&](const char* what) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("{} at character {}", what, open + 1));
    };
    if (close == text.npos) return fault("braces that do not close");
    std::string_view name = trimmed(text.substr(open + kOpen.size(), close - open - kOpen.size()));
    Part part{.literal = std::string(text.substr(at, open - at))};
    if (const size_t bar = name.find('|'); bar != name.npos) {
      if (trimmed(name.substr(bar + 1)) != "json" || place != Place::kParameter)
        return fault("an escape that is not known here");
      part.first = First::kJson;
      name = trimmed(name.substr(0, bar));
    }
    const auto placeholder = find_placeholder(name);
    if (!placeholder) return fault("a placeholder that is not known");
    if (!is_there(*placeholder, place)) return fault("a placeholder that has no value here");
    part.placeholder = *placeholder;
    parsed.parts_.push_back(std::move(part));
    at = close + kClose.size();
  }
  parsed.rest_ = text.substr(at);
  return parsed;
}

void RequestTemplate::render(const Values& values, std::string& out) const {
  for (const Part& part : parts_) {
    out += part.literal;
    const std::string_view value = values[static_cast<size_t>(part.placeholder)];
    switch (place_) {
      case Place::kPath:
        append_percent_encoded(out, value);
        break;
      case Place::kJson:
        append_json(out, value);
        break;
      case Place::kHeader:
        append_printable(out, value);
        break;
      case Place::kParameter:
      case Place::kToSign:
        part.first == First::kJson ? append_json(out, value) : static_cast<void>(out += value);
        break;
    }
  }
  out += rest_;
}

std::string RequestTemplate::render(const Values& values) const {
  std::string out;
  render(values, out);
  return out;
}

}  // namespace yizhan::provider
