#include "service/settings.h"

#include <algorithm>
#include <set>

#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr std::string_view kSending = "sending";  // the setting's name, see store/settings.cc

int64_t whole_seconds(Duration d) { return d.us / seconds(1).us; }

WindowRuleView view_of(const domain::WindowRule& rule) {
  WindowRuleView view{.message_class = rule.message_class,
                      .region = rule.region,
                      .start_minute = rule.window.start_minute,
                      .end_minute = rule.window.end_minute,
                      .days = {}};
  for (const domain::Weekday day : values_of(domain::Weekday{}))
    if ((rule.days & domain::bit_of(day)) != 0) view.days.push_back(day);
  return view;
}
domain::WindowRule rule_of(const WindowRuleView& view) {
  domain::WindowRule rule{.message_class = view.message_class,
                          .region = view.region,
                          .window = {view.start_minute, view.end_minute},
                          .days = view.days.empty() ? domain::kEveryDay : 0};
  for (const domain::Weekday day : view.days) rule.days |= domain::bit_of(day);
  return rule;
}

HolidayView view_of(const domain::Holiday& holiday) {
  HolidayView view{.date = domain::day_text(holiday.day),
                   .region = holiday.region,
                   .name = holiday.name,
                   .start_minute = {},
                   .end_minute = {}};
  if (holiday.window) {
    view.start_minute = holiday.window->start_minute;
    view.end_minute = holiday.window->end_minute;
  }
  return view;
}
// Of one that check_holidays() took.
domain::Holiday holiday_of(const HolidayView& view) {
  domain::Holiday holiday{.day = domain::parse_day(view.date).value_or(0),
                          .region = view.region,
                          .window = {},
                          .name = view.name};
  if (view.start_minute && view.end_minute) holiday.window = {*view.start_minute, *view.end_minute};
  return holiday;
}

SendingSettingsView view_of(const store::SendingSettings& settings, Time updated_at) {
  SendingSettingsView view;
  for (const auto& rule : settings.frequency)
    view.frequency.push_back({rule.message_class, whole_seconds(rule.span), rule.maximum});
  for (const auto& rule : settings.windows) view.windows.push_back(view_of(rule));
  for (const auto& holiday : settings.holidays) view.holidays.push_back(view_of(holiday));
  const domain::Validity& v = settings.validity;
  view.validity = {whole_seconds(v.verification), whole_seconds(v.notification), whole_seconds(v.marketing),
                   whole_seconds(v.public_service)};
  view.notice_threshold = settings.notice_threshold;
  view.receipt_overdue_seconds = whole_seconds(settings.receipt_overdue);
  view.test_expiry_seconds = whole_seconds(settings.test_expiry);
  view.schedule_grace_seconds = whole_seconds(settings.schedule_grace);
  view.failure_pause_percent = settings.failure_pause_percent;
  view.failure_pause_minimum = settings.failure_pause_minimum;
  view.filing_warning_days = settings.filing_warning_days;
  view.emergency_stop = settings.emergency_stop;
  for (const store::RulePart part : values_of(store::RulePart{}))
    view.part_versions[std::string(name_of(part))] = settings.version_of(part);
  view.version = settings.version;
  if (updated_at) view.updated_at = updated_at;
  return view;
}

std::string place(std::string_view list, size_t index) {
  return '/' + std::string(list) + '/' + std::to_string(index);
}

// Empty, or two capital letters.
Result<> check_region(const std::string& region, const std::string& where) {
  const bool well =
      region.empty() ||
      (region.size() == 2 && std::ranges::all_of(region, [](char c) { return c >= 'A' && c <= 'Z'; }));
  if (well) return {};
  return fail(ErrorCode::kInvalidArgument, "two capital letters (ISO 3166), or empty", where + "/region");
}

Result<> check_windows(const std::vector<WindowRuleView>& rules) {
  for (size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].start_minute >= rules[i].end_minute)
      return fail(ErrorCode::kInvalidArgument, "the window must end after it starts",
                  place("windows", i) + "/end_minute");
    YZ_CHECK(check_region(rules[i].region, place("windows", i)));
  }
  const bool marketing = std::ranges::any_of(rules, [](const auto& rule) {
    return rule.region.empty() && rule.message_class == domain::MessageClass::kMarketing;
  });
  if (!marketing)
    return fail(ErrorCode::kInvalidArgument, "marketing needs a window for every jurisdiction", "/windows");
  return {};
}

Result<> check_holidays(const std::vector<HolidayView>& holidays) {
  std::set<std::pair<std::string, std::string>> seen;
  for (size_t i = 0; i < holidays.size(); ++i) {
    const HolidayView& holiday = holidays[i];
    const std::string where = place("holidays", i);
    if (!domain::parse_day(holiday.date))
      return fail(ErrorCode::kInvalidArgument, "not a date (YYYY-MM-DD)", where + "/date");
    YZ_CHECK(check_region(holiday.region, where));
    if (holiday.start_minute.has_value() != holiday.end_minute.has_value() ||
        holiday.start_minute.value_or(0) >= holiday.end_minute.value_or(1))
      return fail(ErrorCode::kInvalidArgument, "a window that ends after it starts, or none",
                  where + "/end_minute");
    if (!seen.emplace(holiday.date, holiday.region).second)
      return fail(ErrorCode::kInvalidArgument, "this date of this jurisdiction stands here twice", where);
  }
  return {};
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
  if (request.windows) YZ_CHECK(check_windows(*request.windows));
  if (request.holidays) YZ_CHECK(check_holidays(*request.holidays));
  return {};
}

void apply(const ChangeSendingSettings& request, store::SendingSettings& settings) {
  if (request.frequency) {
    settings.frequency.clear();
    for (const auto& rule : *request.frequency)
      settings.frequency.push_back({rule.message_class, seconds(rule.span_seconds), rule.maximum});
  }
  if (request.windows) {
    settings.windows.clear();
    for (const auto& rule : *request.windows) settings.windows.push_back(rule_of(rule));
  }
  if (request.holidays) {
    settings.holidays.clear();
    for (const auto& holiday : *request.holidays) settings.holidays.push_back(holiday_of(holiday));
    std::ranges::sort(settings.holidays, {}, [](const auto& h) { return std::pair(h.day, h.region); });
  }
  if (const auto& v = request.validity)
    settings.validity = {seconds(v->verification_seconds), seconds(v->notification_seconds),
                         seconds(v->marketing_seconds), seconds(v->public_service_seconds)};
  if (request.notice_threshold) settings.notice_threshold = *request.notice_threshold;
  if (request.receipt_overdue_seconds) settings.receipt_overdue = seconds(*request.receipt_overdue_seconds);
  if (request.test_expiry_seconds) settings.test_expiry = seconds(*request.test_expiry_seconds);
  if (request.schedule_grace_seconds) settings.schedule_grace = seconds(*request.schedule_grace_seconds);
  if (request.failure_pause_percent) settings.failure_pause_percent = *request.failure_pause_percent;
  if (request.failure_pause_minimum) settings.failure_pause_minimum = *request.failure_pause_minimum;
  if (request.filing_warning_days) settings.filing_warning_days = *request.filing_warning_days;
}

struct Difference {
  json::Object before, after;
};

// The members that differ, as they were and as they are.
Difference difference(const SendingSettingsView& before, const SendingSettingsView& after) {
  json::Object old_values = json::to_value(before).as_object();
  json::Object new_values = json::to_value(after).as_object();
  Difference changed;
  for (const auto& [name, value] : new_values) {
    if (name == "version" || name == "updated_at" || name == "part_versions") continue;
    if (const auto* old_value = old_values.if_contains(name); old_value != nullptr && *old_value != value) {
      changed.before[name] = *old_value;
      changed.after[name] = value;
    }
  }
  return changed;
}

}  // namespace

Result<SendingSettingsView> Settings::sending() const {
  return store_.db.read([&](db::Tx& tx) -> Result<SendingSettingsView> {
    const auto settings = YZ_TRY(store::share_sending_settings(tx));
    return view_of(*settings, YZ_TRY(store::written_setting(tx, kSending)).at);
  });
}

Result<SendingSettingsView> Settings::change_sending(const Principal& by, std::optional<int64_t> version,
                                                     const ChangeSendingSettings& request) const {
  YZ_CHECK(check(request));
  return store_.db.write([&](db::Tx& tx) -> Result<SendingSettingsView> {
    const store::WrittenSetting now = YZ_TRY(store::take_setting(tx, kSending, version));
    store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
    const SendingSettingsView before = view_of(settings, now.at);
    apply(request, settings);
    YZ_CHECK(store::save_sending_settings(tx, store_, settings, by.person()));
    SendingSettingsView after =
        view_of(*YZ_TRY(store::share_sending_settings(tx)), YZ_TRY(store::written_setting(tx, kSending)).at);
    Difference changed = difference(before, after);
    YZ_CHECK(store::append_audit(tx, store_, by.actor(),
                                 {"setting.change",
                                  "setting",
                                  0,
                                  {},
                                  json::serialize(json::Object{{"before", std::move(changed.before)},
                                                               {"after", std::move(changed.after)}})}));
    return after;
  });
}

Result<SettingVersionPage> Settings::sending_versions(const ListSettingVersions& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<SettingVersionPage> {
    // Each with the one before it, which says what it changed.
    std::vector<std::pair<SettingVersion, SendingSettingsView>> rows;
    YZ_CHECK(tx.each(
        q::setting_versions,
        [&](const db::Row& row) -> Result<> {
          SettingVersion one;
          one.version = row.i64(0);
          if (row.i64(2) != 0) one.updated_by = row.id<UserId>(2);
          one.updated_at = row.time(3);
          rows.emplace_back(std::move(one),
                            view_of(YZ_TRY(store::parse_sending_settings(row.text(1), row.i64(0))), {}));
          return {};
        },
        kSending, request.after.value_or(INT64_MAX), request.limit + 1));
    SettingVersionPage page;
    const bool more = std::ssize(rows) > request.limit;
    const SendingSettingsView defaults = view_of(store::SendingSettings{}, {});
    for (size_t i = 0; i < rows.size() - (more ? 1 : 0); ++i) {
      // The first version kept may follow ones from before the history was.
      const bool first = i + 1 == rows.size();
      if (!first || rows[i].first.version == 1) {
        Difference changed = difference(first ? defaults : rows[i + 1].second, rows[i].second);
        rows[i].first.before = std::move(changed.before);
        rows[i].first.after = std::move(changed.after);
      }
      page.items.push_back(std::move(rows[i].first));
    }
    if (more) page.next_after = std::to_string(page.items.back().version);
    return page;
  });
}

}  // namespace yizhan::service
