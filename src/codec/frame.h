#pragma once
// Where one PDU ends in a stream: every carrier protocol begins with the length of the whole,
// a big-endian number of four bytes that counts itself. Pure functions, any thread.

#include <cstdint>

#include "base/bytes.h"
#include "base/limits.h"

namespace yizhan::codec {

enum class FrameState : uint8_t {
  kNeedMore,  // `length` is 0 while even that is unknown
  kComplete,  // the first `length` bytes are one PDU
  kInvalid,   // length below a header's or above the cap: the stream is lost
};
struct Frame {
  FrameState state = FrameState::kNeedMore;
  uint32_t length = 0;
};

// Looks at the first bytes received, of a protocol whose header takes so many.
inline Frame frame_by_length(ByteSpan received, size_t header_bytes, size_t cap = limits::kPduBytes) {
  if (received.size() < 4) return {};
  const uint32_t length = ByteReader(received).u32();
  if (length < header_bytes || length > cap) return {FrameState::kInvalid, length};
  return {received.size() < length ? FrameState::kNeedMore : FrameState::kComplete, length};
}

}  // namespace yizhan::codec
