#include "engine/gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "domain/enum_set.h"

namespace yizhan::engine {
namespace {

using domain::BatchOrigin;
using domain::ConsentKind;
using domain::MessageState;
using domain::Reason;

constexpr Verdict kPasses;
constexpr Verdict refused(Reason reason) { return {MessageState::kRefused, reason, {}}; }
constexpr Verdict refused_unless(bool well, Reason reason) { return well ? kPasses : refused(reason); }

// What is asked again while an emergency stop lasts.
constexpr Duration kEmergencyHold = minutes(1);

// ---------------------------------------------------------------- the gates

Verdict ask_emergency_stop(const GateRules& rules, const Candidate&, Time now) {
  if (!rules.emergency_stop) return kPasses;
  return {MessageState::kHeld, Reason::kEmergencyStop, now + kEmergencyHold};
}

Verdict ask_approval(const GateRules& rules, const Candidate&, Time) {
  return refused_unless(rules.approved, Reason::kApprovalVoid);
}

Verdict ask_signature(const GateRules& rules, const Candidate&, Time) {
  return refused_unless(rules.signature.approved, Reason::kSignatureUnapproved);
}

Verdict ask_filing(const GateRules& rules, const Candidate&, Time) {
  return refused_unless(rules.carried, Reason::kNoFiledChannel);
}

Verdict ask_message_class(const GateRules& rules, const Candidate&, Time) {
  return refused_unless(domain::name_of(rules.message_class) != "?", Reason::kClassUnknown);
}

Verdict ask_number(const GateRules&, const Candidate& c, Time) {
  return refused_unless(c.number != 0, Reason::kNumberInvalid);
}

Verdict ask_suppression(const GateRules& rules, const Candidate& c, Time) {
  return refused_unless((c.suppressed & domain::class_bit(rules.message_class)) == 0, Reason::kSuppressed);
}

// Whoever asks for a code now has the number, whatever it was.
Verdict ask_number_quality(const GateRules& rules, const Candidate& c, Time) {
  return refused_unless(
      c.barred == Reason::kNone || rules.message_class == domain::MessageClass::kVerification, c.barred);
}

Verdict ask_consent(const GateRules& rules, const Candidate& c, Time) {
  const auto is = [](int64_t kind, ConsentKind wanted) { return kind == static_cast<int64_t>(wanted); };
  const auto says_no = [&](int64_t kind) {
    return is(kind, ConsentKind::kWithdrawn) || is(kind, ConsentKind::kRefused);
  };
  if (says_no(c.consent_of_class) || says_no(c.consent_of_purpose)) return refused(Reason::kConsentWithdrawn);
  // The company's own handsets stand in for people who consented; what a holder refused stays refused.
  if (rules.origin == BatchOrigin::kPreSendTest || !domain::needs_consent(rules.message_class))
    return kPasses;
  return refused_unless(
      is(c.consent_of_class, ConsentKind::kGranted) || is(c.consent_of_purpose, ConsentKind::kGranted),
      Reason::kConsentMissing);
}

// Policy 3.3.2: in the text or in the values of its variables.
bool has_personal_data(const GateRules& rules, const Candidate& c) {
  return rules.personal_data || c.personal_data;
}

// Consent to messages is not consent to have one's personal data in them.
Verdict ask_privacy(const GateRules& rules, const Candidate& c, Time) {
  if (!has_personal_data(rules, c)) return kPasses;
  // As with consent: a test goes to handsets whose holders did not say no.
  if (rules.origin == BatchOrigin::kPreSendTest && c.privacy == 0) return kPasses;
  return refused_unless(c.privacy == static_cast<int64_t>(ConsentKind::kGranted), Reason::kPrivacyMissing);
}

Verdict ask_zone(const GateRules&, const Candidate& c, Time) {
  return refused_unless(domain::zone_known(c.zone), Reason::kZoneUnknown);
}

// The earlier of two of which zero is none.
Time earlier(Time a, Time b) { return !a ? b : (!b ? a : std::min(a, b)); }

// How long the class gives a message; zero when that is not asked. A campaign that says when it ends has said
// so in place of its class: one that is sent slowly may take longer.
Duration by_class_alone(const GateRules& rules, const Candidate& c) {
  return c.since && !rules.expires_at ? rules.validity : Duration{};
}

Verdict ask_validity(const GateRules& rules, const Candidate& c, Time now) {
  const Time stated = earlier(rules.expires_at, c.expires_at);
  if (stated && now >= stated) return refused(Reason::kValidityExpired);
  // However late it counts from, it does not end before this: mostly there is nothing to work out.
  if (by_class_alone(rules, c) == Duration{} || now < c.since + rules.validity) return kPasses;
  const Time ends = validity_ends(rules, c);
  return refused_unless(!ends || now < ends, Reason::kValidityExpired);
}

Verdict ask_window(const GateRules& rules, const Candidate& c, Time now) {
  if (domain::window_state(rules.hours, c.region, c.zone, now) == domain::WindowState::kOpen) return kPasses;
  const Time opens = domain::window_opens_at(rules.hours, c.region, c.zone, now);
  if (!opens) return refused(Reason::kOutsideWindow);
  // Nobody waits for an hour at which it would be too late.
  if (const Time ends = validity_ends(rules, c); ends && opens >= ends)
    return refused(Reason::kValidityExpired);
  return {MessageState::kHeld, Reason::kOutsideWindow, opens};
}

Verdict ask_frequency(const GateRules& rules, const Candidate& c, Time now) {
  return refused_unless(!domain::frequency_exceeded(rules.frequency, rules.message_class, c.used, now) &&
                            !domain::frequency_exceeded(c.preference, rules.message_class, c.used, now),
                        Reason::kFrequency);
}

Verdict ask_text(const GateRules&, const Candidate& c, Time) {
  return refused_unless(c.composed == Reason::kNone, c.composed);
}

// ---------------------------------------------------------------- what they looked at

void add(ToldGate& told, std::string_view name, std::string value) {
  if (!value.empty()) told.inputs.push_back({name, std::move(value)});
}
void add_time(ToldGate& told, std::string_view name, Time t) {
  if (t) add(told, name, to_rfc3339(t));
}
std::string yes_no(bool yes) { return yes ? "yes" : "no"; }

std::string kind_text(int64_t kind) {
  return kind == 0 ? "none" : std::string(domain::name_of(static_cast<ConsentKind>(kind)));
}

std::string window_text(const domain::SendWindow& w) {
  return fmt::format("{:02}:{:02}-{:02}:{:02}", w.start_minute / 60, w.start_minute % 60, w.end_minute / 60,
                     w.end_minute % 60);
}

template <class Enum>
std::string names_in(int64_t bits) {
  std::string text;
  for (const Enum value : domain::values_in<Enum>(bits)) {
    if (!text.empty()) text += ' ';
    text += name_of(value);
  }
  return text;
}

void tell_emergency_stop(const GateRules& rules, const Candidate&, Time, ToldGate& told) {
  add(told, "active", yes_no(rules.emergency_stop));
}
void tell_approval(const GateRules& rules, const Candidate&, Time, ToldGate& told) {
  add(told, "approved", yes_no(rules.approved));
}
void tell_signature(const GateRules& rules, const Candidate&, Time, ToldGate& told) {
  add(told, "signature", std::string(rules.signature.text));
}
void tell_filing(const GateRules& rules, const Candidate&, Time, ToldGate& told) {
  add(told, "channel_may_carry", yes_no(rules.carried));
}
void tell_message_class(const GateRules& rules, const Candidate&, Time, ToldGate& told) {
  add(told, "message_class", std::string(domain::name_of(rules.message_class)));
}
void tell_number(const GateRules&, const Candidate& c, Time, ToldGate& told) {
  add(told, "number_known", yes_no(c.number != 0));
}
void tell_suppression(const GateRules&, const Candidate& c, Time, ToldGate& told) {
  const std::string classes = names_in<domain::MessageClass>(c.suppressed);
  add(told, "suppressed", classes.empty() ? "none" : classes);
}
void tell_number_quality(const GateRules&, const Candidate& c, Time, ToldGate& told) {
  add(told, "barred", std::string(domain::name_of(c.barred)));
}
void tell_consent(const GateRules& rules, const Candidate& c, Time, ToldGate& told) {
  add(told, "needed",
      yes_no(domain::needs_consent(rules.message_class) && rules.origin != BatchOrigin::kPreSendTest));
  add(told, "of_class", kind_text(c.consent_of_class));
  add(told, "of_purpose", kind_text(c.consent_of_purpose));
}
void tell_privacy(const GateRules& rules, const Candidate& c, Time, ToldGate& told) {
  add(told, "personal_data", yes_no(has_personal_data(rules, c)));
  if (has_personal_data(rules, c)) add(told, "authorisation", kind_text(c.privacy));
}
void tell_zone(const GateRules&, const Candidate& c, Time, ToldGate& told) {
  add(told, "zone", c.zone.empty() ? "none" : std::string(c.zone));
}
void tell_validity(const GateRules& rules, const Candidate& c, Time, ToldGate& told) {
  add_time(told, "since", c.since);
  if (rules.validity.us > 0) add(told, "validity_seconds", std::to_string(rules.validity.us / seconds(1).us));
  add_time(told, "campaign_expires_at", rules.expires_at);
  add_time(told, "own_expires_at", c.expires_at);
  add_time(told, "expires_at", validity_ends(rules, c));
}
void tell_window(const GateRules& rules, const Candidate& c, Time now, ToldGate& told) {
  add(told, "local_time", domain::local_text(c.zone, now));
  add(told, "region", std::string(c.region));
  add(told, "batch_window", window_text(rules.hours.batch));
  for (const domain::WindowRule& rule : rules.hours.windows) {
    if (rule.message_class && *rule.message_class != rules.message_class) continue;
    if (!rule.region.empty() && rule.region != c.region) continue;
    const std::string scope = rule.message_class ? std::string(name_of(*rule.message_class)) : "all";
    add(told, "company_window",
        fmt::format("{} {} {} {}", scope, rule.region.empty() ? "all" : rule.region, window_text(rule.window),
                    names_in<domain::Weekday>(rule.days)));
  }
  if (const domain::Holiday* holiday = domain::holiday_at(rules.hours, c.region, c.zone, now)) {
    add(told, "holiday", domain::day_text(holiday->day));
    add(told, "holiday_window", holiday->window ? window_text(*holiday->window) : "closed");
  }
}
void tell_frequency(const GateRules& rules, const Candidate& c, Time now, ToldGate& told) {
  for (const auto& source : {rules.frequency, c.preference})
    for (const domain::FrequencyRule& rule : source)
      if (rule.message_class == rules.message_class)
        told.frequency.push_back({rule, domain::count_used(rule, c.used, now)});
}
void tell_text(const GateRules&, const Candidate& c, Time, ToldGate& told) {
  add(told, "composed", std::string(domain::name_of(c.composed)));
}

// ---------------------------------------------------------------- the table

using Ask = Verdict (*)(const GateRules&, const Candidate&, Time);
using Tell = void (*)(const GateRules&, const Candidate&, Time, ToldGate&);

struct Row {
  Gate gate;
  int64_t exempt;  // origins whose messages do not meet it
  Ask ask;
  Tell tell;
};

constexpr int64_t kNobody = 0;
// The confirmation of an opt-out, and it alone, passes the opt-out, the hour and the limits.
constexpr int64_t kConfirmations = domain::bit_of(BatchOrigin::kOptOutConfirmation);
// Tests are not counted against the limits: how many a handset gets is limits::kTestsPerHandsetDay.
constexpr int64_t kUncounted = kConfirmations | domain::bit_of(BatchOrigin::kPreSendTest);

constexpr Row kGates[] = {
    {Gate::kEmergencyStop, kNobody, ask_emergency_stop, tell_emergency_stop},
    {Gate::kApproval, kNobody, ask_approval, tell_approval},
    {Gate::kSignature, kNobody, ask_signature, tell_signature},
    {Gate::kFiling, kNobody, ask_filing, tell_filing},
    {Gate::kMessageClass, kNobody, ask_message_class, tell_message_class},
    {Gate::kNumber, kNobody, ask_number, tell_number},
    {Gate::kSuppression, kConfirmations, ask_suppression, tell_suppression},
    {Gate::kNumberQuality, kConfirmations, ask_number_quality, tell_number_quality},
    {Gate::kConsent, kConfirmations, ask_consent, tell_consent},
    {Gate::kPrivacy, kNobody, ask_privacy, tell_privacy},
    {Gate::kZone, kConfirmations, ask_zone, tell_zone},
    {Gate::kValidity, kNobody, ask_validity, tell_validity},
    {Gate::kWindow, kConfirmations, ask_window, tell_window},
    {Gate::kFrequency, kUncounted, ask_frequency, tell_frequency},
    {Gate::kText, kNobody, ask_text, tell_text},
};

bool is_exempt(const Row& row, const GateRules& rules) {
  return (row.exempt & domain::bit_of(rules.origin)) != 0;
}

GateAnswer answer_of(MessageState state) {
  switch (state) {
    case MessageState::kQueued:
      return GateAnswer::kPass;
    case MessageState::kHeld:
      return GateAnswer::kHold;
    default:
      return GateAnswer::kRefuse;
  }
}

}  // namespace

Time validity_ends(const GateRules& rules, const Candidate& c) {
  const Time stated = earlier(rules.expires_at, c.expires_at);
  if (by_class_alone(rules, c) == Duration{}) return stated;
  Time from = c.since;
  if (domain::counts_from_opening(rules.message_class))
    from = std::max(from, domain::window_opens_at(rules.hours, c.region, c.zone, c.since));
  return earlier(stated, from + rules.validity);
}

Verdict judge(const GateRules& rules, const Candidate& candidate, Time now) {
  for (const Row& row : kGates) {
    if (is_exempt(row, rules)) continue;
    const Verdict verdict = row.ask(rules, candidate, now);
    if (verdict.state != MessageState::kQueued) return verdict;
  }
  return kPasses;
}

std::vector<ToldGate> tell(const GateRules& rules, const Candidate& candidate, Time now) {
  std::vector<ToldGate> all;
  bool decided = false;
  for (const Row& row : kGates) {
    ToldGate& told = all.emplace_back();
    told.gate = row.gate;
    if (is_exempt(row, rules)) {
      told.answer = GateAnswer::kExempt;
      continue;
    }
    const Verdict verdict = row.ask(rules, candidate, now);
    told.answer = answer_of(verdict.state);
    told.reason = verdict.reason;
    told.due = verdict.due;
    told.decides = !decided && told.answer != GateAnswer::kPass;
    decided |= told.decides;
    row.tell(rules, candidate, now, told);
  }
  return all;
}

}  // namespace yizhan::engine
