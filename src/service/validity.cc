#include "service/validity.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace yizhan::service {
namespace {

constexpr size_t kCharacters = 16;  // SMPP 3.4, section 7.1.1

// The two digits at `at`.
int64_t pair(std::string_view text, size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); }

}  // namespace

std::optional<Time> valid_until(std::string_view text, Time now) {
  if (text.size() != kCharacters) return std::nullopt;
  if (!std::ranges::all_of(text.substr(0, kCharacters - 1), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::array<int64_t, 6> part{};
  for (size_t i = 0; i < part.size(); ++i) part[i] = pair(text, i * 2);
  const auto [year, month, day, hour, minute, second] = part;
  const char kind = text.back();
  const Duration clock = seconds((hour * 60 + minute) * 60 + second);
  if (kind == 'R') return now + hours(24 * (year * 365 + month * 30 + day)) + clock;
  if (kind != '+' && kind != '-') return std::nullopt;
  namespace chrono = std::chrono;
  const chrono::year_month_day date{chrono::year{static_cast<int>(2000 + year)},
                                    chrono::month{static_cast<unsigned>(month)},
                                    chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  // The offset from UTC in quarters of an hour, ahead (+) or behind (-).
  const Duration offset = minutes(15 * pair(text, 13) * (kind == '+' ? 1 : -1));
  const int64_t days = chrono::sys_days{date}.time_since_epoch().count();
  return Time{hours(24 * days).us} + clock - offset;
}

}  // namespace yizhan::service
