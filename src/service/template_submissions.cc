// Submits by template: the part of SubmissionBatch that needs no recognising, but knows what was asked for
// before and keeps verification codes.

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "domain/application.h"
#include "service/submission_batch.h"
#include "service/verifications.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using codec::Fault;
using domain::MessageState;
using domain::Reason;
using domain::SubmissionKey;

namespace {

Error refused(std::string message, std::string field = {}) {
  return {ErrorCode::kRefused, std::move(message), std::move(field)};
}

// What the gates said, as the API says it.
Error error_of(Fault fault, Reason reason) {
  switch (reason) {
    case Reason::kEmergencyStop:
      return {ErrorCode::kEmergencyStop, "sending is stopped for all", {}};
    case Reason::kApprovalVoid:
      return {ErrorCode::kApprovalVoid, "the content is not approved any more", "/content_id"};
    case Reason::kSignatureUnapproved:
      return {ErrorCode::kSignatureNotApproved, "the content's signature is not approved now", "/content_id"};
    case Reason::kNoFiledChannel:
      return refused("the content's signature is not filed with the carrier", "/content_id");
    case Reason::kNumberInvalid:
    case Reason::kNumberUnsupported:
    case Reason::kZoneUnknown:
      return {ErrorCode::kInvalidArgument, "cannot be sent to", "/number"};
    case Reason::kVariableMissing:
    case Reason::kTooLong:
      return {ErrorCode::kInvalidArgument, "a value is longer than approved, or the text too long",
              "/variables"};
    case Reason::kUnsendable:
      return {ErrorCode::kInvalidArgument, "holds a character that cannot be sent", "/variables"};
    case Reason::kScreening:
      return {ErrorCode::kScreeningBlocked, "the text with these values may not be sent", "/variables"};
    case Reason::kSuppressed:
      return refused("the number wants no messages of this kind", "/number");
    case Reason::kConsentMissing:
    case Reason::kConsentWithdrawn:
      return refused("there is no consent to messages of this kind", "/number");
    case Reason::kPrivacyMissing:
      return refused("the customer has not authorised messages with his personal data", "/number");
    case Reason::kKnownVacant:
    case Reason::kCoolingDown:
      return refused("carriers say that the number is vacant or suspended", "/number");
    case Reason::kFrequency:
      return refused("the number has got as many messages as it may", "/number");
    default:
      break;
  }
  if (fault == Fault::kExpired)
    return refused("it would not be valid any more when it may go", "/valid_until");
  return refused("a gate refuses it");
}

// All that was asked, of which the keyed hash is kept. A code is drawn anew for each call and is none of it.
crypto::BlindHash hash_of(const store::Store& store, const TemplateSubmit& submit) {
  const std::string content = submit.content_name.empty()
                                  ? std::to_string(submit.content_id)
                                  : fmt::format("{}:{}", submit.content_name.size(), submit.content_name);
  std::string text = fmt::format("request\n{}\n{}\n{}\n", content, submit.number,
                                 // A code's end is counted from the call.
                                 submit.valid_until && !submit.code ? submit.valid_until->us : 0);
  const auto add = [&](std::string_view part) {
    text += fmt::format("{}:", part.size());
    text += part;
  };
  for (const auto& [name, value] : submit.variables) {
    if (submit.code && submit.code->variable == name) continue;
    add(name);
    add(value);
  }
  if (submit.code)
    text += fmt::format("\ncode\n{}\n{}\n{}\n{}", submit.code->variable, submit.code->digits.size(),
                        submit.code->attempts, submit.code->lifetime.us);
  return store.program_index.of(text);
}

template <class Fn>
void for_each_key(const TemplateSubmit& submit, Fn fn) {
  if (!submit.reference.empty()) fn(SubmissionKey::kReference, submit.reference);
  if (!submit.idempotency_key.empty()) fn(SubmissionKey::kIdempotencyKey, submit.idempotency_key);
}

TemplateAnswer refusal(Error error) {
  TemplateAnswer answer;
  answer.refusal.error = std::move(error);
  return answer;
}

TemplateAnswer other_request(SubmissionKey kind) {
  const bool reference = kind == SubmissionKey::kReference;
  return refusal({ErrorCode::kIdempotencyMismatch, "was used for another message",
                  reference ? "/reference" : "Idempotency-Key"});
}

constexpr const char* kContentId = "/content_id";
constexpr const char* kContentName = "/content_name";

// By its id, or by its name where that is the name of one only.
Result<const ApprovedText*> content_of(const SayableTexts& texts, const TemplateSubmit& submit) {
  constexpr const char* kNothingApproved = "no approved content of this application";
  if (submit.content_name.empty()) {
    const ApprovedText* text = texts.of_content(submit.content_id);
    if (text == nullptr) return fail(ErrorCode::kApprovalRequired, kNothingApproved, kContentId);
    return text;
  }
  const auto found = texts.of_name(submit.content_name);
  if (found.empty()) return fail(ErrorCode::kApprovalRequired, kNothingApproved, kContentName);
  if (found.size() > 1)
    return fail(ErrorCode::kInvalidArgument,
                "several contents of this application have this name: give an id", kContentName);
  return found.front();
}

// Why a submit cannot be judged at all; nothing when it can.
std::optional<Error> fault_of_values(const engine::BatchPlan& plan, const TemplateSubmit& submit) {
  const std::vector<std::string>& names = plan.composer.variables();
  for (const std::string& name : names)
    if (!submit.variables.contains(name))
      return Error{ErrorCode::kInvalidArgument, "is required by the content", "/variables/" + name};
  if (submit.variables.size() == names.size()) return std::nullopt;
  for (const auto& [name, value] : submit.variables)
    if (std::ranges::find(names, name) == names.end())
      return Error{ErrorCode::kInvalidArgument, "is no variable of the content", "/variables/" + name};
  return std::nullopt;
}

}  // namespace

SubmitFacts facts_of(const store::Store& store, const TemplateSubmit& submit) {
  SubmitFacts facts{text::parse_mobile(submit.number), {}, {}, {}};
  if (facts.number) {
    facts.number_index = store.number_index.of(std::to_string(facts.number->digits));
    facts.number_sealed = store.cipher.seal(store::column::kApplicationNumber, submit.number);
  }
  if (!submit.reference.empty() || !submit.idempotency_key.empty())
    facts.request_hash = hash_of(store, submit);
  return facts;
}

Result<TemplateAnswers> SubmissionBatch::run(std::span<TemplateSubmit> submits) {
  outcomes_.resize(submits.size());
  for (TemplateSubmit& submit : submits)
    if (!submit.facts) submit.facts = facts_of(store_, submit);
  candidates_.reserve(submits.size());
  YZ_CHECK(find_known(submits));
  for (size_t i = 0; i < submits.size(); ++i)
    if (!outcomes_[i].answer && !outcomes_[i].same_as) YZ_CHECK(take(submits[i], i));
  YZ_CHECK(judge_and_write());
  YZ_CHECK(write_keys());
  YZ_CHECK(write_verifications());
  return answers(submits);
}

// What was asked for before, in the store or earlier in this very call.
Result<> SubmissionBatch::find_known(std::span<const TemplateSubmit> submits) {
  std::map<std::tuple<int64_t, SubmissionKey, std::string_view>, size_t> first;
  std::vector<std::pair<size_t, SubmissionKey>> of_row;
  db::Columns rows;
  for (size_t i = 0; i < submits.size(); ++i) {
    const TemplateSubmit& submit = submits[i];
    if (submit.reference.empty() && submit.idempotency_key.empty()) continue;
    Outcome& outcome = outcomes_[i];
    outcome.request_hash = submit.facts->request_hash;
    for_each_key(submit, [&](SubmissionKey kind, const std::string& key) {
      const auto [at, fresh] =
          first.emplace(std::tuple(submit.application_id, kind, std::string_view(key)), i);
      if (!fresh && outcomes_[at->second].request_hash != outcome.request_hash)
        outcome.answer = other_request(kind);
      else if (!fresh)
        outcome.same_as = at->second;
      rows.row(submit.application_id, kind, key);
      of_row.emplace_back(i, kind);
    });
  }
  if (rows.empty()) return {};
  struct Found {
    size_t row;
    bool same;
    int64_t message_id, verification_id;
  };
  std::vector<Found> found;
  YZ_CHECK(tx_.bulk_each(q::submission_key_find, rows, [&](const db::Row& row) {
    const auto at = static_cast<size_t>(row.i64(0));
    const bool same = std::ranges::equal(row.blob(1), outcomes_[of_row[at].first].request_hash);
    found.push_back({at, same, row.i64(2), row.i64(3)});
  }));
  for (const Found& f : found) {
    const auto [index, kind] = of_row[f.row];
    if (outcomes_[index].answer && outcomes_[index].answer->kind == TemplateAnswer::Kind::kRefused) continue;
    if (f.same)
      outcomes_[index].answer = YZ_TRY(known_answer(submits[index], f.message_id, f.verification_id));
    else
      outcomes_[index].answer = other_request(kind);
  }
  return {};
}

Result<TemplateAnswer> SubmissionBatch::known_answer(const TemplateSubmit& submit, int64_t message_id,
                                                     int64_t verification_id) {
  TemplateAnswer answer{.kind = TemplateAnswer::Kind::kKnown,
                        .message_id = message_id,
                        .verification_id = verification_id,
                        .expires_at = {},
                        .refusal = {}};
  if (verification_id == 0) return answer;
  const auto expires = YZ_TRY(tx_.one(
      q::verification_load, [](const db::Row& row) { return row.time(4); }, verification_id,
      submit.application_id));
  // It is gone since it is over.
  answer.expires_at = expires.value_or(submit.at);
  return answer;
}

Result<> SubmissionBatch::take(const TemplateSubmit& submit, size_t index) {
  Outcome& outcome = outcomes_[index];
  const auto refuse_it = [&](Error error) -> Result<> {
    outcome.answer = refusal(std::move(error));
    return {};
  };
  const Account& terms = *YZ_TRY(account(submit.application_id));
  if (!terms.enabled) return refuse_it({ErrorCode::kForbidden, "the application is disabled", {}});
  const auto named = content_of(*terms.texts, submit);
  if (!named) return refuse_it(named.error());
  const ApprovedText* text = *named;
  const char* const field = submit.content_name.empty() ? kContentId : kContentName;
  if ((terms.message_classes & submit.message_classes & domain::class_bit(text->plan->message_class)) == 0)
    return refuse_it({ErrorCode::kForbidden, "of a class that this key may not submit", field});
  if (submit.code && text->plan->message_class != domain::MessageClass::kVerification)
    return refuse_it({ErrorCode::kInvalidArgument, "is no content of class verification", field});
  const Result<text::PhoneNumber>& number = submit.facts->number;
  if (!number) return refuse_it({ErrorCode::kInvalidArgument, number.error().message, "/number"});
  if (submit.valid_until && *submit.valid_until <= store_.now())
    return refuse_it({ErrorCode::kInvalidArgument, "is over", "/valid_until"});
  if (auto fault = fault_of_values(*text->plan, submit)) return refuse_it(*std::move(fault));

  Candidate candidate;
  candidate.submit = index;
  candidate.message_id = store_.ids.next();
  candidate.account = &terms;
  candidate.by_template = &submit;
  candidate.number = *number;
  candidate.valid_until = submit.valid_until;
  candidate.said.text = text;
  for (const std::string& name : text->plan->composer.variables())
    candidate.said.values.emplace_back(submit.variables.find(name)->second);
  candidate.last = {.application_id = submit.application_id,
                    .message_id = candidate.message_id,
                    .name = {engine::kByApi, candidate.message_id, {}},
                    .receipt = terms.api_receipts,
                    .source = terms.access_code,
                    .number_sealed = submit.facts->number_sealed,
                    .submitted_at = submit.at};
  candidate.index = submit.facts->number_index;
  candidates_.push_back(std::move(candidate));
  return {};
}

Result<> SubmissionBatch::write_keys() {
  db::Columns rows;
  for (const Candidate& c : candidates_) {
    if (c.fault != Fault::kNone) continue;
    for_each_key(*c.by_template, [&](SubmissionKey kind, const std::string& key) {
      rows.row(c.last.application_id, kind, key, outcomes_[c.submit].request_hash, c.message_id,
               c.by_template->code ? c.by_template->code->verification_id : 0, store_.now());
    });
  }
  if (!rows.empty()) YZ_CHECK(tx_.bulk_later(q::submission_key_insert, rows));
  return {};
}

// A newer code of a number voids those before it, in the store and in this very call.
Result<> SubmissionBatch::write_verifications() {
  using domain::VerificationState;
  const Time now = store_.now();
  std::map<std::pair<int64_t, crypto::BlindHash>, const Candidate*> newest;
  for (const Candidate& c : candidates_)
    if (c.fault == Fault::kNone && c.by_template->code) newest[{c.last.application_id, c.index}] = &c;
  if (newest.empty()) return {};
  db::Columns replaced, rows;
  for (const auto& [key, c] : newest) replaced.row(key.first, key.second, now);
  for (const Candidate& c : candidates_) {
    if (c.fault != Fault::kNone || !c.by_template->code) continue;
    const CodeToSend& code = *c.by_template->code;
    const bool stands = newest[{c.last.application_id, c.index}] == &c;
    rows.row(code.verification_id, c.last.application_id, c.index, c.message_id,
             code_hash(store_, code.verification_id, code.digits),
             stands ? VerificationState::kPending : VerificationState::kReplaced, code.attempts, now,
             now + code.lifetime, stands ? Time{} : now);
  }
  YZ_CHECK(tx_.bulk_later(q::verification_replace, replaced));
  YZ_CHECK(tx_.bulk_later(q::verification_insert, rows));
  return {};
}

TemplateAnswers SubmissionBatch::answers(std::span<const TemplateSubmit> submits) const {
  TemplateAnswers all;
  all.queued = queued_;
  all.answers.resize(submits.size());
  for (const Candidate& c : candidates_) {
    TemplateAnswer& answer = all.answers[c.submit];
    if (c.fault != Fault::kNone) {
      answer.refusal = {error_of(c.fault, c.verdict.reason), c.verdict.reason};
      continue;
    }
    answer.kind = TemplateAnswer::Kind::kTaken;
    answer.message_id = c.message_id;
    if (const auto& code = c.by_template->code) {
      answer.verification_id = code->verification_id;
      answer.expires_at = store_.now() + code->lifetime;
    }
  }
  for (size_t i = 0; i < submits.size(); ++i) {
    if (outcomes_[i].answer) all.answers[i] = *outcomes_[i].answer;
    if (!outcomes_[i].same_as || outcomes_[i].answer) continue;
    const size_t first = *outcomes_[i].same_as;
    all.answers[i] = outcomes_[first].answer ? *outcomes_[first].answer : all.answers[first];
    if (all.answers[i].kind == TemplateAnswer::Kind::kTaken)
      all.answers[i].kind = TemplateAnswer::Kind::kKnown;
  }
  return all;
}

}  // namespace yizhan::service
