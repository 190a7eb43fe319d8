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

void add_explanation_routes(Catalogue& catalogue, const service::Explanations& explanations) {
  constexpr const char* kDescription =
      "Every gate in the order in which it is asked, also those behind the one that decided: which version "
      "of "
      "the sending settings its rules are of, what it looked at, what it says. Of a message that is decided "
      "as "
      "of the decision, from the histories of settings, consent, suppression, limits and approvals, and "
      "whether "
      "that agrees with what was recorded; of one that still waits as of now.";
  catalogue.route<None, service::Explanation>(
      {.path = "/api/v1/messages/{message_id}/explain",
       .operation_id = "explainMessage",
       .tag = "monitor",
       .summary = "Why a message went, waits or was refused, gate by gate",
       .description = kDescription,
       .permission = Permission::kMessageRead},
      [&explanations](Call& call) -> Result<service::Explanation> {
        return explanations.message(YZ_TRY(call.id<MessageId>("message_id")));
      });
  catalogue.route<FromQuery<service::ExplainRecipient>, service::Explanation>(
      {.path = "/api/v1/campaigns/{campaign_id}/explain",
       .operation_id = "explainCampaignRecipient",
       .tag = "monitor",
       .summary = "The same of a campaign's message to one customer",
       .description = kDescription,
       .permission = Permission::kMessageRead},
      [&explanations](Call& call, const service::ExplainRecipient& request) -> Result<service::Explanation> {
        return explanations.recipient(YZ_TRY(call.id<CampaignId>("campaign_id")), request.customer_id);
      });
}

}  // namespace yizhan::api
