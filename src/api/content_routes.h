#pragma once
// Routes of contents and their review. One call each, at start.

#include "api/catalogue.h"
#include "service/contents.h"

namespace yizhan::api {

void add_content_routes(Catalogue& catalogue, service::Contents& contents);

}  // namespace yizhan::api
