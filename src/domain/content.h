#pragma once
// Content and its review: states with their transitions, the five-point checklist, the canonical form that
// approval binds. Pure, any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/message.h"
#include "domain/names.h"

namespace yizhan::domain {

// Where the latest version of a content stands. Every save makes a new version and starts again at draft.
#define YIZHAN_CONTENT_STATES(X)         \
  X(kDraft, 1, "draft")                  \
  X(kFirstReviewed, 2, "first_reviewed") \
  X(kSubmitted, 3, "submitted")          \
  X(kApproved, 4, "approved")            \
  X(kRejected, 5, "rejected")            \
  X(kWithdrawn, 6, "withdrawn")          \
  X(kSecondReview, 7, "second_review") /* one of compliance approved it, another one has to */
YIZHAN_ENUM(ContentState, YIZHAN_CONTENT_STATES)

constexpr bool may_become(ContentState from, ContentState to) {
  using S = ContentState;
  switch (from) {
    case S::kDraft:
      return to == S::kFirstReviewed || to == S::kDraft;
    case S::kFirstReviewed:
      return to == S::kSubmitted || to == S::kDraft;
    case S::kSubmitted:
      return to == S::kApproved || to == S::kRejected || to == S::kSecondReview;
    case S::kSecondReview:
      return to == S::kApproved || to == S::kRejected;
    case S::kApproved:
      return to == S::kDraft || to == S::kWithdrawn;
    case S::kRejected:  // to kFirstReviewed as it is, where its author contests every problem
      return to == S::kDraft || to == S::kFirstReviewed;
    case S::kWithdrawn:
      return to == S::kDraft;
  }
  return false;
}

#define YIZHAN_REVIEW_KINDS(X)       \
  X(kFirstReview, 1, "first_review") \
  X(kSubmission, 2, "submission")    \
  X(kCompliance, 3, "compliance")    \
  X(kWithdrawal, 4, "withdrawal")    \
  X(kSecondReview, 5, "second_review") /* by another person of compliance */
YIZHAN_ENUM(ReviewKind, YIZHAN_REVIEW_KINDS)

#define YIZHAN_REVIEW_DECISIONS(X) \
  X(kPassed, 1, "passed")          \
  X(kSubmitted, 2, "submitted")    \
  X(kApproved, 3, "approved")      \
  X(kRejected, 4, "rejected")      \
  X(kWithdrawn, 5, "withdrawn")    \
  X(kPassedOn, 6, "passed_on") /* approved as far as one person can: a second one decides */
YIZHAN_ENUM(ReviewDecision, YIZHAN_REVIEW_DECISIONS)

// The policy's five points (3.1.2), each answered on every review.
#define YIZHAN_CHECK_POINTS(X)        \
  X(kLegality, 1, "legality")         \
  X(kTruthfulness, 2, "truthfulness") \
  X(kAccuracy, 3, "accuracy")         \
  X(kCompleteness, 4, "completeness") \
  X(kCompliance, 5, "compliance")
YIZHAN_ENUM(CheckPoint, YIZHAN_CHECK_POINTS)

struct Variable {
  std::string name;
  int64_t max_length = 20;  // characters
  std::string sample;
  bool personal = false;  // its values are personal data, as the author declares
};

// What a version says; its canonical bytes are hashed, and the hash is what is approved, tested and sent.
struct ContentText {
  MessageClass message_class = MessageClass::kMarketing;
  std::string purpose;
  std::string signature;
  std::string body;
  std::string opt_out_text;
  std::vector<Variable> variables;
  std::vector<std::string> sectors;  // regulated ones that the author declares; ids, each once, rising
};

// Length-prefixed fields in a fixed order; grammar in docs/formats/content_hash.md.
std::string canonical(const ContentText& text);
// The template of the whole message as sent: signature in 【】, body, opt-out text.
std::string whole_template(std::string_view signature, std::string_view body, std::string_view opt_out_text);

}  // namespace yizhan::domain
