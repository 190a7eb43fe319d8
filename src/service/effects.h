#pragma once
// What came of a campaign (policy 2.1.4): over time, by carrier, by city, counted from the ledger's rows in
// one pass. Blocking; any thread.

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/campaign.h"
#include "store/store.h"

namespace yizhan::service {

// What happened in [at, at + bucket_seconds).
struct EffectPoint {
  Time at;
  int64_t submitted = 0;  // left in it, whatever came of them
  int64_t delivered = 0, failed = 0;
  int64_t replies = 0, opt_outs = 0;
};
BOOST_DESCRIBE_STRUCT(EffectPoint, (), (at, submitted, delivered, failed, replies, opt_outs))

struct EffectGroup {
  std::string name;
  int64_t targeted = 0;
  int64_t submitted = 0, delivered = 0, failed = 0;
};
BOOST_DESCRIBE_STRUCT(EffectGroup, (), (name, targeted, submitted, delivered, failed))

// targeted = delivered + failed + expired + unknown + refused + open, where open = held + queued + in flight
// + sent; submitted = delivered + failed + expired + unknown + sent. Points and groups sum to the totals.
struct CampaignEffect {
  CampaignId campaign_id;
  std::string name;
  domain::CampaignState state = domain::CampaignState::kPlanned;
  int64_t targeted = 0, submitted = 0;
  int64_t delivered = 0, failed = 0, expired = 0, unknown = 0, refused = 0, open = 0;
  int64_t replies = 0;   // all that answer it, opt-outs too
  int64_t opt_outs = 0;  // those among the replies
  int64_t segments = 0;  // of messages that left
  int64_t bucket_seconds = 0;
  std::vector<EffectPoint> points;  // without a gap, at most limits::kEffectPoints
  std::vector<EffectGroup> by_carrier;
  std::vector<EffectGroup> by_city;  // the largest limits::kEffectCities; the rest, and no city, as ""
  std::optional<Time> started_at, finished_at;
};
BOOST_DESCRIBE_STRUCT(CampaignEffect, (),
                      (campaign_id, name, state, targeted, submitted, delivered, failed, expired, unknown,
                       refused, open, replies, opt_outs, segments, bucket_seconds, points, by_carrier,
                       by_city, started_at, finished_at))

// Counts by time whose end is not known beforehand: buckets grow from a minute as needed, so that they are
// never more than limits::kEffectPoints and one pass is enough. One thread.
class EffectTimeline {
 public:
  EffectPoint& at(Time t);
  int64_t bucket_seconds() const { return bucket_.us / seconds(1).us; }
  // In order, the empty ones between them too.
  std::vector<EffectPoint> points() const;

 private:
  int64_t index_of(Time t) const { return t.us / bucket_.us; }
  bool holds(int64_t index) const;
  void coarsen();

  Duration bucket_ = minutes(1);
  std::map<int64_t, EffectPoint> by_index_;
};

class Effects {
 public:
  explicit Effects(const store::Store& store) : store_(store) {}

  // kNotFound. Reads every message of the campaign's batch once, in one snapshot.
  Result<CampaignEffect> of(CampaignId id) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
