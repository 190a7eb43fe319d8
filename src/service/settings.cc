#include "service/settings.h"

#include <algorithm>
#include <set>

#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr std::string_view kSending = "sending";  // the setting's name, see store/settings.cc

struct Version {
  int64_t number = 0;
  Time updated_at;
};

Result<Version> version_of(db::Tx& tx, const db::Query& query) {
  const auto found =
      YZ_TRY(tx.one(query, [](const db::Row& row) { return Version{row.i64(0), row.time(1)}; }, kSending));
  return found.value_or(Version{});
}

int64_t whole_seconds(Duration d) { return d.us / seconds(1).us; }

SendingSettingsView view_of(const store::SendingSettings& settings, Version version) {
  SendingSettingsView view;
  for (const auto& rule : settings.frequency)
    view.frequency.push_back({rule.message_class, whole_seconds(rule.span), rule.maximum});
  view.marketing_window = {settings.marketing_window.start_minute, settings.marketing_window.end_minute};
  view.receipt_overdue_seconds = whole_seconds(settings.receipt_overdue);
  view.test_expiry_seconds = whole_seconds(settings.test_expiry);
  view.failure_pause_percent = settings.failure_pause_percent;
  view.failure_pause_minimum = settings.failure_pause_minimum;
  view.emergency_stop = settings.emergency_stop;
  view.version = version.number;
  if (version.updated_at) view.updated_at = version.updated_at;
  return view;
}

Result<> check_frequency(const std::vector<FrequencyRuleView>& rules) {
  std::set<std::pair<int, int64_t>> seen;
  for (size_t i = 0; i < rules.size(); ++i)
    if (!seen.emplace(static_cast<int>(rules[i].message_class), rules[i].span_seconds).second)
      return fail(ErrorCode::kInvalidArgument, "a second rule for this class and span",
                  "/frequency/" + std::to_string(i));
  const bool marketing = std::ranges::any_of(
      rules, [](const auto& rule) { return rule.message_class == domain::MessageClass::kMarketing; });
  if (!marketing)
    return fail(ErrorCode::kInvalidArgument, "marketing needs at least one rule (policy 4.2.2)",
                "/frequency");
  return {};
}

Result<> check(const ChangeSendingSettings& request) {
  if (request.frequency) YZ_CHECK(check_frequency(*request.frequency));
  if (const auto& window = request.marketing_window; window && window->start_minute >= window->end_minute)
    return fail(ErrorCode::kInvalidArgument, "the window must end after it starts", "/marketing_window");
  return {};
}

void apply(const ChangeSendingSettings& request, store::SendingSettings& settings) {
  if (request.frequency) {
    settings.frequency.clear();
    for (const auto& rule : *request.frequency)
      settings.frequency.push_back({rule.message_class, seconds(rule.span_seconds), rule.maximum});
  }
  if (request.marketing_window)
    settings.marketing_window = {request.marketing_window->start_minute,
                                 request.marketing_window->end_minute};
  if (request.receipt_overdue_seconds) settings.receipt_overdue = seconds(*request.receipt_overdue_seconds);
  if (request.test_expiry_seconds) settings.test_expiry = seconds(*request.test_expiry_seconds);
  if (request.failure_pause_percent) settings.failure_pause_percent = *request.failure_pause_percent;
  if (request.failure_pause_minimum) settings.failure_pause_minimum = *request.failure_pause_minimum;
}

// The members that differ, as they were and as they are.
std::string difference(const SendingSettingsView& before, const SendingSettingsView& after) {
  json::Object old_values = json::to_value(before).as_object();
  json::Object new_values = json::to_value(after).as_object();
  json::Object was;
  json::Object is;
  for (const auto& [name, value] : new_values) {
    if (name == "version" || name == "updated_at") continue;
    if (const auto* old_value = old_values.if_contains(name); old_value != nullptr && *old_value != value) {
      was[name] = *old_value;
      is[name] = value;
    }
  }
  return json::serialize(json::Object{{"before", std::move(was)}, {"after", std::move(is)}});
}

}  // namespace

Result<SendingSettingsView> Settings::sending() const {
  return store_.db.read([&](db::Tx& tx) -> Result<SendingSettingsView> {
    const auto settings = YZ_TRY(store::load_sending_settings(tx));
    return view_of(settings, YZ_TRY(version_of(tx, q::setting_version)));
  });
}

Result<SendingSettingsView> Settings::change_sending(const Principal& by, std::optional<int64_t> version,
                                                     const ChangeSendingSettings& request) const {
  YZ_CHECK(check(request));
  return store_.db.write([&](db::Tx& tx) -> Result<SendingSettingsView> {
    const Version now = YZ_TRY(version_of(tx, q::setting_version_take));
    if (version && now.number != *version)
      return fail(ErrorCode::kVersionConflict,
                  "the settings were changed meanwhile; their version is " + std::to_string(now.number),
                  "version");
    store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
    const SendingSettingsView before = view_of(settings, now);
    apply(request, settings);
    YZ_CHECK(store::save_sending_settings(tx, store_, settings, by.person()));
    SendingSettingsView after = view_of(settings, YZ_TRY(version_of(tx, q::setting_version)));
    YZ_CHECK(store::append_audit(tx, store_, by.actor(),
                                 {"setting.change", "setting", 0, {}, difference(before, after)}));
    return after;
  });
}

}  // namespace yizhan::service
