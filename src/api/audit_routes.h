#pragma once
// Reading and checking the audit log. Called once at start.

#include "api/catalogue.h"
#include "service/audit.h"

namespace yizhan::api {

// `audit` outlives the catalogue.
void add_audit_routes(Catalogue& catalogue, const service::Audit& audit);

}  // namespace yizhan::api
