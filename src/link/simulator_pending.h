#pragma once
// What the simulator owes: delayed responses, receipts and inbound messages, kept in a pool of fixed-size
// entries that are named by index, so that a million of them cost no allocation each. Single thread.

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "link/simulator_fate.h"

namespace yizhan::link {

inline constexpr uint32_t kNoEntry = UINT32_MAX;

enum class PendingKind : uint8_t { kResponse, kReceipt, kInbound };

struct PendingAddress {
  uint8_t ton = 0;
  uint8_t npi = 0;
  uint8_t size = 0;
  std::array<char, 20> digits{};  // SMPP 3.4, 5.2.8: 20 characters and a NUL

  std::string_view text() const { return {digits.data(), size}; }
};

struct PendingEntry {
  PendingKind kind = PendingKind::kResponse;
  ReceiptKind receipt = ReceiptKind::kNormal;
  AnswerKind answer = AnswerKind::kSent;
  uint8_t outcome = 0;   // receipt: index into the fates' outcomes
  uint16_t account = 0;  // index
  uint16_t source = 0;   // the service number: index into the simulator's sources
  uint32_t next = kNoEntry;
  uint32_t session = 0;   // response: its session's number
  uint32_t sequence = 0;  // response
  uint32_t status = 0;    // response
  uint32_t attempts = 0;
  uint32_t text = 0;  // inbound: index into the texts
  uint64_t message_id = 0;
  int64_t accepted_us = 0;  // UTC
  PendingAddress handset;   // receipt, inbound
};

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
