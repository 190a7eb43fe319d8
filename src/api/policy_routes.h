#pragma once
// The route of the policy map. One call, at start.

#include "api/catalogue.h"
#include "service/policy_map.h"

namespace yizhan::api {

void add_policy_routes(Catalogue& catalogue, service::Policy& policy);

}  // namespace yizhan::api
