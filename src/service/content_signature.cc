#include "service/content_signature.h"

#include <fmt/format.h>

#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::SignatureState;

namespace {

SignatureWord word_of(SignatureState state) {
  switch (state) {
    case SignatureState::kDraft:
    case SignatureState::kSubmitted:
      return SignatureWord::kPending;
    case SignatureState::kApproved:
      return SignatureWord::kApproved;
    case SignatureState::kRejected:
      return SignatureWord::kRejected;
    case SignatureState::kSuspended:
      return SignatureWord::kSuspended;
    case SignatureState::kWithdrawn:
      return SignatureWord::kWithdrawn;
  }
  return SignatureWord::kUnknown;
}

std::string why_not(SignatureWord word) {
  switch (word) {
    case SignatureWord::kUnknown:
      return "nobody has asked for this signature";
    case SignatureWord::kPending:
      return "compliance has not approved the signature yet";
    case SignatureWord::kNotForClass:
      return "the signature is not approved for messages of this class";
    default:
      return fmt::format("the signature is {}", name_of(word));
  }
}

Result<> refused(SignatureWord word) {
  return fail(ErrorCode::kSignatureNotApproved, why_not(word), "/signature");
}

}  // namespace

ContentSignatureView signature_word(std::string_view text, SignatureId id, int64_t state,
                                    int64_t message_classes, domain::MessageClass message_class) {
  if (text.empty()) return {SignatureWord::kNone, {}};
  if (!id) return {SignatureWord::kUnknown, {}};
  const SignatureWord word = word_of(static_cast<SignatureState>(state));
  const bool other_class = (message_classes & domain::class_bit(message_class)) == 0;
  return {word == SignatureWord::kApproved && other_class ? SignatureWord::kNotForClass : word, id};
}

Result<ContentSignatureView> load_content_signature(db::Tx& tx, std::string_view text,
                                                    domain::MessageClass message_class) {
  const auto found = YZ_TRY(tx.one(
      q::signature_by_text,
      [&](const db::Row& r) {
        return signature_word(text, r.id<SignatureId>(0), r.i64(1), r.i64(2), message_class);
      },
      text));
  return found.value_or(signature_word(text, {}, 0, 0, message_class));
}

Result<> check_may_submit(const ContentSignatureView& signature) {
  if (signature.word == SignatureWord::kPending) return {};
  return check_may_bear(signature);
}

Result<> check_may_bear(const ContentSignatureView& signature) {
  if (signature.word == SignatureWord::kNone || signature.word == SignatureWord::kApproved) return {};
  return refused(signature.word);
}

}  // namespace yizhan::service
