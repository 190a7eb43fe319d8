#include "base/time.h"

#include <fmt/format.h>

#include <chrono>

namespace yizhan {
namespace {

// Two digits at `at`, or -1.
int two_digits(std::string_view s, size_t at) {
  if (at + 2 > s.size() || s[at] < '0' || s[at] > '9' || s[at + 1] < '0' || s[at + 1] > '9') return -1;
  return (s[at] - '0') * 10 + (s[at + 1] - '0');
}

}  // namespace

std::string to_rfc3339(Time t) {
  using namespace std::chrono;
  const sys_time<std::chrono::microseconds> instant{std::chrono::microseconds{t.us}};
  const auto day = floor<std::chrono::days>(instant);
  const year_month_day ymd{day};
  const hh_mm_ss clock{instant - day};
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(ymd.year()),
                                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (const auto us = clock.subseconds().count(); us != 0) {
    out += fmt::format(".{:06}", us);
    while (out.back() == '0') out.pop_back();
  }
  return out + 'Z';
}

Result<Time> parse_rfc3339(std::string_view s) {
  const auto bad = [&] { return fail(ErrorCode::kInvalidArgument, "not an RFC 3339 time with an offset"); };
  if (s.size() < 20 || s[4] != '-' || s[7] != '-' || (s[10] != 'T' && s[10] != 't' && s[10] != ' ') ||
      s[13] != ':' || s[16] != ':')
    return bad();
  const int century = two_digits(s, 0), year2 = two_digits(s, 2), month = two_digits(s, 5),
            day = two_digits(s, 8);
  const int hour = two_digits(s, 11), minute = two_digits(s, 14), second = two_digits(s, 17);
  if (century < 0 || year2 < 0 || month < 0 || day < 0 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 60)
    return bad();
  size_t at = 19;
  int64_t fraction_us = 0;
  if (s[at] == '.') {
    int64_t scale = 100'000;
    const size_t first = ++at;
    for (; at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at, scale /= 10)
      fraction_us += (s[at] - '0') * scale;
    if (at == first) return bad();
  }
  if (at >= s.size()) return bad();
  int64_t offset_minutes = 0;
  if (s[at] == '+' || s[at] == '-') {
    const int oh = two_digits(s, at + 1), om = two_digits(s, at + 4);
    if (s.size() != at + 6 || s[at + 3] != ':' || oh < 0 || oh > 23 || om < 0 || om > 59) return bad();
    offset_minutes = (oh * 60 + om) * (s[at] == '-' ? -1 : 1);
  } else if ((s[at] != 'Z' && s[at] != 'z') || s.size() != at + 1) {
    return bad();
  }
  using namespace std::chrono;
  const year_month_day ymd{year{century * 100 + year2}, std::chrono::month{static_cast<unsigned>(month)},
                           std::chrono::day{static_cast<unsigned>(day)}};
  if (!ymd.ok()) return bad();
  const int64_t day_us = sys_days{ymd}.time_since_epoch().count() * yizhan::days(1).us;
  const int64_t clock_us = ((hour * 60 + minute - offset_minutes) * 60 + second) * INT64_C(1'000'000);
  return Time{day_us + clock_us + fraction_us};
}

Time SystemClock::now() const {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

Time OffsetClock::now() const { return SystemClock{}.now() + offset_; }

}  // namespace yizhan
