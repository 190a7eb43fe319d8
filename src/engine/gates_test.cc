#include "engine/gates.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace yizhan::engine {
namespace {

using domain::BatchOrigin;
using domain::ConsentKind;
using domain::MessageClass;
using domain::MessageState;
using domain::Reason;

constexpr int64_t kind(ConsentKind k) { return static_cast<int64_t>(k); }

class Gates : public ::testing::Test {
 protected:
  Reason reason_for(int64_t of_class, int64_t of_purpose = 0) {
    candidate_.consent_of_class = of_class;
    candidate_.consent_of_purpose = of_purpose;
    return judge(rules_, candidate_, now_).reason;
  }

  const Time now_ = parse_rfc3339("2026-03-02T10:00:00+08:00").value();
  GateRules rules_{.approved = true};
  Candidate candidate_{.number = 8613800138000, .zone = "Asia/Shanghai"};
};

TEST_F(Gates, MarketingNeedsConsent) {
  EXPECT_EQ(reason_for(0), Reason::kConsentMissing);
  EXPECT_EQ(reason_for(kind(ConsentKind::kGranted)), Reason::kNone);
  EXPECT_EQ(reason_for(0, kind(ConsentKind::kGranted)), Reason::kNone);
  rules_.message_class = MessageClass::kNotification;
  EXPECT_EQ(reason_for(0), Reason::kNone);
  EXPECT_EQ(reason_for(kind(ConsentKind::kWithdrawn)), Reason::kConsentWithdrawn);
}

// A test goes to a handset without a recorded consent, never to one whose holder said no.
TEST_F(Gates, ATestIsNoConsent) {
  rules_.origin = BatchOrigin::kPreSendTest;
  EXPECT_EQ(reason_for(0), Reason::kNone);
  for (const ConsentKind no : {ConsentKind::kWithdrawn, ConsentKind::kRefused}) {
    EXPECT_EQ(reason_for(kind(no)), Reason::kConsentWithdrawn);
    EXPECT_EQ(reason_for(kind(ConsentKind::kGranted), kind(no)), Reason::kConsentWithdrawn);
  }
  candidate_.suppressed = domain::class_bit(MessageClass::kMarketing);
  EXPECT_EQ(reason_for(kind(ConsentKind::kGranted)), Reason::kSuppressed);
}

// Policy 3.3.2: whoever consents to messages has not authorised his personal data in them.
TEST_F(Gates, PersonalDataNeedsItsOwnAuthorisation) {
  candidate_.consent_of_class = kind(ConsentKind::kGranted);
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kNone);
  rules_.personal_data = true;
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kPrivacyMissing);
  candidate_.privacy = kind(ConsentKind::kGranted);
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kNone);
  for (const ConsentKind no : {ConsentKind::kWithdrawn, ConsentKind::kRefused}) {
    candidate_.privacy = kind(no);
    EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kPrivacyMissing);
    rules_.origin = BatchOrigin::kPreSendTest;
    EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kPrivacyMissing);
    rules_.origin = BatchOrigin::kCampaign;
  }
  // The same where only this customer's values bring it in.
  rules_.personal_data = false;
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kNone);
  candidate_.personal_data = true;
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kPrivacyMissing);
  // Of every class; nor does it stand in for consent.
  candidate_.privacy = 0;
  rules_.message_class = MessageClass::kNotification;
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kPrivacyMissing);
  rules_.message_class = MessageClass::kMarketing;
  candidate_.consent_of_class = 0;
  candidate_.privacy = kind(ConsentKind::kGranted);
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kConsentMissing);
  // The company's own handset.
  rules_.origin = BatchOrigin::kPreSendTest;
  candidate_.privacy = 0;
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kNone);
}

// ---------------------------------------------------------------- validity

TEST_F(Gates, WhatGrewTooOldIsRefused) {
  rules_.message_class = MessageClass::kVerification;
  rules_.validity = minutes(10);
  candidate_.since = now_ - minutes(10) + microseconds(1);
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kNone);
  candidate_.since = now_ - minutes(10);
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kValidityExpired);
  // The shortest word counts.
  candidate_.since = now_ - minutes(1);
  for (Time* stated : {&rules_.expires_at, &candidate_.expires_at}) {
    *stated = now_ + microseconds(1);
    EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kNone);
    *stated = now_;
    EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kValidityExpired);
    *stated = {};
  }
  candidate_.since = {};
  EXPECT_EQ(judge(rules_, candidate_, now_ + days(400)).reason, Reason::kNone) << "not begun";
}

TEST_F(Gates, MarketingGrowsOldFromTheFirstOpening) {
  candidate_.consent_of_class = kind(ConsentKind::kGranted);
  rules_.validity = hours(2);
  rules_.hours.batch = {9 * 60, 10 * 60};
  candidate_.since = parse_rfc3339("2026-03-01T21:00:00+08:00").value();
  const Time nine = parse_rfc3339("2026-03-02T09:00:00+08:00").value();
  EXPECT_EQ(validity_ends(rules_, candidate_), nine + hours(2));
  EXPECT_EQ(judge(rules_, candidate_, nine + minutes(59)).state, MessageState::kQueued);
  // Held at night; but not for the next day, when it would be too late.
  const Verdict night = judge(rules_, candidate_, nine - hours(3));
  EXPECT_EQ(night.state, MessageState::kHeld);
  EXPECT_EQ(night.due, nine);
  EXPECT_EQ(judge(rules_, candidate_, nine + hours(1)).reason, Reason::kValidityExpired);
  rules_.validity = hours(48);
  EXPECT_EQ(judge(rules_, candidate_, nine + hours(1)).due, nine + days(1));
  EXPECT_EQ(judge(rules_, candidate_, nine + hours(48)).reason, Reason::kValidityExpired);
  // A campaign's own end stands in for its class: a slow one may take longer.
  rules_.expires_at = nine + days(9);
  EXPECT_EQ(judge(rules_, candidate_, nine + hours(48)).state, MessageState::kQueued);
  rules_.expires_at = nine + days(1);
  EXPECT_EQ(judge(rules_, candidate_, nine + hours(1)).reason, Reason::kValidityExpired);
}

TEST_F(Gates, WhatNeverOpensIsRefused) {
  const std::vector<domain::WindowRule> windows{
      {.message_class = std::nullopt, .region = {}, .window = {0, 60}, .days = 0}};
  rules_.hours.windows = windows;
  rules_.message_class = MessageClass::kNotification;
  EXPECT_EQ(judge(rules_, candidate_, now_).state, MessageState::kRefused);
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kOutsideWindow);
}

// ---------------------------------------------------------------- frequency

TEST_F(Gates, TheStricterOfAllRulesWins) {
  candidate_.consent_of_class = kind(ConsentKind::kGranted);
  const std::vector<domain::FrequencyRule> company{{MessageClass::kMarketing, days(7), 2}};
  const std::vector<domain::FrequencyRule> own{
      {MessageClass::kMarketing, days(30), 1, domain::FrequencySource::kCustomer},
      {MessageClass::kNotification, days(1), 1, domain::FrequencySource::kCustomer}};
  const std::vector<Time> used{now_ - days(8)};
  rules_.frequency = company;
  candidate_.used = used;
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kNone);
  candidate_.preference = own;
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kFrequency);
  rules_.origin = BatchOrigin::kPreSendTest;
  EXPECT_EQ(judge(rules_, candidate_, now_).reason, Reason::kNone);
}

// ---------------------------------------------------------------- told

// What is told is what is decided, for every origin and whatever is wrong.
TEST_F(Gates, TheTaleAgreesWithTheVerdict) {
  const std::vector<domain::FrequencyRule> company{{MessageClass::kMarketing, days(7), 1}};
  const std::vector<Time> used{now_ - days(1)};
  rules_.frequency = company;
  rules_.validity = hours(1);
  for (const BatchOrigin origin : domain::values_of(BatchOrigin{})) {
    for (int faults = 0; faults < 1 << 10; ++faults) {
      const auto wrong = [&](int bit) { return (faults >> bit & 1) != 0; };
      rules_.origin = origin;
      rules_.emergency_stop = wrong(0);
      rules_.approved = !wrong(1);
      candidate_.number = wrong(2) ? 0 : 1;
      candidate_.suppressed = wrong(3) ? domain::class_bit(MessageClass::kMarketing) : 0;
      candidate_.consent_of_class = kind(wrong(4) ? ConsentKind::kWithdrawn : ConsentKind::kGranted);
      candidate_.zone = wrong(5) ? "" : "Asia/Shanghai";
      candidate_.since = wrong(6) ? now_ - days(1) : now_;
      rules_.hours.batch = wrong(7) ? domain::SendWindow{0, 60} : domain::kWholeDay;
      rules_.personal_data = wrong(9);
      candidate_.used = wrong(8) ? std::span<const Time>(used) : std::span<const Time>();
      const Verdict verdict = judge(rules_, candidate_, now_);
      const auto told = tell(rules_, candidate_, now_);
      ASSERT_EQ(told.size(), values_of(Gate{}).size());
      const auto decides = std::ranges::find_if(told, &ToldGate::decides);
      if (decides == told.end()) {
        ASSERT_EQ(verdict.state, MessageState::kQueued) << faults;
      } else {
        ASSERT_EQ(verdict.reason, decides->reason) << faults;
        ASSERT_EQ(verdict.due, decides->due) << faults;
        ASSERT_EQ(std::ranges::count_if(told, &ToldGate::decides), 1);
      }
    }
  }
}

TEST_F(Gates, EachGateTellsWhatItLookedAt) {
  const std::vector<domain::FrequencyRule> company{
      {MessageClass::kMarketing, days(7), 2},
      {MessageClass::kMarketing, days(30), 4, domain::FrequencySource::kAnnouncement, 17},
      {MessageClass::kVerification, days(1), 1}};
  const std::vector<Time> used{now_ - days(8)};
  rules_.frequency = company;
  candidate_.used = used;
  candidate_.region = "CN";
  const auto told = tell(rules_, candidate_, now_);
  const auto gate = [&](Gate wanted) { return *std::ranges::find(told, wanted, &ToldGate::gate); };
  const auto input = [&](Gate wanted, std::string_view name) {
    const ToldGate one = gate(wanted);
    const auto found = std::ranges::find(one.inputs, name, &GateInput::name);
    return found == one.inputs.end() ? std::string("absent") : found->value;
  };
  EXPECT_EQ(input(Gate::kConsent, "needed"), "yes");
  EXPECT_EQ(input(Gate::kConsent, "of_class"), "none");
  EXPECT_TRUE(gate(Gate::kConsent).decides);
  EXPECT_EQ(input(Gate::kPrivacy, "personal_data"), "no");
  EXPECT_EQ(input(Gate::kPrivacy, "authorisation"), "absent");
  EXPECT_EQ(input(Gate::kWindow, "local_time"), "2026-03-02 10:00 monday");
  EXPECT_EQ(input(Gate::kWindow, "batch_window"), "00:00-24:00");
  const auto rules = gate(Gate::kFrequency).frequency;
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].used, 0);
  EXPECT_EQ(rules[1].used, 1);
  EXPECT_EQ(rules[1].rule.source_id, 17);
}

}  // namespace
}  // namespace yizhan::engine
