#pragma once
// Campaigns: the states of the road from plan to report, of the pre-send test and of rehearsals. Pure, any
// thread.

#include "domain/names.h"

namespace yizhan::domain {

#define YIZHAN_CAMPAIGN_STATES(X)                                                \
  X(kPlanned, 1, "planned")        /* marketing writes the plan */               \
  X(kFreezing, 2, "freezing")      /* recipients are being fixed */              \
  X(kFrozen, 3, "frozen")          /* recipients fixed and hashed */             \
  X(kHandedOver, 4, "handed_over") /* with technology: parameters and test */    \
  X(kTesting, 5, "testing")        /* a pre-send test runs */                    \
  X(kReady, 6, "ready")            /* a test of this very campaign passed */     \
  X(kScheduled, 7, "scheduled")    /* starts by itself at its time */            \
  X(kRunning, 8, "running")                                                      \
  X(kPaused, 9, "paused")                                                        \
  X(kFinishing, 10, "finishing") /* nothing left to send; receipts still come */ \
  X(kCompleted, 11, "completed") /* every message final, report frozen */        \
  X(kCancelled, 12, "cancelled") /* stopped for good; what was sent still finishes */
YIZHAN_ENUM(CampaignState, YIZHAN_CAMPAIGN_STATES)

constexpr bool may_become(CampaignState from, CampaignState to) {
  using S = CampaignState;
  switch (from) {
    case S::kPlanned:
      return to == S::kFreezing || to == S::kCancelled;
    case S::kFreezing:
      return to == S::kFrozen || to == S::kPlanned;
    case S::kFrozen:
      return to == S::kHandedOver || to == S::kPlanned || to == S::kCancelled;
    case S::kHandedOver:
      return to == S::kTesting || to == S::kPlanned || to == S::kCancelled;
    case S::kTesting:
      return to == S::kReady || to == S::kHandedOver || to == S::kCancelled;
    case S::kReady:
      return to == S::kTesting || to == S::kHandedOver || to == S::kScheduled || to == S::kRunning ||
             to == S::kPlanned || to == S::kCancelled;
    case S::kScheduled:
      return to == S::kRunning || to == S::kReady || to == S::kHandedOver || to == S::kCancelled;
    case S::kRunning:
      return to == S::kPaused || to == S::kFinishing || to == S::kCancelled;
    case S::kPaused:
      return to == S::kRunning || to == S::kCancelled;
    case S::kFinishing:
      return to == S::kCompleted || to == S::kCancelled;
    // A cancelled campaign that had begun still gets its report once its last receipt is in.
    case S::kCancelled:
    case S::kCompleted:
      return false;
  }
  return false;
}

#define YIZHAN_TEST_STATES(X)             \
  X(kDryRun, 1, "dry_run")                \
  X(kHandsets, 2, "waiting_for_handsets") \
  X(kPassed, 3, "passed")                 \
  X(kFailed, 4, "failed")
YIZHAN_ENUM(TestState, YIZHAN_TEST_STATES)

// A rehearsal: the whole campaign through the pipeline to a simulated carrier.
#define YIZHAN_REHEARSAL_STATES(X) \
  X(kRunning, 1, "running")        \
  X(kFinished, 2, "finished")      \
  X(kFailed, 3, "failed")          \
  X(kCancelled, 4, "cancelled")
YIZHAN_ENUM(RehearsalState, YIZHAN_REHEARSAL_STATES)

}  // namespace yizhan::domain
