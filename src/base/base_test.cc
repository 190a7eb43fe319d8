#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/time.h"

namespace yizhan {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorCode::kInvalidArgument, "odd", "n");
  return n / 2;
}
Result<int> quarter(int n) { return YZ_TRY(half(YZ_TRY(half(n)))); }

TEST(Error, TryPassesValuesAndErrors) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(to_string(quarter(6).error()), "invalid_argument: odd (n)");
}

TEST(Time, Rfc3339RoundTripAndOffsets) {
  EXPECT_EQ(to_rfc3339(Time{0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(parse_rfc3339("2026-03-02T10:00:00.25+08:00").value()), "2026-03-02T02:00:00.25Z");
  for (const char* bad :
       {"2026-03-02T10:00:00", "2026-02-30T10:00:00Z", "2026-03-02T25:00:00Z", "x", "2026-03-02T10:00:00.Z"})
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
}

TEST(Ids, RoundTripAndRefusals) {
  const CampaignId id{123456789012345};
  EXPECT_EQ(parse_id<CampaignTag>(to_string(id)).value(), id);
  EXPECT_FALSE(parse_id<CampaignTag>(to_string(MessageId{5})));
  EXPECT_FALSE(parse_id<CampaignTag>("cmp_zzzzzzzzzzzzz"));
}

TEST(Ids, NeverGoBackwards) {
  ManualClock clock{parse_rfc3339("2026-03-02T10:00:00Z").value()};
  IdGenerator ids{clock};
  const int64_t a = ids.next(100);
  clock.advance(Duration{-1'000'000});
  EXPECT_EQ(ids.next(), a + 100);
  ids.resume_after(a + 1000);
  EXPECT_EQ(ids.next(), a + 1001);
}

TEST(Bytes, ReaderErrorIsSticky) {
  const Bytes data{0, 1, 2, 'a', 0, 'b'};
  ByteReader r{data};
  EXPECT_EQ(r.u16(), 1);
  EXPECT_EQ(r.u8(), 2);
  EXPECT_EQ(r.c_string(4), "a");
  EXPECT_TRUE(r.ok());
  EXPECT_EQ(r.c_string(4), "");
  EXPECT_FALSE(r.ok());
  EXPECT_EQ(r.u8(), 0);
}

TEST(Bytes, HexRoundTrip) {
  Bytes out;
  ASSERT_TRUE(from_hex("00ffA5", out));
  EXPECT_EQ(to_hex(out), "00ffa5");
  EXPECT_FALSE(from_hex("0", out));
  EXPECT_FALSE(from_hex("zz", out));
}

TEST(Random, SameSeedSameNumbers) {
  Random a{7}, b{7};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.below(10), b.below(10));
}

}  // namespace
}  // namespace yizhan
