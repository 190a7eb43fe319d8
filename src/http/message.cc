#include "http/message.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/bytes.h"

namespace yizhan::http {
namespace {

constexpr std::array<std::string_view, 8> kMethodNames = {"GET",   "HEAD",   "POST",    "PUT",
                                                          "PATCH", "DELETE", "OPTIONS", "OTHER"};

struct Phrase {
  int status;
  std::string_view text;
};
// RFC 9110 section 15; RFC 6585 for 428, 429, 431; RFC 4918 for 423, 507.
constexpr Phrase kPhrases[] = {{100, "Continue"},
                               {200, "OK"},
                               {201, "Created"},
                               {202, "Accepted"},
                               {204, "No Content"},
                               {206, "Partial Content"},
                               {301, "Moved Permanently"},
                               {302, "Found"},
                               {303, "See Other"},
                               {304, "Not Modified"},
                               {307, "Temporary Redirect"},
                               {308, "Permanent Redirect"},
                               {400, "Bad Request"},
                               {401, "Unauthorized"},
                               {403, "Forbidden"},
                               {404, "Not Found"},
                               {405, "Method Not Allowed"},
                               {409, "Conflict"},
                               {410, "Gone"},
                               {412, "Precondition Failed"},
                               {413, "Content Too Large"},
                               {415, "Unsupported Media Type"},
                               {417, "Expectation Failed"},
                               {422, "Unprocessable Content"},
                               {423, "Locked"},
                               {428, "Precondition Required"},
                               {429, "Too Many Requests"},
                               {431, "Request Header Fields Too Large"},
                               {500, "Internal Server Error"},
                               {503, "Service Unavailable"},
                               {504, "Gateway Timeout"},
                               {507, "Insufficient Storage"}};

// attr-char of RFC 5987 section 3.2.1.
bool is_attr_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

std::string_view name_of(Method method) { return kMethodNames[static_cast<size_t>(method)]; }

Method parse_method(std::string_view name) {
  for (size_t i = 0; i + 1 < kMethodNames.size(); ++i)
    if (kMethodNames[i] == name) return static_cast<Method>(i);
  return Method::kOther;
}

std::string_view Headers::get(std::string_view name) const {
  for (const Field& f : fields_)
    if (name_at(f) == name) return std::string_view(text_).substr(f.at + f.name_bytes, f.value_bytes);
  return {};
}

bool Headers::contains(std::string_view name) const { return count(name) != 0; }

size_t Headers::count(std::string_view name) const {
  return static_cast<size_t>(
      std::count_if(fields_.begin(), fields_.end(), [&](const Field& f) { return name_at(f) == name; }));
}

void Headers::add(std::string_view name, std::string_view value) {
  fields_.push_back({static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(name.size()),
                     static_cast<uint32_t>(value.size())});
  for (const char c : name) text_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  text_ += value;
}

void Headers::clear() {
  text_.clear();
  fields_.clear();
}

std::optional<std::string_view> find(const Parameters& parameters, std::string_view name) {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  return std::nullopt;
}

SpooledFile::~SpooledFile() {
  std::error_code ec;
  if (!path_.empty()) std::filesystem::remove(path_, ec);
}

Response file_response(FileBody file, std::string content_type, std::string_view download_name) {
  std::string plain, encoded;
  for (const char c : download_name.substr(0, limits::kFileNameBytes)) {
    const auto byte = static_cast<uint8_t>(c);
    plain += byte < 0x20 || byte > 0x7e || c == '"' || c == '\\' ? '_' : c;
    if (is_attr_char(c)) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += to_hex(ByteSpan(&byte, 1));
    }
  }
  std::string disposition = "attachment; filename=\"" + plain + '"';
  if (plain != download_name) disposition += "; filename*=UTF-8''" + encoded;
  return {.status = 200,
          .content_type = std::move(content_type),
          .headers = {{"Content-Disposition", std::move(disposition)}},
          .body = std::move(file)};
}

std::string_view reason_phrase(int status) {
  for (const Phrase& phrase : kPhrases)
    if (phrase.status == status) return phrase.text;
  return "Status";
}

}  // namespace yizhan::http
