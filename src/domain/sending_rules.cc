#include "domain/sending_rules.h"

#include <date/tz.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "base/limits.h"

namespace yizhan::domain {
namespace {

// The zone of a name, null if there is none; locate_zone throws on unknown names and searches a list, so
// answers are kept.
const date::time_zone* find_zone(std::string_view name) {
  static std::shared_mutex mutex;
  static std::map<std::string, const date::time_zone*, std::less<>> known;
  {
    const std::shared_lock lock(mutex);
    if (const auto it = known.find(name); it != known.end()) return it->second;
  }
  const date::time_zone* zone = nullptr;
  try {
    zone = date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    zone = nullptr;
  }
  const std::unique_lock lock(mutex);
  if (known.size() < limits::kTimeZones) known.emplace(name, zone);
  return zone;
}

date::sys_time<std::chrono::microseconds> to_sys(Time t) {
  return date::sys_time<std::chrono::microseconds>{std::chrono::microseconds{t.us}};
}

int64_t local_us_of_day(const date::time_zone& zone, Time now) {
  const auto local = zone.to_local(to_sys(now));
  return (local - date::floor<date::days>(local)).count();
}

}  // namespace

int64_t local_minute(std::string_view zone, Time now) {
  const date::time_zone* tz = zone.empty() ? nullptr : find_zone(zone);
  return tz == nullptr ? -1 : local_us_of_day(*tz, now) / minutes(1).us;
}

WindowState window_state(SendWindow window, std::string_view zone, Time now) {
  const int64_t minute = local_minute(zone, now);
  if (minute < 0) return WindowState::kZoneUnknown;
  return minute >= window.start_minute && minute < window.end_minute ? WindowState::kOpen
                                                                     : WindowState::kClosed;
}

Time window_opens_at(SendWindow window, std::string_view zone, Time now) {
  const date::time_zone* tz = zone.empty() ? nullptr : find_zone(zone);
  if (tz == nullptr) return {};
  const int64_t into_day = local_us_of_day(*tz, now);
  if (into_day / minutes(1).us >= window.start_minute && into_day / minutes(1).us < window.end_minute)
    return now;
  const auto local = tz->to_local(to_sys(now));
  auto day = date::floor<date::days>(local);
  if (into_day >= minutes(window.start_minute).us) day += date::days{1};
  const auto opens = tz->to_sys(day + std::chrono::minutes{window.start_minute}, date::choose::earliest);
  return {std::chrono::duration_cast<std::chrono::microseconds>(opens.time_since_epoch()).count()};
}

bool frequency_exceeded(std::span<const FrequencyRule> rules, MessageClass message_class,
                        std::span<const Time> used, Time now) {
  return std::any_of(rules.begin(), rules.end(), [&](const FrequencyRule& rule) {
    if (rule.message_class != message_class) return false;
    const int64_t counted =
        std::count_if(used.begin(), used.end(), [&](Time t) { return t > now - rule.span && t <= now; });
    return counted >= rule.maximum;
  });
}

Duration longest_span(std::span<const FrequencyRule> rules, MessageClass message_class) {
  Duration longest;
  for (const FrequencyRule& rule : rules)
    if (rule.message_class == message_class) longest = std::max(longest, rule.span);
  return longest;
}

std::vector<FrequencyRule> default_frequency_rules() {
  using enum MessageClass;
  return {{kMarketing, days(1), 1},       {kMarketing, days(7), 2},     {kMarketing, days(30), 4},
          {kVerification, minutes(1), 1}, {kVerification, hours(1), 5}, {kVerification, days(1), 10},
          {kNotification, days(1), 50},   {kPublicService, days(1), 50}};
}

}  // namespace yizhan::domain
