#pragma once
// One row of a customer file: which column means what, and from cells to a checked row or the reason it is
// refused. Pure but for the time it is told; one thread at a time.

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "domain/consent.h"
#include "domain/names.h"
#include "service/customer_profile.h"
#include "service/personal_data.h"
#include "text/number_plan.h"
#include "text/rows.h"

namespace yizhan::service {

// Without the spaces (also full-width ones) around.
std::string_view trimmed_cell(std::string_view cell);

#define YIZHAN_IMPORT_FIELDS(X)                       \
  X(kIgnore, 0, "ignore")                             \
  X(kNumber, 1, "number")                             \
  X(kName, 2, "name")                                 \
  X(kCity, 3, "city")                                 \
  X(kMemberLevel, 4, "member_level")                  \
  X(kBirthDate, 5, "birth_date")                      \
  X(kMarketingConsent, 6, "marketing_consent")        \
  X(kConsentTime, 7, "consent_time")                  \
  X(kConsentMethod, 8, "consent_method")              \
  X(kConsentText, 9, "consent_text")                  \
  X(kNotificationConsent, 10, "notification_consent") \
  X(kRemark, 11, "remark")                            \
  X(kAttribute, 12, "attribute") /* under its own header */
YIZHAN_ENUM(ImportField, YIZHAN_IMPORT_FIELDS)

#define YIZHAN_UNKNOWN_COLUMNS(X) \
  X(kRefuse, 1, "refuse")         \
  X(kIgnore, 2, "ignore")         \
  X(kAttribute, 3, "attribute")
YIZHAN_ENUM(UnknownColumns, YIZHAN_UNKNOWN_COLUMNS)

// Why a row is refused: enumerator, number, stable code, English, Chinese.
#define YIZHAN_ROW_CODES(X)                                                                                \
  X(kNumberMissing, 1, "number_missing", "The row has no phone number", "缺少手机号")                      \
  X(kNumberBadCharacter, 2, "number_bad_character", "The number holds something that is no digit",         \
    "号码含有非数字字符")                                                                                  \
  X(kNumberTooShort, 3, "number_too_short", "The number is too short", "号码过短")                         \
  X(kNumberTooLong, 4, "number_too_long", "The number is too long", "号码过长")                            \
  X(kNumberBadLength, 5, "number_bad_length", "No number of this plan has this length",                    \
    "号码长度不符合号码规划")                                                                              \
  X(kNumberUnknownCountry, 6, "number_unknown_country", "The country code is not known", "国家代码未知")   \
  X(kNumberNotAllocated, 7, "number_not_allocated", "The number is in no allocated range", "号段未分配")   \
  X(kNumberNotMobile, 8, "number_not_mobile", "The number cannot receive messages", "该号码不能接收短信")  \
  X(kDateInvalid, 9, "date_invalid", "This is no date", "日期无效")                                        \
  X(kConsentWordUnknown, 10, "consent_word_unknown", "Neither yes, no nor withdrawn",                      \
    "同意一栏只能是“是”“否”或“已撤回”")                                                                    \
  X(kConsentTimeMissing, 11, "consent_time_missing", "Consent without the time it was given",              \
    "有同意但没有同意时间")                                                                                \
  X(kConsentTimeInvalid, 12, "consent_time_invalid", "This is no time", "同意时间无效")                    \
  X(kConsentTimeFuture, 13, "consent_time_future", "The time of consent lies in the future",               \
    "同意时间在未来")                                                                                      \
  X(kTooManyColumns, 14, "too_many_columns", "More cells than the header has columns",                     \
    "单元格数多于表头列数")                                                                                \
  X(kTextTooLong, 15, "text_too_long", "The text is too long", "文字过长")                                 \
  X(kTextInvalid, 16, "text_invalid", "The text holds control characters", "文字含有控制字符")             \
  X(kEncodingInvalid, 17, "encoding_invalid", "Bytes that are no text in the file's encoding", "编码错误") \
  X(kFieldTooLarge, 18, "field_too_large", "A cell is too large", "单元格过大")                            \
  X(kRowTooLarge, 19, "row_too_large", "The row is too large", "行过大")                                   \
  X(kTextAfterQuote, 20, "text_after_quote", "Text follows a closing quote", "引号之后还有文字")           \
  X(kUnterminatedQuote, 21, "unterminated_quote", "A quote is never closed", "引号未闭合")                 \
  X(kDuplicateInFile, 22, "duplicate_in_file", "The number stands in the file before, with other values",  \
    "号码在文件中重复且内容不同")                                                                          \
  X(kAttributePersonal, 23, "attribute_personal",                                                          \
    "An attribute holds an identity card, bank card, phone number or e-mail address",                      \
    "附加属性中含有身份证号、银行卡号、手机号或邮箱")

enum class RowCode : uint8_t {
#define X(enumerator, number, name, en, zh) enumerator = number,
  YIZHAN_ROW_CODES(X)
#undef X
};
std::string_view name_of(RowCode code);
// For people, by the stable code; empty for a code that is none.
std::string_view row_code_english(std::string_view name);
std::string_view row_code_chinese(std::string_view name);

struct ImportOptions {
  std::string purpose;  // of the consents; empty = every purpose of the class
  UnknownColumns unknown_columns = UnknownColumns::kRefuse;
  std::map<std::string, ImportField> columns;  // header -> field, before the names that are known anyway
  std::string default_region = "CN";           // of numbers without a country code
  std::string consent_method;                  // of consents whose row names none
  std::string consent_text;                    // of granted consents whose row names none
  std::string sheet;                           // of a workbook; empty = the first
  static constexpr json::Rule kRules[] = {
      {.member = "purpose", .presence = json::Presence::kOptional, .max_length = limits::kPurposeCharacters},
      {.member = "unknown_columns",
       .presence = json::Presence::kOptional,
       .description = "refuse the file, ignore them, or keep them as attributes (never for personal data)"},
      {.member = "columns",
       .presence = json::Presence::kOptional,
       .max_items = limits::kCsvColumns,
       .description = "what a column means, by its header; well-known headers need no mention"},
      {.member = "default_region", .presence = json::Presence::kOptional, .min_length = 2, .max_length = 2},
      {.member = "consent_method",
       .presence = json::Presence::kOptional,
       .max_length = limits::kCustomerFieldCharacters},
      {.member = "consent_text",
       .presence = json::Presence::kOptional,
       .max_length = limits::kConsentTextCharacters},
      {.member = "sheet", .presence = json::Presence::kOptional, .max_length = 31}};
};
BOOST_DESCRIBE_STRUCT(ImportOptions, (),
                      (purpose, unknown_columns, columns, default_region, consent_method, consent_text,
                       sheet))

// A good row. Times are UTC.
struct ImportRow {
  int64_t line = 0;
  text::PhoneNumber number;
  CustomerProfile profile;
  std::string city, member_level;
  std::vector<std::pair<const std::string*, std::string>>
      attributes;  // name (of the columns), value; none empty
  std::optional<domain::ConsentKind> marketing, notification;
  std::optional<Time> consent_time;
  std::string consent_method, consent_text;

  void clear();  // keeps the memory of its texts
};

struct RowRefusal {
  int64_t line = 0;
  std::string column;
  RowCode code = RowCode::kNumberMissing;
  std::string value_masked;
  int64_t first_line = 0;
};

class ImportRowReader {
 public:
  // From the header row. kInvalidArgument naming the columns at fault: unknown ones, two of one meaning, no
  // number, attributes whose header says that they are personal.
  static Result<ImportRowReader> create(const text::Row& header, const ImportOptions& options);

  std::variant<ImportRow, RowRefusal> read(const text::Row& row, Time now) const;
  // Into `out`, which is worth something only where nothing is returned.
  std::optional<RowRefusal> read_to(const text::Row& row, Time now, ImportRow& out) const;
  // The header of the column that holds the numbers.
  const std::string& number_column() const { return headers_[number_at_]; }

 private:
  struct Fault;
  explicit ImportRowReader(PersonalData personal) : personal_(personal) {}
  std::optional<Fault> read_cell(size_t at, std::string_view cell, Time now, ImportRow& row) const;
  std::optional<Fault> check_consent(const ImportRow& row) const;

  PersonalData personal_;
  std::vector<ImportField> fields_;
  std::vector<std::string> headers_;
  size_t number_at_ = 0;
  size_t marketing_at_ = 0;
  size_t time_at_ = 0;
  std::string default_region_, consent_method_, consent_text_;
};

// What a column with that header is taken for when nobody says otherwise; nullopt when it is not known.
std::optional<ImportField> known_field(std::string_view header);

// Shows that there was something and roughly what, never a person's data: the first character, or of a run of
// digits the first three, then stars.
std::string mask_cell(std::string_view cell);

}  // namespace yizhan::service
