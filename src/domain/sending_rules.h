#pragma once
// Rules on when and how often: send windows in the recipient's zone, rolling frequency limits. Pure: the time
// is given. Any thread; zone data is loaded once.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/message.h"

namespace yizhan::domain {

// Minutes after local midnight, [start, end). start == 0 and end == 1440 is the whole day; start > end is
// refused where windows are set.
struct SendWindow {
  int64_t start_minute = 9 * 60;
  int64_t end_minute = 20 * 60;
};

enum class WindowState : uint8_t { kOpen, kClosed, kZoneUnknown };

// Is the window open at `now` in the IANA zone? An unknown zone is never open.
WindowState window_state(SendWindow window, std::string_view zone, Time now);
// When it opens next (now if open); zero for an unknown zone.
Time window_opens_at(SendWindow window, std::string_view zone, Time now);
// Minutes after midnight in the zone, -1 if the zone is unknown.
int64_t local_minute(std::string_view zone, Time now);

// At most `maximum` messages of the class to one customer in any `span` up to now: a rolling window (now -
// span, now].
struct FrequencyRule {
  MessageClass message_class = MessageClass::kMarketing;
  Duration span;
  int64_t maximum = 0;
};

// Would one more message at `now` break a rule? `used` are the instants already counted for this class, any
// order.
bool frequency_exceeded(std::span<const FrequencyRule> rules, MessageClass message_class,
                        std::span<const Time> used, Time now);
// How far back `used` must reach for the class.
Duration longest_span(std::span<const FrequencyRule> rules, MessageClass message_class);

// Defaults of the field (docs/policy, clause 4.2): marketing 1 a day, 2 a week, 4 in 30 days; verification 1
// a minute, 5 an hour, 10 a day; notification and public service 50 a day.
std::vector<FrequencyRule> default_frequency_rules();

}  // namespace yizhan::domain
