#include "engine/callback_deliveries.h"

#include <algorithm>

#include "base/utf8.h"

namespace yizhan::engine {
namespace {

// UCS-2 as carriers send it (UTF-16, big-endian); what is no UTF-8 becomes U+FFFD.
Bytes to_utf16(std::string_view utf8) {
  Bytes out;
  ByteWriter writer(out);
  constexpr uint32_t kReplacement = 0xFFFD, kFirstOfPairs = 0x10000;
  for (size_t at = 0; at < utf8.size();) {
    const size_t n = utf8_sequence_bytes(utf8, at);
    uint32_t c = n == 0 ? kReplacement : static_cast<uint8_t>(utf8[at]);
    if (n > 1) c &= 0xFFU >> (n + 1);
    for (size_t i = 1; i < n; ++i) c = c << 6 | (static_cast<uint8_t>(utf8[at + i]) & 0x3FU);
    at += std::max<size_t>(n, 1);
    if (c >= kFirstOfPairs) {
      writer.u16(static_cast<uint16_t>(0xD800 + ((c - kFirstOfPairs) >> 10)));
      c = 0xDC00 + ((c - kFirstOfPairs) & 0x3FF);
    }
    writer.u16(static_cast<uint16_t>(c));
  }
  return out;
}

codec::ReceiptState state_of(provider::Delivered delivered) {
  switch (delivered) {
    case provider::Delivered::kYes:
      return codec::ReceiptState::kDelivered;
    case provider::Delivered::kNo:
      return codec::ReceiptState::kUndeliverable;
    case provider::Delivered::kNotYet:
      break;
  }
  return codec::ReceiptState::kEnroute;
}

}  // namespace

std::vector<link::Delivery> to_deliveries(const provider::CallbackNews& news, std::string_view access_code,
                                          Time now) {
  std::vector<link::Delivery> out;
  out.reserve(news.receipts.size() + news.replies.size());
  const auto when = [now](const std::optional<Time>& at) { return std::min(at.value_or(now), now); };
  for (const provider::ReceiptNews& receipt : news.receipts) {
    link::Delivery& d = out.emplace_back();
    d.is_receipt = true;
    d.intermediate = receipt.delivered == provider::Delivered::kNotYet;
    d.receipted_message_id = d.canonical_id = receipt.message_id;
    d.state = state_of(receipt.delivered);
    if (receipt.delivered == provider::Delivered::kNo) d.stat = receipt.code;
    d.at = when(receipt.at);
  }
  for (const provider::ReplyNews& reply : news.replies) {
    link::Delivery& d = out.emplace_back();
    d.source = reply.number;
    d.destination = reply.access_code.empty() ? access_code : reply.access_code;
    d.coding = codec::Coding::kUcs2;
    d.content = to_utf16(reply.text);
    d.at = when(reply.at);
  }
  return out;
}

}  // namespace yizhan::engine
