#include "api/effect_routes.h"

namespace yizhan::api {

using service::CampaignEffect;

void add_effect_routes(Catalogue& catalogue, service::Effects& effects) {
  catalogue.route<None, CampaignEffect>(
      {.path = "/api/v1/campaigns/{campaign_id}/effect",
       .operation_id = "getCampaignEffect",
       .tag = "campaigns",
       .summary = "What came of a campaign: over time, by carrier, by city",
       .description =
           "targeted = delivered + failed + expired + unknown + refused + open; open = held + queued + "
           "in flight + sent; submitted = delivered + failed + expired + unknown + sent. Replies "
           "include the opt-outs. Points and groups sum to the totals.",
       .permission = domain::Permission::kReportRead},
      [&effects](Call& call) -> Result<CampaignEffect> {
        return effects.of(YZ_TRY(call.id<CampaignId>("campaign_id")));
      });
}

}  // namespace yizhan::api
