#pragma once
// The settings that sending goes by, as people read and change them. Blocks; any thread. The emergency stop
// is shown here and set elsewhere.

#include <boost/describe.hpp>
#include <optional>
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

// Minutes after local midnight of the recipient, [start, end).
struct SendWindowView {
  int64_t start_minute = 0;
  int64_t end_minute = 0;
  static constexpr json::Rule kRules[] = {{.member = "start_minute", .minimum = 0, .maximum = 1439},
                                          {.member = "end_minute", .minimum = 1, .maximum = 1440}};
  bool operator==(const SendWindowView&) const = default;
};
BOOST_DESCRIBE_STRUCT(SendWindowView, (), (start_minute, end_minute))

struct SendingSettingsView {
  std::vector<FrequencyRuleView> frequency;
  SendWindowView marketing_window;
  int64_t receipt_overdue_seconds = 0;
  int64_t test_expiry_seconds = 0;
  int64_t failure_pause_percent = 0;
  int64_t failure_pause_minimum = 0;
  bool emergency_stop = false;
  int64_t version = 0;             // 0: the defaults, never changed
  std::optional<Time> updated_at;  // absent with the defaults
};
BOOST_DESCRIBE_STRUCT(SendingSettingsView, (),
                      (frequency, marketing_window, receipt_overdue_seconds, test_expiry_seconds,
                       failure_pause_percent, failure_pause_minimum, emergency_stop, version, updated_at))

// What is absent stays as it is.
struct ChangeSendingSettings {
  std::optional<std::vector<FrequencyRuleView>> frequency;  // all rules; marketing needs at least one
  std::optional<SendWindowView> marketing_window;
  std::optional<int64_t> receipt_overdue_seconds;
  std::optional<int64_t> test_expiry_seconds;
  std::optional<int64_t> failure_pause_percent;
  std::optional<int64_t> failure_pause_minimum;  // outcomes before the rate counts
  static constexpr json::Rule kRules[] = {
      {.member = "frequency",
       .min_items = 1,
       .max_items = limits::kFrequencyRules,
       .description = "all rules; marketing needs at least one"},
      {.member = "receipt_overdue_seconds", .minimum = 5, .maximum = 30 * 86'400},
      {.member = "test_expiry_seconds", .minimum = 60, .maximum = 30 * 86'400},
      {.member = "failure_pause_percent", .minimum = 1, .maximum = 100},
      {.member = "failure_pause_minimum", .minimum = 1, .maximum = 1'000'000}};
};
BOOST_DESCRIBE_STRUCT(ChangeSendingSettings, (),
                      (frequency, marketing_window, receipt_overdue_seconds, test_expiry_seconds,
                       failure_pause_percent, failure_pause_minimum))

class Settings {
 public:
  explicit Settings(const store::Store& store) : store_(store) {}

  Result<SendingSettingsView> sending() const;
  // kVersionConflict (field "version"), kInvalidArgument. Audited with what changed, before and after.
  Result<SendingSettingsView> change_sending(const Principal& by, std::optional<int64_t> version,
                                             const ChangeSendingSettings& request) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
