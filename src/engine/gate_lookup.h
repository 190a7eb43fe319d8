#pragma once
// Reads what the gates look at: the rules that hold for a batch, and what is known of its recipients at this
// moment. One thread per Tx.

#include <algorithm>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/batch_plan.h"
#include "engine/gates.h"
#include "store/settings.h"

namespace yizhan::engine {

struct BatchRules {
  std::shared_ptr<const store::SendingSettings> settings;
  std::vector<domain::FrequencyRule> frequency;  // the company's, announced ones, the campaign's
  GateRules rules;                               // views of these two
  bool preferences = false;                      // some customer has limits of his own
  bool authorisations = false;                   // to personal data are looked up

  BatchRules() = default;
  BatchRules(BatchRules&& other) noexcept
      : settings(std::move(other.settings)),
        frequency(std::move(other.frequency)),
        rules(other.rules),
        preferences(other.preferences),
        authorisations(other.authorisations) {
    rules.frequency = frequency;
  }
  BatchRules& operator=(BatchRules&& other) noexcept {
    settings = std::move(other.settings);
    frequency = std::move(other.frequency);
    rules = other.rules;
    rules.frequency = frequency;
    preferences = other.preferences;
    authorisations = other.authorisations;
    return *this;
  }
};
// Authorisations are looked up where the version carries personal data; where values bring some in, whoever
// composed them says so.
// `channel_id`: the one that messages are about to go by; whether it may carry the signature is one of the
// rules. Without it the batch's own: of a batch with a route none, since each message is given to a channel
// that may.
Result<BatchRules> load_batch_rules(db::Tx& tx, const BatchPlan& plan, Time now, int64_t channel_id);
Result<BatchRules> load_batch_rules(db::Tx& tx, const BatchPlan& plan, Time now);
// The same of given settings and what was announced at `at`; approval and preferences are the caller's to
// say.
Result<BatchRules> make_batch_rules(db::Tx& tx, const BatchPlan& plan,
                                    std::shared_ptr<const store::SendingSettings> settings, bool announced,
                                    Time at);
// From when the validity of a message counts that was accepted at `created_at`.
inline Time valid_since(const BatchPlan& plan, Time created_at, Time now) {
  return plan.started_at ? std::max(plan.started_at, created_at) : now;
}

struct CustomerGates {
  int64_t suppressed = 0, consent_of_class = 0, consent_of_purpose = 0;
  int64_t privacy = 0;  // looked up only with BatchRules::authorisations
  std::vector<Time> used;
  std::vector<domain::FrequencyRule> preference;  // the customer's own
  domain::Reason barred = domain::Reason::kNone;
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
                                                     const BatchRules& batch,
                                                     std::span<const int64_t> customer_ids, Time now);

}  // namespace yizhan::engine
