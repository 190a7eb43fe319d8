#include "api/channel_routes.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::CarrierCodeKey;
using service::CarrierCodePage;
using service::CarrierCodeView;
using service::ChannelEventPage;
using service::ChannelPage;
using service::ChannelSpec;
using service::ChannelView;
using service::ListCarrierCodes;
using service::ListChannelHistory;
using service::ListChannels;
using service::TestBind;
using service::TestBindResult;

namespace {

void add_channels(Catalogue& catalogue, service::Channels& channels) {
  catalogue.route<ChannelSpec, ChannelView>(
      {.method = Method::kPost,
       .path = "/api/v1/channels",
       .operation_id = "createChannel",
       .tag = "channels",
       .summary = "Set up a channel to a carrier",
       .permission = Permission::kChannelWrite,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&channels](Call& call, const ChannelSpec& spec) { return channels.create(call.principal(), spec); });
  catalogue.route<FromQuery<ListChannels>, ChannelPage>(
      {.path = "/api/v1/channels",
       .operation_id = "listChannels",
       .tag = "channels",
       .summary = "List channels with the state of their links",
       .permission = Permission::kChannelRead},
      [&channels](Call&, const ListChannels& request) { return channels.list(request); });
  catalogue.route<None, ChannelView>({.path = "/api/v1/channels/{channel_id}",
                                      .operation_id = "getChannel",
                                      .tag = "channels",
                                      .summary = "Read a channel",
                                      .permission = Permission::kChannelRead},
                                     [&channels](Call& call) -> Result<ChannelView> {
                                       return channels.get(YZ_TRY(call.id<ChannelId>("channel_id")));
                                     });
  catalogue.route<ChannelSpec, ChannelView>(
      {.method = Method::kPut,
       .path = "/api/v1/channels/{channel_id}",
       .operation_id = "updateChannel",
       .tag = "channels",
       .summary = "Change a channel; its link is made anew",
       .permission = Permission::kChannelWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&channels](Call& call, const ChannelSpec& request) -> Result<ChannelView> {
        const auto id = YZ_TRY(call.id<ChannelId>("channel_id"));
        return channels.update(call.principal(), id, call.if_match, request);
      });
  catalogue.route<None, ChannelView>({.method = Method::kPost,
                                      .path = "/api/v1/channels/{channel_id}/enable",
                                      .operation_id = "enableChannel",
                                      .tag = "channels",
                                      .summary = "Enable a channel",
                                      .permission = Permission::kChannelWrite,
                                      .audit = AuditClass::kChange,
                                      .precondition = Precondition::kAccepted},
                                     [&channels](Call& call) -> Result<ChannelView> {
                                       const auto id = YZ_TRY(call.id<ChannelId>("channel_id"));
                                       return channels.enable(call.principal(), id, call.if_match);
                                     });
  catalogue.route<None, ChannelView>({.method = Method::kPost,
                                      .path = "/api/v1/channels/{channel_id}/disable",
                                      .operation_id = "disableChannel",
                                      .tag = "channels",
                                      .summary = "Disable a channel",
                                      .permission = Permission::kChannelWrite,
                                      .audit = AuditClass::kChange,
                                      .precondition = Precondition::kAccepted},
                                     [&channels](Call& call) -> Result<ChannelView> {
                                       const auto id = YZ_TRY(call.id<ChannelId>("channel_id"));
                                       return channels.disable(call.principal(), id, call.if_match);
                                     });
}

void add_trials(Catalogue& catalogue, service::Channels& channels) {
  catalogue.route<TestBind, TestBindResult>(
      {.method = Method::kPost,
       .path = "/api/v1/channels/test_bind",
       .operation_id = "testBind",
       .tag = "channels",
       .summary = "Bind once and unbind, to try an account",
       .description = "Exactly one of `channel_id` and `spec`. The stored password is used with channel_id; "
                      "a spec without a password binds with an empty one. Answers within ten seconds. "
                      "Nothing is sent. A carrier that allows the account one session only refuses "
                      "while the channel itself is bound.",
       .permission = Permission::kChannelWrite,
       .audit = AuditClass::kChange},
      [&channels](Call& call, const TestBind& request) {
        return channels.test_bind(call.principal(), request);
      });
  catalogue.route<FromQuery<ListChannelHistory>, ChannelEventPage>(
      {.path = "/api/v1/channels/{channel_id}/history",
       .operation_id = "listChannelHistory",
       .tag = "channels",
       .summary = "How the channel stood, the newest first",
       .description = "The last " + std::to_string(limits::kChannelEvents) + " changes of its link's state.",
       .permission = Permission::kChannelRead},
      [&channels](Call& call, const ListChannelHistory& request) -> Result<ChannelEventPage> {
        return channels.history(YZ_TRY(call.id<ChannelId>("channel_id")), request);
      });
}

void add_codes(Catalogue& catalogue, service::Channels& channels) {
  catalogue.route<FromQuery<ListCarrierCodes>, CarrierCodePage>(
      {.path = "/api/v1/carrier_codes",
       .operation_id = "listCarrierCodes",
       .tag = "channels",
       .summary = "List carriers' codes with cause, remedy and action",
       .permission = Permission::kChannelRead},
      [&channels](Call&, const ListCarrierCodes& request) { return channels.codes(request); });
  catalogue.route<CarrierCodeView, CarrierCodeView>({.method = Method::kPut,
                                                     .path = "/api/v1/carrier_codes",
                                                     .operation_id = "putCarrierCode",
                                                     .tag = "channels",
                                                     .summary = "Set what a carrier's code means",
                                                     .permission = Permission::kChannelWrite,
                                                     .audit = AuditClass::kChange},
                                                    [&channels](Call& call, const CarrierCodeView& code) {
                                                      return channels.put_code(call.principal(), code);
                                                    });
  catalogue.route<FromQuery<CarrierCodeKey>, None>(
      {.method = Method::kDelete,
       .path = "/api/v1/carrier_codes",
       .operation_id = "removeCarrierCode",
       .tag = "channels",
       .summary = "Remove a provider's own meaning of a code",
       .permission = Permission::kChannelWrite,
       .audit = AuditClass::kChange},
      [&channels](Call& call, const CarrierCodeKey& key) -> Result<None> {
        YZ_CHECK(channels.remove_code(call.principal(), key));
        return None{};
      });
}

}  // namespace

void add_channel_routes(Catalogue& catalogue, service::Channels& channels) {
  add_channels(catalogue, channels);
  add_trials(catalogue, channels);
  add_codes(catalogue, channels);
}

}  // namespace yizhan::api
