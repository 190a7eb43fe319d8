#pragma once
// The lanes in which segments wait for a carrier: what somebody waits for, what is owed, what is offered.
// Each has a guaranteed share of what the carrier takes and room of its own in window and queue, so that a
// code overtakes thousands of offers and the offers still get through. Pure; not thread-safe but for
// LaneRoom.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace yizhan::link {

enum class Lane : uint8_t { kVerification, kNotification, kMarketing };
inline constexpr std::array kLanes{Lane::kVerification, Lane::kNotification, Lane::kMarketing};
constexpr size_t index_of(Lane lane) { return static_cast<size_t>(lane); }

// A set of lanes.
using LaneSet = uint8_t;
constexpr LaneSet bit_of(Lane lane) { return static_cast<LaneSet>(1U << index_of(lane)); }

// Segments of each lane in a round in which all have enough to send.
using LaneWeights = std::array<uint32_t, kLanes.size()>;
inline constexpr LaneWeights kDefaultLaneWeights{8, 4, 1};

// Deficit round robin: in each round the highest lane goes first, until it has had its share. A lane that has
// nothing to send gives its share away; it does not save it up.
class LaneShares {
 public:
  explicit LaneShares(const LaneWeights& weights);
  // The lane to serve next of those in `ready`, which is not empty.
  Lane pick(LaneSet ready);
  // The lane has sent so much.
  void charge(Lane lane, uint32_t units) { left_[index_of(lane)] -= units; }

 private:
  std::array<int64_t, kLanes.size()> weights_{};
  std::array<int64_t, kLanes.size()> left_{};  // of this round; below zero after a message of many segments
};

// How much of a window a lane may fill: the last eighth is kept for the lanes above marketing, half of that
// for verification alone. Of a window below four nothing is kept.
size_t window_of(size_t window, Lane lane);

// The outstanding segments of a link, by lane. Each lane has an eighth of the queue for itself, whatever the
// others hold. Any thread.
class LaneRoom {
 public:
  explicit LaneRoom(size_t queue) : queue_(queue), own_(queue / kShare) {}

  // False when the queue's bound would be broken; nothing is taken then.
  bool take(const std::array<size_t, kLanes.size()>& segments);
  void take_anyway(const std::array<size_t, kLanes.size()>& segments);
  void give(Lane lane, size_t segments = 1);
  size_t left() const;
  size_t left(Lane lane) const;
  // What left(lane) is when nothing is outstanding.
  size_t capacity() const { return queue_ - (kLanes.size() - 1) * own_; }

 private:
  static constexpr size_t kShare = 8;
  size_t queue_, own_;
  std::atomic<size_t> all_{0};
  std::array<std::atomic<size_t>, kLanes.size()> taken_{};
};

}  // namespace yizhan::link
