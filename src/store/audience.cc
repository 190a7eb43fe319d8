#include "store/audience.h"

#include "base/json.h"
#include "domain/consent.h"
#include "store/queries.h"

namespace yizhan::store {

std::string held_by_import(const std::string& import_id) {
  return "(c.import_id = " + import_id +
         " OR EXISTS (SELECT 1 FROM import_customer i WHERE i.import_id = " + import_id +
         " AND i.customer_id = c.id))";
}

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
    sql += " AND s.purpose <> ";
    sql += params.add(domain::kPrivacyPurpose);
    sql += ')';
  }
  if (filter.import_id) {
    sql += " AND " + held_by_import(params.add(*filter.import_id));
  }
  any_of(sql, params, "c.carrier", filter.carriers);
  for (const domain::SegmentAttribute& attribute : filter.attributes)
    has_attribute(sql, params, attribute, dialect);
  past_behaviour(sql, params, filter, now);
  return sql;
}

}  // namespace

namespace {

// The customers of an import are an audience once all of them are there.
Result<> check_import(db::Tx& tx, const std::optional<ImportId>& id, const char* field) {
  if (!id) return {};
  const auto state =
      YZ_TRY(tx.one(q::import_state, [](const db::Row& row) { return row.as<domain::ImportState>(0); }, *id));
  if (!state) return fail(ErrorCode::kNotFound, "no such import", field);
  if (*state != domain::ImportState::kFinished)
    return fail(ErrorCode::kWrongState, "the import is not finished", field);
  return {};
}

}  // namespace

Result<domain::SegmentFilter> resolve_audience(db::Tx& tx, const domain::Audience& audience) {
  const int given =
      audience.segment_id.has_value() + audience.import_id.has_value() + audience.filter.has_value();
  if (given != 1)
    return fail(ErrorCode::kInvalidArgument, "give exactly one of segment_id, import_id, filter",
                "/audience");
  if (audience.filter) {
    YZ_CHECK(check_import(tx, audience.filter->import_id, "/audience/filter/import_id"));
    return *audience.filter;
  }
  if (audience.import_id) {
    YZ_CHECK(check_import(tx, audience.import_id, "/audience/import_id"));
    domain::SegmentFilter filter;
    filter.import_id = audience.import_id;
    return filter;
  }
  const auto text = YZ_TRY(
      tx.one(q::segment_filter, [](const db::Row& row) { return row.string(0); }, *audience.segment_id));
  if (!text) return fail(ErrorCode::kNotFound, "no such segment", "/audience/segment_id");
  auto filter = YZ_TRY(json::decode<domain::SegmentFilter>(*text));
  YZ_CHECK(check_import(tx, filter.import_id, "/audience/segment_id"));
  return filter;
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

Result<> forget_frequency_uses(db::Tx& tx, const db::Columns& uses) {
  YZ_TRY(tx.bulk(q::frequency_remember, uses));
  YZ_TRY(tx.bulk(q::frequency_delete, uses));
  return {};
}

namespace {

// The recipients as " FROM … WHERE …"; the customer is c, `joined` is what stands between the two.
std::string from_recipients(const db::Tx& tx, const Recipients& whom, std::string_view joined, Time now,
                            db::Params& params) {
  std::string sql =
      whom.batch_id == 0 ? " FROM customer c" : " FROM message m JOIN customer c ON c.id = m.customer_id";
  sql += joined;
  if (whom.batch_id == 0) {
    sql += " WHERE c.id > ";
    sql += params.add(int64_t{0});
    return sql + conditions(whom.filter, params, tx.dialect(), now);
  }
  sql += " WHERE m.id >= ";
  sql += params.add(whom.first_message_id);
  sql += " AND m.id <= ";
  sql += params.add(whom.last_message_id);
  sql += " AND +m.batch_id = ";  // not by the index: the range is the batch
  return sql + params.add(whom.batch_id);
}

}  // namespace

Result<std::vector<ConsentGroup>> consent_groups(db::Tx& tx, const Recipients& whom,
                                                 domain::MessageClass message_class, std::string_view purpose,
                                                 Time now) {
  db::Params params;
  const std::string of_class = params.add(message_class);
  std::string sql = "SELECT CASE WHEN (c.suppressed & ";
  sql += params.add(domain::class_bit(message_class));
  sql += ") <> 0 THEN 1 ELSE 0 END, coalesce(a.kind, 0), coalesce(b.kind, 0), count(*)";
  std::string joined =
      " LEFT JOIN consent_state a ON a.customer_id = c.id AND a.message_class = " + of_class +
      " AND a.purpose = '' LEFT JOIN consent_state b ON b.customer_id = c.id AND "
      "b.message_class = " +
      of_class + " AND b.purpose = ";
  joined += params.add(purpose);
  sql += from_recipients(tx, whom, joined, now, params);
  sql += " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
  std::vector<ConsentGroup> groups;
  YZ_CHECK(tx.each_sql(sql, params.view(), [&](const db::Row& row) {
    groups.push_back({row.flag(0), row.i64(1), row.i64(2), row.i64(3)});
  }));
  return groups;
}

Result<std::vector<int64_t>> recipients_at_limit(db::Tx& tx, const Recipients& whom,
                                                 domain::MessageClass message_class,
                                                 std::span<const domain::FrequencyRule> rules, Time now) {
  std::vector<int64_t> at_limit(rules.size());
  if (rules.empty()) return at_limit;
  db::Params params;
  std::string outer, inner;
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string n = "n" + std::to_string(i);
    outer += (i == 0 ? "SELECT" : ",");
    outer +=
        " coalesce(sum(CASE WHEN t." + n + " >= " + params.add(rules[i].maximum) + " THEN 1 ELSE 0 END), 0)";
    inner += ", sum(CASE WHEN f.used_at > " + params.add(now - rules[i].span) + " THEN 1 ELSE 0 END) AS " + n;
  }
  std::string joined = " JOIN frequency_use f ON f.customer_id = c.id AND f.message_class = ";
  joined += params.add(message_class);
  joined += " AND f.used_at > ";
  joined += params.add(now - domain::longest_span(rules, message_class));
  joined += " AND f.used_at <= ";
  joined += params.add(now);
  const std::string sql = outer + " FROM (SELECT c.id" + inner +
                          from_recipients(tx, whom, joined, now, params) + " GROUP BY c.id) AS t";
  YZ_CHECK(tx.each_sql(sql, params.view(), [&](const db::Row& row) {
    for (size_t i = 0; i < rules.size(); ++i) at_limit[i] = row.i64(static_cast<int>(i));
  }));
  return at_limit;
}

}  // namespace yizhan::store
