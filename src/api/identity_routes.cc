#include "api/identity_routes.h"

namespace yizhan::api {

namespace {

using domain::Permission;
using http::Method;
using service::Identity;

constexpr const char* kSessions = "sessions";
constexpr const char* kUsers = "users";
constexpr const char* kApiKeys = "api_keys";

void add_session_routes(Catalogue& catalogue, Identity& identity, Access& access) {
  const auto started = [&access](Call& call,
                                 Result<service::StartedSession> result) -> Result<service::SessionView> {
    auto session = YZ_TRY(std::move(result));
    call.headers.push_back({"Set-Cookie", access.session_cookie(session.token)});
    return std::move(session.session);
  };
  catalogue.route<service::Login, service::SessionView>(
      {.method = Method::kPost,
       .path = "/api/v1/sessions",
       .operation_id = "createSession",
       .tag = kSessions,
       .summary = "Sign in",
       .description = "Sets the cookie yizhan_session. Five failures lock the account for 15 minutes.",
       .audit = AuditClass::kSecurity,
       .status = 201},
      [&identity, &access, started](Call& call, const service::Login& login) -> Result<service::SessionView> {
        YZ_CHECK(access.limit_login(login.login));
        return started(call, identity.login(login));
      });
  catalogue.route<None, service::SessionView>(
      {.path = "/api/v1/sessions/current",
       .operation_id = "getCurrentSession",
       .tag = kSessions,
       .summary = "Who is signed in and what he may do",
       .permission = Permission::kSelf},
      [&identity](Call& call) -> Result<service::SessionView> { return identity.describe(*call.who); });
  catalogue.route<None, None>({.method = Method::kDelete,
                               .path = "/api/v1/sessions/current",
                               .operation_id = "endCurrentSession",
                               .tag = kSessions,
                               .summary = "Sign out",
                               .permission = Permission::kSelf,
                               .audit = AuditClass::kSecurity},
                              [&identity, &access](Call& call) -> Result<None> {
                                YZ_CHECK(identity.logout(*call.who));
                                call.headers.push_back({"Set-Cookie", access.no_session_cookie()});
                                return None{};
                              });
  catalogue.route<service::ChangePassword, service::SessionView>(
      {.method = Method::kPost,
       .path = "/api/v1/users/me/password",
       .operation_id = "changeOwnPassword",
       .tag = kSessions,
       .summary = "Change one's own password",
       .description = "Ends every session of the user and starts a new one.",
       .permission = Permission::kSelf,
       .audit = AuditClass::kSecurity},
      [&identity, started](Call& call, const service::ChangePassword& change) {
        return started(call, identity.change_password(*call.who, change));
      });
}

void add_own_routes(Catalogue& catalogue, Identity& identity) {
  catalogue.route<service::ChangeProfile, service::SessionView>(
      {.method = Method::kPut,
       .path = "/api/v1/users/me",
       .operation_id = "changeOwnProfile",
       .tag = kSessions,
       .summary = "Change one's own name",
       .permission = Permission::kSelf,
       .audit = AuditClass::kSecurity},
      [&identity](Call& call, const service::ChangeProfile& change) {
        return identity.change_profile(*call.who, change);
      });
  catalogue.route<None, service::OwnSessions>(
      {.path = "/api/v1/sessions",
       .operation_id = "listOwnSessions",
       .tag = kSessions,
       .summary = "Where I am signed in",
       .permission = Permission::kSelf},
      [&identity](Call& call) { return identity.own_sessions(*call.who); });
  catalogue.route<None, None>({.method = Method::kDelete,
                               .path = "/api/v1/sessions/{session_id}",
                               .operation_id = "endSession",
                               .tag = kSessions,
                               .summary = "End one of my sessions",
                               .permission = Permission::kSelf,
                               .audit = AuditClass::kSecurity},
                              [&identity](Call& call) -> Result<None> {
                                const auto id = YZ_TRY(call.id<SessionId>("session_id"));
                                YZ_CHECK(identity.end_session(*call.who, id));
                                return None{};
                              });
}

void add_user_routes(Catalogue& catalogue, Identity& identity) {
  catalogue.route<service::CreateUser, service::UserWithPassword>(
      {.method = Method::kPost,
       .path = "/api/v1/users",
       .operation_id = "createUser",
       .tag = kUsers,
       .summary = "Create a user",
       .description =
           "The one-time password is shown in this answer only and must be changed at the first login.",
       .permission = Permission::kUserManage,
       .audit = AuditClass::kSecurity,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&identity](Call& call, const service::CreateUser& create) -> Result<service::UserWithPassword> {
        auto made = YZ_TRY(identity.create_user(call.principal(), create));
        call.headers.push_back({"Location", "/api/v1/users/" + to_string(made.user.id)});
        return made;
      });
  catalogue.route<FromQuery<service::ListUsers>, service::UserPage>(
      {.path = "/api/v1/users",
       .operation_id = "listUsers",
       .tag = kUsers,
       .summary = "List users",
       .permission = Permission::kUserManage,
       .exported = true},
      [&identity](Call&, const service::ListUsers& list) { return identity.list_users(list); });
  catalogue.route<None, service::UserView>({.path = "/api/v1/users/{user_id}",
                                            .operation_id = "getUser",
                                            .tag = kUsers,
                                            .summary = "Read a user",
                                            .permission = Permission::kUserManage},
                                           [&identity](Call& call) -> Result<service::UserView> {
                                             return identity.get_user(YZ_TRY(call.id<UserId>("user_id")));
                                           });
  catalogue.route<service::ChangeUser, service::UserView>(
      {.method = Method::kPatch,
       .path = "/api/v1/users/{user_id}",
       .operation_id = "changeUser",
       .tag = kUsers,
       .summary = "Change a user's name, roles, or whether he may sign in",
       .description = "Changed roles and disabling end the user's sessions.",
       .permission = Permission::kUserManage,
       .audit = AuditClass::kSecurity,
       .precondition = Precondition::kRequired},
      [&identity](Call& call, const service::ChangeUser& change) -> Result<service::UserView> {
        const UserId id = YZ_TRY(call.id<UserId>("user_id"));
        return identity.change_user(call.principal(), id, call.if_match, change);
      });
  catalogue.route<None, service::UserWithPassword>(
      {.method = Method::kPost,
       .path = "/api/v1/users/{user_id}/reset_password",
       .operation_id = "resetUserPassword",
       .tag = kUsers,
       .summary = "Give a user another one-time password",
       .description = "Unlocks the account and ends its sessions. The password is shown in this answer only.",
       .permission = Permission::kUserManage,
       .audit = AuditClass::kSecurity,
       .precondition = Precondition::kRequired},
      [&identity](Call& call) -> Result<service::UserWithPassword> {
        const UserId id = YZ_TRY(call.id<UserId>("user_id"));
        return identity.reset_password(call.principal(), id, call.if_match);
      });
}

void add_api_key_routes(Catalogue& catalogue, Identity& identity) {
  catalogue.route<service::CreateApiKey, service::ApiKeyWithToken>(
      {.method = Method::kPost,
       .path = "/api/v1/api_keys",
       .operation_id = "createApiKey",
       .tag = kApiKeys,
       .summary = "Create an API key",
       .description = "The token is shown in this answer only.",
       .permission = Permission::kApiKeyManage,
       .audit = AuditClass::kSecurity,
       .status = 201,
       .idempotency = Idempotency::kByKey},
      [&identity](Call& call, const service::CreateApiKey& create) {
        return identity.create_api_key(call.principal(), create);
      });
  catalogue.route<FromQuery<service::ListApiKeys>, service::ApiKeyPage>(
      {.path = "/api/v1/api_keys",
       .operation_id = "listApiKeys",
       .tag = kApiKeys,
       .summary = "List API keys",
       .permission = Permission::kApiKeyManage,
       .exported = true},
      [&identity](Call&, const service::ListApiKeys& list) { return identity.list_api_keys(list); });
  catalogue.route<None, service::ApiKeyView>({.method = Method::kPost,
                                              .path = "/api/v1/api_keys/{api_key_id}/revoke",
                                              .operation_id = "revokeApiKey",
                                              .tag = kApiKeys,
                                              .summary = "Revoke an API key",
                                              .permission = Permission::kApiKeyManage,
                                              .audit = AuditClass::kSecurity},
                                             [&identity](Call& call) -> Result<service::ApiKeyView> {
                                               const auto id = YZ_TRY(call.id<ApiKeyId>("api_key_id"));
                                               return identity.revoke_api_key(call.principal(), id);
                                             });
}

}  // namespace

void add_identity_routes(Catalogue& catalogue, Identity& identity, Access& access) {
  add_session_routes(catalogue, identity, access);
  add_own_routes(catalogue, identity);
  add_user_routes(catalogue, identity);
  add_api_key_routes(catalogue, identity);
}

}  // namespace yizhan::api
