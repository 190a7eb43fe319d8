#include "domain/sending_rules.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "base/limits.h"

namespace yizhan::domain {
namespace {

using Micros = std::chrono::microseconds;
using LocalTime = date::local_time<Micros>;

// The zone of a name, null if there is none; locate_zone throws on unknown names and searches a list, so
// answers are kept.
const date::time_zone* find_zone(std::string_view name) {
  if (name.empty()) return nullptr;
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

LocalTime to_local(const date::time_zone& zone, Time t) {
  return zone.to_local(date::sys_time<Micros>{Micros{t.us}});
}

// A place in the recipient's calendar.
struct Place {
  int64_t day = 0;  // since 1970-01-01
  int64_t minute = 0;
};

int64_t day_of(LocalTime local) { return date::floor<date::days>(local).time_since_epoch().count(); }

Place place_of(LocalTime local) {
  const auto day = date::floor<date::days>(local);
  return {day.time_since_epoch().count(), (local - day).count() / minutes(1).us};
}

// 1970-01-01 was a Thursday.
int64_t weekday_bit(int64_t day) {
  constexpr int64_t kThursday = 3;
  return int64_t{1} << (((day + kThursday) % 7 + 7) % 7);
}

const Holiday* find_holiday(const Hours& hours, std::string_view region, int64_t day) {
  if (hours.message_class != MessageClass::kMarketing) return nullptr;
  const auto found = std::ranges::lower_bound(hours.holidays, day, {}, &Holiday::day);
  const Holiday* everywhere = nullptr;
  for (auto it = found; it != hours.holidays.end() && it->day == day; ++it) {
    if (it->region == region) return &*it;
    if (it->region.empty()) everywhere = &*it;
  }
  return everywhere;
}

// Whether the rows of one scope, a class or every class, are open.
bool scope_open(std::span<const WindowRule> rules, std::optional<MessageClass> scope, std::string_view region,
                int64_t day_bit, int64_t minute) {
  bool own = false, own_open = false, any = false, any_open = false;
  for (const WindowRule& rule : rules) {
    if (rule.message_class != scope) continue;
    const bool open = (rule.days & day_bit) != 0 && rule.window.holds(minute);
    if (rule.region.empty()) {
      any = true;
      any_open |= open;
    } else if (rule.region == region) {
      own = true;
      own_open |= open;
    }
  }
  return own ? own_open : !any || any_open;
}

bool open_on(const Hours& hours, std::string_view region, int64_t day_bit, const Holiday* holiday,
             int64_t minute) {
  if (!hours.batch.holds(minute)) return false;
  if (!scope_open(hours.windows, std::nullopt, region, day_bit, minute)) return false;
  if (holiday != nullptr) return holiday->window && holiday->window->holds(minute);
  return scope_open(hours.windows, hours.message_class, region, day_bit, minute);
}

bool open_at(const Hours& hours, std::string_view region, Place place) {
  return open_on(hours, region, weekday_bit(place.day), find_holiday(hours, region, place.day), place.minute);
}

// Where an opening can only begin: at the start of something.
template <class Fn>
void each_start(const Hours& hours, const Holiday* holiday, const Fn& fn) {
  fn(hours.batch.start_minute);
  for (const WindowRule& rule : hours.windows)
    if (!rule.message_class || *rule.message_class == hours.message_class) fn(rule.window.start_minute);
  if (holiday != nullptr && holiday->window) fn(holiday->window->start_minute);
}

// Where it can only close: at the end of something, and when another day begins.
template <class Fn>
void each_end(const Hours& hours, const Holiday* holiday, const Fn& fn) {
  fn(0);
  fn(hours.batch.end_minute);
  for (const WindowRule& rule : hours.windows)
    if (!rule.message_class || *rule.message_class == hours.message_class) fn(rule.window.end_minute);
  if (holiday != nullptr && holiday->window) fn(holiday->window->end_minute);
}

Time to_time(date::sys_time<std::chrono::seconds> at) {
  return {std::chrono::duration_cast<Micros>(at.time_since_epoch()).count()};
}

// The first time after `now` at which the clock of the zone shows the minute of the day and the window is
// open, or is not; zero if there is none.
Time change(const Hours& hours, std::string_view region, const date::time_zone& zone, Place place, Time now,
            bool open) {
  const date::local_time<std::chrono::minutes> local{date::local_days{date::days{place.day}} +
                                                     std::chrono::minutes{place.minute}};
  for (const auto choice : {date::choose::earliest, date::choose::latest}) {
    const Time t = to_time(zone.to_sys(local, choice));
    if (t > now && open_at(hours, region, place_of(to_local(zone, t))) == open) return t;
  }
  return {};
}

// The next change of the zone's clocks when it closes the window: they go back to before it opened.
Time clock_change(const Hours& hours, std::string_view region, const date::time_zone& zone, Time now) {
  const Time t = to_time(zone.get_info(date::sys_time<Micros>{Micros{now.us}}).end);
  return open_at(hours, region, place_of(to_local(zone, t))) ? Time{} : t;
}

}  // namespace

std::optional<int64_t> parse_day(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00";
  if (text.size() != kShape.size()) return std::nullopt;
  std::array<int, 3> part{};  // year, month, day
  size_t at = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (kShape[i] == '-') {
      if (text[i] != '-') return std::nullopt;
      ++at;
    } else {
      if (text[i] < '0' || text[i] > '9') return std::nullopt;
      part[at] = part[at] * 10 + (text[i] - '0');
    }
  }
  const date::year_month_day day{date::year{part[0]}, date::month{static_cast<unsigned>(part[1])},
                                 date::day{static_cast<unsigned>(part[2])}};
  if (!day.ok()) return std::nullopt;
  return date::sys_days{day}.time_since_epoch().count();
}

std::string day_text(int64_t day) {
  const date::year_month_day d{date::sys_days{date::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()),
                     static_cast<unsigned>(d.day()));
}

int64_t local_day(std::string_view zone, Time now) {
  const date::time_zone* tz = find_zone(zone);
  return day_of(tz == nullptr ? LocalTime{Micros{now.us}} : to_local(*tz, now));
}

Time day_begins(std::string_view zone, int64_t day) {
  const date::time_zone* tz = find_zone(zone);
  if (tz == nullptr) return {day * days(1).us};
  return to_time(tz->to_sys(date::local_days{date::days{day}}, date::choose::earliest));
}

bool zone_known(std::string_view zone) { return find_zone(zone) != nullptr; }

WindowState window_state(const Hours& hours, std::string_view region, std::string_view zone, Time now) {
  const date::time_zone* tz = find_zone(zone);
  if (tz == nullptr) return WindowState::kZoneUnknown;
  return open_at(hours, region, place_of(to_local(*tz, now))) ? WindowState::kOpen : WindowState::kClosed;
}

Time window_opens_at(const Hours& hours, std::string_view region, std::string_view zone, Time now) {
  const date::time_zone* tz = find_zone(zone);
  if (tz == nullptr) return {};
  const LocalTime local = to_local(*tz, now);
  if (open_at(hours, region, place_of(local))) return now;
  const int64_t today = day_of(local);
  for (int64_t day = today; day <= today + limits::kWindowSearchDays; ++day) {
    Time first;
    each_start(hours, find_holiday(hours, region, day), [&](int64_t minute) {
      const Time t = change(hours, region, *tz, {day, minute}, now, true);
      if (t && (!first || t < first)) first = t;
    });
    if (first) return first;
  }
  return {};
}

Time window_closes_at(const Hours& hours, std::string_view region, std::string_view zone, Time now) {
  const date::time_zone* tz = find_zone(zone);
  if (tz == nullptr) return {};
  const LocalTime local = to_local(*tz, now);
  if (!open_at(hours, region, place_of(local))) return now;
  const Time shift = clock_change(hours, region, *tz, now);
  const int64_t today = day_of(local);
  for (int64_t day = today; day <= today + limits::kWindowSearchDays; ++day) {
    Time first;
    each_end(hours, find_holiday(hours, region, day), [&](int64_t minute) {
      const Time t = change(hours, region, *tz, {day, minute}, now, false);
      if (t && (!first || t < first)) first = t;
    });
    if (first) return shift ? std::min(first, shift) : first;
  }
  return shift;
}

bool ever_opens(const Hours& hours, std::string_view region) {
  bool opens = false;
  for (const Weekday weekday : values_of(Weekday{}))
    each_start(hours, nullptr,
               [&](int64_t minute) { opens |= open_on(hours, region, bit_of(weekday), nullptr, minute); });
  return opens;
}

std::string local_text(std::string_view zone, Time now) {
  const date::time_zone* tz = find_zone(zone);
  if (tz == nullptr) return {};
  const Place place = place_of(to_local(*tz, now));
  constexpr auto kDays = values_of(Weekday{});
  const int64_t bit = weekday_bit(place.day);
  const auto day = std::ranges::find_if(kDays, [&](Weekday w) { return bit_of(w) == bit; });
  return fmt::format("{} {:02}:{:02} {}", day_text(place.day), place.minute / 60, place.minute % 60,
                     name_of(*day));
}

const Holiday* holiday_at(const Hours& hours, std::string_view region, std::string_view zone, Time now) {
  const date::time_zone* tz = find_zone(zone);
  return tz == nullptr ? nullptr : find_holiday(hours, region, day_of(to_local(*tz, now)));
}

int64_t count_used(const FrequencyRule& rule, std::span<const Time> used, Time now) {
  return std::ranges::count_if(used, [&](Time t) { return t > now - rule.span; });
}

bool frequency_exceeded(std::span<const FrequencyRule> rules, MessageClass message_class,
                        std::span<const Time> used, Time now) {
  return std::ranges::any_of(rules, [&](const FrequencyRule& rule) {
    return rule.message_class == message_class && count_used(rule, used, now) >= rule.maximum;
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

Duration Validity::of(MessageClass message_class) const {
  switch (message_class) {
    case MessageClass::kVerification:
      return verification;
    case MessageClass::kNotification:
      return notification;
    case MessageClass::kMarketing:
      return marketing;
    case MessageClass::kPublicService:
      return public_service;
  }
  return {};  // no class that is known: good for no time at all, and refused before that is asked
}

}  // namespace yizhan::domain
