#pragma once
// One form for the message ids of a centre, which answers a submit with one spelling and reports with another
// (hex or decimal, upper or lower case, padded or not). The store keeps both raw spellings and matches on the
// canonical one. Pure functions, any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yizhan::smpp {

// How a link spells its ids; per-link configuration. The numbers are stored: never change one.
enum class MessageIdForm : uint8_t {
  kVerbatim = 0,                 // the same string on both sides
  kDecimal = 1,                  // decimal on both, padded or not
  kHex = 2,                      // hexadecimal on both, any case, padded or not
  kSubmitHexReceiptDecimal = 3,  // submit_sm_resp in hexadecimal, receipt in decimal
  kSubmitDecimalReceiptHex = 4,
};
std::string_view message_id_form_name(MessageIdForm form);  // "submit_hex_receipt_decimal"
std::optional<MessageIdForm> parse_message_id_form(std::string_view name);

enum class MessageIdSource : uint8_t { kSubmitResponse, kReceipt };

// Decimal without leading zeros for an id that is a number of at most 128 bits in the link's base; without
// leading zeros and in lower case for a longer one; else the id itself. Surrounding blanks never count.
std::string canonical_message_id(std::string_view raw, MessageIdForm form, MessageIdSource source);

// The same as a number, when it is one that fits.
std::optional<uint64_t> numeric_message_id(std::string_view raw, MessageIdForm form, MessageIdSource source);

}  // namespace yizhan::smpp
