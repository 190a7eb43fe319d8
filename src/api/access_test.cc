// Who may do what over real sockets, on both stores: the permission matrix of every route, sessions, keys.

#include "api/access.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/log.h"
#include "crypto/digest.h"
#include "support/api_server.h"
#include "support/service_store.h"
#include "support/whole_api.h"

namespace yizhan::api {
namespace {

using domain::Role;
using testing::browser_headers;
using testing::command_line;
using testing::HeaderList;
using testing::Reply;

constexpr const char* kPassword = "correct horse battery";

class AccessTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    log::configure(log::Level::kError, "");
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    auto made = service::Identity::create(store(), crypto::kTestPasswordCost);
    ASSERT_TRUE(made);
    identity_ = std::move(*made);
    idempotency_.emplace(store());
    api_.emplace(store(), *identity_);
    start({});
  }
  void start(AccessOptions options) {
    server_.reset();
    access_.emplace(*identity_, *idempotency_, clock_, options);
    catalogue_.emplace();
    api_->add_routes(*catalogue_, *access_);
    const auto whole = catalogue_->check();
    ASSERT_TRUE(whole) << to_string(whole.error());
    Hooks hooks = access_->hooks();
    hooks.exporting.spool_folder = exports_.file("");
    hooks.exporting.record = [this](const service::Principal& by, const service::ExportedFile& file) {
      return api_->audit().record_export(by, file);
    };
    server_.emplace(*catalogue_, std::move(hooks), clock_, api_->spool());
  }
  Reply send(std::string_view method, std::string_view path, const HeaderList& headers = {},
             std::string_view body = {}) {
    return server_->send(method, path, headers, body);
  }
  Reply login(const std::string& name, const std::string& password) {
    return send("POST", "/api/v1/sessions", {},
                json::serialize(json::Object{{"login", name}, {"password", password}}));
  }
  // A user who has changed his first password; the same one for the same name.
  void sign_up(const std::string& name, Role role) {
    const auto made = identity_->create_user(command_line(), {name, "Somebody", {role}});
    ASSERT_TRUE(made) << to_string(made.error());
    const auto first = identity_->login({name, made->one_time_password});
    ASSERT_TRUE(first);
    const auto who = identity_->authenticate_session(first->token);
    ASSERT_TRUE(identity_->change_password(*who, {made->one_time_password, kPassword}));
  }
  service::StartedSession session(const std::string& name) {
    const auto started = identity_->login({name, kPassword});
    EXPECT_TRUE(started) << (started ? "" : to_string(started.error()));
    return started.value_or(service::StartedSession{});
  }
  HeaderList signed_in(const std::string& name) { return browser_headers(session(name)); }
  static HeaderList with(HeaderList headers, const std::string& name, const std::string& value) {
    headers.emplace_back(name, value);
    return headers;
  }

  testing::TemporaryFolder exports_;
  std::unique_ptr<service::Identity> identity_;
  std::optional<service::Idempotency> idempotency_;
  std::optional<testing::WholeApi> api_;
  std::optional<Access> access_;
  std::optional<Catalogue> catalogue_;
  std::optional<testing::ApiServer> server_;
};

YIZHAN_FOR_EACH_STORE(AccessTest);

TEST_P(AccessTest, SigningInSetsASafeCookie) {
  sign_up("wang", Role::kMarketing);
  const Reply reply = login("Wang", kPassword);
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.text("login"), "wang");
  EXPECT_FALSE(reply.text("csrf_token").empty());
  const std::string cookie = reply.header("Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("yizhan_session=")) << cookie;
  EXPECT_TRUE(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict")) << cookie;
  EXPECT_EQ(reply.body.find(cookie.substr(15, 43)), std::string::npos) << "scripts never see the token";
  const std::string pair = cookie.substr(0, cookie.find(';'));
  const Reply current = send("GET", "/api/v1/sessions/current", {{"Cookie", pair}});
  EXPECT_EQ(current.status, 200);
  EXPECT_EQ(current.text("csrf_token"), reply.text("csrf_token"));
  const Reply out = send("DELETE", "/api/v1/sessions/current",
                         {{"Cookie", pair}, {"X-CSRF-Token", reply.text("csrf_token")}});
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.header("Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(send("GET", "/api/v1/sessions/current", {{"Cookie", pair}}).status, 401);
}

TEST_P(AccessTest, OverTlsTheCookieIsSecure) {
  sign_up("wang", Role::kMarketing);
  start({.transport = Transport::kTls});
  EXPECT_NE(login("wang", kPassword).header("Set-Cookie").find("; Secure"), std::string::npos);
}

TEST_P(AccessTest, BadCredentialsAndLockOut) {
  sign_up("wang", Role::kMarketing);
  for (int i = 0; i < 5; ++i) {
    const Reply known = login("wang", "wrong");
    const Reply unknown = login("nobody", "wrong");
    EXPECT_EQ(known.status, 401);
    EXPECT_EQ(known.code(), "bad_credentials");
    EXPECT_EQ(unknown.code(), known.code());
    EXPECT_EQ(unknown.text("detail"), known.text("detail"));
    EXPECT_EQ(known.header("Set-Cookie"), "");
  }
  EXPECT_EQ(login("wang", kPassword).status, 423);
  EXPECT_EQ(login("wang", kPassword).code(), "account_locked");
  clock_.advance(service::kLockOut);
  EXPECT_EQ(login("wang", kPassword).status, 201);
}

TEST_P(AccessTest, LoginsAreRateLimited) {
  start({.logins_per_minute_of_address = 12, .logins_per_minute_of_login = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(login("anna", "x").status, 401);
  const Reply limited = login("ANNA", "x");
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.code(), "too_many_requests");
  for (int i = 0; i < 8; ++i) EXPECT_EQ(login("u" + std::to_string(i), "x").status, 401);
  EXPECT_EQ(login("another", "x").status, 429) << "the address has used up its share";
  clock_.advance(seconds(20));
  EXPECT_EQ(login("anna", "x").status, 401);
}

TEST_P(AccessTest, ChangesNeedTheCsrfToken) {
  sign_up("boss", Role::kAdministrator);
  const auto boss = session("boss");
  const std::string body = R"({"login":"new","display_name":"New","roles":["auditor"]})";
  for (const HeaderList& headers :
       {HeaderList{browser_headers(boss)[0]}, HeaderList{browser_headers(boss)[0], {"X-CSRF-Token", ""}},
        HeaderList{browser_headers(boss)[0], {"X-CSRF-Token", "guess"}},
        HeaderList{browser_headers(boss)[0], {"X-CSRF-Token", *session("boss").session.csrf_token}}}) {
    const Reply reply = send("POST", "/api/v1/users", headers, body);
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.code(), "csrf_token_invalid");
  }
  EXPECT_EQ(send("GET", "/api/v1/users", {browser_headers(boss)[0]}).status, 200) << "reading needs none";
  const Reply made = send("POST", "/api/v1/users", browser_headers(boss), body);
  EXPECT_EQ(made.status, 201);
  EXPECT_TRUE(made.header("Location").starts_with("/api/v1/users/usr_"));
}

TEST_P(AccessTest, TheFirstPasswordMustBeChanged) {
  const auto first = identity_->first_run();
  ASSERT_TRUE(first && *first);
  const auto started = identity_->login({"admin", (*first)->one_time_password});
  ASSERT_TRUE(started);
  const HeaderList headers = browser_headers(*started);
  const Reply refused = send("GET", "/api/v1/users", headers);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.code(), "password_change_required");
  EXPECT_EQ(send("GET", "/api/v1/settings/sending", headers).code(), "password_change_required");
  EXPECT_EQ(send("GET", "/api/v1/sessions/current", headers).status, 200);
  const auto change = [&](const std::string& password) {
    return send("POST", "/api/v1/users/me/password", headers,
                json::serialize(json::Object{{"current_password", (*first)->one_time_password},
                                             {"new_password", password}}));
  };
  const Reply weak = change("admin");
  EXPECT_EQ(weak.status, 422);
  EXPECT_EQ(weak.json().at("errors").at(0).at("field").as_string(), "/new_password");
  const Reply changed = change(kPassword);
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(send("GET", "/api/v1/sessions/current", headers).status, 401) << "the old session ended";
  const std::string cookie = changed.header("Set-Cookie");
  EXPECT_EQ(send("GET", "/api/v1/users", {{"Cookie", cookie.substr(0, cookie.find(';'))}}).status, 200);
}

TEST_P(AccessTest, EveryRouteForEveryRole) {
  for (const Role role : domain::values_of(Role{})) sign_up("u-" + std::string(name_of(role)), role);
  testing::check_permission_matrix(*catalogue_, *server_,
                                   [&](Role role) { return session("u-" + std::string(name_of(role))); });
}

TEST_P(AccessTest, ApiKeysNeedNoCsrfTokenAndGoBeforeCookies) {
  sign_up("boss", Role::kAdministrator);
  const Reply made = send("POST", "/api/v1/api_keys", signed_in("boss"),
                          R"({"name":"erp","roles":["technology"],"expires_at":")" +
                              to_rfc3339(clock_.now() + days(30)) + R"("})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string bearer = "Bearer " + made.text("token");
  const Reply current = send("GET", "/api/v1/sessions/current", {{"Authorization", bearer}});
  EXPECT_EQ(current.status, 200);
  EXPECT_EQ(current.text("login"), "erp");
  EXPECT_EQ(current.text("csrf_token"), "");
  EXPECT_EQ(
      send("GET", "/api/v1/settings/sending", {{"Authorization", "bearer " + made.text("token")}}).status,
      200);
  EXPECT_EQ(send("GET", "/api/v1/users", with(signed_in("boss"), "Authorization", bearer)).status, 403)
      << "the key counts";
  EXPECT_EQ(send("GET", "/api/v1/users", with(signed_in("boss"), "Authorization", "Basic eDp5")).status, 401);
  EXPECT_EQ(send("GET", "/api/v1/users", {{"Cookie", "yizhan_session=" + made.text("token")}}).status, 401);
  const std::string id(made.json().at("api_key").at("id").as_string());
  EXPECT_EQ(send("POST", "/api/v1/api_keys/" + id + "/revoke", signed_in("boss")).status, 200);
  EXPECT_EQ(send("GET", "/api/v1/sessions/current", {{"Authorization", bearer}}).status, 401);
  const Reply list = send("GET", "/api/v1/api_keys", signed_in("boss"));
  EXPECT_EQ(list.body.find(made.text("token")), std::string::npos);
}

TEST_P(AccessTest, EditsNameTheVersion) {
  sign_up("boss", Role::kAdministrator);
  sign_up("wang", Role::kMarketing);
  const auto user = identity_->find_user("wang");
  ASSERT_TRUE(user);
  const std::string path = "/api/v1/users/" + to_string(user->id);
  const std::string etag = send("GET", path, signed_in("boss")).header("ETag");
  EXPECT_EQ(etag, "\"" + std::to_string(user->version) + "\"");
  EXPECT_EQ(send("PATCH", path, signed_in("boss"), R"({"disabled":true})").status, 428);
  const Reply changed =
      send("PATCH", path, with(signed_in("boss"), "If-Match", etag), R"({"disabled":true})");
  EXPECT_EQ(changed.status, 200) << changed.body;
  const Reply stale = send("PATCH", path, with(signed_in("boss"), "If-Match", etag), R"({"disabled":false})");
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.code(), "version_conflict");
  EXPECT_EQ(send("PATCH", path, with(signed_in("boss"), "If-Match", "*"), R"({"disabled":false})").status,
            200);
  EXPECT_EQ(send("PATCH", path, with(signed_in("boss"), "If-Match", "*"), R"({"login":"x"})").status, 422);
  EXPECT_EQ(send("GET", "/api/v1/users/usr_0000000000001", signed_in("boss")).status, 404);
}

TEST_P(AccessTest, RepeatedCreatesAreDoneOnce) {
  sign_up("boss", Role::kAdministrator);
  const std::string body = R"({"login":"new","display_name":"New","roles":["auditor"]})";
  const auto post = [&](const std::string& key, const std::string& text) {
    return send("POST", "/api/v1/users", with(signed_in("boss"), "Idempotency-Key", key), text);
  };
  const Reply first = post("k1", body);
  ASSERT_EQ(first.status, 201) << first.body;
  const Reply second = post("k1", body);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body) << "the one-time password too";
  EXPECT_EQ(second.header("Location"), first.header("Location"));
  EXPECT_EQ(second.header("Idempotency-Replayed"), "true");
  const Reply other = post("k1", R"({"login":"other","display_name":"New","roles":["auditor"]})");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(other.code(), "idempotency_key_reused");
  EXPECT_EQ(post("k2", body).code(), "conflict") << "the login is taken";
  EXPECT_EQ(post("k3", "{}").status, 422);
  EXPECT_EQ(post("k3", R"({"login":"third","display_name":"Third","roles":["auditor"]})").status, 201)
      << "a refusal does not use up the key";
  EXPECT_EQ(count("SELECT count(*) FROM user_account"), 3);
}

// A repetition comes in a form of its own, so the file itself is compared.
TEST_P(AccessTest, RepeatedUploadsAreKeptOnce) {
  sign_up("shen", Role::kMarketing);
  const auto upload = [&](const std::string& path, const std::string& key, const std::string& boundary,
                          const std::string& file, const std::string& options) {
    HeaderList headers = with(signed_in("shen"), "Idempotency-Key", key);
    headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + boundary);
    const std::string part = "--" + boundary + "\r\nContent-Disposition: form-data; name=";
    return send("POST", path, headers,
                part + "\"options\"\r\n\r\n" + options + "\r\n" + part +
                    "\"file\"; filename=\"list.csv\"\r\nContent-Type: text/csv\r\n\r\n" + file + "\r\n--" +
                    boundary + "--\r\n");
  };
  for (const auto& [path, status] : {std::pair{"/api/v1/imports", 202}, std::pair{"/api/v1/evidence", 201}}) {
    const std::string key = path, file = "手机号\n13800138000\n";
    const Reply first = upload(path, key, "a", file, "{}");
    ASSERT_EQ(first.status, status) << first.body;
    const Reply second = upload(path, key, "b", file, "{}");
    EXPECT_EQ(second.status, status) << second.body;
    EXPECT_EQ(second.header("Idempotency-Replayed"), "true");
    EXPECT_EQ(second.text("id"), first.text("id"));
    EXPECT_EQ(upload(path, key, "a", file + "13800138001\n", "{}").code(), "idempotency_key_reused");
    EXPECT_EQ(upload(path, key, "a", file, R"({"purpose":"x"})").code(), "idempotency_key_reused");
  }
  EXPECT_EQ(count("SELECT count(*) FROM import_job"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action = 'evidence.add'"), 1);
}

TEST_P(AccessTest, TheSameRequestAtOnceIsDoneOnce) {
  sign_up("boss", Role::kAdministrator);
  const HeaderList headers = with(signed_in("boss"), "Idempotency-Key", "k1");
  std::vector<Reply> replies(4);
  std::vector<std::thread> senders;
  for (Reply& reply : replies)
    senders.emplace_back([&] {
      reply = send("POST", "/api/v1/users", headers,
                   R"({"login":"new","display_name":"New","roles":["auditor"]})");
    });
  for (std::thread& sender : senders) sender.join();
  std::set<std::string> bodies;
  for (const Reply& reply : replies) {
    EXPECT_TRUE(reply.status == 201 || (reply.status == 409 && reply.code() == "conflict")) << reply.body;
    if (reply.status == 201) bodies.insert(reply.body);
  }
  EXPECT_EQ(bodies.size(), 1u);
  EXPECT_EQ(count("SELECT count(*) FROM user_account"), 2);
}

TEST_P(AccessTest, SettingsOverHttp) {
  sign_up("boss", Role::kAdministrator);
  const Reply read = send("GET", "/api/v1/settings/sending", signed_in("boss"));
  EXPECT_EQ(read.header("ETag"), "\"0\"");
  const Reply changed =
      send("PATCH", "/api/v1/settings/sending", with(signed_in("boss"), "If-Match", "\"0\""),
           R"({"windows":[{"message_class":"marketing","start_minute":600,"end_minute":1140}]})");
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.header("ETag"), "\"1\"");
  const Reply wrong =
      send("PATCH", "/api/v1/settings/sending", with(signed_in("boss"), "If-Match", "\"1\""),
           R"({"windows":[{"message_class":"marketing","start_minute":600,"end_minute":60}]})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(wrong.json().at("errors").at(0).at("field").as_string(), "/windows/0/end_minute");
  const Reply versions = send("GET", "/api/v1/settings/sending/versions", signed_in("boss"));
  EXPECT_EQ(versions.status, 200) << versions.body;
  EXPECT_EQ(versions.json().at("items").as_array().size(), 1u);
}

TEST_P(AccessTest, AuditOverHttp) {
  sign_up("auditor", Role::kAuditor);
  const Reply list = send("GET", "/api/v1/audit_entries?limit=2&action=session.", signed_in("auditor"));
  EXPECT_EQ(list.status, 200) << list.body;
  EXPECT_EQ(list.json().at("items").as_array().size(), 2u);
  EXPECT_EQ(send("GET", "/api/v1/audit_entries?limit=0", signed_in("auditor")).status, 422);
  const Reply whole = send("POST", "/api/v1/audit_entries/verify", signed_in("auditor"));
  EXPECT_EQ(whole.status, 200) << whole.body;
  EXPECT_EQ(whole.json().at("whole"), json::Value(true));
  lift_append_only();
  execute("UPDATE audit_log SET actor_name = 'x' WHERE id = 2");
  const Reply broken = send("POST", "/api/v1/audit_entries/verify", signed_in("auditor"));
  EXPECT_EQ(broken.json().at("broken_at"), json::Value(2));
}

TEST_P(AccessTest, PeopleNameThemselves) {
  sign_up("wang", Role::kMarketing);
  const HeaderList headers = signed_in("wang");
  EXPECT_EQ(send("GET", "/api/v1/sessions/current", headers).text("display_name"), "Somebody");
  const Reply changed = send("PUT", "/api/v1/users/me", headers, R"({"display_name":"王芳"})");
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.text("display_name"), "王芳");
  EXPECT_EQ(send("GET", "/api/v1/sessions/current", headers).text("display_name"), "王芳");
  EXPECT_EQ(
      send("PUT", "/api/v1/users/me", headers, R"({"display_name":"x","roles":["administrator"]})").status,
      422);
  EXPECT_EQ(actions().back(), "user.change");
}

TEST_P(AccessTest, PeopleEndTheirOwnSessionsOnly) {
  sign_up("wang", Role::kMarketing);
  sign_up("chen", Role::kCompliance);
  const HeaderList here = signed_in("wang");
  clock_.advance(minutes(1));
  const HeaderList elsewhere = signed_in("wang");
  const HeaderList other = signed_in("chen");
  // Two of these, and that of the password's change.
  const json::Value items = send("GET", "/api/v1/sessions", here).json().at("items");
  ASSERT_EQ(items.as_array().size(), 3u);
  const std::string id(items.at(0).at("id").as_string());  // the newest first
  EXPECT_EQ(items.at(0).at("current"), json::Value(false));
  EXPECT_EQ(items.at(0).at("started_at").as_string(), to_rfc3339(clock_.now()));
  int own = 0;
  for (const json::Value& item : items.as_array()) own += item.at("current").as_bool() ? 1 : 0;
  EXPECT_EQ(own, 1);
  EXPECT_EQ(send("DELETE", "/api/v1/sessions/" + id, other).status, 404);
  EXPECT_EQ(send("GET", "/api/v1/sessions/current", elsewhere).status, 200);
  EXPECT_EQ(send("DELETE", "/api/v1/sessions/" + id, here).status, 204);
  EXPECT_EQ(send("GET", "/api/v1/sessions/current", elsewhere).status, 401);
  EXPECT_EQ(send("GET", "/api/v1/sessions/current", here).status, 200);
  EXPECT_EQ(send("DELETE", "/api/v1/sessions/" + id, here).status, 404);
  clock_.advance(service::kSessionLife);
  EXPECT_EQ(send("GET", "/api/v1/sessions", here).status, 401);
}

TEST_P(AccessTest, AListLeavesAsAnAuditedFile) {
  sign_up("boss", Role::kAdministrator);
  sign_up("auditor", Role::kAuditor);
  const Reply file = send("GET", "/api/v1/users.csv", signed_in("boss"));
  EXPECT_EQ(file.status, 200) << file.body;
  EXPECT_EQ(file.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_EQ(file.header("Content-Disposition"),
            "attachment; filename=\"users_" + to_rfc3339(clock_.now()).substr(0, 10) + ".csv\"");
  EXPECT_TRUE(file.body.starts_with("\xEF\xBB\xBFid,login,display_name,roles,")) << file.body;
  EXPECT_NE(file.body.find(",boss,Somebody,administrator,"), std::string::npos) << file.body;
  const Reply log = send("GET", "/api/v1/audit_entries?limit=1&action=export.", signed_in("auditor"));
  const json::Value entry = log.json().at("items").at(0);
  EXPECT_EQ(entry.at("action").as_string(), "export.listUsers");
  EXPECT_EQ(entry.at("actor_name").as_string(), "boss");
  EXPECT_EQ(entry.at("detail").at("rows"), json::Value(2));
  EXPECT_EQ(entry.at("detail").at("sha256").as_string(), crypto::sha256_hex(file.body));
  EXPECT_EQ(send("GET", "/api/v1/users.csv", signed_in("auditor")).status, 403);
}

}  // namespace
}  // namespace yizhan::api
