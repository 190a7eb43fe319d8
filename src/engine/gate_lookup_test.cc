#include "engine/gate_lookup.h"

#include <gtest/gtest.h>

#include <random>

#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

class GateLookupTest : public testing::SendingStoreTest {
 protected:
  std::vector<CustomerGates> look_up(const BatchPlan& plan, std::span<const int64_t> customers) {
    return ok(db().read([&](db::Tx& tx) -> Result<std::vector<CustomerGates>> {
      BatchRules rules = YZ_TRY(load_batch_rules(tx, plan, clock_.now()));
      rules.preferences = true;
      rules.authorisations |= authorisations_;
      return look_up_customers(tx, plan, rules, customers, clock_.now());
    }));
  }
  bool authorisations_ = false;  // looked up for values' sake
};
YIZHAN_FOR_EACH_STORE(GateLookupTest);

// Many at a time are looked up by ranges, single ones each by itself: both say the same.
TEST_P(GateLookupTest, ManyTogetherAreSeenAsEachAlone) {
  constexpr int64_t kCustomers = 200;
  const int64_t batch = queued_batch(kCustomers);
  claim(batch, kCustomers / 2);
  execute("UPDATE customer SET suppressed = 5 WHERE id % 7 = 0");
  execute("UPDATE consent_state SET kind = 2 WHERE customer_id % 5 = 0");
  execute("DELETE FROM consent_state WHERE customer_id % 11 = 0");
  execute(
      "INSERT INTO consent_state (customer_id, message_class, purpose, kind, event_id, since) "
      "SELECT id, 3, 'sale', 1, 0, 0 FROM customer WHERE id % 3 = 0");
  execute(
      "INSERT INTO frequency_use (customer_id, message_class, used_at, message_id) "
      "SELECT id, 3, 1, id FROM customer WHERE id % 2 = 0");
  execute(
      "INSERT INTO customer_preference (customer_id, message_class, span_seconds, maximum) "
      "SELECT id, 3, 100000000, 9 FROM customer WHERE id % 4 = 0");
  const auto loaded = ok(db().read([&](db::Tx& tx) { return load_batch_plan(tx, batch); }));
  BatchPlan plan = *loaded;
  std::mt19937_64 random(7);
  for (const char* purpose : {"", "sale"}) {
    plan.purpose = purpose;
    std::vector<int64_t> customers;
    for (int64_t id = 1; id <= kCustomers + 20; ++id) {  // the last are nobody's
      if (random() % 4 == 0) continue;
      customers.push_back(id);
      if (random() % 6 == 0) customers.push_back(id);
    }
    std::ranges::shuffle(customers, random);
    const auto together = look_up(plan, customers);
    ASSERT_EQ(together.size(), customers.size());
    size_t used = 0;
    for (size_t i = 0; i < customers.size(); ++i) {
      const CustomerGates alone = look_up(plan, std::span(customers).subspan(i, 1)).at(0);
      const CustomerGates& one = together[i];
      EXPECT_EQ(one.suppressed, alone.suppressed) << customers[i];
      EXPECT_EQ(one.consent_of_class, alone.consent_of_class) << customers[i];
      EXPECT_EQ(one.consent_of_purpose, alone.consent_of_purpose) << customers[i];
      EXPECT_EQ(one.used, alone.used) << customers[i];
      EXPECT_EQ(one.preference.size(), alone.preference.size()) << customers[i];
      used += one.used.size();
    }
    EXPECT_GT(used, 0U);
  }
}

TEST_P(GateLookupTest, AuthorisationsAreLookedUpWhereThereIsPersonalData) {
  constexpr int64_t kCustomers = 40;
  const int64_t batch = queued_batch(kCustomers);
  execute(
      "INSERT INTO consent_state (customer_id, message_class, purpose, kind, event_id, since) "
      "SELECT id, 3, 'privacy_authorisation', CASE WHEN id % 2 = 0 THEN 1 ELSE 2 END, 0, 0 FROM customer "
      "WHERE id % 3 = 0");
  execute(
      "INSERT INTO consent_state (customer_id, message_class, purpose, kind, event_id, since) "
      "SELECT id, 2, 'privacy_authorisation', 1, 0, 0 FROM customer");
  const auto plan = ok(db().read([&](db::Tx& tx) { return load_batch_plan(tx, batch); }));
  std::vector<int64_t> customers;
  for (int64_t id = 1; id <= kCustomers; ++id) customers.push_back(id);
  const auto expect_found = [&] {
    const auto data = look_up(*plan, customers);
    for (size_t i = 0; i < customers.size(); ++i) {
      const int64_t id = customers[i];
      EXPECT_EQ(data[i].privacy, id % 3 != 0 ? 0 : (id % 2 == 0 ? 1 : 2)) << id;
      EXPECT_EQ(data[i].consent_of_class, 1) << "consent stays what it is";
    }
  };
  for (const CustomerGates& one : look_up(*plan, customers)) EXPECT_EQ(one.privacy, 0);
  authorisations_ = true;
  expect_found();
  authorisations_ = false;
  execute("UPDATE content_version SET personal_data = 1");
  expect_found();
}

}  // namespace
}  // namespace yizhan::engine
