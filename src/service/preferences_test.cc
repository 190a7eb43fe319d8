#include "service/preferences.h"

#include <gtest/gtest.h>

#include "store/schema.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using domain::MessageClass;

class PreferencesTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const std::string empty = is_sqlite() ? "x''" : "''";
    execute("INSERT INTO customer VALUES (7, " + empty + ", " + empty +
            ", NULL, NULL, 'CN', 1, 'Asia/Shanghai', '', '', '{}', 0, 0, 0, 0, 1, 0)");
  }
  const Principal service_{store::ActorKind::kUser, 3, "s", {}, {}};
};
YIZHAN_FOR_EACH_STORE(PreferencesTest);

TEST_P(PreferencesTest, TheLastWordHoldsAndEveryWordIsKept) {
  const Preferences preferences(store());
  EXPECT_TRUE(preferences.get(CustomerId{7})->rules.empty());
  const StatePreference once{
      {{MessageClass::kMarketing, 30 * 86'400, 1}, {MessageClass::kNotification, 86'400, 5}}, "by telephone"};
  const auto stated = preferences.state(service_, CustomerId{7}, once);
  ASSERT_TRUE(stated) << to_string(stated.error());
  EXPECT_EQ(stated->rules.size(), 2u);
  EXPECT_EQ(stated->history.at(0).reason, "by telephone");
  EXPECT_EQ(stated->history.at(0).operator_id, UserId{3});
  const auto gone = preferences.state(service_, CustomerId{7}, {{}, "changed his mind"});
  ASSERT_TRUE(gone) << to_string(gone.error());
  EXPECT_TRUE(gone->rules.empty());
  EXPECT_EQ(gone->history.size(), 2u);
  EXPECT_EQ(count("SELECT count(*) FROM customer_preference"), 0);
  EXPECT_EQ(actions(), (std::vector<std::string>{"customer.preference", "customer.preference"}));
  EXPECT_FALSE(
      db().write([](db::Tx& tx) { return tx.execute_script("DELETE FROM customer_preference_event"); }));
}

TEST_P(PreferencesTest, NonsenseAndStrangersAreRefused) {
  const Preferences preferences(store());
  EXPECT_EQ(preferences.get(CustomerId{8}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(preferences.state(service_, CustomerId{8}, {{}, "x"}).error().code, ErrorCode::kNotFound);
  const auto twice = preferences.state(
      service_, CustomerId{7},
      {{{MessageClass::kMarketing, 86'400, 1}, {MessageClass::kMarketing, 86'400, 2}}, "x"});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().field, "/rules/1");
  EXPECT_EQ(json::decode<StatePreference>(
                R"({"rules":[{"message_class":"marketing","span_seconds":60,"maximum":0}],"reason":"x"})")
                .error()
                .field,
            "/rules/0/maximum");
  EXPECT_TRUE(actions().empty());
}

}  // namespace
}  // namespace yizhan::service
