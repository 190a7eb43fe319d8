#include "engine/dry_run.h"

#include "engine/gate_lookup.h"
#include "engine/route_table.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;

namespace {

struct Row {
  int64_t message_id, customer_id;
  Bytes sealed;
  std::string zone, region;
  Time created_at, expires_at;
  int64_t carrier;
};

// Which channel each message would go by when all are well, and how texts are made for it.
class Ways {
 public:
  static Result<Ways> load(db::Tx& tx, const BatchPlan& plan) {
    Ways ways(plan);
    if (plan.route_id != 0) ways.channels_ = YZ_TRY(load_route_channels(tx, plan.route_id));
    ways.forms_[plan.channel_id] = YZ_TRY(load_form(tx, plan.channel_id));
    for (const domain::RouteChannel& c : ways.channels_)
      ways.forms_[c.channel_id] = YZ_TRY(load_form(tx, c.channel_id));
    return ways;
  }
  // Null when no channel serves it.
  const TextForm* of(const Row& row) const {
    if (plan_->route_id == 0) return &forms_.at(plan_->channel_id);
    const auto chosen = domain::choose_channel(
        channels_,
        {.carrier = row.carrier, .message_class = plan_->message_class, .customer_id = row.customer_id},
        [](int64_t) { return true; });
    return chosen ? &forms_.at(*chosen) : nullptr;
  }

 private:
  explicit Ways(const BatchPlan& plan) : plan_(&plan) {}
  const BatchPlan* plan_;
  std::vector<domain::RouteChannel> channels_;
  std::map<int64_t, TextForm> forms_;
};

}  // namespace

Result<> dry_run(const store::Store& store, const std::shared_ptr<const BatchPlan>& plan,
                 const ScreenRendered& screen, Time when, int64_t chunk,
                 const std::function<void(const DryRunMessage&)>& look) {
  std::string opened, text;
  Recipient recipient;
  text::SegmentList segments;
  int64_t after = plan->first_message_id - 1;
  for (bool more = true; more;) {
    YZ_CHECK(store.db.read([&](db::Tx& tx) -> Result<> {
      const BatchRules batch = YZ_TRY(load_batch_rules(tx, *plan, when));
      const Ways ways = YZ_TRY(Ways::load(tx, *plan));
      std::vector<Row> rows;
      std::vector<int64_t> customers;
      YZ_CHECK(tx.each(
          q::batch_messages_for_test,
          [&](const db::Row& r) {
            rows.push_back(
                {r.i64(0), r.i64(1), r.bytes(2), r.string(3), r.string(4), r.time(5), r.time(6), r.i64(7)});
            customers.push_back(r.i64(1));
          },
          after, plan->last_message_id, plan->id, chunk));
      more = rows.size() == static_cast<size_t>(chunk);
      if (rows.empty()) return {};
      after = rows.back().message_id;
      const auto gates = YZ_TRY(look_up_customers(tx, *plan, batch, customers, when));
      for (size_t i = 0; i < rows.size(); ++i) {
        opened.clear();
        YZ_CHECK(store.cipher.open_to({store::column::kMessagePayload, rows[i].message_id}, rows[i].sealed,
                                      opened));
        YZ_CHECK(unpack(opened, recipient));
        const TextForm* form = ways.of(rows[i]);
        Composer::Outcome composed{.reason = domain::Reason::kNoRoute};
        if (form != nullptr) composed = plan->compose(recipient, *form, 0, screen, text, segments);
        const bool whole = composed.reason == domain::Reason::kNone;
        const Candidate candidate{.number = recipient.number,
                                  .region = rows[i].region,
                                  .zone = rows[i].zone,
                                  .suppressed = gates[i].suppressed,
                                  .barred = gates[i].barred,
                                  .consent_of_class = gates[i].consent_of_class,
                                  .consent_of_purpose = gates[i].consent_of_purpose,
                                  .used = gates[i].used,
                                  .preference = gates[i].preference,
                                  .since = valid_since(*plan, rows[i].created_at, when),
                                  .expires_at = rows[i].expires_at,
                                  .composed = composed.reason};
        look({.message_id = rows[i].message_id,
              .text = whole ? std::string_view(text) : std::string_view{},
              .segments = whole ? int64_t{composed.units} : 0,
              .verdict = judge(batch.rules, candidate, when)});
      }
      return {};
    }));
  }
  return {};
}

Result<std::map<std::string, std::string>> load_samples(db::Tx& tx, int64_t content_version_id) {
  const auto text = YZ_TRY(
      tx.one(q::content_version_text, [](const db::Row& row) { return row.string(3); }, content_version_id));
  if (!text) return fail(ErrorCode::kNotFound, "no such content version");
  std::map<std::string, std::string> samples;
  for (const domain::Variable& v : YZ_TRY(parse_variables(*text)))
    if (!v.sample.empty()) samples.emplace(v.name, v.sample);
  return samples;
}

}  // namespace yizhan::engine
