#pragma once
// A timer wheel for the simulator's delayed responses, receipts and replies: entries are small integers
// (indexes of an event pool), ticks are milliseconds, all that is due is taken in one go. Entries of one tick
// come out in the order they went in. Further ahead than the wheel they wait in a heap. Single thread.

#include <algorithm>
#include <cstdint>
#include <queue>
#include <vector>

namespace yizhan::link {

class SimulatorTimers {
 public:
  static constexpr int64_t kNever = INT64_MAX;

  // `now_ms` is the first tick that can be due.
  explicit SimulatorTimers(int64_t now_ms) : now_(now_ms), slots_(kSlots) {}

  bool empty() const { return near_ == 0 && far_.empty(); }
  size_t size() const { return near_ + far_.size(); }

  // An entry due in the past is due at the next expire().
  void schedule(uint32_t entry, int64_t due_ms) {
    due_ms = std::max(due_ms, now_);
    if (due_ms - now_ >= kSlots) {
      far_.push({due_ms, order_++, entry});
    } else {
      put(entry, due_ms);
    }
  }

  // Hands every entry due at or before `now_ms` to `take`, which may schedule() again.
  template <class Take>
  void expire(int64_t now_ms, Take&& take) {
    while (now_ <= now_ms) {
      if (near_ == 0) {
        // Nothing on the wheel: jump to the next far entry or to the present.
        const int64_t next = far_.empty() ? now_ms + 1 : std::min(far_.top().due_ms, now_ms + 1);
        now_ = std::max(now_, next);
        bring_near();
        if (now_ > now_ms) return;
      }
      due_.swap(slots_[static_cast<size_t>(now_ % kSlots)]);
      near_ -= due_.size();
      ++now_;
      bring_near();
      for (const uint32_t entry : due_) take(entry);
      due_.clear();
    }
  }

  // The tick of the earliest entry, or kNever.
  int64_t next_due() const {
    if (near_ > 0) {
      for (int64_t t = now_; t < now_ + kSlots; ++t) {
        if (!slots_[static_cast<size_t>(t % kSlots)].empty()) return t;
      }
    }
    return far_.empty() ? kNever : far_.top().due_ms;
  }

 private:
  static constexpr int64_t kSlots = 4096;

  struct Far {
    int64_t due_ms;
    uint64_t order;
    uint32_t entry;
    bool operator>(const Far& other) const {
      return due_ms != other.due_ms ? due_ms > other.due_ms : order > other.order;
    }
  };

  void put(uint32_t entry, int64_t due_ms) {
    slots_[static_cast<size_t>(due_ms % kSlots)].push_back(entry);
    ++near_;
  }
  void bring_near() {
    while (!far_.empty() && far_.top().due_ms - now_ < kSlots) {
      put(far_.top().entry, far_.top().due_ms);
      far_.pop();
    }
  }

  int64_t now_;  // ticks before it have been expired
  size_t near_ = 0;
  uint64_t order_ = 0;
  std::vector<std::vector<uint32_t>> slots_;
  std::vector<uint32_t> due_;
  std::priority_queue<Far, std::vector<Far>, std::greater<>> far_;
};

}  // namespace yizhan::link
