#include "text/gsm7.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "text/utf8.h"

namespace yizhan::text {
namespace {

TEST(Gsm7, EveryCodeRoundTrips) {
  size_t plain = 0;
  size_t extended = 0;
  for (char32_t c = 0; c <= 0xFFFF; ++c) {
    const size_t n = gsm7_septets(c);
    if (n == 0) continue;
    (n == 1 ? plain : extended)++;
    Bytes septets;
    ASSERT_EQ(append_gsm7(c, septets), n);
    std::string back;
    gsm7_decode(septets, back);
    std::string expected;
    append_utf8(c, expected);
    ASSERT_EQ(back, expected);
  }
  EXPECT_EQ(plain, 127u);
  EXPECT_EQ(extended, 10u);
}

TEST(Gsm7, KnownCodes) {
  Bytes b;
  ASSERT_TRUE(gsm7_encode("@Δ€[Çà", b));
  EXPECT_EQ(to_hex(b), "00101b651b3c097f");
  EXPECT_EQ(gsm7_count("@Δ€[Çà"), 8u);
  EXPECT_FALSE(can_encode_gsm7("ç"));
  EXPECT_FALSE(can_encode_gsm7("`"));
  EXPECT_FALSE(gsm7_encode("ok 验", b));
  EXPECT_EQ(b.size(), 8u);
}

TEST(Gsm7, PacksTheKnownVectors) {
  Bytes septets;
  Bytes packed;
  ASSERT_TRUE(gsm7_encode("hellohello", septets));
  gsm7_pack(septets, 0, packed);
  EXPECT_EQ(to_hex(packed), "e8329bfd4697d9ec37");
}

TEST(Gsm7, PackUnpackAtEveryAlignment) {
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    Bytes septets(random.below(170));
    for (uint8_t& s : septets) s = static_cast<uint8_t>(random.below(128));
    const size_t fill = random.below(7);
    Bytes packed;
    gsm7_pack(septets, fill, packed);
    ASSERT_EQ(packed.size(), gsm7_packed_bytes(septets.size(), fill));
    Bytes back;
    ASSERT_TRUE(gsm7_unpack(packed, fill, septets.size(), back));
    ASSERT_EQ(back, septets);
  }
}

TEST(Gsm7, UnpackRefusesTooFewBytes) {
  Bytes out;
  EXPECT_FALSE(gsm7_unpack(Bytes{1, 2}, 0, 3, out));
  EXPECT_FALSE(gsm7_unpack(Bytes{1, 2}, 0, SIZE_MAX, out));
  EXPECT_TRUE(out.empty());
}

TEST(Gsm7, DecodesWhatReceiversMust) {
  std::string s;
  gsm7_decode(Bytes{0x1B, 0x41, 0x1B, 0x1B, 0x80, 0x1B}, s);
  EXPECT_EQ(s, "A \uFFFD ");
}

}  // namespace
}  // namespace yizhan::text
