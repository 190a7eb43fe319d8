#pragma once
// Every service behind the API over one store, and all routes over them. Single thread.

#include <boost/asio/io_context.hpp>
#include <string>

#include "api/all_routes.h"
#include "support/test_database.h"

namespace yizhan::testing {

class WholeApi {
 public:
  // The store and the identity outlive it. Without a screener no content can be saved.
  WholeApi(const store::Store& store, service::Identity& identity, service::ScreenerInForce screener = {})
      : identity_(identity),
        screener_(screener),
        engine_(store, io_, {}),
        evidence_(store, folder_.file("evidence")),
        audit_(store),
        settings_(store),
        imports_(store, evidence_),
        customers_(store),
        preferences_(store),
        consents_(store, evidence_),
        customer_messages_(store),
        consent_tasks_(store, consents_),
        consent_ledger_(store),
        segments_(store),
        handsets_(store),
        contents_(store, screener),
        rule_packs_(store, "rules", std::move(screener)),
        rescreenings_(store, rule_packs_, engine_),
        allow_phrases_(store, rule_packs_),
        brands_(store, rule_packs_),
        sampler_(store),
        review_contexts_(store),
        opinions_(store),
        review_statistics_(store),
        review_settings_(store),
        qualifications_(store, evidence_, [this] { return contents_.qualification_kinds(); }),
        signatures_(store, screener_, engine_),
        filings_(store, evidence_, engine_),
        channels_(store, engine_),
        routes_(store, engine_),
        findings_(store, engine_),
        applications_(store),
        application_keys_(store),
        webhooks_(store),
        submissions_(store, {}),
        intake_(store, submissions_, [] {}),
        programs_(store, intake_),
        campaigns_(store, engine_),
        effects_(store),
        policy_(service::Policy::load(store, "rules/policy_map.toml").value()),
        tests_(store, engine_),
        rehearsals_(store, engine_),
        reports_(store),
        monitor_(store, engine_),
        explanations_(store, engine_.screen()),
        events_(monitor_),
        tasks_(store, [this] { return engine_.channels(); }),
        directory_(store),
        health_(store, {}) {
    std::filesystem::create_directories(spool());
  }

  void add_routes(api::Catalogue& catalogue, api::Access& access) {
    api::add_all_routes(catalogue, {.identity = identity_,
                                    .access = access,
                                    .audit = audit_,
                                    .settings = settings_,
                                    .imports = imports_,
                                    .customers = customers_,
                                    .preferences = preferences_,
                                    .consents = consents_,
                                    .customer_messages = customer_messages_,
                                    .consent_tasks = consent_tasks_,
                                    .consent_ledger = consent_ledger_,
                                    .segments = segments_,
                                    .handsets = handsets_,
                                    .contents = contents_,
                                    .rule_packs = rule_packs_,
                                    .rescreenings = rescreenings_,
                                    .allow_phrases = allow_phrases_,
                                    .brands = brands_,
                                    .sampler = sampler_,
                                    .review_contexts = review_contexts_,
                                    .opinions = opinions_,
                                    .review_statistics = review_statistics_,
                                    .review_settings = review_settings_,
                                    .qualifications = qualifications_,
                                    .signatures = signatures_,
                                    .filings = filings_,
                                    .channels = channels_,
                                    .routes = routes_,
                                    .findings = findings_,
                                    .applications = applications_,
                                    .application_keys = application_keys_,
                                    .webhooks = webhooks_,
                                    .programs = programs_,
                                    .campaigns = campaigns_,
                                    .effects = effects_,
                                    .policy = *policy_,
                                    .pre_send_tests = tests_,
                                    .rehearsals = rehearsals_,
                                    .reports = reports_,
                                    .monitor = monitor_,
                                    .explanations = explanations_,
                                    .events = events_,
                                    .tasks = tasks_,
                                    .directory = directory_,
                                    .health = health_,
                                    .spool_folder = spool(),
                                    .system = {.ready = []() -> Result<> { return {}; },
                                               .metrics = [] { return std::string(); },
                                               .openapi = [] { return std::string("{}"); }}});
  }
  std::string spool() const { return folder_.file("spool"); }
  api::CampaignEvents& events() { return events_; }
  service::Imports& imports() { return imports_; }
  const service::Audit& audit() const { return audit_; }

 private:
  TemporaryFolder folder_;
  boost::asio::io_context io_;
  service::Identity& identity_;
  service::ScreenerInForce screener_;
  engine::Engine engine_;
  service::EvidenceFiles evidence_;
  service::Audit audit_;
  service::Settings settings_;
  service::Imports imports_;
  service::Customers customers_;
  service::Preferences preferences_;
  service::Consents consents_;
  service::CustomerMessages customer_messages_;
  service::ConsentTasks consent_tasks_;
  service::ConsentLedgerList consent_ledger_;
  service::Segments segments_;
  service::TestHandsets handsets_;
  service::Contents contents_;
  service::RulePacks rule_packs_;
  service::Rescreenings rescreenings_;
  service::AllowPhrases allow_phrases_;
  service::Brands brands_;
  service::ContentSampler sampler_;
  service::ReviewContexts review_contexts_;
  service::Opinions opinions_;
  service::ReviewStatistics review_statistics_;
  service::ReviewSettings review_settings_;
  service::Qualifications qualifications_;
  service::Signatures signatures_;
  service::SignatureFilingRegister filings_;
  service::Channels channels_;
  service::Routes routes_;
  service::CarrierFindings findings_;
  service::Applications applications_;
  service::ApplicationKeys application_keys_;
  service::Webhooks webhooks_;
  service::Submissions submissions_;
  service::ProgramIntake intake_;
  service::ProgramMessages programs_;
  service::Campaigns campaigns_;
  service::Effects effects_;
  std::unique_ptr<service::Policy> policy_;
  service::PreSendTests tests_;
  service::Rehearsals rehearsals_;
  service::Reports reports_;
  service::Monitor monitor_;
  service::Explanations explanations_;
  api::CampaignEvents events_;
  service::Tasks tasks_;
  service::Directory directory_;
  service::Health health_;
};

}  // namespace yizhan::testing
