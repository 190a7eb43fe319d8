#pragma once
// The commands of the program, one function each; every one returns the process's exit code: 0 done, 1
// failed, 2 used wrongly, 3 a check found something wrong. Called from main only.

#include <map>
#include <string>
#include <vector>

#include "app/config.h"

namespace yizhan::app {

inline constexpr int kExitDone = 0, kExitFailed = 1, kExitUsage = 2, kExitFound = 3;

int serve(const Config& config);
int migrate(const Config& config);
// Prints the OpenAPI document; needs neither a store nor a server.
int print_openapi();
int carrier_simulator(const std::map<std::string, std::string>& options);
int audit_verify(const Config& config);
int user_create(const Config& config, const std::string& login, const std::string& display_name,
                const std::vector<std::string>& roles);
int user_reset_password(const Config& config, const std::string& login);
int user_list(const Config& config);
int consent_rebuild(const Config& config);
int doctor(const Config& config);
int reconcile_campaign(const Config& config, const std::string& campaign, const std::string& carrier_log);

struct ScreenOptions {
  std::string rules_dir;                    // empty: the packs that come with the program
  std::string message_class = "marketing";  // verification, notification, marketing, public_service
  std::string file = "-";                   // one message a line; "-" = standard input
};
// Prints one JSON object a message (docs/formats/screening_jsonl.md). kExitFound when a message is blocked.
int screen_messages(const ScreenOptions& options);

struct DemoOptions {
  std::string data_dir;   // made anew
  std::string customers;  // the CSV; its counts are expected beside it in .expected.json
  std::string program;    // this very program
  int64_t patience_seconds = 300;
};
int demo(const DemoOptions& options);

// Prints "yizhan: code: message (field)" and returns kExitFailed.
int report_failure(const Error& error);

}  // namespace yizhan::app
