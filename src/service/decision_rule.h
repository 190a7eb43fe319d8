#pragma once
// Who may decide on a submitted content (policy 3.1.1): the one rule, which approving and rejecting ask and
// the review page shows. One thread per Tx.

#include <optional>

#include "service/contents.h"

namespace yizhan::service {

// The order is that in which they are asked.
#define YIZHAN_DECISION_BARS(X)                                                       \
  X(kNoPermission, 1, "no_permission")   /* domain/access.h: not of compliance */     \
  X(kNotSubmitted, 2, "not_submitted")   /* the state allows no decision */           \
  X(kAuthor, 3, "author")                /* wrote a version of it */                  \
  X(kFirstReviewer, 4, "first_reviewer") /* reviewed a version of it for marketing */ \
  X(kSubmitter, 5, "submitter")          /* submitted a version of it */              \
  X(kFirstApprover, 6, "first_approver") /* approved this version as the first of two */
YIZHAN_ENUM(DecisionBar, YIZHAN_DECISION_BARS)

// Four eyes: who wrote, first reviewed or submitted any version of it does not decide on it, and nobody
// approves a version twice where two have to. nullopt: no bar.
// Permissions are the caller's: of a request api/access.h has asked already.
Result<std::optional<DecisionBar>> bar_to_decide(db::Tx& tx, const Principal& who,
                                                 const ContentSummary& content);

}  // namespace yizhan::service
