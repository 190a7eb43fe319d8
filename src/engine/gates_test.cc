#include "engine/gates.h"

#include <gtest/gtest.h>

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
  GateRules rules_{.approved = true, .window = {0, 1440}};
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

}  // namespace
}  // namespace yizhan::engine
