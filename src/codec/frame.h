#pragma once
// Where one PDU ends in a stream: every carrier protocol begins with the length of the whole. Plain data.

#include <cstdint>

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

}  // namespace yizhan::codec
