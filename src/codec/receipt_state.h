#pragma once
// What became of a message, in one form for all carrier protocols. Plain data.

#include <cstdint>

namespace yizhan::codec {

// As SMPP's message_state (5.2.28); the numbers are stored.
enum class ReceiptState : uint8_t {
  kNone = 0,
  kEnroute = 1,
  kDelivered = 2,
  kExpired = 3,
  kDeleted = 4,
  kUndeliverable = 5,
  kAccepted = 6,
  kUnknown = 7,
  kRejected = 8,
};

}  // namespace yizhan::codec
