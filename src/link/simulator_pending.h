#pragma once
// What the simulator owes: delayed responses, receipts and inbound messages, kept in a pool of fixed-size
// entries that are named by index, so that a million of them cost no allocation each. Single thread.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "codec/dialect.h"
#include "link/simulator_fate.h"

namespace yizhan::link {

inline constexpr uint32_t kNoEntry = UINT32_MAX;

enum class PendingKind : uint8_t { kResponse, kReceipt, kInbound };

// A handset's or an access number. 32 is the longest of all protocols' (CMPP 3.0, Dest_terminal_Id).
struct PendingNumber {
  static constexpr size_t kCharacters = 32;

  PendingNumber() = default;
  explicit PendingNumber(std::string_view number)
      : size(static_cast<uint8_t>(std::min(number.size(), kCharacters))) {
    std::memcpy(digits.data(), number.data(), size);
  }
  std::string_view text() const { return {digits.data(), size}; }

  uint8_t size = 0;
  std::array<char, kCharacters> digits{};
};

struct PendingEntry {
  PendingKind kind = PendingKind::kResponse;
  ReceiptKind receipt = ReceiptKind::kNormal;
  AnswerKind answer = AnswerKind::kSent;
  uint8_t outcome = 0;   // receipt: index into the fates' outcomes
  uint8_t segments = 1;  // response: how many numbers the submit was to
  uint8_t nth = 0;       // receipt: which of them
  uint16_t account = 0;  // index
  uint16_t source = 0;   // the service number: index into the simulator's sources
  uint16_t attempts = 0;
  uint32_t next = kNoEntry;
  uint32_t session = 0;      // response: its session's number
  codec::Sequence sequence;  // response, receipt: of the submit
  uint32_t command = 0;      // response: the submit's
  uint32_t status = 0;       // response
  uint32_t text = 0;         // inbound: index into the texts
  PendingNumber handset;     // receipt, inbound
  uint64_t message_id = 0;
  int64_t accepted_us = 0;  // UTC
};
static_assert(sizeof(PendingEntry) <= 96, "there may be millions");

class PendingPool {
 public:
  explicit PendingPool(uint32_t capacity) : capacity_(capacity) {}

  uint32_t used() const { return used_; }
  bool has_room(uint32_t entries) const { return capacity_ - used_ >= entries; }
  // The caller has asked has_room().
  uint32_t take() {
    if (free_ == kNoEntry) add_chunk();
    const uint32_t index = free_;
    PendingEntry& entry = (*this)[index];
    free_ = entry.next;
    entry.next = kNoEntry;
    ++used_;
    return index;
  }
  void give_back(uint32_t index) {
    (*this)[index] = {};
    (*this)[index].next = free_;
    free_ = index;
    --used_;
  }
  PendingEntry& operator[](uint32_t index) { return chunks_[index / kChunk][index % kChunk]; }

 private:
  static constexpr uint32_t kChunk = 4096;

  void add_chunk() {
    const auto first = static_cast<uint32_t>(chunks_.size() * kChunk);
    auto& chunk = chunks_.emplace_back(std::make_unique<PendingEntry[]>(kChunk));
    for (uint32_t i = kChunk; i-- > 0;) {
      chunk[i].next = free_;
      free_ = first + i;
    }
  }

  uint32_t capacity_;
  uint32_t used_ = 0;
  uint32_t free_ = kNoEntry;
  std::vector<std::unique_ptr<PendingEntry[]>> chunks_;
};

// A queue of entries through their `next`.
class PendingQueue {
 public:
  bool empty() const { return head_ == kNoEntry; }
  void push_back(PendingPool& pool, uint32_t index) {
    pool[index].next = kNoEntry;
    if (empty()) {
      head_ = index;
    } else {
      pool[tail_].next = index;
    }
    tail_ = index;
  }
  void push_front(PendingPool& pool, uint32_t index) {
    pool[index].next = head_;
    if (empty()) tail_ = index;
    head_ = index;
  }
  uint32_t front() const { return head_; }
  uint32_t pop_front(PendingPool& pool) {
    const uint32_t index = head_;
    head_ = pool[index].next;
    pool[index].next = kNoEntry;
    return index;
  }

 private:
  uint32_t head_ = kNoEntry;
  uint32_t tail_ = kNoEntry;
};

}  // namespace yizhan::link
