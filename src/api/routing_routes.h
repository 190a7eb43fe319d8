#pragma once
// Routes over the API, and what carriers' codes led to. Called once at start.

#include "api/catalogue.h"
#include "service/carrier_findings.h"
#include "service/routes.h"

namespace yizhan::api {

void add_routing_routes(Catalogue& catalogue, service::Routes& routes, service::CarrierFindings& findings);

}  // namespace yizhan::api
