#pragma once
// A route: several channels of which one is chosen for each message, by carrier, class, tier, cost and
// weight. Pure, any thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "domain/message.h"

namespace yizhan::domain {

// The bit of a text::Carrier in RouteChannel::carriers; bit 0 is a number whose carrier is not known.
constexpr int64_t carrier_bit(int64_t carrier) { return int64_t{1} << carrier; }
inline constexpr int64_t kAllCarriers = 0b11111;

struct RouteChannel {
  int64_t channel_id = 0;
  int64_t carriers = kAllCarriers;  // bit set of carrier_bit()
  int64_t message_classes = 0;      // bit set of class_bit()
  int64_t cost = 0;                 // of a segment, in thousandths of a fen
  int64_t weight = 0;               // its share among those of its tier; 0 = none: then cost decides
  int64_t tier = 1;                 // lower tiers first
  bool enabled = true;
  bool operator==(const RouteChannel&) const = default;
};

struct RouteQuestion {
  int64_t carrier = 0;  // text::Carrier
  MessageClass message_class = MessageClass::kMarketing;
  int64_t customer_id = 0;
  std::span<const int64_t> refused_by;  // channels that would not carry this very message
};

// Of the channels that are enabled and serve the carrier and the class: those that are usable now, if any is;
// those that have not refused the message, if any has not. Of them the lowest tier; in it the cheapest, or,
// where weights are set, by weight. A customer stays with a channel as long as it is among those to choose
// from: which it is follows from customer and channel alone. Nothing when no channel serves the message.
std::optional<int64_t> choose_channel(std::span<const RouteChannel> channels, const RouteQuestion& question,
                                      const std::function<bool(int64_t channel_id)>& usable);

}  // namespace yizhan::domain
