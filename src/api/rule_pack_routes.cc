#include "api/rule_pack_routes.h"

namespace yizhan::api {

namespace {}  // namespace

void add_rule_pack_routes(Catalogue& catalogue, service::RulePacks& packs) {
  catalogue.route<None, service::RulePacksView>(
      {.path = "/api/v1/rule_packs",
       .operation_id = "getRulePacks",
       .tag = "screening",
       .summary = "The rule packs in force, those that take effect later, and the last failure to load",
       .permission = domain::Permission::kSettingRead},
      [&packs](Call&) -> Result<service::RulePacksView> { return packs.view(); });
  catalogue.route<None, service::RulePacksView>(
      {.method = http::Method::kPost,
       .path = "/api/v1/rule_packs/reload",
       .operation_id = "reloadRulePacks",
       .tag = "screening",
       .summary = "Read the rule packs anew and put them in force",
       .description =
           "A faulty pack is refused with rule_pack_faulty, its file and the place in it as field; "
           "those in force stay so.",
       .permission = domain::Permission::kSettingWrite,
       .audit = AuditClass::kChange},
      [&packs](Call& call) { return packs.reload(call.principal(), service::RulePackTrigger::kRequest); });
}

}  // namespace yizhan::api
