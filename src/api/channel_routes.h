#pragma once
// Routes of channels and of the carriers' codes. One call each, at start.

#include "api/catalogue.h"
#include "service/channels.h"

namespace yizhan::api {

void add_channel_routes(Catalogue& catalogue, service::Channels& channels);

}  // namespace yizhan::api
