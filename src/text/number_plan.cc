#include "text/number_plan.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "text/utf8.h"

namespace yizhan::text {
namespace {

constexpr size_t kE164Digits = 15;
constexpr size_t kRawDigits = 24;  // with prefixes; longer is no number in any spelling
constexpr size_t kTypes = 10;
constexpr uint64_t kChinaCode = 86;
constexpr size_t kChinaMobileDigits = 11;
constexpr size_t kChinaIotDigits = 13;

struct TypePlan {
  const char* pattern;  // nullptr: none; "" for kMobile: the same as kFixedLine
  uint32_t lengths;     // 0: those of the region
};
struct RegionPlan {
  const char* region;
  uint16_t calling_code;
  uint32_t lengths;
  const char* zone;
  const char* international_prefix;
  const char* national_prefix;
  const char* transform;
  const char* leading_digits;
  const char* pattern;
  TypePlan types[kTypes];
};

constexpr RegionPlan kPlans[] = {
#include "text/number_plan_data.inc"
};
constexpr size_t kPlanCount = std::size(kPlans);

// ---- Mainland mobile prefixes: carrier and service by the first four digits, 0 = no range.

constexpr uint8_t pack_hint(Carrier c, NumberService s) {
  return static_cast<uint8_t>(static_cast<unsigned>(s) << 4 | static_cast<unsigned>(c));
}
constexpr std::array<uint8_t, 10'000> make_china_prefixes() {
  std::array<uint8_t, 10'000> table{};
  const auto add = [&table](Carrier carrier, NumberService service, std::initializer_list<int> prefixes) {
    for (const int p : prefixes) {
      const int first = p < 1000 ? p * 10 : p;
      for (int i = first; i < first + (p < 1000 ? 10 : 1); ++i)
        table[static_cast<size_t>(i)] = pack_hint(carrier, service);
    }
  };
#define CN_PREFIXES(carrier, service, ...) add(Carrier::carrier, NumberService::service, {__VA_ARGS__});
#include "text/number_plan_cn.inc"
#undef CN_PREFIXES
  return table;
}
constexpr std::array<uint8_t, 10'000> kChinaPrefixes = make_china_prefixes();

// Hint for a mainland national number, nullopt when its prefix and length are no mobile range of the table.
std::optional<CarrierHint> china_mobile(uint64_t national) {
  const bool eleven = national >= 10'000'000'000 && national < 20'000'000'000;
  const bool thirteen = national >= 1'000'000'000'000 && national < 2'000'000'000'000;
  if (!eleven && !thirteen) return std::nullopt;
  const uint8_t packed = kChinaPrefixes[national / (eleven ? 10'000'000 : 1'000'000'000)];
  const CarrierHint hint{static_cast<Carrier>(packed & 0x0F), static_cast<NumberService>(packed >> 4)};
  if (packed == 0 || (hint.service == NumberService::kIot) != thirteen) return std::nullopt;
  return hint;
}

PhoneNumber china_number(uint64_t national, CarrierHint hint) {
  const uint64_t scale = national >= 1'000'000'000'000 ? 10'000'000'000'000 : 100'000'000'000;
  return {kChinaCode * scale + national, RegionCode{{'C', 'N'}}, NumberType::kMobile, hint};
}

// ---- Reading the digits out of what was typed.

struct Typed {
  char digits[kRawDigits + 1] = {};
  size_t size = 0;
  bool plus = false;
  std::string_view view() const { return {digits, size}; }
};

// Separators that people and their phones put into numbers, direction marks and zero-width characters of
// copied text among them.
bool is_separator(char32_t c) {
  switch (c) {
    case U' ':
    case U'\t':
    case U'-':
    case U'.':
    case U'(':
    case U')':
    case U'/':
    case 0x00A0:
    case 0x00AD:
    case 0x2060:
    case 0x2212:
    case 0x30FC:
    case 0xFEFF:
      return true;
    default:
      return (c >= 0x2000 && c <= 0x2015) || (c >= 0x2028 && c <= 0x202F) || (c >= 0x2066 && c <= 0x2069);
  }
}

std::optional<NumberFault> read_typed(std::string_view raw, Typed& typed) {
  for (size_t at = 0; at < raw.size();) {
    const char32_t c = to_half_width(next_code_point(raw, at));
    if (c >= U'0' && c <= U'9') {
      if (typed.size == kRawDigits) return NumberFault::kTooLong;
      typed.digits[typed.size++] = static_cast<char>(c);
    } else if (c == U'+' && typed.size == 0 && !typed.plus) {
      typed.plus = true;
    } else if (!is_separator(c)) {
      return NumberFault::kBadCharacter;
    }
  }
  if (typed.size == 0) return NumberFault::kEmpty;
  return std::nullopt;
}

uint64_t to_integer(std::string_view digits) {
  uint64_t v = 0;
  for (const char c : digits) v = v * 10 + static_cast<uint64_t>(c - '0');
  return v;
}

// ---- Patterns, compiled once per region.

RE2::Options pattern_options() {
  RE2::Options o;
  o.set_log_errors(false);
  o.set_encoding(RE2::Options::EncodingLatin1);
  return o;
}

std::unique_ptr<const RE2> compile(const char* pattern) {
  if (pattern == nullptr || *pattern == '\0') return nullptr;
  return std::make_unique<const RE2>(pattern, pattern_options());
}

struct CompiledPlan {
  std::unique_ptr<const RE2> pattern;
  std::unique_ptr<const RE2> international_prefix;
  std::unique_ptr<const RE2> national_prefix;
  std::unique_ptr<const RE2> leading_digits;
  std::array<std::unique_ptr<const RE2>, kTypes> types;
};

class Patterns {
 public:
  const CompiledPlan& of(const RegionPlan& plan) {
    const auto i = static_cast<size_t>(&plan - kPlans);
    std::call_once(once_[i], [&] { plans_[i] = make(plan); });
    return plans_[i];
  }

 private:
  static CompiledPlan make(const RegionPlan& plan) {
    CompiledPlan c;
    c.pattern = compile(plan.pattern);
    c.international_prefix = compile(plan.international_prefix);
    c.national_prefix = compile(plan.national_prefix);
    c.leading_digits = compile(plan.leading_digits);
    for (size_t i = 0; i < kTypes; ++i) c.types[i] = compile(plan.types[i].pattern);
    return c;
  }
  std::array<std::once_flag, kPlanCount> once_;
  std::array<CompiledPlan, kPlanCount> plans_;
};

const CompiledPlan& compiled(const RegionPlan& plan) {
  static Patterns patterns;
  return patterns.of(plan);
}

// Rows of a calling code; they stand together in the table.
std::span<const RegionPlan> plans_of_code(uint64_t code) {
  struct Range {
    uint16_t first = 0;
    uint16_t count = 0;
  };
  static constexpr std::array<Range, 1000> kRanges = [] {
    std::array<Range, 1000> ranges{};
    for (size_t i = 0; i < kPlanCount; ++i) {
      Range& r = ranges[kPlans[i].calling_code];
      if (r.count++ == 0) r.first = static_cast<uint16_t>(i);
    }
    return ranges;
  }();
  if (code >= kRanges.size()) return {};
  return std::span(kPlans).subspan(kRanges[code].first, kRanges[code].count);
}

const RegionPlan* plan_of_region(std::string_view region) {
  for (const RegionPlan& p : kPlans)
    if (region == p.region && !region.empty()) return &p;
  return nullptr;
}

// Digits of the calling code at the start, 0 when there is none. No code is a prefix of another.
size_t calling_code_digits(std::string_view digits) {
  for (size_t n = 1; n <= 3 && n <= digits.size(); ++n)
    if (digits[0] != '0' && !plans_of_code(to_integer(digits.substr(0, n))).empty()) return n;
  return 0;
}

bool matches(const std::unique_ptr<const RE2>& re, std::string_view digits) {
  return re && RE2::FullMatch(re2::StringPiece(digits.data(), digits.size()), *re);
}

// Length of the match of a pattern at the start, nullopt when it does not match there.
std::optional<size_t> prefix_length(const std::unique_ptr<const RE2>& re, std::string_view digits) {
  re2::StringPiece match;
  if (!re || !re->Match(re2::StringPiece(digits.data(), digits.size()), 0, digits.size(), RE2::ANCHOR_START,
                        &match, 1))
    return std::nullopt;
  return match.size();
}

bool has_length(uint32_t mask, size_t n) { return n < 32 && (mask >> n & 1) != 0; }

bool is_type(const RegionPlan& plan, const CompiledPlan& c, NumberType type, std::string_view national) {
  const auto i = static_cast<size_t>(type);
  const uint32_t lengths = plan.types[i].lengths;
  return (lengths == 0 || has_length(lengths, national.size())) && matches(c.types[i], national);
}

std::optional<NumberType> type_of(const RegionPlan& plan, std::string_view national) {
  const CompiledPlan& c = compiled(plan);
  if (!matches(c.pattern, national)) return std::nullopt;
  const char* mobile = plan.types[static_cast<size_t>(NumberType::kMobile)].pattern;
  if (is_type(plan, c, NumberType::kFixedLine, national)) {
    const bool same = mobile != nullptr && *mobile == '\0';
    if (same || is_type(plan, c, NumberType::kMobile, national)) return NumberType::kFixedLineOrMobile;
    return NumberType::kFixedLine;
  }
  for (size_t i = 1; i < kTypes; ++i)
    if (is_type(plan, c, static_cast<NumberType>(i), national)) return static_cast<NumberType>(i);
  return std::nullopt;
}

// The national number without its national prefix (or with the area code that the plan adds to a local
// number).
std::string without_national_prefix(const RegionPlan& plan, std::string_view digits) {
  const CompiledPlan& c = compiled(plan);
  constexpr int kGroups = 4;
  re2::StringPiece group[kGroups];
  if (!c.national_prefix) return std::string(digits);
  const int groups = c.national_prefix->NumberOfCapturingGroups();
  if (!c.national_prefix->Match(re2::StringPiece(digits.data(), digits.size()), 0, digits.size(),
                                RE2::ANCHOR_START, group, std::min(groups + 1, kGroups)))
    return std::string(digits);
  std::string out;
  const bool captured = groups > 0 && groups < kGroups && !group[groups].empty();
  if (plan.transform != nullptr && captured) {
    for (const char* t = plan.transform; *t != '\0'; ++t) {
      if (*t == '$') {
        const int g = *++t - '0';
        if (g >= 1 && g <= groups) out.append(group[g].data(), group[g].size());
      } else {
        out.push_back(*t);
      }
    }
  }
  out.append(digits.substr(group[0].size()));
  // A number that is good as typed and not good without the prefix did not have one.
  if (matches(c.pattern, digits) && !matches(c.pattern, out)) return std::string(digits);
  return has_length(plan.lengths, out.size()) ? out : std::string(digits);
}

NumberFault length_fault(std::span<const RegionPlan> plans, size_t n) {
  uint32_t lengths = 0;
  for (const RegionPlan& p : plans) lengths |= p.lengths;
  if (has_length(lengths, n)) return NumberFault::kNotAllocated;
  if (n >= 32 || lengths >> n == 0) return NumberFault::kTooLong;
  return (lengths & ((1U << n) - 1)) == 0 ? NumberFault::kTooShort : NumberFault::kBadLength;
}

using Outcome = std::expected<PhoneNumber, NumberFault>;

// Which of the regions that share a calling code the number belongs to.
Outcome allocate(std::span<const RegionPlan> plans, std::string_view national) {
  const uint64_t code = plans[0].calling_code;
  const size_t code_digits = code < 10 ? 1 : code < 100 ? 2 : 3;
  if (code_digits + national.size() > kE164Digits) return std::unexpected(NumberFault::kTooLong);
  if (code == kChinaCode) {
    if (const auto hint = china_mobile(to_integer(national)); hint && national[0] == '1')
      return china_number(to_integer(national), *hint);
  }
  for (const RegionPlan& plan : plans) {
    std::optional<NumberType> type;
    if (plan.leading_digits != nullptr) {
      if (!prefix_length(compiled(plan).leading_digits, national)) continue;
      type = type_of(plan, national);
      if (!type) return std::unexpected(length_fault(plans, national.size()));
    } else {
      type = type_of(plan, national);
    }
    if (!type) continue;
    uint64_t digits = code;
    for (const char c : national) digits = digits * 10 + static_cast<uint64_t>(c - '0');
    return PhoneNumber{
        digits, RegionCode{{plan.region[0], plan.region[0] == '\0' ? '\0' : plan.region[1]}}, *type, {}};
  }
  return std::unexpected(length_fault(plans, national.size()));
}

Outcome international(std::string_view digits) {
  const size_t n = calling_code_digits(digits);
  if (n == 0) return std::unexpected(NumberFault::kUnknownCountryCode);
  const std::span<const RegionPlan> plans = plans_of_code(to_integer(digits.substr(0, n)));
  return allocate(plans, without_national_prefix(plans[0], digits.substr(n)));
}

Outcome national(std::string_view digits, const RegionPlan& plan) {
  if (digits.starts_with("00")) {
    const Outcome found = international(digits.substr(2));
    if (found || plan.calling_code == kChinaCode) return found;
  }
  const auto idd = prefix_length(compiled(plan).international_prefix, digits);
  if (idd && *idd < digits.size() && digits[*idd] != '0') {
    const Outcome found = international(digits.substr(*idd));
    if (found) return found;
  }
  const std::span<const RegionPlan> plans = plans_of_code(plan.calling_code);
  const Outcome found = allocate(plans, without_national_prefix(plan, digits));
  if (found) return found;
  // The calling code typed without any prefix.
  const size_t n = calling_code_digits(digits);
  if (n > 0 && to_integer(digits.substr(0, n)) == plan.calling_code) {
    if (const Outcome with_code = international(digits)) return with_code;
  }
  return found;
}

std::optional<PhoneNumber> quick_china(const Typed& typed) {
  std::string_view d = typed.view();
  if (typed.plus) {
    if (!d.starts_with("86")) return std::nullopt;
    d.remove_prefix(2);
  } else if (d.starts_with("0086")) {
    d.remove_prefix(4);
  } else if (d.size() > kChinaMobileDigits && d.starts_with("86")) {
    d.remove_prefix(2);
  }
  if (d.size() != kChinaMobileDigits && d.size() != kChinaIotDigits) return std::nullopt;
  const uint64_t n = to_integer(d);
  if (const auto hint = china_mobile(n); hint && d[0] == '1') return china_number(n, *hint);
  return std::nullopt;
}

}  // namespace

Outcome classify_number(std::string_view raw, std::string_view default_region) {
  Typed typed;
  if (const auto fault = read_typed(raw, typed)) return std::unexpected(*fault);
  if (typed.plus || default_region == "CN") {
    if (const auto quick = quick_china(typed)) return *quick;
  }
  if (typed.plus) return international(typed.view());
  const RegionPlan* plan = plan_of_region(default_region);
  if (plan == nullptr) return std::unexpected(NumberFault::kUnknownRegion);
  return national(typed.view(), *plan);
}

Result<PhoneNumber> parse_number(std::string_view raw, std::string_view default_region) {
  const auto found = classify_number(raw, default_region);
  if (!found)
    return fail(ErrorCode::kInvalidArgument, fmt::format("number: {}", number_fault_name(found.error())));
  return *found;
}

Result<PhoneNumber> parse_mobile(std::string_view raw, std::string_view default_region) {
  const PhoneNumber number = YZ_TRY(parse_number(raw, default_region));
  if (can_receive_messages(number)) return number;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("number: {}", number_fault_name(NumberFault::kNotMobile)));
}

CarrierHint carrier_hint(uint64_t digits) {
  const bool eleven = digits / 100'000'000'000 == kChinaCode;
  const bool thirteen = digits / 10'000'000'000'000 == kChinaCode;
  if (eleven) return china_mobile(digits % 100'000'000'000).value_or(CarrierHint{});
  if (thirteen) return china_mobile(digits % 10'000'000'000'000).value_or(CarrierHint{});
  return {};
}

std::string to_e164(uint64_t digits) { return fmt::format("+{}", digits); }

std::string to_domestic(uint64_t digits) {
  std::string s = fmt::format("{}", digits);
  // 86 is no prefix of another calling code, so this test is exact.
  if (s.starts_with("86")) s.erase(0, 2);
  return s;
}

std::string_view time_zone_of_region(std::string_view region) {
  const RegionPlan* plan = plan_of_region(region);
  return plan == nullptr ? std::string_view{} : std::string_view(plan->zone);
}

std::string_view time_zone_of(const PhoneNumber& n) { return time_zone_of_region(n.region.view()); }

std::string mask_number(std::string_view e164) {
  const bool digits_only =
      e164.starts_with('+') && e164.find_first_not_of("0123456789", 1) == std::string_view::npos;
  const size_t code = digits_only ? calling_code_digits(e164.substr(1)) : 0;
  if (code == 0) return "****";
  const std::string_view national = e164.substr(1 + code);
  size_t head = 0;
  size_t tail = 0;
  if (national.size() >= 10) {
    head = 3;
    tail = 4;
  } else if (national.size() >= 7) {
    head = tail = 2;
  }
  return fmt::format("{} {}{}{}", e164.substr(0, 1 + code), national.substr(0, head),
                     std::string(std::max(national.size() - head - tail, size_t{3}), '*'),
                     national.substr(national.size() - tail));
}

std::string mask_number(uint64_t digits) { return mask_number(to_e164(digits)); }

std::string_view number_type_name(NumberType type) {
  static constexpr std::string_view kNames[] = {
      "fixed_line", "mobile",      "toll_free",           "premium_rate",
      "personal",   "voicemail",   "universal_access",    "pager",
      "voip",       "shared_cost", "fixed_line_or_mobile"};
  return kNames[static_cast<size_t>(type)];
}

std::string_view carrier_name(Carrier carrier) {
  static constexpr std::string_view kNames[] = {"unknown", "mobile", "unicom", "telecom", "broadcast"};
  return kNames[static_cast<size_t>(carrier)];
}

std::string_view number_fault_name(NumberFault fault) {
  static constexpr std::string_view kNames[] = {"empty",          "bad_character", "too_short",
                                                "too_long",       "bad_length",    "unknown_country_code",
                                                "unknown_region", "not_allocated", "not_mobile"};
  return kNames[static_cast<size_t>(fault)];
}

}  // namespace yizhan::text
