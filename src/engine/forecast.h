#pragma once
// When a campaign would leave and who would grow too old before his turn: segments flow at the rates of their
// channels while the windows of their recipients are open. What is open on a channel shares it evenly, as
// messages of all hours lie mixed in a campaign. Pure, any thread.

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "domain/sending_rules.h"

namespace yizhan::engine {

// What a campaign is slowed down by.
#define YIZHAN_FORECAST_LIMITS(X)                                      \
  X(kChannel, 1, "channel")   /* the channel's own rate */             \
  X(kCampaign, 2, "campaign") /* the rate that the campaign was set */ \
  X(kPipeline, 3, "pipeline") /* what the server itself can do */
YIZHAN_ENUM(ForecastLimit, YIZHAN_FORECAST_LIMITS)

// Recipients who are alike in all that decides when they may be sent to.
struct ForecastLoad {
  int64_t channel_id = 0;
  std::string region, zone;
  Time ends;  // when their messages are too old to leave; zero = never
  int64_t messages = 0, segments = 0;
};
struct ForecastChannel {
  int64_t channel_id = 0;
  double segments_per_second = 0;  // 0 = no limit of its own
  domain::SendWindow hours = domain::kWholeDay;
};
// `hours` are views of what outlives the call.
struct ForecastInput {
  Time start;
  domain::Hours hours;
  std::vector<ForecastChannel> channels;  // those that a load names
  std::vector<ForecastLoad> loads;
  double campaign_rate = 0;  // segments a second over all channels; 0 = none set
  double pipeline_rate = 0;  // the same of the server itself; above zero
};

// Of one channel. Without messages that leave its times are zero.
struct ChannelForecast {
  int64_t channel_id = 0;
  Time starts_at, ends_at;
  int64_t messages = 0;  // that leave
  int64_t too_late = 0;  // that are too old before their turn
  int64_t unplaced = 0;  // for which no window opens within limits::kWindowSearchDays
  ForecastLimit limited_by = ForecastLimit::kChannel;  // most of the time
};
struct DayForecast {
  int64_t day = 0;  // as domain::local_day() in Forecast::zone
  Time starts_at, ends_at;
  int64_t messages = 0, segments = 0;
};
// Sums over the channels: messages + too_late + unplaced is what the loads hold.
struct Forecast {
  Time starts_at, ends_at;
  int64_t messages = 0, too_late = 0, unplaced = 0;
  ForecastLimit limited_by = ForecastLimit::kChannel;  // of the channel that ends last
  std::string zone;                                    // of most messages: whose dates `days` are
  std::vector<DayForecast> days;                       // on which something leaves
  std::vector<ChannelForecast> channels;               // as in the input
};

// kInvalidArgument for a load of a channel that is not given; kTooLarge when the windows change too often.
Result<Forecast> forecast(const ForecastInput& input);

}  // namespace yizhan::engine
