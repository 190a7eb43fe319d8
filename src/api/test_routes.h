#pragma once
// Routes of the pre-send test. One call each, at start.

#include "api/catalogue.h"
#include "service/pre_send_tests.h"

namespace yizhan::api {

void add_test_routes(Catalogue& catalogue, service::PreSendTests& tests);

}  // namespace yizhan::api
