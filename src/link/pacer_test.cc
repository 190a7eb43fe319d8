#include "link/pacer.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "link/latency.h"
#include "link/submit_window.h"

namespace yizhan::link {
namespace {

using namespace std::chrono_literals;
using Instant = Pacer::Instant;
constexpr Instant kStart{1000s};

// How many go within `span`, asking every millisecond.
size_t sent_within(Pacer& pacer, Instant from, std::chrono::milliseconds span) {
  size_t n = 0;
  for (auto t = 0ms; t < span; t += 1ms)
    while (n < 1'000'000 && pacer.take(from + t)) ++n;
  return n;
}

TEST(Pacer, KeepsTheRateAndNeverBurstsAWholeSecond) {
  Pacer pacer({.segments_per_second = 100}, kStart);
  const size_t n = sent_within(pacer, kStart, 10s);
  EXPECT_GE(n, 995U);
  EXPECT_LE(n, 1005U);
  // After an idle hour the bucket holds a twentieth of a second.
  EXPECT_LE(sent_within(pacer, kStart + 3600s, 1ms), 6U);
}

TEST(Pacer, NextSaysWhen) {
  Pacer pacer({.segments_per_second = 10}, kStart);
  EXPECT_EQ(pacer.next(kStart), kStart);
  EXPECT_TRUE(pacer.take(kStart));
  const Instant next = pacer.next(kStart);
  EXPECT_FALSE(pacer.take(next - 1ms));
  EXPECT_TRUE(pacer.take(next));
}

TEST(Pacer, ThrottlingHalvesPausesAndClimbsBack) {
  Pacer pacer({.segments_per_second = 1000, .pause = milliseconds(100), .pause_max = seconds(1)}, kStart);
  EXPECT_TRUE(pacer.take(kStart));
  pacer.throttled(kStart, kStart + 10ms);
  EXPECT_EQ(pacer.rate(), 500);
  EXPECT_FALSE(pacer.take(kStart + 109ms));
  EXPECT_EQ(pacer.next(kStart + 20ms), kStart + 110ms);
  pacer.throttled(kStart + 5ms, kStart + 120ms);  // sent before the decrease: the same lesson
  EXPECT_EQ(pacer.rate(), 500);
  const size_t first = sent_within(pacer, kStart + 110ms, 1s);
  EXPECT_GE(first, 450U);
  EXPECT_LE(first, 600U);
  sent_within(pacer, kStart + 1110ms, 25s);
  EXPECT_EQ(pacer.rate(), 1000);
}

// A carrier that throttles everything for an hour, then takes everything.
TEST(Pacer, AnHourOfThrottlingCostsFewAttemptsAndIsLeftBehind) {
  Pacer pacer({.segments_per_second = 1000, .pause = milliseconds(500), .pause_max = seconds(10)}, kStart);
  size_t attempts = 0;
  const Instant sound = kStart + 1h;
  Instant now = kStart;
  for (; now < sound; now += 1ms) {
    if (!pacer.take(now)) continue;
    ++attempts;
    pacer.throttled(now, now + 1ms);
  }
  EXPECT_LE(attempts, 400U) << "one in ten seconds, once the pauses have grown";
  EXPECT_GE(attempts, 300U);
  // At most one pause later it sends again, by even steps up to what was agreed.
  EXPECT_GT(sent_within(pacer, now, 11s), 0U);
  sent_within(pacer, now + 11s, 300s);
  EXPECT_EQ(pacer.rate(), 1000);
}

TEST(Pacer, AgainAtOncePausesLonger) {
  Pacer pacer({.segments_per_second = 1000, .pause = milliseconds(100), .pause_max = milliseconds(150)},
              kStart);
  pacer.throttled(kStart, kStart);
  pacer.throttled(kStart + 101ms, kStart + 102ms);
  EXPECT_TRUE(pacer.paused(kStart + 102ms + 149ms));
  EXPECT_FALSE(pacer.paused(kStart + 102ms + 150ms));
  for (int i = 0; i < 40; ++i)
    pacer.throttled(kStart + std::chrono::seconds(i + 1), kStart + std::chrono::seconds(i + 1));
  EXPECT_EQ(pacer.rate(), 20) << "a fiftieth of what was agreed";
}

TEST(Pacer, WithoutAConfiguredRateThrottlingSetsOneForAWhile) {
  Pacer pacer({}, kStart);
  for (int i = 0; i < 400; ++i) EXPECT_TRUE(pacer.take(kStart));
  pacer.throttled(kStart, kStart + 1ms);
  EXPECT_EQ(pacer.rate(), 200);
  EXPECT_TRUE(pacer.take(kStart + 62s));
  EXPECT_EQ(pacer.rate(), 0);
}

TEST(Pacer, SlowsDownBeforeACarrierWhoseAnswersBecomeSlowAndRecovers) {
  Pacer pacer({.segments_per_second = 100}, kStart);
  const auto answers = [&](Instant from, std::chrono::microseconds took, int n) {
    for (int i = 0; i < n; ++i) pacer.answered(took, from + i * 10ms);
  };
  answers(kStart, 20ms, 200);
  EXPECT_EQ(pacer.rate(), 100);
  // Twice or five times as slow is a network's mood.
  answers(kStart + 10s, 100ms, 200);
  EXPECT_EQ(pacer.rate(), 100);
  // Many times as slow, for seconds: down a step a second, and no pause.
  answers(kStart + 20s, 2s, 400);
  EXPECT_LT(pacer.rate(), 80);
  EXPECT_GT(pacer.rate(), 20);
  EXPECT_TRUE(pacer.take(kStart + 24s));
  const double slowed = pacer.rate();
  answers(kStart + 25s, 20ms, 400);
  EXPECT_TRUE(pacer.take(kStart + 60s));
  EXPECT_GT(pacer.rate(), slowed);
  EXPECT_LE(pacer.rate(), 100);
}

TEST(Pacer, ACarrierThatWasAlwaysSlowIsNotSlowedDown) {
  Pacer pacer({.segments_per_second = 100}, kStart);
  for (int i = 0; i < 1000; ++i) pacer.answered(3s, kStart + i * 10ms);
  EXPECT_EQ(pacer.rate(), 100);
}

TEST(LatencyWindow, PercentilesAreWithinABucket) {
  LatencyWindow window;
  EXPECT_EQ(window.percentile(0.5).us, 0);
  for (int us = 1; us <= 1000; ++us) window.add(microseconds(us * 100));
  EXPECT_NEAR(static_cast<double>(window.percentile(0.5).us), 50'000, 6'500);
  EXPECT_NEAR(static_cast<double>(window.percentile(0.99).us), 99'000, 12'500);
  window.rotate(kStart);
  EXPECT_GT(window.percentile(0.5).us, 0);
  window.rotate(kStart + 31s);
  EXPECT_EQ(window.percentile(0.5).us, 0);
  window.add(hours(100));
  EXPECT_GT(window.percentile(0.5).us, 0);
}

TEST(SubmitWindow, ManySegmentsOutOfOrderWithStragglers) {
  SubmitWindow window{8, 0};
  Random random{9};
  std::vector<uint32_t> open;
  for (uint64_t order = 1; order < 5000; ++order) {
    while (window.full()) {
      // The oldest straggles for long.
      const size_t pick = random.chance(0.999) ? 1 + random.below(open.size() - 1) : 0;
      SubmitWindow::Slot* slot = window.find(open[pick]);
      ASSERT_NE(slot, nullptr);
      window.close(*slot);
      EXPECT_EQ(window.find(open[pick]), nullptr);
      open.erase(open.begin() + static_cast<ptrdiff_t>(pick));
    }
    SubmitWindow::Slot& slot = window.open();
    slot.segment.order = order;
    EXPECT_EQ(std::ranges::find(open, slot.sequence), open.end());
    open.push_back(slot.sequence);
    EXPECT_EQ(window.waiting(), open.size());
  }
  const auto rest = window.take_all();
  EXPECT_EQ(rest.size(), open.size());
  EXPECT_TRUE(std::ranges::is_sorted(rest, {}, [](const auto& s) { return s.segment.order; }));
  EXPECT_EQ(window.waiting(), 0U);
}

}  // namespace
}  // namespace yizhan::link
