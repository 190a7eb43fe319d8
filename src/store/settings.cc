#include "store/settings.h"

#include <boost/json.hpp>

#include "store/queries.h"

namespace yizhan::store {
namespace {

constexpr const char* kSendingSetting = "sending";

int64_t integer_or(const boost::json::object& object, std::string_view name, int64_t otherwise) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->as_int64() : otherwise;
}

std::vector<domain::FrequencyRule> rules_of(const boost::json::value& list) {
  std::vector<domain::FrequencyRule> rules;
  for (const auto& item : list.as_array()) {
    const auto& object = item.as_object();
    const auto message_class =
        domain::parse_name<domain::MessageClass>(object.at("message_class").as_string());
    if (!message_class) continue;
    rules.push_back(
        {*message_class, seconds(object.at("span_seconds").as_int64()), object.at("maximum").as_int64()});
  }
  return rules;
}

}  // namespace

Result<SendingSettings> load_sending_settings(db::Tx& tx) {
  SendingSettings settings;
  const auto text =
      YZ_TRY(tx.one(q::setting_get, [](const db::Row& row) { return row.string(0); }, kSendingSetting));
  if (!text) return settings;
  // Fail closed: settings that cannot be read stop sending rather than fall back to looser ones.
  try {
    const boost::json::value parsed = boost::json::parse(*text);
    const auto& object = parsed.as_object();
    settings.frequency = rules_of(object.at("frequency"));
    settings.marketing_window.start_minute = object.at("window_start_minute").as_int64();
    settings.marketing_window.end_minute = object.at("window_end_minute").as_int64();
    settings.receipt_overdue = seconds(object.at("receipt_overdue_seconds").as_int64());
    settings.test_expiry = seconds(object.at("test_expiry_seconds").as_int64());
    settings.failure_pause_percent = object.at("failure_pause_percent").as_int64();
    settings.failure_pause_minimum = object.at("failure_pause_minimum").as_int64();
    settings.emergency_stop = integer_or(object, "emergency_stop", 0) != 0;
  } catch (const std::exception&) {
    return fail(ErrorCode::kCorrupt, "the sending settings cannot be read", "app_setting/sending");
  }
  return settings;
}

Result<> save_sending_settings(db::Tx& tx, const Store& store, const SendingSettings& settings,
                               int64_t user_id) {
  boost::json::array rules;
  for (const auto& rule : settings.frequency)
    rules.push_back({{"message_class", domain::name_of(rule.message_class)},
                     {"span_seconds", rule.span.us / seconds(1).us},
                     {"maximum", rule.maximum}});
  const boost::json::object object{{"frequency", std::move(rules)},
                                   {"window_start_minute", settings.marketing_window.start_minute},
                                   {"window_end_minute", settings.marketing_window.end_minute},
                                   {"receipt_overdue_seconds", settings.receipt_overdue.us / seconds(1).us},
                                   {"test_expiry_seconds", settings.test_expiry.us / seconds(1).us},
                                   {"failure_pause_percent", settings.failure_pause_percent},
                                   {"failure_pause_minimum", settings.failure_pause_minimum},
                                   {"emergency_stop", settings.emergency_stop ? 1 : 0}};
  YZ_TRY(tx.run(q::setting_put, kSendingSetting, boost::json::serialize(object), user_id, store.now()));
  return {};
}

}  // namespace yizhan::store
