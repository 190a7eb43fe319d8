#include "store/audience.h"

#include "base/json.h"
#include "domain/consent.h"
#include "store/queries.h"

namespace yizhan::store {
namespace {

void any_of(std::string& sql, db::Params& params, std::string_view column,
            const std::vector<std::string>& values) {
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

// Conditions on customer c, each beginning with " AND ".
std::string conditions(const domain::SegmentFilter& filter, db::Params& params) {
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

Result<std::vector<AudienceRow>> next_audience_rows(db::Tx& tx, const domain::SegmentFilter& filter,
                                                    int64_t after, int64_t limit) {
  db::Params params;
  std::string sql =
      "SELECT c.id, c.number_sealed, c.profile_sealed, c.carrier, c.city, c.member_level, c.attributes FROM "
      "customer c"
      " WHERE c.id > ";
  sql += params.add(after);
  sql += conditions(filter, params);
  sql += " ORDER BY c.id LIMIT ";
  sql += params.add(limit);
  std::vector<AudienceRow> rows;
  YZ_CHECK(tx.each_sql(sql, params.view(), [&](const db::Row& row) {
    rows.push_back(
        {row.i64(0), row.bytes(1), row.bytes(2), row.i64(3), row.string(4), row.string(5), row.string(6)});
  }));
  return rows;
}

Result<int64_t> count_audience(db::Tx& tx, const domain::SegmentFilter& filter) {
  db::Params params;
  std::string sql = "SELECT count(*) FROM customer c WHERE c.id > ";
  sql += params.add(int64_t{0});
  sql += conditions(filter, params);
  int64_t count = 0;
  YZ_CHECK(tx.each_sql(sql, params.view(), [&](const db::Row& row) { count = row.i64(0); }));
  return count;
}

}  // namespace yizhan::store
