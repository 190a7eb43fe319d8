#include "api/application_routes.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::ApplicationPage;
using service::Applications;
using service::ApplicationSpec;
using service::ApplicationView;
using service::ListApplications;

namespace {

void add_accounts(Catalogue& catalogue, Applications& applications) {
  catalogue.route<ApplicationSpec, ApplicationView>(
      {.method = Method::kPost,
       .path = "/api/v1/applications",
       .operation_id = "createApplication",
       .tag = "applications",
       .summary = "Set up the account of an application",
       .description =
           "An application is a program of the company's own that logs in by SMPP, CMPP, SGIP or SMGP and "
           "submits what approved contents say. What it submits passes the gates of every message.",
       .permission = Permission::kApplicationWrite,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&applications](Call& call, const ApplicationSpec& spec) {
        return applications.create(call.principal(), spec);
      });
  catalogue.route<FromQuery<ListApplications>, ApplicationPage>(
      {.path = "/api/v1/applications",
       .operation_id = "listApplications",
       .tag = "applications",
       .summary = "List applications with how they stand",
       .permission = Permission::kApplicationRead,
       .exported = true},
      [&applications](Call&, const ListApplications& request) { return applications.list(request); });
  catalogue.route<None, ApplicationView>(
      {.path = "/api/v1/applications/{application_id}",
       .operation_id = "getApplication",
       .tag = "applications",
       .summary = "Read an application",
       .permission = Permission::kApplicationRead},
      [&applications](Call& call) -> Result<ApplicationView> {
        return applications.get(YZ_TRY(call.id<ApplicationId>("application_id")));
      });
  catalogue.route<ApplicationSpec, ApplicationView>(
      {.method = Method::kPut,
       .path = "/api/v1/applications/{application_id}",
       .operation_id = "updateApplication",
       .tag = "applications",
       .summary = "Change an application",
       .description =
           "Its sessions end when login, secret, protocols or addresses change; else the change counts from "
           "the next submit.",
       .permission = Permission::kApplicationWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&applications](Call& call, const ApplicationSpec& request) -> Result<ApplicationView> {
        const auto id = YZ_TRY(call.id<ApplicationId>("application_id"));
        return applications.update(call.principal(), id, call.if_match, request);
      });
}

void add_use(Catalogue& catalogue, Applications& applications) {
  catalogue.route<None, ApplicationView>({.method = Method::kPost,
                                          .path = "/api/v1/applications/{application_id}/enable",
                                          .operation_id = "enableApplication",
                                          .tag = "applications",
                                          .summary = "Let an application log in",
                                          .permission = Permission::kApplicationWrite,
                                          .audit = AuditClass::kChange,
                                          .precondition = Precondition::kAccepted},
                                         [&applications](Call& call) -> Result<ApplicationView> {
                                           const auto id = YZ_TRY(call.id<ApplicationId>("application_id"));
                                           return applications.enable(call.principal(), id, call.if_match);
                                         });
  catalogue.route<None, ApplicationView>(
      {.method = Method::kPost,
       .path = "/api/v1/applications/{application_id}/disable",
       .operation_id = "disableApplication",
       .tag = "applications",
       .summary = "Let an application log in no more",
       .description =
           "Its sessions end. What it submitted before goes on; what waits for it is kept for a while.",
       .permission = Permission::kApplicationWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&applications](Call& call) -> Result<ApplicationView> {
        const auto id = YZ_TRY(call.id<ApplicationId>("application_id"));
        return applications.disable(call.principal(), id, call.if_match);
      });
}

}  // namespace

void add_application_routes(Catalogue& catalogue, Applications& applications) {
  add_accounts(catalogue, applications);
  add_use(catalogue, applications);
}

}  // namespace yizhan::api
