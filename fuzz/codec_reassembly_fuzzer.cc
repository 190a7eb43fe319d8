// Any bytes as a stream of inbound parts, and as user data headers: what is taken comes out once, whole or in
// pieces.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "codec/reassembly.h"

namespace {

using namespace yizhan;

// Every part that was taken comes out once, by its cookie, and the text is that of the parts that count.
void parts(ByteSpan bytes) {
  constexpr size_t kBytes = 64;
  codec::Reassembler reassembler{{.timeout = seconds(100), .messages = 4, .bytes = kBytes}};
  std::vector<codec::Assembled> out;
  std::vector<size_t> lengths;  // by cookie
  std::vector<bool> waiting;    // by cookie: taken, and not out yet
  Time now{0};
  while (bytes.size() >= 4) {
    const uint8_t reference = bytes[0] & 7, total = bytes[1] & 7, number = bytes[2] & 7;
    const size_t length = std::min<size_t>(bytes[3] & 31, bytes.size() - 4);
    now = now + seconds(bytes[3] >> 5);
    const codec::InboundPart part{.source = (bytes[0] & 0x80) != 0 ? "1" : "3",
                                  .destination = (bytes[0] & 0x40) != 0 ? "2" : "4",
                                  .part = {.reference = reference, .total = total, .number = number},
                                  .text = bytes.subspan(4, length),
                                  .cookie = lengths.size()};
    const codec::PartOutcome outcome = reassembler.add(part, now, out);
    lengths.push_back(length);
    waiting.push_back(outcome == codec::PartOutcome::kStored || outcome == codec::PartOutcome::kCompleted);
    if (reassembler.waiting() > 4 || reassembler.bytes() > kBytes + 8 * 31) std::abort();
    bytes = bytes.subspan(4 + length);
  }
  reassembler.expire(now + seconds(1000), out);
  if (reassembler.waiting() != 0 || reassembler.bytes() != 0) std::abort();
  for (const codec::Assembled& a : out) {
    size_t pieces = a.total - a.missing.size(), text = 0;
    for (const uint64_t cookie : a.cookies) {
      if (!waiting.at(cookie)) std::abort();
      waiting[cookie] = false;
      if (pieces > 0) text += lengths[cookie], --pieces;
    }
    if (pieces != 0 || text != a.text.size()) std::abort();
  }
  if (std::ranges::find(waiting, true) != waiting.end()) std::abort();
}

// The headers as they come: whole PDUs' contents, each with its length before it.
void contents(ByteSpan bytes) {
  codec::Reassembler reassembler{{.messages = 4, .bytes = 256}};
  std::vector<codec::Assembled> out;
  while (!bytes.empty()) {
    const size_t length = std::min<size_t>(bytes[0], bytes.size() - 1);
    const ByteSpan content = bytes.subspan(1, length);
    if (const auto header = text::parse_user_data_header(content))
      reassembler.add(
          {.source = "1", .destination = "2", .part = *header, .text = content.subspan(header->bytes)},
          Time{}, out);
    bytes = bytes.subspan(1 + length);
  }
  for (const codec::Assembled& a : out)
    if (a.total == 0 || a.missing.size() > a.total) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  parts({data, size});
  contents({data, size});
  return 0;
}
