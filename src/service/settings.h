#pragma once
// The settings that sending goes by, as people read and change them. Blocks; any thread. The emergency stop
// is shown here and set elsewhere.

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "service/principal.h"
#include "store/settings.h"
#include "store/store.h"

namespace yizhan::service {

// No more than `maximum` messages of the class to one customer in any `span_seconds`.
struct FrequencyRuleView {
  domain::MessageClass message_class = domain::MessageClass::kMarketing;
  int64_t span_seconds = 0;
  int64_t maximum = 0;
  static constexpr json::Rule kRules[] = {
      {.member = "span_seconds", .minimum = 1, .maximum = limits::kFrequencySpanSeconds},
      {.member = "maximum", .minimum = 1, .maximum = limits::kFrequencyMessages}};
  bool operator==(const FrequencyRuleView&) const = default;
};
BOOST_DESCRIBE_STRUCT(FrequencyRuleView, (), (message_class, span_seconds, maximum))

// Minutes after local midnight of the recipient, [start, end). How rows add up: domain::WindowRule.
struct WindowRuleView {
  std::optional<domain::MessageClass> message_class;  // absent = every class
  std::string region;                                 // of the number; empty = every jurisdiction
  int64_t start_minute = 0;
  int64_t end_minute = 0;
  std::vector<domain::Weekday> days;  // none = every day
  static constexpr json::Rule kRules[] = {
      {.member = "message_class", .description = "absent = every class"},
      {.member = "region",
       .presence = json::Presence::kOptional,
       .max_length = 2,
       .description = "ISO 3166 letters of the number's jurisdiction, empty = every one"},
      {.member = "start_minute", .minimum = 0, .maximum = 1439},
      {.member = "end_minute", .minimum = 1, .maximum = domain::kDayMinutes},
      {.member = "days", .presence = json::Presence::kOptional, .max_items = 7}};
  bool operator==(const WindowRuleView&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowRuleView, (), (message_class, region, start_minute, end_minute, days))

// A date on which marketing has hours of its own, or none.
struct HolidayView {
  std::string date;  // YYYY-MM-DD of the recipient's calendar
  std::string region;
  std::string name;
  std::optional<int64_t> start_minute, end_minute;  // both absent = closed
  static constexpr json::Rule kRules[] = {
      {.member = "date", .min_length = 10, .max_length = 10, .format = "date"},
      {.member = "region", .presence = json::Presence::kOptional, .max_length = 2},
      {.member = "name", .presence = json::Presence::kOptional, .max_length = limits::kNameCharacters},
      {.member = "start_minute", .minimum = 0, .maximum = 1439},
      {.member = "end_minute", .minimum = 1, .maximum = domain::kDayMinutes}};
  bool operator==(const HolidayView&) const = default;
};
BOOST_DESCRIBE_STRUCT(HolidayView, (), (date, region, name, start_minute, end_minute))

// How long a message stays good; marketing from the first opening of its window, all else from when it was
// accepted or its campaign started.
struct ValidityView {
  int64_t verification_seconds = 0;
  int64_t notification_seconds = 0;
  int64_t marketing_seconds = 0;
  int64_t public_service_seconds = 0;
  static constexpr json::Rule kRules[] = {
      {.member = "verification_seconds", .minimum = 30, .maximum = limits::kValiditySeconds},
      {.member = "notification_seconds", .minimum = 30, .maximum = limits::kValiditySeconds},
      {.member = "marketing_seconds", .minimum = 30, .maximum = limits::kValiditySeconds},
      {.member = "public_service_seconds", .minimum = 30, .maximum = limits::kValiditySeconds}};
  bool operator==(const ValidityView&) const = default;
};
BOOST_DESCRIBE_STRUCT(ValidityView, (),
                      (verification_seconds, notification_seconds, marketing_seconds, public_service_seconds))

struct SendingSettingsView {
  std::vector<FrequencyRuleView> frequency;
  std::vector<WindowRuleView> windows;
  std::vector<HolidayView> holidays;
  ValidityView validity;
  int64_t notice_threshold = 0;
  int64_t receipt_overdue_seconds = 0;
  int64_t test_expiry_seconds = 0;
  int64_t schedule_grace_seconds = 0;
  int64_t failure_pause_percent = 0;
  int64_t failure_pause_minimum = 0;
  int64_t filing_warning_days = 0;
  bool emergency_stop = false;
  std::map<std::string, int64_t> part_versions;  // the version that last changed each part, as traces cite it
  int64_t version = 0;                           // 0: the defaults, never changed
  std::optional<Time> updated_at;                // absent with the defaults
};
BOOST_DESCRIBE_STRUCT(SendingSettingsView, (),
                      (frequency, windows, holidays, validity, notice_threshold, receipt_overdue_seconds,
                       test_expiry_seconds, schedule_grace_seconds, failure_pause_percent,
                       failure_pause_minimum, filing_warning_days, emergency_stop, part_versions, version,
                       updated_at))

// What is absent stays as it is.
struct ChangeSendingSettings {
  std::optional<std::vector<FrequencyRuleView>> frequency;  // all rules; marketing needs at least one
  std::optional<std::vector<WindowRuleView>> windows;       // all rows; marketing needs one for everywhere
  std::optional<std::vector<HolidayView>> holidays;         // all dates
  std::optional<ValidityView> validity;
  std::optional<int64_t> notice_threshold;  // audience of marketing; 0 = never
  std::optional<int64_t> receipt_overdue_seconds;
  std::optional<int64_t> test_expiry_seconds;
  std::optional<int64_t> schedule_grace_seconds;
  std::optional<int64_t> failure_pause_percent;
  std::optional<int64_t> failure_pause_minimum;  // outcomes before the rate counts
  std::optional<int64_t> filing_warning_days;
  static constexpr json::Rule kRules[] = {
      {.member = "frequency",
       .min_items = 1,
       .max_items = limits::kFrequencyRules,
       .description = "all rules; marketing needs at least one. Windows are rolling, (now - span, now]"},
      {.member = "windows",
       .min_items = 1,
       .max_items = limits::kWindowRules,
       .description = "all rows. Rows of one class and jurisdiction add up; those of the number's "
                      "jurisdiction stand in for those of every one; rows of the class and rows of every "
                      "class must both be open. Marketing needs one for every jurisdiction"},
      {.member = "holidays",
       .max_items = limits::kHolidays,
       .description = "all dates; each stands in for the rows of marketing on that day"},
      {.member = "notice_threshold",
       .minimum = 0,
       .maximum = limits::kNoticeThreshold,
       .description = "above this audience marketing needs an announcement first; 0 = never"},
      {.member = "receipt_overdue_seconds", .minimum = 5, .maximum = 30 * 86'400},
      {.member = "test_expiry_seconds", .minimum = 60, .maximum = 30 * 86'400},
      {.member = "schedule_grace_seconds",
       .minimum = 0,
       .maximum = 30 * 86'400,
       .description = "a campaign whose hour was missed by more than this waits for people to start it"},
      {.member = "failure_pause_percent", .minimum = 1, .maximum = 100},
      {.member = "failure_pause_minimum", .minimum = 1, .maximum = 1'000'000},
      {.member = "filing_warning_days",
       .minimum = 0,
       .maximum = limits::kFilingWarningDays,
       .description = "so long before a signature's filing with a carrier ends it is a task of technology"}};
};
BOOST_DESCRIBE_STRUCT(ChangeSendingSettings, (),
                      (frequency, windows, holidays, validity, notice_threshold, receipt_overdue_seconds,
                       test_expiry_seconds, schedule_grace_seconds, failure_pause_percent,
                       failure_pause_minimum, filing_warning_days))

struct ListSettingVersions {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<int64_t> after;  // a version: older ones follow
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "after", .minimum = 1}};
};
BOOST_DESCRIBE_STRUCT(ListSettingVersions, (), (limit, after))

struct SettingVersion {
  int64_t version = 0;
  std::optional<UserId> updated_by;  // absent: the command line, the server itself
  Time updated_at;
  json::Value before;  // the members that it changed, as they were
  json::Value after;
};
BOOST_DESCRIBE_STRUCT(SettingVersion, (), (version, updated_by, updated_at, before, after))

struct SettingVersionPage {
  std::vector<SettingVersion> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(SettingVersionPage, (), (items, next_after))

class Settings {
 public:
  explicit Settings(const store::Store& store) : store_(store) {}

  Result<SendingSettingsView> sending() const;
  // kVersionConflict (field "version"), kInvalidArgument. Audited with what changed, before and after.
  Result<SendingSettingsView> change_sending(const Principal& by, std::optional<int64_t> version,
                                             const ChangeSendingSettings& request) const;
  // The newest first.
  Result<SettingVersionPage> sending_versions(const ListSettingVersions& request) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
