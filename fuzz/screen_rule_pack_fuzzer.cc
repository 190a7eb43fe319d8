// Any bytes as a rule pack: an error or a pack, and a pack that was read makes a screener or an error.

#include "screen/screener.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yizhan::screen;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto pack = parse_rule_pack(text, "fuzz.toml");
  if (!pack) return 0;
  static const RulePack format =
      load_rule_pack("rules/cn_format.toml").value();  // run from the source folder
  const auto screener = Screener::make({format, *std::move(pack)});
  if (screener) (*screener)->screen_message(text, MessageClass::kMarketing);
  return 0;
}
