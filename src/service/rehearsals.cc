#include "service/rehearsals.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "base/limits.h"
#include "base/log.h"
#include "engine/rehearsal.h"
#include "engine/step_size.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::CampaignState;
using domain::RehearsalState;

namespace {

// While somebody waits for his code, a step lasts about so long, and a rest as long follows it.
constexpr int64_t kStepUs = 10'000;
constexpr size_t kSmallestStep = 50;
constexpr int64_t kProgressSteps = 16;
constexpr const char* kInterrupted = "interrupted";

Result<RehearsalView> map_rehearsal(const db::Row& r) {
  RehearsalView v;
  v.id = r.id<RehearsalId>(0);
  v.campaign_id = r.id<CampaignId>(1);
  v.binding_hash = r.bytes(2);
  v.state = r.as<RehearsalState>(3);
  v.audience = r.i64(4);
  v.done = r.i64(5);
  if (!r.text(6).empty()) v.result = YZ_TRY(json::decode<RehearsalResult>(r.text(6)));
  v.failure = r.string(7);
  v.started_by = r.id<UserId>(8);
  v.started_at = r.time(9);
  v.finished_at = if_set(r.time(10));
  return v;
}

// What rehearsals of the campaign have to be bound to so that they still say something; nothing when none
// does.
Result<Bytes> in_force(db::Tx& tx, CampaignId id) {
  const CampaignRow row = YZ_TRY(load_campaign(tx, id));
  if (!check_approval(tx, row)) return Bytes{};
  const auto bound = bound_now(tx, row);
  if (!bound && bound.error().code != ErrorCode::kNotFound) return bound;
  return bound && *bound == row.binding_hash ? *bound : Bytes{};
}

Result<RehearsalView> load(db::Tx& tx, CampaignId campaign, RehearsalId id) {
  auto view = YZ_TRY(tx.one(q::rehearsal_load, map_rehearsal, id));
  if (!view || view->campaign_id != campaign) return fail(ErrorCode::kNotFound, "no such rehearsal");
  view->outdated = YZ_TRY(in_force(tx, campaign)) != view->binding_hash;
  return *std::move(view);
}

Result<> check_state(const CampaignRow& row) {
  switch (row.view.state) {
    case CampaignState::kHandedOver:
    case CampaignState::kTesting:
    case CampaignState::kReady:
    case CampaignState::kScheduled:
      break;
    default:
      return fail(ErrorCode::kWrongState, "only between the hand-over and the start", "state");
  }
  if (row.view.parameters) return {};
  return fail(ErrorCode::kWrongState, "set the parameters before rehearsing", "parameters");
}

std::unexpected<Error> another_runs() {
  return fail(ErrorCode::kRehearsalRunning, "another rehearsal is running");
}

// ---------------------------------------------------------------- results

RehearsalForecast forecast_view(const engine::Forecast& alone, const engine::Forecast& crowded) {
  RehearsalForecast view{.starts_at = if_set(alone.starts_at),
                         .ends_at = if_set(alone.ends_at),
                         .would_leave = alone.messages,
                         .too_late = alone.too_late,
                         .unplaced = alone.unplaced,
                         .limited_by = alone.limited_by,
                         .zone = alone.zone,
                         .days = {},
                         .crowded_ends_at = if_set(crowded.ends_at),
                         .crowded_too_late = crowded.too_late};
  for (const engine::DayForecast& d : alone.days)
    view.days.push_back({domain::day_text(d.day), d.starts_at, d.ends_at, d.messages, d.segments});
  return view;
}

RehearsalChannel channel_view(const engine::RehearsedChannel& c, const engine::Forecast& forecast) {
  RehearsalChannel view{.channel_id = ChannelId{c.channel_id},
                        .simulated = c.simulated,
                        .messages = c.messages,
                        .segments = c.segments,
                        .carrier_took = c.carrier_took,
                        .segments_per_second = c.segments_per_second,
                        .lane_percent = std::lround(100 * c.lane_share),
                        .starts_at = {},
                        .ends_at = {}};
  const auto found = std::ranges::find(forecast.channels, c.channel_id, &engine::ChannelForecast::channel_id);
  if (found == forecast.channels.end()) return view;
  view.starts_at = if_set(found->starts_at);
  view.ends_at = if_set(found->ends_at);
  view.would_leave = found->messages;
  view.too_late = found->too_late;
  view.unplaced = found->unplaced;
  view.limited_by = found->limited_by;
  return view;
}

Result<RehearsalResult> result_of(const engine::Rehearsal& rehearsal, Time when) {
  using Company = engine::Rehearsal::Company;
  const engine::Forecast alone = YZ_TRY(rehearsal.forecast(Company::kAlone));
  const engine::Forecast crowded = YZ_TRY(rehearsal.forecast(Company::kCrowded));
  RehearsalResult result;
  result.planned_start = when;
  result.funnel = rehearsal.funnel();
  for (const engine::RehearsedHold& h : rehearsal.held())
    result.held_until.push_back({h.reason, h.until, h.messages});
  for (const auto& [reason, messages] : rehearsal.examples())
    for (const int64_t id : messages) result.examples[std::string(name_of(reason))].push_back(MessageId{id});
  for (const engine::RehearsedChannel& c : rehearsal.channels()) {
    (c.simulated ? result.simulated_segments : result.counted_segments) += c.segments;
    result.carrier_took += c.carrier_took;
    result.channels.push_back(channel_view(c, alone));
  }
  result.carrier_took_all = result.carrier_took == result.simulated_segments;
  result.messages_per_second = std::llround(rehearsal.messages_per_second());
  result.segments_per_second = std::llround(rehearsal.segments_per_second());
  result.forecast = forecast_view(alone, crowded);
  return result;
}

}  // namespace

// ---------------------------------------------------------------- commands

Result<Rehearsals::Work> Rehearsals::begin(db::Tx& tx, const Principal& who, CampaignId id,
                                           std::optional<int64_t> version) {
  const CampaignRow row = YZ_TRY(load_campaign(tx, id));
  YZ_CHECK(check_version(row, version));
  YZ_CHECK(check_state(row));
  YZ_CHECK(check_approval(tx, row));
  const Time now = store_.now();
  if (YZ_TRY(tx.one(q::rehearsals_in_state, [](const db::Row&) { return true; }, RehearsalState::kRunning)))
    return another_runs();
  const auto rehearsal = store_.ids.make<RehearsalId>();
  YZ_TRY(tx.run(q::rehearsal_insert, rehearsal, id, row.binding_hash, RehearsalState::kRunning,
                row.view.audience_count, who.person(), now));
  YZ_TRY(tx.run(q::rehearsal_prune, id, limits::kRehearsalsKept));
  YZ_CHECK(
      store::append_audit(tx, store_, who.actor(),
                          {.action = "campaign.rehearse",
                           .object_type = "campaign",
                           .object_id = id.value,
                           .detail = fmt::format(R"({{"binding_hash":"{}"}})", to_hex(row.binding_hash))}));
  return Work{.id = rehearsal,
              .campaign_id = id,
              .batch_id = row.batch_id,
              .when = std::max(now, row.view.parameters->scheduled_at.value_or(Time{}))};
}

Result<RehearsalView> Rehearsals::start(const Principal& who, CampaignId id, std::optional<int64_t> version) {
  const std::lock_guard starting(starting_);
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return fail(ErrorCode::kUnavailable, "the server is stopping");
    if (running_ && !cancelled_) return another_runs();
  }
  // One that was cancelled ends within a step, one that is through has its last write.
  if (thread_.joinable()) thread_.join();
  const Work work = YZ_TRY(store_.db.write([&](db::Tx& tx) { return begin(tx, who, id, version); }));
  {
    const std::lock_guard lock(mutex_);
    running_ = work.id;
    cancelled_ = false;
  }
  thread_ = std::thread([this, work] { run(work); });
  return get(id, work.id);
}

Result<RehearsalView> Rehearsals::get(CampaignId campaign, RehearsalId id) {
  return store_.db.read([&](db::Tx& tx) { return load(tx, campaign, id); });
}

Result<RehearsalList> Rehearsals::list(CampaignId campaign) {
  return store_.db.read([&](db::Tx& tx) -> Result<RehearsalList> {
    RehearsalList list;
    const Bytes bound = YZ_TRY(in_force(tx, campaign));
    YZ_CHECK(tx.each(
        q::rehearsal_list,
        [&](const db::Row& row) -> Result<> {
          list.items.push_back(YZ_TRY(map_rehearsal(row)));
          list.items.back().outdated = list.items.back().binding_hash != bound;
          return {};
        },
        campaign, limits::kRehearsalsKept));
    return list;
  });
}

Result<RehearsalView> Rehearsals::cancel(const Principal& who, CampaignId campaign, RehearsalId id) {
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    const RehearsalView view = YZ_TRY(load(tx, campaign, id));
    if (view.state != RehearsalState::kRunning)
      return fail(ErrorCode::kWrongState, "the rehearsal is over", "state");
    YZ_TRY(tx.run(q::rehearsal_end, id, RehearsalState::kCancelled, "", "", store_.now(),
                  RehearsalState::kRunning));
    return store::append_audit(
        tx, store_, who.actor(),
        {.action = "campaign.rehearsal_cancel", .object_type = "campaign", .object_id = campaign.value});
  }));
  {
    const std::lock_guard lock(mutex_);
    if (running_ == id) cancelled_ = true;
  }
  changed_.notify_all();
  return get(campaign, id);
}

// ---------------------------------------------------------------- the thread

void Rehearsals::run(const Work& work) {
  const auto result = rehearse(work);
  Ending ending;
  if (result) {
    ending = {.state = RehearsalState::kFinished, .result = json::encode(*result), .failure = {}};
  } else {
    ending.failure = cancelled_ ? kInterrupted : std::string(error_name(result.error().code));
    log::warn("rehearsal of {} ended: {}", to_string(work.campaign_id), to_string(result.error()));
  }
  {
    // Whoever begins another one waits for what is left.
    const std::lock_guard lock(mutex_);
    running_ = {};
  }
  const auto written =
      store_.db.write([&](db::Tx& tx) { return end(tx, work.id, work.campaign_id, ending); });
  // Then it looks as if it ran until the next start of the server.
  if (!written) log::error("a rehearsal's end could not be written: {}", to_string(written.error()));
}

Result<RehearsalResult> Rehearsals::rehearse(const Work& work) {
  const auto plan =
      YZ_TRY(store_.db.read([&](db::Tx& tx) { return engine::load_batch_plan(tx, work.batch_id); }));
  if (plan == nullptr) return fail(ErrorCode::kInternal, "the campaign has no batch");
  const auto screener = screener_.get();
  const engine::ScreenRendered screen = screener != nullptr ? screen_rendered_by(screener) : engine_.screen();
  engine::Rehearsal rehearsal(store_, plan, screen,
                              {.when = work.when,
                               .ill = YZ_TRY(engine_.ill_channels(*plan)),
                               .cancelled = [this] { return cancelled_.load(); }});
  engine::StepSize size(kSmallestStep, limits::kRehearsalRows, kStepUs);
  int64_t steps = 0;
  for (bool more = true; more;) {
    const bool short_step = engine_.urgent();
    const size_t rows = short_step ? size.rows() : limits::kRehearsalRows;
    const auto began = std::chrono::steady_clock::now();
    more = YZ_TRY(rehearsal.step(rows));
    const int64_t us =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began)
            .count();
    size.took(rows, us);
    if (++steps % kProgressSteps == 0) YZ_CHECK(note_progress(work, rehearsal.funnel().audience));
    if (short_step) rest(us);
  }
  return result_of(rehearsal, work.when);
}

void Rehearsals::rest(int64_t us) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::microseconds(us), [this] { return cancelled_.load(); });
}

Result<> Rehearsals::note_progress(const Work& work, int64_t done) {
  return store_.db.write(
      [&](db::Tx& tx) -> Result<> {
        YZ_TRY(tx.run(q::rehearsal_progress, work.id, done, RehearsalState::kRunning));
        return {};
      },
      db::Priority::kBulk);
}

// Nothing when it was cancelled meanwhile.
Result<> Rehearsals::end(db::Tx& tx, RehearsalId id, CampaignId campaign, const Ending& ending) {
  const bool finished = ending.state == RehearsalState::kFinished;
  if (YZ_TRY(tx.run(q::rehearsal_end, id, ending.state, ending.result, ending.failure, store_.now(),
                    RehearsalState::kRunning)) == 0)
    return {};
  return store::append_audit(tx, store_, {},
                             {.action = finished ? "campaign.rehearsed" : "campaign.rehearsal_failed",
                              .object_type = "campaign",
                              .object_id = campaign.value,
                              .reason = ending.failure});
}

void Rehearsals::stop() {
  const std::lock_guard starting(starting_);
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    cancelled_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Rehearsals::wait() {
  const std::lock_guard starting(starting_);
  if (thread_.joinable()) thread_.join();
}

Result<> Rehearsals::recover() {
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    std::vector<RehearsalView> cut;
    YZ_CHECK(tx.each(
        q::rehearsals_in_state,
        [&](const db::Row& r) {
          cut.push_back({.id = r.id<RehearsalId>(0), .campaign_id = r.id<CampaignId>(1)});
        },
        RehearsalState::kRunning));
    for (const RehearsalView& view : cut)
      YZ_CHECK(end(tx, view.id, view.campaign_id,
                   {.state = RehearsalState::kFailed, .result = {}, .failure = kInterrupted}));
    return {};
  });
}

}  // namespace yizhan::service
