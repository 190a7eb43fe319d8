#pragma once
// What CMPP, SGIP and SMGP say in the same way: the number of a coding, how long a content may be, which part
// of several it is, and secrets proved by MD5. Pure functions, any thread. Sources: CMPP 2.0 7.4.3 (Msg_Fmt),
// SGIP 1.3 table 4-17 (MessageCoding), SMGP 3.0.3 (MsgFormat); 3GPP TS 23.040 (TP-User-Data of 140 octets).

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "codec/dialect.h"
#include "text/segmentation.h"

namespace yizhan::codec {

// TP_udhi: one bit, on the right in the specifications; some carriers send the octet of TS 23.040, where it
// is 0x40.
inline constexpr uint8_t kHasHeader = 0x01;
constexpr bool says_header(uint8_t tp_udhi) { return (tp_udhi & 0x41) != 0; }

Coding coding_of_format(uint8_t format);
// Nothing for a coding that has no number here (Latin-1). kDefault is written as ASCII; kOther as `raw`.
std::optional<uint8_t> format_of_coding(Coding coding, uint8_t raw);

// Bytes that a segment may take: below 160 of ASCII, else 140.
constexpr size_t content_limit(uint8_t format) { return format == 0 ? 159 : 140; }

// By the user data header, else by the protocol's own count and number (0 or 1 of 1 is none), which bring no
// reference: 0.
std::optional<text::UserDataHeader> read_part(bool has_header, ByteSpan content, uint32_t total,
                                              uint32_t number);

using Digest = std::array<uint8_t, 16>;
// MD5 of the parts one after the other; all zeros when this machine's OpenSSL refuses MD5.
Digest md5(std::initializer_list<ByteSpan> parts);
// In a time that does not tell how much of it was right.
bool same_digest(ByteSpan given, const Digest& right);
// The same for passwords of at most `width` characters.
bool same_password(std::string_view given, std::string_view right);

// The ten digits that a timestamp MMDDhhmmss has in a digest, with its leading zeros.
std::array<char, 10> timestamp_digits(uint32_t timestamp);

// A decimal number and nothing else.
std::optional<uint64_t> parse_decimal(std::string_view digits);

// Whether a receipt with this state is not the last one.
constexpr bool is_intermediate(ReceiptState state) {
  return state == ReceiptState::kAccepted || state == ReceiptState::kEnroute;
}

}  // namespace yizhan::codec
