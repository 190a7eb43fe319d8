#pragma once
// The segments of one session that are written and not yet answered, in a flat array by sequence number; also
// remembers for a while those that timed out, to know a late answer. Single strand.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "link/link.h"

namespace yizhan::link {

// A segment on its way through a link. The batch lives until its last segment is resolved.
struct QueuedSegment {
  std::shared_ptr<SubmitBatch> batch;
  uint32_t index = 0;
  uint32_t throttles = 0;
  uint64_t order = 0;  // of submission to the link
  Lane lane = Lane::kVerification;
  bool recalled = false;  // may not be written any more, but to complete its message

  SegmentOut segment() const { return (*batch)[index]; }
  bool must_return() const { return recalled && !batch->begun_elsewhere(index); }
};

class SubmitWindow {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  enum class SlotState : uint8_t { kFree, kWaiting, kTimedOut };
  struct Slot {
    SlotState state = SlotState::kFree;
    uint32_t sequence = 0;
    uint64_t attempt_id = 0, message_id = 0;
    uint64_t write = 0;  // number of the socket write that carries it
    Lane lane = Lane::kVerification;
    Instant sent;
    Time sent_at;
    QueuedSegment segment;  // empty once timed out
  };

  // Numbers its requests from the one after `sequence`.
  SubmitWindow(uint32_t window, uint32_t sequence);

  size_t waiting() const { return waiting_; }
  bool full() const { return waiting_ >= window_; }
  // The number for the next request of any kind; those of segments come from open().
  uint32_t next_sequence();
  // A slot for a segment under a fresh number; only while not full.
  Slot& open();
  // The slot that waits for, or has given up, this number; null when there is none.
  Slot* find(uint32_t sequence);
  void close(Slot& slot);
  // Ends the wait but remembers the attempt until its slot is needed.
  void give_up(Slot& slot);
  // The waiting slots whose segment `wanted` names will not be sent again.
  void recall(const std::function<bool(const SegmentOut&)>& wanted);
  // Waiting slots sent at or before `limit`, in no order.
  std::vector<Slot*> sent_until(Instant limit);
  // Empties the window; returns what was waiting in order of submission.
  std::vector<Slot> take_all();

 private:
  Slot& slot_of(uint32_t sequence) { return slots_[sequence & mask_]; }

  uint32_t window_;
  uint32_t mask_;
  uint32_t last_sequence_ = 0;
  size_t waiting_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace yizhan::link
