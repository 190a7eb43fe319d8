#pragma once
// The GSM 7-bit default alphabet with its extension table, unpacked (a septet a byte) and packed. Pure
// functions, any thread. Source: 3GPP TS 23.038 v17, 6.1.2.1 (packing) and 6.2.1 (alphabet and extension).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace yizhan::text {

inline constexpr uint8_t kGsm7Escape = 0x1B;
inline constexpr size_t kNotGsm7 = static_cast<size_t>(-1);

// Septets that a code point takes: 1, 2 (escape and a character of the extension table), 0 = not in the
// alphabet.
size_t gsm7_septets(char32_t code_point);
// Septets of a whole text, kNotGsm7 when a character is not in the alphabet.
size_t gsm7_count(std::string_view utf8);
inline bool can_encode_gsm7(std::string_view utf8) { return gsm7_count(utf8) != kNotGsm7; }

// Appends the septets of one code point and returns how many (0: not in the alphabet, nothing appended).
size_t append_gsm7(char32_t code_point, Bytes& out);
// Appends a whole text, a septet a byte. False, and `out` as it was, when a character is not in the alphabet.
bool gsm7_encode(std::string_view utf8, Bytes& out);

// Appends septets as UTF-8. As 6.2.1 asks of a receiver: a code that the extension table lacks is shown as
// the character of the default table, an escape before an escape or at the end as a space. A byte above 0x7F
// becomes U+FFFD.
void gsm7_decode(ByteSpan septets, std::string& utf8);

// Packs septets after `fill_bits` (0..6) zero bits, which align a text to a septet after a user data header.
void gsm7_pack(ByteSpan septets, size_t fill_bits, Bytes& out);
// Unpacks exactly `count` septets. False, and `out` as it was, when there are too few bytes for them.
bool gsm7_unpack(ByteSpan packed, size_t fill_bits, size_t count, Bytes& out);
// Bytes that `count` septets take after `fill_bits` bits.
constexpr size_t gsm7_packed_bytes(size_t count, size_t fill_bits = 0) {
  return (count * 7 + fill_bits + 7) / 8;
}

}  // namespace yizhan::text
