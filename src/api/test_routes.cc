#include "api/test_routes.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::TestView;

void add_test_routes(Catalogue& catalogue, service::PreSendTests& tests) {
  catalogue.route<None, TestView>(
      {.method = Method::kPost,
       .path = "/api/v1/campaigns/{campaign_id}/pre_send_tests",
       .operation_id = "startPreSendTest",
       .tag = "pre_send_tests",
       .summary = "Run every recipient through every gate, then send to the test handsets",
       .permission = Permission::kCampaignTest,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey,
       .precondition = Precondition::kAccepted},
      [&tests](Call& call) -> Result<TestView> {
        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
        return tests.start(call.principal(), id, call.if_match);
      });
  catalogue.route<None, TestView>(
      {.path = "/api/v1/pre_send_tests/{test_id}",
       .operation_id = "getPreSendTest",
       .tag = "pre_send_tests",
       .summary = "Read a pre-send test",
       .permission = Permission::kCampaignRead},
      [&tests](Call& call) -> Result<TestView> { return tests.get(YZ_TRY(call.id<TestId>("test_id"))); });
}

}  // namespace yizhan::api
