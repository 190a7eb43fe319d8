#include "service/decision_rule.h"

#include "store/queries.h"

namespace yizhan::service {

Result<std::optional<DecisionBar>> bar_to_decide(db::Tx& tx, const Principal& who,
                                                 const ContentSummary& content) {
  if (!domain::may_become(content.state, domain::ContentState::kApproved)) return DecisionBar::kNotSubmitted;
  switch (YZ_TRY(tx.number(store::q::content_hand_in, content.id, who.person(), content.version_id))) {
    case 1:
      return DecisionBar::kAuthor;
    case 2:
      return DecisionBar::kFirstReviewer;
    case 3:
      return DecisionBar::kSubmitter;
    case 4:
      return DecisionBar::kFirstApprover;
    default:
      return std::nullopt;
  }
}

}  // namespace yizhan::service
