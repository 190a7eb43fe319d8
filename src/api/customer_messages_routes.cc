#include "api/customers_routes.h"
#include "service/principal.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::CustomerMessagePage;
using service::CustomerReplyPage;
using service::ListCustomerMessages;
using service::ListCustomerReplies;
using service::RevealedReply;
using service::StatedReason;

void add_customer_message_routes(Catalogue& catalogue, const service::CustomerMessages& messages) {
  catalogue.route<FromQuery<ListCustomerMessages>, CustomerMessagePage>(
      {.path = "/api/v1/customers/{customer_id}/messages",
       .operation_id = "listCustomerMessages",
       .tag = "customers",
       .summary = "What was and was not sent to a customer, and why; the newest first",
       .description =
           "The text is the approved one, its variables by name. A page may hold fewer than `limit` "
           "messages and still have `next_after`.",
       .permission = Permission::kMessageRead,
       .exported = true},
      [&messages](Call& call, const ListCustomerMessages& query) -> Result<CustomerMessagePage> {
        return messages.messages(YZ_TRY(call.id<CustomerId>("customer_id")), query);
      });
  catalogue.route<FromQuery<ListCustomerReplies>, CustomerReplyPage>(
      {.path = "/api/v1/customers/{customer_id}/replies",
       .operation_id = "listCustomerReplies",
       .tag = "customers",
       .summary = "What a customer answered, the newest first",
       .description = "When and of what kind; the words need revealReply.",
       .permission = Permission::kMessageRead,
       .exported = true},
      [&messages](Call& call, const ListCustomerReplies& query) -> Result<CustomerReplyPage> {
        return messages.replies(YZ_TRY(call.id<CustomerId>("customer_id")), query);
      });
  catalogue.route<StatedReason, RevealedReply>(
      {.method = Method::kPost,
       .path = "/api/v1/customers/{customer_id}/replies/{reply_id}/reveal",
       .operation_id = "revealReply",
       .tag = "customers",
       .summary = "Read a reply in clear, for a stated reason",
       .permission = Permission::kCustomerReveal,
       .audit = AuditClass::kPersonal},
      [&messages](Call& call, const StatedReason& request) -> Result<RevealedReply> {
        const auto customer = YZ_TRY(call.id<CustomerId>("customer_id"));
        const auto reply = YZ_TRY(call.id<InboundId>("reply_id"));
        return messages.reveal(call.principal(), customer, reply, request);
      });
}

}  // namespace yizhan::api
