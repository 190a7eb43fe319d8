// Any bytes through the SMGP framer and every decoder; what decodes must encode and decode again to itself.

#include <cstdlib>

#include "codec/frame.h"
#include "codec/smgp/pdu.h"

namespace {

using namespace yizhan;

template <class Pdu>
void decode_and_back(ByteSpan pdu) {
  const auto decoded = smgp::decode<Pdu>(pdu);
  if (!decoded) return;
  Bytes once, twice;
  if (smgp::encode(once, *decoded, 1) != codec::Fault::kNone) std::abort();
  const auto again = smgp::decode<Pdu>(once);
  if (!again || smgp::encode(twice, *again, 1) != codec::Fault::kNone || once != twice) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteSpan rest{data, size};
  while (true) {
    const codec::Frame frame = codec::frame_by_length(rest, smgp::kHeaderBytes);
    if (frame.state != codec::FrameState::kComplete) break;
    const ByteSpan pdu = rest.first(frame.length);
#define X(Pdu) decode_and_back<smgp::Pdu>(pdu);
    YIZHAN_SMGP_PDUS(X)
#undef X
    rest = rest.subspan(frame.length);
  }
  return 0;
}
