#include "api/callback_routes.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::CallbackAddress;

void add_callback_routes(Catalogue& catalogue, service::Channels& channels, Access& access) {
  catalogue.route<None, CallbackAddress>(
      {.method = Method::kPost,
       .path = "/api/v1/channels/{channel_id}/callback_address",
       .operation_id = "renewCallbackAddress",
       .tag = "channels",
       .summary = "Give a channel by HTTP a new address for its provider's callbacks",
       .description =
           "`path` follows this server's public name in the URL that is entered at the provider. It "
           "is shown this once; the channel's former address ends at once. Whoever knows it can "
           "post receipts and replies: options.http.callback.sources narrows that down.",
       .permission = Permission::kChannelWrite,
       .audit = AuditClass::kChange},
      [&channels](Call& call) -> Result<CallbackAddress> {
        return channels.renew_callback(call.principal(), YZ_TRY(call.id<ChannelId>("channel_id")));
      });
  catalogue.route<json::Value, http::Response>(
      {.method = Method::kPost,
       .path = "/api/v1/carrier_callbacks/{channel_token}",
       .operation_id = "takeCarrierCallback",
       .tag = "channels",
       .summary = "Receipts and replies, posted by an SMS provider",
       .description =
           "For the provider of a channel by HTTP; the token in the path is all that says who calls. "
           "JSON as the channel's options.http.callback describes it. Answered with that "
           "callback's acknowledgement once everything is on disk; with 503 or 504 the provider "
           "shall bring it again. What is brought twice changes nothing the second time.",
       .audit = AuditClass::kLedger,
       .body_limit_bytes = limits::kCallbackBytes},
      [&channels, &access](Call& call, const json::Value& body) -> Result<http::Response> {
        auto taken =
            channels.take_callback(call.path_parameter("channel_token"), call.request.remote_address, body);
        if (!taken && taken.error().code == ErrorCode::kNotFound)
          YZ_CHECK(access.limit_unknown_callback(call.request.remote_address));
        if (!taken) return std::unexpected(std::move(taken).error());
        return http::json_response(200, *std::move(taken));
      });
}

}  // namespace yizhan::api
