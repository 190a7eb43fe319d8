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
  EXPECT_EQ(view.marketing_window, (SendWindowView{540, 1200}));
  EXPECT_EQ(view.frequency.size(), 8u);
  EXPECT_EQ(view.receipt_overdue_seconds, 72 * 3600);
}

TEST_P(SettingsTest, AChangeKeepsTheRestAndIsAudited) {
  const auto changed = settings().change_sending(
      command_line(), 0, {.marketing_window = SendWindowView{600, 1140}, .failure_pause_percent = 20});
  ASSERT_TRUE(changed) << to_string(changed.error());
  EXPECT_EQ(changed->version, 1);
  EXPECT_EQ(changed->updated_at, clock_.now());
  EXPECT_EQ(changed->marketing_window, (SendWindowView{600, 1140}));
  EXPECT_EQ(changed->failure_pause_percent, 20);
  EXPECT_EQ(changed->frequency.size(), 8u);
  EXPECT_EQ(json::encode(*changed), json::encode(now()));
  std::string detail;
  ASSERT_TRUE(db().read([&](db::Tx& tx) {
    return tx.each_sql("SELECT detail FROM audit_log WHERE action = 'setting.change'", {},
                       [&](const db::Row& row) { detail = row.string(0); });
  }));
  EXPECT_EQ(
      detail,
      R"({"before":{"marketing_window":{"start_minute":540,"end_minute":1200},"failure_pause_percent":30},)"
      R"("after":{"marketing_window":{"start_minute":600,"end_minute":1140},"failure_pause_percent":20}})");
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
  expect_refused({.marketing_window = SendWindowView{600, 600}}, "/marketing_window");
  expect_refused({.marketing_window = SendWindowView{1200, 540}}, "/marketing_window");
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
  EXPECT_EQ(field(R"({"marketing_window":{"start_minute":0,"end_minute":1441}})"),
            "/marketing_window/end_minute");
  EXPECT_EQ(field(R"({"emergency_stop":false})"), "/emergency_stop");
  EXPECT_EQ(field(R"({"failure_pause_minimum":5})"), "");
}

}  // namespace
}  // namespace yizhan::service
