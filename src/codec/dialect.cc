#include "codec/dialect.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace yizhan::codec {
namespace {

constexpr std::array<std::string_view, kProtocols.size()> kNames = {"smpp", "cmpp2", "cmpp3", "sgip", "smgp"};
constexpr Duration kCarrierZone = hours(8);

}  // namespace

std::string_view protocol_name(Protocol protocol) { return kNames[static_cast<size_t>(protocol) - 1]; }

std::optional<uint32_t> error_number(std::string_view error) {
  uint32_t number = 0;
  const auto end = std::from_chars(error.data(), error.data() + error.size(), number);
  if (end.ec != std::errc{} || end.ptr != error.data() + error.size()) return std::nullopt;
  return number;
}

std::optional<Protocol> parse_protocol(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return kProtocols[static_cast<size_t>(found - kNames.begin())];
}

void MessageRef::assign(std::string_view text) {
  size_ = static_cast<uint8_t>(std::min(text.size(), text_.size()));
  std::copy_n(text.begin(), size_, text_.begin());
}

uint32_t mmddhhmmss(Time t) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds local{chrono::seconds{(t + kCarrierZone).us / 1'000'000}};
  const chrono::sys_days day = chrono::floor<chrono::days>(local);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss time_of_day{local - day};
  const auto number = [](auto part) { return static_cast<uint32_t>(part); };
  uint32_t out = number(static_cast<unsigned>(date.month()));
  out = out * 100 + number(static_cast<unsigned>(date.day()));
  out = out * 100 + number(time_of_day.hours().count());
  out = out * 100 + number(time_of_day.minutes().count());
  return out * 100 + number(time_of_day.seconds().count());
}

std::optional<text::Encoding> encoding_of(Coding coding, const DialectOptions& options) {
  switch (coding) {
    case Coding::kDefault:
      return options.default_alphabet;
    case Coding::kAscii:
      return text::Encoding::kAscii;
    case Coding::kLatin1:
      return text::Encoding::kLatin1;
    case Coding::kUcs2:
      return text::Encoding::kUcs2;
    case Coding::kGb18030:
      return text::Encoding::kGb18030;
    case Coding::kBinary:
    case Coding::kOther:
      return std::nullopt;
  }
  return std::nullopt;
}

Coding coding_of(text::Encoding encoding) {
  switch (encoding) {
    case text::Encoding::kGsm7:
      return Coding::kDefault;
    case text::Encoding::kUcs2:
      return Coding::kUcs2;
    case text::Encoding::kLatin1:
      return Coding::kLatin1;
    case text::Encoding::kAscii:
      return Coding::kAscii;
    case text::Encoding::kGb18030:
      return Coding::kGb18030;
  }
  return Coding::kOther;
}

}  // namespace yizhan::codec
