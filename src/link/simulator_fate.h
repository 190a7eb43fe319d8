#pragma once
// What becomes of a submitted message, decided from the seed, the destination and the text alone, never from
// time or order: two runs with the same traffic give the same outcomes. The one thing remembered is how often
// the same segment to the same number was tried and accepted. No sockets, no clock. Single thread.
//
// Keys (docs/formats/simulator_log.md has the hash):
//   number  = hash(seed, destination)                       errors of the number, the same for ever
//   segment = hash(number, part number, part count, payload) this segment; errors also take the attempt
//   ordinal fate    = segment for a single message; hash(number, part count) for a long one, so that all its
//   parts
//             share one receipt outcome whichever part comes first

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "link/simulator_config.h"

namespace yizhan::link {

// 64-bit hash of bytes, the same on every machine; for equality and draws, not for secrets.
uint64_t simulator_hash(uint64_t seed, ByteSpan bytes);

struct SubmitFacts {
  std::string_view destination;
  ByteSpan payload;  // without the user data header
  uint8_t part_number = 1;
  uint8_t part_count = 1;
};

struct QueryFate {
  uint32_t status = 0;
  bool lost = false;
};

enum class AnswerKind : uint8_t { kSent, kHeldBack, kLost, kGarbage, kOversize };
enum class LineFault : uint8_t { kNone, kDisconnect, kHalfOpen };
enum class ReceiptKind : uint8_t { kNormal, kLost, kDuplicated, kEarly, kLate };

inline constexpr uint8_t kNoReply = 255;

struct SubmitFate {
  uint32_t status = 0;  // of the response
  AnswerKind answer = AnswerKind::kSent;
  LineFault fault = LineFault::kNone;
  int64_t latency_ms = 0;
  // When status is 0:
  uint8_t outcome = 0;  // index into outcomes()
  ReceiptKind receipt = ReceiptKind::kNormal;
  int64_t receipt_delay_ms = 0;
  uint8_t reply = kNoReply;    // index into SimulatorConfig::reply_texts
  int64_t reply_delay_ms = 0;  // after the response, beyond the receipt
};

class SimulatorFates {
 public:
  explicit SimulatorFates(const SimulatorConfig& config);

  // Counts one attempt. `submit_ordinal` is the session's count of submits, for the faults with `every`.
  SubmitFate decide(const SubmitFacts& facts, uint64_t submit_ordinal);
  // The `nth` question after a message that was accepted, from 0.
  QueryFate decide_query(uint64_t message_id, uint32_t nth) const;
  // The configured outcomes and, last, DELIVRD/000.
  const std::vector<OutcomeChance>& outcomes() const { return outcomes_; }
  bool delivered(uint8_t outcome) const { return delivered_[outcome]; }

 private:
  struct Tried {
    uint64_t segment = 0;  // 0 = free
    uint32_t attempts = 0;
    uint32_t accepted = 0;
  };
  Tried& remember(uint64_t segment);
  void grow();
  uint32_t status_for(uint64_t number, uint64_t segment, uint32_t attempt) const;
  void decide_line(SubmitFate& fate, uint64_t attempt_key, uint64_t submit_ordinal) const;
  void decide_receipt(SubmitFate& fate, uint64_t fate_key, uint64_t segment_key) const;

  SimulatorConfig config_;
  std::vector<OutcomeChance> outcomes_;
  std::vector<bool> delivered_;
  double reply_weights_ = 0;
  // Open addressing, at most half full.
  std::vector<Tried> tried_;
  size_t remembered_ = 0;
  Tried forgotten_;
};

}  // namespace yizhan::link
