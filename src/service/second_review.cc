#include "service/second_review.h"

#include <algorithm>

#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

std::vector<SecondReviewReason> second_review_reasons(const ScreeningView& screening,
                                                      std::span<const BindingSector> sectors) {
  std::vector<SecondReviewReason> reasons;
  for (const BindingSector& sector : sectors)
    if (!sector.second_reviewer.empty())
      reasons.push_back(
          {SecondReviewCause::kSector, sector.id, sector.second_reviewer, sector.title_zh, sector.title_en});
  for (const FindingView& f : screening.findings) {
    const auto category = screen::parse_category(f.category);
    if (f.severity != severity_name(screen::Severity::kReview) || !category ||
        std::ranges::find(kHighRisk, *category) == std::end(kHighRisk) ||
        std::ranges::find(reasons, f.rule_id, &SecondReviewReason::subject) != reasons.end())
      continue;
    reasons.push_back(
        {SecondReviewCause::kHighRisk, f.rule_id, f.category, f.suggestion_zh, f.suggestion_en});
  }
  return reasons;
}

Result<std::optional<SecondReviewView>> load_second_review(db::Tx& tx, ContentId content,
                                                           ContentVersionId version, const Bytes& hash) {
  auto view = YZ_TRY(tx.one(
      q::content_first_approval,
      [](const db::Row& r) -> Result<SecondReviewView> {
        return SecondReviewView{YZ_TRY(json::decode<std::vector<SecondReviewReason>>(r.text(3))),
                                r.id<UserId>(0),
                                r.time(1),
                                r.string(2),
                                {}};
      },
      version, hash));
  if (!view) return std::optional<SecondReviewView>{};
  YZ_CHECK(tx.each(
      q::content_hands, [&](const db::Row& r) { view->not_by.push_back(r.id<UserId>(0)); }, content,
      version));
  return std::optional(*std::move(view));
}

}  // namespace yizhan::service
