#include "text/gb18030.h"

#include <unicode/ucnv.h>

#include <memory>
#include <vector>

#include "text/utf8.h"

namespace yizhan::text {
namespace {

struct CloseConverter {
  void operator()(UConverter* c) const { ucnv_close(c); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open_converter() {
  UErrorCode status = U_ZERO_ERROR;
  return Converter(ucnv_open("gb18030", &status));
}

// The bytes of every code point of the basic plane as a big-endian number, 0 where there are none.
std::vector<uint32_t> make_table() {
  std::vector<uint32_t> table(0x10000, 0);
  const Converter converter = open_converter();
  UErrorCode status = converter ? U_ZERO_ERROR : U_MISSING_RESOURCE_ERROR;
  if (converter) {
    ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  }
  for (uint32_t c = 1; c < table.size() && U_SUCCESS(status); ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const auto unit = static_cast<UChar>(c);
    char bytes[8] = {};
    UErrorCode one = U_ZERO_ERROR;
    const int32_t n = ucnv_fromUChars(converter.get(), bytes, sizeof bytes, &unit, 1, &one);
    if (U_FAILURE(one) || n > 4) continue;
    for (int32_t i = 0; i < n; ++i) table[c] = table[c] << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return table;
}

uint32_t code_of(char32_t c) {
  static const std::vector<uint32_t> table = make_table();
  return table[c];
}

// The other planes follow one another from 0x90308130 on: the last byte has ten values, the third 126, the
// second ten.
constexpr uint32_t code_beyond_basic_plane(char32_t c) {
  const uint32_t at = c - 0x10000;
  return (0x90 + at / 12600) << 24 | (0x30 + at / 1260 % 10) << 16 | (0x81 + at / 10 % 126) << 8 |
         (0x30 + at % 10);
}
static_assert(code_beyond_basic_plane(0x10000) == 0x90308130);
static_assert(code_beyond_basic_plane(0x10FFFF) == 0xE3329A35);

size_t bytes_of(uint32_t code) {
  if (code > 0xFFFF) return 4;
  return code > 0xFF ? 2 : code > 0 ? 1 : 0;
}

}  // namespace

size_t gb18030_bytes(char32_t c) {
  if (c <= 0x7F) return 1;
  if (c > 0xFFFF) return c <= 0x10FFFF ? 4 : 0;
  return bytes_of(code_of(c));
}

size_t append_gb18030(char32_t c, Bytes& out) {
  const size_t bytes = gb18030_bytes(c);
  const uint32_t code = bytes < 2 ? c : c > 0xFFFF ? code_beyond_basic_plane(c) : code_of(c);
  for (size_t i = bytes; i-- > 0;) out.push_back(static_cast<uint8_t>(code >> (8 * i)));
  return bytes;
}

void gb18030_decode(ByteSpan bytes, std::string& utf8) {
  thread_local const Converter converter = open_converter();
  thread_local std::u16string units;
  if (bytes.empty()) return;
  if (!converter) return append_utf8(kReplacementCharacter, utf8);
  // No sequence of bytes makes more units than it has bytes.
  units.resize(bytes.size());
  UErrorCode status = U_ZERO_ERROR;
  const int32_t n = ucnv_toUChars(converter.get(), units.data(), static_cast<int32_t>(units.size()),
                                  as_chars(bytes).data(), static_cast<int32_t>(bytes.size()), &status);
  if (U_FAILURE(status)) return append_utf8(kReplacementCharacter, utf8);
  for (size_t i = 0; i < static_cast<size_t>(n); ++i) {
    const char16_t unit = units[i];
    const bool pair = unit >= 0xD800 && unit < 0xDC00 && i + 1 < static_cast<size_t>(n);
    append_utf8(pair ? 0x10000 + ((unit - 0xD800U) << 10) + (units[i + 1] - 0xDC00U) : unit, utf8);
    i += pair ? 1 : 0;
  }
}

}  // namespace yizhan::text
