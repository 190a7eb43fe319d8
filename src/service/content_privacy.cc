#include "service/content_privacy.h"

#include <algorithm>

#include "screen/finding.h"
#include "store/queries.h"

namespace yizhan::service {

bool carries_personal_data(const domain::ContentText& text, const ScreeningView& screening) {
  const std::string_view category = category_name(screen::Category::kPrivacyLeak);
  return std::ranges::any_of(text.variables, &domain::Variable::personal) ||
         std::ranges::any_of(screening.findings,
                             [&](const FindingView& f) { return f.category == category; });
}

Result<> mark_personal_data(db::Tx& tx, ContentVersionId id, const domain::ContentText& text,
                            const ScreeningView& screening) {
  YZ_TRY(tx.run(store::q::content_version_set_personal, id, carries_personal_data(text, screening) ? 1 : 0));
  return {};
}

}  // namespace yizhan::service
