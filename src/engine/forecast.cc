#include "engine/forecast.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

#include "base/limits.h"

namespace yizhan::engine {
namespace {

constexpr Time kNever{std::numeric_limits<int64_t>::max()};
constexpr double kNothing = 1e-6;  // of a segment: what is left of rounding

enum class Fate : uint8_t { kWaits, kTooLate, kUnplaced };

// The recipients of one load as they leave.
struct Flow {
  const ForecastLoad* load = nullptr;
  size_t channel = 0;
  domain::Hours hours;  // narrowed by the channel's
  double left = 0;      // segments
  bool open = false;
  Time changes;  // when its window opens or closes next
  Fate fate = Fate::kWaits;

  bool waits() const { return fate == Fate::kWaits && left > 0; }
  bool flows() const { return waits() && open; }
  // Whole messages only.
  int64_t messages_left() const {
    const double share = left / static_cast<double>(load->segments);
    return static_cast<int64_t>(std::ceil(share * static_cast<double>(load->messages) - kNothing));
  }
  void look(Time now);
};

void Flow::look(Time now) {
  if (!waits()) return;
  if (load->ends && now >= load->ends) {
    fate = Fate::kTooLate;
    return;
  }
  if (now < changes) return;
  const Time opens = domain::window_opens_at(hours, load->region, load->zone, now);
  open = opens && opens <= now;
  if (!opens) {
    fate = Fate::kUnplaced;
  } else if (!open) {
    changes = opens;
    // Nobody waits for an hour at which it would be too late.
    if (load->ends && opens >= load->ends) fate = Fate::kTooLate;
  } else {
    const Time closes = domain::window_closes_at(hours, load->region, load->zone, now);
    changes = closes ? closes : kNever;
  }
}

// One channel at one moment.
struct Way {
  double rate = 0;                                                  // its own; 0 = none
  double left = 0;                                                  // segments that may go now
  double pace = 0;                                                  // at which they go
  std::array<double, values_of(ForecastLimit{}).size()> seconds{};  // under each limit
};

class Forecaster {
 public:
  explicit Forecaster(const ForecastInput& input) : input_(input) {}
  Result<Forecast> run();

 private:
  Result<> set_up();
  void find_zone();
  void look();
  Time next_change() const;
  void set_paces();
  double seconds_to_first_end() const;
  void flow(double seconds);
  void count_day(Time until, double segments, double messages);
  void round_days();
  void sum_up();

  bool capped_by_campaign() const {
    return input_.campaign_rate > 0 && input_.campaign_rate <= input_.pipeline_rate;
  }
  double cap() const { return capped_by_campaign() ? input_.campaign_rate : input_.pipeline_rate; }

  const ForecastInput& input_;
  Forecast out_;
  std::vector<Flow> flows_;
  std::vector<Way> ways_;
  Time now_;
  double segments_ = 0, messages_ = 0;  // that have left
};

Result<> Forecaster::set_up() {
  std::map<int64_t, size_t> index;
  for (const ForecastChannel& c : input_.channels) {
    index.emplace(c.channel_id, ways_.size());
    ways_.push_back({.rate = c.segments_per_second});
    out_.channels.push_back({.channel_id = c.channel_id});
  }
  for (const ForecastLoad& load : input_.loads) {
    if (load.segments <= 0) continue;
    const auto found = index.find(load.channel_id);
    if (found == index.end()) return fail(ErrorCode::kInvalidArgument, "no such channel", "loads");
    Flow flow{.load = &load,
              .channel = found->second,
              .hours = input_.hours,
              .left = static_cast<double>(load.segments)};
    const domain::SendWindow& own = input_.channels[found->second].hours;
    flow.hours.batch.start_minute = std::max(flow.hours.batch.start_minute, own.start_minute);
    flow.hours.batch.end_minute = std::min(flow.hours.batch.end_minute, own.end_minute);
    flows_.push_back(flow);
  }
  return {};
}

void Forecaster::find_zone() {
  std::map<std::string_view, int64_t> messages;
  for (const ForecastLoad& load : input_.loads) messages[load.zone] += load.messages;
  const auto most = std::ranges::max_element(messages, {}, [](const auto& entry) { return entry.second; });
  if (most != messages.end()) out_.zone = most->first;
}

void Forecaster::look() {
  for (Way& way : ways_) way.left = 0;
  for (Flow& flow : flows_) {
    flow.look(now_);
    if (flow.flows()) ways_[flow.channel].left += flow.left;
  }
}

// The next time at which who may go is another, or another day begins.
Time Forecaster::next_change() const {
  Time next = domain::day_begins(out_.zone, domain::local_day(out_.zone, now_) + 1);
  if (next <= now_) next = now_ + days(1);
  bool any = false;
  Time first = kNever;
  for (const Flow& flow : flows_) {
    if (!flow.waits()) continue;
    any = true;
    first = std::min(first, flow.changes);
    if (flow.load->ends) first = std::min(first, flow.load->ends);
  }
  const bool flowing = std::ranges::any_of(ways_, [](const Way& way) { return way.left > 0; });
  if (!any) return now_;
  return flowing ? std::min(first, next) : first;
}

// Channels go as fast as they may; together no faster than the campaign and the server, each slowed down by
// the same share.
void Forecaster::set_paces() {
  double together = 0;
  for (Way& way : ways_) {
    way.pace = way.left <= 0 ? 0 : (way.rate > 0 ? way.rate : cap());
    together += way.pace;
  }
  const double share = together > cap() ? cap() / together : 1;
  for (Way& way : ways_) way.pace *= share;
}

double Forecaster::seconds_to_first_end() const {
  double first = std::numeric_limits<double>::max();
  for (const Way& way : ways_)
    if (way.left > 0) first = std::min(first, way.left / way.pace);
  return first;
}

void Forecaster::flow(double seconds) {
  double segments = 0, messages = 0;
  const Time until = now_ + microseconds(std::max<int64_t>(1, std::llround(seconds * 1e6)));
  const auto cap_is = capped_by_campaign() ? ForecastLimit::kCampaign : ForecastLimit::kPipeline;
  for (size_t i = 0; i < ways_.size(); ++i) {
    Way& way = ways_[i];
    if (way.left <= 0) continue;
    const auto limit = way.rate > 0 && way.pace >= way.rate ? ForecastLimit::kChannel : cap_is;
    way.seconds[static_cast<size_t>(limit) - 1] += seconds;
    ChannelForecast& channel = out_.channels[i];
    if (!channel.starts_at) channel.starts_at = now_;
    channel.ends_at = until;
    const double portion = std::min(1.0, way.pace * seconds / way.left);
    for (Flow& flow : flows_) {
      if (flow.channel != i || !flow.flows()) continue;
      const double part = flow.left * portion;
      flow.left -= part;
      if (flow.left < kNothing) flow.left = 0;
      segments += part;
      messages += part / static_cast<double>(flow.load->segments) * static_cast<double>(flow.load->messages);
    }
  }
  count_day(until, segments, messages);
  now_ = until;
}

// Whole ones of what has left so far, so that the days sum up.
void Forecaster::count_day(Time until, double segments, double messages) {
  const int64_t day = domain::local_day(out_.zone, now_);
  if (out_.days.empty() || out_.days.back().day != day) out_.days.push_back({.day = day, .starts_at = now_});
  const auto whole = [](double n) { return static_cast<int64_t>(n + kNothing); };
  DayForecast& today = out_.days.back();
  today.ends_at = until;
  today.segments += whole(segments_ + segments) - whole(segments_);
  today.messages += whole(messages_ + messages) - whole(messages_);
  segments_ += segments;
  messages_ += messages;
}

// Of each load whole messages leave: the days together may have counted some more, or one fewer.
void Forecaster::round_days() {
  int64_t more = -out_.messages;
  for (const DayForecast& day : out_.days) more += day.messages;
  for (auto day = out_.days.rbegin(); day != out_.days.rend() && more > 0; ++day) {
    const int64_t taken = std::min(more, day->messages);
    day->messages -= taken;
    more -= taken;
  }
  if (more < 0 && !out_.days.empty()) out_.days.back().messages -= more;
}

void Forecaster::sum_up() {
  for (const Flow& flow : flows_) {
    ChannelForecast& channel = out_.channels[flow.channel];
    const int64_t left = flow.messages_left();
    channel.messages += flow.load->messages - left;
    (flow.fate == Fate::kTooLate ? channel.too_late : channel.unplaced) += left;
  }
  for (size_t i = 0; i < ways_.size(); ++i) {
    ChannelForecast& channel = out_.channels[i];
    const auto& seconds = ways_[i].seconds;
    channel.limited_by = static_cast<ForecastLimit>(std::ranges::max_element(seconds) - seconds.begin() + 1);
    out_.messages += channel.messages;
    out_.too_late += channel.too_late;
    out_.unplaced += channel.unplaced;
    if (!channel.starts_at) continue;
    if (!out_.starts_at || channel.starts_at < out_.starts_at) out_.starts_at = channel.starts_at;
    if (channel.ends_at < out_.ends_at) continue;
    out_.ends_at = channel.ends_at;
    out_.limited_by = channel.limited_by;
  }
}

Result<Forecast> Forecaster::run() {
  YZ_CHECK(set_up());
  find_zone();
  now_ = input_.start;
  const Time horizon = now_ + days(limits::kWindowSearchDays);
  for (int step = 0;; ++step) {
    if (step == limits::kForecastSteps) return fail(ErrorCode::kTooLarge, "the windows change too often");
    look();
    const Time next = std::min(next_change(), horizon);
    if (next <= now_) break;
    set_paces();
    const double whole = static_cast<double>((next - now_).us) / 1e6;
    const double first = seconds_to_first_end();
    if (std::ranges::any_of(ways_, [](const Way& way) { return way.left > 0; }))
      flow(std::min(first, whole));
    else
      now_ = next;
  }
  sum_up();
  round_days();
  return std::move(out_);
}

}  // namespace

Result<Forecast> forecast(const ForecastInput& input) { return Forecaster(input).run(); }

}  // namespace yizhan::engine
