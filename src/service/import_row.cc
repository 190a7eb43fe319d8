#include "service/import_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "service/import_dates.h"
#include "text/utf8.h"

namespace yizhan::service {

using domain::ConsentKind;

namespace {

struct Alias {
  std::string_view header;
  ImportField field;
};

// Headers as fold_header() makes them.
constexpr Alias kAliases[] = {
    {"手机号", ImportField::kNumber},
    {"手机号码", ImportField::kNumber},
    {"手机", ImportField::kNumber},
    {"号码", ImportField::kNumber},
    {"电话", ImportField::kNumber},
    {"电话号码", ImportField::kNumber},
    {"联系电话", ImportField::kNumber},
    {"number", ImportField::kNumber},
    {"phone", ImportField::kNumber},
    {"phonenumber", ImportField::kNumber},
    {"mobile", ImportField::kNumber},
    {"mobilenumber", ImportField::kNumber},
    {"msisdn", ImportField::kNumber},
    {"姓名", ImportField::kName},
    {"名字", ImportField::kName},
    {"客户姓名", ImportField::kName},
    {"name", ImportField::kName},
    {"customername", ImportField::kName},
    {"城市", ImportField::kCity},
    {"city", ImportField::kCity},
    {"会员等级", ImportField::kMemberLevel},
    {"等级", ImportField::kMemberLevel},
    {"memberlevel", ImportField::kMemberLevel},
    {"level", ImportField::kMemberLevel},
    {"tier", ImportField::kMemberLevel},
    {"出生日期", ImportField::kBirthDate},
    {"生日", ImportField::kBirthDate},
    {"birthdate", ImportField::kBirthDate},
    {"birthday", ImportField::kBirthDate},
    {"营销同意", ImportField::kMarketingConsent},
    {"marketingconsent", ImportField::kMarketingConsent},
    {"consent", ImportField::kMarketingConsent},
    {"同意时间", ImportField::kConsentTime},
    {"consenttime", ImportField::kConsentTime},
    {"consentedat", ImportField::kConsentTime},
    {"同意方式", ImportField::kConsentMethod},
    {"consentmethod", ImportField::kConsentMethod},
    {"同意文本", ImportField::kConsentText},
    {"consenttext", ImportField::kConsentText},
    {"通知同意", ImportField::kNotificationConsent},
    {"notificationconsent", ImportField::kNotificationConsent},
    {"备注", ImportField::kRemark},
    {"note", ImportField::kRemark},
    {"remark", ImportField::kRemark},
};

struct Word {
  std::string_view text;
  ConsentKind kind;
};
constexpr Word kConsentWords[] = {
    {"是", ConsentKind::kGranted},       {"否", ConsentKind::kRefused},
    {"已撤回", ConsentKind::kWithdrawn}, {"同意", ConsentKind::kGranted},
    {"已同意", ConsentKind::kGranted},   {"不同意", ConsentKind::kRefused},
    {"未同意", ConsentKind::kRefused},   {"拒绝", ConsentKind::kRefused},
    {"撤回", ConsentKind::kWithdrawn},   {"退订", ConsentKind::kWithdrawn},
    {"已退订", ConsentKind::kWithdrawn}, {"y", ConsentKind::kGranted},
    {"yes", ConsentKind::kGranted},      {"true", ConsentKind::kGranted},
    {"1", ConsentKind::kGranted},        {"granted", ConsentKind::kGranted},
    {"n", ConsentKind::kRefused},        {"no", ConsentKind::kRefused},
    {"false", ConsentKind::kRefused},    {"0", ConsentKind::kRefused},
    {"refused", ConsentKind::kRefused},  {"withdrawn", ConsentKind::kWithdrawn},
};

constexpr std::string_view kDamaged = "\uFFFD";  // what text::BadBytes::kReplace leaves

bool is_ascii(std::string_view s) {
  return std::ranges::all_of(s, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string fold_header(std::string_view header) {
  std::string folded = lower(text::to_half_width(trimmed_cell(header)));
  std::erase_if(folded, [](char c) { return c == ' ' || c == '_' || c == '-' || c == '*'; });
  return folded;
}

std::optional<ConsentKind> consent_of(std::string_view cell) {
  for (const Word& word : kConsentWords)
    if (word.text == cell) return word.kind;
  const std::string folded = lower(text::to_half_width(cell));
  for (const Word& word : kConsentWords)
    if (word.text == folded) return word.kind;
  return std::nullopt;
}

RowCode code_of(text::NumberFault fault) {
  switch (fault) {
    case text::NumberFault::kEmpty:
      return RowCode::kNumberMissing;
    case text::NumberFault::kBadCharacter:
      return RowCode::kNumberBadCharacter;
    case text::NumberFault::kTooShort:
      return RowCode::kNumberTooShort;
    case text::NumberFault::kTooLong:
      return RowCode::kNumberTooLong;
    case text::NumberFault::kBadLength:
      return RowCode::kNumberBadLength;
    case text::NumberFault::kUnknownCountryCode:
    case text::NumberFault::kUnknownRegion:
      return RowCode::kNumberUnknownCountry;
    case text::NumberFault::kNotAllocated:
      return RowCode::kNumberNotAllocated;
    case text::NumberFault::kNotMobile:
      return RowCode::kNumberNotMobile;
  }
  return RowCode::kNumberBadCharacter;
}

std::optional<RowCode> code_of(text::RowFault fault) {
  switch (fault) {
    case text::RowFault::kNone:
      return std::nullopt;
    case text::RowFault::kFieldTooLarge:
      return RowCode::kFieldTooLarge;
    case text::RowFault::kRowTooLarge:
      return RowCode::kRowTooLarge;
    case text::RowFault::kTooManyColumns:
      return RowCode::kTooManyColumns;
    case text::RowFault::kTextAfterQuote:
      return RowCode::kTextAfterQuote;
    case text::RowFault::kUnterminatedQuote:
      return RowCode::kUnterminatedQuote;
  }
  return RowCode::kRowTooLarge;
}

// Text for a field that people read; line breaks are allowed, other control characters are not.
std::optional<RowCode> text_fault(std::string_view cell, size_t most) {
  for (const char c : cell)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F)
      return RowCode::kTextInvalid;
  if (cell.size() > most && text::count_code_points(cell) > most) return RowCode::kTextTooLong;
  return std::nullopt;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// What the options say the column is, else what its header is known to mean.
std::optional<ImportField> field_of(std::string_view header, const ImportOptions& options) {
  const std::string exact(trimmed_cell(header));
  if (const auto found = options.columns.find(exact); found != options.columns.end()) return found->second;
  const std::string folded = fold_header(header);
  for (const Alias& alias : kAliases)
    if (alias.header == folded) return alias.field;
  if (folded.empty()) return ImportField::kIgnore;
  switch (options.unknown_columns) {
    case UnknownColumns::kRefuse:
      return std::nullopt;
    case UnknownColumns::kIgnore:
      return ImportField::kIgnore;
    case UnknownColumns::kAttribute:
      return ImportField::kAttribute;
  }
  return std::nullopt;
}

}  // namespace

std::string_view trimmed_cell(std::string_view s) {
  for (;;) {
    if (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '\n' || s.front() == '\r'))
      s.remove_prefix(1);
    else if (s.starts_with("\u3000"))
      s.remove_prefix(3);
    else
      break;
  }
  for (;;) {
    if (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\n' || s.back() == '\r'))
      s.remove_suffix(1);
    else if (s.ends_with("\u3000"))
      s.remove_suffix(3);
    else
      break;
  }
  return s;
}

std::string_view name_of(RowCode code) {
  switch (code) {
#define X(enumerator, number, name, en, zh) \
  case RowCode::enumerator:                 \
    return name;
    YIZHAN_ROW_CODES(X)
#undef X
  }
  return "?";
}

std::string_view row_code_english(std::string_view wanted) {
#define X(enumerator, number, name, en, zh) \
  if (wanted == name) return en;
  YIZHAN_ROW_CODES(X)
#undef X
  return {};
}

std::string_view row_code_chinese(std::string_view wanted) {
#define X(enumerator, number, name, en, zh) \
  if (wanted == name) return zh;
  YIZHAN_ROW_CODES(X)
#undef X
  return {};
}

std::optional<ImportField> known_field(std::string_view header) { return field_of(header, ImportOptions{}); }

std::string mask_cell(std::string_view cell) {
  constexpr size_t kStars = 8;
  const size_t characters = text::count_code_points(cell);
  size_t shown = 0;
  if (characters > 6)
    while (shown < 3 && shown < cell.size() && cell[shown] >= '0' && cell[shown] <= '9') ++shown;
  if (shown == 0 && characters > 1) {
    text::next_code_point(cell, shown);
  }
  std::string out(cell.substr(0, shown));
  const size_t hidden = characters - text::count_code_points(out);
  out.append(std::min(hidden, kStars), '*');
  return out;
}

struct ImportRowReader::Fault {
  size_t at = 0;
  RowCode code;
};

Result<ImportRowReader> ImportRowReader::create(const text::Row& header, const ImportOptions& options) {
  if (header.fault != text::RowFault::kNone)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the header cannot be read: {}", text::row_fault_name(header.fault)), "line 1");
  ImportRowReader reader(YZ_TRY(PersonalData::create()));
  std::vector<std::string> unknown, repeated, personal;
  std::array<bool, 16> seen{};
  size_t attributes = 0;
  bool has_number = false;
  for (size_t i = 0; i < header.cells.size(); ++i) {
    reader.headers_.emplace_back(trimmed_cell(header.cells[i]).substr(0, limits::kCsvFieldBytes));
    const std::string& name = reader.headers_.back();
    const auto field = field_of(name, options);
    reader.fields_.push_back(field.value_or(ImportField::kIgnore));
    if (!field) unknown.push_back(name);
    if (!field || *field == ImportField::kIgnore) continue;
    if (*field == ImportField::kAttribute) {
      ++attributes;
      if (reader.personal_.named_by(name) || reader.personal_.held_by(name)) personal.push_back(name);
      if (text::count_code_points(name) > limits::kNameCharacters) unknown.push_back(mask_cell(name));
      if (std::count(reader.headers_.begin(), reader.headers_.end(), name) > 1) repeated.push_back(name);
      continue;
    }
    if (std::exchange(seen[static_cast<size_t>(*field)], true)) repeated.push_back(name);
    if (*field == ImportField::kNumber) {
      reader.number_at_ = i;
      has_number = true;
    }
    if (*field == ImportField::kMarketingConsent) reader.marketing_at_ = i;
    if (*field == ImportField::kConsentTime) reader.time_at_ = i;
  }
  if (!has_number)
    return fail(ErrorCode::kInvalidArgument, "the file has no column of phone numbers (手机号, phone)",
                "number");
  if (!unknown.empty())
    return fail(ErrorCode::kInvalidArgument, "unknown columns: " + list_of(unknown), unknown.front());
  if (!personal.empty())
    return fail(ErrorCode::kInvalidArgument,
                "personal data is not kept as an attribute (ignore the column): " + list_of(personal),
                personal.front());
  if (!repeated.empty())
    return fail(ErrorCode::kInvalidArgument, "columns that mean what another one does: " + list_of(repeated),
                repeated.front());
  if (attributes > limits::kCustomerAttributes)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("more than {} columns to keep as attributes", limits::kCustomerAttributes),
                "attributes");
  if (!seen[static_cast<size_t>(ImportField::kConsentTime)]) reader.time_at_ = reader.marketing_at_;
  reader.default_region_ = options.default_region;
  reader.consent_method_ = options.consent_method;
  reader.consent_text_ = options.consent_text;
  return reader;
}

std::optional<ImportRowReader::Fault> ImportRowReader::read_cell(size_t at, std::string_view cell, Time now,
                                                                 ImportRow& row) const {
  const auto text_into = [&](std::string& field, size_t most) -> std::optional<Fault> {
    if (const auto fault = text_fault(cell, most)) return Fault{at, *fault};
    field = cell;
    return std::nullopt;
  };
  switch (fields_[at]) {
    case ImportField::kNumber: {
      const auto number = text::classify_number(cell, default_region_);
      if (!number) return Fault{at, code_of(number.error())};
      if (!text::can_receive_messages(*number)) return Fault{at, RowCode::kNumberNotMobile};
      row.number = *number;
      return std::nullopt;
    }
    case ImportField::kName:
      return text_into(row.profile.name, limits::kCustomerNameCharacters);
    case ImportField::kCity:
      return text_into(row.city, limits::kCustomerFieldCharacters);
    case ImportField::kMemberLevel:
      return text_into(row.member_level, limits::kCustomerFieldCharacters);
    case ImportField::kRemark:
      return text_into(row.profile.remark, limits::kCustomerRemarkCharacters);
    case ImportField::kConsentMethod:
      return text_into(row.consent_method, limits::kCustomerFieldCharacters);
    case ImportField::kConsentText:
      return text_into(row.consent_text, limits::kConsentTextCharacters);
    case ImportField::kBirthDate: {
      auto date = parse_birth_date(is_ascii(cell) ? cell : text::to_half_width(cell));
      if (!date) return Fault{at, RowCode::kDateInvalid};
      row.profile.birth_date = *std::move(date);
      return std::nullopt;
    }
    case ImportField::kConsentTime: {
      row.consent_time = parse_local_time(is_ascii(cell) ? cell : text::to_half_width(cell));
      if (!row.consent_time) return Fault{at, RowCode::kConsentTimeInvalid};
      if (*row.consent_time > now) return Fault{at, RowCode::kConsentTimeFuture};
      return std::nullopt;
    }
    case ImportField::kMarketingConsent:
    case ImportField::kNotificationConsent: {
      auto& kind = fields_[at] == ImportField::kMarketingConsent ? row.marketing : row.notification;
      kind = consent_of(cell);
      if (!kind) return Fault{at, RowCode::kConsentWordUnknown};
      return std::nullopt;
    }
    case ImportField::kAttribute: {
      if (personal_.held_by(cell)) return Fault{at, RowCode::kAttributePersonal};
      auto& attribute = row.attributes.emplace_back(&headers_[at], std::string());
      return text_into(attribute.second, limits::kCustomerAttributeCharacters);
    }
    case ImportField::kIgnore:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<ImportRowReader::Fault> ImportRowReader::check_consent(const ImportRow& row) const {
  const bool granted = row.marketing == ConsentKind::kGranted;
  if (granted && domain::needs_consent(domain::MessageClass::kMarketing) && !row.consent_time)
    return Fault{time_at_, RowCode::kConsentTimeMissing};
  return std::nullopt;
}

void ImportRow::clear() {
  line = 0;
  number = {};
  for (std::string* text : {&profile.name, &profile.birth_date, &profile.remark, &city, &member_level,
                            &consent_method, &consent_text})
    text->clear();
  attributes.clear();
  marketing.reset();
  notification.reset();
  consent_time.reset();
}

std::variant<ImportRow, RowRefusal> ImportRowReader::read(const text::Row& row, Time now) const {
  ImportRow out;
  if (auto refusal = read_to(row, now, out)) return *std::move(refusal);
  return out;
}

std::optional<RowRefusal> ImportRowReader::read_to(const text::Row& row, Time now, ImportRow& out) const {
  const auto line = static_cast<int64_t>(row.number);
  const auto refuse = [&](size_t at, RowCode code) {
    const std::string_view cell = at < row.cells.size() ? trimmed_cell(row.cells[at]) : std::string_view();
    return RowRefusal{line, at < headers_.size() ? headers_[at] : std::string(), code, mask_cell(cell), 0};
  };
  if (const auto code = code_of(row.fault)) return refuse(headers_.size(), *code);
  for (size_t i = headers_.size(); i < row.cells.size(); ++i)
    if (!trimmed_cell(row.cells[i]).empty()) return refuse(i, RowCode::kTooManyColumns);
  out.clear();
  out.line = line;
  if (number_at_ >= row.cells.size() || trimmed_cell(row.cells[number_at_]).empty())
    return refuse(number_at_, RowCode::kNumberMissing);
  const size_t count = std::min(row.cells.size(), headers_.size());
  for (size_t i = 0; i < count; ++i) {
    const std::string_view cell = trimmed_cell(row.cells[i]);
    if (cell.empty()) continue;
    if (cell.find(kDamaged) != cell.npos) return refuse(i, RowCode::kEncodingInvalid);
    if (headers_[i].empty()) return refuse(i, RowCode::kTooManyColumns);
    if (const auto fault = read_cell(i, cell, now, out)) return refuse(fault->at, fault->code);
  }
  if (const auto fault = check_consent(out)) return refuse(fault->at, fault->code);
  if (out.consent_method.empty()) out.consent_method = consent_method_;
  if (out.consent_text.empty() && out.marketing == ConsentKind::kGranted) out.consent_text = consent_text_;
  return std::nullopt;
}

}  // namespace yizhan::service
