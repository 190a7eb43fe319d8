#pragma once
// Why somebody did it, where the policy asks for a reason. Plain data.

#include <boost/describe.hpp>
#include <string>

#include "base/json.h"

namespace yizhan::service {

struct StatedReason {
  std::string reason;
  static constexpr json::Rule kRules[] = {{.member = "reason", .min_length = 1, .max_length = 500}};
};
BOOST_DESCRIBE_STRUCT(StatedReason, (), (reason))

}  // namespace yizhan::service
