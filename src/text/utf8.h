#pragma once
// UTF-8: validation, code points, counting, conversion from and to UTF-16, full-width forms. Pure functions,
// any thread. Sources: The Unicode Standard 15, table 3-7 (well-formed byte sequences); RFC 3629.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace yizhan::text {

inline constexpr size_t kNoFault = std::string_view::npos;
inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// Byte offset of the first byte that does not belong to a well-formed sequence, or kNoFault. Overlong forms,
// surrogates and code points above U+10FFFF are faults. A sequence cut off by the end is a fault at its
// start.
size_t first_utf8_fault(std::string_view s);
inline bool is_utf8(std::string_view s) { return first_utf8_fault(s) == kNoFault; }

// Length in bytes of the well-formed sequence at `at`, 0 when there is none.
size_t utf8_sequence_length(std::string_view s, size_t at);

// Decodes the code point at `at` (at < s.size()) and moves `at` past it. A byte that starts no well-formed
// sequence gives kReplacementCharacter and moves by one byte, so a loop always ends.
char32_t next_code_point(std::string_view s, size_t& at);

// Stands for a byte that belongs to no well-formed sequence, where a text is decoded as a whole; no code
// point.
inline constexpr char32_t kMalformedByte = 0x110000;
// Decodes a whole text: writes a code point for each character, kMalformedByte for each byte that belongs to
// none. `out` has room for as many as the text has bytes and kDecodeRoom more. Returns how many it wrote.
inline constexpr size_t kDecodeRoom = 8;
size_t decode_utf8(std::string_view s, char32_t* out);

constexpr size_t kUtf8Bytes = 4;  // of a code point, at most
// How many bytes write_utf8() writes.
constexpr size_t utf8_bytes(char32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }
// Writes a code point that is none of the surrogates and at most U+10FFFF; where to go on.
inline char* write_utf8(char32_t c, char* to) {
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    *to++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *to++ = static_cast<char>(0xC0 | c >> 6);
    *to++ = tail(0);
  } else if (c < 0x10000) {
    *to++ = static_cast<char>(0xE0 | c >> 12);
    *to++ = tail(6);
    *to++ = tail(0);
  } else {
    *to++ = static_cast<char>(0xF0 | c >> 18);
    *to++ = tail(12);
    *to++ = tail(6);
    *to++ = tail(0);
  }
  return to;
}
// Appends one code point; a surrogate or a value above U+10FFFF is appended as kReplacementCharacter.
void append_utf8(char32_t code_point, std::string& out);

// Both count a malformed byte as one.
size_t count_code_points(std::string_view s);
size_t count_utf16_units(std::string_view s);

// Appends the text as UTF-16 big-endian. Malformed bytes become kReplacementCharacter.
void append_utf16be(std::string_view s, Bytes& out);
// Appends UTF-16 big-endian bytes as UTF-8. Lone surrogates and an odd last byte become
// kReplacementCharacter; returns how many did (0 = the input was well formed).
size_t append_utf8_from_utf16be(ByteSpan utf16be, std::string& out);

// Full-width ASCII (U+FF01..U+FF5E) and the ideographic space to their ASCII forms, everything else as it is.
char32_t to_half_width(char32_t code_point);
std::string to_half_width(std::string_view s);

// A letter of a Chinese text: the unified ideographs with their extensions, and U+3007.
bool is_ideograph(char32_t code_point);

}  // namespace yizhan::text
