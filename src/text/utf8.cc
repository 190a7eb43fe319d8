#include "text/utf8.h"

#include <bit>
#include <cstring>

#include "base/processor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace yizhan::text {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

uint8_t byte_at(std::string_view s, size_t i) { return static_cast<uint8_t>(s[i]); }
bool is_tail(uint8_t b) { return (b & 0xC0) == 0x80; }

// How many of the bytes from `at` on are ASCII, in whole words first.
size_t ascii_run(std::string_view s, size_t at) {
  size_t i = at;
  while (i + 8 <= s.size()) {
    uint64_t word = 0;
    std::memcpy(&word, s.data() + i, 8);
    if (word & kHighBits) break;
    i += 8;
  }
  while (i < s.size() && byte_at(s, i) < 0x80) ++i;
  return i - at;
}

// A reader of characters of three bytes, most of a Chinese text: writes those that follow each other from
// `from` on, at most kDecodeRoom, and says how many. Reads kBytes, and may write kDecodeRoom in any case.
struct NoReader {
  static constexpr size_t kBytes = 0;
  static size_t read(const char*, char32_t*) { return 0; }
};
#if defined(__x86_64__)
struct EightAtOnce {
  static constexpr size_t kBytes = 28;
  __attribute__((target("avx2"))) static size_t read(const char* from, char32_t* to) {
    const auto load = [](const char* at) __attribute__((target("avx2"))) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i_u*>(at));
    };
    // Each in four bytes, the last one lowest.
    const __m256i order = _mm256_setr_epi8(2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1,  //
                                           2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1);
    const __m256i bytes = _mm256_shuffle_epi8(_mm256_set_m128i(load(from + 12), load(from)), order);
    const __m256i marks = _mm256_and_si256(bytes, _mm256_set1_epi32(0xF0C0C0));
    const __m256i three = _mm256_cmpeq_epi32(marks, _mm256_set1_epi32(0xE08080));
    const __m256i rests = _mm256_and_si256(bytes, _mm256_set1_epi32(0x0F3F3F));
    const __m256i pairs = _mm256_maddubs_epi16(rests, _mm256_set1_epi32(0x014001));  // the last two in one
    const __m256i points = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x10000001));
    const __m256i not_overlong = _mm256_cmpgt_epi32(points, _mm256_set1_epi32(0x7FF));
    const __m256i high = _mm256_and_si256(points, _mm256_set1_epi32(0xF800));
    const __m256i surrogates = _mm256_cmpeq_epi32(high, _mm256_set1_epi32(0xD800));
    const __m256i good = _mm256_andnot_si256(surrogates, _mm256_and_si256(three, not_overlong));
    _mm256_storeu_si256(reinterpret_cast<__m256i_u*>(to), points);
    return static_cast<size_t>(
        std::countr_one(static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(good)))));
  }
};
#endif

template <class Reader>
[[gnu::always_inline]] inline size_t decode_with(std::string_view s, char32_t* out) {
  char32_t* to = out;
  char last[Reader::kBytes + 1] = {};
  for (size_t at = 0; at < s.size();) {
    const uint8_t a = byte_at(s, at);
    if (a < 0x80) {
      *to++ = a;
      ++at;
      continue;
    }
    const char* from = s.data() + at;
    if (const size_t left = s.size() - at; left < Reader::kBytes) {
      std::memcpy(last, from, left);
      last[left] = 0;  // of no character
      from = last;
    }
    if (const size_t n = Reader::read(from, to); n > 0) {
      to += n;
      at += 3 * n;
      continue;
    }
    const size_t begin = at;
    const char32_t c = next_code_point(s, at);
    *to++ = c == kReplacementCharacter && at - begin == 1 ? kMalformedByte : c;
  }
  return static_cast<size_t>(to - out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) size_t decode_wide(std::string_view s, char32_t* out) {
  return decode_with<EightAtOnce>(s, out);
}
#endif

void append_unit(uint32_t unit, Bytes& out) {
  out.push_back(static_cast<uint8_t>(unit >> 8));
  out.push_back(static_cast<uint8_t>(unit));
}

}  // namespace

size_t utf8_sequence_length(std::string_view s, size_t at) {
  if (at >= s.size()) return 0;
  const size_t left = s.size() - at;
  const uint8_t a = byte_at(s, at);
  if (a < 0x80) return 1;
  if (a < 0xC2 || a > 0xF4 || left < 2) return 0;
  const uint8_t b = byte_at(s, at + 1);
  if (!is_tail(b)) return 0;
  if (a < 0xE0) return 2;
  if (left < 3 || !is_tail(byte_at(s, at + 2))) return 0;
  if (a < 0xF0) {
    if ((a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F)) return 0;
    return 3;
  }
  if (left < 4 || !is_tail(byte_at(s, at + 3))) return 0;
  if ((a == 0xF0 && b < 0x90) || (a == 0xF4 && b > 0x8F)) return 0;
  return 4;
}

size_t first_utf8_fault(std::string_view s) {
  size_t i = 0;
  while (i < s.size()) {
    if (byte_at(s, i) < 0x80) {
      i += ascii_run(s, i);
      continue;
    }
    const size_t n = utf8_sequence_length(s, i);
    if (n == 0) return i;
    i += n;
  }
  return kNoFault;
}

char32_t next_code_point(std::string_view s, size_t& at) {
  const uint8_t a = byte_at(s, at);
  if (a < 0x80) {
    ++at;
    return a;
  }
  // Most of a Chinese text.
  if (a > 0xE0 && a < 0xED && at + 2 < s.size() && is_tail(byte_at(s, at + 1)) &&
      is_tail(byte_at(s, at + 2))) {
    at += 3;
    return (a & 0x0FU) << 12 | (byte_at(s, at - 2) & 0x3FU) << 6 | (byte_at(s, at - 1) & 0x3FU);
  }
  const size_t n = utf8_sequence_length(s, at);
  if (n == 0) {
    ++at;
    return kReplacementCharacter;
  }
  char32_t c = n == 2 ? a & 0x1F : n == 3 ? a & 0x0F : a & 0x07;
  for (size_t i = 1; i < n; ++i) c = (c << 6) | (byte_at(s, at + i) & 0x3F);
  at += n;
  return c;
}

size_t decode_utf8(std::string_view s, char32_t* out) {
#if defined(__x86_64__)
  if (has_wide_vectors()) return decode_wide(s, out);
#endif
  return decode_with<NoReader>(s, out);
}

void append_utf8(char32_t c, std::string& out) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = kReplacementCharacter;
  char bytes[kUtf8Bytes];
  out.append(bytes, static_cast<size_t>(write_utf8(c, bytes) - bytes));
}

size_t count_code_points(std::string_view s) {
  size_t count = 0;
  for (size_t i = 0; i < s.size(); ++count) next_code_point(s, i);
  return count;
}

size_t count_utf16_units(std::string_view s) {
  size_t count = 0;
  for (size_t i = 0; i < s.size();) count += next_code_point(s, i) > 0xFFFF ? 2 : 1;
  return count;
}

void append_utf16be(std::string_view s, Bytes& out) {
  for (size_t i = 0; i < s.size();) {
    const char32_t c = next_code_point(s, i);
    if (c <= 0xFFFF) {
      append_unit(c, out);
    } else {
      append_unit(0xD800 + ((c - 0x10000) >> 10), out);
      append_unit(0xDC00 + ((c - 0x10000) & 0x3FF), out);
    }
  }
}

size_t append_utf8_from_utf16be(ByteSpan in, std::string& out) {
  size_t replaced = 0;
  const auto unit = [&](size_t i) { return static_cast<char32_t>(in[i] << 8 | in[i + 1]); };
  size_t i = 0;
  while (i + 1 < in.size()) {
    char32_t c = unit(i);
    i += 2;
    if (c >= 0xD800 && c <= 0xDFFF) {
      const bool paired = c < 0xDC00 && i + 1 < in.size() && unit(i) >= 0xDC00 && unit(i) <= 0xDFFF;
      if (paired) {
        c = 0x10000 + ((c - 0xD800) << 10) + (unit(i) - 0xDC00);
        i += 2;
      } else {
        c = kReplacementCharacter;
        ++replaced;
      }
    }
    append_utf8(c, out);
  }
  if (i < in.size()) {
    append_utf8(kReplacementCharacter, out);
    ++replaced;
  }
  return replaced;
}

char32_t to_half_width(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  return c == 0x3000 ? U' ' : c;
}

std::string to_half_width(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (size_t i = 0; i < s.size();) append_utf8(to_half_width(next_code_point(s, i)), out);
  return out;
}

bool is_ideograph(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x323AF);
}

}  // namespace yizhan::text
