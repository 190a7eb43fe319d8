#pragma once
// The company's clock, for documents and for days, weeks and months that are counted: UTC+8, which is
// Asia/Shanghai for every year since 1992. Pure, any thread.

#include <string>
#include <string_view>

#include "base/time.h"

namespace yizhan::service {

inline constexpr Duration kBeijingOffset = hours(8);
inline constexpr std::string_view kBeijingZone = "Asia/Shanghai";

// "2026-03-02 10:00:00".
inline std::string beijing_text(Time t) {
  std::string text = to_rfc3339(t + kBeijingOffset).substr(0, std::string_view("2026-03-02T10:00:00").size());
  text[std::string_view("2026-03-02").size()] = ' ';
  return text;
}

}  // namespace yizhan::service
