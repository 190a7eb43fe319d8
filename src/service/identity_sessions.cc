#include "service/identity.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr std::string_view kUserObject = "user";
constexpr std::string_view kNewPasswordField = "/new_password";

// Who is not signed in yet has no name of his own in the log.
store::Actor visitor() { return {store::ActorKind::kSystem, 0, "login"}; }

Error locked() {
  return {ErrorCode::kLocked, "the account is locked for a while after too many failures", {}};
}
Error bad_credentials() { return {ErrorCode::kBadCredentials, "login or password is wrong", {}}; }

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::vector<std::string> permissions_of(domain::Roles roles) {
  std::vector<std::string> names;
#define X(enumerator, number, name, holders) \
  if (domain::allowed(roles, domain::Permission::enumerator)) names.emplace_back(name);
  YIZHAN_PERMISSION_TABLE(X)
#undef X
  return names;
}

}  // namespace

SessionView Identity::describe(const Authenticated& who) const {
  SessionView view;
  view.id = who.principal.kind == store::ActorKind::kUser ? to_string(UserId{who.principal.id})
                                                          : to_string(ApiKeyId{who.principal.id});
  view.login = who.principal.name;
  view.display_name = who.display_name;
  view.roles = list_of(who.principal.roles);
  view.permissions = permissions_of(who.principal.roles);
  view.must_change_password = who.must_change_password;
  if (!who.csrf_token.empty()) view.csrf_token = who.csrf_token;
  view.expires_at = who.expires_at;
  return view;
}

// A login that does not exist is answered like one that does: the same work, the same lock.
bool Identity::unknown_locked(const std::string& login) {
  const std::lock_guard lock(unknown_mutex_);
  const auto at = unknown_.find(login);
  return at != unknown_.end() && at->second.locked_until > store_.now();
}

Error Identity::refuse_unknown(const std::string& login) {
  const auto written = store_.db.write([&](db::Tx& tx) {
    return store::append_audit(tx, store_, visitor(),
                               {"session.refuse", kUserObject, 0, {}, R"({"cause":"unknown_login"})"});
  });
  if (!written) return written.error();
  const std::lock_guard lock(unknown_mutex_);
  if (unknown_.size() >= limits::kUnknownLogins && !unknown_.contains(login)) unknown_.clear();
  Failures& failures = unknown_[login];
  if (++failures.count >= kLoginFailuresAllowed) failures = {0, store_.now() + kLockOut};
  return bad_credentials();
}

Error Identity::refuse_password(const User& seen) {
  const auto written = store_.db.write([&](db::Tx& tx) -> Result<> {
    const auto user = YZ_TRY(tx.one(q::user_take, user_of, seen.id));
    if (!user) return fail(ErrorCode::kNotFound, "no such user");
    const bool lock = user->failed_logins + 1 >= kLoginFailuresAllowed;
    YZ_TRY(tx.run(q::user_login_failed, user->id, lock ? int64_t{0} : user->failed_logins + 1,
                  lock ? store_.now() + kLockOut : user->locked_until));
    return store::append_audit(tx, store_, visitor(),
                               {lock ? "user.lock" : "session.refuse",
                                kUserObject,
                                user->id.value,
                                {},
                                R"({"cause":"wrong_password"})"});
  });
  return written ? bad_credentials() : written.error();
}

Result<StartedSession> Identity::start_session(db::Tx& tx, const User& user) const {
  const Time now = store_.now();
  const crypto::Token token = crypto::make_token();
  Authenticated who;
  who.principal = {store::ActorKind::kUser, user.id.value, user.login, user.roles};
  who.display_name = user.display_name;
  who.csrf_token = crypto::make_token().text;
  who.must_change_password = user.must_change_password;
  who.created_at = now;
  who.expires_at = now + kSessionLife;
  who.token_hash = token.hash;
  YZ_TRY(tx.run(q::session_purge, now, now - kSessionIdle));
  YZ_TRY(tx.run(q::session_delete_oldest, user.id, limits::kSessionsPerUser - 1));
  YZ_TRY(tx.run(q::session_insert, token.hash, user.id, who.csrf_token, now, who.expires_at));
  YZ_CHECK(store::append_audit(tx, store_, who.principal.actor(),
                               {"session.start", kUserObject, user.id.value, {}, "{}"}));
  return StartedSession{token.text, describe(who)};
}

// The account may have changed while the password was checked: only what was checked counts.
Result<StartedSession> Identity::finish_login(const User& seen, const std::string& fresh_hash) {
  return store_.db.write([&](db::Tx& tx) -> Result<StartedSession> {
    auto user = YZ_TRY(tx.one(q::user_take, user_of, seen.id));
    if (!user || user->password_hash != seen.password_hash) return std::unexpected(bad_credentials());
    if (user->locked_until > store_.now()) return std::unexpected(locked());
    if (user->disabled) return fail(ErrorCode::kForbidden, "the account is disabled");
    YZ_TRY(tx.run(q::user_login_succeeded, user->id, store_.now(),
                  fresh_hash.empty() ? user->password_hash : fresh_hash));
    return start_session(tx, *user);
  });
}

Result<StartedSession> Identity::login(const Login& request) {
  const std::string login = lowered(request.login);
  const auto user = YZ_TRY(user_named(login));
  if (user ? user->locked_until > store_.now() : unknown_locked(login)) return std::unexpected(locked());
  const bool right = crypto::verify_password(user ? user->password_hash : dummy_hash_, request.password);
  if (!user) return std::unexpected(refuse_unknown(login));
  if (!right) return std::unexpected(refuse_password(*user));
  std::string fresh_hash;
  if (crypto::needs_rehash(user->password_hash, cost_))
    fresh_hash = YZ_TRY(crypto::hash_password(request.password, cost_));
  return finish_login(*user, fresh_hash);
}

Result<StartedSession> Identity::change_password(const Authenticated& who, const ChangePassword& request) {
  if (who.principal.kind != store::ActorKind::kUser)
    return fail(ErrorCode::kForbidden, "an API key has no password");
  const auto user = YZ_TRY(user_named(who.principal.name));
  if (!user) return fail(ErrorCode::kUnauthenticated, "the session has ended");
  if (user->locked_until > store_.now()) return std::unexpected(locked());
  if (!crypto::verify_password(user->password_hash, request.current_password)) {
    Error error = refuse_password(*user);
    if (error.code == ErrorCode::kBadCredentials) error.field = "/current_password";
    return std::unexpected(std::move(error));
  }
  if (auto good = crypto::check_password_policy(request.new_password, user->login); !good)
    return fail(good.error().code, good.error().message, std::string(kNewPasswordField));
  if (request.new_password == request.current_password)
    return fail(ErrorCode::kInvalidArgument, "the new password is the old one",
                std::string(kNewPasswordField));
  const std::string hash = YZ_TRY(crypto::hash_password(request.new_password, cost_));
  auto started = store_.db.write([&](db::Tx& tx) -> Result<StartedSession> {
    auto now_user = YZ_TRY(tx.one(q::user_take, user_of, user->id));
    if (!now_user || now_user->disabled || now_user->password_hash != user->password_hash)
      return fail(ErrorCode::kUnauthenticated, "the account was changed meanwhile");
    YZ_TRY(tx.run(q::user_set_password, user->id, hash, int64_t{0}, store_.now()));
    YZ_TRY(tx.run(q::session_delete_user, user->id));
    YZ_CHECK(store::append_audit(tx, store_, who.principal.actor(),
                                 {"user.change_password", kUserObject, user->id.value, {}, "{}"}));
    now_user->must_change_password = false;
    return start_session(tx, *now_user);
  });
  if (started) authentication_.forget(store::ActorKind::kUser, user->id.value);
  return started;
}

Result<> Identity::logout(const Authenticated& who) {
  if (who.principal.kind != store::ActorKind::kUser)
    return fail(ErrorCode::kForbidden, "an API key has no session");
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(q::session_delete, who.token_hash));
    return store::append_audit(tx, store_, who.principal.actor(),
                               {"session.end", kUserObject, who.principal.id, {}, "{}"});
  }));
  authentication_.forget(store::ActorKind::kUser, who.principal.id);
  return {};
}

}  // namespace yizhan::service
