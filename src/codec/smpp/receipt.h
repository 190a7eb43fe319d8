#pragma once
// Delivery receipts in deliver_sm: told by esm_class, never by their text; the text parsed loosely, because
// no two centres write it alike; and the writer of our own. Views into the PDU. Pure functions, any thread.
// Source: SMPP v3.4 5.2.12 (esm_class), appendix B (the text, which is a vendor's habit and no rule).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "codec/smpp/pdu.h"

namespace yizhan::smpp {

enum class DeliveryKind : uint8_t {
  kMessage,       // from a handset
  kReceipt,       // the final one
  kIntermediate,  // a state on the way: more will come
  kOther,         // an acknowledgement by the handset or its user, conversation abort
};
// By bits 0x3C only.
constexpr DeliveryKind delivery_kind(uint8_t esm_class) {
  switch (esm_class & kEsmTypeMask) {
    case 0:
      return DeliveryKind::kMessage;
    case kEsmReceipt:
      return DeliveryKind::kReceipt;
    case kEsmIntermediate:
      return DeliveryKind::kIntermediate;
    default:
      return DeliveryKind::kOther;
  }
}

// What the text says, each field raw and empty (or nothing) when absent.
struct ReceiptText {
  std::string_view id, submit_date, done_date, stat, err, text;
  std::optional<uint32_t> sub, dlvrd;
};
// "id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…" in any order and case, any of them
// missing. Nothing after "text:" is taken for a field once id or stat has been read.
ReceiptText parse_receipt_text(std::string_view text);

// Text and optional parameters together; where they differ the optional parameter wins.
struct Receipt {
  std::string_view message_id;
  MessageState state = MessageState::kNone;  // kNone: neither a parameter nor a known stat
  // network_error_code: type (1 ANSI-136, 2 IS-95, 3 GSM, carriers' own) << 16 | code.
  std::optional<uint32_t> network_error;
  ReceiptText text;
};
Receipt read_receipt(const DeliverSm& pdu);

// By the first letters, so that DELIVRD and DELIVERED are one; kNone for an invention of the carrier's.
MessageState state_of_stat(std::string_view stat);
// "DELIVRD"; empty for kNone.
std::string_view stat_of_state(MessageState state);

// YYMMDDhhmm, YYMMDDhhmmss or YYYYMMDDhhmmss in the centre's zone, which is `utc_offset` ahead of UTC.
std::optional<Time> parse_receipt_date(std::string_view digits, Duration utc_offset);
// YYMMDDhhmm.
std::string format_receipt_date(Time t, Duration utc_offset);

// Appends the text in the order and widths of appendix B; `text` is cut to its 20 characters.
void append_receipt_text(const ReceiptText& receipt, std::string& out);
// Appends receipted_message_id and message_state.
void append_receipt_tlvs(std::string_view message_id, MessageState state, Bytes& out);

}  // namespace yizhan::smpp
