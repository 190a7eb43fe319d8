#include "service/customer_profile.h"

namespace yizhan::service {

std::string encode_profile(const CustomerProfile& profile) {
  std::string out;
  encode_profile_to(profile, out);
  return out;
}

void encode_profile_to(const CustomerProfile& profile, std::string& out) {
  out = "{";
  const auto add = [&](std::string_view member, const std::string& value) {
    if (value.empty()) return;
    if (out.size() > 1) out += ',';
    out += '"';
    out += member;
    out += "\":";
    json::append_string(out, value);
  };
  add("name", profile.name);
  add("birth_date", profile.birth_date);
  add("remark", profile.remark);
  out += '}';
}

Result<CustomerProfile> decode_profile(std::string_view json) {
  if (json.empty()) return CustomerProfile{};
  auto profile = json::decode<CustomerProfile>(json);
  if (!profile) return fail(ErrorCode::kCorrupt, "a customer's profile cannot be read");
  return *std::move(profile);
}

}  // namespace yizhan::service
