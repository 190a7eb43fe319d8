#pragma once
// How the signature that a content bears stands, and what follows for its review. One thread per Tx.

#include <boost/describe.hpp>
#include <optional>
#include <string_view>

#include "base/ids.h"
#include "db/tx.h"
#include "domain/message.h"
#include "domain/signature.h"

namespace yizhan::service {

#define YIZHAN_SIGNATURE_WORDS(X)                                                   \
  X(kNone, 1, "none")       /* the text has no signature */                         \
  X(kUnknown, 2, "unknown") /* nobody has asked for it */                           \
  X(kPending, 3, "pending") /* written or submitted, not decided on */              \
  X(kApproved, 4, "approved")                                                       \
  X(kNotForClass, 5, "not_for_class") /* approved, for messages of other classes */ \
  X(kRejected, 6, "rejected")                                                       \
  X(kSuspended, 7, "suspended")                                                     \
  X(kWithdrawn, 8, "withdrawn")
YIZHAN_ENUM(SignatureWord, YIZHAN_SIGNATURE_WORDS)

struct ContentSignatureView {
  SignatureWord word = SignatureWord::kNone;
  std::optional<SignatureId> signature_id;
};
BOOST_DESCRIBE_STRUCT(ContentSignatureView, (), (word, signature_id))

// `state` and `message_classes` as they are stored; an id of 0: it is not registered.
ContentSignatureView signature_word(std::string_view text, SignatureId id, int64_t state,
                                    int64_t message_classes, domain::MessageClass message_class);
Result<ContentSignatureView> load_content_signature(db::Tx& tx, std::string_view text,
                                                    domain::MessageClass message_class);

// kSignatureNotApproved ("/signature"): to submit a content, of one that is known and may still be approved;
// to approve or to send it, of one that is. A text without a signature is screening's matter.
Result<> check_may_submit(const ContentSignatureView& signature);
Result<> check_may_bear(const ContentSignatureView& signature);

}  // namespace yizhan::service
