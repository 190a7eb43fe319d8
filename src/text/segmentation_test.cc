#include "text/segmentation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "base/random.h"
#include "text/gsm7.h"
#include "text/utf8.h"

namespace yizhan::text {
namespace {

std::string repeat(std::string_view s, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += s;
  return out;
}

constexpr EncodingSet kAll{Encoding::kGsm7, Encoding::kUcs2, Encoding::kLatin1, Encoding::kAscii};

TEST(Measure, Boundaries) {
  using E = Encoding;
  EXPECT_EQ(measure(""), (SegmentCount{E::kGsm7, 0, 1}));
  EXPECT_EQ(measure(repeat("a", 160)), (SegmentCount{E::kGsm7, 160, 1}));
  EXPECT_EQ(measure(repeat("a", 161)), (SegmentCount{E::kGsm7, 161, 2}));
  EXPECT_EQ(measure(repeat("a", 306)), (SegmentCount{E::kGsm7, 306, 2}));
  EXPECT_EQ(measure(repeat("a", 307)), (SegmentCount{E::kGsm7, 307, 3}));
  EXPECT_EQ(measure(repeat("a", 305), kAll, Concatenation::kUdh16), (SegmentCount{E::kGsm7, 305, 3}));
  EXPECT_EQ(measure(repeat("验", 70)), (SegmentCount{E::kUcs2, 70, 1}));
  EXPECT_EQ(measure(repeat("验", 71)), (SegmentCount{E::kUcs2, 71, 2}));
  EXPECT_EQ(measure(repeat("验", 134)), (SegmentCount{E::kUcs2, 134, 2}));
  EXPECT_EQ(measure(repeat("验", 135)), (SegmentCount{E::kUcs2, 135, 3}));
  EXPECT_EQ(measure(repeat("ç", 100), kAll), (SegmentCount{E::kLatin1, 100, 1}));
  EXPECT_EQ(measure(repeat("[", 100), kAll), (SegmentCount{E::kAscii, 100, 1}));
}

TEST(Measure, PairsAreNotCut) {
  // 152 septets and then an escape pair: the pair moves to the second part, which pushes a third.
  EXPECT_EQ(measure(repeat("a", 152) + "€" + repeat("a", 152)).segments, 3u);
  EXPECT_EQ(measure(repeat("a", 151) + "€" + repeat("a", 153)).segments, 2u);
  EXPECT_EQ(measure(repeat("验", 66) + "𠮷" + repeat("验", 66)).segments, 3u);
}

TEST(Measure, Ucs2IsTheAnswerWhenNothingAllowedFits) {
  EXPECT_EQ(measure("验", EncodingSet{Encoding::kAscii}).encoding, Encoding::kUcs2);
}

TEST(Domestic, CountsUtf16Units) {
  EXPECT_EQ(domestic_segments(""), 1u);
  EXPECT_EQ(domestic_segments(repeat("a", 70)), 1u);
  EXPECT_EQ(domestic_segments(repeat("a", 71)), 2u);
  EXPECT_EQ(domestic_segments(repeat("验", 134)), 2u);
  EXPECT_EQ(domestic_segments(repeat("验", 135)), 3u);
  EXPECT_EQ(domestic_segments(repeat("𠮷", 36)), 2u);
}

TEST(Split, HeadersAndSizes) {
  SegmentList list;
  ASSERT_TRUE(
      split(repeat("验", 71), {Encoding::kUcs2, Concatenation::kUdh8, Gsm7Form::kUnpacked, 0x1234}, list));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(to_hex(list[0].payload.first(6)), "050003340201");
  EXPECT_EQ(list[0].payload.size(), 140u);
  EXPECT_EQ(list[1].payload.size(), 14u);
  EXPECT_EQ(list[1].text_units, 4u);
  ASSERT_TRUE(
      split(repeat("a", 161), {Encoding::kGsm7, Concatenation::kUdh16, Gsm7Form::kPacked, 0x1234}, list));
  EXPECT_EQ(to_hex(list[1].payload.first(7)), "06080412340202");
  EXPECT_EQ(list[0].payload.size(), 140u);
  ASSERT_TRUE(split(repeat("a", 161), {Encoding::kGsm7, Concatenation::kUdh8, Gsm7Form::kPacked, 1}, list));
  EXPECT_EQ(list[0].payload.size(), 140u);
  ASSERT_TRUE(split(repeat("a", 161), {Encoding::kGsm7, Concatenation::kNone, Gsm7Form::kUnpacked, 1}, list));
  EXPECT_EQ(list[0].udh_bytes, 0u);
  EXPECT_EQ(list[0].payload.size(), 152u);
  ASSERT_TRUE(split("", {Encoding::kUcs2}, list));
  ASSERT_EQ(list.size(), 1u);
  EXPECT_TRUE(list[0].payload.empty());
}

TEST(Split, Refusals) {
  SegmentList list;
  const auto unfit = split("ab验", {Encoding::kGsm7}, list);
  ASSERT_FALSE(unfit);
  EXPECT_EQ(unfit.error().field, "byte 2");
  EXPECT_TRUE(list.empty());
  const auto large = split(repeat("验", 67 * limits::kSegmentsPerMessage + 1), {Encoding::kUcs2}, list);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(split(repeat("验", 67 * limits::kSegmentsPerMessage), {Encoding::kUcs2}, list));
}

TEST(UserDataHeader, ReadsWhatPhonesSend) {
  EXPECT_EQ(parse_user_data_header(Bytes{5, 0, 3, 9, 2, 1, 'x'}).value(), (UserDataHeader{6, 9, 2, 1}));
  EXPECT_EQ(parse_user_data_header(Bytes{6, 8, 4, 1, 9, 2, 2}).value(), (UserDataHeader{7, 0x109, 2, 2}));
  // A port element before the concatenation element.
  EXPECT_EQ(parse_user_data_header(Bytes{11, 5, 4, 0, 1, 0, 2, 0, 3, 7, 3, 3}).value(),
            (UserDataHeader{12, 7, 3, 3}));
  EXPECT_EQ(parse_user_data_header(Bytes{0}).value(), (UserDataHeader{1, 0, 1, 1}));
  for (const Bytes& bad : {Bytes{}, Bytes{5, 0, 3}, Bytes{5, 0, 3, 9, 2, 3}, Bytes{5, 0, 3, 9, 0, 0},
                           Bytes{3, 0, 9, 1}, Bytes{5, 0, 2, 9, 2, 1}, Bytes{1, 5}})
    EXPECT_FALSE(parse_user_data_header(bad));
}

// Draws a text of one kind: 0 GSM 7-bit with escapes, 1 ASCII, 2 Latin-1, 3 any Unicode.
std::string random_text(Random& random, int kind) {
  static constexpr std::u32string_view kGsm = U"aB9 @Δé€[]{}\\~^|\nÇ";
  std::string out;
  const size_t length = random.below(500);
  for (size_t i = 0; i < length; ++i) {
    char32_t c = kGsm[random.below(kGsm.size())];
    if (kind == 1) c = static_cast<char32_t>(random.below(0x80));
    if (kind == 2) c = static_cast<char32_t>(random.below(0x100));
    if (kind == 3) {
      c = static_cast<char32_t>(random.chance(0.3) ? 0x10000 + random.below(0x10000) : random.below(0xD800));
    }
    append_utf8(c, out);
  }
  return out;
}

// What a handset does: strip headers, unpack, decode each part alone, put them together.
std::string reassemble(const SegmentList& list, const SplitOptions& o) {
  std::string out;
  for (size_t i = 0; i < list.size(); ++i) {
    const Segment s = list[i];
    if (s.udh_bytes > 0) {
      const UserDataHeader h = parse_user_data_header(s.payload).value();
      EXPECT_EQ(h.bytes, s.udh_bytes);
      EXPECT_EQ(h.total, list.size());
      EXPECT_EQ(h.number, i + 1);
      EXPECT_EQ(h.reference, o.concatenation == Concatenation::kUdh8 ? o.reference & 0xFF : o.reference);
    }
    const ByteSpan text = s.payload.subspan(s.udh_bytes);
    Bytes unpacked;
    if (o.encoding == Encoding::kGsm7 && o.gsm7_form == Gsm7Form::kPacked) {
      EXPECT_LE(s.payload.size(), 140u);
      EXPECT_TRUE(gsm7_unpack(text, s.udh_bytes == 6 ? 1 : 0, s.text_units, unpacked));
    } else {
      unpacked.assign(text.begin(), text.end());
    }
    append_decoded(o.encoding, unpacked, out);
  }
  return out;
}

TEST(Measure, Gb18030OnlyWhereItIsAllowedAndCheaper) {
  constexpr EncodingSet kGbOrUcs2{Encoding::kGb18030, Encoding::kUcs2};
  using E = Encoding;
  EXPECT_EQ(measure(repeat("中", 70), kGbOrUcs2), (SegmentCount{E::kUcs2, 70, 1}));
  EXPECT_EQ(measure(repeat("a", 140), kGbOrUcs2), (SegmentCount{E::kGb18030, 140, 1}));
  EXPECT_EQ(measure(repeat("a中", 40), kGbOrUcs2), (SegmentCount{E::kGb18030, 120, 1}));
  EXPECT_EQ(measure(repeat("a中", 40)), (SegmentCount{E::kUcs2, 80, 2}));
  EXPECT_EQ(measure("中", EncodingSet{E::kGb18030}), (SegmentCount{E::kGb18030, 2, 1}));
  EXPECT_EQ(measure("中", EncodingSet{E::kAscii}), (SegmentCount{E::kUcs2, 1, 1}));
  EXPECT_EQ(measure("😀", EncodingSet{E::kGb18030}), (SegmentCount{E::kGb18030, 4, 1}));
}

TEST(Split, ACharacterOfGb18030IsNeverCut) {
  SegmentList list;
  SplitOptions o;
  o.encoding = Encoding::kGb18030;
  // 134 bytes a part: an odd start leaves one byte before the next two-byte character, three before one of
  // four.
  ASSERT_TRUE(split("a" + repeat("中", 70), o, list));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].text_units, 133);
  ASSERT_TRUE(split("abc" + repeat("😀", 40), o, list));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].text_units, 3 + 4 * 32);
  EXPECT_EQ(list[1].text_units, 4 * 8);
}

TEST(Split, SplitThenReassembleGivesTheSameText) {
  Random random(20260302);
  constexpr Encoding kByKind[] = {Encoding::kGsm7, Encoding::kAscii, Encoding::kLatin1, Encoding::kUcs2,
                                  Encoding::kGb18030};
  static_assert(std::size(kByKind) == kEncodings);
  constexpr int kUnicodeText = 3;
  SegmentList list;
  size_t concatenated = 0;
  for (int round = 0; round < 4000; ++round) {
    const int kind = static_cast<int>(random.below(kEncodings));
    const std::string text = random_text(random, std::min(kind, kUnicodeText));
    SplitOptions o;
    o.encoding = kByKind[kind];
    o.concatenation = static_cast<Concatenation>(random.below(3));
    o.gsm7_form = static_cast<Gsm7Form>(random.below(2));
    o.reference = static_cast<uint16_t>(random.next());
    const SegmentCount count = measure(text, EncodingSet{o.encoding}, o.concatenation);
    const auto result = split(text, o, list);
    if (count.segments > limits::kSegmentsPerMessage) {
      ASSERT_FALSE(result);
      continue;
    }
    ASSERT_TRUE(result);
    ASSERT_EQ(count.encoding, o.encoding);
    ASSERT_EQ(count.segments, list.size());
    ASSERT_EQ(reassemble(list, o), text);
    concatenated += list.size() > 1;
  }
  EXPECT_GT(concatenated, 1000u);
}

}  // namespace
}  // namespace yizhan::text
