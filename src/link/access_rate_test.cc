#include "link/access_rate.h"

#include <gtest/gtest.h>

namespace yizhan::link {
namespace {

boost::asio::ip::address address(const char* text) { return boost::asio::ip::make_address(text); }

TEST(AddressAllowed, ByRangeOfEitherKind) {
  const std::vector<std::string> ranges = {"10.1.0.0/16", "192.0.2.7", "2001:db8::/32", "::1"};
  for (const char* inside : {"10.1.255.3", "192.0.2.7", "2001:db8:1::5", "::1", "::ffff:10.1.2.3"})
    EXPECT_TRUE(address_allowed(address(inside), ranges)) << inside;
  for (const char* outside : {"10.2.0.1", "192.0.2.8", "2001:db9::1", "::2", "::ffff:10.2.0.1", "0.0.0.1"})
    EXPECT_FALSE(address_allowed(address(outside), ranges)) << outside;
}

TEST(AddressAllowed, HostBitsOfARangeDoNotMatter) {
  EXPECT_TRUE(address_allowed(address("10.1.9.9"), {"10.1.2.3/16"}));
  EXPECT_FALSE(address_allowed(address("10.2.9.9"), {"10.1.2.3/16"}));
}

TEST(AddressAllowed, NoRangesAllowAllAndAMistakeAllowsNone) {
  EXPECT_TRUE(address_allowed(address("203.0.113.9"), {}));
  for (const char* wrong : {"", "/", "10.0.0.0/33", "10.0.0.0/-1", "ten", "2001:db8::/129"})
    EXPECT_FALSE(address_allowed(address("10.0.0.0"), {wrong})) << wrong;
  EXPECT_TRUE(address_allowed(address("10.0.0.1"), {"ten", "10.0.0.1"}));
}

TEST(SegmentBucket, HoldsASecondsWorthAndRefillsEvenly) {
  SegmentBucket bucket;
  Time now{.us = 1'000'000'000};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(bucket.take(1, 10, now));
  EXPECT_FALSE(bucket.take(1, 10, now));
  now = now + milliseconds(200);
  EXPECT_TRUE(bucket.take(2, 10, now));
  EXPECT_FALSE(bucket.take(1, 10, now));
  now = now + hours(1);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(bucket.take(1, 10, now));
  EXPECT_FALSE(bucket.take(1, 10, now));
}

TEST(SegmentBucket, MoreThanASecondsWorthIsPaidOffAfterwards) {
  SegmentBucket bucket;
  Time now{.us = 1'000'000'000};
  EXPECT_TRUE(bucket.take(30, 10, now));
  now = now + seconds(2);
  EXPECT_FALSE(bucket.take(1, 10, now));
  now = now + seconds(1);
  EXPECT_TRUE(bucket.take(10, 10, now));
}

TEST(AddressRanges, AreKnownFromOtherTexts) {
  for (const char* range : {"192.0.2.7", "10.0.0.0/8", "::1", "2001:db8::/32"})
    EXPECT_TRUE(is_address_range(range)) << range;
  for (const char* other : {"", "host", "10.0.0", "10.0.0.0/33", "2001:db8::/129", "10.0.0.0/", "/8"})
    EXPECT_FALSE(is_address_range(other)) << other;
}

TEST(SegmentBucket, NoLimitAndAClockSetBack) {
  SegmentBucket bucket;
  EXPECT_TRUE(bucket.take(1'000'000, 0, Time{.us = 5}));
  EXPECT_TRUE(bucket.take(1, 1, Time{.us = 9'000'000}));
  EXPECT_FALSE(bucket.take(1, 1, Time{.us = 1'000'000}));
  EXPECT_TRUE(bucket.take(1, 1, Time{.us = 2'000'000}));
}

}  // namespace
}  // namespace yizhan::link
