#include "app/commands.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include "api/all_routes.h"
#include "api/openapi.h"
#include "app/opened_store.h"
#include "app/progress.h"
#include "app/reconcile.h"
#include "app/server.h"
#include "base/log.h"
#include "db/migrate.h"
#include "link/simulator.h"
#include "pdf/document.h"
#include "service/consents.h"
#include "service/identity.h"
#include "store/audit.h"

namespace yizhan::app {
namespace {

constexpr Duration kStopGrace = seconds(10);

// SIGINT and SIGTERM are taken by sigwait in the main thread; blocked before any other thread is made.
sigset_t block_stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return set;
}

// The one that came.
int wait_for(const sigset_t& set) {
  int number = 0;
  sigwait(&set, &number);
  return number;
}

void configure_log(const Config& config) {
  const auto level = config.log_level == "debug"   ? log::Level::kDebug
                     : config.log_level == "warn"  ? log::Level::kWarn
                     : config.log_level == "error" ? log::Level::kError
                                                   : log::Level::kInfo;
  log::configure(level, config.log_file);
}

service::Principal command_line() {
  service::Principal who;
  who.kind = store::ActorKind::kCommandLine;
  who.name = "command line";
  return who;
}

void print_password(const service::UserWithPassword& made) {
  fmt::print(
      "user {} has the one-time password {}\nIt is shown only here and must be changed at the first "
      "sign-in.\n",
      made.user.login, made.one_time_password);
}

}  // namespace

int report_failure(const Error& error) {
  fmt::print(stderr, "yizhan: {}\n", to_string(error));
  return kExitFailed;
}

int serve(const Config& config) {
  sigset_t signals = block_stop_signals();
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  configure_log(config);
  auto server = Server::start(config);
  if (!server) return report_failure(server.error());
  if (const auto& first = (*server)->first_administrator()) print_password(*first);
  fmt::print("yizhan is listening on http://{}:{}\n", config.listen.substr(0, config.listen.rfind(':')),
             (*server)->port());
  std::fflush(stdout);
  while (wait_for(signals) == SIGHUP) (*server)->reload_rule_packs();
  log::info("stopping");
  (*server)->stop(kStopGrace);
  return kExitDone;
}

int migrate(const Config& config) {
  configure_log(config);
  const auto opened = OpenedStore::open(config, OpenedStore::Missing::kCreate);
  if (!opened) return report_failure(opened.error());
  const auto version = db::schema_version((*opened)->store().db);
  if (!version) return report_failure(version.error());
  fmt::print("the schema is at version {}\n", *version);
  return kExitDone;
}

int print_openapi() {
  const auto document = api::openapi(api::outline(), {.version = YIZHAN_VERSION});
  if (!document) return report_failure(document.error());
  fmt::print("{}\n", json::serialize(*document));
  return kExitDone;
}

int carrier_simulator(const std::map<std::string, std::string>& options) {
  const sigset_t stop_signals = block_stop_signals();
  const auto config = link::parse_simulator_config(options);
  if (!config) {
    report_failure(config.error());
    return kExitUsage;
  }
  const SystemClock clock;
  const auto simulator = link::CarrierSimulator::create(*config, clock);
  if (!simulator) return report_failure(simulator.error());
  fmt::print("carrier simulator is listening on {}:{}\n", config->address, (*simulator)->port());
  std::fflush(stdout);
  wait_for(stop_signals);
  (*simulator)->stop();
  fmt::print("{}", link::to_text((*simulator)->stats()));
  return kExitDone;
}

int audit_verify(const Config& config) {
  configure_log(config);
  const auto opened = OpenedStore::open(config, OpenedStore::Missing::kRefuse);
  if (!opened) return report_failure(opened.error());
  const auto check = [&] {
    Progress progress("audit log");
    return store::verify_audit((*opened)->store(),
                               [&](int64_t done, int64_t total) { progress.show(done, total); });
  }();
  if (!check) return report_failure(check.error());
  if (check->broken_at != 0) {
    fmt::print("the audit log is broken at entry {}: {} ({} good entries before it)\n", check->broken_at,
               check->fault, check->entries);
    return kExitFound;
  }
  fmt::print("the audit log is whole: {} entries\n", check->entries);
  return kExitDone;
}

int user_create(const Config& config, const std::string& login, const std::string& display_name,
                const std::vector<std::string>& roles) {
  configure_log(config);
  service::CreateUser request{
      .login = login, .display_name = display_name.empty() ? login : display_name, .roles = {}};
  for (const std::string& name : roles) {
    const auto role = domain::parse_name<domain::Role>(name);
    if (!role) {
      report_failure({ErrorCode::kInvalidArgument, "no such role", name});
      return kExitUsage;
    }
    request.roles.push_back(*role);
  }
  const auto opened = OpenedStore::open(config, OpenedStore::Missing::kCreate);
  if (!opened) return report_failure(opened.error());
  const auto identity = service::Identity::create((*opened)->store());
  if (!identity) return report_failure(identity.error());
  const auto made = (*identity)->create_user(command_line(), request);
  if (!made) return report_failure(made.error());
  print_password(*made);
  return kExitDone;
}

int user_reset_password(const Config& config, const std::string& login) {
  configure_log(config);
  const auto opened = OpenedStore::open(config, OpenedStore::Missing::kRefuse);
  if (!opened) return report_failure(opened.error());
  const auto identity = service::Identity::create((*opened)->store());
  if (!identity) return report_failure(identity.error());
  const auto user = (*identity)->find_user(login);
  if (!user) return report_failure(user.error());
  const auto reset = (*identity)->reset_password(command_line(), user->id, std::nullopt);
  if (!reset) return report_failure(reset.error());
  print_password(*reset);
  return kExitDone;
}

int user_list(const Config& config) {
  configure_log(config);
  const auto opened = OpenedStore::open(config, OpenedStore::Missing::kRefuse);
  if (!opened) return report_failure(opened.error());
  const auto identity = service::Identity::create((*opened)->store());
  if (!identity) return report_failure(identity.error());
  service::ListUsers request;
  for (;;) {
    const auto page = (*identity)->list_users(request);
    if (!page) return report_failure(page.error());
    for (const service::UserView& user : page->items) {
      std::string roles;
      for (const domain::Role role : user.roles)
        roles += std::string(roles.empty() ? "" : ",") + std::string(name_of(role));
      fmt::print("{:<20} {:<24} {}{}\n", user.login, user.display_name, roles,
                 user.disabled ? " (disabled)" : "");
    }
    if (!page->next_after) return kExitDone;
    request.after = page->next_after;
  }
}

int consent_rebuild(const Config& config) {
  configure_log(config);
  const auto opened = OpenedStore::open(config, OpenedStore::Missing::kRefuse);
  if (!opened) return report_failure(opened.error());
  const service::EvidenceFiles evidence((*opened)->store(), config.data_dir + "/evidence");
  const auto states = service::Consents((*opened)->store(), evidence).rebuild_states(command_line());
  if (!states) return report_failure(states.error());
  fmt::print("{} states made from the ledger\n", *states);
  return kExitDone;
}

int doctor(const Config& config) {
  configure_log(config);
  int problems = 0;
  const auto say = [&](bool good, std::string_view what) {
    fmt::print("{} {}\n", good ? "good   " : "PROBLEM", what);
    if (!good) ++problems;
  };
  struct stat info{};
  say(stat(config.data_dir.c_str(), &info) == 0 && (info.st_mode & 077) == 0,
      fmt::format("data folder {} exists and is ours alone", config.data_dir));
  say(stat(config.key_path().c_str(), &info) == 0 && (info.st_mode & 077) == 0,
      fmt::format("key file {} exists and is ours alone", config.key_path()));
  std::error_code ignored;
  const auto space = std::filesystem::space(config.data_dir, ignored);
  constexpr uint64_t kLowBytes = uint64_t{1} << 30;
  say(!ignored && space.available > kLowBytes,
      fmt::format("free disk space is {} MiB", space.available >> 20));
  const auto font = pdf::check_font();
  say(font.has_value(), font ? fmt::format("the font of PDF documents is installed ({})", pdf::kFontFamily)
                             : to_string(font.error()));
  const auto opened = OpenedStore::open(config, OpenedStore::Missing::kRefuse);
  say(opened.has_value(),
      opened ? "the store opens and its keys fit" : "the store opens: " + to_string(opened.error()));
  if (opened) {
    const auto check = store::verify_audit((*opened)->store());
    say(check && check->broken_at == 0,
        check ? fmt::format("the audit log is whole ({} entries)", check->entries)
              : to_string(check.error()));
  }
  return problems == 0 ? kExitDone : kExitFound;
}

int reconcile_campaign(const Config& config, const std::string& campaign, const std::string& carrier_log) {
  configure_log(config);
  const auto id = parse_id<CampaignTag>(campaign);
  if (!id) {
    report_failure(id.error());
    return kExitUsage;
  }
  const auto opened = OpenedStore::open(config, OpenedStore::Missing::kRefuse);
  if (!opened) return report_failure(opened.error());
  const auto result = [&] {
    Progress progress("recipients");
    return reconcile((*opened)->store(), command_line().actor(), *id, carrier_log,
                     [&](int64_t done, int64_t total) { progress.show(done, total); });
  }();
  if (!result) return report_failure(result.error());
  fmt::print(
      "recipients {}, taken by the carrier {}, delivered in both {}, unknown but taken {}, twice {}, "
      "differing {}\n",
      result->recipients, result->with_carrier, result->delivered_both, result->unknown_taken, result->twice,
      result->differing);
  for (const std::string& difference : result->differences) fmt::print("  {}\n", difference);
  return result->differing == 0 && result->twice == 0 ? kExitDone : kExitFound;
}

}  // namespace yizhan::app
