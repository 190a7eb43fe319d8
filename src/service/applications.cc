#include "service/applications.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crypto/token.h"
#include "domain/enum_set.h"
#include "engine/route_table.h"
#include "link/access_rate.h"
#include "link/account_sizes.h"
#include "service/audited.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ChannelProtocol;
using domain::MessageClass;

namespace {

// What the login and secret of an account may be to be carried by a protocol.
link::AccountSizes sizes_of(ChannelProtocol protocol) {
  return link::account_sizes(static_cast<codec::Protocol>(protocol));
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

template <class T>
Result<> each_once(const std::vector<T>& values, std::string_view field) {
  std::set<T> seen;
  for (size_t i = 0; i < values.size(); ++i)
    if (!seen.insert(values[i]).second)
      return fail(ErrorCode::kInvalidArgument, "stands twice", fmt::format("/{}/{}", field, i));
  return {};
}

Result<> check_credential(const std::vector<ChannelProtocol>& protocols, std::string_view text,
                          size_t link::AccountSizes::* most, const char* field) {
  if (!is_visible_ascii(text))
    return fail(ErrorCode::kInvalidArgument, "letters, digits and signs of ASCII only", field);
  for (const ChannelProtocol protocol : protocols)
    if (protocol != ChannelProtocol::kHttp && text.size() > sizes_of(protocol).*most)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("at most {} characters for {}", sizes_of(protocol).*most, name_of(protocol)),
                  field);
  return {};
}

Result<> check_spec(const ApplicationSpec& spec) {
  YZ_CHECK(each_once(spec.protocols, "protocols"));
  YZ_CHECK(each_once(spec.message_classes, "message_classes"));
  YZ_CHECK(each_once(spec.contents, "contents"));
  YZ_CHECK(check_credential(spec.protocols, spec.login, &link::AccountSizes::name, "/login"));
  if (spec.secret)
    YZ_CHECK(check_credential(spec.protocols, *spec.secret, &link::AccountSizes::secret, "/secret"));
  for (size_t i = 0; i < spec.allowed_addresses.size(); ++i)
    if (!link::is_address_range(spec.allowed_addresses[i]))
      return fail(ErrorCode::kInvalidArgument, "neither an address nor a range of addresses",
                  fmt::format("/allowed_addresses/{}", i));
  if (spec.channel_id.has_value() == spec.route_id.has_value())
    return fail(ErrorCode::kInvalidArgument, "either a channel or a route", "/channel_id");
  if (!std::ranges::all_of(spec.access_code, [](char c) { return c >= '0' && c <= '9'; }))
    return fail(ErrorCode::kInvalidArgument, "digits only", "/access_code");
  return {};
}

// A secret that stays must do for protocols that are new.
Result<> check_kept_secret(db::Tx& tx, const store::Store& store, ApplicationId id,
                           const std::vector<ChannelProtocol>& protocols) {
  const auto secret = YZ_TRY(tx.one(
      q::application_secret,
      [&](const db::Row& row) {
        return store.cipher.open({store::column::kApplicationSecret, id.value}, row.blob(0));
      },
      id));
  return check_credential(protocols, secret.value_or(""), &link::AccountSizes::secret, "/secret");
}

// The channel, or the first choice of the route.
Result<ChannelId> first_channel(db::Tx& tx, const ApplicationSpec& spec) {
  if (!spec.route_id) {
    if (!YZ_TRY(tx.one(q::channel_form, [](const db::Row&) { return true; }, *spec.channel_id)))
      return fail(ErrorCode::kInvalidArgument, "no such channel", "/channel_id");
    return *spec.channel_id;
  }
  for (const domain::RouteChannel& c : YZ_TRY(engine::load_route_channels(tx, spec.route_id->value)))
    if (c.enabled) return ChannelId{c.channel_id};
  return fail(ErrorCode::kInvalidArgument, "no such route, or none of its channels is in use", "/route_id");
}

// What else it refers to is there and may be given to it.
Result<> check_references(db::Tx& tx, const ApplicationSpec& spec) {
  db::Columns rows;
  for (const ContentId id : spec.contents) rows.row(id);
  if (rows.empty()) return {};
  std::vector<std::string> faults(spec.contents.size(), "no such content");
  YZ_CHECK(tx.bulk_each(q::contents_for_application, rows, [&](const db::Row& row) {
    std::string& fault = faults[static_cast<size_t>(row.i64(0))];
    fault.clear();
    if (row.flag(2)) fault = "a text that the program sends by itself";
    if ((domain::bits_of(spec.message_classes) & domain::class_bit(row.as<MessageClass>(1))) == 0)
      fault = "of a class that the account may not submit";
  }));
  for (size_t i = 0; i < faults.size(); ++i)
    if (!faults[i].empty())
      return fail(ErrorCode::kInvalidArgument, faults[i], fmt::format("/contents/{}", i));
  return {};
}

Result<ApplicationView> map_application(const db::Row& r) {
  ApplicationView v;
  v.id = r.id<ApplicationId>(0);
  v.name = r.string(1);
  v.login = r.string(2);
  v.protocols = YZ_TRY(json::decode<std::vector<ChannelProtocol>>(r.text(3)));
  v.allowed_addresses = YZ_TRY(json::decode<std::vector<std::string>>(r.text(4)));
  v.message_classes = domain::values_in<MessageClass>(r.i64(5));
  v.access_code = r.string(6);
  if (r.i64(17) == 0)
    v.channel_id = r.id<ChannelId>(7);
  else
    v.route_id = r.id<RouteId>(17);
  v.segments_per_second = r.i64(8);
  v.window = r.i64(9);
  v.max_sessions = r.i64(10);
  v.use = r.flag(11) ? ApplicationUse::kEnabled : ApplicationUse::kDisabled;
  if (r.i64(12) != 0) v.state.last_login_at = r.time(12);
  v.created_by = r.id<UserId>(13);
  v.created_at = r.time(14);
  v.updated_at = r.time(15);
  v.version = r.i64(16);
  return v;
}

// What lies in other tables.
Result<> complete(db::Tx& tx, ApplicationView& view) {
  YZ_CHECK(tx.each(
      q::application_contents, [&](const db::Row& row) { view.contents.push_back(row.id<ContentId>(0)); },
      view.id));
  view.state.deliveries_waiting = YZ_TRY(tx.number(q::application_deliveries_waiting, view.id));
  return {};
}

Result<ApplicationView> load(db::Tx& tx, ApplicationId id) {
  auto view = YZ_TRY(tx.one(q::application_load, map_application, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such application");
  YZ_CHECK(complete(tx, *view));
  return *std::move(view);
}

Result<> version_conflict(const ApplicationView& view) {
  return fail(ErrorCode::kVersionConflict,
              fmt::format("someone else was quicker; the current version is {}", view.version), "version");
}

Result<ApplicationView> load_seen(db::Tx& tx, ApplicationId id, std::optional<int64_t> version) {
  ApplicationView view = YZ_TRY(load(tx, id));
  if (version && *version != view.version) return std::unexpected(version_conflict(view).error());
  return view;
}

Result<> put_contents(db::Tx& tx, ApplicationId id, const std::vector<ContentId>& contents) {
  YZ_TRY(tx.run(q::application_contents_delete, id));
  db::Columns rows;
  for (const ContentId content : contents) rows.row(id, content);
  if (!rows.empty()) YZ_TRY(tx.bulk(q::application_content_insert, rows));
  return {};
}

Bytes sealed_secret(const store::Store& store, ApplicationId id, std::string_view secret) {
  return store.cipher.seal({store::column::kApplicationSecret, id.value}, secret);
}

// Of a spec or a view.
json::Object terms_of(const auto& of) {
  json::Object terms{{"protocols", json::to_value(of.protocols)},
                     {"message_classes", json::to_value(of.message_classes)},
                     {"contents", json::to_value(of.contents)},
                     {"allowed_addresses", json::to_value(of.allowed_addresses)}};
  if (of.channel_id) terms["channel_id"] = to_string(*of.channel_id);
  if (of.route_id) terms["route_id"] = to_string(*of.route_id);
  return terms;
}

Result<ApplicationView> taken(Result<ApplicationView> result) {
  if (result || result.error().code != ErrorCode::kConflict) return result;
  for (const std::string_view column : {"login", "name"})
    if (result.error().field.contains(column))
      return fail(ErrorCode::kConflict, fmt::format("an application has this {} already", column),
                  fmt::format("/{}", column));
  return result;
}

}  // namespace

Result<ApplicationView> Applications::with_sessions(Result<ApplicationView> view) const {
  if (view && hooks_.sessions) view->state.sessions = hooks_.sessions(view->id);
  return view;
}

Result<ApplicationView> Applications::changed(Result<ApplicationView> view, Sessions sessions) const {
  if (view && hooks_.changed) hooks_.changed(view->id, sessions);
  return with_sessions(std::move(view));
}

Result<ApplicationView> Applications::create(const Principal& who, const ApplicationSpec& spec) {
  YZ_CHECK(check_spec(spec));
  // Who only calls the API logs in nowhere: its secret is one that nobody has.
  const bool logs_in = spec.protocols != std::vector{ChannelProtocol::kHttp};
  if (!spec.secret && logs_in) return fail(ErrorCode::kInvalidArgument, "is required", "/secret");
  const std::string secret = spec.secret ? *spec.secret : crypto::make_token().text;
  auto created = taken(store_.db.write([&](db::Tx& tx) -> Result<ApplicationView> {
    const ChannelId channel = YZ_TRY(first_channel(tx, spec));
    YZ_CHECK(check_references(tx, spec));
    const auto id = store_.ids.make<ApplicationId>();
    YZ_TRY(tx.run(q::application_insert, id, spec.name, spec.login, sealed_secret(store_, id, secret),
                  json::encode(spec.protocols), json::encode(spec.allowed_addresses),
                  domain::bits_of(spec.message_classes), spec.access_code, channel, spec.segments_per_second,
                  spec.window, spec.max_sessions, who.person(), store_.now(),
                  spec.route_id.value_or(RouteId{})));
    YZ_CHECK(put_contents(tx, id, spec.contents));
    YZ_CHECK(audit(tx, store_, who, "application.create", id,
                   {{"name", spec.name}, {"login", spec.login}, {"terms", terms_of(spec)}}));
    return load(tx, id);
  }));
  return changed(std::move(created), Sessions::kStay);
}

Result<ApplicationView> Applications::update(const Principal& who, ApplicationId id,
                                             std::optional<int64_t> version, const ApplicationSpec& spec) {
  YZ_CHECK(check_spec(spec));
  auto sessions = Sessions::kStay;
  auto updated = taken(store_.db.write([&](db::Tx& tx) -> Result<ApplicationView> {
    const ApplicationView before = YZ_TRY(load_seen(tx, id, version));
    const ChannelId channel = YZ_TRY(first_channel(tx, spec));
    YZ_CHECK(check_references(tx, spec));
    if (!spec.secret) YZ_CHECK(check_kept_secret(tx, store_, id, spec.protocols));
    if (YZ_TRY(tx.run(q::application_update, id, spec.name, spec.login, json::encode(spec.protocols),
                      json::encode(spec.allowed_addresses), domain::bits_of(spec.message_classes),
                      spec.access_code, channel, spec.segments_per_second, spec.window, spec.max_sessions,
                      store_.now(), before.version, spec.route_id.value_or(RouteId{}))) != 1)
      return std::unexpected(version_conflict(before).error());
    if (spec.secret) YZ_TRY(tx.run(q::application_set_secret, id, sealed_secret(store_, id, *spec.secret)));
    if (spec.secret || spec.login != before.login || spec.protocols != before.protocols ||
        spec.allowed_addresses != before.allowed_addresses)
      sessions = Sessions::kEnd;
    YZ_CHECK(put_contents(tx, id, spec.contents));
    YZ_CHECK(audit(tx, store_, who, "application.update", id,
                   {{"name", spec.name},
                    {"login", spec.login},
                    {"secret", spec.secret ? "changed" : "kept"},
                    {"terms_before", terms_of(before)},
                    {"terms", terms_of(spec)}}));
    return load(tx, id);
  }));
  return changed(std::move(updated), sessions);
}

Result<ApplicationView> Applications::get(ApplicationId id) {
  return with_sessions(store_.db.read([&](db::Tx& tx) { return load(tx, id); }));
}

Result<ApplicationPage> Applications::list(const ListApplications& request) {
  auto page = store_.db.read([&](db::Tx& tx) -> Result<ApplicationPage> {
    ApplicationPage out;
    YZ_CHECK(tx.each(
        q::application_list,
        [&](const db::Row& r) -> Result<> {
          out.items.push_back(YZ_TRY(map_application(r)));
          return {};
        },
        request.after.value_or(ApplicationId{}), request.limit + 1));
    if (std::ssize(out.items) > request.limit) {
      out.items.pop_back();
      out.next_after = to_string(out.items.back().id);
    }
    for (ApplicationView& view : out.items) YZ_CHECK(complete(tx, view));
    return out;
  });
  if (page && hooks_.sessions)
    for (ApplicationView& view : page->items) view.state.sessions = hooks_.sessions(view.id);
  return page;
}

Result<ApplicationView> Applications::set_use(const Principal& who, ApplicationId id,
                                              std::optional<int64_t> version, ApplicationUse use) {
  const bool enable = use == ApplicationUse::kEnabled;
  auto set = store_.db.write([&](db::Tx& tx) -> Result<ApplicationView> {
    ApplicationView before = YZ_TRY(load_seen(tx, id, version));
    if (before.use == use) return before;
    if (YZ_TRY(tx.run(q::application_set_enabled, id, enable ? 1 : 0, store_.now(), before.version)) != 1)
      return std::unexpected(version_conflict(before).error());
    YZ_CHECK(audit(tx, store_, who, enable ? "application.enable" : "application.disable", id));
    return load(tx, id);
  });
  return changed(std::move(set), enable ? Sessions::kStay : Sessions::kEnd);
}

Result<ApplicationView> Applications::enable(const Principal& who, ApplicationId id,
                                             std::optional<int64_t> version) {
  return set_use(who, id, version, ApplicationUse::kEnabled);
}

Result<ApplicationView> Applications::disable(const Principal& who, ApplicationId id,
                                              std::optional<int64_t> version) {
  return set_use(who, id, version, ApplicationUse::kDisabled);
}

Result<std::vector<std::pair<std::string, link::AccessAccount>>> Applications::accounts() const {
  return store_.db.read([&](db::Tx& tx) -> Result<std::vector<std::pair<std::string, link::AccessAccount>>> {
    std::vector<std::pair<std::string, link::AccessAccount>> all;
    YZ_CHECK(tx.each(q::application_logins, [&](const db::Row& r) -> Result<> {
      link::AccessAccount account;
      account.id = r.i64(0);
      account.name = r.string(1);
      account.secret = YZ_TRY(store_.cipher.open({store::column::kApplicationSecret, account.id}, r.blob(3)));
      for (const ChannelProtocol p : YZ_TRY(json::decode<std::vector<ChannelProtocol>>(r.text(4))))
        if (p != ChannelProtocol::kHttp) account.protocols.push_back(static_cast<codec::Protocol>(p));
      if (account.protocols.empty()) return {};  // it calls the API; here it has no account
      account.allowed_addresses = YZ_TRY(json::decode<std::vector<std::string>>(r.text(5)));
      account.segments_per_second = static_cast<uint32_t>(r.i64(6));
      account.window = static_cast<uint32_t>(r.i64(7));
      account.max_sessions = static_cast<uint32_t>(r.i64(8));
      account.enabled = r.flag(9);
      all.emplace_back(r.string(2), std::move(account));
      return {};
    }));
    return all;
  });
}

}  // namespace yizhan::service
