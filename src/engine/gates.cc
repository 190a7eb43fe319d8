#include "engine/gates.h"

namespace yizhan::engine {
namespace {

using domain::BatchOrigin;
using domain::ConsentKind;
using domain::MessageState;
using domain::Reason;

Verdict refused(Reason reason) { return {MessageState::kRefused, reason, {}}; }

// What is asked again while an emergency stop lasts.
constexpr Duration kEmergencyHold = minutes(1);

Reason consent_gate(const GateRules& rules, const Candidate& c) {
  const auto is = [](int64_t kind, ConsentKind wanted) { return kind == static_cast<int64_t>(wanted); };
  const auto says_no = [&](int64_t kind) {
    return is(kind, ConsentKind::kWithdrawn) || is(kind, ConsentKind::kRefused);
  };
  if (says_no(c.consent_of_class) || says_no(c.consent_of_purpose)) return Reason::kConsentWithdrawn;
  // The company's own handsets stand in for people who consented; what a holder refused stays refused.
  if (rules.origin == BatchOrigin::kPreSendTest) return Reason::kNone;
  if (!domain::needs_consent(rules.message_class)) return Reason::kNone;
  if (is(c.consent_of_class, ConsentKind::kGranted) || is(c.consent_of_purpose, ConsentKind::kGranted))
    return Reason::kNone;
  return Reason::kConsentMissing;
}

}  // namespace

Verdict judge(const GateRules& rules, const Candidate& c, Time now) {
  if (rules.emergency_stop) return {MessageState::kHeld, Reason::kEmergencyStop, now + kEmergencyHold};
  if (!rules.approved) return refused(Reason::kApprovalVoid);
  if (domain::name_of(rules.message_class) == "?") return refused(Reason::kClassUnknown);
  if (c.number == 0) return refused(Reason::kNumberInvalid);
  // The confirmation of an opt-out, and it alone, passes the opt-out, the hour and the limits.
  if (rules.origin != BatchOrigin::kOptOutConfirmation) {
    if ((c.suppressed & domain::class_bit(rules.message_class)) != 0) return refused(Reason::kSuppressed);
    if (const Reason reason = consent_gate(rules, c); reason != Reason::kNone) return refused(reason);
    switch (domain::window_state(rules.window, c.zone, now)) {
      case domain::WindowState::kZoneUnknown:
        return refused(Reason::kZoneUnknown);
      case domain::WindowState::kClosed:
        return {MessageState::kHeld, Reason::kOutsideWindow,
                domain::window_opens_at(rules.window, c.zone, now)};
      case domain::WindowState::kOpen:
        break;
    }
    // Tests are not counted against the limits: how many a handset gets is limits::kTestsPerHandsetDay.
    if (rules.origin != BatchOrigin::kPreSendTest &&
        domain::frequency_exceeded(rules.frequency, rules.message_class, c.used, now))
      return refused(Reason::kFrequency);
  }
  if (c.composed != Reason::kNone) return refused(c.composed);
  return {};
}

}  // namespace yizhan::engine
