#include "service/explanations.h"

#include <gtest/gtest.h>

#include "service/preferences.h"
#include "support/sending_store.h"

namespace yizhan::service {
namespace {

using domain::MessageState;
using domain::Reason;
using engine::Gate;
using engine::GateAnswer;

class ExplanationsTest : public testing::SendingStoreTest {
 protected:
  Explanations explanations() { return Explanations(store(), screen_); }
  Explanation explain(int64_t message) { return ok(explanations().message(MessageId{message})); }
  static const ExplainedGate& gate(const Explanation& e, Gate wanted) {
    return *std::ranges::find(e.gates, wanted, &ExplainedGate::gate);
  }
  static std::string input(const Explanation& e, Gate wanted, std::string_view name) {
    const auto& inputs = gate(e, wanted).inputs;
    const auto found = std::ranges::find(inputs, name, &ExplainedInput::name);
    return found == inputs.end() ? "absent" : found->value;
  }
  static Gate decider(const Explanation& e) {
    const auto found = std::ranges::find(e.gates, true, &ExplainedGate::decides);
    return found == e.gates.end() ? Gate{} : found->gate;
  }
  int64_t message_of(int64_t batch, int64_t customer) {
    const std::array where{db::Param(batch), db::Param(customer)};
    int64_t id = 0;
    ok(db().read([&](db::Tx& tx) {
      return tx.each_sql("SELECT id FROM message WHERE batch_id = $1 AND customer_id = $2", where,
                         [&](const db::Row& row) { id = row.i64(0); });
    }));
    return id;
  }
  // What the ledger of consent says of everybody, as the import would have written it.
  void record_consents(int64_t people) {
    for (int64_t i = 1; i <= people; ++i) say(i, domain::ConsentKind::kGranted);
  }
  void say(int64_t customer, domain::ConsentKind kind, std::string_view purpose = "") {
    write([&](db::Tx& tx) -> Result<> {
      db::Columns event, state;
      const int64_t id = store().ids.next();
      event.row(id, customer, domain::MessageClass::kMarketing, purpose, kind, "test", 0, clock_.now(),
                clock_.now(), domain::ConsentSource::kOperator, 0, 0, 0, "");
      state.row(customer, domain::MessageClass::kMarketing, purpose, kind, id, clock_.now());
      YZ_TRY(tx.bulk(store::q::consent_event_insert, event));
      YZ_TRY(tx.bulk(store::q::consent_state_put, state));
      return {};
    });
  }
  template <class Fn>
  void change_settings(Fn&& fn) {
    write([&](db::Tx& tx) -> Result<> {
      store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
      fn(settings);
      return store::save_sending_settings(tx, store(), settings, 0);
    });
  }
};
YIZHAN_FOR_EACH_STORE(ExplanationsTest);

TEST_P(ExplanationsTest, WhatWentIsToldAsItWasDecided) {
  const int64_t batch = queued_batch(2);
  record_consents(2);
  change_settings([](auto& s) { s.notice_threshold = 5; });
  EXPECT_EQ(claim(batch).size(), 2U);
  const int64_t first = message_of(batch, 1);
  const Time sent = clock_.now();
  // All that changes afterwards changes nothing of it.
  clock_.advance(hours(1));
  say(1, domain::ConsentKind::kWithdrawn);
  change_settings([](auto& s) {
    s.frequency = {{domain::MessageClass::kMarketing, days(300), 1}};
    s.windows[0].window = {0, 1};
    s.emergency_stop = true;
  });
  const Explanation e = explain(first);
  EXPECT_EQ(e.as_of, ExplainedAsOf::kDecision);
  EXPECT_EQ(e.at, sent);
  EXPECT_EQ(e.answer, GateAnswer::kPass);
  EXPECT_EQ(e.agrees, true);
  EXPECT_EQ(e.gates.size(), values_of(Gate{}).size());
  EXPECT_EQ(input(e, Gate::kConsent, "of_class"), "granted");
  EXPECT_EQ(gate(e, Gate::kFrequency).limits.size(), 3U);
  EXPECT_EQ(gate(e, Gate::kFrequency).limits[0].used, 0);
  EXPECT_EQ(gate(e, Gate::kFrequency).rule_versions.at("frequency"), 0);
  EXPECT_EQ(input(e, Gate::kWindow, "local_time"), "2026-03-02 10:00 monday");
  EXPECT_EQ(explain(first).message_id, MessageId{first});
}

TEST_P(ExplanationsTest, ARefusalNamesItsGateAndTheVersionOfItsRule) {
  const int64_t batch = queued_batch(3);
  record_consents(3);
  EXPECT_EQ(claim(batch).size(), 3U);
  clock_.advance(days(2));
  change_settings([](auto& s) { s.notice_threshold = 1; });
  change_settings([](auto& s) { s.frequency = {{domain::MessageClass::kMarketing, days(7), 1}}; });
  say(2, domain::ConsentKind::kWithdrawn);
  const int64_t second = another_batch(3, "再来一次，{name}。");
  EXPECT_TRUE(claim(second).empty());
  clock_.advance(days(9));
  change_settings([](auto& s) { s.frequency = domain::default_frequency_rules(); });
  const Explanation often = explain(message_of(second, 1));
  EXPECT_EQ(often.reason, Reason::kFrequency);
  EXPECT_EQ(often.agrees, true);
  EXPECT_EQ(decider(often), Gate::kFrequency);
  const ExplainedGate& frequency = gate(often, Gate::kFrequency);
  EXPECT_EQ(frequency.rule_versions.at("frequency"), 2);
  ASSERT_EQ(frequency.limits.size(), 1U);
  EXPECT_EQ(frequency.limits[0].used, 1);
  EXPECT_EQ(frequency.limits[0].span_seconds, 7 * 86'400);
  const Explanation no = explain(message_of(second, 2));
  EXPECT_EQ(no.agrees, true);
  EXPECT_EQ(decider(no), Gate::kConsent);
  EXPECT_EQ(gate(no, Gate::kFrequency).answer, GateAnswer::kRefuse) << "those behind it are told too";
}

// A use that was given back since counted when the decision was made.
TEST_P(ExplanationsTest, WhatWasGivenBackCountedUntilThen) {
  const int64_t first = queued_batch(1);
  record_consents(1);
  const auto s = claim(first);
  const int64_t second = another_batch(1, "再来一次，{name}。");
  EXPECT_TRUE(claim(second).empty());
  clock_.advance(minutes(1));
  apply({response(s[0], domain::AttemptOutcome::kRejected, 0x0B)});
  EXPECT_EQ(count("frequency_use"), 0);
  const Explanation e = explain(message_of(second, 1));
  EXPECT_EQ(e.agrees, true);
  EXPECT_EQ(decider(e), Gate::kFrequency);
}

TEST_P(ExplanationsTest, AMissingPrivacyAuthorisationIsToldAsOfTheDecision) {
  const int64_t batch = queued_batch(2);
  record_consents(2);
  execute("UPDATE content_version SET personal_data = 1");
  say(2, domain::ConsentKind::kGranted, domain::kPrivacyPurpose);
  EXPECT_EQ(decider(explain(message_of(batch, 1))), Gate::kPrivacy) << "told before it is decided";
  EXPECT_EQ(claim(batch).size(), 1U);
  // What is said afterwards changes nothing of it.
  clock_.advance(hours(1));
  say(1, domain::ConsentKind::kGranted, domain::kPrivacyPurpose);
  say(2, domain::ConsentKind::kWithdrawn, domain::kPrivacyPurpose);
  const Explanation no = explain(message_of(batch, 1));
  EXPECT_EQ(no.state, MessageState::kRefused);
  EXPECT_EQ(no.reason, Reason::kPrivacyMissing);
  EXPECT_EQ(no.agrees, true);
  EXPECT_EQ(decider(no), Gate::kPrivacy);
  EXPECT_EQ(input(no, Gate::kPrivacy, "personal_data"), "yes");
  EXPECT_EQ(input(no, Gate::kPrivacy, "authorisation"), "none");
  const Explanation went = explain(message_of(batch, 2));
  EXPECT_EQ(went.answer, GateAnswer::kPass);
  EXPECT_EQ(went.agrees, true);
  EXPECT_EQ(input(went, Gate::kPrivacy, "authorisation"), "granted");
}

TEST_P(ExplanationsTest, PersonalDataInAValueIsTold) {
  screen_ = finding_personal({"客户0", "客户1"});
  const int64_t batch = queued_batch(3);
  record_consents(3);
  say(2, domain::ConsentKind::kGranted, domain::kPrivacyPurpose);
  const auto told = [&](int64_t customer) {
    return input(explain(message_of(batch, customer)), Gate::kPrivacy, "personal_data");
  };
  EXPECT_EQ(decider(explain(message_of(batch, 1))), Gate::kPrivacy);
  EXPECT_EQ(told(1), "yes");
  EXPECT_EQ(explain(message_of(batch, 2)).answer, GateAnswer::kPass);
  EXPECT_EQ(told(2), "yes");
  EXPECT_EQ(told(3), "no");
  EXPECT_EQ(claim(batch).size(), 2U);
  clock_.advance(hours(1));
  say(1, domain::ConsentKind::kGranted, domain::kPrivacyPurpose);
  const Explanation no = explain(message_of(batch, 1));
  EXPECT_EQ(no.reason, Reason::kPrivacyMissing);
  EXPECT_EQ(no.agrees, true);
  EXPECT_EQ(input(no, Gate::kPrivacy, "authorisation"), "none");
}

TEST_P(ExplanationsTest, WhatIsOpenIsToldAsOfNow) {
  const int64_t batch = queued_batch(1);
  record_consents(1);
  const int64_t message = message_of(batch, 1);
  EXPECT_EQ(explain(message).as_of, ExplainedAsOf::kNow);
  EXPECT_EQ(explain(message).answer, GateAnswer::kPass);
  EXPECT_FALSE(explain(message).agrees);
  clock_.advance(hours(11));  // 21:00
  const Explanation e = explain(message);
  EXPECT_EQ(e.answer, GateAnswer::kHold);
  EXPECT_EQ(to_rfc3339(*gate(e, Gate::kWindow).due), "2026-03-03T01:00:00Z");
  EXPECT_EQ(input(e, Gate::kValidity, "validity_seconds"), "172800");
  EXPECT_EQ(input(e, Gate::kText, "composed"), "none");
  clock_.advance(days(4));
  EXPECT_EQ(decider(explain(message)), Gate::kValidity);
}

TEST_P(ExplanationsTest, SuppressionAndPreferenceAsTheyWere) {
  const int64_t batch = queued_batch(2);
  record_consents(2);
  const Preferences preferences(store());
  const Principal service{store::ActorKind::kUser, 3, "s", {}, {}};
  ok(preferences.state(service, CustomerId{1}, {{{domain::MessageClass::kMarketing, 86'400, 2}}, "x"}));
  write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::suppression_insert, int64_t{9}, store().number_index.of("8613800000001"), Bytes{},
                  domain::MessageClass::kMarketing, "x", 1, 0, clock_.now()));
    YZ_TRY(tx.run(store::q::customer_suppress, int64_t{2},
                  domain::class_bit(domain::MessageClass::kMarketing), clock_.now()));
    return {};
  });
  EXPECT_EQ(claim(batch).size(), 1U);
  clock_.advance(hours(1));
  ok(preferences.state(service, CustomerId{1}, {{}, "x"}));
  write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::suppression_note_lifted, int64_t{9}, clock_.now()));
    YZ_TRY(tx.run(store::q::suppression_delete, int64_t{9}));
    return {};
  });
  const Explanation passed = explain(message_of(batch, 1));
  const auto& limits = gate(passed, Gate::kFrequency).limits;
  EXPECT_TRUE(std::ranges::any_of(limits, [](const ExplainedLimit& l) {
    return l.source == domain::FrequencySource::kCustomer && l.maximum == 2;
  }));
  const Explanation refused = explain(message_of(batch, 2));
  EXPECT_EQ(refused.agrees, true);
  EXPECT_EQ(decider(refused), Gate::kSuppression);
  EXPECT_EQ(explanations().message(MessageId{1}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(explanations().recipient(CampaignId{1}, CustomerId{1}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace yizhan::service
