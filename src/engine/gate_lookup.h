#pragma once
// Reads what the gates look at: the rules that hold for a batch, and what is known of its recipients at this
// moment. One thread per Tx.

#include <span>
#include <unordered_map>
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
// Messages to one customer that are judged together: each counts for those after it, before any of them is
// written. An application may submit several at once.
class CountedTogether {
 public:
  explicit CountedTogether(std::span<const int64_t> customer_ids) : customer_ids_(customer_ids) {}
  // What those before the message at `index` add to its uses.
  void add_to(size_t index, std::vector<Time>& used) const;
  // The message at `index` may go.
  void count(size_t index, Time at) { counted_.emplace(customer_ids_[index], at); }

 private:
  std::span<const int64_t> customer_ids_;
  std::unordered_multimap<int64_t, Time> counted_;
};

// In the order of `customer_ids`.
Result<std::vector<CustomerGates>> look_up_customers(db::Tx& tx, const BatchPlan& plan,
                                                     const GateRules& rules,
                                                     std::span<const int64_t> customer_ids, Time now);

}  // namespace yizhan::engine
