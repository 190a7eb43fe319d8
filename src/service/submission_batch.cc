#include "service/submission_batch.h"

#include <algorithm>

#include "base/limits.h"
#include "domain/consent.h"
#include "engine/application_batch.h"
#include "engine/changes.h"
#include "engine/recipient.h"
#include "service/customer_profile.h"
#include "service/validity.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using codec::Fault;
using domain::MessageState;
using domain::Reason;

namespace {

// Where a customer comes from whom an application was the first to name.
constexpr const char* kAttributes = R"({"source":"application"})";
// CMPP: the answer's id stands for those that follow it in its last 16 bits.
constexpr int64_t kRunBits = 16;

bool has_parts(const link::AccessSubmit& submit) { return submit.part && submit.part->total > 1; }

bool counts_up(codec::Protocol protocol) {
  return protocol == codec::Protocol::kCmpp20 || protocol == codec::Protocol::kCmpp30;
}

std::string decoded(codec::Coding coding, ByteSpan bytes) {
  std::string text;
  text::append_decoded(*codec::encoding_of(coding, {}), bytes, text);
  return text;
}

}  // namespace

Fault fault_of(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return Fault::kNone;
    case Reason::kEmergencyStop:
      return Fault::kQueueFull;
    case Reason::kNumberInvalid:
    case Reason::kNumberUnsupported:
    case Reason::kZoneUnknown:
    case Reason::kKnownVacant:
    case Reason::kCoolingDown:
      return Fault::kBadDestination;
    case Reason::kSuppressed:
    case Reason::kConsentMissing:
    case Reason::kConsentWithdrawn:
    case Reason::kPrivacyMissing:
      return Fault::kNoConsent;
    case Reason::kFrequency:
      return Fault::kFrequency;
    case Reason::kValidityExpired:
      return Fault::kExpired;
    case Reason::kVariableMissing:
    case Reason::kTooLong:
      return Fault::kTooLong;
    case Reason::kUnsendable:
      return Fault::kBadCoding;
    default:
      return Fault::kNotApproved;
  }
}

bool is_passing(Fault fault) {
  return fault == Fault::kQueueFull || fault == Fault::kThrottled || fault == Fault::kSystem;
}

Result<SubmissionAnswers> SubmissionBatch::run(std::span<const link::AccessSubmit> submits) {
  outcomes_.resize(submits.size());
  for (size_t i = 0; i < submits.size(); ++i) YZ_CHECK(take(submits[i], i));
  for (Candidate& candidate : candidates_)
    if (candidate.fault == Fault::kNone) recognise(candidate);
  YZ_CHECK(judge_and_write());
  return answers(submits);
}

Result<> SubmissionBatch::judge_and_write() {
  YZ_CHECK(find_customers());
  YZ_CHECK(find_suppressions());
  YZ_CHECK(ask_gates());
  return write();
}

// ---------------------------------------------------------------- what is submitted

Result<const SubmissionBatch::Account*> SubmissionBatch::account(int64_t id) {
  if (const auto known = accounts_.find(id); known != accounts_.end()) return &known->second;
  struct Terms {
    Account account;
    engine::ApplicationWay way;
    int64_t channel_version;
  };
  auto terms = YZ_TRY(tx_.one(
      q::application_terms,
      [](const db::Row& row) {
        const auto receipts = row.flag(5) ? codec::ReceiptWish::kAlways : codec::ReceiptWish::kNever;
        return Terms{{row.flag(0), row.i64(1), row.string(2), receipts, nullptr, {}},
                     {row.i64(3), row.i64(6)},
                     row.i64(4)};
      },
      id));
  if (!terms) return &accounts_[id];
  terms->account.texts = YZ_TRY(templates_.of(tx_, id, terms->way, terms->channel_version));
  terms->account.form = YZ_TRY(engine::load_form(tx_, terms->way.channel_id));
  return &(accounts_[id] = std::move(terms->account));
}

Fault SubmissionBatch::check(const Account& account, const link::AccessSubmit& submit,
                             std::vector<text::PhoneNumber>& numbers) const {
  if (!account.enabled) return Fault::kBadAccount;
  if (!submit.source.empty() && submit.source != account.access_code) return Fault::kBadSource;
  if (!codec::encoding_of(submit.coding, {})) return Fault::kBadCoding;
  if (has_parts(submit)) {
    if (submit.part->number == 0 || submit.part->number > submit.part->total) return Fault::kBadCoding;
    if (submit.part->total > limits::kSegmentsPerMessage) return Fault::kTooLong;
  }
  for (const std::string& destination : submit.destinations) {
    const auto number = text::parse_mobile(destination);
    if (!number) return Fault::kBadDestination;
    numbers.push_back(*number);
  }
  if (numbers.empty()) return Fault::kBadDestination;
  const auto until = valid_until(submit.validity, submit.at);
  return until && *until <= store_.now() ? Fault::kExpired : Fault::kNone;
}

// A run of ids, one a number. CMPP's may not leave the last 16 bits, which is all that an application counts.
int64_t SubmissionBatch::take_ids(const link::AccessSubmit& submit) const {
  const auto count = static_cast<int64_t>(submit.destinations.size());
  int64_t first = store_.ids.next(count);
  if (counts_up(submit.protocol) && (first >> kRunBits) != ((first + count - 1) >> kRunBits))
    first = store_.ids.next(count);
  return first;
}

Result<> SubmissionBatch::take(const link::AccessSubmit& submit, size_t index) {
  Outcome& outcome = outcomes_[index];
  const Account& terms = *YZ_TRY(account(submit.account_id));
  std::vector<text::PhoneNumber> numbers;
  outcome.fault = check(terms, submit, numbers);
  if (outcome.fault != Fault::kNone) return {};
  const int64_t first = take_ids(submit);
  outcome.name = {submit.protocol, first, submit.sequence};
  for (size_t i = 0; i < numbers.size(); ++i) {
    const int64_t id = first + static_cast<int64_t>(i);
    engine::SubmitName name = outcome.name;
    if (counts_up(submit.protocol)) name.reference = id;
    Candidate candidate;
    candidate.submit = index;
    candidate.message_id = id;
    candidate.account = &terms;
    candidate.number = numbers[i];
    candidate.valid_until = valid_until(submit.validity, submit.at);
    candidate.last = {
        .application_id = submit.account_id,
        .message_id = id,
        .name = name,
        .receipt = submit.receipt,
        .source = terms.access_code,
        .number_sealed = store_.cipher.seal(store::column::kApplicationNumber, submit.destinations[i]),
        .submitted_at = submit.at};
    if (has_parts(submit)) {
      YZ_CHECK(take_part(submit, std::move(candidate)));
    } else {
      candidate.text = decoded(submit.coding, submit.text);
      add(std::move(candidate));
    }
  }
  return {};
}

Result<> SubmissionBatch::take_part(const link::AccessSubmit& submit, Candidate&& candidate) {
  Outcome& outcome = outcomes_[candidate.submit];
  TakenPart part = YZ_TRY(parts_.take(submit, candidate.last, candidate.number.digits));
  switch (part.kind) {
    case TakenPart::Kind::kStored:
      ++outcome.taken;
      return {};
    case TakenPart::Kind::kRepeated: {
      ++outcome.taken;
      outcome.name = part.name;
      const auto original = std::ranges::find_if(candidates_, [&](const Candidate& c) {
        return c.message_id == part.repeated_message_id && c.last.name.reference == part.name.reference;
      });
      if (original != candidates_.end()) outcome.same_as = original->submit;
      return {};
    }
    case TakenPart::Kind::kMixed:
      refuse(candidate, Fault::kBadCoding, Reason::kUnsendable);
      break;
    case TakenPart::Kind::kWhole:
      candidate.text = decoded(submit.coding, part.text);
      break;
  }
  candidate.group = std::move(part.group);
  add(std::move(candidate));
  return {};
}

void SubmissionBatch::refuse(Candidate& candidate, Fault fault, Reason reason) {
  candidate.fault = fault;
  candidate.verdict = {MessageState::kRefused, reason, {}};
}

void SubmissionBatch::add(Candidate&& candidate) {
  candidate.index = store_.number_index.of(std::to_string(candidate.number.digits));
  candidates_.push_back(std::move(candidate));
}

// ---------------------------------------------------------------- judging

void SubmissionBatch::recognise(Candidate& candidate) const {
  auto said =
      candidate.account->texts == nullptr ? std::nullopt : candidate.account->texts->find(candidate.text);
  if (!said ||
      (candidate.account->message_classes & domain::class_bit(said->text->plan->message_class)) == 0) {
    return refuse(candidate, Fault::kNotApproved, Reason::kApprovalVoid);
  }
  candidate.said = *std::move(said);
}

// Whom nobody knows yet gets an id here, and a row if the message stands.
Result<> SubmissionBatch::find_customers() {
  db::Columns rows;
  for (const Candidate& candidate : candidates_) rows.row(candidate.index);
  if (rows.empty()) return {};
  YZ_CHECK(tx_.bulk_each(q::customers_to_send_to, rows, [&](const db::Row& row) {
    Candidate& candidate = candidates_[static_cast<size_t>(row.i64(0))];
    candidate.customer_id = row.i64(1);
    candidate.zone = row.string(2);
    candidate.region = row.string(3);
  }));
  std::map<uint64_t, int64_t> strangers;
  for (Candidate& candidate : candidates_) {
    if (candidate.customer_id != 0 || candidate.fault != Fault::kNone) continue;
    if (domain::needs_consent(candidate.said.text->plan->message_class)) {
      refuse(candidate, Fault::kNoConsent, Reason::kConsentMissing);
      continue;
    }
    const auto [known, fresh] = strangers.emplace(candidate.number.digits, 0);
    if (fresh) known->second = store_.ids.next();
    candidate.customer_id = known->second;
    candidate.is_new = true;
    candidate.zone = text::time_zone_of(candidate.number);
    candidate.region = candidate.number.region.view();
  }
  return {};
}

// Of strangers the suppression list is all that is known.
Result<> SubmissionBatch::find_suppressions() {
  db::Columns rows;
  std::vector<Candidate*> of_row;
  for (Candidate& candidate : candidates_) {
    if (!candidate.is_new) continue;
    rows.row(candidate.index);
    of_row.push_back(&candidate);
  }
  if (rows.empty()) return {};
  return tx_.bulk_each(q::suppressions_by_index, rows, [&](const db::Row& row) {
    of_row[static_cast<size_t>(row.i64(0))]->gates.suppressed |=
        domain::class_bit(row.as<domain::MessageClass>(1));
  });
}

Result<engine::BatchRules*> SubmissionBatch::rules_of(const engine::BatchPlan& plan) {
  auto known = rules_.find(&plan);
  if (known == rules_.end())
    known = rules_.emplace(&plan, YZ_TRY(engine::load_batch_rules(tx_, plan, store_.now()))).first;
  return &known->second;
}

Result<> SubmissionBatch::ask_gates() {
  std::map<const engine::BatchPlan*, std::vector<Candidate*>> by_plan;
  std::vector<int64_t> customers;
  for (Candidate& candidate : candidates_) {
    customers.push_back(candidate.customer_id);
    if (candidate.fault != Fault::kNone) continue;
    compose(candidate);
    if (!candidate.is_new) by_plan[candidate.said.text->plan.get()].push_back(&candidate);
  }
  for (const auto& [plan, known] : by_plan) {
    std::vector<int64_t> ids;
    for (const Candidate* candidate : known) ids.push_back(candidate->customer_id);
    engine::BatchRules* rules = YZ_TRY(rules_of(*plan));
    rules->authorisations |=
        std::ranges::any_of(known, [](const Candidate* c) { return c->composed.personal_data; });
    auto gates = YZ_TRY(engine::look_up_customers(tx_, *plan, *rules, ids, store_.now()));
    for (size_t i = 0; i < known.size(); ++i) known[i]->gates = std::move(gates[i]);
  }
  std::map<domain::MessageClass, engine::CountedTogether> together;
  for (size_t i = 0; i < candidates_.size(); ++i) {
    Candidate& candidate = candidates_[i];
    if (candidate.fault != Fault::kNone) continue;
    const engine::BatchPlan& plan = *candidate.said.text->plan;
    engine::CountedTogether& counted = together.try_emplace(plan.message_class, customers).first->second;
    counted.add_to(i, candidate.gates.used);
    const engine::BatchRules* rules = YZ_TRY(rules_of(plan));
    candidate.fault = judge(candidate, rules->rules);
    if (candidate.verdict.state == MessageState::kQueued && candidate.fault == Fault::kNone)
      counted.count(i, store_.now());
  }
  return {};
}

void SubmissionBatch::compose(Candidate& candidate) {
  const engine::Recipient recipient{.number = candidate.number.digits, .values = candidate.said.values};
  candidate.composed = candidate.said.text->plan->compose(recipient, candidate.account->form,
                                                          static_cast<uint16_t>(candidate.message_id & 0xFF),
                                                          screen_, rendered_, segments_);
}

Fault SubmissionBatch::judge(Candidate& candidate, const engine::GateRules& rules) const {
  candidate.verdict = engine::judge(rules,
                                    {.number = candidate.number.digits,
                                     .region = candidate.region,
                                     .zone = candidate.zone,
                                     .suppressed = candidate.gates.suppressed,
                                     .barred = candidate.gates.barred,
                                     .consent_of_class = candidate.gates.consent_of_class,
                                     .consent_of_purpose = candidate.gates.consent_of_purpose,
                                     .privacy = candidate.gates.privacy,
                                     .personal_data = candidate.composed.personal_data,
                                     .used = candidate.gates.used,
                                     .preference = candidate.gates.preference,
                                     .since = store_.now(),
                                     .expires_at = candidate.valid_until.value_or(Time{}),
                                     .composed = candidate.composed.reason},
                                    store_.now());
  // What the gates behind the window say is asked again when it opens, but a text that cannot be sent now
  // cannot be sent then.
  if (candidate.verdict.state == MessageState::kHeld && candidate.verdict.reason == Reason::kOutsideWindow)
    return fault_of(candidate.composed.reason);
  return fault_of(candidate.verdict.reason);
}

// ---------------------------------------------------------------- writing

Result<> SubmissionBatch::write() {
  std::vector<Candidate*> standing;
  for (Candidate& candidate : candidates_) {
    Outcome& outcome = outcomes_[candidate.submit];
    if (candidate.fault == Fault::kNone) {
      ++outcome.taken;
      standing.push_back(&candidate);
    } else if (outcome.fault == Fault::kNone) {
      outcome.fault = candidate.fault;
    }
  }
  if (!standing.empty()) {
    YZ_CHECK(write_customers(standing));
    YZ_CHECK(write_messages(standing));
  }
  // A submit that is answered well although one of its numbers was refused.
  for (const Candidate& candidate : candidates_)
    if (candidate.fault != Fault::kNone && outcomes_[candidate.submit].taken > 0)
      YZ_CHECK(engine::queue_receipts(tx_, {&candidate.last, 1}, MessageState::kRefused,
                                      candidate.verdict.reason, store_.now()));
  return finish_parts();
}

Result<> SubmissionBatch::write_customers(const std::vector<Candidate*>& standing) {
  std::set<int64_t> written;
  db::Columns rows;
  for (const Candidate* c : standing) {
    if (!c->is_new || !written.insert(c->customer_id).second) continue;
    rows.row(c->customer_id, c->index,
             store_.cipher.seal(store::column::kCustomerNumber, std::to_string(c->number.digits)),
             db::Param::null(db::Type::kBlob),
             store_.cipher.seal(store::column::kCustomerProfile, encode_profile({})), c->number.region.view(),
             c->number.carrier.carrier, c->zone, "", "", kAttributes, c->gates.suppressed, 0, store_.now());
  }
  if (!rows.empty()) YZ_CHECK(tx_.bulk_later(q::customer_insert, rows));
  return {};
}

Result<> SubmissionBatch::write_messages(const std::vector<Candidate*>& standing) {
  struct Range {
    int64_t count = 0, first = INT64_MAX, last = 0;
  };
  std::map<std::pair<int64_t, const engine::BatchPlan*>, int64_t> batch_ids;
  std::map<int64_t, Range> ranges;
  engine::Changes changes(engine::Care::kExpected);
  db::Columns messages, submissions, outbox, deferred, expiries;
  const Time now = store_.now();
  for (const Candidate* c : standing) {
    const engine::BatchPlan& plan = *c->said.text->plan;
    const int64_t application = c->last.application_id;
    auto batch = batch_ids.find({application, &plan});
    if (batch == batch_ids.end()) {
      const int64_t id = YZ_TRY(engine::application_batch(tx_, store_, application, plan));
      batch = batch_ids.emplace(std::pair{application, &plan}, id).first;
    }
    packed_.clear();
    YZ_CHECK(engine::pack(c->number.digits, c->said.values, packed_));
    messages.row(c->message_id, batch->second, c->customer_id, c->message_id, c->verdict.state,
                 c->verdict.reason, c->number.carrier.carrier,
                 store_.cipher.seal({store::column::kMessagePayload, c->message_id}, packed_), now);
    if (c->valid_until) expiries.row(c->message_id, *c->valid_until);
    const engine::SubmitName& n = c->last.name;
    submissions.row(c->message_id, application, n.protocol, n.reference, n.sequence.node, n.sequence.time,
                    n.sequence.number, c->last.receipt, c->last.source, c->last.number_sealed,
                    c->last.submitted_at,
                    c->by_template == nullptr ? std::string_view() : c->by_template->reference);
    if (c->verdict.state == MessageState::kQueued)
      outbox.row(batch->second, c->message_id);
    else
      deferred.row(c->verdict.due, c->message_id, batch->second);
    changes.count(batch->second, c->verdict.state, c->verdict.reason, +1);
    Range& range = ranges[batch->second];
    ++range.count;
    range.first = std::min(range.first, c->message_id);
    range.last = std::max(range.last, c->message_id);
  }
  YZ_CHECK(tx_.bulk_later(q::message_insert, messages));
  if (!expiries.empty()) YZ_CHECK(tx_.bulk_later(q::message_set_expiry, expiries));
  YZ_CHECK(tx_.bulk_later(q::submission_insert, submissions));
  if (!outbox.empty()) YZ_CHECK(tx_.bulk_later(q::outbox_insert, outbox));
  if (!deferred.empty()) YZ_CHECK(tx_.bulk_later(q::deferred_insert, deferred));
  for (const auto& [id, range] : ranges)
    YZ_CHECK(tx_.run_later(q::batch_add_messages, id, range.count, range.first, range.last));
  queued_ = !outbox.empty();
  return changes.write(tx_, now);
}

Result<> SubmissionBatch::finish_parts() {
  for (const Candidate& c : candidates_) {
    if (!c.group) continue;
    if (c.fault == Fault::kNone)
      YZ_CHECK(parts_.keep(*c.group, c.message_id));
    else if (is_passing(c.fault) && outcomes_[c.submit].taken == 0)
      YZ_CHECK(parts_.reopen(*c.group, c.message_id));
    else
      YZ_CHECK(parts_.refuse(*c.group, c.message_id, c.verdict.reason));
  }
  return {};
}

SubmissionAnswers SubmissionBatch::answers(std::span<const link::AccessSubmit> submits) const {
  SubmissionAnswers all;
  all.queued = queued_;
  for (size_t i = 0; i < submits.size(); ++i) {
    const Outcome& outcome = outcomes_[outcomes_[i].same_as.value_or(i)];
    all.answers.push_back({.token = submits[i].token,
                           .fault = outcome.taken > 0 ? Fault::kNone : outcome.fault,
                           .name = outcome.name});
  }
  return all;
}

}  // namespace yizhan::service
