// Any bytes through the CMPP framer and every decoder; what decodes must encode and decode again to itself.

#include <cstdlib>

#include "codec/cmpp/pdu.h"
#include "codec/frame.h"

namespace {

using namespace yizhan;
using namespace yizhan::cmpp;  // the list of PDUs names their versions too

template <class Pdu>
void decode_and_back(ByteSpan pdu) {
  const auto decoded = cmpp::decode<Pdu>(pdu);
  if (!decoded) return;
  Bytes once, twice;
  if (cmpp::encode(once, *decoded, 1) != codec::Fault::kNone) std::abort();
  const auto again = cmpp::decode<Pdu>(once);
  if (!again || cmpp::encode(twice, *again, 1) != codec::Fault::kNone || once != twice) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteSpan rest{data, size};
  while (true) {
    const codec::Frame frame = codec::frame_by_length(rest, cmpp::kHeaderBytes);
    if (frame.state != codec::FrameState::kComplete) break;
    const ByteSpan pdu = rest.first(frame.length);
#define X(...) decode_and_back<__VA_ARGS__>(pdu);
    YIZHAN_CMPP_PDUS(X)
#undef X
    rest = rest.subspan(frame.length);
  }
  return 0;
}
