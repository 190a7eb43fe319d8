#pragma once
// Consent: kinds of ledger events and how the current state follows from them; opt-out words in replies.
// Pure.

#include <string_view>

#include "domain/message.h"
#include "domain/names.h"

namespace yizhan::domain {

#define YIZHAN_CONSENT_KINDS(X) \
  X(kGranted, 1, "granted")     \
  X(kWithdrawn, 2, "withdrawn") \
  X(kRefused, 3, "refused")
YIZHAN_ENUM(ConsentKind, YIZHAN_CONSENT_KINDS)

#define YIZHAN_CONSENT_SOURCES(X) \
  X(kImport, 1, "import")         \
  X(kOperator, 2, "operator")     \
  X(kReply, 3, "reply")           \
  X(kApi, 4, "api")
YIZHAN_ENUM(ConsentSource, YIZHAN_CONSENT_SOURCES)

// Policy 2.3.3: marketing or compliance asks, customer service asks the customer. Only an open task moves.
#define YIZHAN_CONSENT_TASK_STATES(X) \
  X(kOpen, 1, "open")                 \
  X(kConfirmed, 2, "confirmed")       \
  X(kRefuted, 3, "refuted")           \
  X(kCancelled, 4, "cancelled")
YIZHAN_ENUM(ConsentTaskState, YIZHAN_CONSENT_TASK_STATES)

#define YIZHAN_IMPORT_STATES(X) \
  X(kRunning, 1, "running")     \
  X(kFinished, 2, "finished")   \
  X(kFailed, 3, "failed")
YIZHAN_ENUM(ImportState, YIZHAN_IMPORT_STATES)

// Which classes go out only with a granted consent. Verification and notification rest on the service
// relation itself but still yield to a withdrawal and the suppression list.
constexpr bool needs_consent(MessageClass c) { return c == MessageClass::kMarketing; }

// Policy 3.3.2: the customer's explicit authorisation to have his personal data in messages of a class. The
// ledger keeps it as this purpose of the class; consent to the class does not include it, nor it consent.
inline constexpr std::string_view kPrivacyPurpose = "privacy_authorisation";

// May a source turn `current` into `next`? An import never brings back who withdrew or refused.
constexpr bool may_record(ConsentKind current, ConsentKind next, ConsentSource source) {
  if (source == ConsentSource::kImport && next == ConsentKind::kGranted)
    return current == ConsentKind::kGranted;
  return true;
}

// What a reply asks for. Full and half width, any case, spaces and punctuation around are seen through; a
// keyword may be followed by a courtesy ("Stop. Thank you") but a sentence that merely holds a letter is no
// opt-out.
InboundKind classify_reply(std::string_view utf8);

}  // namespace yizhan::domain
