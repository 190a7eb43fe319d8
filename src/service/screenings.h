#pragma once
// Screens what a content says, and keeps what was found in the form in which it is stored and shown. Pure but
// for the screener; any thread.

#include <string>
#include <string_view>

#include "base/error.h"
#include "domain/content.h"
#include "screen/screener.h"
#include "service/content_text.h"

namespace yizhan::service {

screen::MessageClass class_for_screening(domain::MessageClass c);

// Fails closed: kUnavailable without rule packs.
Result<ScreeningView> screen_text(const screen::Screener* screener, const domain::ContentText& text);
screen::Verdict verdict_of(const ScreeningView& screening);
// "cn.gambling (body, bytes 3 to 9), …" of the findings that block.
std::string blocking_findings(const ScreeningView& screening);

// As columns of a row.
struct StoredScreening {
  screen::Verdict verdict = screen::Verdict::kPass;
  std::string findings, rule_packs, sectors;  // JSON
  std::string promotion;                      // JSON; empty = the text is none
};
StoredScreening stored(const ScreeningView& screening);

// Of any version's rows. Those from before one of several documents could do name one where a list is now.
Result<std::vector<FoundSectorView>> read_found_sectors(std::string_view text);

struct ScreeningColumns {
  screen::Verdict verdict = screen::Verdict::kPass;
  std::string_view findings, rule_packs, sectors, promotion;
};
// Of any version's rows: what was not kept when they were written is empty. kCorrupt when it cannot be read.
Result<ScreeningView> read_screening(const ScreeningColumns& columns);

}  // namespace yizhan::service
