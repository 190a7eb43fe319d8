#include "app/server.h"

#include <charconv>
#include <filesystem>
#include <future>

#include "api/access.h"
#include "api/all_routes.h"
#include "api/campaign_events.h"
#include "api/catalogue.h"
#include "api/openapi.h"
#include "app/access_gateway.h"
#include "app/data_lock.h"
#include "app/instance_watch.h"
#include "app/metrics.h"
#include "app/rule_packs.h"
#include "app/webhook_sender.h"
#include "base/log.h"
#include "engine/engine.h"
#include "http/server.h"
#include "http/static_files.h"
#include "http/upload.h"
#include "link/access_server.h"
#include "net/bounded_pool.h"
#include "net/io_threads.h"
#include "service/allow_phrases.h"
#include "service/application_keys.h"
#include "service/applications.h"
#include "service/audit.h"
#include "service/brands.h"
#include "service/campaign_clerk.h"
#include "service/campaigns.h"
#include "service/carrier_findings.h"
#include "service/channels.h"
#include "service/content_samples.h"
#include "service/contents.h"
#include "service/customers.h"
#include "service/directory.h"
#include "service/effects.h"
#include "service/explanations.h"
#include "service/health.h"
#include "service/idempotency.h"
#include "service/imports.h"
#include "service/monitor.h"
#include "service/opinions.h"
#include "service/policy_map.h"
#include "service/pre_send_tests.h"
#include "service/preferences.h"
#include "service/program_intake.h"
#include "service/program_messages.h"
#include "service/rehearsals.h"
#include "service/reports.h"
#include "service/rescreenings.h"
#include "service/review_context.h"
#include "service/review_settings.h"
#include "service/review_statistics.h"
#include "service/routes.h"
#include "service/rule_packs.h"
#include "service/screener_in_force.h"
#include "service/screening_clerk.h"
#include "service/segments.h"
#include "service/settings.h"
#include "service/signatures.h"
#include "service/submissions.h"
#include "service/tasks.h"
#include "service/test_handsets.h"
#include "service/webhooks.h"

namespace yizhan::app {
namespace {

constexpr Duration kClientsGrace = seconds(2);

// Of the register of qualifications: what the sectors of the rule packs in force require.
service::Qualifications::Kinds kinds_of(service::Contents& contents) {
  return [&contents] { return contents.qualification_kinds(); };
}

// The console: from the folder that is configured, which must then be whole, else from `web` beside the
// program if there is one. Nothing: the API alone is served.
Result<std::shared_ptr<const http::StaticFiles>> load_console(const Config& config) {
  std::error_code ignored;
  const std::filesystem::path folder =
      config.web_dir.empty() ? std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "web"
                             : std::filesystem::path(config.web_dir);
  auto files = http::StaticFiles::load(folder);
  if (files) {
    log::info("the console is served from {}: {} files", folder.string(), files->size());
    return std::make_shared<const http::StaticFiles>(*std::move(files));
  }
  if (!config.web_dir.empty()) return std::unexpected(std::move(files).error());
  log::warn("no console, the API alone is served: {}", to_string(files.error()));
  return nullptr;
}

Result<http::ListenAddress> parse_listen(const std::string& text, const char* key) {
  const size_t colon = text.rfind(':');
  http::ListenAddress address;
  if (colon == std::string::npos)
    return fail(ErrorCode::kInvalidArgument, "not of the form address:port", key);
  const char* end = text.data() + text.size();
  if (std::from_chars(text.data() + colon + 1, end, address.port).ptr != end)
    return fail(ErrorCode::kInvalidArgument, "not of the form address:port", key);
  address.address = text.substr(0, colon);
  return address;
}

Result<std::vector<link::AccessListener>> access_listeners(const Config& config) {
  using codec::Protocol;
  const bool with_tls = !config.access_smpps.empty();
  if (with_tls && (config.access_certificate.empty() || config.access_key.empty()))
    return fail(ErrorCode::kInvalidArgument, "needs access_certificate and access_key", "access_smpps");
  std::vector<link::AccessListener> listeners;
  const auto add = [&](const std::string& where, const char* key,
                       std::vector<Protocol> protocols) -> Result<> {
    if (where.empty()) return {};
    const http::ListenAddress at = YZ_TRY(parse_listen(where, key));
    listeners.push_back({.protocols = std::move(protocols), .address = at.address, .port = at.port});
    return {};
  };
  YZ_CHECK(add(config.access_smpp, "access_smpp", {Protocol::kSmpp34}));
  YZ_CHECK(add(config.access_smpps, "access_smpps", {Protocol::kSmpp34}));
  if (with_tls) {
    listeners.back().certificate = config.access_certificate;
    listeners.back().key = config.access_key;
  }
  YZ_CHECK(add(config.access_cmpp, "access_cmpp", {Protocol::kCmpp20, Protocol::kCmpp30}));
  YZ_CHECK(add(config.access_sgip, "access_sgip", {Protocol::kSgip12}));
  YZ_CHECK(add(config.access_smgp, "access_smgp", {Protocol::kSmgp30}));
  return listeners;
}

}  // namespace

// In the order of making; destroyed the other way round.
struct Server::Parts {
  Config config;
  std::unique_ptr<DataLock> lock;
  std::unique_ptr<OpenedStore> opened;
  std::unique_ptr<InstanceWatch> instance;
  std::unique_ptr<service::Identity> identity;
  std::optional<service::UserWithPassword> first_administrator;
  std::unique_ptr<service::RulePacks> rule_packs;
  Metrics metrics;

  std::unique_ptr<net::IoThreads> link_threads, http_threads;
  std::unique_ptr<engine::Engine> engine;

  std::unique_ptr<service::Idempotency> idempotency;
  std::unique_ptr<service::Audit> audit;
  std::unique_ptr<service::Settings> settings;
  std::unique_ptr<service::EvidenceFiles> evidence;
  std::unique_ptr<service::Imports> imports;
  std::unique_ptr<service::Customers> customers;
  std::unique_ptr<service::Preferences> preferences;
  std::unique_ptr<service::Consents> consents;
  std::unique_ptr<service::CustomerMessages> customer_messages;
  std::unique_ptr<service::ConsentTasks> consent_tasks;
  std::unique_ptr<service::ConsentLedgerList> consent_ledger;
  std::unique_ptr<service::Segments> segments;
  std::unique_ptr<service::TestHandsets> handsets;
  std::unique_ptr<service::Contents> contents;
  std::unique_ptr<service::ContentSampler> sampler;
  std::unique_ptr<service::ReviewContexts> review_contexts;
  std::unique_ptr<service::Opinions> opinions;
  std::unique_ptr<service::ReviewStatistics> review_statistics;
  std::unique_ptr<service::ReviewSettings> review_settings;
  std::unique_ptr<service::Qualifications> qualifications;
  std::unique_ptr<service::Signatures> signatures;
  std::unique_ptr<service::SignatureFilingRegister> filings;
  std::unique_ptr<service::Campaigns> campaigns;
  std::unique_ptr<service::Effects> effects;
  std::unique_ptr<service::Policy> policy;
  std::unique_ptr<service::PreSendTests> tests;
  std::unique_ptr<service::Rehearsals> rehearsals;
  std::unique_ptr<service::Reports> reports;
  std::unique_ptr<service::Channels> channels;
  std::unique_ptr<service::Routes> routes;
  std::unique_ptr<service::CarrierFindings> findings;
  std::unique_ptr<service::Applications> applications;
  std::unique_ptr<service::ApplicationKeys> application_keys;
  std::unique_ptr<service::Webhooks> webhooks;
  std::unique_ptr<service::Submissions> submissions;
  std::unique_ptr<service::ProgramIntake> intake;
  std::unique_ptr<service::ProgramMessages> programs;
  std::unique_ptr<service::Monitor> monitor;
  std::unique_ptr<service::Explanations> explanations;
  std::unique_ptr<service::CampaignClerk> clerk;
  std::unique_ptr<service::Tasks> tasks;
  std::unique_ptr<service::Directory> directory;
  std::unique_ptr<service::AllowPhrases> allow_phrases;
  std::unique_ptr<service::Brands> brands;
  std::unique_ptr<service::Rescreenings> rescreenings;
  std::unique_ptr<service::ScreeningClerk> screening_clerk;
  std::unique_ptr<service::Health> health;

  std::unique_ptr<WebhookSender> webhook_sender;
  std::unique_ptr<AccessGateway> gateway;
  std::unique_ptr<link::AccessServer> access_server;  // null: nobody may log in

  std::unique_ptr<api::Access> access;
  api::Catalogue catalogue;
  std::string openapi;
  std::unique_ptr<api::CampaignEvents> events;
  std::unique_ptr<net::BoundedPool> pool;
  std::unique_ptr<http::Server> http;

  std::string spool() const { return config.data_dir + "/spool"; }
  Result<> make_spool();
  Result<> make_services();
  void make_screening();
  Result<> take_up();
  Result<> make_programs();
  Result<> make_api();
  Result<> serve_applications();
  void stop_applications(Duration grace);
  Result<> listen();
  api::Behind behind();
};

Result<> Server::Parts::make_spool() {
  std::error_code error;
  std::filesystem::create_directories(spool(), error);
  if (error) return fail(ErrorCode::kStoreFailed, error.message(), spool());
  return http::empty_spool(spool());
}

Result<> Server::Parts::make_services() {
  const store::Store& store = opened->store();
  YZ_CHECK(make_spool());
  identity = YZ_TRY(service::Identity::create(store));
  first_administrator = YZ_TRY(identity->first_run());
  const service::ScreenerInForce screener;
  rule_packs = std::make_unique<service::RulePacks>(store, rules_folder(config.rules_dir), screener);
  rule_packs->load_first();
  YZ_CHECK(service::ensure_system_contents(store, screener.get().get(), config.signature));

  link_threads = std::make_unique<net::IoThreads>("link", 1);
  engine =
      std::make_unique<engine::Engine>(store, link_threads->context(0), service::screen_rendered(screener));
  const auto opted_out = [this](int64_t customer_id) { engine->recall_customer(customer_id); };
  idempotency = std::make_unique<service::Idempotency>(store);
  audit = std::make_unique<service::Audit>(store);
  settings = std::make_unique<service::Settings>(store);
  evidence = std::make_unique<service::EvidenceFiles>(store, config.data_dir + "/evidence");
  imports = std::make_unique<service::Imports>(store, *evidence, opted_out);
  customers = std::make_unique<service::Customers>(store);
  preferences = std::make_unique<service::Preferences>(store);
  consents = std::make_unique<service::Consents>(store, *evidence, opted_out);
  customer_messages = std::make_unique<service::CustomerMessages>(store);
  consent_tasks = std::make_unique<service::ConsentTasks>(store, *consents);
  consent_ledger = std::make_unique<service::ConsentLedgerList>(store);
  segments = std::make_unique<service::Segments>(store);
  handsets = std::make_unique<service::TestHandsets>(store);
  contents = std::make_unique<service::Contents>(store, screener);
  sampler = std::make_unique<service::ContentSampler>(store);
  review_contexts = std::make_unique<service::ReviewContexts>(store);
  opinions = std::make_unique<service::Opinions>(store);
  review_statistics = std::make_unique<service::ReviewStatistics>(store);
  review_settings = std::make_unique<service::ReviewSettings>(store);
  qualifications = std::make_unique<service::Qualifications>(store, *evidence, kinds_of(*contents));
  campaigns = std::make_unique<service::Campaigns>(store, *engine);
  campaigns->on_release([this] { instance->write_or_say(); });
  effects = std::make_unique<service::Effects>(store);
  policy =
      YZ_TRY(service::Policy::load(store, rules_folder(config.rules_dir) + "/" + service::kPolicyMapFile));
  tests = std::make_unique<service::PreSendTests>(store, *engine, screener);
  rehearsals = std::make_unique<service::Rehearsals>(store, *engine, screener);
  reports = std::make_unique<service::Reports>(store);
  signatures = std::make_unique<service::Signatures>(store, screener, *engine);
  filings = std::make_unique<service::SignatureFilingRegister>(store, *evidence, *engine);
  channels = std::make_unique<service::Channels>(store, *engine);
  routes = std::make_unique<service::Routes>(store, *engine);
  findings = std::make_unique<service::CarrierFindings>(store, *engine);
  applications = std::make_unique<service::Applications>(store);
  submissions = std::make_unique<service::Submissions>(store, engine->screen());
  YZ_CHECK(make_programs());
  monitor = std::make_unique<service::Monitor>(store, *engine);
  explanations = std::make_unique<service::Explanations>(store, engine->screen());
  clerk = std::make_unique<service::CampaignClerk>(store, *engine, *tests, *reports);
  const auto links = [this] { return engine->channels(); };
  tasks = std::make_unique<service::Tasks>(store, links);
  directory = std::make_unique<service::Directory>(store);
  make_screening();
  health = std::make_unique<service::Health>(
      store, service::HealthSubject{.version = YIZHAN_VERSION,
                                    .data_folder = config.data_dir,
                                    .started_at = store.now(),
                                    .rule_packs = [this] { return rule_packs->view(); },
                                    .links = links});
  return take_up();
}

// What a stop cut off, then what works by itself.
Result<> Server::Parts::take_up() {
  YZ_TRY(imports->recover());
  YZ_CHECK(campaigns->recover());
  YZ_CHECK(tests->recover());
  YZ_CHECK(rehearsals->recover());
  YZ_CHECK(engine->start());
  clerk->start();
  screening_clerk->start();
  instance->start();
  return {};
}

// What keeps screening up to date, once there is an engine to recall what is suspended.
void Server::Parts::make_screening() {
  const store::Store& store = opened->store();
  allow_phrases = std::make_unique<service::AllowPhrases>(store, *rule_packs);
  brands = std::make_unique<service::Brands>(store, *rule_packs);
  rescreenings = std::make_unique<service::Rescreenings>(store, *rule_packs, *engine);
  screening_clerk = std::make_unique<service::ScreeningClerk>(*rule_packs, *allow_phrases, *rescreenings);
  rule_packs->on_change([this] { screening_clerk->wake(); });
}

// Applications that call the API, and how they are told.
Result<> Server::Parts::make_programs() {
  const store::Store& store = opened->store();
  application_keys = std::make_unique<service::ApplicationKeys>(store);
  YZ_CHECK(application_keys->reload());
  webhooks = std::make_unique<service::Webhooks>(store);
  intake = std::make_unique<service::ProgramIntake>(
      store, *submissions, [this] { engine->wake(); },
      [this](auto answers) { net::asio::post(http_threads->context(0), std::move(answers)); });
  programs = std::make_unique<service::ProgramMessages>(store, *intake);
  webhook_sender =
      std::make_unique<WebhookSender>(store, *webhooks,
                                      WebhookOptions{.private_addresses = config.webhook_private_addresses,
                                                     .ca_file = config.webhook_ca,
                                                     .seed = static_cast<uint64_t>(store.ids.next())});
  webhooks->set_hooks({.check_url = [this](const std::string& url) { return webhook_sender->check_url(url); },
                       .changed = [this] { webhook_sender->changed(); }});
  applications->set_hooks({.changed =
                               [this](ApplicationId id, service::Applications::Sessions sessions) {
                                 // What cannot be read lets nobody in.
                                 if (const auto read = application_keys->reload(); !read)
                                   log::error("programs are turned away: {}", to_string(read.error()));
                                 webhook_sender->changed();
                                 if (gateway != nullptr) gateway->changed(id, sessions);
                               },
                           .sessions = [this](ApplicationId id) -> std::optional<int64_t> {
                             if (access_server == nullptr) return std::nullopt;
                             return static_cast<int64_t>(access_server->sessions(id.value));
                           }});
  return webhook_sender->start();
}

api::Behind Server::Parts::behind() {
  return {.identity = *identity,
          .access = *access,
          .audit = *audit,
          .settings = *settings,
          .imports = *imports,
          .customers = *customers,
          .preferences = *preferences,
          .consents = *consents,
          .customer_messages = *customer_messages,
          .consent_tasks = *consent_tasks,
          .consent_ledger = *consent_ledger,
          .segments = *segments,
          .handsets = *handsets,
          .contents = *contents,
          .rule_packs = *rule_packs,
          .rescreenings = *rescreenings,
          .allow_phrases = *allow_phrases,
          .brands = *brands,
          .sampler = *sampler,
          .review_contexts = *review_contexts,
          .opinions = *opinions,
          .review_statistics = *review_statistics,
          .review_settings = *review_settings,
          .qualifications = *qualifications,
          .signatures = *signatures,
          .filings = *filings,
          .channels = *channels,
          .routes = *routes,
          .findings = *findings,
          .applications = *applications,
          .application_keys = *application_keys,
          .webhooks = *webhooks,
          .programs = *programs,
          .campaigns = *campaigns,
          .effects = *effects,
          .policy = *policy,
          .pre_send_tests = *tests,
          .rehearsals = *rehearsals,
          .reports = *reports,
          .monitor = *monitor,
          .explanations = *explanations,
          .events = *events,
          .tasks = *tasks,
          .directory = *directory,
          .health = *health,
          .spool_folder = spool(),
          .system = {.ready = [this]() -> Result<> {
                       YZ_TRY(campaigns->emergency());
                       return {};
                     },
                     .metrics = [this] { return metrics.text(opened->store(), *engine); },
                     .openapi = [this] { return openapi; }}};
}

// Listens where the configuration says that the company's own programs log in, if anywhere.
Result<> Server::Parts::serve_applications() {
  link::AccessServerConfig access_config;
  access_config.listeners = YZ_TRY(access_listeners(config));
  if (access_config.listeners.empty()) return {};
  gateway = std::make_unique<AccessGateway>(opened->store(), *applications, *submissions,
                                            [this] { engine->wake(); });
  access_server = YZ_TRY(link::AccessServer::create(opened->clock(), access_config, *gateway));
  YZ_CHECK(gateway->start(*access_server));
  for (size_t i = 0; i < access_config.listeners.size(); ++i)
    log::info("applications log in at {}:{} by {}", access_config.listeners[i].address,
              access_server->port(i), codec::protocol_name(access_config.listeners[i].protocols.front()));
  return {};
}

// What they submitted is answered first, then stored deliveries are settled.
void Server::Parts::stop_applications(Duration grace) {
  if (access_server == nullptr) return;
  std::promise<void> ended;
  access_server->stop(grace, [&] { ended.set_value(); });
  ended.get_future().wait();
  gateway->stop();
  access_server.reset();
}

Result<> Server::Parts::make_api() {
  const auto transport = config.behind_tls ? api::Transport::kTls : api::Transport::kPlain;
  access = std::make_unique<api::Access>(*identity, *idempotency, opened->clock(),
                                         api::AccessOptions{.transport = transport}, application_keys.get());
  events = std::make_unique<api::CampaignEvents>(*monitor);
  events->start();
  api::add_all_routes(catalogue, behind());
  YZ_CHECK(catalogue.check());
  openapi = json::serialize(YZ_TRY(api::openapi(catalogue, {.version = YIZHAN_VERSION})));
  return {};
}

Result<> Server::Parts::listen() {
  http::Router router;
  api::Hooks hooks = access->hooks();
  hooks.exporting.spool_folder = spool();
  hooks.exporting.record = [this](const service::Principal& by, const service::ExportedFile& file) {
    return audit->record_export(by, file);
  };
  YZ_CHECK(api::install(catalogue, std::move(hooks), router));
  if (const auto console = YZ_TRY(load_console(config)))
    router.set_fallback([console](http::Request& request) { return console->respond(request); },
                        http::Execution::kInline);
  http_threads = std::make_unique<net::IoThreads>("http", 1);
  pool = std::make_unique<net::BoundedPool>("work", static_cast<size_t>(config.worker_threads));
  http::ServerOptions options;
  options.listen = {YZ_TRY(parse_listen(config.listen, "listen"))};
  options.spool_directory = spool();
  options.trusted_proxies = config.trusted_proxies;
  options.observe = [this](const http::Served& served) { metrics.observe(served); };
  http = YZ_TRY(
      http::Server::create(*http_threads, *pool, opened->clock(), std::move(router), std::move(options)));
  return {};
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { stop(milliseconds(0)); }

Result<std::unique_ptr<Server>> Server::start(const Config& config) {
  auto parts = std::make_unique<Parts>();
  parts->config = config;
  parts->lock = YZ_TRY(DataLock::take(config));
  parts->opened = YZ_TRY(OpenedStore::open(config, OpenedStore::Missing::kCreate));
  parts->instance = YZ_TRY(InstanceWatch::create(parts->opened->store(), config.data_dir));
  auto server = std::unique_ptr<Server>(new Server(std::move(parts)));
  YZ_CHECK(server->parts_->make_services());
  YZ_CHECK(server->parts_->serve_applications());
  YZ_CHECK(server->parts_->make_api());
  YZ_CHECK(server->parts_->listen());
  return server;
}

uint16_t Server::port() const { return parts_->http->ports().front(); }
const std::optional<service::UserWithPassword>& Server::first_administrator() const {
  return parts_->first_administrator;
}
void Server::reload_rule_packs() {
  // What went wrong is logged, audited and shown where it happens.
  [[maybe_unused]] const auto reloaded =
      parts_->rule_packs->reload(service::system_principal(), service::RulePackTrigger::kSignal);
}
store::Store& Server::store() { return parts_->opened->store(); }

// Stop accepting, stop claiming, drain windows, flush the writer, close the store, stop the pools, stop I/O.
void Server::stop(Duration grace) {
  if (parts_ == nullptr) return;
  if (parts_->events) parts_->events->stop();
  if (parts_->http) parts_->http->stop(kClientsGrace);
  if (parts_->intake) parts_->intake->stop();
  if (parts_->webhook_sender) parts_->webhook_sender->stop();
  parts_->stop_applications(grace);
  if (parts_->clerk) parts_->clerk->stop();
  if (parts_->screening_clerk) parts_->screening_clerk->stop();
  if (parts_->rehearsals) parts_->rehearsals->stop();
  if (parts_->imports) parts_->imports->stop();
  if (parts_->engine) parts_->engine->stop(grace);
  if (parts_->pool) parts_->pool->stop();
  if (parts_->instance) parts_->instance->stop();
  if (parts_->opened) parts_->opened->store().db.close();
  if (parts_->http_threads) {
    parts_->http.reset();
    parts_->http_threads->stop();
  }
  if (parts_->link_threads) {
    parts_->engine.reset();
    parts_->link_threads->stop();
  }
  parts_.reset();
}

}  // namespace yizhan::app
