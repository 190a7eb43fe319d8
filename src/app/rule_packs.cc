#include "app/rule_packs.h"

#include "service/rule_packs.h"

#ifndef YIZHAN_RULES_DIR
#define YIZHAN_RULES_DIR "/usr/share/yizhan/rules"
#endif

namespace yizhan::app {

std::string rules_folder(const std::string& configured) {
  return configured.empty() ? YIZHAN_RULES_DIR : configured;
}

Result<std::shared_ptr<const screen::Screener>> load_screener(const std::string& folder, Time now) {
  return screen::Screener::load(service::rule_pack_files(folder), service::rule_pack_day(now));
}

}  // namespace yizhan::app
