#include "engine/gate_lookup.h"

#include <algorithm>

#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;

Result<BatchRules> load_batch_rules(db::Tx& tx, const BatchPlan& plan) {
  BatchRules batch;
  batch.settings = YZ_TRY(store::load_sending_settings(tx));
  GateRules& rules = batch.rules;
  rules.origin = plan.origin;
  rules.message_class = plan.message_class;
  rules.emergency_stop = batch.settings.emergency_stop;
  const auto approved = YZ_TRY(tx.one(
      q::batch_approval,
      [&](const db::Row& row) { return std::ranges::equal(row.blob(0), plan.content_hash) && row.flag(1); },
      plan.content_version_id));
  rules.approved = approved.value_or(false);
  rules.window = plan.window;
  if (plan.message_class == domain::MessageClass::kMarketing) {
    rules.window.start_minute =
        std::max(rules.window.start_minute, batch.settings.marketing_window.start_minute);
    rules.window.end_minute = std::min(rules.window.end_minute, batch.settings.marketing_window.end_minute);
  }
  rules.frequency = batch.settings.frequency;
  return batch;
}

void CountedTogether::add_to(size_t index, std::vector<Time>& used) const {
  const auto [from, to] = counted_.equal_range(customer_ids_[index]);
  for (auto it = from; it != to; ++it) used.push_back(it->second);
}

Result<std::vector<CustomerGates>> look_up_customers(db::Tx& tx, const BatchPlan& plan,
                                                     const GateRules& rules,
                                                     std::span<const int64_t> customer_ids, Time now) {
  std::vector<CustomerGates> data(customer_ids.size());
  if (customer_ids.empty()) return data;
  db::Columns rows;
  rows.reserve(customer_ids.size());
  const Time since = now - domain::longest_span(rules.frequency, plan.message_class);
  for (const int64_t id : customer_ids) rows.row(id, plan.message_class, plan.purpose, since);
  YZ_CHECK(tx.bulk_each(q::gate_customers, rows, [&](const db::Row& row) {
    CustomerGates& d = data[static_cast<size_t>(row.i64(0))];
    d.suppressed = row.i64(1);
    d.consent_of_class = row.i64(2);
    d.consent_of_purpose = row.i64(3);
  }));
  if (counts_uses(plan.origin))
    YZ_CHECK(tx.bulk_each(q::gate_frequency, rows, [&](const db::Row& row) {
      data[static_cast<size_t>(row.i64(0))].used.push_back(row.time(1));
    }));
  return data;
}

}  // namespace yizhan::engine
