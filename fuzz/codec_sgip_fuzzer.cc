// Any bytes through the SGIP framer and every decoder; what decodes must encode and decode again to itself.

#include <cstdlib>

#include "codec/frame.h"
#include "codec/sgip/pdu.h"

namespace {

using namespace yizhan;

template <class Pdu>
void decode_and_back(ByteSpan pdu) {
  const auto decoded = sgip::decode<Pdu>(pdu);
  if (!decoded) return;
  Bytes once, twice;
  if (sgip::encode(once, *decoded, {.number = 1, .node = 2, .time = 3}) != codec::Fault::kNone) std::abort();
  const auto again = sgip::decode<Pdu>(once);
  if (!again || sgip::encode(twice, *again, {.number = 1, .node = 2, .time = 3}) != codec::Fault::kNone ||
      once != twice)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteSpan rest{data, size};
  while (true) {
    const codec::Frame frame = codec::frame_by_length(rest, sgip::kHeaderBytes);
    if (frame.state != codec::FrameState::kComplete) break;
    const ByteSpan pdu = rest.first(frame.length);
#define X(Pdu) decode_and_back<sgip::Pdu>(pdu);
    YIZHAN_SGIP_PDUS(X)
#undef X
    rest = rest.subspan(frame.length);
  }
  return 0;
}
