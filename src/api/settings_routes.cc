#include "api/settings_routes.h"

namespace yizhan::api {

namespace {

constexpr const char* kSendingSettings = "/api/v1/settings/sending";
constexpr const char* kReviewPath = "/api/v1/settings/review";

}  // namespace

void add_settings_routes(Catalogue& catalogue, const service::Settings& settings) {
  catalogue.route<None, service::SendingSettingsView>(
      {.path = kSendingSettings,
       .operation_id = "getSendingSettings",
       .tag = "settings",
       .summary = "Frequency rules, windows, holidays, validity, advance notice, expiries, failure pause",
       .permission = domain::Permission::kSettingRead},
      [&settings](Call&) { return settings.sending(); });
  catalogue.route<service::ChangeSendingSettings, service::SendingSettingsView>(
      {.method = http::Method::kPatch,
       .path = kSendingSettings,
       .operation_id = "changeSendingSettings",
       .tag = "settings",
       .summary = "Change what sending goes by",
       .permission = domain::Permission::kSettingWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&settings](Call& call, const service::ChangeSendingSettings& change) {
        return settings.change_sending(call.principal(), call.if_match, change);
      });
  catalogue.route<FromQuery<service::ListSettingVersions>, service::SettingVersionPage>(
      {.path = "/api/v1/settings/sending/versions",
       .operation_id = "listSendingSettingVersions",
       .tag = "settings",
       .summary = "What each version of the settings changed, the newest first",
       .permission = domain::Permission::kSettingRead},
      [&settings](Call&, const service::ListSettingVersions& request) {
        return settings.sending_versions(request);
      });
}

void add_review_settings_routes(Catalogue& catalogue, const service::ReviewSettings& settings) {
  catalogue.route<None, service::ReviewSettingsView>({.path = kReviewPath,
                                                      .operation_id = "getReviewSettings",
                                                      .tag = "settings",
                                                      .summary = "What reviews are measured by",
                                                      .permission = domain::Permission::kSettingRead},
                                                     [&settings](Call&) { return settings.get(); });
  catalogue.route<service::ChangeReviewSettings, service::ReviewSettingsView>(
      {.method = http::Method::kPatch,
       .path = kReviewPath,
       .operation_id = "changeReviewSettings",
       .tag = "settings",
       .summary = "Change what reviews are measured by",
       .permission = domain::Permission::kSettingWrite,
       .audit = AuditClass::kChange,
       .precondition = Precondition::kRequired},
      [&settings](Call& call, const service::ChangeReviewSettings& change) {
        return settings.change(call.principal(), call.if_match, change);
      });
}

}  // namespace yizhan::api
