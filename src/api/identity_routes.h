#pragma once
// Signing in and out, users, API keys. Called once at start.

#include "api/access.h"
#include "api/catalogue.h"
#include "service/identity.h"

namespace yizhan::api {

// Both outlive the catalogue.
void add_identity_routes(Catalogue& catalogue, service::Identity& identity, Access& access);

}  // namespace yizhan::api
