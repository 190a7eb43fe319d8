#pragma once
// The one ordered set of gates that every message passes, in the pre-send test and again at the moment of
// sending. Pure: what the gates look at is given. Any thread.

#include <span>
#include <string_view>

#include "base/time.h"
#include "domain/consent.h"
#include "domain/message.h"
#include "domain/sending_rules.h"

namespace yizhan::engine {

// What holds for a whole batch at one moment.
struct GateRules {
  domain::BatchOrigin origin = domain::BatchOrigin::kCampaign;
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  bool approved = false;  // the content's approved version has the batch's hash
  bool emergency_stop = false;
  domain::SendWindow window;  // narrowest of class, campaign, channel
  std::span<const domain::FrequencyRule> frequency;
};

// Whether messages of batches of this origin are counted against their recipients' limits.
constexpr bool counts_uses(domain::BatchOrigin origin) {
  return origin == domain::BatchOrigin::kCampaign || origin == domain::BatchOrigin::kApplication;
}

// What is known of one recipient at that moment.
struct Candidate {
  uint64_t number = 0;
  std::string_view zone;
  int64_t suppressed = 0;                                // bit set of classes
  int64_t consent_of_class = 0, consent_of_purpose = 0;  // domain::ConsentKind, 0 = none recorded
  std::span<const Time> used;                            // messages already counted for the class
  domain::Reason composed = domain::Reason::kNone;       // what the composer said
};

// state kQueued = may go now; kHeld until `due`; kRefused for `reason`.
struct Verdict {
  domain::MessageState state = domain::MessageState::kQueued;
  domain::Reason reason = domain::Reason::kNone;
  Time due;
};

Verdict judge(const GateRules& rules, const Candidate& candidate, Time now);

}  // namespace yizhan::engine
