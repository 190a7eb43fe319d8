#include "service/content_privacy.h"

#include <algorithm>

#include "screen/finding.h"
#include "store/queries.h"

namespace yizhan::service {

namespace {

// What is only told asks nobody to look at it, and what a scored rule adds up is no datum of anybody.
bool is_personal_datum(const FindingView& finding) {
  const std::string_view scored = screen::variant_names({screen::Variants::kScored}).front();
  return finding.category == category_name(screen::Category::kPrivacyLeak) &&
         finding.severity != severity_name(screen::Severity::kInfo) &&
         std::ranges::find(finding.how_matched, scored) == finding.how_matched.end();
}

}  // namespace

bool carries_personal_data(const domain::ContentText& text, const ScreeningView& screening,
                           std::span<const Disposition> dismissed) {
  const auto is_dismissed = [&](const FindingView& finding) {
    return std::ranges::any_of(dismissed, [&](const Disposition& d) {
      return d.finding == finding.index && d.decision == DispositionDecision::kDismissed;
    });
  };
  return std::ranges::any_of(text.variables, &domain::Variable::personal) ||
         std::ranges::any_of(screening.findings,
                             [&](const FindingView& f) { return is_personal_datum(f) && !is_dismissed(f); });
}

Result<> mark_personal_data(db::Tx& tx, ContentVersionId id, bool carries) {
  YZ_TRY(tx.run(store::q::content_version_set_personal, id, carries ? 1 : 0));
  return {};
}

}  // namespace yizhan::service
