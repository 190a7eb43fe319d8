#include "domain/sending_rules.h"

#include <gtest/gtest.h>

#include <random>

#include "base/limits.h"

namespace yizhan::domain {
namespace {

using enum MessageClass;

Time at(std::string_view text) { return parse_rfc3339(text).value(); }
int64_t days_of(std::initializer_list<Weekday> list) {
  int64_t bits = 0;
  for (const Weekday day : list) bits |= bit_of(day);
  return bits;
}

struct Company {
  std::vector<WindowRule> windows;
  std::vector<Holiday> holidays;
  Hours hours(MessageClass c = kMarketing, SendWindow batch = kWholeDay) const {
    return {.message_class = c, .batch = batch, .windows = windows, .holidays = holidays};
  }
  bool open(std::string_view text, std::string_view region = "CN", MessageClass c = kMarketing,
            std::string_view zone = "Asia/Shanghai") const {
    return window_state(hours(c), region, zone, at(text)) == WindowState::kOpen;
  }
  std::string opens(std::string_view text, std::string_view zone = "Asia/Shanghai",
                    std::string_view region = "CN") const {
    const Time t = window_opens_at(hours(), region, zone, at(text));
    return t ? to_rfc3339(t) : "never";
  }
};

TEST(Windows, RowsOfOneScopeAddUpAndItsOwnJurisdictionStandsIn) {
  using enum Weekday;
  const int64_t working = days_of({kMonday, kTuesday, kWednesday, kThursday, kFriday});
  const int64_t weekend = days_of({kSaturday, kSunday});
  const Company company{.windows = {{kMarketing, "", {540, 1200}, working},
                                    {kMarketing, "", {600, 1080}, weekend},
                                    {kMarketing, "US", {480, 1260}}},
                        .holidays = {}};
  EXPECT_TRUE(company.open("2026-03-06T09:30:00+08:00"));   // a Friday
  EXPECT_FALSE(company.open("2026-03-07T09:30:00+08:00"));  // a Saturday
  EXPECT_TRUE(company.open("2026-03-07T10:00:00+08:00"));
  EXPECT_TRUE(company.open("2026-03-07T08:00:00-05:00", "US", kMarketing, "America/New_York"));
  EXPECT_FALSE(company.open("2026-03-07T08:00:00-05:00", "CN", kMarketing, "America/New_York"));
  EXPECT_TRUE(company.open("2026-03-07T03:00:00+08:00", "CN", kNotification))
      << "a class without rows is free";
  EXPECT_EQ(company.opens("2026-03-06T20:00:00+08:00"), "2026-03-07T02:00:00Z");
}

TEST(Windows, EveryClassAndTheClassMustBothBeOpen) {
  const Company company{.windows = {{kMarketing, "", {540, 1200}},
                                    {std::nullopt, "", {0, 600}},
                                    {kNotification, "", {720, 780}}},
                        .holidays = {}};
  EXPECT_TRUE(company.open("2026-03-06T09:30:00+08:00"));
  EXPECT_FALSE(company.open("2026-03-06T10:00:00+08:00"));
  EXPECT_TRUE(company.open("2026-03-06T09:59:59.999999+08:00", "CN", kVerification));
  EXPECT_FALSE(ever_opens(company.hours(kNotification), "CN"));
  EXPECT_TRUE(ever_opens(company.hours(), "CN"));
  EXPECT_FALSE(ever_opens(company.hours(kMarketing, {600, 720}), "CN"));
  EXPECT_EQ(to_rfc3339(window_opens_at(company.hours(kMarketing, {570, 720}), "CN", "Asia/Shanghai",
                                       at("2026-03-06T12:00:00+08:00"))),
            "2026-03-07T01:30:00Z");
  // Nothing ever opens: found out after a bounded search.
  EXPECT_EQ(
      window_opens_at(company.hours(kNotification), "CN", "Asia/Shanghai", at("2026-03-06T12:00:00+08:00")),
      Time{});
}

TEST(Holidays, StandInForMarketingsOwnRowsOnTheirDate) {
  Company company{.windows = {{kMarketing,
                               "",
                               {540, 1200},
                               days_of({Weekday::kMonday, Weekday::kTuesday, Weekday::kWednesday,
                                        Weekday::kThursday, Weekday::kFriday})}},
                  .holidays = {{*parse_day("2026-03-06"), "CN", std::nullopt, "closed"},
                               {*parse_day("2026-03-07"), "", SendWindow{600, 660}, "worked"}}};
  EXPECT_FALSE(company.open("2026-03-06T10:00:00+08:00"));
  EXPECT_TRUE(company.open("2026-03-06T10:00:00+08:00", "HK"));
  EXPECT_TRUE(company.open("2026-03-06T10:00:00+08:00", "CN", kNotification));
  EXPECT_TRUE(company.open("2026-03-07T10:30:00+08:00")) << "a Saturday that is worked";
  EXPECT_FALSE(company.open("2026-03-07T09:30:00+08:00"));
  EXPECT_EQ(company.opens("2026-03-05T20:00:00+08:00"), "2026-03-07T02:00:00Z");
  EXPECT_EQ(company.opens("2026-03-05T20:00:00+08:00", "Asia/Shanghai", "HK"), "2026-03-06T01:00:00Z");
  EXPECT_EQ(company.opens("2026-03-07T11:00:00+08:00"), "2026-03-09T01:00:00Z");
  // A number's own jurisdiction before all.
  company.holidays = {{*parse_day("2026-03-09"), "", std::nullopt, ""},
                      {*parse_day("2026-03-09"), "CN", SendWindow{0, 60}, ""}};
  EXPECT_TRUE(company.open("2026-03-09T00:30:00+08:00"));
  EXPECT_FALSE(company.open("2026-03-09T00:30:00+08:00", "HK"));
}

// 2026: New York's clocks go from 02:00 to 03:00 on March 8, and from 02:00 back to 01:00 on November 1.
TEST(Windows, ChangesOfTheClocks) {
  const Company company{.windows = {{kMarketing, "", {150, 240}}}, .holidays = {}};  // 02:30 to 04:00
  const auto* zone = "America/New_York";
  EXPECT_EQ(company.opens("2026-03-08T01:00:00-05:00", zone), "2026-03-08T07:00:00Z") << "when it is skipped";
  EXPECT_EQ(company.opens("2026-03-07T05:00:00-05:00", zone), "2026-03-08T07:00:00Z");
  const Company gone{.windows = {{kMarketing, "", {130, 170}}},
                     .holidays = {}};  // in the gap and nowhere else
  EXPECT_EQ(gone.opens("2026-03-08T01:00:00-05:00", zone), "2026-03-09T06:10:00Z");
  const Company twice{.windows = {{kMarketing, "", {90, 110}}}, .holidays = {}};  // 01:30 to 01:50
  EXPECT_EQ(twice.opens("2026-11-01T00:00:00-04:00", zone), "2026-11-01T05:30:00Z");
  EXPECT_EQ(twice.opens("2026-11-01T01:55:00-04:00", zone), "2026-11-01T06:30:00Z") << "the second time";
}

TEST(Days, AreReadStrictly) {
  EXPECT_EQ(parse_day("1970-01-02"), 1);
  EXPECT_EQ(day_text(*parse_day("2028-02-29")), "2028-02-29");
  for (const char* text :
       {"", "2026-02-29", "2026-2-9", "2026-13-01", "2026/01/01", "2026-01-0x", "2026-01-011"})
    EXPECT_FALSE(parse_day(text)) << text;
}

// Whatever the rows, what is told to be the next opening is one, and nothing before it is, minute by minute.
TEST(Windows, TheNextOpeningIsTheFirst) {
  std::mt19937 random(7);
  const auto below = [&](int64_t n) {
    return static_cast<int64_t>(std::uniform_int_distribution<int64_t>(0, n - 1)(random));
  };
  const std::array<const char*, 4> zones{"Asia/Shanghai", "America/New_York", "Australia/Lord_Howe",
                                         "Africa/Cairo"};
  for (int round = 0; round < 60; ++round) {
    Company company;
    for (int64_t i = below(4); i >= 0; --i) {
      const int64_t start = below(1400);
      company.windows.push_back({below(3) == 0 ? std::nullopt : std::optional(kMarketing),
                                 below(2) == 0 ? "CN" : "",
                                 {start, start + 1 + below(1440 - start)},
                                 below(128)});
    }
    const Time from = at("2026-03-06T00:00:00Z") + minutes(below(366 * 1440)) + seconds(below(60));
    for (int64_t d = from.us / days(1).us, i = below(3); i > 0; --i, ++d)
      company.holidays.push_back(
          {d, "", below(2) == 0 ? std::nullopt : std::optional(SendWindow{600, 700}), ""});
    const std::string_view zone = zones[static_cast<size_t>(below(4))];
    const Hours hours = company.hours();
    const Time opens = window_opens_at(hours, "CN", zone, from);
    const Time until = opens ? opens : from + days(limits::kWindowSearchDays);
    if (opens) EXPECT_EQ(window_state(hours, "CN", zone, opens), WindowState::kOpen);
    if (opens == from) continue;
    for (Time t = from; t < until; t = {(t.us / minutes(1).us + 1) * minutes(1).us})
      if (t < until) ASSERT_EQ(window_state(hours, "CN", zone, t), WindowState::kClosed) << to_rfc3339(t);
  }
}

TEST(Windows, CloseAtTheEndOfTheirHours) {
  const Company company{
      .windows = {{kMarketing, "", {540, 1200}}, {std::nullopt, "", kWholeDay, days_of({Weekday::kFriday})}},
      .holidays = {}};
  const auto closes = [&](const char* when, const Hours& hours) {
    return window_closes_at(hours, "CN", "Asia/Shanghai", at(when));
  };
  EXPECT_EQ(closes("2026-03-06T10:00:00+08:00", company.hours()), at("2026-03-06T20:00:00+08:00"));
  EXPECT_EQ(closes("2026-03-06T21:00:00+08:00", company.hours()), at("2026-03-06T21:00:00+08:00"));
  EXPECT_EQ(closes("2026-03-06T10:00:00+08:00", company.hours(kMarketing, {600, 720})),
            at("2026-03-06T12:00:00+08:00"));
  // Of another class only the day ends it.
  EXPECT_EQ(closes("2026-03-06T10:00:00+08:00", company.hours(kNotification)),
            at("2026-03-07T00:00:00+08:00"));
  const Company always{.windows = {}, .holidays = {}};
  EXPECT_EQ(closes("2026-03-06T10:00:00+08:00", always.hours()), Time{});
  // The clocks go back from 02:00 to 01:00: before the hours begin.
  const Company night{.windows = {{kMarketing, "", {90, 240}}}, .holidays = {}};
  EXPECT_EQ(window_closes_at(night.hours(), "US", "America/New_York", at("2026-11-01T01:45:00-04:00")),
            at("2026-11-01T02:00:00-04:00"));
}

// Whatever the rows, it is open until the time at which it is told to close, minute by minute, and not then.
TEST(Windows, TheNextClosingIsTheFirst) {
  std::mt19937 random(8);
  const auto below = [&](int64_t n) {
    return static_cast<int64_t>(std::uniform_int_distribution<int64_t>(0, n - 1)(random));
  };
  for (int round = 0; round < 200; ++round) {
    Company company;
    for (int64_t i = below(3); i >= 0; --i) {
      const int64_t start = below(700);
      company.windows.push_back({below(3) == 0 ? std::nullopt : std::optional(kMarketing),
                                 below(2) == 0 ? "CN" : "",
                                 {start, start + 1 + below(1440 - start)},
                                 below(128)});
    }
    const auto* zone = round % 2 == 0 ? "Asia/Shanghai" : "America/New_York";
    const Time from = at("2026-03-06T00:00:00Z") + minutes(below(366 * 1440));
    const Hours hours = company.hours();
    if (window_state(hours, "CN", zone, from) != WindowState::kOpen) continue;
    const Time closes = window_closes_at(hours, "CN", zone, from);
    if (closes) EXPECT_EQ(window_state(hours, "CN", zone, closes), WindowState::kClosed);
    const Time until = closes ? closes : from + days(3);
    for (Time t = from; t < until; t = t + minutes(1))
      ASSERT_EQ(window_state(hours, "CN", zone, t), WindowState::kOpen) << to_rfc3339(t);
  }
}

TEST(Days, BeginAtMidnightThere) {
  const int64_t day = *parse_day("2026-03-06");
  EXPECT_EQ(local_day("Asia/Shanghai", at("2026-03-05T16:00:00Z")), day);
  EXPECT_EQ(local_day("Asia/Shanghai", at("2026-03-05T15:59:59Z")), day - 1);
  EXPECT_EQ(day_begins("Asia/Shanghai", day), at("2026-03-06T00:00:00+08:00"));
  EXPECT_EQ(local_day("Nowhere", at("2026-03-06T00:00:00Z")), day);
  EXPECT_EQ(day_begins("Nowhere", day), at("2026-03-06T00:00:00Z"));
}

TEST(Frequency, WhatIsCountedAheadOfTheClockCounts) {
  const FrequencyRule rule{kMarketing, days(1), 1};
  const Time now = at("2026-03-09T10:00:00+08:00");
  EXPECT_EQ(count_used(rule, std::vector<Time>{now + hours(1), now, now - days(1)}, now), 2);
}

}  // namespace
}  // namespace yizhan::domain
