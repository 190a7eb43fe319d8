#pragma once
// Routes of live contents that were screened anew. Called once at start.

#include "api/catalogue.h"
#include "service/rescreenings.h"

namespace yizhan::api {

void add_rescreening_routes(Catalogue& catalogue, service::Rescreenings& rescreenings);

}  // namespace yizhan::api
