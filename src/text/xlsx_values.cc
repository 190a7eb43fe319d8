#include "text/xlsx_values.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "text/utf8.h"

namespace yizhan::text {
namespace {

constexpr int64_t kDaySeconds = 86'400;
constexpr double kLastSerial = 2'958'466;  // 10000-01-01

struct CivilDate {
  int64_t year;
  unsigned month;
  unsigned day;
};

// Days since 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant's civil_from_days).
CivilDate civil_from_days(int64_t z) {
  z += 719'468;
  const int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const auto doe = static_cast<unsigned>(z - era * 146'097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned month = mp < 10 ? mp + 3 : mp - 9;
  return {static_cast<int64_t>(yoe) + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1};
}

bool plain_integer(std::string_view s) {
  if (s.starts_with('-')) s.remove_prefix(1);
  return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos;
}

void append_fixed(double v, std::string& out) {
  char buffer[400];
  // Fifteen digits are what spreadsheets show; the rest is the noise of binary fractions.
  std::snprintf(buffer, sizeof buffer, "%.15g", v);
  const auto r =
      std::to_chars(buffer, buffer + sizeof buffer, std::strtod(buffer, nullptr), std::chars_format::fixed);
  out.append(buffer, r.ptr);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The unit of "_xHHHH_" at `at`, -1 when there is none.
int escaped_unit(std::string_view s, size_t at) {
  if (at + 7 > s.size() || s[at] != '_' || s[at + 1] != 'x' || s[at + 6] != '_') return -1;
  int v = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const int d = hex_digit(s[i]);
    if (d < 0) return -1;
    v = v * 16 + d;
  }
  return v;
}

}  // namespace

bool is_date_format_id(uint32_t id) {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id == 45 || id == 47 || (id >= 50 && id <= 58);
}

bool is_date_format_code(std::string_view code) {
  bool date = false;
  for (size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == ';') break;  // further sections are for negative numbers, zero, text
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '[') {
      const size_t close = std::min(code.find(']', i + 1), code.size());
      const std::string_view inside = code.substr(i + 1, close - i - 1);
      if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos) return false;
      i = close;
    } else if (std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) {
      date = true;
    } else if (c == '0' || c == '#' || c == '?') {
      // "0.00" of seconds ("ss.00") comes after the letters; digits before them mean a number.
      if (!date) return false;
    }
  }
  return date && code != "General";
}

void append_serial_date(double serial, DateSystem system, std::string& out) {
  if (!(serial >= 0 && serial < kLastSerial)) {
    append_fixed(serial, out);
    return;
  }
  auto day = static_cast<int64_t>(std::floor(serial));
  int64_t second = std::llround((serial - static_cast<double>(day)) * kDaySeconds);
  if (second == kDaySeconds) {
    ++day;
    second = 0;
  }
  const bool time_only = day == 0 && second != 0 && system == DateSystem::k1900;
  if (!time_only) {
    // Days from 1970-01-01 to day 0. The 1900 system counts a 29 February 1900 that never was.
    const int64_t epoch = system == DateSystem::k1904 ? -24'107 : day < 60 ? -25'568 : -25'569;
    const CivilDate d = civil_from_days(day + epoch);
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", d.year, d.month, d.day);
    if (second != 0) out.push_back('T');
  }
  if (second != 0)
    fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", second / 3600, second / 60 % 60,
                   second % 60);
}

void append_number(std::string_view stored, std::string& out) {
  if (plain_integer(stored)) {
    out.append(stored);
    return;
  }
  double v = 0;
  const auto r = std::from_chars(stored.data(), stored.data() + stored.size(), v);
  if (r.ec != std::errc{} || r.ptr != stored.data() + stored.size() || !std::isfinite(v)) {
    out.append(stored);
    return;
  }
  append_fixed(v, out);
}

void append_unescaped(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size();) {
    const size_t at = std::min(text.find("_x", i), text.size());
    out.append(text, i, at - i);
    i = at;
    if (i == text.size()) break;
    const int unit = escaped_unit(text, i);
    if (unit >= 0) {
      append_utf8(static_cast<char32_t>(unit), out);
      i += 7;
    } else {
      out.push_back('_');
      ++i;
    }
  }
}

size_t column_of(std::string_view reference) {
  constexpr size_t kMostLetters = 3;
  size_t column = 0;
  size_t letters = 0;
  while (letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z') {
    if (letters == kMostLetters) return SIZE_MAX;
    column = column * 26 + static_cast<size_t>(reference[letters] - 'A') + 1;
    ++letters;
  }
  return letters == 0 ? SIZE_MAX : column - 1;
}

}  // namespace yizhan::text
