#pragma once
// The settings that sending goes by, and what reviews are measured by. Called once at start.

#include "api/catalogue.h"
#include "service/review_settings.h"
#include "service/settings.h"

namespace yizhan::api {

// `settings` outlives the catalogue.
void add_settings_routes(Catalogue& catalogue, const service::Settings& settings);
void add_review_settings_routes(Catalogue& catalogue, const service::ReviewSettings& settings);

}  // namespace yizhan::api
