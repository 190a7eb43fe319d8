#include "service/import_dates.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace yizhan::service {
namespace {

// A cursor over the text: each step takes something or leaves everything.
struct Scanner {
  std::string_view rest;

  bool take(std::string_view word) {
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    return true;
  }
  std::optional<int> digits(size_t least, size_t most) {
    size_t n = 0;
    int value = 0;
    while (n < most && n < rest.size() && rest[n] >= '0' && rest[n] <= '9')
      value = value * 10 + (rest[n++] - '0');
    if (n < least) return std::nullopt;
    rest.remove_prefix(n);
    return value;
  }
};

std::optional<std::chrono::year_month_day> valid_day(int y, int m, int d) {
  const std::chrono::year_month_day day(std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                                        std::chrono::day(static_cast<unsigned>(d)));
  if (!day.ok()) return std::nullopt;
  return day;
}

std::optional<std::chrono::year_month_day> scan_date(Scanner& s) {
  const auto year = s.digits(4, 4);
  if (!year) return std::nullopt;
  std::string_view second, last;
  if (s.take("-")) {
    second = "-";
  } else if (s.take("/")) {
    second = "/";
  } else if (s.take(".")) {
    second = ".";
  } else if (s.take("年")) {
    second = "月";
    last = "日";
  } else {
    const auto month = s.digits(2, 2);
    const auto day = s.digits(2, 2);
    if (!month || !day) return std::nullopt;
    return valid_day(*year, *month, *day);
  }
  const auto month = s.digits(1, 2);
  if (!month || !s.take(second)) return std::nullopt;
  const auto day = s.digits(1, 2);
  if (!day || !s.take(last)) return std::nullopt;
  return valid_day(*year, *month, *day);
}

struct Clock24 {
  int64_t us = 0;
};

std::optional<Clock24> scan_clock(Scanner& s) {
  const auto hour = s.digits(1, 2);
  if (!hour || *hour > 23 || !s.take(":")) return std::nullopt;
  const auto minute = s.digits(2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  int64_t fraction_us = 0;
  if (s.take(":")) {
    const auto seconds_read = s.digits(2, 2);
    if (!seconds_read || *seconds_read > 59) return std::nullopt;
    second = *seconds_read;
    if (s.take(".")) {
      int64_t unit = 100'000;
      size_t n = 0;
      for (; n < s.rest.size() && s.rest[n] >= '0' && s.rest[n] <= '9'; ++n, unit /= 10)
        fraction_us += (s.rest[n] - '0') * unit;
      if (n == 0 || n > 9) return std::nullopt;
      s.rest.remove_prefix(n);
    }
  }
  return Clock24{((*hour * 60 + *minute) * 60 + second) * int64_t{1'000'000} + fraction_us};
}

std::optional<int64_t> scan_offset_minutes(Scanner& s) {
  if (s.take("Z") || s.take("z")) return 0;
  int sign = 0;
  if (s.take("+")) sign = 1;
  if (sign == 0 && s.take("-")) sign = -1;
  if (sign == 0) return 8 * 60;
  const auto hour = s.digits(2, 2);
  s.take(":");
  const auto minute = s.digits(2, 2);
  if (!hour || !minute || *hour > 14 || *minute > 59) return std::nullopt;
  return sign * (*hour * 60 + *minute);
}

}  // namespace

std::optional<std::string> parse_birth_date(std::string_view text) {
  Scanner s{text};
  const auto day = scan_date(s);
  if (!day || static_cast<int>(day->year()) < 1900) return std::nullopt;
  if (!s.rest.empty()) {
    if ((!s.take(" ") && !s.take("T")) || !scan_clock(s) || !s.rest.empty()) return std::nullopt;
  }
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day->year()), static_cast<unsigned>(day->month()),
                     static_cast<unsigned>(day->day()));
}

std::optional<Time> parse_local_time(std::string_view text) {
  Scanner s{text};
  const auto day = scan_date(s);
  if (!day || static_cast<int>(day->year()) < 1990 || static_cast<int>(day->year()) > 2100)
    return std::nullopt;
  Clock24 clock;
  int64_t offset_minutes = 8 * 60;
  if (!s.rest.empty()) {
    if (!s.take(" ") && !s.take("T")) return std::nullopt;
    const auto read = scan_clock(s);
    if (!read) return std::nullopt;
    clock = *read;
    s.take(" ");
    const auto offset = scan_offset_minutes(s);
    if (!offset || !s.rest.empty()) return std::nullopt;
    offset_minutes = *offset;
  }
  const int64_t days_since = std::chrono::sys_days(*day).time_since_epoch().count();
  return Time{days(days_since).us + clock.us - minutes(offset_minutes).us};
}

}  // namespace yizhan::service
