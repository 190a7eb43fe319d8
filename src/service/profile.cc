#include "service/profile.h"

#include <charconv>

#include "base/json.h"
#include "engine/recipient.h"

namespace yizhan::service {
namespace {

// The member of a JSON object as text; nullopt when absent or empty.
std::optional<std::string> member_text(const json::Value& object, std::string_view name) {
  if (!object.is_object()) return std::nullopt;
  const auto* value = object.as_object().if_contains(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string() && !value->as_string().empty()) return std::string(value->as_string());
  if (value->is_int64()) return std::to_string(value->as_int64());
  return std::nullopt;
}

}  // namespace

bool is_name_variable(std::string_view name) { return name == "name" || name == "姓名"; }

ProfileValues::ProfileValues(std::vector<std::string> variables) {
  for (std::string& name : variables) {
    if (is_name_variable(name)) {
      sources_.push_back({Field::kName, {}});
      needs_profile_ = true;
    } else if (name == "city" || name == "城市") {
      sources_.push_back({Field::kCity, {}});
    } else if (name == "member_level" || name == "会员等级") {
      sources_.push_back({Field::kMemberLevel, {}});
    } else {
      sources_.push_back({Field::kAttribute, std::move(name)});
      needs_attributes_ = true;
    }
  }
}

Result<> ProfileValues::pack(const store::Store& store, const store::AudienceRow& row,
                             std::string& out) const {
  const std::string digits = YZ_TRY(store.cipher.open(store::column::kCustomerNumber, row.number_sealed));
  uint64_t number = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc{})
    return fail(ErrorCode::kCorrupt, "a customer's number cannot be read");
  json::Value profile, attributes;
  if (needs_profile_ && !row.profile_sealed.empty())
    profile =
        YZ_TRY(json::parse(YZ_TRY(store.cipher.open(store::column::kCustomerProfile, row.profile_sealed))));
  if (needs_attributes_ && !row.attributes.empty()) attributes = YZ_TRY(json::parse(row.attributes));
  std::vector<std::optional<std::string>> kept;
  for (const Source& source : sources_) {
    std::optional<std::string> value;
    switch (source.field) {
      case Field::kName:
        value = member_text(profile, "name");
        break;
      case Field::kCity:
        value = row.city;
        break;
      case Field::kMemberLevel:
        value = row.member_level;
        break;
      case Field::kAttribute:
        value = member_text(attributes, source.attribute);
        break;
    }
    if (value && value->empty()) value.reset();
    kept.push_back(std::move(value));
  }
  const std::vector<std::optional<std::string_view>> views(kept.begin(), kept.end());
  return engine::pack(number, views, out);
}

}  // namespace yizhan::service
