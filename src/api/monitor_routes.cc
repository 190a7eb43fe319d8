#include "api/monitor_routes.h"

namespace yizhan::api {

using domain::Permission;
using service::CampaignSnapshot;
using service::ListMessages;
using service::MessageDetail;
using service::MessagePage;
using service::TotalsView;

namespace {

void add_messages(Catalogue& catalogue, service::Monitor& monitor, service::ProgramMessages& programs) {
  catalogue.route<FromQuery<ListMessages>, MessagePage>(
      {.path = "/api/v1/campaigns/{campaign_id}/messages",
       .operation_id = "listCampaignMessages",
       .tag = "monitor",
       .summary = "List a campaign's messages by state and reason, numbers masked",
       .description = "A page looks at no more than " + std::to_string(limits::kMessageRowsLookedAt) +
                      " messages, so that a rare state or reason answers as fast as any: it may hold fewer "
                      "than `limit` messages, even none, and still have `next_after`. Only a page without "
                      "`next_after` is the last one.",
       .permission = Permission::kMessageRead,
       .exported = true},
      [&monitor](Call& call, const ListMessages& request) -> Result<MessagePage> {
        return monitor.messages(YZ_TRY(call.id<CampaignId>("campaign_id")), request);
      });
  catalogue.route<None, MessageDetail>({.path = "/api/v1/messages/{message_id}",
                                        .operation_id = "getMessage",
                                        .tag = "monitor",
                                        .summary = "Read a message with its attempts, number masked",
                                        .description = "A program reads what its own application submitted.",
                                        .permission = Permission::kMessageRead,
                                        .callers = Callers::kBoth},
                                       [&monitor, &programs](Call& call) -> Result<MessageDetail> {
                                         const auto id = YZ_TRY(call.id<MessageId>("message_id"));
                                         if (call.program != nullptr)
                                           YZ_CHECK(programs.check_own(*call.program, id));
                                         return monitor.message(id);
                                       });
}

}  // namespace

void add_monitor_routes(Catalogue& catalogue, service::Monitor& monitor, CampaignEvents& events,
                        service::ProgramMessages& programs) {
  catalogue.route<None, TotalsView>({.path = "/api/v1/monitor",
                                     .operation_id = "getMonitor",
                                     .tag = "monitor",
                                     .summary = "All messages by state and reason, and the channels",
                                     .permission = Permission::kMonitor},
                                    [&monitor](Call&) { return monitor.totals(); });
  catalogue.route<None, CampaignSnapshot>(
      {.path = "/api/v1/campaigns/{campaign_id}/monitor",
       .operation_id = "getCampaignMonitor",
       .tag = "monitor",
       .summary = "A campaign's counts, rate, errors and channels as of now",
       .permission = Permission::kMonitor},
      [&monitor](Call& call) -> Result<CampaignSnapshot> {
        return monitor.snapshot(YZ_TRY(call.id<CampaignId>("campaign_id")));
      });
  catalogue.route<None, http::Response>(
      {.path = "/api/v1/campaigns/{campaign_id}/events",
       .operation_id = "watchCampaign",
       .tag = "monitor",
       .summary = "The same as server-sent events while it changes",
       .description = "Events: snapshot (as getCampaignMonitor) and channel when a channel's state changes.",
       .permission = Permission::kMonitor,
       .response_type = "text/event-stream"},
      [&events](Call& call) -> Result<http::Response> {
        return http::event_response(YZ_TRY(events.watch(YZ_TRY(call.id<CampaignId>("campaign_id")))));
      });
  add_messages(catalogue, monitor, programs);
}

}  // namespace yizhan::api
