#include "app/rule_packs.h"

#include <algorithm>
#include <filesystem>

#ifndef YIZHAN_RULES_DIR
#define YIZHAN_RULES_DIR "/usr/share/yizhan/rules"
#endif

namespace yizhan::app {

std::string rules_folder(const std::string& configured) {
  return configured.empty() ? YIZHAN_RULES_DIR : configured;
}

std::vector<std::string> rule_pack_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".toml" && entry.path().filename() != kPolicyMapFile)
      files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::shared_ptr<const screen::Screener>> load_screener(const std::string& folder, Time now) {
  const std::string today = to_rfc3339(now + hours(8)).substr(0, 10);
  return screen::Screener::load(rule_pack_files(folder), today);
}

}  // namespace yizhan::app
