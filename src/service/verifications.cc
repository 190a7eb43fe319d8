#include "service/verifications.h"

#include <fmt/format.h>

#include "crypto/secret.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::VerificationState;

namespace {

std::string draw_digits(int64_t count) {
  std::string digits;
  for (int64_t i = 0; i < count; ++i) digits += static_cast<char>('0' + crypto::random_below(10));
  return digits;
}

struct KeptCode {
  Bytes code_hash;
  VerificationState state = VerificationState::kPending;
  int64_t attempts_left = 0;
  Time expires_at;
};

// What the attempt is, and what becomes of the verification.
CheckResult judge(KeptCode& kept, bool right, Time now) {
  if (kept.state == VerificationState::kReplaced) return CheckResult::kReplaced;
  if (kept.state != VerificationState::kPending || kept.attempts_left == 0) return CheckResult::kUsedUp;
  if (now >= kept.expires_at) return CheckResult::kExpired;
  --kept.attempts_left;
  if (right) {
    kept.state = VerificationState::kPassed;
    return CheckResult::kOk;
  }
  if (kept.attempts_left == 0) kept.state = VerificationState::kUsedUp;
  return CheckResult::kWrong;
}

}  // namespace

crypto::BlindHash code_hash(const store::Store& store, int64_t verification_id, std::string_view digits) {
  return store.program_index.of(fmt::format("code\n{}\n{}", verification_id, digits));
}

Result<TemplateSubmit> Verifications::draw(const StartVerification& request) const {
  TemplateSubmit submit;
  YZ_CHECK(name_content(request.content_id, request.content_name, submit));
  submit.number = request.number;
  submit.variables = request.variables;
  submit.code = CodeToSend{.verification_id = store_.ids.next(),
                           .variable = request.code_variable,
                           .digits = draw_digits(request.digits),
                           .attempts = request.attempts,
                           .lifetime = seconds(request.lifetime_seconds)};
  submit.variables[request.code_variable] = submit.code->digits;
  submit.at = store_.now();
  submit.valid_until = submit.at + submit.code->lifetime;
  return submit;
}

Result<CheckedVerification> Verifications::check(ApplicationId application, VerificationId id,
                                                 const CheckVerification& given) const {
  const crypto::BlindHash hash = code_hash(store_, id.value, given.code);
  return store_.db.write([&](db::Tx& tx) -> Result<CheckedVerification> {
    auto kept = YZ_TRY(tx.one(
        q::verification_load,
        [](const db::Row& row) {
          return KeptCode{row.bytes(0), row.as<VerificationState>(1), row.i64(2), row.time(4)};
        },
        id, application));
    if (!kept) return fail(ErrorCode::kNotFound, "no such verification");
    const Time now = store_.now();
    const int64_t attempts_before = kept->attempts_left;
    const CheckResult result = judge(*kept, crypto::constant_time_equal(hash, kept->code_hash), now);
    if (kept->attempts_left != attempts_before) {
      const bool over = kept->state != VerificationState::kPending;
      YZ_TRY(tx.run(q::verification_update, id, kept->state, kept->attempts_left, over ? now : Time{}));
    }
    return CheckedVerification{id, result, kept->attempts_left};
  });
}

}  // namespace yizhan::service
