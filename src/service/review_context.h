#pragma once
// What a reviewer should know besides the text: whom it is for, on what consent, how often they hear from us,
// what was decided on texts like it, and whether he may decide. Blocking; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/campaign.h"
#include "service/contents.h"
#include "service/decision_rule.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

struct ReviewCampaign {
  CampaignId id;
  std::string name, goal;
  domain::CampaignState state = domain::CampaignState::kPlanned;
  Time planned_at;
  UserId owner_id;
  int64_t audience_count = 0;  // the frozen recipients, or whom the plan finds now
  bool frozen = false;
};
BOOST_DESCRIBE_STRUCT(ReviewCampaign, (),
                      (id, name, goal, state, planned_at, owner_id, audience_count, frozen))

// What the gates would say of the recipients' consent; sums to the audience.
struct ConsentBasis {
  int64_t granted = 0;  // for a class that needs no consent: nothing against it
  int64_t missing = 0;
  int64_t withdrawn = 0;  // or refused
  int64_t suppressed = 0;
};
BOOST_DESCRIBE_STRUCT(ConsentBasis, (), (granted, missing, withdrawn, suppressed))

// One of the settings' rules for the content's class.
struct FrequencyImpact {
  int64_t limit = 0;
  int64_t period_seconds = 0;
  int64_t at_limit = 0;  // recipients who have had the limit in the rolling window as of now
};
BOOST_DESCRIBE_STRUCT(FrequencyImpact, (), (limit, period_seconds, at_limit))

struct SimilarContent {
  ContentId content_id;
  ContentVersionId version_id;
  std::string name;
  std::string text;       // the whole message's template
  double similarity = 0;  // of the bodies, 0 to 1
  domain::ReviewDecision decision = domain::ReviewDecision::kApproved;
  Time decided_at;
  std::optional<std::string> opinion_number;
};
BOOST_DESCRIBE_STRUCT(SimilarContent, (),
                      (content_id, version_id, name, text, similarity, decision, decided_at, opinion_number))

struct ReviewContext {
  std::vector<ReviewCampaign> campaigns;  // not over, the newest first, at most limits::kReviewCampaigns
  int64_t audience_count = 0;             // of these together: a customer counts once for each campaign
  ConsentBasis consent_basis;
  std::vector<FrequencyImpact> frequency;
  std::vector<SimilarContent> similar;           // the most similar first; one version of a content
  std::optional<int64_t> last_reviewed_version;  // numbers of versions before the latest one
  std::optional<int64_t> last_approved_version;
  bool may_decide = false;
  std::optional<DecisionBar> why_not;
  std::optional<Time> submitted_at;  // of the latest version
  std::optional<UserId> submitted_by;
};
BOOST_DESCRIBE_STRUCT(ReviewContext, (),
                      (campaigns, audience_count, consent_basis, frequency, similar, last_reviewed_version,
                       last_approved_version, may_decide, why_not, submitted_at, submitted_by))

class ReviewContexts {
 public:
  explicit ReviewContexts(const store::Store& store) : store_(store) {}

  // kNotFound. Each campaign's audience is counted in a snapshot of its own, so that none is held for long.
  Result<ReviewContext> of(const Principal& who, ContentId id) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
