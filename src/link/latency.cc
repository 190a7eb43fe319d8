#include "link/latency.h"

#include <algorithm>
#include <bit>

namespace yizhan::link {
namespace {

constexpr std::chrono::seconds kLatencyHalfWindow{30};

}  // namespace

void LatencyWindow::add(Duration latency) {
  const auto us = static_cast<uint64_t>(std::max<int64_t>(latency.us, 8));
  const auto power = static_cast<size_t>(std::bit_width(us) - 1);
  const size_t eighth = (us >> (power - 3)) & 7;
  ++current_[std::min(power * 8 + eighth, kBuckets - 1)];
}

void LatencyWindow::rotate(Instant now) {
  if (now - rotated_ < kLatencyHalfWindow) return;
  previous_ = current_;
  current_ = {};
  rotated_ = now;
}

Duration LatencyWindow::percentile(double share) const {
  uint64_t total = 0;
  for (size_t i = 0; i < kBuckets; ++i) total += current_[i] + previous_[i];
  if (total == 0) return {};
  const double wanted = share * static_cast<double>(total);
  uint64_t seen = 0;
  size_t bucket = 0;
  for (; bucket < kBuckets - 1; ++bucket) {
    seen += current_[bucket] + previous_[bucket];
    if (static_cast<double>(seen) >= wanted && seen > 0) break;
  }
  // The middle of the bucket.
  const uint64_t low = (8 + bucket % 8) << (bucket / 8);
  return microseconds(static_cast<int64_t>((low + (uint64_t{1} << (bucket / 8)) / 2) / 8));
}

}  // namespace yizhan::link
