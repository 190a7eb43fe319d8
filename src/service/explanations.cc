#include "service/explanations.h"

#include <algorithm>

#include "domain/content.h"
#include "engine/gate_lookup.h"
#include "service/preferences.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::ConsentKind;
using domain::MessageClass;
using domain::MessageState;
using domain::Reason;
using engine::Gate;
using engine::GateAnswer;
using store::RulePart;

namespace {

struct ExplainedMessage {
  int64_t id = 0, batch_id = 0, customer_id = 0, campaign_id = 0;
  MessageState state = MessageState::kHeld;
  Reason reason = Reason::kNone;
  Time submitted_at, state_at, created_at, expires_at;
  Bytes sealed, number_index;
  std::string zone, region;
};

// What judge() is given, and what that looks at.
struct Case {
  engine::BatchRules rules;
  engine::Candidate candidate;
  engine::CustomerGates gates;
  Time at;
};

// Whether a gate, and not a person or the carrier, is the reason.
bool is_of_gates(Reason reason) {
  switch (reason) {
    case Reason::kEmergencyStop:
    case Reason::kApprovalVoid:
    case Reason::kSignatureUnapproved:
    case Reason::kNoFiledChannel:
    case Reason::kClassUnknown:
    case Reason::kNumberInvalid:
    case Reason::kSuppressed:
    case Reason::kConsentMissing:
    case Reason::kConsentWithdrawn:
    case Reason::kPrivacyMissing:
    case Reason::kZoneUnknown:
    case Reason::kValidityExpired:
    case Reason::kOutsideWindow:
    case Reason::kFrequency:
    case Reason::kVariableMissing:
    case Reason::kTooLong:
    case Reason::kUnsendable:
    case Reason::kScreening:
      return true;
    default:
      return false;
  }
}

bool is_of_text(Reason reason) {
  return reason == Reason::kVariableMissing || reason == Reason::kTooLong || reason == Reason::kUnsendable ||
         reason == Reason::kScreening;
}

bool is_open(MessageState state) { return state == MessageState::kHeld || state == MessageState::kQueued; }

Result<ExplainedMessage> load_message(db::Tx& tx, int64_t id) {
  auto message = YZ_TRY(tx.one(
      q::explain_message,
      [&](const db::Row& r) {
        return ExplainedMessage{.id = id,
                                .batch_id = r.i64(0),
                                .customer_id = r.i64(1),
                                .campaign_id = r.i64(12),
                                .state = r.as<MessageState>(2),
                                .reason = r.as<Reason>(3),
                                .submitted_at = r.time(4),
                                .state_at = r.time(5),
                                .created_at = r.time(6),
                                .expires_at = r.time(7),
                                .sealed = r.bytes(8),
                                .number_index = r.bytes(11),
                                .zone = r.string(9),
                                .region = r.string(10)};
      },
      id));
  if (!message) return fail(ErrorCode::kNotFound, "no such message");
  return *std::move(message);
}

// ---------------------------------------------------------------- as of the decision

// Contents from before reviews were kept: as they stand now.
Result<bool> approved_at(db::Tx& tx, const engine::BatchPlan& plan, Time at) {
  const auto then = YZ_TRY(tx.one(
      q::explain_approval,
      [&](const db::Row& r) {
        const auto kind = r.as<domain::ReviewKind>(0);
        return (kind == domain::ReviewKind::kCompliance || kind == domain::ReviewKind::kSecondReview) &&
               r.as<domain::ReviewDecision>(1) == domain::ReviewDecision::kApproved &&
               std::ranges::equal(r.blob(2), plan.content_hash) && !r.flag(3);
      },
      plan.content_version_id, at));
  if (then) return *then;
  const auto now = YZ_TRY(tx.one(
      q::batch_approval,
      [&](const db::Row& r) { return std::ranges::equal(r.blob(0), plan.content_hash) && r.flag(1); },
      plan.content_version_id, plan.channel_id));
  return now.value_or(false);
}

// By its history; of a time before it, as it stands now.
Result<engine::SignatureStanding> signature_at(db::Tx& tx, const engine::BatchPlan& plan, Time at) {
  if (plan.signature.empty()) return engine::standing_of(false, 0, 0, plan.message_class);
  struct Now {
    int64_t state = 0, message_classes = 0;
  };
  const Now now = YZ_TRY(tx.one(
                             q::signature_by_text, [](const db::Row& r) { return Now{r.i64(1), r.i64(2)}; },
                             plan.signature))
                      .value_or(Now{});
  const auto then =
      YZ_TRY(tx.one(q::explain_signature, [](const db::Row& r) { return r.i64(0); }, plan.signature, at));
  return engine::standing_of(true, then.value_or(now.state), now.message_classes, plan.message_class);
}

Result<int64_t> consent_at(db::Tx& tx, int64_t customer, MessageClass message_class, std::string_view purpose,
                           Time at) {
  const auto kind = YZ_TRY(tx.one(
      q::explain_consent, [](const db::Row& r) { return r.i64(0); }, customer, message_class, purpose, at));
  return kind.value_or(0);
}

Result<engine::CustomerGates> customer_at(db::Tx& tx, const ExplainedMessage& m,
                                          const engine::BatchPlan& plan, const engine::BatchRules& rules,
                                          Time at) {
  engine::CustomerGates gates;
  YZ_CHECK(tx.each(
      q::explain_suppression,
      [&](const db::Row& r) { gates.suppressed |= domain::class_bit(r.as<MessageClass>(0)); }, m.number_index,
      at));
  gates.consent_of_class = YZ_TRY(consent_at(tx, m.customer_id, plan.message_class, "", at));
  gates.consent_of_purpose = YZ_TRY(consent_at(tx, m.customer_id, plan.message_class, plan.purpose, at));
  if (rules.authorisations)
    gates.privacy = YZ_TRY(consent_at(tx, m.customer_id, plan.message_class, domain::kPrivacyPurpose, at));
  if (!engine::counts_uses(plan.origin)) return gates;
  const auto preference = YZ_TRY(tx.one(
      q::explain_preference, [](const db::Row& r) { return parse_preference(r.text(0)); }, m.customer_id,
      at));
  if (preference) gates.preference = *preference;
  const Duration span = std::max(domain::longest_span(rules.frequency, plan.message_class),
                                 domain::longest_span(gates.preference, plan.message_class));
  YZ_CHECK(tx.each(
      q::explain_uses, [&](const db::Row& r) { gates.used.push_back(r.time(0)); }, m.customer_id,
      plan.message_class, at - span, at, m.id));
  return gates;
}

// Nothing is opened: that the number and the text were in order is what the decision itself says.
Result<Case> as_decided(db::Tx& tx, const ExplainedMessage& m, const engine::BatchPlan& plan) {
  Case c;
  c.at = m.state == MessageState::kRefused ? m.state_at : m.submitted_at;
  c.rules =
      YZ_TRY(engine::make_batch_rules(tx, plan, YZ_TRY(store::sending_settings_at(tx, c.at)), true, c.at));
  c.rules.rules.approved = YZ_TRY(approved_at(tx, plan, c.at));
  c.rules.rules.signature = YZ_TRY(signature_at(tx, plan, c.at));
  // Which channels were left then is not worked out again; that none was is what the decision itself says.
  c.rules.rules.carried = m.reason != Reason::kNoFiledChannel;
  // A version's text and declarations never change; whether they are personal data is as of its approval.
  c.rules.rules.personal_data = YZ_TRY(tx.number(q::content_version_personal, plan.content_version_id)) != 0;
  // Of the values, what the decision itself says.
  c.candidate.personal_data = m.reason == Reason::kPrivacyMissing;
  c.rules.authorisations = c.rules.rules.personal_data || c.candidate.personal_data;
  c.gates = YZ_TRY(customer_at(tx, m, plan, c.rules, c.at));
  c.candidate.number = m.reason == Reason::kNumberInvalid ? 0 : 1;
  c.candidate.composed = is_of_text(m.reason) ? m.reason : Reason::kNone;
  // What carriers said of the number then is not kept; that it decided is.
  if (m.reason == Reason::kKnownVacant || m.reason == Reason::kCoolingDown) c.gates.barred = m.reason;
  return c;
}

// ---------------------------------------------------------------- as of now

Result<Case> as_open(db::Tx& tx, const store::Store& store, const ExplainedMessage& m,
                     const engine::BatchPlan& plan, const engine::ScreenRendered& screen) {
  Case c;
  c.at = store.now();
  c.rules = YZ_TRY(engine::load_batch_rules(tx, plan, c.at));
  std::string opened, text;
  engine::Recipient recipient;
  text::SegmentList segments;
  YZ_CHECK(store.cipher.open_to({store::column::kMessagePayload, m.id}, m.sealed, opened));
  YZ_CHECK(engine::unpack(opened, recipient));
  c.candidate.number = recipient.number;
  const auto composed =
      plan.compose(recipient, YZ_TRY(engine::load_form(tx, plan.channel_id)), 0, screen, text, segments);
  c.candidate.composed = composed.reason;
  c.candidate.personal_data = composed.personal_data;
  c.rules.authorisations |= composed.personal_data;
  const int64_t customers[] = {m.customer_id};
  c.gates = std::move(YZ_TRY(engine::look_up_customers(tx, plan, c.rules, customers, c.at))[0]);
  return c;
}

// ---------------------------------------------------------------- told

std::vector<RulePart> parts_of(Gate gate) {
  switch (gate) {
    case Gate::kEmergencyStop:
      return {RulePart::kEmergencyStop};
    case Gate::kValidity:
      return {RulePart::kValidity};
    case Gate::kWindow:
      return {RulePart::kWindows, RulePart::kHolidays};
    case Gate::kFrequency:
      return {RulePart::kFrequency};
    default:
      return {};
  }
}

ExplainedGate view_of(const engine::ToldGate& told, const store::SendingSettings& settings) {
  ExplainedGate gate{.gate = told.gate,
                     .answer = told.answer,
                     .reason = told.reason,
                     .decides = told.decides,
                     .due = {},
                     .rule_versions = {},
                     .inputs = {},
                     .limits = {}};
  if (told.due) gate.due = told.due;
  for (const RulePart part : parts_of(told.gate))
    gate.rule_versions[std::string(name_of(part))] = settings.version_of(part);
  for (const engine::GateInput& input : told.inputs)
    gate.inputs.push_back({std::string(input.name), input.value});
  for (const engine::RuleUse& use : told.frequency) {
    ExplainedLimit limit{.source = use.rule.source,
                         .announcement_id = {},
                         .span_seconds = use.rule.span.us / seconds(1).us,
                         .maximum = use.rule.maximum,
                         .used = use.used};
    if (use.rule.source_id != 0) limit.announcement_id = CampaignId{use.rule.source_id};
    gate.limits.push_back(limit);
  }
  return gate;
}

}  // namespace

Result<Explanation> Explanations::explain(db::Tx& tx, int64_t message_id) const {
  const ExplainedMessage m = YZ_TRY(load_message(tx, message_id));
  const auto plan = YZ_TRY(engine::load_batch_plan(tx, m.batch_id));
  if (plan == nullptr) return fail(ErrorCode::kInternal, "the message has no batch");
  Case c =
      is_open(m.state) ? YZ_TRY(as_open(tx, store_, m, *plan, screen_)) : YZ_TRY(as_decided(tx, m, *plan));
  c.candidate.region = m.region;
  c.candidate.zone = m.zone;
  c.candidate.suppressed = c.gates.suppressed;
  c.candidate.barred = c.gates.barred;
  c.candidate.consent_of_class = c.gates.consent_of_class;
  c.candidate.consent_of_purpose = c.gates.consent_of_purpose;
  c.candidate.privacy = c.gates.privacy;
  c.candidate.used = c.gates.used;
  c.candidate.preference = c.gates.preference;
  c.candidate.since = engine::valid_since(*plan, m.created_at, c.at);
  c.candidate.expires_at = m.expires_at;
  Explanation out{.message_id = MessageId{m.id},
                  .campaign_id = {},
                  .customer_id = CustomerId{m.customer_id},
                  .origin = plan->origin,
                  .message_class = plan->message_class,
                  .state = m.state,
                  .reason = m.reason,
                  .as_of = is_open(m.state) ? ExplainedAsOf::kNow : ExplainedAsOf::kDecision,
                  .at = c.at,
                  .answer = GateAnswer::kPass,
                  .agrees = {},
                  .gates = {}};
  if (m.campaign_id != 0) out.campaign_id = CampaignId{m.campaign_id};
  Reason reason = Reason::kNone;
  for (const engine::ToldGate& told : engine::tell(c.rules.rules, c.candidate, c.at)) {
    if (told.decides) {
      out.answer = told.answer;
      reason = told.reason;
    }
    out.gates.push_back(view_of(told, *c.rules.settings));
  }
  if (out.as_of == ExplainedAsOf::kDecision) {
    if (m.state != MessageState::kRefused)
      out.agrees = out.answer == GateAnswer::kPass;
    else if (is_of_gates(m.reason))
      out.agrees = reason == m.reason;
  }
  return out;
}

Result<Explanation> Explanations::message(MessageId id) const {
  return store_.db.read([&](db::Tx& tx) { return explain(tx, id.value); });
}

Result<Explanation> Explanations::recipient(CampaignId id, CustomerId customer) const {
  return store_.db.read([&](db::Tx& tx) -> Result<Explanation> {
    const auto message =
        YZ_TRY(tx.one(q::explain_recipient, [](const db::Row& r) { return r.i64(0); }, id, customer));
    if (!message) return fail(ErrorCode::kNotFound, "the campaign has no message to this customer");
    return explain(tx, *message);
  });
}

}  // namespace yizhan::service
