#pragma once
// The one place that fills a whole catalogue. Called once at start; what the routes call outlives the
// catalogue.

#include <string>

#include "api/access.h"
#include "api/campaign_events.h"
#include "api/catalogue.h"
#include "api/system_routes.h"
#include "service/allow_phrases.h"
#include "service/application_keys.h"
#include "service/applications.h"
#include "service/audit.h"
#include "service/brands.h"
#include "service/campaigns.h"
#include "service/carrier_findings.h"
#include "service/channels.h"
#include "service/consent_ledger_list.h"
#include "service/consent_tasks.h"
#include "service/consents.h"
#include "service/content_samples.h"
#include "service/contents.h"
#include "service/customer_messages.h"
#include "service/customers.h"
#include "service/directory.h"
#include "service/effects.h"
#include "service/explanations.h"
#include "service/health.h"
#include "service/identity.h"
#include "service/imports.h"
#include "service/monitor.h"
#include "service/opinions.h"
#include "service/policy_map.h"
#include "service/pre_send_tests.h"
#include "service/preferences.h"
#include "service/program_messages.h"
#include "service/qualifications.h"
#include "service/rehearsals.h"
#include "service/reports.h"
#include "service/rescreenings.h"
#include "service/review_context.h"
#include "service/review_settings.h"
#include "service/review_statistics.h"
#include "service/routes.h"
#include "service/rule_packs.h"
#include "service/segments.h"
#include "service/settings.h"
#include "service/signatures.h"
#include "service/tasks.h"
#include "service/test_handsets.h"
#include "service/webhooks.h"

namespace yizhan::api {

// Everything that stands behind the routes.
struct Behind {
  service::Identity& identity;
  Access& access;
  service::Audit& audit;
  service::Settings& settings;
  service::Imports& imports;
  service::Customers& customers;
  service::Preferences& preferences;
  service::Consents& consents;
  service::CustomerMessages& customer_messages;
  service::ConsentTasks& consent_tasks;
  service::ConsentLedgerList& consent_ledger;
  service::Segments& segments;
  service::TestHandsets& handsets;
  service::Contents& contents;
  service::RulePacks& rule_packs;
  service::Rescreenings& rescreenings;
  service::AllowPhrases& allow_phrases;
  service::Brands& brands;
  service::ContentSampler& sampler;
  service::ReviewContexts& review_contexts;
  service::Opinions& opinions;
  service::ReviewStatistics& review_statistics;
  service::ReviewSettings& review_settings;
  service::Qualifications& qualifications;
  service::Signatures& signatures;
  service::SignatureFilingRegister& filings;
  service::Channels& channels;
  service::Routes& routes;
  service::CarrierFindings& findings;
  service::Applications& applications;
  service::ApplicationKeys& application_keys;
  service::Webhooks& webhooks;
  service::ProgramMessages& programs;
  service::Campaigns& campaigns;
  service::Effects& effects;
  service::Policy& policy;
  service::PreSendTests& pre_send_tests;
  service::Rehearsals& rehearsals;
  service::Reports& reports;
  service::Monitor& monitor;
  service::Explanations& explanations;
  CampaignEvents& events;
  service::Tasks& tasks;
  service::Directory& directory;
  service::Health& health;
  std::string spool_folder;  // downloads are written here first
  SystemAnswers system;
};

void add_all_routes(Catalogue& catalogue, const Behind& behind);

// The whole catalogue with nothing behind it: for its documents and for tests that compare routes. Its
// handlers must not be called.
Catalogue outline();

}  // namespace yizhan::api
