#pragma once
// The personal part of a customer, as it is sealed into customer.profile: JSON {name, birth_date, remark},
// what is unknown left out. Pure, any thread.

#include <boost/describe.hpp>
#include <string>
#include <string_view>

#include "base/json.h"

namespace yizhan::service {

struct CustomerProfile {
  std::string name;
  std::string birth_date;  // YYYY-MM-DD
  std::string remark;
  static constexpr json::Rule kRules[] = {{.member = "name", .presence = json::Presence::kOptional},
                                          {.member = "birth_date", .presence = json::Presence::kOptional},
                                          {.member = "remark", .presence = json::Presence::kOptional}};
  bool operator==(const CustomerProfile&) const = default;
};
BOOST_DESCRIBE_STRUCT(CustomerProfile, (), (name, birth_date, remark))

// One text for one profile, so that texts can be compared in place of profiles.
std::string encode_profile(const CustomerProfile& profile);
// The same into `out`, whose memory is kept.
void encode_profile_to(const CustomerProfile& profile, std::string& out);
// kCorrupt for anything that encode_profile() does not make.
Result<CustomerProfile> decode_profile(std::string_view json);

}  // namespace yizhan::service
