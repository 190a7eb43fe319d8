#include "text/utf8.h"

#include <gtest/gtest.h>

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
