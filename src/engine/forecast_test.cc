// Forecasts whose figures were worked out by hand.
#include "engine/forecast.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace yizhan::engine {
namespace {

using domain::MessageClass;

constexpr int64_t kChannel = 7, kOther = 8;
constexpr double kFast = 1e6;  // a server that does not slow anything down

Time at(std::string_view text) { return parse_rfc3339(text).value(); }

// Nine to eight in China, for marketing; a server that is fast enough.
class ForecastTest : public ::testing::Test {
 protected:
  ForecastTest() { windows_.push_back({MessageClass::kMarketing, "", {540, 1200}}); }

  ForecastInput input(std::string_view start) {
    return {.start = at(start),
            .hours = {.message_class = MessageClass::kMarketing, .windows = windows_, .holidays = holidays_},
            .channels = {{.channel_id = kChannel, .segments_per_second = 1}},
            .loads = {},
            .pipeline_rate = kFast};
  }
  static ForecastLoad load(int64_t messages, int64_t segments, int64_t channel = kChannel) {
    return {.channel_id = channel,
            .region = "CN",
            .zone = "Asia/Shanghai",
            .ends = {},
            .messages = messages,
            .segments = segments};
  }
  static Forecast made(const ForecastInput& input) {
    const auto result = forecast(input);
    EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
    return result.value_or(Forecast{});
  }

  std::vector<domain::WindowRule> windows_;
  std::vector<domain::Holiday> holidays_;
};

TEST_F(ForecastTest, AnHourAtOneSegmentASecond) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  in.loads = {load(1'800, 3'600)};
  const Forecast f = made(in);
  EXPECT_EQ(f.starts_at, in.start);
  EXPECT_EQ(f.ends_at, in.start + hours(1));
  EXPECT_EQ(f.messages, 1'800);
  EXPECT_EQ(f.too_late + f.unplaced, 0);
  EXPECT_EQ(f.limited_by, ForecastLimit::kChannel);
  EXPECT_EQ(f.zone, "Asia/Shanghai");
  ASSERT_EQ(f.days.size(), 1U);
  EXPECT_EQ(domain::day_text(f.days[0].day), "2026-03-06");
  EXPECT_EQ(f.days[0].segments, 3'600);
  EXPECT_EQ(f.days[0].messages, 1'800);
  EXPECT_EQ(f.days[0].ends_at, f.ends_at);
}

// From seven in the evening an hour is left; the rest goes on the next morning.
TEST_F(ForecastTest, WaitsForTheNextMorning) {
  ForecastInput in = input("2026-03-06T19:00:00+08:00");
  in.loads = {load(5'400, 5'400)};
  const Forecast f = made(in);
  EXPECT_EQ(f.ends_at, at("2026-03-07T09:30:00+08:00"));
  ASSERT_EQ(f.days.size(), 2U);
  EXPECT_EQ(f.days[0].messages, 3'600);
  EXPECT_EQ(f.days[0].ends_at, at("2026-03-06T20:00:00+08:00"));
  EXPECT_EQ(f.days[1].messages, 1'800);
  EXPECT_EQ(f.days[1].starts_at, at("2026-03-07T09:00:00+08:00"));
}

TEST_F(ForecastTest, BeginsWhenTheWindowOpensAndSkipsHolidays) {
  holidays_ = {{*domain::parse_day("2026-03-06"), "CN", std::nullopt, "closed"}};
  ForecastInput in = input("2026-03-05T21:00:00+08:00");
  in.loads = {load(60, 60)};
  const Forecast f = made(in);
  EXPECT_EQ(f.starts_at, at("2026-03-07T09:00:00+08:00"));
  EXPECT_EQ(f.ends_at, at("2026-03-07T09:01:00+08:00"));
}

// What is not gone at its end is too old: of 7,200 at one a second half leave within the hour.
TEST_F(ForecastTest, WhoseTurnComesTooLate) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  in.loads = {load(7'200, 7'200)};
  in.loads[0].ends = in.start + hours(1);
  Forecast f = made(in);
  EXPECT_EQ(f.messages, 3'600);
  EXPECT_EQ(f.too_late, 3'600);
  EXPECT_EQ(f.ends_at, in.start + hours(1));
  EXPECT_EQ(f.days[0].messages, 3'600);
  // And of those for whom the next morning would be after their end, whoever is left in the evening.
  in = input("2026-03-06T19:30:00+08:00");
  in.loads = {load(3'000, 3'000)};
  in.loads[0].ends = at("2026-03-07T08:00:00+08:00");
  f = made(in);
  EXPECT_EQ(f.messages, 1'800);
  EXPECT_EQ(f.too_late, 1'200);
  EXPECT_EQ(f.ends_at, at("2026-03-06T20:00:00+08:00"));
}

// A message of two segments of which one would leave in time does not.
TEST_F(ForecastTest, CountsWholeMessages) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  in.loads = {load(10, 20)};
  in.loads[0].ends = in.start + seconds(7);
  const Forecast f = made(in);
  EXPECT_EQ(f.messages, 3);
  EXPECT_EQ(f.too_late, 7);
  EXPECT_EQ(f.days[0].messages, 3);
}

// Half of the recipients are in New York, where it is evening when it is morning in Shanghai: from 10:00 to
// 20:00 there, 36,000 of Shanghai's 36,000 leave; New York opens at 09:00 EST, 22:00 in Shanghai.
TEST_F(ForecastTest, ZonesTakeTurns) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  in.loads = {load(36'001, 36'001), load(3'600, 3'600)};
  in.loads[1].region = "US";
  in.loads[1].zone = "America/New_York";
  const Forecast f = made(in);
  EXPECT_EQ(f.starts_at, at("2026-03-06T10:00:00+08:00"));
  // One of Shanghai is left over for its next morning.
  EXPECT_EQ(f.ends_at, at("2026-03-07T09:00:01+08:00"));
  ASSERT_EQ(f.days.size(), 2U);
  EXPECT_EQ(f.days[0].messages, 39'600);
  EXPECT_EQ(f.days[1].messages, 1);
}

// Both are open: they share the channel evenly and end together, and too late for one of them counts for it.
TEST_F(ForecastTest, WhatIsOpenSharesAChannel) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  in.loads = {load(600, 600), load(1'200, 1'200)};
  in.loads[1].ends = in.start + minutes(15);  // by then 300 and 600 of them are gone
  const Forecast f = made(in);
  EXPECT_EQ(f.messages, 1'200);
  EXPECT_EQ(f.too_late, 600);
  EXPECT_EQ(f.ends_at, in.start + minutes(20));
}

TEST_F(ForecastTest, TheCampaignsRateBindsAllChannels) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  in.channels = {{.channel_id = kChannel, .segments_per_second = 4},
                 {.channel_id = kOther, .segments_per_second = 12}};
  in.loads = {load(240, 240), load(720, 720, kOther)};
  in.campaign_rate = 8;  // half of what the channels would do
  Forecast f = made(in);
  EXPECT_EQ(f.ends_at, in.start + minutes(2));
  EXPECT_EQ(f.limited_by, ForecastLimit::kCampaign);
  EXPECT_EQ(f.channels[0].ends_at, f.channels[1].ends_at);
  in.campaign_rate = 0;
  f = made(in);
  EXPECT_EQ(f.ends_at, in.start + minutes(1));
  EXPECT_EQ(f.limited_by, ForecastLimit::kChannel);
  // Alone, the second one may use what the first has left: 12 of 13 a second.
  in.campaign_rate = 13;
  in.loads = {load(1'200, 1'200, kOther)};
  f = made(in);
  EXPECT_EQ(f.ends_at, in.start + seconds(100));
  EXPECT_EQ(f.channels[0].starts_at, Time{});
}

TEST_F(ForecastTest, SaysWhenTheServerIsTheSlowerOne) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  in.channels[0].segments_per_second = 0;
  in.loads = {load(1'000, 1'000)};
  in.pipeline_rate = 50;
  const Forecast f = made(in);
  EXPECT_EQ(f.ends_at, in.start + seconds(20));
  EXPECT_EQ(f.limited_by, ForecastLimit::kPipeline);
}

TEST_F(ForecastTest, AChannelsOwnHoursNarrowTheWindow) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  in.channels[0].hours = {660, 661};  // a minute a day
  in.loads = {load(90, 90)};
  const Forecast f = made(in);
  EXPECT_EQ(f.starts_at, at("2026-03-06T11:00:00+08:00"));
  EXPECT_EQ(f.ends_at, at("2026-03-07T11:00:30+08:00"));
}

TEST_F(ForecastTest, WhatNoWindowTakesIsSaid) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  in.channels[0].hours = {0, 60};  // never within nine to eight
  in.loads = {load(5, 5)};
  Forecast f = made(in);
  EXPECT_EQ(f.unplaced, 5);
  EXPECT_EQ(f.starts_at, Time{});
  EXPECT_TRUE(f.days.empty());
  // Eleven hours a day for as many days as are looked at, and one more message.
  in = input("2026-03-06T09:00:00+08:00");
  const int64_t most = limits::kWindowSearchDays * 11 * 3'600;
  in.loads = {load(most + 1, most + 1)};
  f = made(in);
  EXPECT_EQ(f.unplaced, 1);
  EXPECT_EQ(f.messages, most);
  EXPECT_EQ(f.days.size(), static_cast<size_t>(limits::kWindowSearchDays));
}

TEST_F(ForecastTest, NothingToSend) {
  ForecastInput in = input("2026-03-06T10:00:00+08:00");
  EXPECT_EQ(made(in).ends_at, Time{});
  in.loads = {load(1, 1, kOther)};
  const auto refused = forecast(in);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace yizhan::engine
