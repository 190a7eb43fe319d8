#pragma once
// Routes of the rule packs in force. Called once at start.

#include "api/catalogue.h"
#include "service/rule_packs.h"

namespace yizhan::api {

void add_rule_pack_routes(Catalogue& catalogue, service::RulePacks& packs);

}  // namespace yizhan::api
