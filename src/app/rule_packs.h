#pragma once
// Where the rule packs lie, and the screener made of those in force. Any thread.

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "screen/screener.h"

namespace yizhan::app {

inline constexpr const char* kPolicyMapFile = "policy_map.toml";  // lies beside the rule packs, and is none

// The folder that is configured, or else the one that comes with the program.
std::string rules_folder(const std::string& configured);
// The packs of a folder, by name; none when it cannot be read.
std::vector<std::string> rule_pack_files(const std::string& folder);
// Of the packs in force at this time (by the date in Beijing, which is theirs). Errors of Screener::load.
Result<std::shared_ptr<const screen::Screener>> load_screener(const std::string& folder, Time now);

}  // namespace yizhan::app
