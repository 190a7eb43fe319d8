#include "app/login_record.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace yizhan::app {
namespace {

const Time kStart{.us = 1'000'000'000'000};

LoginNote note(int64_t application, codec::Fault fault) {
  return {.application_id = application, .fault = fault, .address = "192.0.2.7", .at = kStart};
}

TEST(LoginRecord, TheFirstIsWrittenAtOnceAndLikeOnesTogether) {
  LoginRecord record;
  record.add(note(1, codec::Fault::kBadSecret));
  ASSERT_EQ(record.take(kStart).size(), 1U);
  for (int i = 0; i < 100; ++i) record.add(note(1, codec::Fault::kBadSecret));
  record.add(note(2, codec::Fault::kBadSecret));
  record.add(note(1, codec::Fault::kNone));
  EXPECT_EQ(record.take(kStart + seconds(1)).size(), 2U) << "others are not held up";
  EXPECT_FALSE(record.empty());
  EXPECT_TRUE(record.take(kStart + seconds(limits::kLoginAuditSeconds - 1)).empty());
  const auto later = record.take(kStart + seconds(limits::kLoginAuditSeconds));
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0].times, 100);
  EXPECT_TRUE(record.empty());
}

TEST(LoginRecord, FaultsHaveNames) {
  EXPECT_EQ(login_fault_name(codec::Fault::kBadSecret), "bad_secret");
  EXPECT_EQ(login_fault_name(codec::Fault::kAddressRefused), "address_refused");
}

}  // namespace
}  // namespace yizhan::app
