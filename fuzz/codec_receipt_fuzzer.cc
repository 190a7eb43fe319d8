// Any bytes as a receipt's text and as a message id in every form.

#include <cstdlib>
#include <string>

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteSpan bytes{data, size};
  receipt(bytes);
  message_id(as_chars(bytes));
  return 0;
}
