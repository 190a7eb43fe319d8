#include "api/rescreening_routes.h"

namespace yizhan::api {

using domain::Permission;
using service::ConfirmRescreening;
using service::ListRescreenings;
using service::RescreeningPage;
using service::RescreeningView;

namespace {}  // namespace

void add_rescreening_routes(Catalogue& catalogue, service::Rescreenings& rescreenings) {
  catalogue.route<FromQuery<ListRescreenings>, RescreeningPage>(
      {.path = "/api/v1/rescreenings",
       .operation_id = "listRescreenings",
       .tag = "screening",
       .summary = "Approved contents as the rule packs in force find them",
       .description =
           "Without `of`: those in which they find worse than was approved, which compliance is to "
           "decide on. `left` live versions are still to be screened.",
       .permission = Permission::kContentRead},
      [&rescreenings](Call&, const ListRescreenings& request) { return rescreenings.list(request); });
  catalogue.route<None, RescreeningView>(
      {.path = "/api/v1/contents/{content_id}/rescreening",
       .operation_id = "getRescreening",
       .tag = "screening",
       .summary = "What the rule packs in force find in the approved version",
       .permission = Permission::kContentRead},
      [&rescreenings](Call& call) -> Result<RescreeningView> {
        return rescreenings.get(YZ_TRY(call.id<ContentId>("content_id")));
      });
  catalogue.route<ConfirmRescreening, RescreeningView>(
      {.method = http::Method::kPost,
       .path = "/api/v1/contents/{content_id}/rescreening/confirm",
       .operation_id = "confirmRescreening",
       .tag = "screening",
       .summary = "The approval stands with what was found; the other way is to withdraw the content",
       .permission = Permission::kContentReview,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&rescreenings](Call& call, const ConfirmRescreening& request) -> Result<RescreeningView> {
        const auto id = YZ_TRY(call.id<ContentId>("content_id"));
        return rescreenings.confirm(call.principal(), id, call.if_match, request);
      });
}

}  // namespace yizhan::api
