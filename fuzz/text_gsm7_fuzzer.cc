// Any bytes as text to measure and split, as septets to unpack and decode, as a received payload: what is
// split fits its segments, what is encoded decodes to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "text/gsm7.h"
#include "text/segmentation.h"
#include "text/utf8.h"

namespace {

using namespace yizhan::text;

void split_and_join(std::string_view text, const SplitOptions& options) {
  static SegmentList list;
  const SegmentCount count = measure(text, EncodingSet{options.encoding}, options.concatenation);
  if (!split(text, options, list)) return;
  if (list.size() != count.segments) std::abort();
  std::string joined;
  for (size_t i = 0; i < list.size(); ++i) {
    const Segment s = list[i];
    if (s.payload.size() > 160) std::abort();
    append_decoded(options.encoding, s.payload.subspan(s.udh_bytes), joined);
  }
  if (is_utf8(text) && joined != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const yizhan::ByteSpan bytes(data + 2, size - 2);
  const std::string_view text = yizhan::as_chars(bytes);
  SplitOptions options;
  options.encoding = static_cast<Encoding>(data[0] % kEncodings);
  options.concatenation = static_cast<Concatenation>(data[1] % 3);
  split_and_join(text, options);
  yizhan::Bytes septets;
  if (gsm7_unpack(bytes, data[0] % 7, data[1], septets)) {
    yizhan::Bytes packed;
    gsm7_pack(septets, data[0] % 7, packed);
    yizhan::Bytes again;
    if (!gsm7_unpack(packed, data[0] % 7, data[1], again) || again != septets) std::abort();
  }
  std::string decoded;
  gsm7_decode(bytes, decoded);
  if (!is_utf8(decoded)) std::abort();
  if (const auto header = parse_user_data_header(bytes); header && header->bytes > bytes.size()) std::abort();
  return 0;
}
