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
       .summary = "Frequency rules, window, expiries, failure pause",
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
}

}  // namespace yizhan::api
