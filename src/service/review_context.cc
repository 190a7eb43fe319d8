#include "service/review_context.h"

#include <algorithm>

#include "engine/gates.h"
#include "service/campaigns.h"
#include "service/content_rows.h"
#include "store/audience.h"
#include "store/queries.h"
#include "store/settings.h"
#include "text/similarity.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr double kLeastSimilarity = 0.3;
constexpr size_t kSimilarShown = 5;

// The campaigns that wait for a content, and the rules of now.
struct WaitingCampaigns {
  std::vector<CampaignRow> campaigns;
  std::vector<domain::FrequencyRule> rules;
};

Result<WaitingCampaigns> load_waiting(db::Tx& tx, const ContentSummary& content) {
  std::vector<CampaignId> ids;
  YZ_CHECK(tx.each(
      q::campaigns_of_content, [&](const db::Row& r) { ids.push_back(r.id<CampaignId>(0)); }, content.id,
      limits::kReviewCampaigns));
  WaitingCampaigns waiting;
  for (const CampaignId id : ids) waiting.campaigns.push_back(YZ_TRY(load_campaign(tx, id)));
  for (const domain::FrequencyRule& rule : YZ_TRY(store::load_sending_settings(tx)).frequency)
    if (rule.message_class == content.message_class) waiting.rules.push_back(rule);
  return waiting;
}

Result<store::Recipients> recipients_of(db::Tx& tx, const CampaignRow& campaign) {
  store::Recipients whom;
  if (!campaign.view.frozen_at) {
    whom.filter = YZ_TRY(store::resolve_audience(tx, campaign.view.audience));
    return whom;
  }
  whom.batch_id = campaign.batch_id;
  YZ_TRY(tx.one(
      q::batch_extent,
      [&](const db::Row& r) {
        whom.first_message_id = r.i64(0);
        whom.last_message_id = r.i64(1);
        return true;
      },
      campaign.batch_id));
  return whom;
}

// Asks the gates themselves, with everything but the consent in order.
domain::Reason judged(domain::MessageClass message_class, const store::ConsentGroup& group) {
  const engine::GateRules rules{
      .message_class = message_class, .approved = true, .hours = {.message_class = message_class}};
  const engine::Candidate candidate{.number = 1,
                                    .zone = "UTC",
                                    .suppressed = group.suppressed ? domain::class_bit(message_class) : 0,
                                    .consent_of_class = group.of_class,
                                    .consent_of_purpose = group.of_purpose,
                                    .used = {}};
  return engine::judge(rules, candidate, Time{}).reason;
}

int64_t& place_in(ConsentBasis& basis, domain::Reason reason) {
  switch (reason) {
    case domain::Reason::kSuppressed:
      return basis.suppressed;
    case domain::Reason::kConsentWithdrawn:
      return basis.withdrawn;
    case domain::Reason::kConsentMissing:
      return basis.missing;
    default:
      return basis.granted;
  }
}

// Adds what one campaign's audience contributes; its count is the sum of the groups.
Result<> add_campaign(db::Tx& tx, const ContentSummary& content, const CampaignRow& campaign,
                      std::span<const domain::FrequencyRule> rules, Time now, ReviewContext& context) {
  const store::Recipients whom = YZ_TRY(recipients_of(tx, campaign));
  const CampaignView& view = campaign.view;
  ReviewCampaign shown{.id = view.id,
                       .name = view.name,
                       .goal = view.goal,
                       .state = view.state,
                       .planned_at = view.planned_at,
                       .owner_id = view.owner_id,
                       .frozen = view.frozen_at.has_value()};
  for (const store::ConsentGroup& group :
       YZ_TRY(store::consent_groups(tx, whom, content.message_class, content.purpose, now))) {
    place_in(context.consent_basis, judged(content.message_class, group)) += group.recipients;
    shown.audience_count += group.recipients;
  }
  const auto at_limit = YZ_TRY(store::recipients_at_limit(tx, whom, content.message_class, rules, now));
  for (size_t i = 0; i < at_limit.size(); ++i) context.frequency[i].at_limit += at_limit[i];
  context.audience_count += shown.audience_count;
  context.campaigns.push_back(std::move(shown));
  return {};
}

Result<std::vector<SimilarContent>> find_similar(db::Tx& tx, ContentId id, std::string_view body) {
  const text::Bigrams wanted(body);
  std::vector<SimilarContent> found;
  YZ_CHECK(tx.each(
      q::content_decisions_elsewhere,
      [&](const db::Row& r) {
        const double similarity = wanted.similarity(text::Bigrams(r.text(4)));
        if (similarity < kLeastSimilarity) return;
        SimilarContent similar{.content_id = r.id<ContentId>(0),
                               .version_id = r.id<ContentVersionId>(1),
                               .name = r.string(2),
                               .text = domain::whole_template(r.text(3), r.text(4), r.text(5)),
                               .similarity = similarity,
                               .decision = r.as<domain::ReviewDecision>(6),
                               .decided_at = r.time(7)};
        if (!r.text(8).empty()) similar.opinion_number = r.string(8);
        const auto same = std::ranges::find(found, similar.content_id, &SimilarContent::content_id);
        if (same == found.end())
          found.push_back(std::move(similar));
        else if (similar.similarity > same->similarity)
          *same = std::move(similar);
      },
      id, limits::kReviewedVersions));
  // The latest decision first among equals.
  std::ranges::sort(found, std::ranges::greater{},
                    [](const SimilarContent& s) { return std::pair(s.similarity, s.version_id); });
  if (found.size() > kSimilarShown) found.resize(kSimilarShown);
  return found;
}

Result<> add_reviews(db::Tx& tx, const Principal& who, const ContentSummary& content,
                     ReviewContext& context) {
  context.why_not = domain::allowed(who.roles, domain::Permission::kContentReview)
                        ? YZ_TRY(bar_to_decide(tx, who, content))
                        : DecisionBar::kNoPermission;
  context.may_decide = !context.why_not;
  YZ_TRY(tx.one(
      q::content_submission,
      [&](const db::Row& r) {
        context.submitted_by = r.id<UserId>(0);
        context.submitted_at = r.time(1);
        return true;
      },
      content.id, content.version_id));
  YZ_TRY(tx.one(
      q::content_decided_before,
      [&](const db::Row& r) {
        if (r.i64(0) != 0) context.last_reviewed_version = r.i64(0);
        if (r.i64(1) != 0) context.last_approved_version = r.i64(1);
        return true;
      },
      content.id, content.version_number));
  const auto latest = YZ_TRY(load_content_version(tx, content.id, content.version_number));
  context.similar = YZ_TRY(find_similar(tx, content.id, latest.text.body));
  return {};
}

}  // namespace

Result<ReviewContext> ReviewContexts::of(const Principal& who, ContentId id) const {
  ReviewContext context;
  ContentSummary content;
  const WaitingCampaigns waiting = YZ_TRY(store_.db.read([&](db::Tx& tx) -> Result<WaitingCampaigns> {
    content = YZ_TRY(load_content(tx, id));
    YZ_CHECK(add_reviews(tx, who, content, context));
    return load_waiting(tx, content);
  }));
  const Time now = store_.now();
  for (const domain::FrequencyRule& rule : waiting.rules)
    context.frequency.push_back({.limit = rule.maximum, .period_seconds = rule.span.us / seconds(1).us});
  for (const CampaignRow& campaign : waiting.campaigns)
    YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
      return add_campaign(tx, content, campaign, waiting.rules, now, context);
    }));
  return context;
}

}  // namespace yizhan::service
