#pragma once
// Routes of the monitor: snapshots, messages, events. One call, at start.

#include "api/campaign_events.h"
#include "api/catalogue.h"
#include "service/explanations.h"
#include "service/monitor.h"
#include "service/program_messages.h"

namespace yizhan::api {

// A program reads its application's own messages by the same route as people.
void add_monitor_routes(Catalogue& catalogue, service::Monitor& monitor, CampaignEvents& events,
                        service::ProgramMessages& programs);
void add_explanation_routes(Catalogue& catalogue, const service::Explanations& explanations);

}  // namespace yizhan::api
