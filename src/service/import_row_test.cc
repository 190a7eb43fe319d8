#include "service/import_row.h"

#include <gtest/gtest.h>

#include "service/import_dates.h"

namespace yizhan::service {
namespace {

TEST(ImportDates, BirthDates) {
  for (const char* text : {"1990-02-03", "1990/2/3", "1990.2.3", "1990年2月3日", "19900203",
                           "1990-02-03 00:00:00", "1990-02-03T00:00:00"})
    EXPECT_EQ(parse_birth_date(text), "1990-02-03") << text;
  for (const char* text : {"", "1990-02-30", "1985-13-01", "2001-00-10", "昨天", "19900230", "1990-2",
                           "90-02-03", "1899-01-01", "1990-02/03", "1990-02-03x", "1990年2月3", "45000.5"})
    EXPECT_FALSE(parse_birth_date(text)) << text;
}

TEST(ImportDates, TimesAreOfShanghaiUnlessTheySayElse) {
  const auto at = [](const char* text) { return to_rfc3339(parse_local_time(text).value_or(Time{})); };
  EXPECT_EQ(at("2024-06-01 20:30:01"), "2024-06-01T12:30:01Z");
  EXPECT_EQ(at("2024/6/1 8:05"), "2024-06-01T00:05:00Z");
  EXPECT_EQ(at("2024-06-01T10:00:00+08:00"), "2024-06-01T02:00:00Z");
  EXPECT_EQ(at("2024-06-01T10:00:00Z"), "2024-06-01T10:00:00Z");
  EXPECT_EQ(at("2024-06-01 10:00:00.5 -0230"), "2024-06-01T12:30:00.5Z");
  EXPECT_EQ(at("2024-06-01"), "2024-05-31T16:00:00Z");
  for (const char* text : {"2024-02-30 10:00:00", "2024-06-01 25:00:00", "去年", "2024-6", "45000.5",
                           "2024-06-01 10", "2024-06-01 10:60", "2024-06-01 10:00:61", "1989-01-01",
                           "2024-06-01 10:00 +15:00", "2024-06-01 10:00:00.", "2024-06-01T10:00:00ZZ"})
    EXPECT_FALSE(parse_local_time(text)) << text;
}

TEST(MaskCell, ShowsNothingOfAPerson) {
  EXPECT_EQ(mask_cell(""), "");
  EXPECT_EQ(mask_cell("无"), "*");
  EXPECT_EQ(mask_cell("待定"), "待*");
  EXPECT_EQ(mask_cell("13800138000"), "138********");
  EXPECT_EQ(mask_cell("1380000"), "138****");
  EXPECT_EQ(mask_cell("+8613800138000"), "+********");
}

}  // namespace
}  // namespace yizhan::service
