#include "service/policy_figures.h"

#include <string>

#include "domain/access.h"
#include "domain/campaign.h"
#include "domain/consent.h"
#include "domain/content.h"
#include "domain/message.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using domain::MessageState;
using domain::Reason;

namespace {

// What several figures are made from, read once.
struct Facts {
  db::Tx& tx;
  Time now;
  std::map<std::pair<MessageState, Reason>, int64_t> messages;
  std::map<std::string, int64_t, std::less<>> deeds;  // of the audit log, by action

  template <class... P>
  Result<double> number(const db::Query& query, const P&... params) const {
    return static_cast<double>(YZ_TRY(tx.number(query, params...)));
  }
  double in(MessageState state, std::initializer_list<Reason> reasons = {}) const {
    int64_t sum = 0;
    for (const auto& [key, count] : messages) {
      bool wanted = key.first == state && reasons.size() == 0;
      for (const Reason reason : reasons) wanted = wanted || (key.first == state && key.second == reason);
      if (wanted) sum += count;
    }
    return static_cast<double>(sum);
  }
  double refused(std::initializer_list<Reason> reasons) const { return in(MessageState::kRefused, reasons); }
  double ended() const {
    return in(MessageState::kDelivered) + in(MessageState::kFailed) + in(MessageState::kExpired) +
           in(MessageState::kUnknown);
  }
  double done(std::string_view action) const {
    const auto found = deeds.find(action);
    return found == deeds.end() ? 0 : static_cast<double>(found->second);
  }
};

double delivery_percent(const Facts& f) {
  return f.ended() == 0 ? 0 : 100 * f.in(MessageState::kDelivered) / f.ended();
}

double audit_entries(const Facts& f) {
  int64_t sum = 0;
  for (const auto& [action, count] : f.deeds) sum += count;
  return static_cast<double>(sum);
}

Result<double> review_wait_seconds(const Facts& f) {
  const auto wait = YZ_TRY(f.tx.one(q::policy_review_wait, [](const db::Row& r) {
    return r.i64(1) == 0 ? 0.0 : static_cast<double>(r.i64(0)) / static_cast<double>(r.i64(1)) / 1e6;
  }));
  return wait.value_or(0);
}

template <domain::Role role>
Result<double> users_with(const Facts& f) {
  return f.number(q::policy_users_with, domain::Roles{}.with(role).bits);
}

struct Figure {
  std::string_view name, unit;
  Result<double> (*read)(const Facts&);
};

constexpr const char* kCount = "count";

// In the order of the policy.
const Figure kFigures[] = {
    {"audit_entries", kCount, [](const Facts& f) -> Result<double> { return audit_entries(f); }},
    {"messages_sent", kCount,
     [](const Facts& f) -> Result<double> { return f.ended() + f.in(MessageState::kSent); }},
    {"messages_delivered", kCount,
     [](const Facts& f) -> Result<double> { return f.in(MessageState::kDelivered); }},
    {"messages_failed", kCount, [](const Facts& f) -> Result<double> { return f.in(MessageState::kFailed); }},
    {"delivery_percent", "percent", [](const Facts& f) -> Result<double> { return delivery_percent(f); }},
    {"messages_refused", kCount,
     [](const Facts& f) -> Result<double> { return f.in(MessageState::kRefused); }},
    {"messages_refused_approval", kCount,
     [](const Facts& f) -> Result<double> { return f.refused({Reason::kApprovalVoid}); }},
    {"messages_refused_screening", kCount,
     [](const Facts& f) -> Result<double> { return f.refused({Reason::kScreening}); }},
    {"messages_refused_variable", kCount,
     [](const Facts& f) -> Result<double> {
       return f.refused({Reason::kVariableMissing, Reason::kTooLong, Reason::kUnsendable});
     }},
    {"messages_refused_consent", kCount,
     [](const Facts& f) -> Result<double> {
       return f.refused({Reason::kConsentMissing, Reason::kConsentWithdrawn});
     }},
    {"messages_refused_privacy", kCount,
     [](const Facts& f) -> Result<double> { return f.refused({Reason::kPrivacyMissing}); }},
    {"messages_refused_signature", kCount,
     [](const Facts& f) -> Result<double> {
       return f.refused({Reason::kSignatureUnapproved, Reason::kNoFiledChannel});
     }},
    {"messages_refused_suppressed", kCount,
     [](const Facts& f) -> Result<double> { return f.refused({Reason::kSuppressed}); }},
    {"messages_refused_frequency", kCount,
     [](const Facts& f) -> Result<double> { return f.refused({Reason::kFrequency}); }},
    {"messages_held_outside_window", kCount,
     [](const Facts& f) -> Result<double> { return f.in(MessageState::kHeld, {Reason::kOutsideWindow}); }},
    {"campaigns_planned", kCount, [](const Facts& f) { return f.number(q::policy_campaigns); }},
    {"campaigns_handed_over", kCount,
     [](const Facts& f) { return f.number(q::policy_campaigns_handed_over); }},
    {"campaigns_started", kCount, [](const Facts& f) { return f.number(q::policy_campaigns_started); }},
    {"pauses_for_failures", kCount, [](const Facts& f) -> Result<double> { return f.done("batch.pause"); }},
    {"first_reviews", kCount,
     [](const Facts& f) { return f.number(q::policy_decisions, domain::ReviewDecision::kPassed); }},
    {"contents_approved", kCount,
     [](const Facts& f) { return f.number(q::policy_decisions, domain::ReviewDecision::kApproved); }},
    {"contents_passed_on", kCount,
     [](const Facts& f) { return f.number(q::policy_decisions, domain::ReviewDecision::kPassedOn); }},
    {"contents_rejected", kCount,
     [](const Facts& f) { return f.number(q::policy_decisions, domain::ReviewDecision::kRejected); }},
    {"contents_waiting", kCount,
     [](const Facts& f) -> Result<double> {
       return YZ_TRY(f.number(q::policy_contents_in, domain::ContentState::kSubmitted)) +
              YZ_TRY(f.number(q::policy_contents_in, domain::ContentState::kSecondReview));
     }},
    {"review_wait_seconds", "seconds", review_wait_seconds},
    {"qualifications_valid", kCount,
     [](const Facts& f) { return f.number(q::policy_qualifications, f.now); }},
    {"consents_on_record", kCount,
     [](const Facts& f) { return f.number(q::policy_consents, domain::kPrivacyPurpose); }},
    {"privacy_authorisations", kCount,
     [](const Facts& f) { return f.number(q::policy_privacy_authorisations, domain::kPrivacyPurpose); }},
    {"consents_by_operators", kCount,
     [](const Facts& f) { return f.number(q::policy_consents_by_operators); }},
    {"opt_outs_by_reply", kCount, [](const Facts& f) { return f.number(q::policy_opt_outs_by_reply); }},
    {"suppressions", kCount, [](const Facts& f) { return f.number(q::policy_suppressions); }},
    {"evidence_files", kCount, [](const Facts& f) { return f.number(q::policy_evidence_files); }},
    {"imports_finished", kCount, [](const Facts& f) { return f.number(q::policy_imports_finished); }},
    {"import_rows_refused", kCount, [](const Facts& f) { return f.number(q::policy_import_rows_refused); }},
    {"tests_passed", kCount,
     [](const Facts& f) { return f.number(q::policy_tests, domain::TestState::kPassed); }},
    {"tests_failed", kCount,
     [](const Facts& f) { return f.number(q::policy_tests, domain::TestState::kFailed); }},
    {"reports_made", kCount, [](const Facts& f) { return f.number(q::policy_reports); }},
    {"reports_acknowledged", kCount, [](const Facts& f) { return f.number(q::policy_reports_acknowledged); }},
    {"channels_enabled", kCount, [](const Facts& f) { return f.number(q::policy_channels_enabled); }},
    {"emergency_stops", kCount, [](const Facts& f) -> Result<double> { return f.done("emergency.stop"); }},
    {"reveals", kCount, [](const Facts& f) -> Result<double> { return f.done("customer.reveal"); }},
    {"sign_ins_refused", kCount, [](const Facts& f) -> Result<double> { return f.done("session.refuse"); }},
    {"accounts_locked", kCount, [](const Facts& f) { return f.number(q::policy_accounts_locked, f.now); }},
    {"api_keys_valid", kCount, [](const Facts& f) { return f.number(q::policy_api_keys_valid, f.now); }},
    {"users_marketing", kCount, users_with<domain::Role::kMarketing>},
    {"users_technology", kCount, users_with<domain::Role::kTechnology>},
    {"users_customer_service", kCount, users_with<domain::Role::kCustomerService>},
    {"users_compliance", kCount, users_with<domain::Role::kCompliance>},
    {"users_administrator", kCount, users_with<domain::Role::kAdministrator>},
    {"users_auditor", kCount, users_with<domain::Role::kAuditor>},
};

}  // namespace

std::optional<std::string_view> policy_figure_unit(std::string_view name) {
  for (const Figure& figure : kFigures)
    if (figure.name == name) return figure.unit;
  return std::nullopt;
}

Result<PolicyFigures> read_policy_figures(db::Tx& tx, Time now) {
  Facts facts{.tx = tx, .now = now, .messages = {}, .deeds = {}};
  YZ_CHECK(tx.each(q::all_batch_counts, [&](const db::Row& r) {
    facts.messages[{r.as<MessageState>(0), r.as<Reason>(1)}] = r.i64(2);
  }));
  YZ_CHECK(tx.each(q::policy_deeds, [&](const db::Row& r) { facts.deeds[r.string(0)] = r.i64(1); }));
  PolicyFigures figures;
  for (const Figure& figure : kFigures) figures[figure.name] = YZ_TRY(figure.read(facts));
  return figures;
}

}  // namespace yizhan::service
