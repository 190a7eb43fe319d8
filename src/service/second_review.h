#pragma once
// When one person of compliance is not enough (policy 3.3.1): why a content needs a second one, and who that
// cannot be. Pure but for the look-up; one thread per Tx.

#include <boost/describe.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "db/tx.h"
#include "screen/finding.h"
#include "service/content_sectors.h"
#include "service/content_text.h"

namespace yizhan::service {

// High risk: a finding for review in one of these asks for a second reviewer, since dismissing it by mistake
// lets out what is unlawful, misleads or gives somebody away. docs/decisions/0021-the-second-reviewer.md
inline constexpr screen::Category kHighRisk[] = {
    screen::Category::kPolitical,        screen::Category::kTerrorViolence, screen::Category::kPorn,
    screen::Category::kGambling,         screen::Category::kDrugs,          screen::Category::kFraud,
    screen::Category::kSuperstitionCult, screen::Category::kExaggeration,   screen::Category::kFalsePromise,
    screen::Category::kSector,           screen::Category::kPrivacyLeak};

#define YIZHAN_SECOND_REVIEW_CAUSES(X)                                   \
  X(kSector, 1, "sector")      /* a sector that asks for a second one */ \
  X(kHighRisk, 2, "high_risk") /* a finding for review of a grave category */
YIZHAN_ENUM(SecondReviewCause, YIZHAN_SECOND_REVIEW_CAUSES)

struct SecondReviewReason {
  SecondReviewCause cause = SecondReviewCause::kSector;
  std::string subject;  // the sector's id, or the finding's rule
  std::string detail;   // which post the sector asks for, or the finding's category
  std::string title_zh;
  std::string title_en;
};
BOOST_DESCRIBE_STRUCT(SecondReviewReason, (), (cause, subject, detail, title_zh, title_en))

// Each subject once; none: one reviewer is enough.
std::vector<SecondReviewReason> second_review_reasons(const ScreeningView& screening,
                                                      std::span<const BindingSector> sectors);

// What one person of compliance approved and a second one decides on.
struct SecondReviewView {
  std::vector<SecondReviewReason> reasons;  // as of the first approval
  UserId approved_by;
  Time approved_at;
  std::string opinion_number;
  std::vector<UserId> not_by;  // who wrote, first reviewed, submitted or approved it
};
BOOST_DESCRIBE_STRUCT(SecondReviewView, (), (reasons, approved_by, approved_at, opinion_number, not_by))

// Of a version by its hash; nullopt when nobody approved it as the first of two.
Result<std::optional<SecondReviewView>> load_second_review(db::Tx& tx, ContentId content,
                                                           ContentVersionId version, const Bytes& hash);

}  // namespace yizhan::service
