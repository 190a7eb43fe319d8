// Any bytes through the screener, as a draft and as a rendered message, with the shipped rule packs: no
// crash, and every finding's span inside its text. Run from the source folder.

#include <cstdlib>

#include "screen/screener.h"

namespace {

using namespace yizhan;

void require(bool condition) {
  if (!condition) std::abort();
}

const screen::Screener& shipped() {
  static const auto screener =
      screen::Screener::load(std::vector<std::string>{"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                                      "rules/cn_advertising.toml", "rules/cn_sector.toml"},
                             "2026-01-01");
  require(screener.has_value());
  return **screener;
}

void check(const screen::Finding& finding, std::string_view text) {
  require(finding.bytes.begin <= finding.bytes.end && finding.bytes.end <= text.size());
  require(finding.utf16.begin <= finding.utf16.end && finding.utf16.end <= text.size());
  require(text.substr(finding.bytes.begin).starts_with(finding.matched));
}

}  // namespace

// The first byte is the class and where the text is cut into parts.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto message_class = static_cast<screen::MessageClass>(data[0] % screen::kMessageClasses);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const size_t first = std::min<size_t>(data[0] >> 2, text.size());
  const size_t second = text.size() - (text.size() - first) / 4;
  const screen::Draft draft{
      message_class, text.substr(0, first), text.substr(first, second - first), text.substr(second), {}};
  for (const screen::Finding& finding : shipped().screen(draft).findings) {
    if (finding.part == screen::Part::kSignature) check(finding, draft.signature);
    if (finding.part == screen::Part::kBody) check(finding, draft.body);
    if (finding.part == screen::Part::kOptOutText) check(finding, draft.opt_out_text);
  }
  for (const screen::Finding& finding : shipped().screen_rendered(text, message_class).findings)
    check(finding, text);
  return 0;
}
