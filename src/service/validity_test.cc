#include "service/validity.h"

#include <gtest/gtest.h>

namespace yizhan::service {
namespace {

const Time kNow = parse_rfc3339("2026-03-02T10:00:00+08:00").value();

TEST(Validity, IsAbsoluteOrFromNow) {
  EXPECT_EQ(valid_until("260302103000032+", kNow), kNow + minutes(30));
  EXPECT_EQ(valid_until("260302020000000+", kNow), kNow);
  EXPECT_EQ(valid_until("260301210000020-", kNow), kNow);
  EXPECT_EQ(valid_until("000000013000000R", kNow), kNow + minutes(90));
  EXPECT_EQ(valid_until("000002000000000R", kNow), kNow + hours(48));
}

TEST(Validity, WhatCannotBeReadHasNoEnd) {
  for (const char* text : {"", "260302103000", "26030210300003x+", "260302103000032*", "261302103000032+"})
    EXPECT_FALSE(valid_until(text, kNow)) << text;
}

}  // namespace
}  // namespace yizhan::service
