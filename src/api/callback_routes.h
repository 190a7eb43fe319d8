#pragma once
// The address to which SMS providers by HTTP post receipts and replies, and how a channel gets one.

#include "api/access.h"
#include "api/catalogue.h"
#include "service/channels.h"

namespace yizhan::api {

// What is referred to outlives the catalogue.
void add_callback_routes(Catalogue& catalogue, service::Channels& channels, Access& access);

}  // namespace yizhan::api
