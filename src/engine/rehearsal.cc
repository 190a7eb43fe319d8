#include "engine/rehearsal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/limits.h"
#include "engine/outgoing.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;

namespace {

using SteadyClock = std::chrono::steady_clock;

net::IoThreads background_threads() {
  net::give_way();
  return net::IoThreads("rehearsal", 1);
}

}  // namespace

Rehearsal::Rehearsal(const store::Store& store, std::shared_ptr<const BatchPlan> plan,
                     const ScreenRendered& screen, RehearsalOptions options)
    : store_(store),
      plan_(std::move(plan)),
      options_(std::move(options)),
      run_(store, plan_, screen, options_.when, options_.ill),
      threads_(background_threads()) {}

Result<bool> Rehearsal::step(size_t rows) {
  const auto began = SteadyClock::now();
  const auto most = static_cast<int64_t>(std::min(rows, limits::kRehearsalRows));
  const bool more = YZ_TRY(run_.next(most, [this](const DryRunMessage& message) { return look(message); }));
  if (!more)
    for (auto& [id, channel] : channels_)
      if (channel.carrier) YZ_CHECK(channel.carrier->settle());
  worked_us_ += std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - began).count();
  return more;
}

Result<> Rehearsal::look(const DryRunMessage& message) {
  if (options_.cancelled()) return fail(ErrorCode::kUnavailable, "the rehearsal was cancelled");
  funnel_.count(message);
  note(message);
  // Of what waits for its hour, what cannot be composed is refused then.
  if (!message.may_go() || message.segments == 0) return {};
  YZ_CHECK(add_load(message));
  return submit(message);
}

void Rehearsal::note(const DryRunMessage& message) {
  const Verdict& verdict = message.verdict;
  if (verdict.state == domain::MessageState::kQueued) return;
  if (message.may_go()) ++held_[{verdict.due, verdict.reason}];
  auto& named = examples_[verdict.reason];
  if (named.size() < limits::kRehearsalExamples) named.push_back(message.message_id);
}

Result<> Rehearsal::add_load(const DryRunMessage& message) {
  const Candidate& c = message.candidate;
  const auto [at, is_new] =
      loads_.try_emplace(Kind{message.channel_id, std::string(c.region), std::string(c.zone), c.expires_at});
  ForecastLoad& load = at->second;
  if (is_new) {
    if (loads_.size() > limits::kRehearsalKinds)
      return fail(ErrorCode::kTooLarge, "too many kinds of recipients");
    load = {.channel_id = message.channel_id,
            .region = std::string(c.region),
            .zone = std::string(c.zone),
            .ends = validity_ends(message.rules, c)};
  }
  ++load.messages;
  load.segments += message.segments;
  return {};
}

Result<> Rehearsal::submit(const DryRunMessage& message) {
  Channel* const way = YZ_TRY(channel(message.channel_id));
  ++way->messages;
  way->segments += message.segments;
  segments_ += message.segments;
  if (way->carrier == nullptr) return {};
  std::array<char, 24> number{};
  const auto end = std::to_chars(number.begin(), number.end(), message.candidate.number).ptr;
  const std::string_view digits{number.data(), static_cast<size_t>(end - number.data())};
  const size_t parts = message.pieces.size();
  for (size_t i = 0; i < parts; ++i) {
    const text::Segment piece = message.pieces[i];
    const ClaimedSegment segment{.attempt_id = way->carrier->added() + 1,
                                 .message_id = message.message_id,
                                 .number = message.candidate.number,
                                 .encoding = message.encoding,
                                 .has_header = piece.udh_bytes > 0,
                                 .part_number = static_cast<uint8_t>(i + 1),
                                 .part_count = static_cast<uint8_t>(parts)};
    YZ_CHECK(way->carrier->add(outgoing(segment, piece.payload, *plan_, way->row.access_code, digits)));
  }
  return {};
}

Result<Rehearsal::Channel*> Rehearsal::channel(int64_t id) {
  if (const auto found = channels_.find(id); found != channels_.end()) return &found->second;
  auto row = YZ_TRY(store_.db.read([&](db::Tx& tx) {
    return tx.one(q::channel_to_bind, [&](const db::Row& r) { return read_channel(store_, r); }, id);
  }));
  if (!row) return fail(ErrorCode::kNotFound, "the channel is gone", "channel_id");
  std::unique_ptr<RehearsalCarrier> carrier;
  if (row->protocol != domain::ChannelProtocol::kHttp)
    carrier = YZ_TRY(RehearsalCarrier::open(threads_.context(0), store_.clock, *row, options_.cancelled));
  const auto added = channels_.try_emplace(id, Channel{*std::move(row), std::move(carrier)});
  return &added.first->second;
}

double Rehearsal::per_second(int64_t count) const {
  return static_cast<double>(count) * 1e6 / static_cast<double>(std::max<int64_t>(1, worked_us_));
}

double Rehearsal::lane_share(const Channel& channel) const {
  const link::LaneWeights weights = link_config(channel.row).lane_weights;
  double all = 0;
  for (const uint32_t weight : weights) all += weight;
  return weights[link::index_of(link_lane(plan_->lane()))] / all;
}

std::vector<RehearsedChannel> Rehearsal::channels() const {
  std::vector<RehearsedChannel> all;
  for (const auto& [id, c] : channels_)
    all.push_back({.channel_id = id,
                   .simulated = c.carrier != nullptr,
                   .messages = c.messages,
                   .segments = c.segments,
                   .carrier_took = c.carrier ? c.carrier->took() : 0,
                   .segments_per_second = c.row.options.segments_per_second,
                   .lane_share = lane_share(c)});
  return all;
}

std::vector<RehearsedHold> Rehearsal::held() const {
  std::vector<RehearsedHold> all;
  for (const auto& [key, messages] : held_) {
    const auto& [until, reason] = key;
    if (all.size() == limits::kRehearsalHeldShown) {
      all.back().until = until;
      all.back().messages += messages;
    } else {
      all.push_back({.reason = reason, .until = until, .messages = messages});
    }
  }
  return all;
}

Result<Forecast> Rehearsal::forecast(Company company) const {
  const BatchRules batch =
      YZ_TRY(store_.db.read([&](db::Tx& tx) { return load_batch_rules(tx, *plan_, options_.when); }));
  ForecastInput input{.start = options_.when,
                      .hours = batch.rules.hours,
                      .channels = {},
                      .loads = {},
                      .campaign_rate = static_cast<double>(plan_->segments_per_second),
                      .pipeline_rate = segments_per_second()};
  for (const auto& [id, c] : channels_) {
    const domain::ChannelOptions& o = c.row.options;
    const double rate = static_cast<double>(o.segments_per_second);
    input.channels.push_back({.channel_id = id,
                              .segments_per_second = company == Company::kAlone ? rate : rate * lane_share(c),
                              .hours = {o.window_start_minute, o.window_end_minute}});
  }
  for (const auto& [kind, load] : loads_) input.loads.push_back(load);
  return engine::forecast(input);
}

}  // namespace yizhan::engine
