#include "service/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/enum_set.h"
#include "domain/route.h"
#include "engine/route_table.h"
#include "service/audited.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

RouteView map_route(const db::Row& r) {
  RouteView v;
  v.id = r.id<RouteId>(0);
  v.name = r.string(1);
  v.created_by = r.id<UserId>(2);
  v.created_at = r.time(3);
  v.updated_at = r.time(4);
  v.version = r.i64(5);
  return v;
}

Result<> add_channels(db::Tx& tx, RouteView& view) {
  for (const domain::RouteChannel& c : YZ_TRY(engine::load_route_channels(tx, view.id.value)))
    view.channels.push_back({.channel_id = ChannelId{c.channel_id},
                             .carriers = domain::values_in<domain::Carrier>(c.carriers),
                             .message_classes = domain::values_in<domain::MessageClass>(c.message_classes),
                             .cost_millifen = c.cost,
                             .weight = c.weight,
                             .tier = c.tier,
                             .use = c.enabled ? RouteUse::kEnabled : RouteUse::kDisabled});
  return {};
}

Result<RouteView> load_route(db::Tx& tx, RouteId id) {
  auto view = YZ_TRY(tx.one(q::route_load, map_route, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such route");
  YZ_CHECK(add_channels(tx, *view));
  return *std::move(view);
}

Result<RouteView> load_seen(db::Tx& tx, RouteId id, std::optional<int64_t> version) {
  RouteView view = YZ_TRY(load_route(tx, id));
  if (version && *version != view.version)
    return fail(ErrorCode::kVersionConflict,
                fmt::format("someone else was quicker; the current version is {}", view.version), "version");
  return view;
}

Result<> check(db::Tx& tx, const RouteSpec& spec) {
  if (spec.channels.empty()) return fail(ErrorCode::kInvalidArgument, "a route needs a channel", "/channels");
  std::set<int64_t> seen;
  for (size_t i = 0; i < spec.channels.size(); ++i) {
    const RouteChannelSpec& c = spec.channels[i];
    const std::string at = fmt::format("/channels/{}/", i);
    if (!YZ_TRY(tx.one(q::channel_form, [](const db::Row&) { return true; }, c.channel_id)))
      return fail(ErrorCode::kInvalidArgument, "no such channel", at + "channel_id");
    if (!seen.insert(c.channel_id.value).second)
      return fail(ErrorCode::kInvalidArgument, "is named twice", at + "channel_id");
    if (c.carriers.empty()) return fail(ErrorCode::kInvalidArgument, "carries no number", at + "carriers");
    if (c.message_classes.empty())
      return fail(ErrorCode::kInvalidArgument, "carries no class", at + "message_classes");
  }
  return {};
}

Result<> write_channels(db::Tx& tx, RouteId id, const RouteSpec& spec) {
  YZ_TRY(tx.run(q::route_channels_delete, id));
  db::Columns rows;
  for (const RouteChannelSpec& c : spec.channels)
    rows.row(id.value, c.channel_id.value, domain::bits_of(c.carriers), domain::bits_of(c.message_classes),
             c.cost_millifen, c.weight, c.tier, int64_t{c.use == RouteUse::kEnabled});
  YZ_TRY(tx.bulk(q::route_channel_insert, rows));
  return {};
}

Result<RouteView> name_taken(Result<RouteView> result) {
  if (!result && result.error().code == ErrorCode::kConflict && result.error().field.contains("name"))
    return fail(ErrorCode::kConflict, "a route has this name already", "/name");
  return result;
}

bool asks_again(domain::CodeAction action) {
  using enum domain::CodeAction;
  return action == kRetry || action == kRetryLate || action == kDelay || action == kOtherChannel ||
         action == kRefreshCarrier;
}

}  // namespace

Result<RouteView> Routes::create(const Principal& who, const RouteSpec& spec) {
  auto view = name_taken(store_.db.write([&](db::Tx& tx) -> Result<RouteView> {
    YZ_CHECK(check(tx, spec));
    const auto id = store_.ids.make<RouteId>();
    YZ_TRY(tx.run(q::route_insert, id, spec.name, who.person(), store_.now()));
    YZ_CHECK(write_channels(tx, id, spec));
    YZ_CHECK(audit(tx, store_, who, "route.create", id, json::to_value(spec).as_object()));
    return load_route(tx, id);
  }));
  if (view) engine_.wake();
  return view;
}

Result<RouteView> Routes::update(const Principal& who, RouteId id, std::optional<int64_t> version,
                                 const RouteSpec& spec) {
  auto view = name_taken(store_.db.write([&](db::Tx& tx) -> Result<RouteView> {
    const RouteView before = YZ_TRY(load_seen(tx, id, version));
    YZ_CHECK(check(tx, spec));
    if (YZ_TRY(tx.run(q::route_update, id, spec.name, store_.now(), before.version)) != 1)
      return fail(ErrorCode::kVersionConflict, "someone else was quicker", "version");
    YZ_CHECK(write_channels(tx, id, spec));
    const RouteSpec was{before.name, before.channels};
    YZ_CHECK(audit(tx, store_, who, "route.update", id,
                   {{"before", json::to_value(was)}, {"after", json::to_value(spec)}}));
    return load_route(tx, id);
  }));
  if (view) engine_.wake();
  return view;
}

Result<RouteView> Routes::get(RouteId id) {
  return store_.db.read([&](db::Tx& tx) { return load_route(tx, id); });
}

Result<RoutePage> Routes::list(const ListRoutes& request) {
  return store_.db.read([&](db::Tx& tx) -> Result<RoutePage> {
    RoutePage page;
    YZ_CHECK(tx.each(
        q::route_list, [&](const db::Row& r) { page.items.push_back(map_route(r)); },
        request.after.value_or(RouteId{}), request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = page.items.back().id;
    }
    for (RouteView& view : page.items) YZ_CHECK(add_channels(tx, view));
    return page;
  });
}

Result<> Routes::remove(const Principal& who, RouteId id, std::optional<int64_t> version) {
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    const RouteView view = YZ_TRY(load_seen(tx, id, version));
    if (YZ_TRY(tx.number(q::route_in_use, id)) != 0)
      return fail(ErrorCode::kConflict, "a campaign that is not over goes by this route");
    if (YZ_TRY(tx.number(q::route_applications, id)) != 0)
      return fail(ErrorCode::kConflict, "an application's messages go by this route");
    YZ_TRY(tx.run(q::route_channels_delete, id));
    if (YZ_TRY(tx.run(q::route_delete, id, view.version)) != 1)
      return fail(ErrorCode::kVersionConflict, "someone else was quicker", "version");
    return audit(tx, store_, who, "route.remove", id);
  });
}

Result<RetryRules> Routes::retry_rules() {
  return store_.db.read([&](db::Tx& tx) -> Result<RetryRules> {
    RetryRules rules;
    YZ_CHECK(tx.each(q::retry_rules, [&](const db::Row& r) {
      rules.items.push_back({r.as<domain::MessageClass>(0), r.as<domain::CodeAction>(1), r.i64(2), r.i64(3)});
    }));
    return rules;
  });
}

Result<RetryRuleView> Routes::put_retry_rule(const Principal& who, const RetryRuleView& rule) {
  if (!asks_again(rule.action))
    return fail(ErrorCode::kInvalidArgument, "does not ask for another attempt", "/action");
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(q::retry_rule_put, rule.message_class, rule.action, rule.times, rule.pause_seconds));
    return store::append_audit(tx, store_, who.actor(),
                               {.action = "retry_rule.put",
                                .object_type = "retry_rule",
                                .object_id = 0,
                                .detail = json::encode(rule)});
  }));
  YZ_CHECK(engine_.reload_channels());
  return rule;
}

}  // namespace yizhan::service
