// The program `yizhan`: reads the command line and calls the command.

#include <CLI/CLI.hpp>
#include <filesystem>

#include "app/commands.h"
#include "link/simulator_config.h"

namespace {

using namespace yizhan;
using namespace yizhan::app;

// Options that every command with a store has.
struct Common {
  std::string config_file, data_dir;
  std::vector<std::string> set;

  void add(CLI::App& command) {
    command.add_option("--config", config_file, "configuration file (TOML)");
    command.add_option("--data-dir", data_dir, "folder of database, key file and uploads");
    command.add_option("--set", set, "one configuration key: key=value; may be repeated");
  }
  Result<Config> load() const {
    std::vector<std::pair<std::string, std::string>> overrides;
    if (!data_dir.empty()) overrides.emplace_back("data_dir", data_dir);
    for (const std::string& pair : set) {
      const size_t equals = pair.find('=');
      if (equals == std::string::npos) return fail(ErrorCode::kInvalidArgument, "not key=value", pair);
      overrides.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return load_config(config_file, overrides);
  }
};

std::string simulator_help() {
  std::string help = "Options as key=value:\n";
  for (const link::SimulatorOption& o : link::simulator_options())
    help += "  " + std::string(o.key) + "=" + std::string(o.shape) + " [" + std::string(o.fallback) + "]  " +
            std::string(o.help) + "\n";
  return help;
}

int run_with_store(const Common& common, const std::function<int(const Config&)>& command) {
  const auto config = common.load();
  if (!config) {
    report_failure(config.error());
    return kExitUsage;
  }
  return command(*config);
}

int run_simulator(const std::vector<std::string>& pairs) {
  std::map<std::string, std::string> options;
  for (const std::string& pair : pairs) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos) {
      report_failure({ErrorCode::kInvalidArgument, "not key=value", pair});
      return kExitUsage;
    }
    options[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return carrier_simulator(options);
}

CLI::App* add_simulator(CLI::App& app, std::vector<std::string>& pairs) {
  auto* command =
      app.add_subcommand("carrier-simulator", "a carrier to test against, by SMPP, CMPP, SGIP or SMGP");
  command->add_option("options", pairs, "key=value …");
  command->footer(simulator_help());
  return command;
}

CLI::App* add_screen(CLI::App& app, ScreenOptions& options) {
  auto* command = app.add_subcommand(
      "screen", "screen messages, one a line, as they would go out; one JSON object a line");
  command->add_option("file", options.file, "- or nothing: standard input");
  command->add_option("--class", options.message_class,
                      "verification, notification, marketing (default), public_service");
  command->add_option("--rules", options.rules_dir, "folder of the rule packs");
  command->footer("Exit code 0: nothing is blocked; 3: a message is; 1: no rule packs, no file.");
  return command;
}

// The exit code where there is nothing to run: after help and version, and for wrong use.
std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? kExitDone : kExitUsage;
  }
}

int run(int argc, char** argv) {
  CLI::App app{"Yizhan: runs a company's SMS business under its own rules"};
  app.require_subcommand(1);
  app.set_version_flag("--version", YIZHAN_VERSION);
  app.footer(describe_config());
  Common common;
  std::string login, display_name, campaign, carrier_log;
  std::vector<std::string> roles, pairs;
  DemoOptions demo_options;

  auto* serve_command = app.add_subcommand("serve", "run the server");
  auto* migrate_command = app.add_subcommand("migrate", "bring the database's schema up to this program's");
  auto* openapi_command = app.add_subcommand("openapi", "print the description of the API (OpenAPI 3.1)");
  auto* doctor_command = app.add_subcommand("doctor", "check configuration, files, keys, audit log");
  auto* audit = app.add_subcommand("audit", "the audit log");
  audit->require_subcommand(1);
  auto* verify = audit->add_subcommand("verify", "recompute every hash and say where the chain breaks");
  auto* user = app.add_subcommand("user", "users, without the server's API");
  user->require_subcommand(1);
  auto* create = user->add_subcommand("create", "make a user with a one-time password");
  create->add_option("login", login)->required();
  create->add_option("--name", display_name, "display name");
  create
      ->add_option("--role", roles,
                   "marketing, technology, customer_service, compliance, administrator, auditor")
      ->required();
  auto* reset = user->add_subcommand("reset-password", "give another one-time password");
  reset->add_option("login", login)->required();
  auto* list = user->add_subcommand("list", "all users");
  auto* consent = app.add_subcommand("consent", "the consent ledger");
  consent->require_subcommand(1);
  auto* rebuild = consent->add_subcommand("rebuild", "make the current states anew from the ledger");
  auto* reconcile = app.add_subcommand(
      "reconcile", "hold a carrier simulator's log against a campaign, recipient by recipient");
  reconcile->add_option("campaign", campaign, "cmp_…")->required();
  reconcile->add_option("log", carrier_log, "the simulator's log")->required();
  for (CLI::App* command :
       {serve_command, migrate_command, doctor_command, verify, create, reset, list, rebuild, reconcile})
    common.add(*command);

  auto* simulator = add_simulator(app, pairs);

  ScreenOptions screen_options;
  auto* screen_command = add_screen(app, screen_options);

  auto* demo_command = app.add_subcommand("demo", "walk the whole road once, with a carrier simulator");
  demo_command->add_option("--data-dir", demo_options.data_dir, "made anew; default build/demo");
  demo_command->add_option("--customers", demo_options.customers, "a CSV with its .expected.json beside it");

  if (const auto over = parse(app, argc, argv)) return *over;

  if (*serve_command) return run_with_store(common, serve);
  if (*migrate_command) return run_with_store(common, migrate);
  if (*openapi_command) return print_openapi();
  if (*doctor_command) return run_with_store(common, doctor);
  if (*verify) return run_with_store(common, audit_verify);
  if (*create)
    return run_with_store(common,
                          [&](const Config& c) { return user_create(c, login, display_name, roles); });
  if (*reset) return run_with_store(common, [&](const Config& c) { return user_reset_password(c, login); });
  if (*list) return run_with_store(common, user_list);
  if (*rebuild) return run_with_store(common, consent_rebuild);
  if (*reconcile)
    return run_with_store(common,
                          [&](const Config& c) { return reconcile_campaign(c, campaign, carrier_log); });
  if (*simulator) return run_simulator(pairs);
  if (*screen_command) return screen_messages(screen_options);
  demo_options.program = std::filesystem::read_symlink("/proc/self/exe").string();
  return demo(demo_options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    return yizhan::app::report_failure({yizhan::ErrorCode::kInternal, error.what(), {}});
  }
}
