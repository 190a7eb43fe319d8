#include "provider/json_place.h"

namespace yizhan::provider {

// RFC 6901 section 3: ~ is followed by 0 or 1.
Result<> check_place(std::string_view pointer, std::string field) {
  bool good = pointer.empty() || pointer.starts_with('/');
  for (size_t at = pointer.find('~'); at != pointer.npos; at = pointer.find('~', at + 1))
    good = good && at + 1 < pointer.size() && (pointer[at + 1] == '0' || pointer[at + 1] == '1');
  if (good) return {};
  return fail(ErrorCode::kInvalidArgument, "no JSON pointer", std::move(field));
}

const json::Value* value_at(const json::Value& document, std::string_view pointer) {
  boost::system::error_code missing;
  return document.find_pointer({pointer.data(), pointer.size()}, missing);
}

std::optional<std::string> text_at(const json::Value& document, std::string_view pointer) {
  const json::Value* const value = value_at(document, pointer);
  if (value == nullptr || value->is_null() || value->is_structured()) return std::nullopt;
  if (const auto* text = value->if_string()) return std::string(std::string_view(*text));
  return json::serialize(*value);
}

}  // namespace yizhan::provider
