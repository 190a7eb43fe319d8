#pragma once
// Routes of rehearsals. One call each, at start.

#include "api/catalogue.h"
#include "service/rehearsals.h"

namespace yizhan::api {

void add_rehearsal_routes(Catalogue& catalogue, service::Rehearsals& rehearsals);

}  // namespace yizhan::api
