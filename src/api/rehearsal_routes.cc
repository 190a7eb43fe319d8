#include "api/rehearsal_routes.h"

namespace yizhan::api {

using domain::Permission;
using http::Method;
using service::RehearsalList;
using service::RehearsalView;

namespace {

constexpr const char* kPath = "/api/v1/campaigns/{campaign_id}/rehearsals";
constexpr const char* kOnePath = "/api/v1/campaigns/{campaign_id}/rehearsals/{rehearsal_id}";
constexpr const char* kCancelPath = "/api/v1/campaigns/{campaign_id}/rehearsals/{rehearsal_id}/cancel";

void add_reads(Catalogue& catalogue, service::Rehearsals& rehearsals) {
  catalogue.route<None, RehearsalList>({.path = kPath,
                                        .operation_id = "listRehearsals",
                                        .tag = "rehearsals",
                                        .summary = "List a campaign's last rehearsals, the newest first",
                                        .permission = Permission::kCampaignRead},
                                       [&rehearsals](Call& call) -> Result<RehearsalList> {
                                         return rehearsals.list(YZ_TRY(call.id<CampaignId>("campaign_id")));
                                       });
  catalogue.route<None, RehearsalView>({.path = kOnePath,
                                        .operation_id = "getRehearsal",
                                        .tag = "rehearsals",
                                        .summary = "Read a rehearsal",
                                        .permission = Permission::kCampaignRead},
                                       [&rehearsals](Call& call) -> Result<RehearsalView> {
                                         const auto campaign = YZ_TRY(call.id<CampaignId>("campaign_id"));
                                         const auto id = YZ_TRY(call.id<RehearsalId>("rehearsal_id"));
                                         return rehearsals.get(campaign, id);
                                       });
}

}  // namespace

void add_rehearsal_routes(Catalogue& catalogue, service::Rehearsals& rehearsals) {
  catalogue.route<None, RehearsalView>(
      {.method = Method::kPost,
       .path = kPath,
       .operation_id = "startRehearsal",
       .tag = "rehearsals",
       .summary = "Send the whole campaign to a simulated carrier in this server",
       .description = "Begins it and returns. Nothing leaves the server and nothing of the messages changes. "
                      "One rehearsal runs at a time; 409 rehearsal_running while another one does.",
       .permission = Permission::kCampaignTest,
       .audit = AuditClass::kChange,
       .status = 201,
       .idempotency = Idempotency::kByKey,
       .precondition = Precondition::kAccepted},
      [&rehearsals](Call& call) -> Result<RehearsalView> {
        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
        return rehearsals.start(call.principal(), id, call.if_match);
      });
  add_reads(catalogue, rehearsals);
  catalogue.route<None, RehearsalView>({.method = Method::kPost,
                                        .path = kCancelPath,
                                        .operation_id = "cancelRehearsal",
                                        .tag = "rehearsals",
                                        .summary = "End a rehearsal that runs",
                                        .permission = Permission::kCampaignTest,
                                        .audit = AuditClass::kChange},
                                       [&rehearsals](Call& call) -> Result<RehearsalView> {
                                         const auto campaign = YZ_TRY(call.id<CampaignId>("campaign_id"));
                                         const auto id = YZ_TRY(call.id<RehearsalId>("rehearsal_id"));
                                         return rehearsals.cancel(call.principal(), campaign, id);
                                       });
}

}  // namespace yizhan::api
