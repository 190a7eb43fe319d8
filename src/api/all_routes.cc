#include "api/all_routes.h"

#include <cstddef>

#include "api/application_routes.h"
#include "api/audit_routes.h"
#include "api/callback_routes.h"
#include "api/campaign_routes.h"
#include "api/channel_routes.h"
#include "api/company_list_routes.h"
#include "api/content_routes.h"
#include "api/customers_routes.h"
#include "api/effect_routes.h"
#include "api/identity_routes.h"
#include "api/monitor_routes.h"
#include "api/policy_routes.h"
#include "api/program_routes.h"
#include "api/qualification_routes.h"
#include "api/rehearsal_routes.h"
#include "api/report_routes.h"
#include "api/rescreening_routes.h"
#include "api/routing_routes.h"
#include "api/rule_pack_routes.h"
#include "api/settings_routes.h"
#include "api/signature_routes.h"
#include "api/task_routes.h"
#include "api/test_routes.h"

namespace yizhan::api {

namespace {

// A T that is never made, only referred to: routes keep references and call them when a request comes. The
// language allows that much of storage whose object's life has not begun ([basic.life] 8).
template <class T>
T& unborn() {
  alignas(T) static std::byte place[sizeof(T)];
  return reinterpret_cast<T&>(place);
}

}  // namespace

void add_all_routes(Catalogue& catalogue, const Behind& behind) {
  add_system_routes(catalogue, behind.health, behind.system);
  add_identity_routes(catalogue, behind.identity, behind.access);
  add_audit_routes(catalogue, behind.audit);
  add_settings_routes(catalogue, behind.settings);
  add_import_routes(catalogue, behind.imports, behind.spool_folder);
  add_customer_routes(catalogue, behind.customers);
  add_preference_routes(catalogue, behind.preferences);
  add_consent_routes(catalogue, behind.consents, behind.spool_folder);
  add_customer_message_routes(catalogue, behind.customer_messages);
  add_consent_task_routes(catalogue, behind.consent_tasks);
  add_consent_ledger_routes(catalogue, behind.consent_ledger);
  add_segment_routes(catalogue, behind.segments);
  add_test_handset_routes(catalogue, behind.handsets);
  add_content_routes(catalogue, behind.contents);
  add_rule_pack_routes(catalogue, behind.rule_packs);
  add_rescreening_routes(catalogue, behind.rescreenings);
  add_allow_phrase_routes(catalogue, behind.allow_phrases);
  add_brand_routes(catalogue, behind.brands);
  add_content_sample_routes(catalogue, behind.sampler);
  add_review_context_routes(catalogue, behind.review_contexts);
  add_opinion_routes(catalogue, behind.opinions);
  add_review_statistics_routes(catalogue, behind.review_statistics);
  add_review_settings_routes(catalogue, behind.review_settings);
  add_qualification_routes(catalogue, behind.qualifications, behind.spool_folder);
  add_signature_routes(catalogue, behind.signatures, behind.filings, behind.spool_folder);
  add_channel_routes(catalogue, behind.channels);
  add_routing_routes(catalogue, behind.routes, behind.findings);
  add_application_routes(catalogue, behind.applications);
  add_application_key_routes(catalogue, behind.application_keys);
  add_webhook_routes(catalogue, behind.webhooks);
  add_program_routes(catalogue, behind.programs);
  add_callback_routes(catalogue, behind.channels, behind.access);
  add_campaign_routes(catalogue, behind.campaigns);
  add_effect_routes(catalogue, behind.effects);
  add_policy_routes(catalogue, behind.policy);
  add_test_routes(catalogue, behind.pre_send_tests);
  add_rehearsal_routes(catalogue, behind.rehearsals);
  add_report_routes(catalogue, behind.reports, behind.spool_folder);
  add_task_routes(catalogue, behind.tasks, behind.directory);
  add_monitor_routes(catalogue, behind.monitor, behind.events, behind.programs);
  add_explanation_routes(catalogue, behind.explanations);
}

Catalogue outline() {
  Catalogue catalogue;
  add_all_routes(catalogue, {.identity = unborn<service::Identity>(),
                             .access = unborn<Access>(),
                             .audit = unborn<service::Audit>(),
                             .settings = unborn<service::Settings>(),
                             .imports = unborn<service::Imports>(),
                             .customers = unborn<service::Customers>(),
                             .preferences = unborn<service::Preferences>(),
                             .consents = unborn<service::Consents>(),
                             .customer_messages = unborn<service::CustomerMessages>(),
                             .consent_tasks = unborn<service::ConsentTasks>(),
                             .consent_ledger = unborn<service::ConsentLedgerList>(),
                             .segments = unborn<service::Segments>(),
                             .handsets = unborn<service::TestHandsets>(),
                             .contents = unborn<service::Contents>(),
                             .rule_packs = unborn<service::RulePacks>(),
                             .rescreenings = unborn<service::Rescreenings>(),
                             .allow_phrases = unborn<service::AllowPhrases>(),
                             .brands = unborn<service::Brands>(),
                             .sampler = unborn<service::ContentSampler>(),
                             .review_contexts = unborn<service::ReviewContexts>(),
                             .opinions = unborn<service::Opinions>(),
                             .review_statistics = unborn<service::ReviewStatistics>(),
                             .review_settings = unborn<service::ReviewSettings>(),
                             .qualifications = unborn<service::Qualifications>(),
                             .signatures = unborn<service::Signatures>(),
                             .filings = unborn<service::SignatureFilingRegister>(),
                             .channels = unborn<service::Channels>(),
                             .routes = unborn<service::Routes>(),
                             .findings = unborn<service::CarrierFindings>(),
                             .applications = unborn<service::Applications>(),
                             .application_keys = unborn<service::ApplicationKeys>(),
                             .webhooks = unborn<service::Webhooks>(),
                             .programs = unborn<service::ProgramMessages>(),
                             .campaigns = unborn<service::Campaigns>(),
                             .effects = unborn<service::Effects>(),
                             .policy = unborn<service::Policy>(),
                             .pre_send_tests = unborn<service::PreSendTests>(),
                             .rehearsals = unborn<service::Rehearsals>(),
                             .reports = unborn<service::Reports>(),
                             .monitor = unborn<service::Monitor>(),
                             .explanations = unborn<service::Explanations>(),
                             .events = unborn<CampaignEvents>(),
                             .tasks = unborn<service::Tasks>(),
                             .directory = unborn<service::Directory>(),
                             .health = unborn<service::Health>(),
                             .spool_folder = {},
                             .system = {}});
  return catalogue;
}

}  // namespace yizhan::api
