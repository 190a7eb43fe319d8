// Any bytes through the screener, as a draft and as a rendered message, with the shipped rule packs: no
// crash, and every finding's span inside its text. Run from the source folder.

#include <cstdlib>

#include "screen/screener.h"

namespace {

using namespace yizhan;

void require(bool condition) {
  if (!condition) std::abort();
}

std::shared_ptr<const screen::Screener> loaded(bool scored) {
  std::vector<std::string> files{"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                 "rules/cn_advertising.toml", "rules/cn_sector.toml"};
  if (scored) files.emplace_back("rules/cn_scored.toml");
  auto screener = screen::Screener::load(files, "2026-01-01");
  require(screener.has_value());
  return *std::move(screener);
}

// Scored rules are for whoever reads the text, and stop no message.
const screen::Screener& shipped() {
  static const auto screener = loaded(true);
  return *screener;
}
const screen::Screener& unscored() {
  static const auto screener = loaded(false);
  return *screener;
}

void check(screen::Span bytes, screen::Span utf16, std::string_view text) {
  require(bytes.begin <= bytes.end && bytes.end <= text.size());
  require(utf16.begin <= utf16.end && utf16.end <= text.size());
}

void check(const screen::Finding& finding, std::string_view text) {
  check(finding.bytes, finding.utf16, text);
  require(text.substr(finding.bytes.begin).starts_with(finding.matched));
  for (const screen::NestedTerm& nested : finding.nested) {
    check(nested.bytes, nested.utf16, text);
    require(nested.bytes.begin >= finding.bytes.begin && nested.bytes.end <= finding.bytes.end);
  }
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
  const screen::RenderedScreening rendered = shipped().screen_rendered(text, message_class);
  for (const screen::Finding& finding : rendered.findings) check(finding, text);
  // The signature is known now.
  const screen::RenderedScreening again = shipped().screen_rendered(text, message_class);
  require(again.verdict == rendered.verdict && again.findings.size() == rendered.findings.size());
  const screen::Screening whole = shipped().screen_message(text, message_class);
  for (const screen::Finding& finding : whole.findings) check(finding, text);
  for (const screen::EssentialSpan& span : whole.promotion.spans) check(span.bytes, span.utf16, text);
  // What only those see who look at it changes nothing.
  require(unscored().screen_message(text, message_class).verdict ==
          unscored().screen_rendered(text, message_class).verdict);
  return 0;
}
