#include "text/gb18030.h"

#include <gtest/gtest.h>

#include "text/utf8.h"

namespace yizhan::text {
namespace {

std::string encoded(char32_t c) {
  Bytes out;
  EXPECT_EQ(append_gb18030(c, out), gb18030_bytes(c));
  EXPECT_EQ(out.size(), gb18030_bytes(c));
  return to_hex(out);
}

std::string decoded(std::string_view digits) {
  Bytes bytes;
  EXPECT_TRUE(from_hex(digits, bytes));
  std::string out;
  gb18030_decode(bytes, out);
  return out;
}

TEST(Gb18030, OneTwoAndFourBytes) {
  EXPECT_EQ(encoded(U'A'), "41");
  EXPECT_EQ(encoded(0), "00");
  EXPECT_EQ(encoded(0x7F), "7f");
  EXPECT_EQ(encoded(U'中'), "d6d0");
  EXPECT_EQ(encoded(U'【'), "a1be");
  EXPECT_EQ(encoded(U'丂'), "8140");  // GBK
  EXPECT_EQ(encoded(U'é'), "a8a6");
  EXPECT_EQ(encoded(U'ß'), "81308938");
  EXPECT_EQ(encoded(U'㐀'), "8139ee39");  // extension A
  EXPECT_EQ(encoded(U'\U00010000'), "90308130");
  EXPECT_EQ(encoded(U'😀'), "9439fc36");
  EXPECT_EQ(encoded(0xD800), "");
  EXPECT_EQ(encoded(0x110000), "");
}

TEST(Gb18030, DecodesWhatItIsGivenAndMarksTheRest) {
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("d6d0cec44142"), "中文AB");
  EXPECT_EQ(decoded("9439fc36"), "😀");
  EXPECT_EQ(decoded("41d6"), "A\xEF\xBF\xBD");  // cut off
  EXPECT_EQ(decoded("41ff42"),
            "A\xEF\xBF\xBD"
            "B");
}

TEST(Gb18030, EveryCharacterComesBack) {
  size_t without = 0;
  Bytes bytes;
  std::string back, utf8;
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x11000 ? 1 : 251) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    bytes.clear();
    if (append_gb18030(c, bytes) == 0) {
      ++without;
      continue;
    }
    back.clear();
    utf8.clear();
    gb18030_decode(bytes, back);
    append_utf8(c, utf8);
    ASSERT_EQ(back, utf8) << static_cast<uint32_t>(c);
  }
  EXPECT_EQ(without, 0U);
}

}  // namespace
}  // namespace yizhan::text
