#pragma once
// Routes of applications' accounts. One call each, at start.

#include "api/catalogue.h"
#include "service/applications.h"

namespace yizhan::api {

void add_application_routes(Catalogue& catalogue, service::Applications& applications);

}  // namespace yizhan::api
