#include <algorithm>

#include "service/identity.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

using domain::Role;
using domain::Roles;

constexpr std::string_view kUser = "user";
constexpr std::string_view kFirstLogin = "admin";
constexpr std::string_view kTaken = "the login is taken";

json::Array names_of(Roles roles) {
  json::Array names;
  for (const Role role : list_of(roles)) names.emplace_back(name_of(role));
  return names;
}

// Lower case, or kInvalidArgument.
Result<std::string> normalised_login(std::string_view given) {
  std::string login(given);
  for (char& c : login)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool good = login.size() >= 2 && login.size() <= limits::kLoginCharacters && plain(login.front()) &&
                    std::ranges::all_of(login, [&](char c) {
                      return plain(c) || c == '.' || c == '_' || c == '-' || c == '@';
                    });
  if (!good)
    return fail(ErrorCode::kInvalidArgument,
                "a login has 2 to 64 letters, digits and . _ - @ and begins with a letter or digit",
                "/login");
  return login;
}

// Roles that one holder may not have together.
Result<> check_together(Roles roles) {
  if (roles.bits == 0) return fail(ErrorCode::kInvalidArgument, "at least one role is needed", "/roles");
  if (roles.has(Role::kMarketing) && roles.has(Role::kCompliance))
    return fail(ErrorCode::kSeparationOfDuties,
                "who writes content may not review it: marketing and compliance", "/roles");
  const Roles departments = Roles{}
                                .with(Role::kMarketing)
                                .with(Role::kTechnology)
                                .with(Role::kCustomerService)
                                .with(Role::kCompliance);
  if (roles.has(Role::kAdministrator) && (roles.bits & departments.bits) != 0)
    return fail(ErrorCode::kSeparationOfDuties,
                "who administers (and makes API keys) works in no department: administrator and any other",
                "/roles");
  if (roles.has(Role::kAdministrator) && roles.has(Role::kAuditor))
    return fail(ErrorCode::kSeparationOfDuties, "who administers is not his own auditor", "/roles");
  return {};
}

Result<> check_own_roles(const Principal& by, UserId id, Roles before, Roles after) {
  const bool own = by.kind == store::ActorKind::kUser && by.id == id.value;
  if (own && (after.bits & ~before.bits) != 0)
    return fail(ErrorCode::kSeparationOfDuties, "nobody gives himself a role", "/roles");
  return {};
}

}  // namespace

Roles roles_of(const std::vector<Role>& list) {
  Roles roles;
  for (const Role role : list) roles = roles.with(role);
  return roles;
}

std::vector<Role> list_of(Roles roles) {
  std::vector<Role> list;
  for (const Role role : values_of(Role{}))
    if (roles.has(role)) list.push_back(role);
  return list;
}

Result<std::unique_ptr<Identity>> Identity::create(const store::Store& store, crypto::PasswordCost cost) {
  auto dummy = YZ_TRY(crypto::hash_password(crypto::make_one_time_password(), cost));
  return std::unique_ptr<Identity>(new Identity(store, cost, std::move(dummy)));
}

Identity::User Identity::user_of(const db::Row& row) {
  return {row.id<UserId>(0), row.string(1), row.string(2), Roles{row.i64(3)}, row.string(4),
          row.flag(5),       row.flag(6),   row.i64(7),    row.time(8),       row.time(9),
          row.time(10),      row.time(11),  row.i64(12)};
}

UserView Identity::view_of(const User& user) const {
  UserView view;
  view.id = user.id;
  view.login = user.login;
  view.display_name = user.display_name;
  view.roles = list_of(user.roles);
  view.disabled = user.disabled;
  view.must_change_password = user.must_change_password;
  if (user.locked_until > store_.now()) view.locked_until = user.locked_until;
  if (user.last_login_at) view.last_login_at = user.last_login_at;
  view.created_at = user.created_at;
  view.updated_at = user.updated_at;
  view.version = user.version;
  return view;
}

Result<std::optional<Identity::User>> Identity::user_named(std::string_view login) const {
  return store_.db.read([&](db::Tx& tx) { return tx.one(q::user_by_login, user_of, login); });
}

Result<Identity::User> Identity::take_user(db::Tx& tx, UserId id, std::optional<int64_t> version) const {
  auto user = YZ_TRY(tx.one(q::user_take, user_of, id));
  if (!user) return fail(ErrorCode::kNotFound, "no such user");
  if (version && user->version != *version)
    return fail(ErrorCode::kVersionConflict,
                "the user was changed meanwhile; its version is " + std::to_string(user->version), "version");
  return std::move(*user);
}

Result<UserView> Identity::insert_user(db::Tx& tx, const Principal& by, const CreateUser& request,
                                       std::string_view password_hash) const {
  if (YZ_TRY(tx.one(q::user_by_login, user_of, request.login)))
    return fail(ErrorCode::kConflict, std::string(kTaken), "/login");
  const UserId id = store_.ids.make<UserId>();
  const Roles roles = roles_of(request.roles);
  YZ_TRY(tx.run(q::user_insert, id, request.login, request.display_name, roles.bits, password_hash,
                store_.now()));
  const json::Object detail{{"login", request.login}, {"roles", names_of(roles)}};
  YZ_CHECK(store::append_audit(tx, store_, by.actor(),
                               {"user.create", kUser, id.value, {}, json::serialize(detail)}));
  const auto user = YZ_TRY(tx.one(q::user_by_id, user_of, id));
  if (!user) return fail(ErrorCode::kInternal, "the new user is not there");
  return view_of(*user);
}

Result<UserWithPassword> Identity::create_user(const Principal& by, const CreateUser& request) {
  CreateUser wanted = request;
  wanted.login = YZ_TRY(normalised_login(request.login));
  YZ_CHECK(check_together(roles_of(request.roles)));
  UserWithPassword made;
  made.one_time_password = crypto::make_one_time_password();
  const std::string hash = YZ_TRY(crypto::hash_password(made.one_time_password, cost_));
  auto view = store_.db.write([&](db::Tx& tx) { return insert_user(tx, by, wanted, hash); });
  // Another node was quicker.
  if (!view && view.error().code == ErrorCode::kConflict)
    return fail(ErrorCode::kConflict, std::string(kTaken), "/login");
  made.user = YZ_TRY(std::move(view));
  return made;
}

Result<UserPage> Identity::list_users(const ListUsers& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<UserPage> {
    UserPage page;
    // One more than asked for tells whether there is a next page.
    YZ_CHECK(tx.each(
        q::user_list, [&](const db::Row& row) { page.items.push_back(view_of(user_of(row))); },
        request.after.value_or(UserId{}), request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = page.items.back().id;
    }
    return page;
  });
}

Result<UserView> Identity::get_user(UserId id) const {
  return store_.db.read([&](db::Tx& tx) -> Result<UserView> {
    const auto user = YZ_TRY(tx.one(q::user_by_id, user_of, id));
    if (!user) return fail(ErrorCode::kNotFound, "no such user");
    return view_of(*user);
  });
}

Result<UserView> Identity::find_user(std::string_view login) const {
  const auto user = YZ_TRY(user_named(YZ_TRY(normalised_login(login))));
  if (!user) return fail(ErrorCode::kNotFound, "no such user");
  return view_of(*user);
}

// One enabled administrator must be left, or nobody could ever change a right again.
Result<> Identity::keep_an_administrator(db::Tx& tx, const User& user, Roles roles, bool disabled) const {
  const bool was = user.roles.has(Role::kAdministrator) && !user.disabled;
  const bool stays = roles.has(Role::kAdministrator) && !disabled;
  if (!was || stays) return {};
  int64_t others = 0;
  YZ_CHECK(tx.each(
      q::administrators_take, [&](const db::Row& row) { others += row.id<UserId>(0) != user.id ? 1 : 0; },
      Roles{}.with(Role::kAdministrator).bits));
  if (others == 0)
    return fail(ErrorCode::kSeparationOfDuties,
                "the last enabled administrator can be neither disabled nor lose the role",
                disabled ? "/disabled" : "/roles");
  return {};
}

Result<> Identity::apply(db::Tx& tx, const Principal& by, const User& before, const User& after) const {
  const bool rights = before.roles.bits != after.roles.bits || before.disabled != after.disabled;
  YZ_TRY(tx.run(q::user_update, after.id, after.display_name, after.roles.bits, int64_t{after.disabled},
                store_.now()));
  if (rights) YZ_TRY(tx.run(q::session_delete_user, after.id));
  json::Object detail;
  if (before.display_name != after.display_name) detail["display_name"] = "changed";
  if (before.roles.bits != after.roles.bits)
    detail["roles"] = {{"before", names_of(before.roles)}, {"after", names_of(after.roles)}};
  if (before.disabled != after.disabled) detail["disabled"] = after.disabled;
  return store::append_audit(tx, store_, by.actor(),
                             {"user.change", kUser, after.id.value, {}, json::serialize(detail)});
}

Result<UserView> Identity::change_user(const Principal& by, UserId id, std::optional<int64_t> version,
                                       const ChangeUser& request) {
  auto view = store_.db.write([&](db::Tx& tx) -> Result<UserView> {
    const User before = YZ_TRY(take_user(tx, id, version));
    User after = before;
    if (request.display_name) after.display_name = *request.display_name;
    if (request.roles) after.roles = roles_of(*request.roles);
    if (request.disabled) after.disabled = *request.disabled;
    YZ_CHECK(check_together(after.roles));
    YZ_CHECK(check_own_roles(by, id, before.roles, after.roles));
    YZ_CHECK(keep_an_administrator(tx, before, after.roles, after.disabled));
    YZ_CHECK(apply(tx, by, before, after));
    return view_of(YZ_TRY(take_user(tx, id, std::nullopt)));
  });
  if (view) authentication_.forget(store::ActorKind::kUser, id.value);
  return view;
}

Result<UserWithPassword> Identity::reset_password(const Principal& by, UserId id,
                                                  std::optional<int64_t> version) {
  // Who has another's open session must not come by a password that way.
  if (by.kind == store::ActorKind::kUser && by.id == id.value)
    return fail(ErrorCode::kForbidden, "change your own password instead");
  UserWithPassword out;
  out.one_time_password = crypto::make_one_time_password();
  const std::string hash = YZ_TRY(crypto::hash_password(out.one_time_password, cost_));
  out.user = YZ_TRY(store_.db.write([&](db::Tx& tx) -> Result<UserView> {
    YZ_TRY(take_user(tx, id, version));
    YZ_TRY(tx.run(q::user_set_password, id, hash, int64_t{1}, store_.now()));
    YZ_TRY(tx.run(q::session_delete_user, id));
    YZ_CHECK(store::append_audit(tx, store_, by.actor(), {"user.reset_password", kUser, id.value, {}, "{}"}));
    return view_of(YZ_TRY(take_user(tx, id, std::nullopt)));
  }));
  authentication_.forget(store::ActorKind::kUser, id.value);
  return out;
}

Result<std::optional<UserWithPassword>> Identity::first_run() {
  using Made = std::optional<UserWithPassword>;
  const auto any = [](db::Tx& tx) { return tx.number(q::user_any); };
  if (YZ_TRY(store_.db.read(any)) != 0) return Made();
  UserWithPassword made;
  made.one_time_password = crypto::make_one_time_password();
  const std::string hash = YZ_TRY(crypto::hash_password(made.one_time_password, cost_));
  const CreateUser request{std::string(kFirstLogin), "Administrator", {Role::kAdministrator}};
  return store_.db.write([&](db::Tx& tx) -> Result<Made> {
    if (YZ_TRY(any(tx)) != 0) return Made();
    made.user = YZ_TRY(insert_user(tx, system_principal(), request, hash));
    return Made(made);
  });
}

}  // namespace yizhan::service
