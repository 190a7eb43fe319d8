#include "service/identity.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

using domain::Role;
using domain::Roles;

ApiKeyView api_key_of(const db::Row& row) {
  ApiKeyView view;
  view.id = row.id<ApiKeyId>(0);
  view.name = row.string(1);
  view.roles = list_of(Roles{row.i64(2)});
  view.created_by = row.id<UserId>(3);
  view.created_at = row.time(4);
  view.expires_at = row.time(5);
  if (const Time at = row.time(6)) view.revoked_at = at;
  if (const Time at = row.time(7)) view.last_used_at = at;
  return view;
}

Result<ApiKeyView> key_by_id(db::Tx& tx, ApiKeyId id) {
  auto view = YZ_TRY(tx.one(q::api_key_get, api_key_of, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such API key");
  return std::move(*view);
}

Result<> check(const Principal& by, const CreateApiKey& request, Time now) {
  if (by.kind != store::ActorKind::kUser)
    return fail(ErrorCode::kForbidden, "an API key is made by a person, who answers for it");
  const Roles roles = roles_of(request.roles);
  if (roles.bits == 0) return fail(ErrorCode::kInvalidArgument, "at least one role is needed", "/roles");
  if (roles.has(Role::kCompliance) || roles.has(Role::kAdministrator))
    return fail(ErrorCode::kSeparationOfDuties, "a program reviews nothing and administers no one", "/roles");
  if (request.expires_at <= now || request.expires_at > now + kApiKeyLongestLife)
    return fail(ErrorCode::kInvalidArgument, "must be in the future, at most 366 days ahead", "/expires_at");
  return {};
}

}  // namespace

Result<ApiKeyWithToken> Identity::create_api_key(const Principal& by, const CreateApiKey& request) {
  const Time now = store_.now();
  YZ_CHECK(check(by, request, now));
  ApiKeyWithToken made;
  made.token = std::string(kApiKeyPrefix) + crypto::make_token().text;
  auto view = store_.db.write([&](db::Tx& tx) -> Result<ApiKeyView> {
    if (YZ_TRY(tx.one(q::api_key_by_name, [](const db::Row& row) { return row.i64(0); }, request.name)))
      return fail(ErrorCode::kConflict, "the name is taken", "/name");
    const ApiKeyId id = store_.ids.make<ApiKeyId>();
    const Roles roles = roles_of(request.roles);
    YZ_TRY(tx.run(q::api_key_insert, id, request.name, crypto::hash_token(made.token), roles.bits, by.id, now,
                  request.expires_at));
    json::Array names;
    for (const Role role : list_of(roles)) names.emplace_back(name_of(role));
    const json::Object detail{
        {"name", request.name}, {"roles", std::move(names)}, {"expires_at", to_rfc3339(request.expires_at)}};
    YZ_CHECK(store::append_audit(tx, store_, by.actor(),
                                 {"api_key.create", "api_key", id.value, {}, json::serialize(detail)}));
    return key_by_id(tx, id);
  });
  // Another node was quicker.
  if (!view && view.error().code == ErrorCode::kConflict)
    return fail(ErrorCode::kConflict, "the name is taken", "/name");
  made.api_key = YZ_TRY(std::move(view));
  return made;
}

Result<ApiKeyPage> Identity::list_api_keys(const ListApiKeys& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<ApiKeyPage> {
    ApiKeyPage page;
    YZ_CHECK(tx.each(
        q::api_key_list, [&](const db::Row& row) { page.items.push_back(api_key_of(row)); },
        request.after.value_or(ApiKeyId{}), request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = page.items.back().id;
    }
    return page;
  });
}

Result<ApiKeyView> Identity::revoke_api_key(const Principal& by, ApiKeyId id) {
  auto view = store_.db.write([&](db::Tx& tx) -> Result<ApiKeyView> {
    YZ_CHECK(key_by_id(tx, id));
    if (YZ_TRY(tx.run(q::api_key_revoke, id, store_.now())) == 0)
      return fail(ErrorCode::kWrongState, "the API key is revoked");
    YZ_CHECK(store::append_audit(tx, store_, by.actor(), {"api_key.revoke", "api_key", id.value, {}, "{}"}));
    return key_by_id(tx, id);
  });
  if (view) authentication_.forget(store::ActorKind::kApiKey, id.value);
  return view;
}

}  // namespace yizhan::service
