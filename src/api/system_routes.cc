#include "api/system_routes.h"

namespace yizhan::api {

namespace {

using domain::Permission;

http::Response text_response(std::string text) {
  return {.status = 200, .content_type = "text/plain; charset=utf-8", .headers = {}, .body = std::move(text)};
}

}  // namespace

void add_system_routes(Catalogue& catalogue, const service::Health& health, SystemAnswers answers) {
  catalogue.route<None, http::Response>(
      {.path = "/healthz",
       .operation_id = "getLiveness",
       .tag = "system",
       .summary = "The process answers",
       .response_type = "text/plain",
       .execution = http::Execution::kInline},
      [](Call&) -> Result<http::Response> { return text_response("ok\n"); });
  catalogue.route<None, http::Response>({.path = "/readyz",
                                         .operation_id = "getReadiness",
                                         .tag = "system",
                                         .summary = "The store can be read",
                                         .response_type = "text/plain"},
                                        [ready = answers.ready](Call&) -> Result<http::Response> {
                                          YZ_CHECK(ready());
                                          return text_response("ready\n");
                                        });
  catalogue.route<None, http::Response>(
      {.path = "/metrics",
       .operation_id = "getMetrics",
       .tag = "system",
       .summary = "Figures for Prometheus",
       .permission = Permission::kMetricsRead,
       .response_type = "text/plain"},
      [metrics = answers.metrics](Call&) -> Result<http::Response> { return text_response(metrics()); });
  catalogue.route<None, http::Response>({.path = "/api/v1/openapi.json",
                                         .operation_id = "getOpenApi",
                                         .tag = "system",
                                         .summary = "This description of the API",
                                         .execution = http::Execution::kInline},
                                        [openapi = answers.openapi](Call&) -> Result<http::Response> {
                                          return http::json_response(200, openapi());
                                        });
  catalogue.route<None, service::HealthView>(
      {.path = "/api/v1/health",
       .operation_id = "getHealth",
       .tag = "system",
       .summary = "How the server stands",
       .description =
           "Checks: store, schema, disk, writer_queue, rule_packs, channels, emergency_stop, audit, "
           "clock, keys; each ok, warn or fail.",
       .permission = Permission::kMetricsRead},
      [&health](Call&) -> Result<service::HealthView> { return health.look(); });
}

}  // namespace yizhan::api
