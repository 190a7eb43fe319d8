#pragma once
// Where the rule packs lie, and a screener made of them. Any thread.

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "screen/screener.h"

namespace yizhan::app {

// The folder that is configured, or else the one that comes with the program.
std::string rules_folder(const std::string& configured);
// Of the packs of a folder that are in force at this time (by the date in Beijing, which is theirs), for the
// command line; the server's are service/rule_packs.h. Errors of Screener::load.
Result<std::shared_ptr<const screen::Screener>> load_screener(const std::string& folder, Time now);

}  // namespace yizhan::app
