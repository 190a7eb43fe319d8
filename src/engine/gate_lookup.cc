#include "engine/gate_lookup.h"

#include <algorithm>

#include "base/limits.h"
#include "engine/number_quality.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;

Result<BatchRules> make_batch_rules(db::Tx& tx, const BatchPlan& plan,
                                    std::shared_ptr<const store::SendingSettings> settings, bool announced,
                                    Time at) {
  BatchRules batch;
  batch.settings = std::move(settings);
  batch.frequency = batch.settings->frequency;
  if (announced && plan.message_class == domain::MessageClass::kMarketing)
    YZ_CHECK(tx.each(
        q::announced_in_force,
        [&](const db::Row& row) {
          batch.frequency.push_back({domain::MessageClass::kMarketing, seconds(row.i64(1)), row.i64(2),
                                     domain::FrequencySource::kAnnouncement, row.i64(0)});
        },
        at, limits::kAnnouncementsInForce));
  batch.frequency.insert(batch.frequency.end(), plan.frequency.begin(), plan.frequency.end());
  batch.rules = {.origin = plan.origin,
                 .message_class = plan.message_class,
                 .approved = false,
                 .emergency_stop = batch.settings->emergency_stop,
                 .hours = {.message_class = plan.message_class,
                           .batch = plan.window,
                           .windows = batch.settings->windows,
                           .holidays = batch.settings->holidays},
                 .frequency = batch.frequency,
                 .validity = batch.settings->validity.of(plan.message_class),
                 .expires_at = plan.expires_at};
  return batch;
}

Result<BatchRules> load_batch_rules(db::Tx& tx, const BatchPlan& plan, Time now) {
  struct Approval {
    bool approved = false, preferences = false, announced = false;
  };
  const auto approval =
      YZ_TRY(tx.one(
                 q::batch_approval,
                 [&](const db::Row& row) {
                   return Approval{std::ranges::equal(row.blob(0), plan.content_hash) && row.flag(1),
                                   row.flag(2), row.flag(3)};
                 },
                 plan.content_version_id))
          .value_or(Approval{});
  BatchRules batch =
      YZ_TRY(make_batch_rules(tx, plan, YZ_TRY(store::share_sending_settings(tx)), approval.announced, now));
  batch.rules.approved = approval.approved;
  batch.preferences = approval.preferences;
  return batch;
}

void CountedTogether::add_to(size_t index, std::vector<Time>& used) const {
  const auto [from, to] = counted_.equal_range(customer_ids_[index]);
  for (auto it = from; it != to; ++it) used.push_back(it->second);
}

namespace {

// What each customer wants, into `data`; and how far back it must be counted.
Result<> add_preferences(db::Tx& tx, domain::MessageClass message_class,
                         std::span<const int64_t> customer_ids, std::vector<CustomerGates>& data) {
  db::Columns rows;
  for (const int64_t id : customer_ids) rows.row(id, message_class);
  return tx.bulk_each(q::gate_preferences, rows, [&](const db::Row& row) {
    data[static_cast<size_t>(row.i64(0))].preference.push_back(
        {message_class, seconds(row.i64(1)), row.i64(2), domain::FrequencySource::kCustomer});
  });
}

}  // namespace

Result<std::vector<CustomerGates>> look_up_customers(db::Tx& tx, const BatchPlan& plan,
                                                     const BatchRules& batch,
                                                     std::span<const int64_t> customer_ids, Time now) {
  std::vector<CustomerGates> data(customer_ids.size());
  if (customer_ids.empty()) return data;
  const bool counted = counts_uses(plan.origin);
  if (counted && batch.preferences) YZ_CHECK(add_preferences(tx, plan.message_class, customer_ids, data));
  db::Columns rows;
  rows.reserve(customer_ids.size());
  const Duration span = domain::longest_span(batch.frequency, plan.message_class);
  for (size_t i = 0; i < customer_ids.size(); ++i)
    rows.row(customer_ids[i], plan.message_class, plan.purpose,
             now - std::max(span, domain::longest_span(data[i].preference, plan.message_class)));
  YZ_CHECK(tx.bulk_each(q::gate_customers, rows, [&](const db::Row& row) {
    CustomerGates& d = data[static_cast<size_t>(row.i64(0))];
    d.suppressed = row.i64(1);
    d.consent_of_class = row.i64(2);
    d.consent_of_purpose = row.i64(3);
  }));
  if (counted)
    YZ_CHECK(tx.bulk_each(q::gate_frequency, rows, [&](const db::Row& row) {
      data[static_cast<size_t>(row.i64(0))].used.push_back(row.time(1));
    }));
  const std::vector<domain::Reason> barred = YZ_TRY(barred_numbers(tx, customer_ids, now));
  for (size_t i = 0; i < data.size(); ++i) data[i].barred = barred[i];
  return data;
}

}  // namespace yizhan::engine
