#include "link/lanes.h"

#include <algorithm>

namespace yizhan::link {
namespace {

constexpr size_t kKeptShare = 8;  // of a window: the last eighth
constexpr size_t kSmallestShared = 4;

}  // namespace

LaneShares::LaneShares(const LaneWeights& weights) {
  for (size_t i = 0; i < weights.size(); ++i) weights_[i] = left_[i] = std::max<uint32_t>(1, weights[i]);
}

Lane LaneShares::pick(LaneSet ready) {
  for (;;) {
    for (const Lane lane : kLanes)
      if ((ready & bit_of(lane)) != 0 && left_[index_of(lane)] > 0) return lane;
    for (size_t i = 0; i < left_.size(); ++i) left_[i] = std::min(weights_[i], left_[i] + weights_[i]);
  }
}

size_t window_of(size_t window, Lane lane) {
  if (window < kSmallestShared) return window;
  const size_t kept = std::max<size_t>(1, window / kKeptShare);
  switch (lane) {
    case Lane::kVerification:
      return window;
    case Lane::kNotification:
      return window - kept / 2;
    case Lane::kMarketing:
      break;
  }
  return window - kept;
}

bool LaneRoom::take(const std::array<size_t, kLanes.size()>& segments) {
  size_t sum = 0;
  for (const size_t n : segments) sum += n;
  const size_t before = all_.fetch_add(sum, std::memory_order_relaxed);
  if (before + sum > queue_) {
    all_.fetch_sub(sum, std::memory_order_relaxed);
    return false;
  }
  for (size_t i = 0; i < segments.size(); ++i) taken_[i].fetch_add(segments[i], std::memory_order_relaxed);
  return true;
}

void LaneRoom::take_anyway(const std::array<size_t, kLanes.size()>& segments) {
  for (size_t i = 0; i < segments.size(); ++i) {
    all_.fetch_add(segments[i], std::memory_order_relaxed);
    taken_[i].fetch_add(segments[i], std::memory_order_relaxed);
  }
}

void LaneRoom::give(Lane lane, size_t segments) {
  all_.fetch_sub(segments, std::memory_order_relaxed);
  taken_[index_of(lane)].fetch_sub(segments, std::memory_order_relaxed);
}

size_t LaneRoom::left() const { return queue_ - std::min(queue_, all_.load(std::memory_order_relaxed)); }

size_t LaneRoom::left(Lane lane) const {
  size_t used = taken_[index_of(lane)].load(std::memory_order_relaxed);
  for (const Lane other : kLanes)
    if (other != lane) used += std::max(own_, taken_[index_of(other)].load(std::memory_order_relaxed));
  return queue_ - std::min(queue_, used);
}

}  // namespace yizhan::link
