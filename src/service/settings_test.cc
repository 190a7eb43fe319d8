#include "service/settings.h"

#include <gtest/gtest.h>

#include "support/service_store.h"

namespace yizhan::service {
namespace {

using domain::MessageClass;
using testing::command_line;

class SettingsTest : public testing::ServiceTest {
 protected:
  Settings settings() { return Settings(store()); }
  SendingSettingsView now() {
    const auto view = settings().sending();
    EXPECT_TRUE(view);
    return view.value_or(SendingSettingsView{});
  }
  static WindowRuleView marketing(int64_t from, int64_t to) {
    const auto days = values_of(domain::Weekday{});
    return {.message_class = MessageClass::kMarketing,
            .region = {},
            .start_minute = from,
            .end_minute = to,
            .days = {days.begin(), days.end()}};
  }
  static ChangeSendingSettings windows(std::vector<WindowRuleView> rules) {
    ChangeSendingSettings change;
    change.windows = std::move(rules);
    return change;
  }
  static ChangeSendingSettings holidays(std::vector<HolidayView> days) {
    ChangeSendingSettings change;
    change.holidays = std::move(days);
    return change;
  }
  void expect_refused(const ChangeSendingSettings& request, const std::string& field) {
    const auto changed = settings().change_sending(command_line(), now().version, request);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(changed.error().field, field);
  }
};

YIZHAN_FOR_EACH_STORE(SettingsTest);

TEST_P(SettingsTest, DefaultsAreVersionZero) {
  const auto view = now();
  EXPECT_EQ(view.version, 0);
  EXPECT_FALSE(view.updated_at);
  ASSERT_EQ(view.windows.size(), 1u);
  EXPECT_EQ(view.windows[0], marketing(540, 1200));
  EXPECT_TRUE(view.holidays.empty());
  EXPECT_EQ(view.validity, (ValidityView{600, 86'400, 172'800, 259'200}));
  EXPECT_EQ(view.notice_threshold, 100'000);
  EXPECT_EQ(view.frequency.size(), 8u);
  EXPECT_EQ(view.receipt_overdue_seconds, 72 * 3600);
}

TEST_P(SettingsTest, AChangeKeepsTheRestAndIsAudited) {
  ChangeSendingSettings change =
      holidays({{"2026-10-02", "CN", "", 600, 700}, {"2026-10-01", "CN", "国庆节", {}, {}}});
  change.failure_pause_percent = 20;
  const auto changed = settings().change_sending(command_line(), 0, change);
  ASSERT_TRUE(changed) << to_string(changed.error());
  EXPECT_EQ(changed->version, 1);
  EXPECT_EQ(changed->updated_at, clock_.now());
  EXPECT_EQ(changed->holidays.at(0).date, "2026-10-01") << "by date";
  EXPECT_EQ(changed->failure_pause_percent, 20);
  EXPECT_EQ(changed->frequency.size(), 8u);
  EXPECT_EQ(json::encode(*changed), json::encode(now()));
  std::string detail;
  ASSERT_TRUE(db().read([&](db::Tx& tx) {
    return tx.each_sql("SELECT detail FROM audit_log WHERE action = 'setting.change'", {},
                       [&](const db::Row& row) { detail = row.string(0); });
  }));
  EXPECT_EQ(detail, R"({"before":{"holidays":[],"failure_pause_percent":30},"after":{"holidays":[)"
                    R"({"date":"2026-10-01","region":"CN","name":"国庆节"},)"
                    R"({"date":"2026-10-02","region":"CN","name":"","start_minute":600,"end_minute":700}],)"
                    R"("failure_pause_percent":20}})");
}

TEST_P(SettingsTest, EveryVersionIsKeptAndSaysWhatItChanged) {
  ASSERT_TRUE(settings().change_sending(command_line(), 0, windows({marketing(600, 1140)})));
  const Time first = clock_.now();
  clock_.advance(hours(1));
  ChangeSendingSettings rules;
  rules.frequency = std::vector<FrequencyRuleView>{{MessageClass::kMarketing, 86'400, 3}};
  const auto second = settings().change_sending(command_line(), 1, rules);
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(second->part_versions.at("windows"), 1);
  EXPECT_EQ(second->part_versions.at("frequency"), 2);
  EXPECT_EQ(second->part_versions.at("holidays"), 0);

  const auto page = settings().sending_versions({.limit = 1, .after = {}});
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].version, 2);
  EXPECT_EQ(page->items[0].before.at("frequency").as_array().size(), 8u);
  EXPECT_EQ(page->items[0].after.at("frequency").as_array().size(), 1u);
  EXPECT_EQ(page->next_after, "2");
  const auto rest = settings().sending_versions({.limit = 5, .after = 2});
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->items.size(), 1u);
  EXPECT_TRUE(rest->items[0].before.as_object().contains("windows"));
  EXPECT_FALSE(rest->next_after);

  // What held when.
  const auto held = [&](Time when) {
    return db()
        .read([&](db::Tx& tx) -> Result<std::pair<int64_t, size_t>> {
          const auto found = YZ_TRY(store::sending_settings_at(tx, when));
          return std::pair{found->version, found->frequency.size()};
        })
        .value();
  };
  EXPECT_EQ(held(first - microseconds(1)), std::pair(int64_t{0}, size_t{8}));
  EXPECT_EQ(held(first), std::pair(int64_t{1}, size_t{8}));
  EXPECT_EQ(held(clock_.now()), std::pair(int64_t{2}, size_t{1}));
}

TEST_P(SettingsTest, TheDatabaseKeepsTheHistoryAsItWas) {
  ASSERT_TRUE(settings().change_sending(command_line(), 0, {.failure_pause_percent = 20}));
  for (const char* sql : {"UPDATE setting_version SET value = '{}'", "DELETE FROM setting_version"})
    EXPECT_FALSE(db().write([&](db::Tx& tx) { return tx.execute_script(sql); })) << sql;
}

// Settings written by a version that knew one window for marketing.
TEST_P(SettingsTest, WhatAnOlderVersionWroteIsRead) {
  const auto old = store::parse_sending_settings(
      R"({"frequency":[{"message_class":"marketing","span_seconds":86400,"maximum":1}],"window_start_minute":600,)"
      R"("window_end_minute":1140,"receipt_overdue_seconds":60,"test_expiry_seconds":60,)"
      R"("failure_pause_percent":30,"failure_pause_minimum":100,"emergency_stop":0})",
      4);
  ASSERT_TRUE(old) << to_string(old.error());
  ASSERT_EQ(old->windows.size(), 1u);
  EXPECT_EQ(old->windows[0].message_class, MessageClass::kMarketing);
  EXPECT_EQ(old->windows[0].window, (domain::SendWindow{600, 1140}));
  EXPECT_EQ(old->version_of(store::RulePart::kWindows), 4);
  EXPECT_FALSE(store::parse_sending_settings("{}", 1));
}

TEST_P(SettingsTest, AStaleVersionIsRefused) {
  ASSERT_TRUE(settings().change_sending(command_line(), 0, {.failure_pause_percent = 20}));
  const auto stale = settings().change_sending(command_line(), 0, {.failure_pause_percent = 10});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::kVersionConflict);
  EXPECT_EQ(stale.error().field, "version");
  EXPECT_EQ(now().failure_pause_percent, 20);
}

TEST_P(SettingsTest, NonsenseIsRefused) {
  expect_refused(windows({marketing(600, 600)}), "/windows/0/end_minute");
  WindowRuleView china = marketing(540, 1200);
  china.region = "CN";
  expect_refused(windows({china}), "/windows");
  china.region = "cn";
  expect_refused(windows({marketing(540, 1200), china}), "/windows/1/region");
  expect_refused(holidays({{"2026-02-30", "", "", {}, {}}}), "/holidays/0/date");
  expect_refused(holidays({{"2026-10-01", "", "", 600, {}}}), "/holidays/0/end_minute");
  expect_refused(holidays({{"2026-10-01", "", "", 600, 540}}), "/holidays/0/end_minute");
  expect_refused(holidays({{"2026-10-01", "CN", "", {}, {}}, {"2026-10-01", "CN", "", 600, 700}}),
                 "/holidays/1");
  expect_refused({.frequency = std::vector<FrequencyRuleView>{{MessageClass::kNotification, 60, 1}}},
                 "/frequency");
  expect_refused({.frequency = std::vector<FrequencyRuleView>{{MessageClass::kMarketing, 60, 1},
                                                              {MessageClass::kMarketing, 60, 2}}},
                 "/frequency/1");
  EXPECT_EQ(now().version, 0);
  EXPECT_TRUE(actions().empty());
}

TEST_P(SettingsTest, TheRulesOfTheBodyNameTheField) {
  const auto field = [](const char* body) {
    const auto decoded = json::decode<ChangeSendingSettings>(body);
    return decoded ? std::string() : decoded.error().field;
  };
  EXPECT_EQ(field(R"({"failure_pause_percent":0})"), "/failure_pause_percent");
  EXPECT_EQ(field(R"({"failure_pause_percent":101})"), "/failure_pause_percent");
  EXPECT_EQ(field(R"({"test_expiry_seconds":-5})"), "/test_expiry_seconds");
  EXPECT_EQ(field(R"({"frequency":[]})"), "/frequency");
  EXPECT_EQ(field(R"({"frequency":[{"message_class":"marketing","span_seconds":60,"maximum":0}]})"),
            "/frequency/0/maximum");
  EXPECT_EQ(field(R"({"windows":[{"start_minute":0,"end_minute":1441}]})"), "/windows/0/end_minute");
  EXPECT_EQ(field(R"({"windows":[{"start_minute":0,"end_minute":1440,"days":["someday"]}]})"),
            "/windows/0/days/0");
  EXPECT_EQ(field(R"({"validity":{"verification_seconds":5,"notification_seconds":60,"marketing_seconds":60,)"
                  R"("public_service_seconds":60}})"),
            "/validity/verification_seconds");
  EXPECT_EQ(field(R"({"emergency_stop":false})"), "/emergency_stop");
  EXPECT_EQ(field(R"({"failure_pause_minimum":5})"), "");
}

}  // namespace
}  // namespace yizhan::service
