#include "store/audience.h"

#include "base/json.h"
#include "domain/consent.h"
#include "store/queries.h"

namespace yizhan::store {
namespace {

template <class T>
void any_of(std::string& sql, db::Params& params, std::string_view column, const std::vector<T>& values) {
  if (values.empty()) return;
  sql += " AND ";
  sql += column;
  sql += " IN (";
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) sql += ", ";
    sql += params.add(values[i]);
  }
  sql += ')';
}

// The attributes are a JSON object in a text column, which the two databases read each in its own way.
void has_attribute(std::string& sql, db::Params& params, const domain::SegmentAttribute& attribute,
                   db::Dialect dialect) {
  if (dialect == db::Dialect::kPostgres) {
    const std::string name = params.add(attribute.name);
    return any_of(sql, params, "c.attributes::jsonb ->> " + name + "::text", attribute.values);
  }
  sql += " AND EXISTS (SELECT 1 FROM json_each(c.attributes) a WHERE a.key = ";
  sql += params.add(attribute.name);
  any_of(sql, params, "a.value", attribute.values);
  sql += ')';
}

// A campaign's message was counted against the customer's limits after that time. What is purged from
// frequency_use is remembered in customer_sent.
std::string sent_after(db::Params& params, Time since) {
  std::string sql = "(EXISTS (SELECT 1 FROM frequency_use f WHERE f.customer_id = c.id AND f.used_at > ";
  sql += params.add(since);
  sql += ") OR EXISTS (SELECT 1 FROM customer_sent p WHERE p.customer_id = c.id AND p.last_sent_at > ";
  sql += params.add(since);
  sql += "))";
  return sql;
}

// What customers did and what was done to them in the days before `now`.
void past_behaviour(std::string& sql, db::Params& params, const domain::SegmentFilter& filter, Time now) {
  if (filter.sent_within_days) sql += " AND " + sent_after(params, now - days(*filter.sent_within_days));
  if (filter.not_sent_within_days)
    sql += " AND NOT " + sent_after(params, now - days(*filter.not_sent_within_days));
  if (filter.replied_within_days) {
    sql += " AND EXISTS (SELECT 1 FROM inbound_message i WHERE i.customer_id = c.id AND i.received_at > ";
    sql += params.add(now - days(*filter.replied_within_days));
    sql += ')';
  }
}

// Conditions on customer c, each beginning with " AND ".
std::string conditions(const domain::SegmentFilter& filter, db::Params& params, db::Dialect dialect,
                       Time now) {
  std::string sql;
  any_of(sql, params, "c.city", filter.cities);
  any_of(sql, params, "c.member_level", filter.member_levels);
  any_of(sql, params, "c.region", filter.regions);
  if (filter.consented_to) {
    sql += " AND EXISTS (SELECT 1 FROM consent_state s WHERE s.customer_id = c.id AND s.message_class = ";
    sql += params.add(*filter.consented_to);
    sql += " AND s.kind = ";
    sql += params.add(domain::ConsentKind::kGranted);
    sql += ')';
  }
  if (filter.import_id) {
    sql += " AND EXISTS (SELECT 1 FROM import_customer i WHERE i.import_id = ";
    sql += params.add(*filter.import_id);
    sql += " AND i.customer_id = c.id)";
  }
  any_of(sql, params, "c.carrier", filter.carriers);
  for (const domain::SegmentAttribute& attribute : filter.attributes)
    has_attribute(sql, params, attribute, dialect);
  past_behaviour(sql, params, filter, now);
  return sql;
}

}  // namespace

Result<domain::SegmentFilter> resolve_audience(db::Tx& tx, const domain::Audience& audience) {
  const int given =
      audience.segment_id.has_value() + audience.import_id.has_value() + audience.filter.has_value();
  if (given != 1)
    return fail(ErrorCode::kInvalidArgument, "give exactly one of segment_id, import_id, filter",
                "/audience");
  if (audience.filter) return *audience.filter;
  if (audience.import_id) {
    domain::SegmentFilter filter;
    filter.import_id = audience.import_id;
    return filter;
  }
  const auto text = YZ_TRY(
      tx.one(q::segment_filter, [](const db::Row& row) { return row.string(0); }, *audience.segment_id));
  if (!text) return fail(ErrorCode::kNotFound, "no such segment", "/audience/segment_id");
  return json::decode<domain::SegmentFilter>(*text);
}

Result<std::vector<AudienceRow>> next_audience_rows(db::Tx& tx, const domain::SegmentFilter& filter, Time now,
                                                    int64_t after, int64_t limit) {
  db::Params params;
  std::string sql =
      "SELECT c.id, c.number_sealed, c.profile_sealed, c.carrier, c.city, c.member_level, c.attributes FROM "
      "customer c"
      " WHERE c.id > ";
  sql += params.add(after);
  sql += conditions(filter, params, tx.dialect(), now);
  sql += " ORDER BY c.id LIMIT ";
  sql += params.add(limit);
  std::vector<AudienceRow> rows;
  YZ_CHECK(tx.each_sql(sql, params.view(), [&](const db::Row& row) {
    rows.push_back(
        {row.i64(0), row.bytes(1), row.bytes(2), row.i64(3), row.string(4), row.string(5), row.string(6)});
  }));
  return rows;
}

Result<int64_t> count_audience(db::Tx& tx, const domain::SegmentFilter& filter, Time now) {
  db::Params params;
  std::string sql = "SELECT count(*) FROM customer c WHERE c.id > ";
  sql += params.add(int64_t{0});
  sql += conditions(filter, params, tx.dialect(), now);
  int64_t count = 0;
  YZ_CHECK(tx.each_sql(sql, params.view(), [&](const db::Row& row) { count = row.i64(0); }));
  return count;
}

Result<int64_t> purge_frequency(db::Tx& tx, Time before) {
  YZ_TRY(tx.run(q::frequency_remember, before));
  return tx.run(q::frequency_delete_before, before);
}

}  // namespace yizhan::store
