#include "api/task_routes.h"

namespace yizhan::api {

using domain::Permission;
using service::DirectoryPage;
using service::ListDirectory;
using service::TaskList;

void add_task_routes(Catalogue& catalogue, service::Tasks& tasks, const service::Directory& directory) {
  catalogue.route<None, TaskList>(
      {.path = "/api/v1/tasks",
       .operation_id = "listTasks",
       .tag = "tasks",
       .summary = "What waits for me, by deadline",
       .description = "Only what the caller may and should do. At most 200; `counts` are of everything.",
       .permission = Permission::kSelf},
      [&tasks](Call& call) { return tasks.list(call.principal()); });
  catalogue.route<FromQuery<ListDirectory>, DirectoryPage>(
      {.path = "/api/v1/directory",
       .operation_id = "listDirectory",
       .tag = "identity",
       .summary = "Names of those who work here (for showing who did what)",
       .permission = Permission::kSelf},
      [&directory](Call&, const ListDirectory& request) { return directory.list(request); });
}

}  // namespace yizhan::api
