#include "link/submit_window.h"

#include <algorithm>
#include <bit>

namespace yizhan::link {
namespace {

// Wire format: SMPP counts to here (3.2); the other protocols' counters hold more.
constexpr uint32_t kMaxSequence = 0x7FFF'FFFF;

}  // namespace
namespace {

// Room for this many windows, so that a late answer is known after that many further segments.
constexpr uint32_t kSlotsPerWindow = 4;

}  // namespace

SubmitWindow::SubmitWindow(uint32_t window, uint32_t sequence)
    : window_(window),
      mask_(std::bit_ceil(window * kSlotsPerWindow) - 1),
      last_sequence_(sequence),
      slots_(size_t{mask_} + 1) {}

uint32_t SubmitWindow::next_sequence() {
  last_sequence_ = last_sequence_ >= kMaxSequence ? 1 : last_sequence_ + 1;
  return last_sequence_;
}

SubmitWindow::Slot& SubmitWindow::open() {
  // At most a quarter of the slots are waiting, so this ends.
  uint32_t sequence = next_sequence();
  while (slot_of(sequence).state == SlotState::kWaiting) sequence = next_sequence();
  Slot& slot = slot_of(sequence);
  slot.state = SlotState::kWaiting;
  slot.sequence = sequence;
  ++waiting_;
  return slot;
}

SubmitWindow::Slot* SubmitWindow::find(uint32_t sequence) {
  Slot& slot = slot_of(sequence);
  return slot.state != SlotState::kFree && slot.sequence == sequence ? &slot : nullptr;
}

void SubmitWindow::close(Slot& slot) {
  if (slot.state == SlotState::kWaiting) --waiting_;
  slot.state = SlotState::kFree;
  slot.segment.batch.reset();
}

void SubmitWindow::give_up(Slot& slot) {
  --waiting_;
  slot.state = SlotState::kTimedOut;
  slot.segment.batch.reset();
}

void SubmitWindow::recall(const std::function<bool(const SegmentOut&)>& wanted) {
  if (waiting_ == 0) return;
  for (Slot& slot : slots_)
    if (slot.state == SlotState::kWaiting && wanted(slot.segment.segment())) slot.segment.recalled = true;
}

std::vector<SubmitWindow::Slot*> SubmitWindow::sent_until(Instant limit) {
  std::vector<Slot*> out;
  if (waiting_ == 0) return out;
  for (Slot& slot : slots_)
    if (slot.state == SlotState::kWaiting && slot.sent <= limit) out.push_back(&slot);
  return out;
}

std::vector<SubmitWindow::Slot> SubmitWindow::take_all() {
  std::vector<Slot> out;
  out.reserve(waiting_);
  for (Slot& slot : slots_) {
    if (slot.state == SlotState::kWaiting) out.push_back(std::move(slot));
    slot = {};
  }
  waiting_ = 0;
  std::ranges::sort(out, {}, [](const Slot& s) { return s.segment.order; });
  return out;
}

}  // namespace yizhan::link
