#pragma once
// Who operates the system: users with their roles, sessions, API keys. Every method blocks (store, argon2)
// and belongs on the worker pool; any thread.
//
// Rules (docs/policy 5.3; GB/T 22239 level 3): a password comes from its owner only, the first one is shown
// once and must be changed; five failures lock an account for a quarter of an hour; a session ends after half
// an hour of rest, after twelve hours in any case, and whenever its user's roles, password or right to sign
// in change. Nobody adds to his own roles; marketing (who writes) and compliance (who approves) are never one
// person, and an administrator is nothing else; a program reviews nothing and administers no one, and what it
// does its maker answers for (four eyes too).

#include <boost/describe.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "crypto/password.h"
#include "crypto/token.h"
#include "service/authentication.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

inline constexpr int64_t kLoginFailuresAllowed = 5;
inline constexpr Duration kLockOut = minutes(15);
inline constexpr Duration kApiKeyLongestLife = days(366);

// "administrator" and so on as a set; duplicates count once.
domain::Roles roles_of(const std::vector<domain::Role>& list);
std::vector<domain::Role> list_of(domain::Roles roles);

struct CreateUser {
  std::string login;  // case does not count; stored in lower case
  std::string display_name;
  std::vector<domain::Role> roles;
  static constexpr json::Rule kRules[] = {
      {.member = "login",
       .min_length = 2,
       .max_length = limits::kLoginCharacters,
       .description = "letters, digits and . _ - @, beginning with a letter or digit; case does not count"},
      {.member = "display_name", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "roles", .min_items = 1, .max_items = limits::kRolesPerUser}};
};
BOOST_DESCRIBE_STRUCT(CreateUser, (), (login, display_name, roles))

// What is absent stays as it is.
struct ChangeUser {
  std::optional<std::string> display_name;
  std::optional<std::vector<domain::Role>> roles;
  std::optional<bool> disabled;
  static constexpr json::Rule kRules[] = {
      {.member = "display_name", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "roles", .min_items = 1, .max_items = limits::kRolesPerUser}};
};
BOOST_DESCRIBE_STRUCT(ChangeUser, (), (display_name, roles, disabled))

struct UserView {
  UserId id;
  std::string login;
  std::string display_name;
  std::vector<domain::Role> roles;
  bool disabled = false;
  bool must_change_password = false;
  std::optional<Time> locked_until;  // only while locked
  std::optional<Time> last_login_at;
  Time created_at;
  Time updated_at;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(UserView, (),
                      (id, login, display_name, roles, disabled, must_change_password, locked_until,
                       last_login_at, created_at, updated_at, version))

// A user with the password that opens the account once; it is nowhere else.
struct UserWithPassword {
  UserView user;
  std::string one_time_password;
};
BOOST_DESCRIBE_STRUCT(UserWithPassword, (), (user, one_time_password))

struct ListUsers {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<UserId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListUsers, (), (limit, after))

struct UserPage {
  std::vector<UserView> items;
  std::optional<UserId> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(UserPage, (), (items, next_after))

struct Login {
  std::string login;
  std::string password;
  static constexpr json::Rule kRules[] = {
      {.member = "login", .min_length = 1, .max_length = limits::kLoginCharacters},
      {.member = "password", .min_length = 1, .max_length = limits::kPasswordBytes, .format = "password"}};
};
BOOST_DESCRIBE_STRUCT(Login, (), (login, password))

struct ChangePassword {
  std::string current_password;
  std::string new_password;
  static constexpr json::Rule kRules[] = {
      {.member = "current_password",
       .min_length = 1,
       .max_length = limits::kPasswordBytes,
       .format = "password"},
      {.member = "new_password",
       .min_length = 1,
       .max_length = limits::kPasswordBytes,
       .format = "password",
       .description = "at least 12 characters, or 10 of three kinds; no well-known one, no run"}};
};
BOOST_DESCRIBE_STRUCT(ChangePassword, (), (current_password, new_password))

// Who is signed in and what he may do.
struct SessionView {
  std::string id;     // usr_… or key_…
  std::string login;  // or the key's name
  std::string display_name;
  std::vector<domain::Role> roles;
  std::vector<std::string> permissions;
  bool must_change_password = false;
  std::optional<std::string> csrf_token;  // of cookie sessions: what X-CSRF-Token must say
  Time expires_at;                        // in any case
};
BOOST_DESCRIBE_STRUCT(SessionView, (),
                      (id, login, display_name, roles, permissions, must_change_password, csrf_token,
                       expires_at))

// What somebody may change about himself.
struct ChangeProfile {
  std::string display_name;
  static constexpr json::Rule kRules[] = {
      {.member = "display_name", .min_length = 1, .max_length = limits::kNameCharacters}};
};
BOOST_DESCRIBE_STRUCT(ChangeProfile, (), (display_name))

struct OwnSession {
  SessionId id;
  bool current = false;  // the one that asks
  Time started_at;
  Time last_seen_at;  // to the minute
  Time expires_at;    // in any case
};
BOOST_DESCRIBE_STRUCT(OwnSession, (), (id, current, started_at, last_seen_at, expires_at))

struct OwnSessions {
  std::vector<OwnSession> items;  // the newest first; at most limits::kSessionsPerUser
};
BOOST_DESCRIBE_STRUCT(OwnSessions, (), (items))

// A new session: what the browser keeps, and what it is told.
struct StartedSession {
  std::string token;
  SessionView session;
};

struct CreateApiKey {
  std::string name;
  std::vector<domain::Role> roles;
  Time expires_at;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "roles",
       .min_items = 1,
       .max_items = limits::kRolesPerUser,
       .description =
           "neither compliance nor administrator: a program reviews nothing and administers no one"},
      {.member = "expires_at", .description = "in the future, at most 366 days ahead"}};
};
BOOST_DESCRIBE_STRUCT(CreateApiKey, (), (name, roles, expires_at))

struct ApiKeyView {
  ApiKeyId id;
  std::string name;
  std::vector<domain::Role> roles;
  UserId created_by;
  Time created_at;
  Time expires_at;
  std::optional<Time> revoked_at;
  std::optional<Time> last_used_at;  // to the minute
};
BOOST_DESCRIBE_STRUCT(ApiKeyView, (),
                      (id, name, roles, created_by, created_at, expires_at, revoked_at, last_used_at))

// A key with its token, which is shown once and is nowhere else.
struct ApiKeyWithToken {
  ApiKeyView api_key;
  std::string token;  // "yz_" and 43 characters
};
BOOST_DESCRIBE_STRUCT(ApiKeyWithToken, (), (api_key, token))

struct ListApiKeys {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ApiKeyId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListApiKeys, (), (limit, after))

struct ApiKeyPage {
  std::vector<ApiKeyView> items;
  std::optional<ApiKeyId> next_after;
};
BOOST_DESCRIBE_STRUCT(ApiKeyPage, (), (items, next_after))

class Identity {
 public:
  // `cost` of new password hashes; older ones are brought up to it as their owners sign in. Computes one
  // hash: kBusy when there is no memory for it.
  static Result<std::unique_ptr<Identity>> create(const store::Store& store, crypto::PasswordCost cost = {});

  // Users. kNotFound, kVersionConflict (field "version"), kConflict (login taken), kSeparationOfDuties (roles
  // that exclude each other, one's own roles, the last enabled administrator). `version` is the one that was
  // read; without one, whatever is there is changed (If-Match: *).
  Result<UserWithPassword> create_user(const Principal& by, const CreateUser& request);
  Result<UserPage> list_users(const ListUsers& request) const;
  Result<UserView> get_user(UserId id) const;
  Result<UserView> find_user(std::string_view login) const;
  Result<UserView> change_user(const Principal& by, UserId id, std::optional<int64_t> version,
                               const ChangeUser& request);
  // Gives another one-time password, unlocks the account, ends its sessions.
  Result<UserWithPassword> reset_password(const Principal& by, UserId id, std::optional<int64_t> version);
  // Makes the administrator "admin" when there is no user at all; nullopt otherwise.
  Result<std::optional<UserWithPassword>> first_run();

  // kBadCredentials whichever of the two was wrong; kLocked; kForbidden for the owner of a disabled account.
  Result<StartedSession> login(const Login& request);
  // Ends every session of the user and starts a new one. kBadCredentials, kLocked, kInvalidArgument.
  Result<StartedSession> change_password(const Authenticated& who, const ChangePassword& request);
  Result<> logout(const Authenticated& who);
  SessionView describe(const Authenticated& who) const;
  // One's own name, and one's own sessions. kForbidden for API keys, which have neither; kNotFound for a
  // session that is another's or has ended.
  Result<SessionView> change_profile(const Authenticated& who, const ChangeProfile& request);
  Result<OwnSessions> own_sessions(const Authenticated& who) const;
  Result<> end_session(const Authenticated& who, SessionId id);

  // kUnauthenticated: unknown, ended, expired. Answered from memory when seen in the last seconds.
  Result<Authenticated> authenticate_session(std::string_view token) {
    return authentication_.session(token);
  }
  Result<Authenticated> authenticate_key(std::string_view token) { return authentication_.api_key(token); }

  // API keys. kConflict (name taken), kInvalidArgument, kSeparationOfDuties, kWrongState (revoked before).
  Result<ApiKeyWithToken> create_api_key(const Principal& by, const CreateApiKey& request);
  Result<ApiKeyPage> list_api_keys(const ListApiKeys& request) const;
  Result<ApiKeyView> revoke_api_key(const Principal& by, ApiKeyId id);

 private:
  struct User {
    UserId id;
    std::string login;
    std::string display_name;
    domain::Roles roles;
    std::string password_hash;
    bool must_change_password = false;
    bool disabled = false;
    int64_t failed_logins = 0;
    Time locked_until;
    Time last_login_at;
    Time created_at;
    Time updated_at;
    int64_t version = 0;
  };

  Identity(const store::Store& store, crypto::PasswordCost cost, std::string dummy_hash)
      : store_(store), cost_(cost), dummy_hash_(std::move(dummy_hash)), authentication_(store) {}

  static User user_of(const db::Row& row);
  UserView view_of(const User& user) const;
  Result<std::optional<User>> user_named(std::string_view login) const;
  // For a change: kNotFound, kVersionConflict.
  Result<User> take_user(db::Tx& tx, UserId id, std::optional<int64_t> version) const;
  Result<UserView> insert_user(db::Tx& tx, const Principal& by, const CreateUser& request,
                               std::string_view password_hash) const;
  Result<> apply(db::Tx& tx, const Principal& by, const User& before, const User& after) const;
  Result<> keep_an_administrator(db::Tx& tx, const User& user, domain::Roles roles, bool disabled) const;

  // What a failed attempt is answered with; counts it and locks when it is one too many. The last one: for a
  // login that does not exist.
  Error refuse_password(const User& user);
  Error refuse_unknown(const std::string& login);
  bool unknown_locked(const std::string& login);
  Result<StartedSession> start_session(db::Tx& tx, const User& user) const;
  Result<StartedSession> finish_login(const User& seen, const std::string& fresh_hash);

  const store::Store& store_;
  const crypto::PasswordCost cost_;
  const std::string dummy_hash_;  // verified against for logins that do not exist, so that they cost the same
  Authentication authentication_;

  // Failures of logins that do not exist, so that they lock like the others; limits::kUnknownLogins of them.
  struct Failures {
    int64_t count = 0;
    Time locked_until;
  };
  std::mutex unknown_mutex_;
  std::unordered_map<std::string, Failures> unknown_;
};

}  // namespace yizhan::service
