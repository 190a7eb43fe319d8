#pragma once
// Applications: the company's own programs that submit messages by a carrier protocol or over the API. Pure,
// any thread.

#include "domain/names.h"

namespace yizhan::domain {

// What waits for an application.
#define YIZHAN_APPLICATION_DELIVERY_KINDS(X) X(kReceipt, 1, "receipt") X(kReply, 2, "reply")
YIZHAN_ENUM(ApplicationDeliveryKind, YIZHAN_APPLICATION_DELIVERY_KINDS)

// By what a program knows again what it has asked for.
#define YIZHAN_SUBMISSION_KEYS(X) X(kReference, 1, "reference") X(kIdempotencyKey, 2, "idempotency_key")
YIZHAN_ENUM(SubmissionKey, YIZHAN_SUBMISSION_KEYS)

#define YIZHAN_VERIFICATION_STATES(X)                            \
  X(kPending, 1, "pending")                                      \
  X(kPassed, 2, "passed")     /* the right code was given */     \
  X(kReplaced, 3, "replaced") /* by a newer one of the number */ \
  X(kUsedUp, 4, "used_up")    /* no attempts are left */
YIZHAN_ENUM(VerificationState, YIZHAN_VERIFICATION_STATES)

}  // namespace yizhan::domain
