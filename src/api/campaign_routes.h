#pragma once
// Routes of campaigns and of the emergency stop. One call each, at start.

#include "api/catalogue.h"
#include "service/campaigns.h"

namespace yizhan::api {

void add_campaign_routes(Catalogue& catalogue, service::Campaigns& campaigns);

}  // namespace yizhan::api
