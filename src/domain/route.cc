#include "domain/route.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace yizhan::domain {
namespace {

// The finaliser of SplitMix64.
uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Weighted rendezvous hashing: a channel that comes or goes moves only the customers that it wins or loses.
double score(int64_t customer_id, const RouteChannel& channel) {
  constexpr double kSteps = 9007199254740992.0;  // 2^53
  const uint64_t h = mix(mix(static_cast<uint64_t>(customer_id) + 0x9e3779b97f4a7c15) ^
                         static_cast<uint64_t>(channel.channel_id));
  const double unit = (static_cast<double>(h >> 11) + 0.5) / kSteps;
  return -static_cast<double>(std::max<int64_t>(1, channel.weight)) / std::log(unit);
}

template <class Keep>
void keep_if_any(std::vector<const RouteChannel*>& all, Keep keep) {
  if (std::ranges::any_of(all, keep)) std::erase_if(all, [&](const RouteChannel* c) { return !keep(c); });
}

}  // namespace

std::optional<int64_t> choose_channel(std::span<const RouteChannel> channels, const RouteQuestion& question,
                                      const std::function<bool(int64_t channel_id)>& usable) {
  std::vector<const RouteChannel*> left;
  for (const RouteChannel& c : channels)
    if (c.enabled && (c.carriers & carrier_bit(question.carrier)) != 0 &&
        (c.message_classes & class_bit(question.message_class)) != 0)
      left.push_back(&c);
  if (left.empty()) return std::nullopt;
  keep_if_any(left, [&](const RouteChannel* c) { return usable(c->channel_id); });
  keep_if_any(left, [&](const RouteChannel* c) {
    return std::ranges::find(question.refused_by, c->channel_id) == question.refused_by.end();
  });
  const int64_t tier = (*std::ranges::min_element(left, {}, &RouteChannel::tier))->tier;
  keep_if_any(left, [&](const RouteChannel* c) { return c->tier == tier; });
  if (std::ranges::any_of(left, [](const RouteChannel* c) { return c->weight > 0; })) {
    keep_if_any(left, [](const RouteChannel* c) { return c->weight > 0; });
  } else {
    const int64_t cost = (*std::ranges::min_element(left, {}, &RouteChannel::cost))->cost;
    keep_if_any(left, [&](const RouteChannel* c) { return c->cost == cost; });
  }
  const auto best = std::ranges::max_element(
      left, {}, [&](const RouteChannel* c) { return score(question.customer_id, *c); });
  return (*best)->channel_id;
}

}  // namespace yizhan::domain
