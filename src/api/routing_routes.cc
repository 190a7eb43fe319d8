#include "api/routing_routes.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::CarrierFindingsView;
using service::ListRoutes;
using service::NumberQualityView;
using service::RetryRules;
using service::RetryRuleView;
using service::RoutePage;
using service::RouteSpec;
using service::RouteView;
using service::StatedReason;

namespace {

void add_routes(Catalogue& catalogue, service::Routes& routes) {
  catalogue.route<RouteSpec, RouteView>(
      {.method = Method::kPost,
       .path = "/api/v1/routes",
       .operation_id = "createRoute",
       .tag = "routes",
       .summary = "Set up a route",
       .permission = Permission::kChannelWrite,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&routes](Call& call, const RouteSpec& spec) { return routes.create(call.principal(), spec); });
  catalogue.route<FromQuery<ListRoutes>, RoutePage>(
      {.path = "/api/v1/routes",
       .operation_id = "listRoutes",
       .tag = "routes",
       .summary = "List routes with their channels",
       .permission = Permission::kChannelRead},
      [&routes](Call&, const ListRoutes& request) { return routes.list(request); });
  catalogue.route<None, RouteView>({.path = "/api/v1/routes/{route_id}",
                                    .operation_id = "getRoute",
                                    .tag = "routes",
                                    .summary = "Read a route",
                                    .permission = Permission::kChannelRead},
                                   [&routes](Call& call) -> Result<RouteView> {
                                     return routes.get(YZ_TRY(call.id<RouteId>("route_id")));
                                   });
  catalogue.route<RouteSpec, RouteView>(
      {.method = Method::kPut,
       .path = "/api/v1/routes/{route_id}",
       .operation_id = "updateRoute",
       .tag = "routes",
       .summary = "Change a route; messages that wait are given to channels anew",
       .permission = Permission::kChannelWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&routes](Call& call, const RouteSpec& spec) -> Result<RouteView> {
        const auto id = YZ_TRY(call.id<RouteId>("route_id"));
        return routes.update(call.principal(), id, call.if_match, spec);
      });
  catalogue.route<None, None>({.method = Method::kDelete,
                               .path = "/api/v1/routes/{route_id}",
                               .operation_id = "removeRoute",
                               .tag = "routes",
                               .summary = "Remove a route that no campaign goes by",
                               .permission = Permission::kChannelWrite,
                               .audit = AuditClass::kChange,
                               .precondition = Precondition::kAccepted},
                              [&routes](Call& call) -> Result<None> {
                                const auto id = YZ_TRY(call.id<RouteId>("route_id"));
                                YZ_CHECK(routes.remove(call.principal(), id, call.if_match));
                                return None{};
                              });
}

void add_retry_rules(Catalogue& catalogue, service::Routes& routes) {
  catalogue.route<None, RetryRules>(
      {.path = "/api/v1/retry_rules",
       .operation_id = "listRetryRules",
       .tag = "channels",
       .summary = "How often a carrier's code leads to another attempt, by class and action",
       .permission = Permission::kChannelRead},
      [&routes](Call&) { return routes.retry_rules(); });
  catalogue.route<RetryRuleView, RetryRuleView>(
      {.method = Method::kPut,
       .path = "/api/v1/retry_rules",
       .operation_id = "putRetryRule",
       .tag = "channels",
       .summary = "Set how often and after what pause a message is tried again",
       .permission = Permission::kChannelWrite,
       .audit = AuditClass::kChange},
      [&routes](Call& call, const RetryRuleView& rule) {
        return routes.put_retry_rule(call.principal(), rule);
      });
}

void add_findings(Catalogue& catalogue, service::CarrierFindings& findings) {
  catalogue.route<None, CarrierFindingsView>(
      {.path = "/api/v1/carrier_findings",
       .operation_id = "getCarrierFindings",
       .tag = "channels",
       .summary = "Texts that are not sent because a carrier refused them",
       .permission = Permission::kChannelRead},
      [&findings](Call&) { return findings.list(); });
  catalogue.route<StatedReason, None>(
      {.method = Method::kPost,
       .path = "/api/v1/carrier_findings/texts/{version_id}/release",
       .operation_id = "releaseFrozenText",
       .tag = "channels",
       .summary = "Compliance has looked at a refused text again: it may be sent",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange},
      [&findings](Call& call, const StatedReason& request) -> Result<None> {
        const auto id = YZ_TRY(call.id<ContentVersionId>("version_id"));
        YZ_CHECK(findings.release_text(call.principal(), id, request));
        return None{};
      });
  catalogue.route<None, NumberQualityView>(
      {.path = "/api/v1/customers/{customer_id}/number_quality",
       .operation_id = "getNumberQuality",
       .tag = "customers",
       .summary = "What carriers said of the customer's number lately",
       .permission = Permission::kCustomerRead},
      [&findings](Call& call) -> Result<NumberQualityView> {
        return findings.number(YZ_TRY(call.id<CustomerId>("customer_id")));
      });
  catalogue.route<StatedReason, NumberQualityView>(
      {.method = Method::kPost,
       .path = "/api/v1/customers/{customer_id}/number_quality/lift",
       .operation_id = "liftNumberQuality",
       .tag = "customers",
       .summary = "Forget what carriers said of the number: messages go to it again",
       .permission = Permission::kSuppressionWrite,
       .audit = AuditClass::kChange},
      [&findings](Call& call, const StatedReason& request) -> Result<NumberQualityView> {
        const auto id = YZ_TRY(call.id<CustomerId>("customer_id"));
        return findings.lift(call.principal(), id, request);
      });
}

}  // namespace

void add_routing_routes(Catalogue& catalogue, service::Routes& routes, service::CarrierFindings& findings) {
  add_routes(catalogue, routes);
  add_retry_rules(catalogue, routes);
  add_findings(catalogue, findings);
}

}  // namespace yizhan::api
