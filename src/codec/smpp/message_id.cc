#include "codec/smpp/message_id.h"

#include <algorithm>
#include <array>
#include <limits>

namespace yizhan::smpp {
namespace {

struct NamedForm {
  MessageIdForm form;
  std::string_view name;
};
constexpr std::array kMessageIdForms = {
    NamedForm{MessageIdForm::kVerbatim, "verbatim"},
    NamedForm{MessageIdForm::kDecimal, "decimal"},
    NamedForm{MessageIdForm::kHex, "hex"},
    NamedForm{MessageIdForm::kSubmitHexReceiptDecimal, "submit_hex_receipt_decimal"},
    NamedForm{MessageIdForm::kSubmitDecimalReceiptHex, "submit_decimal_receipt_hex"},
};

using Wide = unsigned __int128;

// 10 or 16; 0 for kVerbatim.
unsigned base_of(MessageIdForm form, MessageIdSource source) {
  const bool submit = source == MessageIdSource::kSubmitResponse;
  switch (form) {
    case MessageIdForm::kVerbatim:
      return 0;
    case MessageIdForm::kDecimal:
      return 10;
    case MessageIdForm::kHex:
      return 16;
    case MessageIdForm::kSubmitHexReceiptDecimal:
      return submit ? 16 : 10;
    case MessageIdForm::kSubmitDecimalReceiptHex:
      return submit ? 10 : 16;
  }
  return 0;
}

unsigned id_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 99;
}

std::string_view trimmed_id(std::string_view s) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

// The digits of a trimmed id without prefix and leading zeros ("0" keeps one); empty when it is no number.
std::string_view significant_digits(std::string_view s, unsigned base) {
  if (base == 16 && (s.starts_with("0x") || s.starts_with("0X"))) s.remove_prefix(2);
  if (base == 0 || s.empty() || !std::ranges::all_of(s, [&](char c) { return id_digit(c) < base; }))
    return {};
  return s.substr(std::min(s.find_first_not_of('0'), s.size() - 1));
}

std::optional<Wide> wide_number(std::string_view digits, unsigned base) {
  constexpr Wide kMax = ~Wide{0};
  Wide v = 0;
  for (const char c : digits) {
    const unsigned d = id_digit(c);
    if (v > (kMax - d) / base) return std::nullopt;
    v = v * base + d;
  }
  return v;
}

std::string decimal(Wide v) {
  char buffer[40];
  size_t at = sizeof buffer;
  do {
    buffer[--at] = static_cast<char>('0' + static_cast<int>(v % 10));
    v /= 10;
  } while (v != 0);
  return {buffer + at, sizeof buffer - at};
}

}  // namespace

std::string_view message_id_form_name(MessageIdForm form) {
  for (const NamedForm& f : kMessageIdForms)
    if (f.form == form) return f.name;
  return {};
}

std::optional<MessageIdForm> parse_message_id_form(std::string_view name) {
  for (const NamedForm& f : kMessageIdForms)
    if (f.name == name) return f.form;
  return std::nullopt;
}

std::string canonical_message_id(std::string_view raw, MessageIdForm form, MessageIdSource source) {
  const std::string_view id = trimmed_id(raw);
  const unsigned base = base_of(form, source);
  const std::string_view digits = significant_digits(id, base);
  if (digits.empty()) return std::string(id);
  if (const std::optional<Wide> number = wide_number(digits, base)) return decimal(*number);
  std::string out(digits);
  for (char& c : out)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::optional<uint64_t> numeric_message_id(std::string_view raw, MessageIdForm form, MessageIdSource source) {
  const unsigned base = base_of(form, source);
  const std::string_view digits = significant_digits(trimmed_id(raw), base);
  if (digits.empty()) return std::nullopt;
  const std::optional<Wide> number = wide_number(digits, base);
  if (!number || *number > std::numeric_limits<uint64_t>::max()) return std::nullopt;
  return static_cast<uint64_t>(*number);
}

}  // namespace yizhan::smpp
