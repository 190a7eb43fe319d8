#include "text/charset.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/random.h"

namespace yizhan::text {
namespace {

using namespace std::string_literals;

Charset whole(std::string_view bytes) { return guess_charset(bytes, Extent::kWhole).charset; }

// 手机号,姓名 / 13800138000,张三 in GBK.
const std::string kGbkTable = "\xCA\xD6\xBB\xFA\xBA\xC5,\xD0\xD5\xC3\xFB\r\n13800138000,\xD5\xC5\xC8\xFD\r\n";
const std::string kUtf8Table = "手机号,姓名\r\n13800138000,张三\r\n";

std::string to_utf16(std::string_view ascii_and_bmp, bool little) {
  std::u16string units;
  for (size_t i = 0; i < ascii_and_bmp.size(); ++i) units.push_back(static_cast<char16_t>(ascii_and_bmp[i]));
  std::string out;
  for (const char16_t u : units) {
    out.push_back(static_cast<char>(little ? u & 0xFF : u >> 8));
    out.push_back(static_cast<char>(little ? u >> 8 : u & 0xFF));
  }
  return out;
}

TEST(Charset, GuessesMarksAndPlainText) {
  EXPECT_EQ(whole(""), Charset::kUtf8);
  EXPECT_EQ(whole("phone,name\n"), Charset::kUtf8);
  EXPECT_EQ(whole(kUtf8Table), Charset::kUtf8);
  EXPECT_EQ(guess_charset("\xEF\xBB\xBFphone", Extent::kWhole).bom_bytes, 3u);
  EXPECT_EQ(whole("\xFF\xFEp\0"s), Charset::kUtf16Le);
  EXPECT_EQ(whole("\xFE\xFF\0p"s), Charset::kUtf16Be);
  EXPECT_EQ(whole(to_utf16("a,b\n", true)), Charset::kUtf16Le);
  EXPECT_EQ(whole(to_utf16("a,b\n", false)), Charset::kUtf16Be);
  EXPECT_EQ(whole(kGbkTable), Charset::kGb18030);
  EXPECT_EQ(whole("\x81\x30\x81\x30"), Charset::kGb18030);
  EXPECT_EQ(whole("\xFF\xFF\xFF"), Charset::kUnknown);
  EXPECT_EQ(whole("binary\0\0\0data"s), Charset::kUnknown);
}

TEST(Charset, ShortGbkIsNotTakenForUtf8) {
  EXPECT_EQ(whole("\xC4\xE3"), Charset::kGb18030);              // 你
  EXPECT_EQ(whole("\xC1\xAA\xCD\xA8"), Charset::kGb18030);      // 联通, of Notepad fame
  EXPECT_EQ(whole("\xD1\xA7\xD0\xA3"), Charset::kGb18030);      // 学校: as UTF-8 it is ѧУ
  EXPECT_EQ(whole("12\xC2\xB7"), Charset::kGb18030);            // 12路
  EXPECT_EQ(whole("1,\xC3\xA9\xCC\xA8\n"), Charset::kGb18030);  // 茅台
}

TEST(Charset, EuropeanUtf8IsNotTakenForGbk) {
  for (const char* s : {"café", "Müller,München", "Łukasz", "señor", "Привет, мир", "Здравствуйте", "Ωμέγα",
                        "naïve; coöperate", "Ångström", "שלום", "مرحبا"})
    EXPECT_EQ(whole(s), Charset::kUtf8) << s;
}

TEST(Charset, DamagedUtf8StaysUtf8) {
  std::string damaged = kUtf8Table + kUtf8Table;
  damaged[3] = '\xFF';
  EXPECT_EQ(whole(damaged), Charset::kUtf8);
}

// Traditional Chinese in Big5 is well-formed GB18030 too and would come out as gibberish.
TEST(Charset, LongBig5IsRefused) {
  Bytes bytes;
  ASSERT_TRUE(
      from_hex("bfcbb752aabab77cadfbb17aa66ea141b750c1c2b17aaaf8b4c1a548a8d3b9efa5bba4bda571aabaa4e4abf9bb"
               "50b752c540a143acb0a446b4a3a8d1a7f3a66eaabaaa41b0c8a141a7daadccb14ea9f3a455b667a440b669a6e6"
               "a874b2cebafbc540a141a9a1aec9b3a1a4c0a55cafe0b14ebcc8aec9b54caa6ba8cfa5cea141b379a6a8a4a3ab"
               "4bb771bdd0a8a3bdcca143",
               bytes));
  const std::string once(as_chars(bytes));
  EXPECT_EQ(whole(once + once), Charset::kUnknown);
}

TEST(Charset, CutOffHeadsAreNoFault) {
  for (size_t n = 1; n < kUtf8Table.size(); ++n)
    EXPECT_EQ(guess_charset(std::string_view(kUtf8Table).substr(0, n), Extent::kHead).charset, Charset::kUtf8)
        << n;
  for (size_t n = 3; n < kGbkTable.size(); ++n) {
    EXPECT_EQ(guess_charset(std::string_view(kGbkTable).substr(0, n), Extent::kHead).charset,
              Charset::kGb18030)
        << n;
  }
}

// Feeds pieces of random length and returns text or error.
std::string transcode(std::string_view bytes, Random& random, Charset charset = Charset::kUnknown) {
  Transcoder t(charset);
  std::string out;
  for (size_t i = 0; i < bytes.size();) {
    const size_t n = std::min<size_t>(1 + random.below(7), bytes.size() - i);
    if (auto r = t.push(bytes.substr(i, n), out); !r) return to_string(r.error());
    i += n;
  }
  if (auto r = t.finish(out); !r) return to_string(r.error());
  return out;
}

// Found by the fuzzer: two-byte sequences, the last one cut after its first byte.
TEST(Charset, AHeadCutWithinATwoByteSequenceIsNotReadPastItsEnd) {
  const std::string head = "\xCF\xA1\xCF";
  EXPECT_NE(guess_charset(head, Extent::kHead).charset, Charset::kUtf16Le);
}

TEST(Transcoder, AnyChunksGiveTheSameText) {
  Random random(5);
  const std::string utf16 = "\xFF\xFE\x60\x4F\x42\xD8\xB7\xDF\n\0"s;  // 你𠮷
  const std::string gb = "\xC4\xE3\x95\x32\x82\x36\n";                // 你𠀀
  for (int round = 0; round < 200; ++round) {
    ASSERT_EQ(transcode(kUtf8Table, random), kUtf8Table);
    ASSERT_EQ(transcode("\xEF\xBB\xBF" + kUtf8Table, random), kUtf8Table);
    ASSERT_EQ(transcode(kGbkTable, random), kUtf8Table);
    ASSERT_EQ(transcode(utf16, random), "你𠮷\n");
    ASSERT_EQ(transcode(gb, random), "你𠀀\n");
    ASSERT_EQ(transcode("", random), "");
    ASSERT_EQ(transcode("\xEF\xBB\xBF", random), "");
  }
}

TEST(Transcoder, ChineseAfterMuchAsciiIsStillRecognised) {
  Random random(6);
  std::string ascii;
  for (int i = 0; i < 20'000; ++i) ascii += "13800138000,x\n";
  Transcoder t;
  std::string out;
  ASSERT_TRUE(t.push(ascii, out));
  ASSERT_TRUE(t.push(kGbkTable, out));
  ASSERT_TRUE(t.finish(out));
  EXPECT_EQ(out, ascii + kUtf8Table);
  EXPECT_EQ(t.charset(), Charset::kGb18030);
}

TEST(Transcoder, ReportsWhereASequenceIsInvalid) {
  Random random(8);
  const std::string many = kUtf8Table + kUtf8Table + kUtf8Table;
  for (int round = 0; round < 100; ++round) {
    std::string utf8 = many;
    utf8[many.size() - 3] = '\xFF';  // the last byte of 三, on line 6
    EXPECT_EQ(transcode(utf8, random), "malformed: invalid UTF-8 sequence at byte offset " +
                                           std::to_string(many.size() - 5) + " (line 6)");
    EXPECT_EQ(transcode(kGbkTable + "\xFF,x", random, Charset::kGb18030),
              "malformed: invalid GB18030 sequence at byte offset " + std::to_string(kGbkTable.size()) +
                  " (line 3)");
    EXPECT_EQ(transcode("\xFF\xFE\n\0\x42\xD8\n\0"s, random),
              "malformed: invalid UTF-16LE sequence at byte offset 4 (line 2)");
    EXPECT_EQ(transcode(kUtf8Table + "\xE5\xBC", random),
              "malformed: invalid UTF-8 sequence at byte offset " + std::to_string(kUtf8Table.size()) +
                  ": the file ends inside it (line 3)");
    EXPECT_EQ(transcode(kGbkTable + "\xC4", random, Charset::kGb18030),
              "malformed: invalid GB18030 sequence at byte offset " + std::to_string(kGbkTable.size()) +
                  ": the file ends inside it (line 3)");
    EXPECT_EQ(transcode("\xFF\xFE\n"s, random),
              "malformed: invalid UTF-16LE sequence at byte offset 2: the file ends inside it (line 1)");
  }
  EXPECT_EQ(transcode("ab\xFF\xFF\xFF\xFF", random).substr(0, 22), "unsupported_media_type");
}

}  // namespace
}  // namespace yizhan::text
