#pragma once
// Percentiles of the last half to whole minute of latencies, in 40 buckets a decade at most (each within 12 %
// of its values), so that a figure costs an increment. Time is the caller's. Not thread-safe.

#include <array>
#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace yizhan::link {

class LatencyWindow {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  void add(Duration latency);
  // Forgets what is old; called now and then.
  void rotate(Instant now);
  // The latency that `share` (0..1) of the samples do not exceed; zero without samples.
  Duration percentile(double share) const;

 private:
  // Eight buckets for each power of two of microseconds.
  static constexpr size_t kBuckets = 8 * 32;
  using Counts = std::array<uint32_t, kBuckets>;
  Counts current_{}, previous_{};
  Instant rotated_{};
};

}  // namespace yizhan::link
