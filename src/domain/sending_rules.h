#pragma once
// Rules on when and how often: send windows in the recipient's zone, holidays, rolling frequency limits, how
// long a message stays good. Pure: the time is given. Any thread; zone data is loaded once.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/message.h"

namespace yizhan::domain {

// ---------------------------------------------------------------- windows

inline constexpr int64_t kDayMinutes = 24 * 60;

// Minutes after local midnight, [start, end). start == 0 and end == kDayMinutes is the whole day; start >=
// end is refused where windows are set.
struct SendWindow {
  int64_t start_minute = 9 * 60;
  int64_t end_minute = 20 * 60;
  bool holds(int64_t minute) const { return minute >= start_minute && minute < end_minute; }
  bool operator==(const SendWindow&) const = default;
};
inline constexpr SendWindow kWholeDay{0, kDayMinutes};

#define YIZHAN_WEEKDAYS(X)      \
  X(kMonday, 0, "monday")       \
  X(kTuesday, 1, "tuesday")     \
  X(kWednesday, 2, "wednesday") \
  X(kThursday, 3, "thursday")   \
  X(kFriday, 4, "friday")       \
  X(kSaturday, 5, "saturday")   \
  X(kSunday, 6, "sunday")
YIZHAN_ENUM(Weekday, YIZHAN_WEEKDAYS)
inline constexpr int64_t kEveryDay = 0x7F;  // bit_of each Weekday

// One row of the company's windows. Rows of one class and jurisdiction add up (a row for the working days, a
// row for the weekend); rows of the number's own jurisdiction stand in for those of every jurisdiction; rows
// of the message's class and rows of every class must both be open. A class without any row is free.
struct WindowRule {
  std::optional<MessageClass> message_class;  // absent = every class
  std::string region;                         // of the number: "CN"; empty = every jurisdiction
  SendWindow window;
  int64_t days = kEveryDay;
  bool operator==(const WindowRule&) const = default;
};

// A date on which marketing has hours of its own or none, in place of its rows above (a working day put on a
// Saturday is one too). Of two for one date, that of the number's own jurisdiction counts.
struct Holiday {
  int64_t day = 0;  // days since 1970-01-01, the recipient's calendar
  std::string region;
  std::optional<SendWindow> window;  // absent = closed
  std::string name;
  bool operator==(const Holiday&) const = default;
};

// "2026-10-01" and back; nothing for what is no date.
std::optional<int64_t> parse_day(std::string_view text);
std::string day_text(int64_t day);

// Everything that says when a batch's messages may go. Views: what they show outlives it.
struct Hours {
  MessageClass message_class = MessageClass::kMarketing;
  SendWindow batch = kWholeDay;  // the campaign's, narrowed by the channel's
  std::span<const WindowRule> windows;
  std::span<const Holiday> holidays;  // by day, then region
};

enum class WindowState : uint8_t { kOpen, kClosed, kZoneUnknown };

// Is the window open at `now` in the IANA zone? An unknown zone is never open.
WindowState window_state(const Hours& hours, std::string_view region, std::string_view zone, Time now);
// When it opens next (now if open); zero for an unknown zone and when it does not open within
// limits::kWindowSearchDays. Local times that a change of the clocks skips open when they are skipped, those
// that come twice the first time that is not over.
Time window_opens_at(const Hours& hours, std::string_view region, std::string_view zone, Time now);
// When it closes next (now if closed); zero for an unknown zone and when it does not close within
// limits::kWindowSearchDays. Of local times that come twice, the first that is not over.
Time window_closes_at(const Hours& hours, std::string_view region, std::string_view zone, Time now);
// Whether there is a minute of some weekday, holidays aside, at which it is open in the jurisdiction.
bool ever_opens(const Hours& hours, std::string_view region);

// The recipient's clock, for people: "2026-03-02 10:00 Monday"; empty for an unknown zone.
std::string local_text(std::string_view zone, Time now);
// The holiday of the recipient's date that counts, null if it is none.
const Holiday* holiday_at(const Hours& hours, std::string_view region, std::string_view zone, Time now);
// The date there, in days since 1970-01-01, and when a date begins there; as in UTC for an unknown zone.
int64_t local_day(std::string_view zone, Time now);
Time day_begins(std::string_view zone, int64_t day);
// Whether there is such a zone.
bool zone_known(std::string_view zone);

// ---------------------------------------------------------------- frequency

// Who set a rule.
#define YIZHAN_FREQUENCY_SOURCES(X)   \
  X(kCompany, 1, "company")           \
  X(kAnnouncement, 2, "announcement") \
  X(kCampaign, 3, "campaign")         \
  X(kCustomer, 4, "customer")
YIZHAN_ENUM(FrequencySource, YIZHAN_FREQUENCY_SOURCES)

// At most `maximum` messages of the class to one customer in any `span` up to now: a rolling window (now -
// span, now]. A message counted exactly `span` ago counts no more; one counted ahead of now (the clock was
// set back) does. A minute is 60 s, an hour 3,600 s, a day 24 h, a week 7 × 24 h, a month 30 × 24 h, whatever
// the calendar says.
struct FrequencyRule {
  MessageClass message_class = MessageClass::kMarketing;
  Duration span;
  int64_t maximum = 0;
  FrequencySource source = FrequencySource::kCompany;
  int64_t source_id = 0;  // of the announcement
  bool operator==(const FrequencyRule&) const = default;
};

// How many of `used`, instants already counted for the rule's class in any order, lie in the rule's span.
int64_t count_used(const FrequencyRule& rule, std::span<const Time> used, Time now);
// Would one more message at `now` break a rule? The stricter wins: every rule of the class must hold.
bool frequency_exceeded(std::span<const FrequencyRule> rules, MessageClass message_class,
                        std::span<const Time> used, Time now);
// How far back `used` must reach for the class.
Duration longest_span(std::span<const FrequencyRule> rules, MessageClass message_class);

// Defaults of the field (docs/policy, clause 4.2): marketing 1 a day, 2 a week, 4 in 30 days; verification 1
// a minute, 5 an hour, 10 a day; notification and public service 50 a day.
std::vector<FrequencyRule> default_frequency_rules();

// ---------------------------------------------------------------- validity

// How long a message of a class stays good.
struct Validity {
  Duration verification = minutes(10);
  Duration notification = hours(24);
  Duration marketing = hours(48);
  Duration public_service = hours(72);
  Duration of(MessageClass message_class) const;
  bool operator==(const Validity&) const = default;
};
// Marketing waits for its hour without growing old: it counts from the first time that its window was open.
// All else counts from when it was accepted or its campaign started.
constexpr bool counts_from_opening(MessageClass c) { return c == MessageClass::kMarketing; }

}  // namespace yizhan::domain
