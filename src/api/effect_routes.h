#pragma once
// The route of a campaign's effect. One call, at start.

#include "api/catalogue.h"
#include "service/effects.h"

namespace yizhan::api {

void add_effect_routes(Catalogue& catalogue, service::Effects& effects);

}  // namespace yizhan::api
