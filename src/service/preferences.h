#pragma once
// How many messages of a class a customer wants (policy 4.2.2): said to customer service, kept as it was
// said, stricter than the company's rules or of no effect. Blocks; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "service/principal.h"
#include "service/settings.h"
#include "store/store.h"

namespace yizhan::service {

// All that the customer wants from now on: no rule = the company's alone.
struct StatePreference {
  std::vector<FrequencyRuleView> rules;
  std::string reason;  // how it was said
  static constexpr json::Rule kRules[] = {
      {.member = "rules", .max_items = limits::kFrequencyRulesOwn},
      {.member = "reason", .min_length = 1, .max_length = limits::kReasonCharacters}};
};
BOOST_DESCRIBE_STRUCT(StatePreference, (), (rules, reason))

struct PreferenceEvent {
  std::vector<FrequencyRuleView> rules;
  std::string reason;
  std::optional<UserId> operator_id;  // absent: a program
  Time recorded_at;
};
BOOST_DESCRIBE_STRUCT(PreferenceEvent, (), (rules, reason, operator_id, recorded_at))

struct CustomerPreference {
  std::vector<FrequencyRuleView> rules;  // that hold now
  std::vector<PreferenceEvent> history;  // the newest first; the last limits::kPageDefaultRows
};
BOOST_DESCRIBE_STRUCT(CustomerPreference, (), (rules, history))

// Parses customer_preference_event.rules.
Result<std::vector<domain::FrequencyRule>> parse_preference(std::string_view json);

class Preferences {
 public:
  explicit Preferences(const store::Store& store) : store_(store) {}

  // kNotFound.
  Result<CustomerPreference> get(CustomerId id) const;
  // kNotFound; kInvalidArgument for two rules of one class and span. Audited with both, and the reason.
  Result<CustomerPreference> state(const Principal& who, CustomerId id, const StatePreference& wish) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
