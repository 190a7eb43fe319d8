#pragma once
// Routes of the monitor: snapshots, messages, events. One call, at start.

#include "api/campaign_events.h"
#include "api/catalogue.h"
#include "service/monitor.h"

namespace yizhan::api {

void add_monitor_routes(Catalogue& catalogue, service::Monitor& monitor, CampaignEvents& events);

}  // namespace yizhan::api
