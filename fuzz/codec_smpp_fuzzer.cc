// Any bytes through the SMPP framer and every decoder; what decodes must encode and decode again to itself.

#include <cstdlib>

#include "codec/smpp/pdu.h"

namespace {

using namespace yizhan;

template <class Pdu>
void decode_and_back(ByteSpan pdu) {
  const auto decoded = smpp::decode<Pdu>(pdu);
  if (!decoded) return;
  Bytes once, twice;
  if (smpp::encode(once, *decoded, 1) != smpp::Status::kOk) std::abort();
  const auto again = smpp::decode<Pdu>(once);
  if (!again || smpp::encode(twice, *again, 1) != smpp::Status::kOk || once != twice) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteSpan rest{data, size};
  while (true) {
    const smpp::Frame frame = smpp::frame_length(rest);
    if (frame.state != smpp::FrameState::kComplete) break;
    const ByteSpan pdu = rest.first(frame.length);
#define X(Pdu) decode_and_back<smpp::Pdu>(pdu);
    YIZHAN_SMPP_PDUS(X)
#undef X
    if (const auto submit = smpp::decode<smpp::SubmitSm>(pdu)) {
      for (const smpp::Tlv tlv : submit->tlvs) (void)submit->tlvs.integer(tlv.tag);
      (void)submit->content();
    }
    rest = rest.subspan(frame.length);
  }
  return 0;
}
