#include "api/settings_routes.h"

namespace yizhan::api {

namespace {

constexpr const char* kTag = "settings";
constexpr const char* kPath = "/api/v1/settings/sending";

}  // namespace

void add_settings_routes(Catalogue& catalogue, const service::Settings& settings) {
  catalogue.route<None, service::SendingSettingsView>(
      {.path = kPath,
       .operation_id = "getSendingSettings",
       .tag = kTag,
       .summary = "Frequency rules, windows, holidays, validity, advance notice, expiries, failure pause",
       .permission = domain::Permission::kSettingRead},
      [&settings](Call&) { return settings.sending(); });
  catalogue.route<service::ChangeSendingSettings, service::SendingSettingsView>(
      {.method = http::Method::kPatch,
       .path = kPath,
       .operation_id = "changeSendingSettings",
       .tag = kTag,
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
       .tag = kTag,
       .summary = "What each version of the settings changed, the newest first",
       .permission = domain::Permission::kSettingRead},
      [&settings](Call&, const service::ListSettingVersions& request) {
        return settings.sending_versions(request);
      });
}

}  // namespace yizhan::api
