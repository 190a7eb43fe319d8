#pragma once
// How fast a link sends: a token bucket in segments under the carrier's throttling, which halves the rate and
// pauses, and under its slowness, which lowers the rate without a pause (multiplicative decrease); the rate
// then climbs back by even steps (additive increase). Pure: time is the caller's. Not thread-safe.

#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace yizhan::link {

class Pacer {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  struct Options {
    uint32_t segments_per_second = 0;  // 0 = no limit of our own
    Duration pause = milliseconds(500);
    Duration pause_max = seconds(10);
  };
  Pacer(Options options, Instant now);

  // True when one segment may go now, which is then counted.
  bool take(Instant now);
  // When the next may go; `now` or before it when one may at once.
  Instant next(Instant now);
  // The carrier throttled a segment that was sent at `sent_at`. Those sent before the last decrease belong to
  // the same lesson and change nothing.
  void throttled(Instant sent_at, Instant now);

  // The carrier accepted a segment after `took`. When its answers have become many times slower than they
  // were at their best lately, it has more than it can carry.
  void answered(std::chrono::microseconds took, Instant now);

  // Segments per second allowed now; 0 = no limit.
  double rate() const { return rate_; }
  bool paused(Instant now) const { return now < paused_until_; }

 private:
  void advance(Instant now);
  void decrease(double factor, Instant now);

  Options options_;
  double rate_;
  double step_ = 0;    // per second, while below the ceiling
  double tokens_ = 1;  // of the bucket
  Instant last_;
  Instant paused_until_{};
  Instant decreased_at_{};
  Duration next_pause_;
  // What went out in the current and the last second: the rate to start from when there was no limit.
  Instant second_began_;
  uint32_t this_second_ = 0, last_second_ = 0;
  double recent_us_ = 0;                     // smoothed time to an answer
  double best_us_ = 0, best_before_us_ = 0;  // the least that recent_us_ was in this span and the one before
  Instant best_since_{};
  Instant slowed_at_{};
};

}  // namespace yizhan::link
