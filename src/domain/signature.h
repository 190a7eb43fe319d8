#pragma once
// Signatures (the text in 【】) and their filing with carriers: states with their transitions, and which
// channel may carry one. Pure, any thread.

#include "base/time.h"
#include "domain/names.h"

namespace yizhan::domain {

// What the text is the name of, and so by what document the right to it is proved.
#define YIZHAN_SIGNATURE_SOURCES(X)          \
  X(kCompanyName, 1, "company_name")         \
  X(kTradeMark, 2, "trade_mark")             \
  X(kApp, 3, "app")                          \
  X(kWebsite, 4, "website")                  \
  X(kOfficialAccount, 5, "official_account") \
  X(kMiniProgram, 6, "mini_program")         \
  X(kOnlineShop, 7, "online_shop")           \
  X(kInstitution, 8, "institution")          \
  X(kOther, 9, "other")
YIZHAN_ENUM(SignatureSource, YIZHAN_SIGNATURE_SOURCES)

#define YIZHAN_SIGNATURE_STATES(X)                                                     \
  X(kDraft, 1, "draft")                                                                \
  X(kSubmitted, 2, "submitted")                                                        \
  X(kApproved, 3, "approved")                                                          \
  X(kRejected, 4, "rejected")                                                          \
  X(kSuspended, 5, "suspended") /* nothing leaves under it until compliance decides */ \
  X(kWithdrawn, 6, "withdrawn") /* for good, unless it is written and approved anew */
YIZHAN_ENUM(SignatureState, YIZHAN_SIGNATURE_STATES)

constexpr bool may_become(SignatureState from, SignatureState to) {
  using S = SignatureState;
  switch (from) {
    case S::kDraft:
      return to == S::kDraft || to == S::kSubmitted;
    case S::kSubmitted:
      return to == S::kApproved || to == S::kRejected;
    case S::kApproved:
      return to == S::kSuspended || to == S::kWithdrawn;
    case S::kRejected:
      return to == S::kDraft;
    case S::kSuspended:
      return to == S::kApproved || to == S::kWithdrawn;
    case S::kWithdrawn:
      return to == S::kDraft;
  }
  return false;
}

// What was done to a signature; each is kept with who, when and why.
#define YIZHAN_SIGNATURE_DEEDS(X) \
  X(kCreated, 1, "created")       \
  X(kEdited, 2, "edited")         \
  X(kSubmitted, 3, "submitted")   \
  X(kApproved, 4, "approved")     \
  X(kRejected, 5, "rejected")     \
  X(kSuspended, 6, "suspended")   \
  X(kWithdrawn, 7, "withdrawn")   \
  X(kResumed, 8, "resumed")       \
  X(kTakenOver, 9, "taken_over") /* in use before signatures were entities; or shipped */
YIZHAN_ENUM(SignatureDeed, YIZHAN_SIGNATURE_DEEDS)

// How a signature stands with the carrier behind a channel (实名报备).
#define YIZHAN_FILING_STATES(X)                                                  \
  X(kNotFiled, 1, "not_filed")                                                   \
  X(kSubmitted, 2, "submitted")                                                  \
  X(kFiled, 3, "filed")                                                          \
  X(kRejected, 4, "rejected")   /* by the carrier, when asked or when sent to */ \
  X(kExpired, 5, "expired")     /* what it was filed until has passed */         \
  X(kWithdrawn, 6, "withdrawn") /* taken back */
YIZHAN_ENUM(FilingState, YIZHAN_FILING_STATES)

// filed → filed: another reference, another end. Expired is the clock's to say, not people's.
constexpr bool may_become(FilingState from, FilingState to) {
  using S = FilingState;
  switch (to) {
    case S::kNotFiled:
      return from == S::kSubmitted;
    case S::kSubmitted:
      return from != S::kFiled;
    case S::kFiled:
      return true;
    case S::kRejected:
      return from != S::kWithdrawn;
    case S::kExpired:
      return from == S::kFiled;
    case S::kWithdrawn:
      return from == S::kSubmitted || from == S::kFiled || from == S::kExpired;
  }
  return false;
}

enum class FilingRule : uint8_t { kNotAsked, kRequired };  // of a channel
// As it is stored with the channel.
constexpr FilingRule filing_rule(bool required) {
  return required ? FilingRule::kRequired : FilingRule::kNotAsked;
}

struct Filing {
  FilingState state = FilingState::kNotFiled;
  Time valid_until;  // from then on it is not valid; zero = without end
};

// Whether a channel may carry messages under the signature. Where the carrier asks for no filing, only its
// own no counts, and that somebody took the filing back.
constexpr bool carries(FilingRule rule, const Filing& filing, Time now) {
  if (filing.state == FilingState::kRejected || filing.state == FilingState::kWithdrawn) return false;
  if (rule == FilingRule::kNotAsked) return true;
  return filing.state == FilingState::kFiled && (!filing.valid_until || now < filing.valid_until);
}

}  // namespace yizhan::domain
