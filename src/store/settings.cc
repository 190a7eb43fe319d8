#include "store/settings.h"

#include <boost/json.hpp>

#include "store/queries.h"

namespace yizhan::store {
namespace {

namespace json = boost::json;
using domain::MessageClass;

constexpr const char* kSendingSetting = "sending";
constexpr const char* kPartVersions = "part_versions";
constexpr const char* kStopCause = "stop_cause";

int64_t integer_or(const json::object& object, std::string_view name, int64_t otherwise) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->as_int64() : otherwise;
}

MessageClass class_of(const json::value& name) {
  const auto found = domain::parse_name<MessageClass>(name.as_string());
  if (!found) throw std::invalid_argument("message class");
  return *found;
}

StopCause stop_cause_of(const json::object& settings) {
  const auto* name = settings.if_contains(kStopCause);
  if (name == nullptr) return StopCause::kByHand;
  const auto found = domain::parse_name<StopCause>(name->as_string());
  if (!found) throw std::invalid_argument("stop cause");
  return *found;
}

domain::SendWindow window_of(const json::object& object) {
  return {object.at("start_minute").as_int64(), object.at("end_minute").as_int64()};
}
void put_window(json::object& object, const domain::SendWindow& window) {
  object["start_minute"] = window.start_minute;
  object["end_minute"] = window.end_minute;
}

std::vector<domain::FrequencyRule> frequency_of(const json::array& list) {
  std::vector<domain::FrequencyRule> rules;
  for (const auto& item : list) {
    const auto& object = item.as_object();
    rules.push_back({class_of(object.at("message_class")), seconds(object.at("span_seconds").as_int64()),
                     object.at("maximum").as_int64()});
  }
  return rules;
}
json::array to_json(const std::vector<domain::FrequencyRule>& rules) {
  json::array list;
  for (const auto& rule : rules)
    list.push_back({{"message_class", domain::name_of(rule.message_class)},
                    {"span_seconds", rule.span.us / seconds(1).us},
                    {"maximum", rule.maximum}});
  return list;
}

std::vector<domain::WindowRule> windows_of(const json::object& settings) {
  std::vector<domain::WindowRule> rules;
  const auto* list = settings.if_contains("windows");
  if (list == nullptr) {  // as versions before windows by class wrote it
    return {{.message_class = MessageClass::kMarketing,
             .region = {},
             .window = {settings.at("window_start_minute").as_int64(),
                        settings.at("window_end_minute").as_int64()}}};
  }
  for (const auto& item : list->as_array()) {
    const auto& object = item.as_object();
    domain::WindowRule& rule = rules.emplace_back();
    if (const auto* name = object.if_contains("message_class")) rule.message_class = class_of(*name);
    rule.region = json::value_to<std::string>(object.at("region"));
    rule.window = window_of(object);
    rule.days = object.at("days").as_int64();
  }
  return rules;
}
json::array to_json(const std::vector<domain::WindowRule>& rules) {
  json::array list;
  for (const auto& rule : rules) {
    json::object object{{"region", rule.region}, {"days", rule.days}};
    if (rule.message_class) object["message_class"] = domain::name_of(*rule.message_class);
    put_window(object, rule.window);
    list.push_back(std::move(object));
  }
  return list;
}

std::vector<domain::Holiday> holidays_of(const json::object& settings) {
  std::vector<domain::Holiday> days;
  const auto* list = settings.if_contains("holidays");
  if (list == nullptr) return days;
  for (const auto& item : list->as_array()) {
    const auto& object = item.as_object();
    domain::Holiday& holiday = days.emplace_back();
    holiday.day = object.at("day").as_int64();
    holiday.region = json::value_to<std::string>(object.at("region"));
    holiday.name = json::value_to<std::string>(object.at("name"));
    if (object.contains("start_minute")) holiday.window = window_of(object);
  }
  return days;
}
json::array to_json(const std::vector<domain::Holiday>& days) {
  json::array list;
  for (const auto& holiday : days) {
    json::object object{{"day", holiday.day}, {"region", holiday.region}, {"name", holiday.name}};
    if (holiday.window) put_window(object, *holiday.window);
    list.push_back(std::move(object));
  }
  return list;
}

domain::Validity validity_of(const json::object& settings) {
  domain::Validity validity;
  const auto* value = settings.if_contains("validity");
  if (value == nullptr) return validity;
  const auto& object = value->as_object();
  validity.verification = seconds(object.at("verification").as_int64());
  validity.notification = seconds(object.at("notification").as_int64());
  validity.marketing = seconds(object.at("marketing").as_int64());
  validity.public_service = seconds(object.at("public_service").as_int64());
  return validity;
}
json::object to_json(const domain::Validity& validity) {
  json::object object;
  for (const MessageClass c : domain::values_of(MessageClass{}))
    object[domain::name_of(c)] = validity.of(c).us / seconds(1).us;
  return object;
}

json::object part_versions_json(const SendingSettings& settings) {
  json::object object;
  for (const RulePart part : values_of(RulePart{})) object[name_of(part)] = settings.version_of(part);
  return object;
}

std::string written(const SendingSettings& settings) {
  return json::serialize(
      json::object{{"frequency", to_json(settings.frequency)},
                   {"windows", to_json(settings.windows)},
                   {"holidays", to_json(settings.holidays)},
                   {"validity", to_json(settings.validity)},
                   {"notice_threshold", settings.notice_threshold},
                   {"receipt_overdue_seconds", settings.receipt_overdue.us / seconds(1).us},
                   {"test_expiry_seconds", settings.test_expiry.us / seconds(1).us},
                   {"schedule_grace_seconds", settings.schedule_grace.us / seconds(1).us},
                   {"failure_pause_percent", settings.failure_pause_percent},
                   {"failure_pause_minimum", settings.failure_pause_minimum},
                   {"filing_warning_days", settings.filing_warning_days},
                   {"emergency_stop", settings.emergency_stop ? 1 : 0},
                   {kStopCause, name_of(settings.stop_cause)},
                   {kPartVersions, part_versions_json(settings)}});
}

bool same(const SendingSettings& a, const SendingSettings& b, RulePart part) {
  switch (part) {
    case RulePart::kFrequency:
      return a.frequency == b.frequency;
    case RulePart::kWindows:
      return a.windows == b.windows;
    case RulePart::kHolidays:
      return a.holidays == b.holidays;
    case RulePart::kValidity:
      return a.validity == b.validity;
    case RulePart::kNotice:
      return a.notice_threshold == b.notice_threshold;
    case RulePart::kEmergencyStop:
      return a.emergency_stop == b.emergency_stop && a.stop_cause == b.stop_cause;
  }
  return false;
}

// The settings that this thread read last. They change rarely and every claim asks for them.
struct Remembered {
  int64_t version = -1;
  std::string text;
  std::shared_ptr<const SendingSettings> settings;
};

Result<std::shared_ptr<const SendingSettings>> remembered(std::string_view text, int64_t version) {
  thread_local Remembered last;
  if (last.settings == nullptr || last.version != version || last.text != text)
    last = {version, std::string(text),
            std::make_shared<const SendingSettings>(YZ_TRY(parse_sending_settings(text, version)))};
  return last.settings;
}

}  // namespace

// Fail closed: settings that cannot be read stop sending rather than fall back to looser ones.
Result<SendingSettings> parse_sending_settings(std::string_view text, int64_t version) {
  SendingSettings settings;
  settings.version = version;
  try {
    const json::value parsed = json::parse(text);
    const auto& object = parsed.as_object();
    settings.frequency = frequency_of(object.at("frequency").as_array());
    settings.windows = windows_of(object);
    settings.holidays = holidays_of(object);
    settings.validity = validity_of(object);
    settings.notice_threshold = integer_or(object, "notice_threshold", settings.notice_threshold);
    settings.receipt_overdue = seconds(object.at("receipt_overdue_seconds").as_int64());
    settings.test_expiry = seconds(object.at("test_expiry_seconds").as_int64());
    settings.schedule_grace =
        seconds(integer_or(object, "schedule_grace_seconds", settings.schedule_grace.us / seconds(1).us));
    settings.failure_pause_percent = object.at("failure_pause_percent").as_int64();
    settings.failure_pause_minimum = object.at("failure_pause_minimum").as_int64();
    settings.filing_warning_days = integer_or(object, "filing_warning_days", settings.filing_warning_days);
    settings.emergency_stop = integer_or(object, "emergency_stop", 0) != 0;
    settings.stop_cause = stop_cause_of(object);
    const auto* parts = object.if_contains(kPartVersions);
    for (const RulePart part : values_of(RulePart{}))
      settings.part_versions[static_cast<size_t>(part)] =
          parts == nullptr ? version : integer_or(parts->as_object(), name_of(part), version);
  } catch (const std::exception&) {
    return fail(ErrorCode::kCorrupt, "the sending settings cannot be read", "app_setting/sending");
  }
  return settings;
}

Result<std::shared_ptr<const SendingSettings>> share_sending_settings(db::Tx& tx) {
  auto found = YZ_TRY(tx.one(
      q::setting_get, [](const db::Row& row) { return remembered(row.text(0), row.i64(1)); },
      kSendingSetting));
  if (found) return *std::move(found);
  return std::make_shared<const SendingSettings>();
}

Result<std::shared_ptr<const SendingSettings>> sending_settings_at(db::Tx& tx, Time at) {
  auto found = YZ_TRY(tx.one(
      q::setting_version_at,
      [](const db::Row& row) -> Result<std::shared_ptr<const SendingSettings>> {
        return std::make_shared<const SendingSettings>(
            YZ_TRY(parse_sending_settings(row.text(0), row.i64(1))));
      },
      kSendingSetting, at));
  if (found) return *std::move(found);
  return std::make_shared<const SendingSettings>();
}

Result<SendingSettings> load_sending_settings(db::Tx& tx) { return *YZ_TRY(share_sending_settings(tx)); }

namespace {

Result<WrittenSetting> version_by(db::Tx& tx, const db::Query& query, std::string_view name) {
  const auto found =
      YZ_TRY(tx.one(query, [](const db::Row& row) { return WrittenSetting{row.i64(0), row.time(1)}; }, name));
  return found.value_or(WrittenSetting{});
}

}  // namespace

Result<WrittenSetting> written_setting(db::Tx& tx, std::string_view name) {
  return version_by(tx, q::setting_version, name);
}

Result<WrittenSetting> take_setting(db::Tx& tx, std::string_view name, std::optional<int64_t> expected) {
  const WrittenSetting now = YZ_TRY(version_by(tx, q::setting_version_take, name));
  if (!expected || now.version == *expected) return now;
  return fail(ErrorCode::kVersionConflict,
              "the settings were changed meanwhile; their version is " + std::to_string(now.version),
              "version");
}

Result<> put_setting(db::Tx& tx, const Store& store, std::string_view name, int64_t version,
                     std::string_view value, int64_t user_id) {
  const Time now = store.now();
  YZ_TRY(tx.run(q::setting_put, name, value, user_id, now));
  YZ_TRY(tx.run(q::setting_version_insert, name, version, value, user_id, now));
  return {};
}

Result<> save_sending_settings(db::Tx& tx, const Store& store, const SendingSettings& settings,
                               int64_t user_id) {
  const auto before = YZ_TRY(share_sending_settings(tx));
  SendingSettings next = settings;
  next.version = before->version + 1;
  next.part_versions = before->part_versions;
  for (const RulePart part : values_of(RulePart{}))
    if (!same(*before, next, part)) next.part_versions[static_cast<size_t>(part)] = next.version;
  return put_setting(tx, store, kSendingSetting, next.version, written(next), user_id);
}

}  // namespace yizhan::store
