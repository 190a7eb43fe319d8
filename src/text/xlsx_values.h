#pragma once
// How a cell's stored value becomes text: number formats, serial dates, numbers, escaped characters. Pure
// functions, any thread. Source: ECMA-376 part 1, 18.8.30 (numFmts), 18.17.4 (dates), 22.9.2.19 (ST_Xstring).

#include <cstdint>
#include <string>
#include <string_view>

namespace yizhan::text {

// Whether a built-in number format, or the code of a custom one, shows a date or a time of day. Elapsed time
// ([h]:mm) does not count.
bool is_date_format_id(uint32_t id);
bool is_date_format_code(std::string_view code);

enum class DateSystem : uint8_t { k1900, k1904 };

// Appends a serial date as 2026-03-02, 2026-03-02T10:00:00 or 10:00:00; what is no date of the years 1900 to
// 9999 as a number.
void append_serial_date(double serial, DateSystem system, std::string& out);

// Appends a stored number ("13800138000", "1.3800138E10", "0.1") without an exponent and with at most 15
// significant digits, as a spreadsheet shows it; text that is no number as it is.
void append_number(std::string_view stored, std::string& out);

// Appends text with its _xHHHH_ escapes resolved.
void append_unescaped(std::string_view text, std::string& out);

// "BC12" → 54 (0 = column A); SIZE_MAX when it does not start with a column.
size_t column_of(std::string_view reference);

}  // namespace yizhan::text
