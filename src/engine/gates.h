#pragma once
// The one ordered table of gates that every message passes, in the pre-send test and again at the moment of
// sending; and the same table told gate by gate, for people. Pure: what the gates look at is given. Any
// thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/consent.h"
#include "domain/message.h"
#include "domain/sending_rules.h"
#include "engine/signature_standing.h"

namespace yizhan::engine {

// In the order in which they are asked; the first that does not let a message pass decides.
#define YIZHAN_GATES(X)                   \
  X(kEmergencyStop, 1, "emergency_stop")  \
  X(kApproval, 2, "approval")             \
  X(kSignature, 14, "signature")          \
  X(kFiling, 15, "filing")                \
  X(kMessageClass, 3, "message_class")    \
  X(kNumber, 4, "number")                 \
  X(kSuppression, 5, "suppression")       \
  X(kNumberQuality, 12, "number_quality") \
  X(kConsent, 6, "consent")               \
  X(kPrivacy, 13, "privacy")              \
  X(kZone, 7, "zone")                     \
  X(kValidity, 8, "validity")             \
  X(kWindow, 9, "window")                 \
  X(kFrequency, 10, "frequency")          \
  X(kText, 11, "text")
YIZHAN_ENUM(Gate, YIZHAN_GATES)

// What holds for a whole batch at one moment.
struct GateRules {
  domain::BatchOrigin origin = domain::BatchOrigin::kCampaign;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  bool approved = false;  // the content's approved version has the batch's hash
  bool emergency_stop = false;
  domain::Hours hours;
  std::span<const domain::FrequencyRule> frequency;  // the company's, announced ones, the campaign's
  Duration validity;                                 // of the class; zero = without end
  Time expires_at;                                   // of the campaign; zero = none
  bool personal_data = false;                        // the approved version carries some
  SignatureStanding signature;                       // of its signature, for the class
  bool carried = true;                               // the channel in question may carry the signature
};

// Whether messages of batches of this origin are counted against their recipients' limits.
constexpr bool counts_uses(domain::BatchOrigin origin) {
  return origin == domain::BatchOrigin::kCampaign || origin == domain::BatchOrigin::kApplication;
}

// What is known of one recipient and message at that moment.
struct Candidate {
  uint64_t number = 0;
  std::string_view region;  // of the number
  std::string_view zone;
  int64_t suppressed = 0;                                // bit set of classes
  domain::Reason barred = domain::Reason::kNone;         // what is known of the number, or kNone
  int64_t consent_of_class = 0, consent_of_purpose = 0;  // domain::ConsentKind, 0 = none recorded
  int64_t privacy = 0;                                   // the same of domain::kPrivacyPurpose
  bool personal_data = false;                            // its values bring some in
  std::span<const Time> used;                            // messages already counted for the class
  std::span<const domain::FrequencyRule> preference;     // the customer's own, of any class
  Time since;                                            // from when its validity counts; zero = not yet
  Time expires_at;                                       // its own; zero = none
  domain::Reason composed = domain::Reason::kNone;       // what the composer said
};

// state kQueued = may go now; kHeld until `due`; kRefused for `reason`.
struct Verdict {
  domain::MessageState state = domain::MessageState::kQueued;
  domain::Reason reason = domain::Reason::kNone;
  Time due;
};

// Asks until one does not let pass. Allocates nothing.
Verdict judge(const GateRules& rules, const Candidate& candidate, Time now);

// When the message is too old to leave; zero = never. Of marketing it needs the first opening of its window.
Time validity_ends(const GateRules& rules, const Candidate& candidate);

// ---------------------------------------------------------------- told

#define YIZHAN_GATE_ANSWERS(X) \
  X(kPass, 1, "pass")          \
  X(kHold, 2, "hold")          \
  X(kRefuse, 3, "refuse")      \
  X(kExempt, 4, "exempt") /* messages of this origin do not meet it */
YIZHAN_ENUM(GateAnswer, YIZHAN_GATE_ANSWERS)

// One thing that a gate looked at. Values are codes, figures and times, nothing personal.
struct GateInput {
  std::string_view name;
  std::string value;
};
// A frequency rule and how far it was used up.
struct RuleUse {
  domain::FrequencyRule rule;
  int64_t used = 0;
};
struct ToldGate {
  Gate gate = Gate::kEmergencyStop;
  GateAnswer answer = GateAnswer::kPass;
  domain::Reason reason = domain::Reason::kNone;
  Time due;              // with kHold
  bool decides = false;  // the first that does not let pass
  std::vector<GateInput> inputs;
  std::vector<RuleUse> frequency;  // of the gate of that name
};

// Every gate, also those behind the one that decides, as judge() would ask them.
std::vector<ToldGate> tell(const GateRules& rules, const Candidate& candidate, Time now);

}  // namespace yizhan::engine
