#include "text/utf8.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace yizhan::text {
namespace {

TEST(Utf8, FindsTheFirstFault) {
  EXPECT_EQ(first_utf8_fault(""), kNoFault);
  EXPECT_EQ(first_utf8_fault("plain ascii, longer than a word"), kNoFault);
  EXPECT_EQ(first_utf8_fault("验证码 𠮷 é"), kNoFault);
  EXPECT_EQ(first_utf8_fault("ab\x80"), 2u);
  EXPECT_EQ(first_utf8_fault("\xC0\xAF"), 0u);          // overlong
  EXPECT_EQ(first_utf8_fault("a\xE0\x9F\xBF"), 1u);     // overlong
  EXPECT_EQ(first_utf8_fault("\xED\xA0\x80"), 0u);      // surrogate
  EXPECT_EQ(first_utf8_fault("\xF4\x90\x80\x80"), 0u);  // above U+10FFFF
  EXPECT_EQ(first_utf8_fault("验\xE8\xAF"), 3u);        // cut off
  EXPECT_EQ(first_utf8_fault("12345678\xFF"), 8u);
}

TEST(Utf8, EveryCodePointRoundTrips) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string s;
    append_utf8(c, s);
    size_t at = 0;
    ASSERT_EQ(next_code_point(s, at), c);
    ASSERT_EQ(at, s.size());
    ASSERT_TRUE(is_utf8(s));
  }
}

std::vector<char32_t> decoded_whole(std::string_view s) {
  std::vector<char32_t> out(s.size() + kDecodeRoom);
  out.resize(decode_utf8(s, out.data()));
  return out;
}

TEST(Utf8, DecodesAWholeTextAsOneByOne) {
  // Pieces of every length, and faults that look like a piece of three bytes.
  constexpr std::string_view kPieces[] = {
      "a",           "7",        "é",    "验",           "证",           "码",   "\uFFFD",
      "𠮷",          "\xE8\xAF", "\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xFF", "\xED\x9F\xBF",
      "\xEE\x80\x80"};
  Random random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string s;
    for (size_t pieces = random.below(40); pieces > 0; --pieces)
      s += random.below(3) == 0 ? kPieces[random.below(std::size(kPieces))] : kPieces[3 + random.below(3)];
    std::vector<char32_t> expected;
    for (size_t at = 0; at < s.size();) {
      const size_t begin = at;
      const char32_t c = next_code_point(s, at);
      expected.push_back(c == kReplacementCharacter && at - begin == 1 ? kMalformedByte : c);
    }
    ASSERT_EQ(decoded_whole(s), expected)
        << to_hex(ByteSpan(reinterpret_cast<const uint8_t*>(s.data()), s.size()));
  }
}

TEST(Utf8, SurrogatesAreNeverWritten) {
  std::string s;
  append_utf8(0xD800, s);
  append_utf8(0x110000, s);
  EXPECT_EQ(s, "\uFFFD\uFFFD");
}

TEST(Utf8, Counts) {
  EXPECT_EQ(count_code_points("a验𠮷"), 3u);
  EXPECT_EQ(count_utf16_units("a验𠮷"), 4u);
  EXPECT_EQ(count_code_points("\x80\x80"), 2u);
}

TEST(Utf8, Utf16RoundTripAndFaults) {
  Bytes b;
  append_utf16be("a验𠮷", b);
  EXPECT_EQ(to_hex(b), "00619a8cd842dfb7");
  std::string s;
  EXPECT_EQ(append_utf8_from_utf16be(b, s), 0u);
  EXPECT_EQ(s, "a验𠮷");
  const Bytes bad{0xD8, 0x42, 0x00, 0x61, 0xDF, 0xB7, 0x00};
  s.clear();
  EXPECT_EQ(append_utf8_from_utf16be(bad, s), 3u);
  EXPECT_EQ(s, "\uFFFDa\uFFFD\uFFFD");
}

TEST(Utf8, HalfWidth) {
  EXPECT_EQ(to_half_width("１３８　ＡＢ－（验）"), "138 AB-(验)");
  EXPECT_TRUE(is_ideograph(U'验'));
  EXPECT_FALSE(is_ideograph(U'，'));
}

}  // namespace
}  // namespace yizhan::text
