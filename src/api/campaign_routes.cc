#include "api/campaign_routes.h"

namespace yizhan::api {

using domain::CampaignParameters;
using domain::Permission;
using http::Method;
using service::CampaignPage;
using service::CampaignPlan;
using service::CampaignView;
using service::EmergencyState;
using service::ListCampaigns;
using service::StatedReason;

namespace {

void add_plans(Catalogue& catalogue, service::Campaigns& campaigns) {
  catalogue.route<CampaignPlan, CampaignView>({.method = Method::kPost,
                                               .path = "/api/v1/campaigns",
                                               .operation_id = "createCampaign",
                                               .tag = "campaigns",
                                               .summary = "Plan a campaign",
                                               .permission = Permission::kCampaignPlan,
                                               .audit = AuditClass::kChange,
                                               .status = 201,
                                               .idempotency = Idempotency::kByKey},
                                              [&campaigns](Call& call, const CampaignPlan& plan) {
                                                return campaigns.create(call.principal(), plan);
                                              });
  catalogue.route<FromQuery<ListCampaigns>, CampaignPage>(
      {.path = "/api/v1/campaigns",
       .operation_id = "listCampaigns",
       .tag = "campaigns",
       .summary = "List campaigns, the newest first",
       .permission = Permission::kCampaignRead,
       .exported = true},
      [&campaigns](Call&, const ListCampaigns& request) { return campaigns.list(request); });
  catalogue.route<None, CampaignView>({.path = "/api/v1/campaigns/{campaign_id}",
                                       .operation_id = "getCampaign",
                                       .tag = "campaigns",
                                       .summary = "Read a campaign",
                                       .permission = Permission::kCampaignRead},
                                      [&campaigns](Call& call) -> Result<CampaignView> {
                                        return campaigns.get(YZ_TRY(call.id<CampaignId>("campaign_id")));
                                      });
  catalogue.route<CampaignPlan, CampaignView>(
      {.method = Method::kPut,
       .path = "/api/v1/campaigns/{campaign_id}",
       .operation_id = "updateCampaign",
       .tag = "campaigns",
       .summary = "Change the plan",
       .permission = Permission::kCampaignPlan,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&campaigns](Call& call, const CampaignPlan& request) -> Result<CampaignView> {
        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
        return campaigns.update(call.principal(), id, call.if_match, request);
      });
}

void add_road(Catalogue& catalogue, service::Campaigns& campaigns) {
  catalogue.route<None, CampaignView>({.method = Method::kPost,
                                       .path = "/api/v1/campaigns/{campaign_id}/freeze",
                                       .operation_id = "freezeCampaign",
                                       .tag = "campaigns",
                                       .summary = "Fix the recipients",
                                       .permission = Permission::kCampaignFreeze,
                                       .audit = AuditClass::kChange,
                                       .precondition = Precondition::kAccepted},
                                      [&campaigns](Call& call) -> Result<CampaignView> {
                                        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
                                        return campaigns.freeze(call.principal(), id, call.if_match);
                                      });
  catalogue.route<StatedReason, CampaignView>(
      {.method = Method::kPost,
       .path = "/api/v1/campaigns/{campaign_id}/reopen",
       .operation_id = "reopenCampaign",
       .tag = "campaigns",
       .summary = "Take a frozen campaign back to its plan",
       .permission = Permission::kCampaignPlan,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&campaigns](Call& call, const StatedReason& request) -> Result<CampaignView> {
        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
        return campaigns.reopen(call.principal(), id, call.if_match, request);
      });
  catalogue.route<None, CampaignView>({.method = Method::kPost,
                                       .path = "/api/v1/campaigns/{campaign_id}/hand_over",
                                       .operation_id = "handOverCampaign",
                                       .tag = "campaigns",
                                       .summary = "Hand over to technology",
                                       .permission = Permission::kCampaignHandOver,
                                       .audit = AuditClass::kChange,
                                       .precondition = Precondition::kAccepted},
                                      [&campaigns](Call& call) -> Result<CampaignView> {
                                        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
                                        return campaigns.hand_over(call.principal(), id, call.if_match);
                                      });
  catalogue.route<CampaignParameters, CampaignView>(
      {.method = Method::kPut,
       .path = "/api/v1/campaigns/{campaign_id}/parameters",
       .operation_id = "setCampaignParameters",
       .tag = "campaigns",
       .summary = "Set channel, schedule, window and rate",
       .permission = Permission::kCampaignParameters,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&campaigns](Call& call, const CampaignParameters& request) -> Result<CampaignView> {
        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
        return campaigns.set_parameters(call.principal(), id, call.if_match, request);
      });
  catalogue.route<None, CampaignView>({.method = Method::kPost,
                                       .path = "/api/v1/campaigns/{campaign_id}/start",
                                       .operation_id = "startCampaign",
                                       .tag = "campaigns",
                                       .summary = "Start, now or at its scheduled time",
                                       .permission = Permission::kCampaignStart,
                                       .audit = AuditClass::kChange,
                                       .precondition = Precondition::kAccepted},
                                      [&campaigns](Call& call) -> Result<CampaignView> {
                                        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
                                        return campaigns.start(call.principal(), id, call.if_match);
                                      });
}

void add_notice(Catalogue& catalogue, service::Campaigns& campaigns) {
  catalogue.route<StatedReason, CampaignView>(
      {.method = Method::kPost,
       .path = "/api/v1/campaigns/{campaign_id}/notice_waiver",
       .operation_id = "waiveCampaignNotice",
       .tag = "campaigns",
       .summary = "Record why this campaign may start without an announcement of its frequency",
       .permission = Permission::kNoticeWaive,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kAccepted},
      [&campaigns](Call& call, const StatedReason& request) -> Result<CampaignView> {
        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
        return campaigns.waive_notice(call.principal(), id, call.if_match, request);
      });
}

void add_control(Catalogue& catalogue, service::Campaigns& campaigns) {
  catalogue.route<StatedReason, CampaignView>(
      {.method = Method::kPost,
       .path = "/api/v1/campaigns/{campaign_id}/pause",
       .operation_id = "pauseCampaign",
       .tag = "campaigns",
       .summary = "Pause sending",
       .permission = Permission::kCampaignControl,
       .audit = AuditClass::kChange},
      [&campaigns](Call& call, const StatedReason& request) -> Result<CampaignView> {
        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
        return campaigns.pause(call.principal(), id, request);
      });
  catalogue.route<StatedReason, CampaignView>(
      {.method = Method::kPost,
       .path = "/api/v1/campaigns/{campaign_id}/resume",
       .operation_id = "resumeCampaign",
       .tag = "campaigns",
       .summary = "Resume sending",
       .permission = Permission::kCampaignControl,
       .audit = AuditClass::kChange},
      [&campaigns](Call& call, const StatedReason& request) -> Result<CampaignView> {
        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
        return campaigns.resume(call.principal(), id, request);
      });
  catalogue.route<StatedReason, CampaignView>(
      {.method = Method::kPost,
       .path = "/api/v1/campaigns/{campaign_id}/cancel",
       .operation_id = "cancelCampaign",
       .tag = "campaigns",
       .summary = "Cancel for good",
       .permission = Permission::kCampaignControl,
       .audit = AuditClass::kChange},
      [&campaigns](Call& call, const StatedReason& request) -> Result<CampaignView> {
        const auto id = YZ_TRY(call.id<CampaignId>("campaign_id"));
        return campaigns.cancel(call.principal(), id, request);
      });
}

void add_emergency(Catalogue& catalogue, service::Campaigns& campaigns) {
  catalogue.route<None, EmergencyState>({.path = "/api/v1/emergency_stop",
                                         .operation_id = "getEmergencyStop",
                                         .tag = "emergency",
                                         .summary = "Is all sending halted?",
                                         .permission = Permission::kSelf},
                                        [&campaigns](Call&) { return campaigns.emergency(); });
  catalogue.route<StatedReason, EmergencyState>({.method = Method::kPost,
                                                 .path = "/api/v1/emergency_stop",
                                                 .operation_id = "stopAllSending",
                                                 .tag = "emergency",
                                                 .summary = "Halt all sending at once",
                                                 .permission = Permission::kEmergencyStop,
                                                 .audit = AuditClass::kChange},
                                                [&campaigns](Call& call, const StatedReason& why) {
                                                  return campaigns.emergency_stop(call.principal(), why);
                                                });
  catalogue.route<StatedReason, EmergencyState>({.method = Method::kPost,
                                                 .path = "/api/v1/emergency_stop/release",
                                                 .operation_id = "releaseEmergencyStop",
                                                 .tag = "emergency",
                                                 .summary = "Let sending go on",
                                                 .permission = Permission::kEmergencyRelease,
                                                 .audit = AuditClass::kChange},
                                                [&campaigns](Call& call, const StatedReason& why) {
                                                  return campaigns.emergency_release(call.principal(), why);
                                                });
}

}  // namespace

void add_campaign_routes(Catalogue& catalogue, service::Campaigns& campaigns) {
  add_plans(catalogue, campaigns);
  add_road(catalogue, campaigns);
  add_notice(catalogue, campaigns);
  add_control(catalogue, campaigns);
  add_emergency(catalogue, campaigns);
}

}  // namespace yizhan::api
