#include "service/effects.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "service/campaigns.h"
#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::service {

namespace q = store::q;
using domain::MessageState;

namespace {

// Each a multiple of the one before, so that buckets can be merged.
constexpr Duration kBuckets[] = {minutes(1), minutes(5), minutes(15), hours(1), hours(6), days(1), days(7)};

struct Message {
  MessageState state = MessageState::kHeld;
  int64_t segments = 0;
  Time submitted_at, state_at;
};

bool has_left(MessageState state) {
  return state == MessageState::kSent || state == MessageState::kDelivered ||
         state == MessageState::kFailed || state == MessageState::kExpired || state == MessageState::kUnknown;
}

void count(EffectGroup& group, MessageState state) {
  ++group.targeted;
  group.submitted += has_left(state);
  group.delivered += state == MessageState::kDelivered;
  group.failed += state == MessageState::kFailed;
}

void add(EffectGroup& to, const EffectGroup& from) {
  to.targeted += from.targeted;
  to.submitted += from.submitted;
  to.delivered += from.delivered;
  to.failed += from.failed;
}

// The counts of one pass over the messages.
class Tally {
 public:
  explicit Tally(CampaignEffect& effect) : effect_(effect) {}

  void message(const Message& m, text::Carrier carrier, std::string_view city) {
    ++effect_.targeted;
    ++counter(m.state);
    if (has_left(m.state)) {
      ++effect_.submitted;
      effect_.segments += m.segments;
      ++timeline_.at(m.submitted_at ? m.submitted_at : m.state_at).submitted;
      if (m.state == MessageState::kDelivered) ++timeline_.at(m.state_at).delivered;
      if (m.state == MessageState::kFailed) ++timeline_.at(m.state_at).failed;
    }
    count(carriers_[carrier], m.state);
    count(group_of(city), m.state);
  }

  void reply(domain::InboundKind kind, Time at) {
    EffectPoint& point = timeline_.at(at);
    ++effect_.replies;
    ++point.replies;
    if (kind != domain::InboundKind::kOptOut) return;
    ++effect_.opt_outs;
    ++point.opt_outs;
  }

  void finish() {
    effect_.points = timeline_.points();
    effect_.bucket_seconds = timeline_.bucket_seconds();
    for (auto& [carrier, group] : carriers_) {
      group.name = text::carrier_name(carrier);
      effect_.by_carrier.push_back(std::move(group));
    }
    std::vector<EffectGroup>& cities = effect_.by_city;
    for (auto& [name, group] : cities_) {
      group.name = name;
      cities.push_back(std::move(group));
    }
    std::ranges::sort(cities, [](const EffectGroup& a, const EffectGroup& b) {
      return a.targeted != b.targeted ? a.targeted > b.targeted : a.name < b.name;
    });
    for (size_t i = limits::kEffectCities; i < cities.size(); ++i) add(elsewhere_, cities[i]);
    if (cities.size() > limits::kEffectCities) cities.resize(limits::kEffectCities);
    if (elsewhere_.targeted > 0) cities.push_back(std::move(elsewhere_));
  }

 private:
  int64_t& counter(MessageState state) {
    switch (state) {
      case MessageState::kDelivered:
        return effect_.delivered;
      case MessageState::kFailed:
        return effect_.failed;
      case MessageState::kExpired:
        return effect_.expired;
      case MessageState::kUnknown:
        return effect_.unknown;
      case MessageState::kRefused:
        return effect_.refused;
      case MessageState::kHeld:
      case MessageState::kQueued:
      case MessageState::kInFlight:
      case MessageState::kSent:
        break;
    }
    return effect_.open;
  }

  EffectGroup& group_of(std::string_view city) {
    if (city.empty()) return elsewhere_;
    const auto found = cities_.find(city);
    if (found != cities_.end()) return found->second;
    if (cities_.size() >= limits::kEffectCitiesCounted) return elsewhere_;
    return cities_[std::string(city)];
  }

  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };

  CampaignEffect& effect_;
  EffectTimeline timeline_;
  std::map<text::Carrier, EffectGroup> carriers_;
  std::unordered_map<std::string, EffectGroup, Hash, std::equal_to<>> cities_;
  EffectGroup elsewhere_;
};

}  // namespace

bool EffectTimeline::holds(int64_t index) const {
  if (by_index_.empty()) return true;
  const int64_t first = std::min(index, by_index_.begin()->first);
  const int64_t last = std::max(index, by_index_.rbegin()->first);
  return last - first < static_cast<int64_t>(limits::kEffectPoints);
}

// Above the largest of the list, buckets double.
void EffectTimeline::coarsen() {
  const auto larger = std::ranges::find_if(kBuckets, [&](Duration d) { return d > bucket_; });
  const Duration wide = larger != std::end(kBuckets) ? *larger : Duration{bucket_.us * 2};
  std::map<int64_t, EffectPoint> merged;
  for (const auto& [index, point] : by_index_) {
    EffectPoint& into = merged[index * bucket_.us / wide.us];
    into.submitted += point.submitted;
    into.delivered += point.delivered;
    into.failed += point.failed;
    into.replies += point.replies;
    into.opt_outs += point.opt_outs;
  }
  bucket_ = wide;
  by_index_ = std::move(merged);
}

EffectPoint& EffectTimeline::at(Time t) {
  while (!holds(index_of(t))) coarsen();
  return by_index_[index_of(t)];
}

std::vector<EffectPoint> EffectTimeline::points() const {
  std::vector<EffectPoint> points;
  if (by_index_.empty()) return points;
  for (int64_t i = by_index_.begin()->first; i <= by_index_.rbegin()->first; ++i) {
    const auto found = by_index_.find(i);
    points.push_back(found == by_index_.end() ? EffectPoint{} : found->second);
    points.back().at = Time{i * bucket_.us};
  }
  return points;
}

Result<CampaignEffect> Effects::of(CampaignId id) const {
  return store_.db.read([&](db::Tx& tx) -> Result<CampaignEffect> {
    const CampaignRow campaign = YZ_TRY(load_campaign(tx, id));
    CampaignEffect effect{.campaign_id = id,
                          .name = campaign.view.name,
                          .state = campaign.view.state,
                          .started_at = campaign.view.started_at,
                          .finished_at = campaign.view.finished_at};
    Tally tally(effect);
    const auto extent = YZ_TRY(tx.one(
        q::batch_extent, [](const db::Row& r) { return std::pair{r.i64(0), r.i64(1)}; }, campaign.batch_id));
    if (extent) {
      YZ_CHECK(tx.stream(
          q::effect_messages,
          [&](const db::Row& r) {
            tally.message({r.as<MessageState>(0), r.i64(1), r.time(3), r.time(4)}, r.as<text::Carrier>(2),
                          r.text(5));
          },
          campaign.batch_id, extent->first, extent->second));
      YZ_CHECK(tx.stream(
          q::effect_replies, [&](const db::Row& r) { tally.reply(r.as<domain::InboundKind>(0), r.time(1)); },
          campaign.batch_id));
    }
    tally.finish();
    return effect;
  });
}

}  // namespace yizhan::service
