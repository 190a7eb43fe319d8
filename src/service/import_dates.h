#pragma once
// Dates and times as spreadsheets and people in China write them. Pure, any thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace yizhan::service {

// "1990-02-03", "1990/2/3", "1990.2.3", "1990年2月3日", "19900203", each possibly with a time that is
// dropped; as YYYY-MM-DD. Nothing unless such a day exists, from 1900 on.
std::optional<std::string> parse_birth_date(std::string_view text);

// A date as above (in the years 1990 to 2100) with or without "H:MM[:SS[.fff]]" after a space or T, and with
// or without an offset (Z, +08:00). Without one: UTC+8, which is Asia/Shanghai for every year since 1992.
std::optional<Time> parse_local_time(std::string_view text);

}  // namespace yizhan::service
