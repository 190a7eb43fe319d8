#pragma once
// Messages: classes, states with their allowed transitions, the reasons a message was not sent. Pure, any
// thread.

#include "domain/names.h"

namespace yizhan::domain {

#define YIZHAN_MESSAGE_CLASSES(X)     \
  X(kVerification, 1, "verification") \
  X(kNotification, 2, "notification") \
  X(kMarketing, 3, "marketing")       \
  X(kPublicService, 4, "public_service")
YIZHAN_ENUM(MessageClass, YIZHAN_MESSAGE_CLASSES)

constexpr int64_t class_bit(MessageClass c) { return int64_t{1} << static_cast<int>(c); }

// One bit for each origin of batches and so on, likewise.
template <class Enum>
constexpr int64_t bit_of(Enum value) {
  return int64_t{1} << static_cast<int>(value);
}

// Where a message stands. Refused, delivered, failed, expired are final; unknown is final unless the carrier
// speaks.
#define YIZHAN_MESSAGE_STATES(X)                                                           \
  X(kHeld, 1, "held")          /* waits for a start, a window, a decision; has a reason */ \
  X(kQueued, 2, "queued")      /* in the outbox or waiting for a retry */                  \
  X(kInFlight, 3, "in_flight") /* an attempt is stored; it may be on the wire */           \
  X(kSent, 4, "sent")          /* the carrier accepted it */                               \
  X(kDelivered, 5, "delivered")                                                            \
  X(kFailed, 6, "failed")   /* refused by the carrier or undeliverable, per its word */    \
  X(kExpired, 7, "expired") /* no receipt in time, or the carrier says expired */          \
  X(kUnknown, 8, "unknown") /* written, no answer: never resent by itself */               \
  X(kRefused, 9, "refused") /* refused by our own gates, or cancelled; has a reason */
YIZHAN_ENUM(MessageState, YIZHAN_MESSAGE_STATES)

// The one table of transitions. Everything that changes a message's state asks it, and the property test
// walks it.
constexpr bool may_become(MessageState from, MessageState to) {
  using S = MessageState;
  switch (from) {
    case S::kHeld:
      return to == S::kQueued || to == S::kRefused;
    case S::kQueued:
      return to == S::kInFlight || to == S::kRefused || to == S::kHeld;
    case S::kInFlight:
      // Back to queued: never written, or a definite temporary refusal. Delivered: a receipt before its
      // response.
      return to == S::kSent || to == S::kQueued || to == S::kFailed || to == S::kUnknown ||
             to == S::kDelivered || to == S::kExpired;
    case S::kSent:
      // Back to queued: the carrier's receipt says that it did not arrive, and the code asks for another try.
      return to == S::kDelivered || to == S::kFailed || to == S::kExpired || to == S::kQueued;
    case S::kUnknown:
      return to == S::kSent || to == S::kDelivered || to == S::kFailed || to == S::kExpired;
    case S::kExpired:
      return to == S::kDelivered || to == S::kFailed;  // a receipt after we stopped waiting
    case S::kDelivered:
    case S::kFailed:
    case S::kRefused:
      return false;
  }
  return false;
}

// The bit set (1 << state) of the states from which `to` may be reached: for SQL conditions.
constexpr int64_t sources_of(MessageState to) {
  int64_t bits = 0;
  for (const MessageState from : values_of(MessageState{}))
    if (may_become(from, to)) bits |= int64_t{1} << static_cast<int>(from);
  return bits;
}

constexpr bool is_final(MessageState s) {
  using S = MessageState;
  return s == S::kDelivered || s == S::kFailed || s == S::kExpired || s == S::kUnknown || s == S::kRefused;
}

// Why a message is held, refused or failed. The order of the gates is the order of the refusals below; the
// first that speaks is the reason.
#define YIZHAN_REASONS(X)                                 \
  X(kNone, 0, "none")                                     \
  X(kNotStarted, 1, "not_started")                        \
  X(kEmergencyStop, 2, "emergency_stop")                  \
  X(kLateRetry, 3, "late_retry")                          \
  X(kApprovalVoid, 10, "approval_void")                   \
  X(kCampaignCancelled, 11, "campaign_cancelled")         \
  X(kNumberInvalid, 12, "number_invalid")                 \
  X(kNumberUnsupported, 13, "number_unsupported")         \
  X(kDuplicate, 14, "duplicate")                          \
  X(kSuppressed, 15, "suppressed")                        \
  X(kConsentMissing, 16, "consent_missing")               \
  X(kConsentWithdrawn, 17, "consent_withdrawn")           \
  X(kPrivacyMissing, 30, "privacy_authorisation_missing") \
  X(kZoneUnknown, 18, "zone_unknown")                     \
  X(kValidityExpired, 26, "validity_expired")             \
  X(kOutsideWindow, 19, "outside_window")                 \
  X(kFrequency, 20, "frequency_exceeded")                 \
  X(kVariableMissing, 21, "variable_missing")             \
  X(kTooLong, 22, "too_long")                             \
  X(kUnsendable, 23, "unsendable_character")              \
  X(kScreening, 24, "screening_blocked")                  \
  X(kClassUnknown, 25, "class_unknown")                   \
  X(kNoRoute, 27, "no_route")                             \
  X(kKnownVacant, 28, "known_vacant")                     \
  X(kCoolingDown, 29, "cooling_down")                     \
  X(kSignatureUnapproved, 31, "signature_not_approved")   \
  X(kNoFiledChannel, 32, "no_filed_channel")              \
  X(kCarrierRejected, 40, "carrier_rejected")             \
  X(kNumberVacant, 41, "number_vacant")                   \
  X(kBlacklisted, 42, "carrier_blacklist")                \
  X(kContentRejected, 43, "content_rejected")             \
  X(kCarrierFrequency, 44, "carrier_frequency")           \
  X(kSignatureUnfiled, 45, "signature_unfiled")           \
  X(kUndeliverable, 46, "undeliverable")                  \
  X(kSuspended, 47, "number_suspended")                   \
  X(kAttemptsExhausted, 48, "attempts_exhausted")         \
  X(kReceiptOverdue, 49, "receipt_overdue")               \
  X(kCarrierExpired, 50, "carrier_expired")               \
  X(kNoAnswer, 51, "no_answer")                           \
  X(kInterrupted, 52, "interrupted")
YIZHAN_ENUM(Reason, YIZHAN_REASONS)

#define YIZHAN_BATCH_ORIGINS(X)                     \
  X(kCampaign, 1, "campaign")                       \
  X(kPreSendTest, 2, "pre_send_test")               \
  X(kOptOutConfirmation, 3, "opt_out_confirmation") \
  X(kApplication, 4, "application") /* what one application says of one content in a day */
YIZHAN_ENUM(BatchOrigin, YIZHAN_BATCH_ORIGINS)

// Who goes first on a channel: what somebody waits for, what is owed, what is offered.
#define YIZHAN_LANES(X)               \
  X(kVerification, 1, "verification") \
  X(kNotification, 2, "notification") \
  X(kMarketing, 3, "marketing")
YIZHAN_ENUM(Lane, YIZHAN_LANES)

constexpr Lane lane_of(BatchOrigin origin, MessageClass message_class) {
  if (origin == BatchOrigin::kOptOutConfirmation || origin == BatchOrigin::kPreSendTest)
    return Lane::kVerification;
  switch (message_class) {
    case MessageClass::kVerification:
      return Lane::kVerification;
    case MessageClass::kNotification:
    case MessageClass::kPublicService:
      return Lane::kNotification;
    case MessageClass::kMarketing:
      break;
  }
  return Lane::kMarketing;
}

#define YIZHAN_BATCH_STATES(X)  \
  X(kHeld, 1, "held")           \
  X(kRunning, 2, "running")     \
  X(kPaused, 3, "paused")       \
  X(kCancelled, 4, "cancelled") \
  X(kFinished, 5, "finished")
YIZHAN_ENUM(BatchState, YIZHAN_BATCH_STATES)

#define YIZHAN_ATTEMPT_OUTCOMES(X) \
  X(kOpen, 1, "open")              \
  X(kAccepted, 2, "accepted")      \
  X(kRejected, 3, "rejected")      \
  X(kNotSent, 4, "not_sent")       \
  X(kUnknown, 5, "unknown")
YIZHAN_ENUM(AttemptOutcome, YIZHAN_ATTEMPT_OUTCOMES)

#define YIZHAN_INBOUND_KINDS(X) \
  X(kOther, 1, "other")         \
  X(kOptOut, 2, "opt_out")      \
  X(kOptIn, 3, "opt_in")        \
  X(kHelp, 4, "help")
YIZHAN_ENUM(InboundKind, YIZHAN_INBOUND_KINDS)

}  // namespace yizhan::domain
