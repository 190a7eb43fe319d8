// Any bytes as a receipt's text, as a message id in every form, and as a stream of inbound parts.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "codec/reassembly.h"
#include "codec/smpp/message_id.h"
#include "codec/smpp/receipt.h"

namespace {

using namespace yizhan;

void receipt(ByteSpan bytes) {
  const smpp::ReceiptText text = smpp::parse_receipt_text(as_chars(bytes));
  (void)smpp::parse_receipt_date(text.done_date, hours(8));
  (void)smpp::state_of_stat(text.stat);
  const smpp::DeliverSm pdu{.esm_class = bytes.empty() ? uint8_t{4} : bytes[0], .short_message = bytes};
  (void)smpp::read_receipt(pdu);
}

// Both sides of every form give a canonical id that is its own canonical form.
void message_id(std::string_view raw) {
  using enum smpp::MessageIdForm;
  for (const auto form : {kVerbatim, kDecimal, kHex, kSubmitHexReceiptDecimal, kSubmitDecimalReceiptHex}) {
    for (const auto source : {smpp::MessageIdSource::kSubmitResponse, smpp::MessageIdSource::kReceipt}) {
      const std::string id = smpp::canonical_message_id(raw, form, source);
      const auto number = smpp::numeric_message_id(raw, form, source);
      if (number && std::to_string(*number) != id) std::abort();
      if (smpp::canonical_message_id(id, kVerbatim, source) != id) std::abort();
    }
  }
}

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
    const codec::InboundPart part{.source = "1",
                                  .destination = "2",
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteSpan bytes{data, size};
  receipt(bytes);
  message_id(as_chars(bytes));
  parts(bytes);
  return 0;
}
