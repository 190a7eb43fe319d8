#include "service/preferences.h"

#include <set>

#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

Result<CustomerPreference> load(db::Tx& tx, CustomerId id) {
  if (!YZ_TRY(tx.one(q::customer_exists, [](const db::Row&) { return true; }, id)))
    return fail(ErrorCode::kNotFound, "no such customer");
  CustomerPreference preference;
  YZ_CHECK(tx.each(
      q::preference_of,
      [&](const db::Row& r) {
        preference.rules.push_back({r.as<domain::MessageClass>(0), r.i64(1), r.i64(2)});
      },
      id));
  YZ_CHECK(tx.each(
      q::preference_events,
      [&](const db::Row& r) -> Result<> {
        PreferenceEvent& event = preference.history.emplace_back();
        event.rules = YZ_TRY(json::decode<std::vector<FrequencyRuleView>>(r.text(0)));
        event.reason = r.string(1);
        if (r.i64(2) != 0) event.operator_id = r.id<UserId>(2);
        event.recorded_at = r.time(3);
        return {};
      },
      id, limits::kPageDefaultRows));
  return preference;
}

Result<> check(const StatePreference& wish) {
  std::set<std::pair<domain::MessageClass, int64_t>> seen;
  for (size_t i = 0; i < wish.rules.size(); ++i)
    if (!seen.emplace(wish.rules[i].message_class, wish.rules[i].span_seconds).second)
      return fail(ErrorCode::kInvalidArgument, "a second rule for this class and span",
                  "/rules/" + std::to_string(i));
  return {};
}

}  // namespace

Result<std::vector<domain::FrequencyRule>> parse_preference(std::string_view text) {
  std::vector<domain::FrequencyRule> rules;
  for (const FrequencyRuleView& rule : YZ_TRY(json::decode<std::vector<FrequencyRuleView>>(text)))
    rules.push_back(
        {rule.message_class, seconds(rule.span_seconds), rule.maximum, domain::FrequencySource::kCustomer});
  return rules;
}

Result<CustomerPreference> Preferences::get(CustomerId id) const {
  return store_.db.read([&](db::Tx& tx) { return load(tx, id); });
}

Result<CustomerPreference> Preferences::state(const Principal& who, CustomerId id,
                                              const StatePreference& wish) const {
  YZ_CHECK(check(wish));
  return store_.db.write([&](db::Tx& tx) -> Result<CustomerPreference> {
    const CustomerPreference before = YZ_TRY(load(tx, id));
    YZ_TRY(tx.run(q::preference_clear, id));
    db::Columns rows;
    for (const FrequencyRuleView& rule : wish.rules)
      rows.row(id, rule.message_class, rule.span_seconds, rule.maximum);
    if (!rows.empty()) YZ_TRY(tx.bulk(q::preference_insert, rows));
    YZ_TRY(tx.run(q::preference_event_insert, store_.ids.next(), id, json::encode(wish.rules), wish.reason,
                  who.person(), store_.now()));
    YZ_CHECK(store::append_audit(
        tx, store_, who.actor(),
        {.action = "customer.preference",
         .object_type = "customer",
         .object_id = id.value,
         .reason = wish.reason,
         .detail = json::serialize(json::Object{{"before", json::to_value(before.rules)},
                                                {"after", json::to_value(wish.rules)}})}));
    return load(tx, id);
  });
}

}  // namespace yizhan::service
