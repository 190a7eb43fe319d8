#include "service/campaigns.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include "base/log.h"
#include "crypto/digest.h"
#include "db/ordered_writes.h"
#include "engine/changes.h"
#include "engine/recipient.h"
#include "engine/route_table.h"
#include "service/audited.h"
#include "service/content_rows.h"
#include "service/name_search.h"
#include "service/pre_send_tests.h"
#include "service/profile.h"
#include "store/audience.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::BatchOrigin;
using domain::BatchState;
using domain::CampaignState;
using domain::MessageState;

namespace {

constexpr int64_t kFreezeChunkRows = 5'000;
constexpr size_t kFreezeChunksUnderWay = 3;
const Bytes kNoHash;

template <class T>
std::optional<T> if_set(T value, bool set) {
  return set ? std::optional<T>(std::move(value)) : std::nullopt;
}

Result<CampaignRow> map_campaign(const db::Row& r) {
  CampaignRow row;
  CampaignView& v = row.view;
  v.id = r.id<CampaignId>(0);
  v.name = r.string(1);
  v.goal = r.string(2);
  v.message_class = r.as<domain::MessageClass>(3);
  v.purpose = r.string(4);
  v.content_id = r.id<ContentId>(5);
  row.content_version_id = r.i64(6);
  v.content_version_id = if_set(ContentVersionId{row.content_version_id}, row.content_version_id != 0);
  row.content_hash = r.bytes(7);
  v.content_hash = if_set(row.content_hash, !row.content_hash.empty());
  v.audience = YZ_TRY(json::decode<domain::Audience>(r.text(8)));
  v.planned_at = r.time(9);
  v.budget_fen = r.i64(10);
  v.owner_id = r.id<UserId>(11);
  v.state = r.as<CampaignState>(12);
  v.state_reason = r.string(13);
  row.batch_id = r.i64(14);
  v.audience_count = r.i64(15);
  row.audience_hash = r.bytes(16);
  v.audience_hash = if_set(row.audience_hash, !row.audience_hash.empty());
  v.frozen_at = if_set(r.time(17));
  v.handed_over_at = if_set(r.time(19));
  if (!r.text(20).empty()) v.parameters = YZ_TRY(json::decode<domain::CampaignParameters>(r.text(20)));
  row.binding_hash = r.bytes(21);
  v.binding_hash = if_set(row.binding_hash, !row.binding_hash.empty());
  row.test_id = r.i64(22);
  v.test_id = if_set(TestId{row.test_id}, row.test_id != 0);
  v.started_at = if_set(r.time(24));
  v.finished_at = if_set(r.time(25));
  row.report_id = r.i64(26);
  v.report_id = if_set(ReportId{row.report_id}, row.report_id != 0);
  v.created_by = r.id<UserId>(27);
  v.created_at = r.time(28);
  v.updated_at = r.time(29);
  v.version = r.i64(30);
  if (!r.text(31).empty()) v.announces = YZ_TRY(json::decode<domain::AnnouncedFrequency>(r.text(31)));
  if (!r.text(32).empty()) v.notice_waiver = NoticeWaiver{r.string(32), r.id<UserId>(33), r.time(34)};
  return row;
}

// How many messages of each campaign are in each state, in one query for all of them.
Result<> add_counts(db::Tx& tx, std::span<CampaignRow> campaigns) {
  db::Columns batches;
  std::vector<CampaignRow*> frozen;
  for (CampaignRow& row : campaigns) {
    if (row.batch_id == 0) continue;
    for (const MessageState state : values_of(MessageState{})) row.view.by_state[std::string(name_of(state))];
    batches.row(row.batch_id);
    frozen.push_back(&row);
  }
  if (frozen.empty()) return {};
  return tx.bulk_each(q::batch_states, batches, [&](const db::Row& r) {
    auto& by_state = frozen[static_cast<size_t>(r.i64(0))]->view.by_state;
    by_state[std::string(name_of(r.as<MessageState>(1)))] += r.i64(2);
  });
}

Result<> version_conflict(const CampaignRow& row) {
  return fail(ErrorCode::kVersionConflict,
              fmt::format("someone else was quicker; the current version is {}", row.view.version),
              "version");
}

Result<> add_channel(db::Tx& tx, int64_t channel_id, crypto::Sha256& hash) {
  const auto known = YZ_TRY(tx.one(
      q::channel_exists,
      [&](const db::Row& r) {
        for (const std::string& part :
             {r.string(1), r.string(2), std::to_string(r.i64(3)), r.string(4), r.string(5)})
          hash.update(std::to_string(part.size()) + ":" + part);
        return true;
      },
      channel_id));
  if (!known) return fail(ErrorCode::kNotFound, "no such channel", "/channel_id");
  return {};
}

// The channels that it may go by, the first choice first.
Result<std::vector<domain::RouteChannel>> channels_of(db::Tx& tx, const domain::CampaignParameters& p) {
  if (p.channel_id) return std::vector{domain::RouteChannel{.channel_id = p.channel_id->value}};
  std::vector<domain::RouteChannel> channels = YZ_TRY(engine::load_route_channels(tx, p.route_id->value));
  std::erase_if(channels, [](const domain::RouteChannel& c) { return !c.enabled; });
  if (channels.empty()) return fail(ErrorCode::kNotFound, "no such route", "/route_id");
  return channels;
}

// What test and start are bound to: this text to these people with these parameters over these channels.
Result<crypto::Digest> binding_hash(db::Tx& tx, const CampaignRow& row,
                                    const domain::CampaignParameters& parameters) {
  crypto::Sha256 hash;
  hash.update("yizhan campaign binding 2\n");
  hash.update(ByteSpan(row.content_hash));
  hash.update(ByteSpan(row.audience_hash));
  hash.update(json::encode(parameters));
  for (const domain::RouteChannel& c : YZ_TRY(channels_of(tx, parameters))) {
    if (parameters.route_id)
      hash.update(fmt::format("{} {} {} {} {} {}\n", c.channel_id, c.carriers, c.message_classes, c.cost,
                              c.weight, c.tier));
    YZ_CHECK(add_channel(tx, c.channel_id, hash));
  }
  return hash.finish();
}

Result<> check_plan(db::Tx& tx, const CampaignPlan& plan, Time now) {
  if (const auto& announced = plan.announces;
      announced && (announced->valid_until <= announced->valid_from || announced->valid_until <= now))
    return fail(ErrorCode::kInvalidArgument, "it must end after it begins, and after now",
                "/announces/valid_until");
  YZ_TRY(store::resolve_audience(tx, plan.audience));
  const auto content = YZ_TRY(tx.one(
      q::content_exists,
      [](const db::Row& r) { return std::pair{r.as<domain::MessageClass>(0), r.string(1)}; },
      plan.content_id));
  if (!content) return fail(ErrorCode::kNotFound, "no such content", "/content_id");
  if (content->first != plan.message_class)
    return fail(ErrorCode::kInvalidArgument, "the content is of another message class", "/message_class");
  if (content->second != plan.purpose)
    return fail(ErrorCode::kInvalidArgument, "the content was written for another purpose", "/purpose");
  if (plan.owner_id && !YZ_TRY(tx.one(q::user_exists, [](const db::Row&) { return true; }, *plan.owner_id)))
    return fail(ErrorCode::kNotFound, "no such user", "/owner_id");
  return {};
}

Result<> check_limits(const domain::CampaignParameters& p, Time now) {
  std::set<int64_t> spans;
  const auto rules = p.frequency.value_or(std::vector<domain::FrequencyLimit>{});
  for (size_t i = 0; i < rules.size(); ++i)
    if (!spans.insert(rules[i].span_seconds).second)
      return fail(ErrorCode::kInvalidArgument, "a second rule for this span",
                  "/frequency/" + std::to_string(i));
  if (p.expires_at && *p.expires_at <= std::max(now, p.scheduled_at.value_or(now)))
    return fail(ErrorCode::kInvalidArgument, "it would expire before it starts", "/expires_at");
  if (p.expires_at && *p.expires_at > p.scheduled_at.value_or(now) + seconds(limits::kValiditySeconds))
    return fail(ErrorCode::kInvalidArgument, "more than 30 days after its start", "/expires_at");
  return {};
}

Result<> check_parameters(db::Tx& tx, const domain::CampaignParameters& p, Time now) {
  if (p.window_start_minute >= p.window_end_minute)
    return fail(ErrorCode::kInvalidArgument, "the window must end after it starts", "/window_end_minute");
  YZ_CHECK(check_limits(p, now));
  if (p.channel_id.has_value() == p.route_id.has_value())
    return fail(ErrorCode::kInvalidArgument, "either a channel or a route", "/channel_id");
  for (const domain::RouteChannel& c : YZ_TRY(channels_of(tx, p))) {
    const auto enabled =
        YZ_TRY(tx.one(q::channel_exists, [](const db::Row& r) { return r.flag(0); }, c.channel_id));
    if (!enabled) return fail(ErrorCode::kNotFound, "no such channel", "/channel_id");
    if (*enabled) return {};
  }
  return fail(ErrorCode::kWrongState, "the channel is disabled", p.route_id ? "/route_id" : "/channel_id");
}

// Whether the hours leave a minute in every jurisdiction that the company's windows name, and elsewhere.
bool opens_everywhere(const domain::Hours& hours) {
  return domain::ever_opens(hours, {}) && std::ranges::all_of(hours.windows, [&](const auto& w) {
           return domain::ever_opens(hours, w.region);
         });
}

// The narrower of the campaign's and the channel's hours; those of a route's channels are asked message by
// message. Refused when nothing is left of them, with the company's own hours for the class: the campaign
// would wait for ever.
Result<domain::SendWindow> narrowed_window(db::Tx& tx, const domain::CampaignParameters& p,
                                           domain::MessageClass message_class,
                                           const store::SendingSettings& settings) {
  std::optional<std::string> text;
  if (p.channel_id)
    text = YZ_TRY(tx.one(q::channel_exists, [](const db::Row& r) { return r.string(1); }, *p.channel_id));
  const auto options = YZ_TRY(json::decode<domain::ChannelOptions>(text.value_or("{}")));
  const domain::SendWindow window{std::max(p.window_start_minute, options.window_start_minute),
                                  std::min(p.window_end_minute, options.window_end_minute)};
  const domain::Hours hours{.message_class = message_class, .batch = window, .windows = settings.windows};
  if (window.start_minute >= window.end_minute || !opens_everywhere(hours))
    return fail(ErrorCode::kInvalidArgument,
                "nothing is left of the window within the channel's hours and those for the class",
                "/window_end_minute");
  return window;
}

// The campaign's own limits, onto its batch.
Result<> set_limits(db::Tx& tx, const CampaignRow& row, const domain::CampaignParameters& p) {
  std::vector<domain::FrequencyRule> rules;
  for (const domain::FrequencyLimit& limit : p.frequency.value_or(std::vector<domain::FrequencyLimit>{}))
    rules.push_back({row.view.message_class, seconds(limit.span_seconds), limit.maximum,
                     domain::FrequencySource::kCampaign});
  YZ_TRY(tx.run(q::batch_set_limits, row.batch_id, p.expires_at.value_or(Time{}),
                engine::serialize_campaign_frequency(rules)));
  return {};
}

}  // namespace

Result<CampaignRow> load_campaign(db::Tx& tx, CampaignId id) {
  auto row = YZ_TRY(tx.one(q::campaign_load, map_campaign, id));
  if (!row) return fail(ErrorCode::kNotFound, "no such campaign");
  YZ_CHECK(add_counts(tx, {&*row, 1}));
  return *std::move(row);
}

Result<> check_version(const CampaignRow& row, std::optional<int64_t> expected) {
  if (expected && *expected != row.view.version) return version_conflict(row);
  return {};
}

Result<> check_transition(const CampaignRow& row, CampaignState to) {
  if (domain::may_become(row.view.state, to)) return {};
  return fail(ErrorCode::kWrongState,
              fmt::format("a campaign that is {} cannot become {}", name_of(row.view.state), name_of(to)),
              "state");
}

Result<> check_approval(db::Tx& tx, const CampaignRow& row) {
  const auto approved = YZ_TRY(tx.one(
      q::content_approved, [](const db::Row& r) { return std::pair{r.i64(0), r.bytes(1)}; },
      row.view.content_id));
  if (!approved)
    return fail(ErrorCode::kApprovalRequired, "compliance has not approved the content", "content_id");
  if (YZ_TRY(tx.number(q::content_version_is_frozen, approved->first)) != 0)
    return fail(ErrorCode::kApprovalVoid, "a carrier refused the text: compliance looks at it again",
                "content_id");
  if (YZ_TRY(tx.number(q::content_version_is_suspended, approved->first)) != 0)
    return fail(ErrorCode::kApprovalVoid, "the rule packs in force block the text: compliance decides",
                "content_id");
  const auto content = YZ_TRY(load_content(tx, row.view.content_id));
  if (auto signature = check_may_bear(content.signature); !signature) {
    signature.error().field = "content_id";
    return signature;
  }
  if (row.content_version_id != 0 &&
      (approved->first != row.content_version_id || approved->second != row.content_hash))
    return fail(ErrorCode::kApprovalVoid, "the content changed after this campaign was frozen", "content_id");
  return {};
}

Result<Bytes> bound_now(db::Tx& tx, const CampaignRow& row) {
  if (!row.view.parameters) return Bytes{};
  const crypto::Digest hash = YZ_TRY(binding_hash(tx, row, *row.view.parameters));
  return Bytes(hash.begin(), hash.end());
}

Result<CampaignView> Campaigns::create(const Principal& who, const CampaignPlan& plan) {
  return store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    YZ_CHECK(check_plan(tx, plan, store_.now()));
    if (!plan.owner_id && who.kind != store::ActorKind::kUser)
      return fail(ErrorCode::kInvalidArgument, "a program names the person who owns the campaign",
                  "/owner_id");
    const auto id = store_.ids.make<CampaignId>();
    YZ_TRY(tx.run(q::campaign_insert, id, plan.name, plan.goal, plan.message_class, plan.purpose,
                  plan.content_id, kNoHash, json::encode(plan.audience), plan.planned_at,
                  plan.budget_fen.value_or(0), plan.owner_id.value_or(UserId{who.person()}),
                  CampaignState::kPlanned, who.person(), store_.now()));
    if (plan.announces) YZ_TRY(tx.run(q::campaign_set_announces, id, json::encode(*plan.announces)));
    YZ_CHECK(audit(tx, store_, who, "campaign.create", id));
    return YZ_TRY(load_campaign(tx, id)).view;
  });
}

Result<CampaignView> Campaigns::update(const Principal& who, CampaignId id, std::optional<int64_t> version,
                                       const CampaignPlan& plan) {
  return store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_version(row, version));
    if (row.view.state != CampaignState::kPlanned)
      return fail(ErrorCode::kWrongState, "only a planned campaign can be changed; reopen it first", "state");
    YZ_CHECK(check_plan(tx, plan, store_.now()));
    YZ_TRY(tx.run(q::campaign_update_plan, id, plan.name, plan.goal, plan.message_class, plan.purpose,
                  plan.content_id, json::encode(plan.audience), plan.planned_at, plan.budget_fen.value_or(0),
                  plan.owner_id.value_or(row.view.owner_id), store_.now()));
    YZ_TRY(tx.run(q::campaign_set_announces, id,
                  plan.announces ? json::encode(*plan.announces) : std::string()));
    YZ_CHECK(audit(tx, store_, who, "campaign.update", id));
    return YZ_TRY(load_campaign(tx, id)).view;
  });
}

Result<CampaignView> Campaigns::get(CampaignId id) {
  return store_.db.read(
      [&](db::Tx& tx) -> Result<CampaignView> { return YZ_TRY(load_campaign(tx, id)).view; });
}

Result<CampaignPage> Campaigns::list(const ListCampaigns& request) {
  return store_.db.read([&](db::Tx& tx) -> Result<CampaignPage> {
    std::vector<CampaignRow> rows;
    const int64_t state = request.state ? static_cast<int64_t>(*request.state) : 0;
    const int64_t message_class = request.message_class ? static_cast<int64_t>(*request.message_class) : 0;
    YZ_CHECK(tx.each(
        q::campaign_list,
        [&](const db::Row& r) -> Result<> {
          rows.push_back(YZ_TRY(map_campaign(r)));
          return {};
        },
        request.after.value_or(CampaignId{INT64_MAX}), state, message_class,
        request.owner_id.value_or(UserId{}), lower_ascii(request.q.value_or("")), request.limit + 1,
        request.announcing.value_or(false) ? 1 : 0));
    CampaignPage page;
    const bool more = std::ssize(rows) > request.limit;
    if (more) rows.pop_back();
    YZ_CHECK(add_counts(tx, rows));
    for (CampaignRow& row : rows) page.items.push_back(std::move(row.view));
    if (more) page.next_after = to_string(page.items.back().id);
    return page;
  });
}

Result<CampaignView> Campaigns::freeze(const Principal& who, CampaignId id, std::optional<int64_t> version) {
  const int64_t batch_id = store_.ids.next();
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_version(row, version));
    YZ_CHECK(check_transition(row, CampaignState::kFreezing));
    YZ_CHECK(check_approval(tx, row));
    const auto approved = YZ_TRY(tx.one(
        q::content_approved, [](const db::Row& r) { return std::pair{r.i64(0), r.bytes(1)}; },
        row.view.content_id));
    const Time now = store_.now();
    YZ_TRY(tx.run(q::batch_insert, batch_id, BatchOrigin::kCampaign, id, approved->first, approved->second,
                  row.view.message_class, row.view.purpose, 0, 0, domain::kDayMinutes, 0, 0,
                  BatchState::kHeld, 0, 0, 0, now, 0));
    if (YZ_TRY(tx.run(q::campaign_freezing, id, CampaignState::kFreezing, batch_id, approved->first,
                      approved->second, now, row.view.version)) != 1)
      return version_conflict(row);
    return audit(tx, store_, who, "campaign.freeze", id);
  }));
  if (auto frozen = freeze_rows(id, batch_id); !frozen) {
    const Error& error = frozen.error();
    YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(
          tx.run(q::campaign_unfrozen, id, CampaignState::kPlanned, "freeze_failed", kNoHash, store_.now()));
      YZ_TRY(tx.run(q::batch_finish, batch_id, BatchState::kCancelled, store_.now()));
      return audit(tx, store_, who, "campaign.freeze_failed", id, {}, error_name(error.code));
    }));
    return std::unexpected(error);
  }
  return get(id);
}

// Writes a message per recipient, chunk by chunk, in the order of the customers' ids; the hash covers who
// they are and what each will read.
Result<> Campaigns::freeze_rows(CampaignId id, int64_t batch_id) {
  struct Setup {
    domain::SegmentFilter filter;
    engine::Composer composer;
  };
  const auto setup = YZ_TRY(store_.db.read([&](db::Tx& tx) -> Result<Setup> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    return Setup{YZ_TRY(store::resolve_audience(tx, row.view.audience)),
                 YZ_TRY(engine::load_composer(tx, row.content_version_id))};
  }));
  const ProfileValues values(setup.composer.variables());
  crypto::Sha256 hash;
  const Time as_of = store_.now();
  int64_t total = 0, after = 0, first = 0, last = 0;
  db::OrderedWrites writes(store_.db, kFreezeChunksUnderWay, db::Priority::kBulk);
  for (bool more = true; more;) {
    const auto rows = YZ_TRY(store_.db.read([&](db::Tx& tx) {
      return store::next_audience_rows(tx, setup.filter, as_of, after, kFreezeChunkRows);
    }));
    more = rows.size() == static_cast<size_t>(kFreezeChunkRows);
    if (rows.empty()) break;
    int64_t message = store_.ids.next(static_cast<int64_t>(rows.size()));
    if (first == 0) first = message;
    const auto messages = std::make_shared<db::Columns>();
    messages->reserve(rows.size());
    const Time now = store_.now();
    std::string packed;
    for (const store::AudienceRow& row : rows) {
      packed.clear();
      YZ_CHECK(values.pack(store_, row, packed));
      hash.update(std::to_string(row.customer_id));
      hash.update(packed);
      messages->row(message, batch_id, row.customer_id, 0, MessageState::kHeld, domain::Reason::kNotStarted,
                    row.carrier, store_.cipher.seal({store::column::kMessagePayload, message}, packed), now);
      last = message++;
    }
    after = rows.back().customer_id;
    total += static_cast<int64_t>(rows.size());
    YZ_CHECK(writes.add([batch_id, messages, now](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.bulk(q::message_insert, *messages));
      engine::Changes changes(engine::Care::kExpected);
      changes.count(batch_id, MessageState::kHeld, domain::Reason::kNotStarted,
                    static_cast<int64_t>(messages->size()));
      return changes.write(tx, now);
    }));
  }
  YZ_CHECK(writes.finish());
  if (total == 0) return fail(ErrorCode::kInvalidArgument, "no customer is in this audience", "/audience");
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(q::batch_set_extent, batch_id, total, first, last));
    YZ_TRY(tx.run(q::campaign_frozen, id, CampaignState::kFrozen, total, hash.finish(), store_.now(),
                  CampaignState::kFreezing));
    return audit(tx, store_, system_principal(), "campaign.frozen", id, {{"audience", total}});
  });
}

Result<CampaignView> Campaigns::reopen(const Principal& who, CampaignId id, std::optional<int64_t> version,
                                       const StatedReason& why) {
  const auto view = store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_version(row, version));
    YZ_CHECK(check_transition(row, CampaignState::kPlanned));
    if (row.view.started_at)
      return fail(ErrorCode::kWrongState, "a campaign that has started cannot be reopened", "state");
    YZ_TRY(tx.run(q::campaign_unfrozen, id, CampaignState::kPlanned, "reopened", kNoHash, store_.now()));
    YZ_TRY(tx.run(q::batch_finish, row.batch_id, BatchState::kCancelled, store_.now()));
    YZ_CHECK(audit(tx, store_, who, "campaign.reopen", id, {}, why.reason));
    return YZ_TRY(load_campaign(tx, id)).view;
  });
  engine_.wake();
  return view;
}

Result<CampaignView> Campaigns::hand_over(const Principal& who, CampaignId id,
                                          std::optional<int64_t> version) {
  return store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_version(row, version));
    YZ_CHECK(check_transition(row, CampaignState::kHandedOver));
    if (row.view.state != CampaignState::kFrozen)
      return fail(ErrorCode::kWrongState, "only a frozen campaign is handed over", "state");
    YZ_CHECK(check_approval(tx, row));
    if (YZ_TRY(tx.run(q::campaign_handed_over, id, CampaignState::kHandedOver, who.person(), store_.now(),
                      row.view.version)) != 1)
      return std::unexpected(version_conflict(row).error());
    YZ_CHECK(audit(tx, store_, who, "campaign.hand_over", id, {{"content_hash", to_hex(row.content_hash)}}));
    return YZ_TRY(load_campaign(tx, id)).view;
  });
}

Result<CampaignView> Campaigns::set_parameters(const Principal& who, CampaignId id,
                                               std::optional<int64_t> version,
                                               const domain::CampaignParameters& parameters) {
  return store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_version(row, version));
    if (row.view.state != CampaignState::kHandedOver)
      YZ_CHECK(check_transition(row, CampaignState::kHandedOver));
    if (row.view.state == CampaignState::kFrozen)
      return fail(ErrorCode::kWrongState, "marketing has not handed the campaign over", "state");
    YZ_CHECK(check_parameters(tx, parameters, store_.now()));
    const store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
    const domain::SendWindow window =
        YZ_TRY(narrowed_window(tx, parameters, row.view.message_class, settings));
    YZ_TRY(tx.run(q::batch_set_parameters, row.batch_id,
                  YZ_TRY(channels_of(tx, parameters)).front().channel_id, window.start_minute,
                  window.end_minute, parameters.segments_per_second,
                  parameters.failure_pause_percent.value_or(settings.failure_pause_percent)));
    YZ_CHECK(set_limits(tx, row, parameters));
    YZ_TRY(tx.run(q::batch_set_route, row.batch_id, parameters.route_id.value_or(RouteId{})));
    if (YZ_TRY(tx.run(q::campaign_set_parameters, id, CampaignState::kHandedOver, json::encode(parameters),
                      YZ_TRY(binding_hash(tx, row, parameters)), store_.now(), row.view.version)) != 1)
      return std::unexpected(version_conflict(row).error());
    YZ_CHECK(audit(tx, store_, who, "campaign.parameters", id, json::to_value(parameters).as_object()));
    return YZ_TRY(load_campaign(tx, id)).view;
  });
}

namespace {

// How many people the carriers were given an announcement for.
Result<int64_t> announced_to(db::Tx& tx, int64_t batch_id) {
  int64_t reached = 0;
  YZ_CHECK(tx.each(
      q::batch_counts,
      [&](const db::Row& r) {
        switch (r.as<MessageState>(0)) {
          case MessageState::kSent:
          case MessageState::kDelivered:
          case MessageState::kFailed:
          case MessageState::kExpired:
          case MessageState::kUnknown:
            reached += r.i64(2);
            break;
          default:
            break;
        }
      },
      batch_id));
  return reached;
}

// Policy 4.2.3. `addressed`: whom the campaign would be sent to, by its pre-send test.
Result<> check_notice(db::Tx& tx, const CampaignRow& row, int64_t threshold, int64_t addressed, Time now) {
  const CampaignView& view = row.view;
  if (view.message_class != domain::MessageClass::kMarketing || view.announces || view.notice_waiver)
    return {};
  if (threshold == 0 || view.audience_count <= threshold) return {};
  const auto refused = [](std::string message) {
    return fail(ErrorCode::kNoticeRequired, std::move(message), "announcement_id");
  };
  if (!view.parameters || !view.parameters->announcement_id)
    return refused(fmt::format("more than {} people: announce the frequency first", threshold));
  const auto found = YZ_TRY(tx.one(q::campaign_load, map_campaign, *view.parameters->announcement_id));
  if (!found || !found->view.announces) return refused("that campaign announces nothing");
  const CampaignState state = found->view.state;
  if (state != CampaignState::kFinishing && state != CampaignState::kCompleted)
    return refused("the announcement is not finished");
  const domain::AnnouncedFrequency& announced = *found->view.announces;
  if (now < announced.valid_from || now >= announced.valid_until)
    return refused("the announced frequency is not in force now");
  const int64_t reached = YZ_TRY(announced_to(tx, found->batch_id));
  if (reached < addressed)
    return refused(
        fmt::format("the announcement went to {} people, this campaign would to {}", reached, addressed));
  return {};
}

// What it announces binds from now on.
Result<> begin_announcing(db::Tx& tx, const CampaignRow& row, Time now) {
  if (!row.view.announces) return {};
  const domain::AnnouncedFrequency& a = *row.view.announces;
  YZ_TRY(
      tx.run(q::announced_insert, row.view.id, a.span_seconds, a.maximum, a.valid_from, a.valid_until, now));
  return {};
}

}  // namespace

Result<> start_now(db::Tx& tx, const store::Store& store, const Principal& who, const CampaignRow& row) {
  YZ_CHECK(check_approval(tx, row));
  struct Test {
    Bytes binding_hash;
    domain::TestState state;
    Funnel funnel;
    Time expires_at;
  };
  const auto test = YZ_TRY(tx.one(
      q::test_load,
      [](const db::Row& r) -> Result<Test> {
        Test one{r.bytes(2), r.as<domain::TestState>(3), {}, r.time(10)};
        if (r.text(4) != "{}") one.funnel = YZ_TRY(json::decode<Funnel>(r.text(4)));
        return one;
      },
      row.test_id));
  if (!test || test->state != domain::TestState::kPassed || test->binding_hash != row.binding_hash)
    return fail(ErrorCode::kTestRequired,
                "no pre-send test of this content, audience and parameters has passed", "test_id");
  if (YZ_TRY(bound_now(tx, row)) != row.binding_hash)
    return fail(ErrorCode::kTestRequired, "the channel was changed after the pre-send test", "test_id");
  const Time now = store.now();
  if (test->expires_at < now)
    return fail(ErrorCode::kTestRequired, "the pre-send test has expired", "test_id");
  const auto settings = YZ_TRY(store::share_sending_settings(tx));
  if (settings->emergency_stop) return fail(ErrorCode::kEmergencyStop, "an emergency stop is in force");
  int64_t addressed = test->funnel.would_send;
  for (const auto& [reason, count] : test->funnel.held) addressed += count;
  YZ_CHECK(check_notice(tx, row, settings->notice_threshold, addressed, now));
  if (row.view.parameters->expires_at.value_or(now + seconds(1)) <= now)
    return fail(ErrorCode::kWrongState, "the campaign has expired: set another time", kExpiresAt);
  if (YZ_TRY(tx.run(q::campaign_started, row.view.id, CampaignState::kRunning, who.person(), now,
                    row.view.version)) != 1)
    return version_conflict(row);
  if (YZ_TRY(tx.run(q::batch_start, row.batch_id, BatchState::kRunning, now, BatchState::kHeld)) != 1)
    return fail(ErrorCode::kWrongState, "the campaign's recipients are not waiting to be sent", "state");
  YZ_CHECK(begin_announcing(tx, row, now));
  return audit(tx, store, who, "campaign.start", row.view.id, {{"binding_hash", to_hex(row.binding_hash)}});
}

Result<CampaignView> Campaigns::waive_notice(const Principal& who, CampaignId id,
                                             std::optional<int64_t> version, const StatedReason& why) {
  return store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_version(row, version));
    if (!row.view.frozen_at || row.view.started_at || row.view.state == CampaignState::kCancelled)
      return fail(ErrorCode::kWrongState, "only between the freeze and the start", "state");
    if (YZ_TRY(tx.run(q::campaign_waive_notice, id, why.reason, who.person(), store_.now(),
                      row.view.version)) != 1)
      return std::unexpected(version_conflict(row).error());
    YZ_CHECK(audit(tx, store_, who, "campaign.waive_notice", id, {}, why.reason));
    return YZ_TRY(load_campaign(tx, id)).view;
  });
}

Result<CampaignView> Campaigns::start(const Principal& who, CampaignId id, std::optional<int64_t> version) {
  const auto view = store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_version(row, version));
    if (row.view.state == CampaignState::kHandedOver || row.view.state == CampaignState::kTesting)
      return fail(ErrorCode::kTestRequired,
                  "no pre-send test of this content, audience and parameters has passed", "test_id");
    YZ_CHECK(check_transition(row, CampaignState::kRunning));
    if (row.view.state == CampaignState::kPaused)
      return fail(ErrorCode::kWrongState, "a paused campaign is resumed", "state");
    const auto& scheduled_at = row.view.parameters->scheduled_at;
    if (scheduled_at && *scheduled_at > store_.now()) {
      if (row.view.state == CampaignState::kScheduled) return row.view;  // asked again
      YZ_CHECK(check_approval(tx, row));
      YZ_TRY(
          tx.run(q::campaign_set_state, id, CampaignState::kScheduled, "", store_.now(), row.view.version));
      YZ_CHECK(audit(tx, store_, who, "campaign.schedule", id));
    } else {
      YZ_CHECK(start_now(tx, store_, who, row));
    }
    return YZ_TRY(load_campaign(tx, id)).view;
  });
  engine_.wake();
  return view;
}

Result<CampaignView> Campaigns::pause(const Principal& who, CampaignId id, const StatedReason& why) {
  int64_t batch = 0;
  const auto view = store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_transition(row, CampaignState::kPaused));
    batch = row.batch_id;
    YZ_TRY(tx.run(q::campaign_set_state, id, CampaignState::kPaused, why.reason, store_.now(),
                  row.view.version));
    YZ_TRY(tx.run(q::batch_set_state, batch, BatchState::kPaused, "by_hand", BatchState::kRunning));
    YZ_CHECK(audit(tx, store_, who, "campaign.pause", id, {}, why.reason));
    return YZ_TRY(load_campaign(tx, id)).view;
  });
  if (view) engine_.recall_batch(batch);
  return view;
}

Result<CampaignView> Campaigns::resume(const Principal& who, CampaignId id, const StatedReason& why) {
  int64_t batch = 0;
  const auto view = store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    if (row.view.state != CampaignState::kPaused)
      return fail(ErrorCode::kWrongState, "only a paused campaign is resumed", "state");
    YZ_CHECK(check_approval(tx, row));
    if (YZ_TRY(store::load_sending_settings(tx)).emergency_stop)
      return fail(ErrorCode::kEmergencyStop, "an emergency stop is in force");
    batch = row.batch_id;
    YZ_TRY(tx.run(q::campaign_set_state, id, CampaignState::kRunning, "", store_.now(), row.view.version));
    YZ_TRY(tx.run(q::batch_set_state, batch, BatchState::kRunning, "", BatchState::kPaused));
    YZ_CHECK(audit(tx, store_, who, "campaign.resume", id, {}, why.reason));
    return YZ_TRY(load_campaign(tx, id)).view;
  });
  if (view) {
    engine_.forget_failures(batch);
    engine_.wake();
  }
  return view;
}

Result<CampaignView> Campaigns::cancel(const Principal& who, CampaignId id, const StatedReason& why) {
  int64_t batch = 0;
  const auto view = store_.db.write([&](db::Tx& tx) -> Result<CampaignView> {
    const CampaignRow row = YZ_TRY(load_campaign(tx, id));
    YZ_CHECK(check_transition(row, CampaignState::kCancelled));
    batch = row.batch_id;
    YZ_TRY(tx.run(q::campaign_set_state, id, CampaignState::kCancelled, why.reason, store_.now(),
                  row.view.version));
    if (batch != 0) YZ_TRY(tx.run(q::batch_finish, batch, BatchState::kCancelled, store_.now()));
    YZ_CHECK(audit(tx, store_, who, "campaign.cancel", id, {}, why.reason));
    return YZ_TRY(load_campaign(tx, id)).view;
  });
  if (view) {
    engine_.recall_batch(batch);
    engine_.wake();
  }
  return view;
}

namespace {

Result<EmergencyState> emergency_state(db::Tx& tx) {
  const auto settings = YZ_TRY(store::share_sending_settings(tx));
  EmergencyState state{.active = settings->emergency_stop};
  if (!state.active) return state;
  state.cause = settings->stop_cause;
  YZ_CHECK(tx.each(q::emergency_stopped, [&](const db::Row& r) {
    state.since = r.time(0);
    if (!r.text(1).empty()) state.reason = r.string(1);
  }));
  return state;
}

}  // namespace

Result<EmergencyState> Campaigns::set_emergency(const Principal& who, const StatedReason& why, bool active) {
  return store_.db.write([&](db::Tx& tx) -> Result<EmergencyState> {
    store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
    const store::StopCause cause = settings.stop_cause;
    // What a restored backup asks of people does not end with a second stop.
    if (!active || !settings.emergency_stop) settings.stop_cause = store::StopCause::kByHand;
    const bool was_active = std::exchange(settings.emergency_stop, active);
    YZ_CHECK(store::save_sending_settings(tx, store_, settings, who.person()));
    YZ_CHECK(store::append_audit(
        tx, store_, who.actor(),
        {.action = active ? "emergency.stop" : "emergency.release",
         .object_type = "server",
         .object_id = 0,
         .reason = why.reason,
         .detail = active || !was_active ? "{}" : fmt::format(R"({{"cause":"{}"}})", name_of(cause))}));
    return emergency_state(tx);
  });
}

Result<EmergencyState> Campaigns::emergency_stop(const Principal& who, const StatedReason& why) {
  auto state = set_emergency(who, why, true);
  if (state) engine_.recall_all();
  return state;
}

Result<EmergencyState> Campaigns::emergency_release(const Principal& who, const StatedReason& why) {
  auto state = set_emergency(who, why, false);
  if (state && released_) released_();
  engine_.wake();
  return state;
}

Result<EmergencyState> Campaigns::emergency() {
  return store_.db.read([&](db::Tx& tx) { return emergency_state(tx); });
}

Result<> Campaigns::recover() {
  std::vector<CampaignId> ids;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) {
    constexpr auto kState = CampaignState::kFreezing;
    return tx.each(
        q::campaigns_in_states, [&](const db::Row& r) { ids.push_back(r.id<CampaignId>(0)); }, kState, kState,
        kState);
  }));
  for (const CampaignId id : ids) {
    const auto done = store_.db.write([&](db::Tx& tx) -> Result<> {
      const CampaignRow row = YZ_TRY(load_campaign(tx, id));
      YZ_TRY(tx.run(q::campaign_unfrozen, id, CampaignState::kPlanned, "freeze_interrupted", kNoHash,
                    store_.now()));
      YZ_TRY(tx.run(q::batch_finish, row.batch_id, BatchState::kCancelled, store_.now()));
      return audit(tx, store_, system_principal(), "campaign.freeze_interrupted", id);
    });
    // One that cannot be read keeps neither the others nor the server.
    if (!done) log::error("campaign {} stays frozen half: {}", to_string(id), to_string(done.error()));
  }
  return {};
}

}  // namespace yizhan::service
