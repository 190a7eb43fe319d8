#include "text/gsm7.h"

#include <array>

#include "text/utf8.h"

namespace yizhan::text {
namespace {

// clang-format off
constexpr std::array<char16_t, 128> kAlphabet = {
    u'@', u'£', u'$', u'¥', u'è', u'é', u'ù', u'ì', u'ò', u'Ç', u'\n', u'Ø', u'ø', u'\r', u'Å', u'å',
    u'Δ', u'_', u'Φ', u'Γ', u'Λ', u'Ω', u'Π', u'Ψ', u'Σ', u'Θ', u'Ξ', u'\0', u'Æ', u'æ', u'ß', u'É',
    u' ', u'!', u'"', u'#', u'¤', u'%', u'&', u'\'', u'(', u')', u'*', u'+', u',', u'-', u'.', u'/',
    u'0', u'1', u'2', u'3', u'4', u'5', u'6', u'7', u'8', u'9', u':', u';', u'<', u'=', u'>', u'?',
    u'¡', u'A', u'B', u'C', u'D', u'E', u'F', u'G', u'H', u'I', u'J', u'K', u'L', u'M', u'N', u'O',
    u'P', u'Q', u'R', u'S', u'T', u'U', u'V', u'W', u'X', u'Y', u'Z', u'Ä', u'Ö', u'Ñ', u'Ü', u'§',
    u'¿', u'a', u'b', u'c', u'd', u'e', u'f', u'g', u'h', u'i', u'j', u'k', u'l', u'm', u'n', u'o',
    u'p', u'q', u'r', u's', u't', u'u', u'v', u'w', u'x', u'y', u'z', u'ä', u'ö', u'ñ', u'ü', u'à'};
// clang-format on

struct Extension {
  uint8_t code;
  char16_t character;
};
constexpr Extension kExtensions[] = {{0x0A, u'\f'}, {0x14, u'^'}, {0x28, u'{'}, {0x29, u'}'}, {0x2F, u'\\'},
                                     {0x3C, u'['},  {0x3D, u'~'}, {0x3E, u']'}, {0x40, u'|'}, {0x65, u'€'}};

constexpr uint8_t kNone = 0xFF;
constexpr uint8_t kExtended = 0x80;
constexpr char32_t kEuro = 0x20AC;
constexpr uint8_t kEuroCode = kExtended | 0x65;

// Code point below 0x400 → septet, with kExtended set when it follows an escape; kNone when there is none.
constexpr std::array<uint8_t, 0x400> make_codes() {
  std::array<uint8_t, 0x400> codes{};
  codes.fill(kNone);
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    if (i != kGsm7Escape) codes[kAlphabet[i]] = static_cast<uint8_t>(i);
  for (const Extension& e : kExtensions)
    if (e.character < codes.size()) codes[e.character] = kExtended | e.code;
  return codes;
}
constexpr std::array<uint8_t, 0x400> kCodes = make_codes();

constexpr std::array<char16_t, 128> make_extended() {
  std::array<char16_t, 128> characters{};
  for (const Extension& e : kExtensions) characters[e.code] = e.character;
  return characters;
}
constexpr std::array<char16_t, 128> kExtended128 = make_extended();

uint8_t septet_of(char32_t c) {
  if (c < kCodes.size()) return kCodes[c];
  return c == kEuro ? kEuroCode : kNone;
}

}  // namespace

size_t gsm7_septets(char32_t c) {
  const uint8_t code = septet_of(c);
  return code == kNone ? 0 : (code & kExtended) ? 2 : 1;
}

size_t gsm7_count(std::string_view utf8) {
  size_t count = 0;
  for (size_t i = 0; i < utf8.size();) {
    const size_t n = gsm7_septets(next_code_point(utf8, i));
    if (n == 0) return kNotGsm7;
    count += n;
  }
  return count;
}

size_t append_gsm7(char32_t c, Bytes& out) {
  const uint8_t code = septet_of(c);
  if (code == kNone) return 0;
  if (code & kExtended) {
    out.push_back(kGsm7Escape);
    out.push_back(code & 0x7F);
    return 2;
  }
  out.push_back(code);
  return 1;
}

bool gsm7_encode(std::string_view utf8, Bytes& out) {
  const size_t before = out.size();
  for (size_t i = 0; i < utf8.size();) {
    if (append_gsm7(next_code_point(utf8, i), out) == 0) {
      out.resize(before);
      return false;
    }
  }
  return true;
}

void gsm7_decode(ByteSpan septets, std::string& utf8) {
  for (size_t i = 0; i < septets.size(); ++i) {
    const uint8_t b = septets[i];
    if (b > 0x7F) {
      append_utf8(kReplacementCharacter, utf8);
    } else if (b != kGsm7Escape) {
      append_utf8(kAlphabet[b], utf8);
    } else if (i + 1 == septets.size()) {
      utf8.push_back(' ');
    } else {
      const uint8_t e = septets[++i];
      if (e > 0x7F) {
        append_utf8(kReplacementCharacter, utf8);
      } else if (e == kGsm7Escape) {
        utf8.push_back(' ');
      } else {
        append_utf8(kExtended128[e] != 0 ? kExtended128[e] : kAlphabet[e], utf8);
      }
    }
  }
}

void gsm7_pack(ByteSpan septets, size_t fill_bits, Bytes& out) {
  uint32_t bits = 0;
  size_t held = fill_bits;
  for (const uint8_t septet : septets) {
    bits |= static_cast<uint32_t>(septet & 0x7F) << held;
    held += 7;
    while (held >= 8) {
      out.push_back(static_cast<uint8_t>(bits));
      bits >>= 8;
      held -= 8;
    }
  }
  if (held > 0) out.push_back(static_cast<uint8_t>(bits));
}

bool gsm7_unpack(ByteSpan packed, size_t fill_bits, size_t count, Bytes& out) {
  if (count > packed.size() * 8 || gsm7_packed_bytes(count, fill_bits) > packed.size()) return false;
  size_t bit = fill_bits;
  for (size_t i = 0; i < count; ++i, bit += 7) {
    uint32_t two = packed[bit / 8];
    if (bit / 8 + 1 < packed.size()) two |= static_cast<uint32_t>(packed[bit / 8 + 1]) << 8;
    out.push_back(static_cast<uint8_t>((two >> (bit % 8)) & 0x7F));
  }
  return true;
}

}  // namespace yizhan::text
