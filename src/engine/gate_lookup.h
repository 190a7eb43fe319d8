#pragma once
// Reads what the gates look at: the rules that hold for a batch, and what is known of its recipients at this
// moment. One thread per Tx.

#include <span>
#include <vector>

#include "engine/batch_plan.h"
#include "engine/gates.h"
#include "store/settings.h"

namespace yizhan::engine {

struct BatchRules {
  store::SendingSettings settings;
  GateRules rules;  // its frequency rules are those of `settings`

  BatchRules() = default;
  BatchRules(BatchRules&& other) noexcept : settings(std::move(other.settings)), rules(other.rules) {
    rules.frequency = settings.frequency;
  }
};
Result<BatchRules> load_batch_rules(db::Tx& tx, const BatchPlan& plan);

struct CustomerGates {
  int64_t suppressed = 0, consent_of_class = 0, consent_of_purpose = 0;
  std::vector<Time> used;
};
// In the order of `customer_ids`.
Result<std::vector<CustomerGates>> look_up_customers(db::Tx& tx, const BatchPlan& plan,
                                                     const GateRules& rules,
                                                     std::span<const int64_t> customer_ids, Time now);

}  // namespace yizhan::engine
