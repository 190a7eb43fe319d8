#pragma once
// What the simulator knows of the messages that it accepted, for queries of their state: a ring of the last
// limits::kSimulatorQueried ids, which come in ascending order. Single thread.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/limits.h"

namespace yizhan::link {

class AcceptedMessages {
 public:
  struct Accepted {
    uint16_t account = 0;
    uint8_t outcome = 0;   // index into the fates' outcomes
    int64_t final_ms = 0;  // when the outcome is there, in the simulator's steady milliseconds
    uint32_t asked = 0;    // how often it was asked after before
  };

  // The oldest one goes when there is no room.
  void add(uint64_t id, const Accepted& message) {
    if (slots_.empty()) first_ = id;
    const uint64_t at = (id - first_) % limits::kSimulatorQueried;
    if (at >= slots_.size())
      slots_.resize(std::clamp<size_t>(slots_.size() * 2, at + 1, limits::kSimulatorQueried));
    slots_[at] = {.id = id, .message = message};
  }
  std::optional<Accepted> ask(uint64_t id) {
    const uint64_t at = (id - first_) % limits::kSimulatorQueried;
    if (id == 0 || at >= slots_.size() || slots_[at].id != id) return std::nullopt;
    const Accepted now = slots_[at].message;
    ++slots_[at].message.asked;
    return now;
  }

 private:
  struct Slot {
    uint64_t id = 0;
    Accepted message;
  };
  uint64_t first_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace yizhan::link
