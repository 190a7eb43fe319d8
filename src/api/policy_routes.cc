#include "api/policy_routes.h"

namespace yizhan::api {

void add_policy_routes(Catalogue& catalogue, service::Policy& policy) {
  catalogue.route<None, service::PolicyMap>(
      {.path = "/api/v1/policy_map",
       .operation_id = "getPolicyMap",
       .tag = "policy",
       .summary = "Every clause of the policy with its control, its live figures and its tests",
       .description = "Figures are at most half a minute old; `at` says of when they are.",
       .permission = domain::Permission::kSelf},
      [&policy](Call&) { return policy.map(); });
}

}  // namespace yizhan::api
