#pragma once
// The settings that sending goes by. Called once at start.

#include "api/catalogue.h"
#include "service/settings.h"

namespace yizhan::api {

// `settings` outlives the catalogue.
void add_settings_routes(Catalogue& catalogue, const service::Settings& settings);

}  // namespace yizhan::api
