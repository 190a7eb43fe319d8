#include "app/server.h"

#include <charconv>
#include <filesystem>

#include "api/access.h"
#include "api/audit_routes.h"
#include "api/campaign_events.h"
#include "api/campaign_routes.h"
#include "api/catalogue.h"
#include "api/channel_routes.h"
#include "api/content_routes.h"
#include "api/customers_routes.h"
#include "api/identity_routes.h"
#include "api/monitor_routes.h"
#include "api/openapi.h"
#include "api/report_routes.h"
#include "api/settings_routes.h"
#include "api/test_routes.h"
#include "app/metrics.h"
#include "base/log.h"
#include "engine/engine.h"
#include "http/server.h"
#include "net/bounded_pool.h"
#include "net/io_threads.h"
#include "screen/screener.h"
#include "service/audit.h"
#include "service/campaign_clerk.h"
#include "service/campaigns.h"
#include "service/channels.h"
#include "service/contents.h"
#include "service/customers.h"
#include "service/idempotency.h"
#include "service/imports.h"
#include "service/monitor.h"
#include "service/pre_send_tests.h"
#include "service/reports.h"
#include "service/segments.h"
#include "service/settings.h"
#include "service/test_handsets.h"

#ifndef YIZHAN_RULES_DIR
#define YIZHAN_RULES_DIR "/usr/share/yizhan/rules"
#endif

namespace yizhan::app {
namespace {

constexpr Duration kClientsGrace = seconds(2);

// The rule packs, or nothing: then no content can be saved, submitted or approved (fail closed), and the log
// says why.
std::shared_ptr<const screen::Screener> load_screener(const Config& config) {
  const std::string folder = config.rules_dir.empty() ? YIZHAN_RULES_DIR : config.rules_dir;
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  auto screener = screen::Screener::load(files);
  if (screener) return *screener;
  log::error("no content can be reviewed: rule packs in {}: {}", folder, to_string(screener.error()));
  return nullptr;
}

http::Response text_response(int status, std::string text) {
  http::Response response = http::json_response(status, std::move(text));
  response.content_type = "text/plain; charset=utf-8";
  return response;
}

Result<http::ListenAddress> parse_listen(const std::string& text) {
  const size_t colon = text.rfind(':');
  http::ListenAddress address;
  if (colon == std::string::npos)
    return fail(ErrorCode::kInvalidArgument, "not of the form address:port", "listen");
  const char* end = text.data() + text.size();
  if (std::from_chars(text.data() + colon + 1, end, address.port).ptr != end)
    return fail(ErrorCode::kInvalidArgument, "not of the form address:port", "listen");
  address.address = text.substr(0, colon);
  return address;
}

}  // namespace

// In the order of making; destroyed the other way round.
struct Server::Parts {
  Config config;
  std::unique_ptr<OpenedStore> opened;
  std::unique_ptr<service::Identity> identity;
  std::optional<service::UserWithPassword> first_administrator;
  std::shared_ptr<const screen::Screener> screener;
  Metrics metrics;

  std::unique_ptr<net::IoThreads> link_threads, http_threads;
  std::unique_ptr<engine::Engine> engine;

  std::unique_ptr<service::Idempotency> idempotency;
  std::unique_ptr<service::Audit> audit;
  std::unique_ptr<service::Settings> settings;
  std::unique_ptr<service::EvidenceFiles> evidence;
  std::unique_ptr<service::Imports> imports;
  std::unique_ptr<service::Customers> customers;
  std::unique_ptr<service::Consents> consents;
  std::unique_ptr<service::CustomerMessages> customer_messages;
  std::unique_ptr<service::ConsentTasks> consent_tasks;
  std::unique_ptr<service::ConsentLedgerList> consent_ledger;
  std::unique_ptr<service::Segments> segments;
  std::unique_ptr<service::TestHandsets> handsets;
  std::unique_ptr<service::Contents> contents;
  std::unique_ptr<service::Campaigns> campaigns;
  std::unique_ptr<service::PreSendTests> tests;
  std::unique_ptr<service::Reports> reports;
  std::unique_ptr<service::Channels> channels;
  std::unique_ptr<service::Monitor> monitor;
  std::unique_ptr<service::CampaignClerk> clerk;

  std::unique_ptr<api::Access> access;
  api::Catalogue catalogue;
  std::string openapi;
  std::unique_ptr<api::CampaignEvents> events;
  std::unique_ptr<net::BoundedPool> pool;
  std::unique_ptr<http::Server> http;

  std::string spool() const { return config.data_dir + "/spool"; }
  Result<> make_services();
  Result<> make_api();
  Result<> listen();
  void add_system_routes();
};

Result<> Server::Parts::make_services() {
  const store::Store& store = opened->store();
  std::error_code error;
  std::filesystem::create_directories(spool(), error);
  if (error) return fail(ErrorCode::kStoreFailed, error.message(), spool());
  identity = YZ_TRY(service::Identity::create(store));
  first_administrator = YZ_TRY(identity->first_run());
  screener = load_screener(config);
  YZ_CHECK(service::ensure_system_contents(store, screener.get(), config.signature));

  link_threads = std::make_unique<net::IoThreads>("link", 1);
  engine = std::make_unique<engine::Engine>(
      store, link_threads->context(0),
      [rules = screener](std::string_view text, domain::MessageClass message_class) {
        const auto screened_as = screen::parse_message_class(name_of(message_class));
        return rules != nullptr && screened_as &&
               rules->screen_rendered(text, *screened_as).verdict != screen::Verdict::kBlock;
      });
  const auto opted_out = [this](int64_t customer_id) { engine->recall_customer(customer_id); };
  idempotency = std::make_unique<service::Idempotency>(store);
  audit = std::make_unique<service::Audit>(store);
  settings = std::make_unique<service::Settings>(store);
  evidence = std::make_unique<service::EvidenceFiles>(store, config.data_dir + "/evidence");
  imports = std::make_unique<service::Imports>(store, *evidence, opted_out);
  customers = std::make_unique<service::Customers>(store);
  consents = std::make_unique<service::Consents>(store, *evidence, opted_out);
  customer_messages = std::make_unique<service::CustomerMessages>(store);
  consent_tasks = std::make_unique<service::ConsentTasks>(store, *consents);
  consent_ledger = std::make_unique<service::ConsentLedgerList>(store);
  segments = std::make_unique<service::Segments>(store);
  handsets = std::make_unique<service::TestHandsets>(store);
  contents = std::make_unique<service::Contents>(store, screener);
  campaigns = std::make_unique<service::Campaigns>(store, *engine);
  tests = std::make_unique<service::PreSendTests>(store, *engine);
  reports = std::make_unique<service::Reports>(store);
  channels = std::make_unique<service::Channels>(store, *engine);
  monitor = std::make_unique<service::Monitor>(store, *engine);
  clerk = std::make_unique<service::CampaignClerk>(store, *engine, *tests, *reports);

  YZ_TRY(imports->recover());
  YZ_CHECK(campaigns->recover());
  YZ_CHECK(tests->recover());
  YZ_CHECK(engine->start());
  clerk->start();
  return {};
}

void Server::Parts::add_system_routes() {
  catalogue.route<api::None, http::Response>(
      {.method = http::Method::kGet,
       .path = "/healthz",
       .operation_id = "getLiveness",
       .tag = "system",
       .summary = "The process answers",
       .response_type = "text/plain",
       .execution = http::Execution::kInline},
      [](api::Call&) -> Result<http::Response> { return text_response(200, "ok\n"); });
  catalogue.route<api::None, http::Response>({.method = http::Method::kGet,
                                              .path = "/readyz",
                                              .operation_id = "getReadiness",
                                              .tag = "system",
                                              .summary = "The store can be read",
                                              .response_type = "text/plain"},
                                             [this](api::Call&) -> Result<http::Response> {
                                               YZ_TRY(campaigns->emergency());
                                               return text_response(200, "ready\n");
                                             });
  catalogue.route<api::None, http::Response>({.method = http::Method::kGet,
                                              .path = "/metrics",
                                              .operation_id = "getMetrics",
                                              .tag = "system",
                                              .summary = "Figures for Prometheus",
                                              .permission = domain::Permission::kMetricsRead,
                                              .response_type = "text/plain"},
                                             [this](api::Call&) -> Result<http::Response> {
                                               return text_response(200,
                                                                    metrics.text(opened->store(), *engine));
                                             });
  catalogue.route<api::None, http::Response>(
      {.method = http::Method::kGet,
       .path = "/api/v1/openapi.json",
       .operation_id = "getOpenApi",
       .tag = "system",
       .summary = "This description of the API",
       .execution = http::Execution::kInline},
      [this](api::Call&) -> Result<http::Response> { return http::json_response(200, openapi); });
}

Result<> Server::Parts::make_api() {
  const auto transport = config.behind_tls ? api::Transport::kTls : api::Transport::kPlain;
  access = std::make_unique<api::Access>(*identity, *idempotency, opened->clock(),
                                         api::AccessOptions{.transport = transport});
  events = std::make_unique<api::CampaignEvents>(*monitor);
  events->start();
  add_system_routes();
  api::add_identity_routes(catalogue, *identity, *access);
  api::add_audit_routes(catalogue, *audit);
  api::add_settings_routes(catalogue, *settings);
  api::add_import_routes(catalogue, *imports, spool());
  api::add_customer_routes(catalogue, *customers);
  api::add_consent_routes(catalogue, *consents, spool());
  api::add_customer_message_routes(catalogue, *customer_messages);
  api::add_consent_task_routes(catalogue, *consent_tasks);
  api::add_consent_ledger_routes(catalogue, *consent_ledger);
  api::add_segment_routes(catalogue, *segments);
  api::add_test_handset_routes(catalogue, *handsets);
  api::add_content_routes(catalogue, *contents);
  api::add_channel_routes(catalogue, *channels);
  api::add_campaign_routes(catalogue, *campaigns);
  api::add_test_routes(catalogue, *tests);
  api::add_report_routes(catalogue, *reports, spool());
  api::add_monitor_routes(catalogue, *monitor, *events);
  YZ_CHECK(catalogue.check());
  openapi = json::serialize(YZ_TRY(api::openapi(catalogue, {.version = YIZHAN_VERSION})));
  return {};
}

Result<> Server::Parts::listen() {
  http::Router router;
  YZ_CHECK(api::install(catalogue, access->hooks(), router));
  http_threads = std::make_unique<net::IoThreads>("http", 1);
  pool = std::make_unique<net::BoundedPool>("work", static_cast<size_t>(config.worker_threads));
  http::ServerOptions options;
  options.listen = {YZ_TRY(parse_listen(config.listen))};
  options.spool_directory = spool();
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
  parts->opened = YZ_TRY(OpenedStore::open(config, OpenedStore::Missing::kCreate));
  auto server = std::unique_ptr<Server>(new Server(std::move(parts)));
  YZ_CHECK(server->parts_->make_services());
  YZ_CHECK(server->parts_->make_api());
  YZ_CHECK(server->parts_->listen());
  return server;
}

uint16_t Server::port() const { return parts_->http->ports().front(); }
const std::optional<service::UserWithPassword>& Server::first_administrator() const {
  return parts_->first_administrator;
}
store::Store& Server::store() { return parts_->opened->store(); }

// Stop accepting, stop claiming, drain windows, flush the writer, close the store, stop the pools, stop I/O.
void Server::stop(Duration grace) {
  if (parts_ == nullptr) return;
  if (parts_->events) parts_->events->stop();
  if (parts_->http) parts_->http->stop(kClientsGrace);
  if (parts_->clerk) parts_->clerk->stop();
  if (parts_->imports) parts_->imports->stop();
  if (parts_->engine) parts_->engine->stop(grace);
  if (parts_->pool) parts_->pool->stop();
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
