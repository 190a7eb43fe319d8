#include "http/target.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/utf8.h"

namespace yizhan::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_token_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

enum class Plus : uint8_t { kLiteral, kBlank };

Result<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(ErrorCode::kMalformed, "a broken percent escape");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus == Plus::kBlank) {
      c = ' ';
    }
    if (c == '\0') return fail(ErrorCode::kMalformed, "a NUL character");
    out += c;
  }
  if (!is_valid_utf8(out)) return fail(ErrorCode::kMalformed, "not UTF-8");
  return out;
}

// Calls `each` with the trimmed elements of a comma-separated list until it returns true.
template <class Each>
bool any_element(std::string_view list, Each each) {
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    const std::string_view element = trim(list.substr(at, end - at));
    if (!element.empty() && each(element)) return true;
    at = end + 1;
  }
  return false;
}

// The quoted string at the head of `text`, unescaped; `text` moves behind it.
bool take_quoted(std::string_view& text, std::string& out) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
    if (text[i] == '\\' && ++i == text.size()) break;
    out += text[i];
  }
  return false;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Result<std::string> percent_decode(std::string_view text) { return decode(text, Plus::kLiteral); }

Result<Target> parse_target(std::string_view target) {
  if (target == "*") return Target{target, {}};
  if (!target.starts_with('/')) {
    const size_t scheme = target.find("://");
    if (scheme == target.npos || !(equals_ignoring_case(target.substr(0, scheme), "http") ||
                                   equals_ignoring_case(target.substr(0, scheme), "https")))
      return fail(ErrorCode::kMalformed, "the request target is no path");
    target.remove_prefix(scheme + 3);
    const size_t path = target.find_first_of("/?#");
    target = path == target.npos ? std::string_view("/") : target.substr(path);
    if (!target.starts_with('/')) return fail(ErrorCode::kMalformed, "the request target is no path");
  }
  if (target.find('#') != target.npos)
    return fail(ErrorCode::kMalformed, "the request target has a fragment");
  const size_t mark = target.find('?');
  if (mark == target.npos) return Target{target, {}};
  return Target{target.substr(0, mark), target.substr(mark + 1)};
}

Result<Parameters> parse_query(std::string_view query) {
  Parameters out;
  for (size_t at = 0; at < query.size();) {
    const size_t end = std::min(query.find('&', at), query.size());
    const std::string_view pair = query.substr(at, end - at);
    at = end + 1;
    if (pair.empty()) continue;
    if (out.size() == limits::kHttpQueryParameters)
      return fail(ErrorCode::kTooLarge, "too many query parameters");
    const size_t equals = std::min(pair.find('='), pair.size());
    std::string name = YZ_TRY(decode(pair.substr(0, equals), Plus::kBlank));
    std::string value = YZ_TRY(decode(pair.substr(std::min(equals + 1, pair.size())), Plus::kBlank));
    out.emplace_back(std::move(name), std::move(value));
  }
  return out;
}

Result<MediaType> parse_media_type(std::string_view value) {
  const auto bad = [] { return fail(ErrorCode::kMalformed, "a header value that cannot be read"); };
  MediaType out;
  const size_t semicolon = std::min(value.find(';'), value.size());
  for (const char c : trim(value.substr(0, semicolon))) {
    if (!is_token_char(c) && c != '/') return bad();
    out.type += lower(c);
  }
  if (out.type.empty()) return bad();
  value.remove_prefix(semicolon);
  while (!(value = trim(value)).empty()) {
    if (value.front() != ';') return bad();
    value = trim(value.substr(1));
    if (value.empty() || value.front() == ';') continue;
    const size_t equals = value.find('=');
    if (equals == value.npos || out.parameters.size() == limits::kHttpQueryParameters) return bad();
    std::string name, text;
    for (const char c : value.substr(0, equals)) {
      if (!is_token_char(c)) return bad();
      name += lower(c);
    }
    value.remove_prefix(equals + 1);
    if (value.starts_with('"')) {
      if (!take_quoted(value, text)) return bad();
    } else {
      const size_t end = std::min(value.find(';'), value.size());
      text = trim(value.substr(0, end));
      value.remove_prefix(end);
    }
    out.parameters.emplace_back(std::move(name), std::move(text));
  }
  return out;
}

bool accepts_encoding(std::string_view accept_encoding, std::string_view coding) {
  bool accepted = false;
  any_element(accept_encoding, [&](std::string_view element) {
    const size_t semicolon = std::min(element.find(';'), element.size());
    const std::string_view name = trim(element.substr(0, semicolon));
    if (!equals_ignoring_case(name, coding) && name != "*") return false;
    std::string_view weight = trim(element.substr(std::min(semicolon + 1, element.size())));
    const bool zero = (weight.starts_with("q=") || weight.starts_with("Q=")) &&
                      weight.substr(2).find_first_not_of("0.") == weight.npos;
    accepted = !zero;
    return name != "*";  // the coding's own entry overrules "*"
  });
  return accepted;
}

std::string_view cookie(std::string_view header, std::string_view name) {
  for (size_t at = 0; at <= header.size();) {
    const size_t end = std::min(header.find(';', at), header.size());
    const std::string_view pair = trim(header.substr(at, end - at));
    at = end + 1;
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return pair.substr(name.size() + 1);
  }
  return {};
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  return any_element(if_none_match, [&](std::string_view element) {
    if (element == "*") return true;
    if (element.starts_with("W/")) element.remove_prefix(2);
    return element == etag;
  });
}

}  // namespace yizhan::http
