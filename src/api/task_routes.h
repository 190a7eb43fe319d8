#pragma once
// Routes of everybody's first screen: what waits for me, and the names of those who work here. One call, at
// start.

#include "api/catalogue.h"
#include "service/directory.h"
#include "service/tasks.h"

namespace yizhan::api {

void add_task_routes(Catalogue& catalogue, service::Tasks& tasks, const service::Directory& directory);

}  // namespace yizhan::api
