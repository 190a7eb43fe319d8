#include "service/channels.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "crypto/secret.h"
#include "crypto/token.h"
#include "provider/callback.h"
#include "service/audited.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr const char* kCallbackPath = "/api/v1/carrier_callbacks/";
constexpr char kCursorSeparator = '\x1f';

Result<ChannelView> map_channel(const db::Row& r) {
  ChannelView v;
  v.id = r.id<ChannelId>(0);
  v.name = r.string(1);
  v.provider = r.string(2);
  const auto protocol = domain::parse_name<domain::ChannelProtocol>(r.text(3));
  if (!protocol) return fail(ErrorCode::kCorrupt, "a channel's protocol is unknown", "channel.protocol");
  v.protocol = *protocol;
  v.host = r.string(4);
  v.port = r.i64(5);
  v.system_id = r.string(6);
  v.access_code = r.string(7);
  v.options = YZ_TRY(json::decode<domain::ChannelOptions>(r.text(8)));
  v.use = r.flag(9) ? ChannelUse::kEnabled : ChannelUse::kDisabled;
  v.created_by = r.id<UserId>(10);
  v.created_at = r.time(11);
  v.updated_at = r.time(12);
  v.version = r.i64(13);
  v.requires_filed_signature = r.flag(14);
  return v;
}

Result<ChannelView> load_channel(db::Tx& tx, ChannelId id) {
  auto view = YZ_TRY(tx.one(q::channel_load, map_channel, id));
  if (!view) return fail(ErrorCode::kNotFound, "no such channel");
  return *std::move(view);
}

Result<> channel_conflict(const ChannelView& view) {
  return fail(ErrorCode::kVersionConflict,
              fmt::format("someone else was quicker; the current version is {}", view.version), "version");
}

Result<ChannelView> load_seen(db::Tx& tx, ChannelId id, std::optional<int64_t> version) {
  ChannelView view = YZ_TRY(load_channel(tx, id));
  if (version && *version != view.version) return std::unexpected(channel_conflict(view).error());
  return view;
}

engine::ChannelRow row_of(const ChannelSpec& spec) {
  return {.id = 0,
          .protocol = spec.protocol,
          .name = spec.name,
          .provider = spec.provider,
          .host = spec.host,
          .system_id = spec.system_id,
          .password = spec.password.value_or(""),
          .peer_password = spec.peer_password.value_or(""),
          .access_code = spec.access_code,
          .port = static_cast<uint16_t>(spec.port),
          .options = spec.options};
}

// The option that a field of the link's configuration comes from.
std::string option_name(const std::string& field) {
  if (field == "service_type") return "service_id";
  if (field == "keep_alive_interval") return "enquire_link_ms";
  if (field == "response_timeout") return "response_timeout_ms";
  return field;
}

// Whether what is not given stays as it is stored.
enum class Secrets : uint8_t { kGiven, kKept };

Result<> check_spec(const ChannelSpec& spec, Secrets secrets = Secrets::kGiven) {
  const domain::ChannelOptions& o = spec.options;
  if (o.window_start_minute >= o.window_end_minute)
    return fail(ErrorCode::kInvalidArgument, "the window must end after it starts",
                "/options/window_end_minute");
  if (o.reconnect_min_ms > o.reconnect_max_ms)
    return fail(ErrorCode::kInvalidArgument, "must not be below reconnect_min_ms",
                "/options/reconnect_max_ms");
  engine::ChannelRow row = row_of(spec);
  if (secrets == Secrets::kKept && !spec.peer_password) row.peer_password = "kept";
  auto link = engine::check_link(row);
  if (link) return link;
  Error error = std::move(link).error();
  const bool of_spec = error.field == "host" || error.field == "port" || error.field == "system_id" ||
                       error.field == "password" || error.field == "peer_password";
  error.field = (of_spec ? "/" : "/options/") + option_name(error.field);
  return std::unexpected(std::move(error));
}

Bytes sealed_password(const store::Store& store, ChannelId id, std::string_view password) {
  return store.cipher.seal({store::column::kChannelPassword, id.value}, password);
}
Bytes sealed_peer_password(const store::Store& store, ChannelId id, std::string_view password) {
  return store.cipher.seal({store::column::kChannelPeerPassword, id.value}, password);
}

Result<ChannelView> name_taken(Result<ChannelView> result) {
  if (!result && result.error().code == ErrorCode::kConflict && result.error().field.contains("name"))
    return fail(ErrorCode::kConflict, "a channel has this name already", "/name");
  return result;
}

CarrierCodeView map_code(const db::Row& r) {
  return {r.string(0),
          r.as<domain::Carrier>(1),
          r.as<domain::CodeStage>(2),
          r.string(3),
          r.as<domain::CodeClass>(4),
          r.as<domain::CodeAction>(5),
          r.string(6),
          r.string(7)};
}

std::string cursor_of(const CarrierCodeView& code) {
  return to_hex(
      as_bytes(fmt::format("{0}{1}{2}{1}{3}{1}{4}", code.provider, kCursorSeparator,
                           static_cast<int>(code.carrier), static_cast<int>(code.stage), code.code)));
}

struct CodeCursor {
  std::string provider;
  int64_t carrier = 0, stage = 0;
  std::string code;
};
Result<CodeCursor> parse_cursor(const std::string& text) {
  Bytes raw;
  if (from_hex(text, raw)) {
    const std::string all(raw.begin(), raw.end());
    const size_t first = all.find(kCursorSeparator);
    const size_t second = first == all.npos ? all.npos : all.find(kCursorSeparator, first + 1);
    const size_t third = second == all.npos ? all.npos : all.find(kCursorSeparator, second + 1);
    const auto number = [&](size_t from, size_t to, int64_t& value) {
      return std::from_chars(all.data() + from + 1, all.data() + to, value).ptr == all.data() + to;
    };
    CodeCursor cursor;
    if (third != all.npos && number(first, second, cursor.carrier) && number(second, third, cursor.stage)) {
      cursor.provider = all.substr(0, first);
      cursor.code = all.substr(third + 1);
      return cursor;
    }
  }
  return fail(ErrorCode::kInvalidArgument, "not what next_after gave", "?after");
}

Result<> audit_code(db::Tx& tx, const store::Store& store, const Principal& who, std::string_view action,
                    const CarrierCodeKey& key, const json::Object& more = {}) {
  json::Object detail{{"provider", key.provider},
                      {"carrier", name_of(key.carrier)},
                      {"stage", name_of(key.stage)},
                      {"code", key.code}};
  for (const auto& [name, value] : more) detail[name] = value;
  return store::append_audit(
      tx, store, who.actor(),
      {.action = action, .object_type = "carrier_code", .object_id = 0, .detail = json::serialize(detail)});
}

Result<engine::ChannelRow> stored_row(db::Tx& tx, const store::Store& store, ChannelId id) {
  const auto row = YZ_TRY(tx.one(
      q::channel_to_bind,
      [&](const db::Row& r) -> Result<engine::ChannelRow> { return engine::read_channel(store, r); }, id));
  if (!row) return fail(ErrorCode::kNotFound, "no such channel", "/channel_id");
  return *row;
}

}  // namespace

ChannelLink link_view(const link::LinkStats& s) {
  ChannelLink v;
  v.state = link::link_state_name(s.state);
  v.last_error = s.last_error;
  if (s.bound_since) v.bound_since = s.bound_since;
  v.sessions_bound = static_cast<int64_t>(s.sessions_bound);
  v.queued = static_cast<int64_t>(s.queued);
  v.in_window = static_cast<int64_t>(s.in_window);
  v.submitted = static_cast<int64_t>(s.submitted);
  v.accepted = static_cast<int64_t>(s.accepted);
  v.rejected = static_cast<int64_t>(s.rejected);
  v.throttled = static_cast<int64_t>(s.throttled);
  v.unknown = static_cast<int64_t>(s.unknown);
  v.receipts = static_cast<int64_t>(s.receipts);
  v.reconnects = static_cast<int64_t>(s.reconnects);
  v.segments_per_second = s.segments_per_second;
  v.latency_p50_ms = static_cast<double>(s.latency_p50.us) / 1e3;
  v.latency_p99_ms = static_cast<double>(s.latency_p99.us) / 1e3;
  for (size_t i = 0; i < link::kLanes.size(); ++i)
    v.lanes.push_back({domain::values_of(domain::Lane{})[i], static_cast<int64_t>(s.queued_by_lane[i]),
                       static_cast<int64_t>(s.submitted_by_lane[i])});
  return v;
}

namespace {

void add_status(ChannelView& view, const engine::ChannelStatus& status) {
  view.link = link_view(status.link);
  view.health = ChannelHealthView{status.health.state, status.health.reason, status.health.since};
  const engine::ReceiptQueryView& queries = status.queries;
  if (!queries.on) return;
  view.receipt_queries = ReceiptQueriesView{.asked = static_cast<int64_t>(queries.asked),
                                            .answered = static_cast<int64_t>(queries.answered)};
  if (!queries.refused_until) return;
  view.receipt_queries->refused_until = queries.refused_until;
  view.receipt_queries->refusal = queries.refusal;
}

}  // namespace

Result<ChannelView> Channels::with_link(Result<ChannelView> view) {
  if (!view) return view;
  for (const engine::ChannelStatus& status : engine_.channels())
    if (status.channel_id == view->id.value) add_status(*view, status);
  return view;
}

Result<ChannelView> Channels::create(const Principal& who, const ChannelSpec& spec) {
  YZ_CHECK(check_spec(spec));
  if (!spec.password) return fail(ErrorCode::kInvalidArgument, "is required", "/password");
  auto created = name_taken(store_.db.write([&](db::Tx& tx) -> Result<ChannelView> {
    const auto id = store_.ids.make<ChannelId>();
    YZ_TRY(tx.run(q::channel_insert, id, spec.name, spec.provider, name_of(spec.protocol), spec.host,
                  spec.port, spec.system_id, sealed_password(store_, id, *spec.password), spec.access_code,
                  json::encode(spec.options), 1, who.person(), store_.now(),
                  sealed_peer_password(store_, id, spec.peer_password.value_or("")),
                  spec.requires_filed_signature.value_or(true) ? 1 : 0));
    YZ_CHECK(audit(tx, store_, who, "channel.create", id, {{"name", spec.name}, {"host", spec.host}}));
    return load_channel(tx, id);
  }));
  if (!created) return created;
  YZ_CHECK(engine_.reload_channels());
  engine_.wake();
  return with_link(std::move(created));
}

Result<ChannelView> Channels::update(const Principal& who, ChannelId id, std::optional<int64_t> version,
                                     const ChannelSpec& spec) {
  YZ_CHECK(check_spec(spec, Secrets::kKept));
  auto updated = name_taken(store_.db.write([&](db::Tx& tx) -> Result<ChannelView> {
    const ChannelView before = YZ_TRY(load_seen(tx, id, version));
    if (before.protocol != spec.protocol)
      return fail(ErrorCode::kInvalidArgument, "another protocol is another channel", "/protocol");
    const bool requires_filing = spec.requires_filed_signature.value_or(before.requires_filed_signature);
    if (YZ_TRY(tx.run(q::channel_update, id, spec.name, spec.provider, spec.host, spec.port, spec.system_id,
                      spec.access_code, json::encode(spec.options), store_.now(), before.version,
                      requires_filing ? 1 : 0)) != 1)
      return std::unexpected(channel_conflict(before).error());
    if (spec.peer_password)
      YZ_TRY(tx.run(q::channel_set_peer_password, id, sealed_peer_password(store_, id, *spec.peer_password)));
    if (spec.password)
      YZ_TRY(tx.run(q::channel_set_password, id, sealed_password(store_, id, *spec.password)));
    YZ_CHECK(audit(tx, store_, who, "channel.update", id,
                   {{"name", spec.name},
                    {"host", spec.host},
                    {"password", spec.password ? "changed" : "kept"},
                    {"requires_filed_signature_before", before.requires_filed_signature},
                    {"requires_filed_signature", requires_filing},
                    {"options_before", json::to_value(before.options)},
                    {"options", json::to_value(spec.options)}}));
    return load_channel(tx, id);
  }));
  if (!updated) return updated;
  YZ_CHECK(engine_.reload_channels());
  engine_.wake();
  return with_link(std::move(updated));
}

Result<ChannelView> Channels::get(ChannelId id) {
  return with_link(store_.db.read([&](db::Tx& tx) { return load_channel(tx, id); }));
}

Result<ChannelPage> Channels::list(const ListChannels& request) {
  auto page = store_.db.read([&](db::Tx& tx) -> Result<ChannelPage> {
    ChannelPage out;
    YZ_CHECK(tx.each(
        q::channel_list,
        [&](const db::Row& r) -> Result<> {
          out.items.push_back(YZ_TRY(map_channel(r)));
          return {};
        },
        request.after.value_or(ChannelId{}), request.limit + 1));
    return out;
  });
  if (!page) return page;
  if (page->items.size() > static_cast<size_t>(request.limit)) {
    page->items.pop_back();
    page->next_after = to_string(page->items.back().id);
  }
  const auto links = engine_.channels();
  for (ChannelView& view : page->items) {
    const auto found = std::ranges::find(links, view.id.value, &engine::ChannelStatus::channel_id);
    if (found != links.end()) add_status(view, *found);
  }
  return page;
}

Result<ChannelView> Channels::set_use(const Principal& who, ChannelId id, std::optional<int64_t> version,
                                      ChannelUse use) {
  const bool enable = use == ChannelUse::kEnabled;
  auto changed = store_.db.write([&](db::Tx& tx) -> Result<ChannelView> {
    ChannelView before = YZ_TRY(load_seen(tx, id, version));
    if (before.use == use) return before;
    if (YZ_TRY(tx.run(q::channel_set_enabled, id, enable ? 1 : 0, store_.now(), before.version)) != 1)
      return std::unexpected(channel_conflict(before).error());
    YZ_CHECK(audit(tx, store_, who, enable ? "channel.enable" : "channel.disable", id));
    return load_channel(tx, id);
  });
  if (!changed) return changed;
  YZ_CHECK(engine_.reload_channels());
  engine_.wake();
  return with_link(std::move(changed));
}

Result<ChannelView> Channels::enable(const Principal& who, ChannelId id, std::optional<int64_t> version) {
  return set_use(who, id, version, ChannelUse::kEnabled);
}

Result<ChannelView> Channels::disable(const Principal& who, ChannelId id, std::optional<int64_t> version) {
  return set_use(who, id, version, ChannelUse::kDisabled);
}

Result<TestBindResult> Channels::test_bind(const Principal& who, const TestBind& request) {
  if (request.channel_id.has_value() == request.spec.has_value())
    return fail(ErrorCode::kInvalidArgument, "give either channel_id or spec", "/channel_id");
  engine::ChannelRow row;
  if (request.spec) {
    if (auto checked = check_spec(*request.spec); !checked) {
      checked.error().field.insert(0, "/spec");
      return std::unexpected(std::move(checked).error());
    }
    row = row_of(*request.spec);
  } else {
    row = YZ_TRY(store_.db.read([&](db::Tx& tx) { return stored_row(tx, store_, *request.channel_id); }));
  }
  if (!trials_.try_acquire()) return fail(ErrorCode::kBusy, "other accounts are being tried");
  const auto tried = engine_.try_bind(row);
  trials_.release();
  if (!tried)
    return fail(tried.error().code, tried.error().message,
                request.spec ? "/spec/" + tried.error().field : "/channel_id");
  const TestBindResult result{tried->outcome, tried->detail, tried->took.us / 1'000, store_.now()};
  YZ_CHECK(store_.db.write([&](db::Tx& tx) {
    return audit(tx, store_, who, "channel.test_bind", request.channel_id.value_or(ChannelId{}),
                 {{"host", row.host}, {"port", row.port}, {"outcome", name_of(result.outcome)}});
  }));
  return result;
}

Result<CallbackAddress> Channels::renew_callback(const Principal& who, ChannelId id) {
  const crypto::Token token = crypto::make_token();
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    const ChannelView channel = YZ_TRY(load_channel(tx, id));
    if (channel.protocol != domain::ChannelProtocol::kHttp)
      return fail(ErrorCode::kWrongState, "only a channel by HTTP has callbacks");
    YZ_TRY(tx.run(q::callback_token_put, id, token.hash, who.person(), store_.now()));
    return audit(tx, store_, who, "channel.renew_callback", id);
  }));
  return CallbackAddress{id, token.text, kCallbackPath + token.text};
}

Result<std::string> Channels::take_callback(std::string_view token, std::string_view address,
                                            const json::Value& body) {
  struct Found {
    Bytes hash;
    int64_t channel_id;
    domain::ChannelOptions options;
  };
  const crypto::Digest hash = crypto::hash_token(token);
  const auto found = YZ_TRY(store_.db.read([&](db::Tx& tx) {
    return tx.one(
        q::callback_by_token,
        [](const db::Row& r) -> Result<Found> {
          return Found{r.bytes(0), r.i64(1), YZ_TRY(json::decode<domain::ChannelOptions>(r.text(2)))};
        },
        hash);
  }));
  if (!found || !crypto::constant_time_equal(found->hash, hash) || !found->options.http)
    return fail(ErrorCode::kNotFound, "no such address");
  const provider::CallbackForm& form = found->options.http->callback;
  if (!provider::comes_from_there(form, address))
    return fail(ErrorCode::kForbidden, "not from one of the provider's addresses");
  const provider::CallbackNews news = YZ_TRY(provider::read_callback(form, body));
  if (news.unread > 0)
    log::warn("callback with items that are neither receipt nor reply channel={} items={}", found->channel_id,
              news.unread);
  if (!callbacks_.try_acquire()) return fail(ErrorCode::kBusy, "other callbacks are being stored");
  const auto stored = engine_.receive_callback(found->channel_id, news);
  callbacks_.release();
  if (!stored) return std::unexpected(stored.error());
  return form.acknowledgement;
}

Result<ChannelEventPage> Channels::history(ChannelId id, const ListChannelHistory& request) {
  return store_.db.read([&](db::Tx& tx) -> Result<ChannelEventPage> {
    YZ_TRY(load_channel(tx, id));
    ChannelEventPage page;
    YZ_CHECK(tx.each(
        q::channel_event_page,
        [&](const db::Row& r) {
          page.items.push_back({r.i64(0), r.time(1), r.as<domain::ChannelState>(2), r.string(3), r.i64(4)});
        },
        id, request.after.value_or(INT64_MAX), request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = page.items.back().id;
    }
    return page;
  });
}

Result<CarrierCodePage> Channels::codes(const ListCarrierCodes& request) {
  CodeCursor after;
  if (request.after) after = YZ_TRY(parse_cursor(*request.after));
  return store_.db.read([&](db::Tx& tx) -> Result<CarrierCodePage> {
    CarrierCodePage page;
    YZ_CHECK(tx.each(
        q::carrier_code_list, [&](const db::Row& r) { page.items.push_back(map_code(r)); },
        request.provider ? 0 : 1, request.provider.value_or(""), after.provider, after.carrier, after.stage,
        after.code, request.limit + 1));
    if (page.items.size() > static_cast<size_t>(request.limit)) {
      page.items.pop_back();
      page.next_after = cursor_of(page.items.back());
    }
    return page;
  });
}

Result<CarrierCodeView> Channels::put_code(const Principal& who, const CarrierCodeView& code) {
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    const auto before =
        YZ_TRY(tx.one(q::carrier_code_get, map_code, code.provider, code.carrier, code.stage, code.code));
    YZ_TRY(tx.run(q::carrier_code_put, code.provider, code.carrier, code.stage, code.code, code.code_class,
                  code.action, code.cause, code.remedy));
    YZ_TRY(tx.run(q::channel_touch_provider, code.provider, store_.now()));
    json::Object change{{"class", name_of(code.code_class)}, {"action", name_of(code.action)}};
    if (before) {
      change["class_before"] = name_of(before->code_class);
      change["action_before"] = name_of(before->action);
    }
    return audit_code(tx, store_, who, "carrier_code.put",
                      {code.provider, code.carrier, code.stage, code.code}, change);
  }));
  YZ_CHECK(engine_.reload_channels());
  return code;
}

Result<> Channels::remove_code(const Principal& who, const CarrierCodeKey& key) {
  if (key.provider.empty() && key.carrier == domain::Carrier::kUnknown)
    return fail(ErrorCode::kInvalidArgument, "the general codes are changed, not removed", "?provider");
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    if (YZ_TRY(tx.run(q::carrier_code_delete, key.provider, key.carrier, key.stage, key.code)) == 0)
      return fail(ErrorCode::kNotFound, "no such code");
    YZ_TRY(tx.run(q::channel_touch_provider, key.provider, store_.now()));
    return audit_code(tx, store_, who, "carrier_code.remove", key);
  }));
  return engine_.reload_channels();
}

}  // namespace yizhan::service
