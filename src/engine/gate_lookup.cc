#include "engine/gate_lookup.h"

#include <algorithm>
#include <functional>

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

Result<BatchRules> load_batch_rules(db::Tx& tx, const BatchPlan& plan, Time now, int64_t channel_id) {
  struct Approval {
    bool approved = false, preferences = false, announced = false, personal_data = false;
    SignatureStanding signature;
    bool carried = true;
  };
  const auto approval =
      YZ_TRY(tx.one(
                 q::batch_approval,
                 [&](const db::Row& row) {
                   return Approval{std::ranges::equal(row.blob(0), plan.content_hash) && row.flag(1),
                                   row.flag(2),
                                   row.flag(3),
                                   row.flag(4),
                                   standing_of(row.flag(5), row.i64(6), row.i64(7), plan.message_class),
                                   domain::carries(domain::filing_rule(row.flag(8)),
                                                   {row.as<domain::FilingState>(9), row.time(10)}, now)};
                 },
                 plan.content_version_id, channel_id))
          .value_or(Approval{});
  BatchRules batch =
      YZ_TRY(make_batch_rules(tx, plan, YZ_TRY(store::share_sending_settings(tx)), approval.announced, now));
  batch.rules.approved = approval.approved;
  batch.rules.personal_data = batch.authorisations = approval.personal_data;
  batch.rules.signature = approval.signature;
  batch.rules.carried = approval.carried;
  batch.preferences = approval.preferences;
  return batch;
}

Result<BatchRules> load_batch_rules(db::Tx& tx, const BatchPlan& plan, Time now) {
  return load_batch_rules(tx, plan, now, plan.route_id == 0 ? plan.channel_id : 0);
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

Result<> add_privacy(db::Tx& tx, domain::MessageClass message_class, std::span<const int64_t> customer_ids,
                     std::vector<CustomerGates>& data) {
  db::Columns rows;
  for (const int64_t id : customer_ids) rows.row(id, message_class, domain::kPrivacyPurpose);
  return tx.bulk_each(q::gate_privacy, rows, [&](const db::Row& row) {
    data[static_cast<size_t>(row.i64(0))].privacy = row.i64(1);
  });
}

// What is asked, for each place of a list of customers.
struct Question {
  std::span<const int64_t> customer_ids;
  domain::MessageClass message_class;
  std::string_view purpose;
  bool counted = false;     // whether uses are asked for
  std::vector<Time> since;  // by place: uses after it
};

// Customers by their ids, several places of one together, and the ranges that they fill.
class Ranges {
 public:
  // Customers that few others lie between are in one range: imports number them one after the other, and
  // audiences go by these numbers.
  static constexpr int64_t kGap = 3;
  // So many customers at least a range, on the average, for it to be worth it.
  static constexpr size_t kWorth = 8;

  explicit Ranges(std::span<const int64_t> customer_ids) {
    for (size_t i = 0; i < customer_ids.size(); ++i) places_.push_back({customer_ids[i], i});
    std::ranges::sort(places_);
    for (const auto& [id, place] : places_) {
      if (ranges_.empty() || id - ranges_.back().second > kGap)
        ranges_.emplace_back(id, id);
      else
        ranges_.back().second = id;
    }
  }
  bool worth_it() const { return ranges_.size() * kWorth <= places_.size(); }
  const std::vector<std::pair<int64_t, int64_t>>& all() const { return ranges_; }
  // Every place of a customer, if it was asked for. Quick for those of one range in their order.
  void places_of(int64_t customer_id, const std::function<void(size_t)>& place) {
    if (at_ >= places_.size() || places_[at_].first > customer_id) at_ = 0;
    if (places_[at_].first + kGap < customer_id)
      at_ = static_cast<size_t>(std::ranges::lower_bound(places_, std::pair{customer_id, size_t{0}}) -
                                places_.begin());
    while (at_ < places_.size() && places_[at_].first < customer_id) ++at_;
    for (size_t i = at_; i < places_.size() && places_[i].first == customer_id; ++i) place(places_[i].second);
  }

 private:
  std::vector<std::pair<int64_t, size_t>> places_;
  std::vector<std::pair<int64_t, int64_t>> ranges_;
  size_t at_ = 0;
};

Result<> look_up_ranges(db::Tx& tx, const Question& asked, Ranges& ranges, std::vector<CustomerGates>& data) {
  const Time earliest = std::ranges::min(asked.since);
  for (const auto& [first, last] : ranges.all()) {
    YZ_CHECK(tx.each(
        q::gate_suppressions_between,
        [&](const db::Row& row) {
          ranges.places_of(row.i64(0), [&](size_t i) { data[i].suppressed = row.i64(1); });
        },
        first, last));
    YZ_CHECK(tx.each(
        q::gate_consents_between,
        [&](const db::Row& row) {
          ranges.places_of(row.i64(0), [&](size_t i) {
            const std::string_view purpose = row.text(1);
            if (purpose.empty()) data[i].consent_of_class = row.i64(2);
            if (purpose == asked.purpose) data[i].consent_of_purpose = row.i64(2);
          });
        },
        first, last, asked.message_class, asked.purpose));
    if (!asked.counted) continue;
    YZ_CHECK(tx.each(
        q::gate_uses_between,
        [&](const db::Row& row) {
          ranges.places_of(row.i64(0), [&](size_t i) {
            if (row.time(1) > asked.since[i]) data[i].used.push_back(row.time(1));
          });
        },
        first, last, asked.message_class, earliest));
  }
  return {};
}

Result<> look_up_each(db::Tx& tx, const Question& asked, std::vector<CustomerGates>& data) {
  db::Columns rows;
  rows.reserve(asked.customer_ids.size());
  for (size_t i = 0; i < asked.customer_ids.size(); ++i)
    rows.row(asked.customer_ids[i], asked.message_class, asked.purpose, asked.since[i]);
  YZ_CHECK(tx.bulk_each(q::gate_customers, rows, [&](const db::Row& row) {
    CustomerGates& d = data[static_cast<size_t>(row.i64(0))];
    d.suppressed = row.i64(1);
    d.consent_of_class = row.i64(2);
    d.consent_of_purpose = row.i64(3);
  }));
  if (!asked.counted) return {};
  return tx.bulk_each(q::gate_frequency, rows, [&](const db::Row& row) {
    data[static_cast<size_t>(row.i64(0))].used.push_back(row.time(1));
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
  Question question{customer_ids, plan.message_class, plan.purpose, counted, {}};
  const Duration span = domain::longest_span(batch.frequency, plan.message_class);
  for (const CustomerGates& d : data)
    question.since.push_back(now - std::max(span, domain::longest_span(d.preference, plan.message_class)));
  if (Ranges ranges(customer_ids); ranges.worth_it())
    YZ_CHECK(look_up_ranges(tx, question, ranges, data));
  else
    YZ_CHECK(look_up_each(tx, question, data));
  if (batch.authorisations) YZ_CHECK(add_privacy(tx, plan.message_class, customer_ids, data));
  const std::vector<domain::Reason> barred = YZ_TRY(barred_numbers(tx, customer_ids, now));
  for (size_t i = 0; i < data.size(); ++i) data[i].barred = barred[i];
  return data;
}

}  // namespace yizhan::engine
