#include "text/number_plan.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

namespace yizhan::text {
namespace {

std::string e164(std::string_view raw, std::string_view region = "CN") {
  const auto n = classify_number(raw, region);
  return n ? to_e164(*n) : std::string(number_fault_name(n.error()));
}

TEST(Number, MainlandSpellings) {
  for (const char* raw :
       {"13800138000", "+8613800138000", "8613800138000", "008613800138000", "+86 138-0013-8000",
        "(+86)13800138000", "１３８００１３８０００", "＋８６　１３８－００１３－８０００", " 138 0013 8000 ",
        "\u202A+86 13800138000\u202C", "+86（138）00138000", "\uFEFF13800138000"})
    EXPECT_EQ(e164(raw), "+8613800138000") << raw;
  EXPECT_EQ(e164("010-62345678"), "+861062345678");
  EXPECT_EQ(e164("+86 010 62345678"), "+861062345678");
  EXPECT_EQ(classify_number("010-62345678")->type, NumberType::kFixedLine);
}

TEST(Number, FaultsAreSpecific) {
  EXPECT_EQ(e164(""), "empty");
  EXPECT_EQ(e164(" - "), "empty");
  EXPECT_EQ(e164("1380013800O"), "bad_character");
  EXPECT_EQ(e164("138+00138000"), "bad_character");
  EXPECT_EQ(e164("1.38E+10"), "bad_character");
  EXPECT_EQ(e164("+86123"), "too_short");
  EXPECT_EQ(e164("138001380000000"), "too_long");
  EXPECT_EQ(e164("138001380001234567890123456"), "too_long");
  EXPECT_EQ(e164("+99913800138000"), "unknown_country_code");
  EXPECT_EQ(e164("+013800138000"), "unknown_country_code");
  EXPECT_EQ(e164("13800138000", "XX"), "unknown_region");
  EXPECT_EQ(e164("14200138000"), "not_allocated");
  EXPECT_EQ(e164("+85211111111"), "not_allocated");
  EXPECT_EQ(parse_mobile("010-62345678").error().message, "number: not_mobile");
  EXPECT_EQ(parse_number("").error().code, ErrorCode::kInvalidArgument);
}

TEST(Number, MainlandCarriers) {
  const auto hint = [](std::string_view raw) { return classify_number(raw)->carrier; };
  EXPECT_EQ(hint("13900000000"), (CarrierHint{Carrier::kMobile, NumberService::kOrdinary}));
  EXPECT_EQ(hint("18600000000"), (CarrierHint{Carrier::kUnicom, NumberService::kOrdinary}));
  EXPECT_EQ(hint("19900000000"), (CarrierHint{Carrier::kTelecom, NumberService::kOrdinary}));
  EXPECT_EQ(hint("19200000000"), (CarrierHint{Carrier::kBroadcast, NumberService::kOrdinary}));
  EXPECT_EQ(hint("17030000000"), (CarrierHint{Carrier::kMobile, NumberService::kVirtual}));
  EXPECT_EQ(hint("17090000000"), (CarrierHint{Carrier::kUnicom, NumberService::kVirtual}));
  EXPECT_EQ(hint("16200000000"), (CarrierHint{Carrier::kTelecom, NumberService::kVirtual}));
  EXPECT_EQ(hint("1440000000000"), (CarrierHint{Carrier::kMobile, NumberService::kIot}));
  EXPECT_EQ(hint("+861410000000000"), (CarrierHint{Carrier::kTelecom, NumberService::kIot}));
  // 1349 is in libphonenumber's plan and not in the prefix table: a number, of unknown carrier.
  EXPECT_EQ(hint("13490000000"), CarrierHint{});
  EXPECT_EQ(carrier_hint(8618600000000), (CarrierHint{Carrier::kUnicom, NumberService::kOrdinary}));
  EXPECT_EQ(carrier_hint(861440000000000).service, NumberService::kIot);
  EXPECT_EQ(carrier_hint(14155550100), CarrierHint{});
  EXPECT_EQ(e164("14000000000"), "not_allocated");
}

TEST(Number, OtherRegions) {
  EXPECT_EQ(e164("00852 6123 4567"), "+85261234567");
  EXPECT_EQ(classify_number("+85261234567")->region.view(), "HK");
  EXPECT_EQ(e164("+44 (0)7400 123456"), "+447400123456");
  EXPECT_EQ(e164("0064 21 123 4567", "US"), "+64211234567");
  EXPECT_EQ(e164("011 86 13800138000", "US"), "+8613800138000");
  EXPECT_EQ(e164("+39 06 698 12345"), "+390669812345");
  EXPECT_EQ(classify_number("+14165550100")->region.view(), "CA");
  EXPECT_EQ(classify_number("+12125550100")->type, NumberType::kFixedLineOrMobile);
  EXPECT_EQ(classify_number("+80012345678")->region.view(), "");
}

TEST(Number, TimeZonesFailClosed) {
  const auto zone = [](std::string_view raw) { return time_zone_of(classify_number(raw).value()); };
  EXPECT_EQ(zone("13800138000"), "Asia/Shanghai");
  EXPECT_EQ(zone("+85261234567"), "Asia/Hong_Kong");
  EXPECT_EQ(zone("+819012345678"), "Asia/Tokyo");
  EXPECT_EQ(zone("+12125550100"), "");
  EXPECT_EQ(zone("+80012345678"), "");
  EXPECT_EQ(time_zone_of_region(""), "");
  EXPECT_EQ(time_zone_of_region("XX"), "");
}

TEST(Number, Masks) {
  EXPECT_EQ(mask_number("+8613800138000"), "+86 138****8000");
  EXPECT_EQ(mask_number(uint64_t{8613800138000}), "+86 138****8000");
  EXPECT_EQ(mask_number("+85261234567"), "+852 61****67");
  EXPECT_EQ(mask_number("+29012345"), "+290 *****");
  EXPECT_EQ(mask_number("13800138000"), "****");
  EXPECT_EQ(mask_number("+86"), "+86 ***");
  EXPECT_EQ(mask_number(""), "****");
  EXPECT_EQ(to_domestic(8613800138000), "13800138000");
  EXPECT_EQ(to_domestic(85261234567), "85261234567");
}

struct Case {
  const char* raw;
  const char* region;
  const char* e164;
  const char* found_region;
  const char* type;
};
constexpr Case kCases[] = {
#include "text/number_plan_cases.inc"
};

TEST(Number, AgreesWithTheReferenceImplementation) {
  const std::map<std::string, std::string> names = {{"FIXED_LINE", "fixed_line"},
                                                    {"MOBILE", "mobile"},
                                                    {"TOLL_FREE", "toll_free"},
                                                    {"PREMIUM_RATE", "premium_rate"},
                                                    {"PERSONAL_NUMBER", "personal"},
                                                    {"VOICEMAIL", "voicemail"},
                                                    {"UAN", "universal_access"},
                                                    {"PAGER", "pager"},
                                                    {"VOIP", "voip"},
                                                    {"SHARED_COST", "shared_cost"},
                                                    {"FIXED_LINE_OR_MOBILE", "fixed_line_or_mobile"}};
  for (const Case& c : kCases) {
    const auto n = classify_number(c.raw, c.region);
    const std::string where = std::string(c.raw) + " in " + c.region;
    EXPECT_EQ(n ? to_e164(*n) : "", c.e164) << where;
    if (!n || *c.e164 == '\0') continue;
    EXPECT_EQ(n->region.view(), c.found_region) << where;
    // Tristan da Cunha has no mobile plan at all: fixed lines there are fixed lines.
    if (n->region.view() == "TA") continue;
    EXPECT_EQ(number_type_name(n->type), names.at(c.type)) << where;
  }
}

TEST(Number, ManyThreadsCompileOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (const Case& c : kCases)
        if (classify_number(c.raw, c.region).has_value() == (*c.e164 != '\0')) ++good;
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(good, 4 * static_cast<int>(std::size(kCases)));
}

}  // namespace
}  // namespace yizhan::text
