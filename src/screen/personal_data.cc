#include "screen/personal_data.h"

#include <algorithm>
#include <array>
#include <string>

namespace yizhan::screen {

namespace {

constexpr size_t kMobileDigits = 11;
constexpr size_t kIdCardDigits = 18;
constexpr size_t kRegionDigits = 6;  // that an identity number begins with
constexpr size_t kBankCardMinDigits = 13;
constexpr size_t kBankCardMaxDigits = 19;
constexpr uint32_t kLeastRun = 4;  // some run of every number has as many digits

// A run of digits without anything between, or several joined by single spaces or hyphens.
struct DigitRun {
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string digits;
};

bool is_mobile(std::string_view digits) {
  if (digits.size() == kMobileDigits + 4 && digits.starts_with("0086")) digits.remove_prefix(4);
  if (digits.size() == kMobileDigits + 2 && digits.starts_with("86")) digits.remove_prefix(2);
  return digits.size() == kMobileDigits && digits[0] == '1' && digits[1] >= '3';
}

// The first digit of cards that people hold: 3 to 6; of 13 digits only the old ones of one scheme.
bool is_bank_card(std::string_view digits) {
  if (digits.size() < kBankCardMinDigits || digits.size() > kBankCardMaxDigits) return false;
  if (digits[0] < '3' || digits[0] > '6' || (digits.size() == kBankCardMinDigits && digits[0] != '4'))
    return false;
  return passes_luhn(digits);
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool is_date(int year, int month, int day) {
  constexpr std::array kDays{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1900 || year > 2100 || month < 1 || month > 12 || day < 1) return false;
  if (month == 2 && day == 29) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= kDays[static_cast<size_t>(month - 1)];
}

// The two digits of a province in GB/T 2260.
bool is_region(int code) {
  constexpr std::array kProvinces{11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43,
                                  44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83};
  return std::find(kProvinces.begin(), kProvinces.end(), code) != kProvinces.end();
}

class PersonalFinder {
 public:
  PersonalFinder(const Units& units, std::vector<PersonalDatum>& out) : units_(units), out_(out) {}

  void run() {
    // One of every kLeastRun units is in any run that long.
    for (uint32_t i = kLeastRun - 1; i < units_.size(); i += kLeastRun) {
      if (!is_digit(units_[i].folded)) continue;
      const uint32_t begin = run_begin(i);
      while (is_digit(at(i))) ++i;
      if (i - begin >= kLeastRun) i = groups(begin);
    }
    join_groups();
    if (!units_.has(kAtSign)) return;
    const auto is_mark = [](const Unit& unit) { return unit.folded == '@'; };
    for (const Unit* at = units_.begin(); (at = std::find_if(at, units_.end(), is_mark)) != units_.end();
         ++at)
      email(static_cast<uint32_t>(at - units_.begin()));
  }

 private:
  uint32_t run_begin(uint32_t digit) const {
    while (digit > 0 && is_digit(units_[digit - 1].folded)) --digit;
    return digit;
  }

  // The runs of digits that are joined with the one that begins here. Returns where the last ends.
  uint32_t groups(uint32_t begin) {
    while (begin >= 2 && parts_group(begin - 1) && is_digit(at(begin - 2))) begin = run_begin(begin - 2);
    uint32_t end = digits(begin);
    while (parts_group(end) && is_digit(at(end + 1))) end = digits(end + 1);
    return end;
  }

  char32_t at(size_t i) const { return i < units_.size() ? units_[i].folded : 0; }

  // Returns where the run that begins at `begin` ends.
  uint32_t digits(uint32_t begin) {
    uint32_t end = begin;
    while (is_digit(at(end))) ++end;
    const bool grouped = parts_group(end) || (begin > 0 && parts_group(begin - 1));
    if (end - begin < kMobileDigits && !grouped) return end;  // fewer than any number has
    DigitRun run{begin, end, {}};
    for (uint32_t i = begin; i < end; ++i) run.digits += static_cast<char>(at(i));
    if (const uint32_t card_end = id_card_end(run); card_end != 0) {
      add(PersonalKind::kIdCard, begin, card_end);
      return card_end;
    }
    if (is_mobile(run.digits)) {
      add(PersonalKind::kPhone, begin, end);
    } else if (is_bank_card(run.digits)) {
      add(PersonalKind::kBankCard, begin, end);
    } else if (grouped) {
      runs_.push_back(std::move(run));
    }
    return end;
  }

  // Behind the number of an identity card with its last digit, which may be an X; 0 when it is none.
  uint32_t id_card_end(const DigitRun& run) const {
    if (is_id_card(run.digits)) return run.end;
    const bool with_x =
        run.digits.size() == kIdCardDigits - 1 && at(run.end) == 'x' && is_id_card(run.digits + 'X');
    return with_x ? run.end + 1 : 0;
  }

  // Numbers written in groups: 138 0013 8000, 6222 0212 3456 7890, 110105 19491231 002X.
  void join_groups() {
    for (size_t i = 0; i < runs_.size(); ++i) {
      DigitRun joined = runs_[i];
      for (size_t j = i + 1; j < runs_.size() && adjoins(runs_[j - 1], runs_[j]); ++j) {
        joined.digits += runs_[j].digits;
        joined.end = runs_[j].end;
        if (joined.digits.size() > kBankCardMaxDigits) break;
        const bool phone = is_mobile(joined.digits) && runs_[j].digits.size() == 4;
        const bool card = is_bank_card(joined.digits) && runs_[i].digits.size() == 4;
        const uint32_t id_end = runs_[i].digits.size() == kRegionDigits ? id_card_end(joined) : 0;
        if (!phone && !card && id_end == 0) continue;
        if (id_end != 0)
          add(PersonalKind::kIdCard, joined.begin, id_end);
        else
          add(phone ? PersonalKind::kPhone : PersonalKind::kBankCard, joined.begin, joined.end);
        i = j;
        break;
      }
    }
  }

  bool adjoins(const DigitRun& a, const DigitRun& b) const {
    return b.begin == a.end + 1 && parts_group(a.end);
  }
  bool parts_group(uint32_t unit) const {
    return (at(unit) == ' ' || at(unit) == '-') && units_[unit].unit_class != UnitClass::kPlaceholder;
  }

  void email(uint32_t mark) {
    constexpr std::u32string_view kLocal = U".!#$%&'*+/=?^_`{|}~-";
    uint32_t begin = mark;
    while (begin > 0 && units_[begin - 1].unit_class != UnitClass::kIdeograph &&
           (is_digit(at(begin - 1)) || is_latin_letter(at(begin - 1)) ||
            kLocal.find(at(begin - 1)) != kLocal.npos))
      --begin;
    uint32_t end = mark + 1;
    uint32_t last_dot = 0;
    while ((is_digit(at(end)) || is_latin_letter(at(end)) || at(end) == '-' || at(end) == '.') &&
           units_[end].unit_class != UnitClass::kIdeograph) {
      if (at(end) == '.') last_dot = end;
      ++end;
    }
    if (last_dot + 1 == end && last_dot > 0) --end;  // the full stop of the sentence
    bool dotted = false;
    for (uint32_t i = mark + 2; i + 2 < end; ++i) dotted = dotted || at(i) == '.';
    if (begin < mark && dotted) add(PersonalKind::kEmail, begin, end);
  }

  void add(PersonalKind kind, uint32_t begin, uint32_t end) { out_.push_back({kind, begin, end}); }

  const Units& units_;
  std::vector<PersonalDatum>& out_;
  std::vector<DigitRun> runs_;
};

}  // namespace

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (size_t i = digits.size(); i-- > 0; twice = !twice) {
    int d = digits[i] - '0';
    if (twice && (d *= 2) > 9) d -= 9;
    sum += d;
  }
  return !digits.empty() && sum % 10 == 0;
}

bool is_id_card(std::string_view digits) {
  constexpr std::array kWeights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  constexpr std::string_view kCheck = "10X98765432";
  if (digits.size() != kIdCardDigits || !is_region(number(digits.substr(0, 2)))) return false;
  if (!is_date(number(digits.substr(6, 4)), number(digits.substr(10, 2)), number(digits.substr(12, 2))))
    return false;
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * (digits[i] - '0');
  return kCheck[static_cast<size_t>(sum % 11)] == digits.back();
}

void find_personal_data(const Units& units, std::vector<PersonalDatum>& data) {
  PersonalFinder(units, data).run();
}

}  // namespace yizhan::screen
