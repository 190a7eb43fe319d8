#pragma once
// Routes of programs: what applications call with their keys, and what technology sets up for them (keys,
// webhooks, what no webhook took). One call each, at start.

#include "api/catalogue.h"
#include "service/application_keys.h"
#include "service/program_messages.h"
#include "service/webhooks.h"

namespace yizhan::api {

// What programs call.
void add_program_routes(Catalogue& catalogue, service::ProgramMessages& messages);
// What people set up.
void add_application_key_routes(Catalogue& catalogue, service::ApplicationKeys& keys);
void add_webhook_routes(Catalogue& catalogue, service::Webhooks& webhooks);

}  // namespace yizhan::api
