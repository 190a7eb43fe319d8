#include "service/personal_data.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/limits.h"
#include "screen/personal_data.h"
#include "text/utf8.h"

namespace yizhan::service {
namespace {

// As named_by() folds them. "手机" and "电话" alone are not among them: a telephone's model and a shop's
// number are nobody's, and what is somebody's number is seen by its value.
constexpr std::array<std::string_view, 14> kNames = {
    "身份证", "证件号", "护照",     "银行卡",   "银行账",   "邮箱",  "电子邮件",
    "手机号", "idcard", "idnumber", "passport", "bankcard", "email", "mobilenumber"};

}  // namespace

Result<PersonalData> PersonalData::create() { return PersonalData(*YZ_TRY(screen::FoldTable::instance())); }

bool PersonalData::named_by(std::string_view header) const {
  std::string folded = text::to_half_width(header);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  std::erase_if(folded, [](char c) { return c == ' ' || c == '_' || c == '-'; });
  return std::ranges::any_of(kNames, [&](std::string_view name) { return folded.contains(name); });
}

bool PersonalData::held_by(std::string_view value) const {
  screen::Units units;
  std::vector<screen::PersonalDatum> found;
  folds_->normalize(value.substr(0, limits::kScreenTextBytes), screen::Placeholders::kLiteral, units);
  screen::find_personal_data(units, found);
  return !found.empty();
}

Result<> PersonalData::check(const std::map<std::string, std::string>& attributes) const {
  for (const auto& [name, value] : attributes)
    if (named_by(name) || held_by(name) || held_by(value))
      return fail(ErrorCode::kInvalidArgument,
                  "looks like personal data, which is never kept as an attribute", "/attributes/" + name);
  return {};
}

}  // namespace yizhan::service
