#include "service/carrier_findings.h"

#include "engine/code_actions.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

Result<NumberQualityView> load_number(db::Tx& tx, CustomerId id, Time now) {
  if (!YZ_TRY(tx.one(q::customer_known, [](const db::Row&) { return true; }, id)))
    return fail(ErrorCode::kNotFound, "no such customer");
  const auto view = YZ_TRY(tx.one(
      q::number_quality_of_customer,
      [&](const db::Row& row) {
        NumberQualityView v;
        v.failures = row.i64(0);
        v.code_class = row.as<domain::CodeClass>(2);
        v.failed_at = row.time(3);
        if (row.i64(4) == INT64_MAX) {
          v.bar = NumberBar::kUntilLifted;
        } else if (row.i64(4) > now.us) {
          v.bar = NumberBar::kUntil;
          v.barred_until = row.time(4);
        }
        return v;
      },
      id));
  return view.value_or(NumberQualityView{});
}

}  // namespace

Result<CarrierFindingsView> CarrierFindings::list() {
  return store_.db.read([&](db::Tx& tx) -> Result<CarrierFindingsView> {
    CarrierFindingsView view;
    YZ_CHECK(tx.each(
        q::frozen_versions,
        [&](const db::Row& r) {
          view.texts.push_back(
              {r.id<ContentVersionId>(0), r.id<ContentId>(1), r.string(2), r.i64(3), r.string(4), r.time(5)});
        },
        limits::kFrozenShown));
    return view;
  });
}

Result<> CarrierFindings::release_text(const Principal& who, ContentVersionId id, const StatedReason& why) {
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    if (!YZ_TRY(engine::release_version(tx, id.value)))
      return fail(ErrorCode::kNotFound, "this version is not frozen");
    return store::append_audit(tx, store_, who.actor(),
                               {.action = "content.release",
                                .object_type = "content_version",
                                .object_id = id.value,
                                .reason = why.reason});
  }));
  engine_.wake();
  return {};
}

Result<NumberQualityView> CarrierFindings::number(CustomerId id) {
  return store_.db.read([&](db::Tx& tx) { return load_number(tx, id, store_.now()); });
}

Result<NumberQualityView> CarrierFindings::lift(const Principal& who, CustomerId id,
                                                const StatedReason& why) {
  return store_.db.write([&](db::Tx& tx) -> Result<NumberQualityView> {
    const NumberQualityView before = YZ_TRY(load_number(tx, id, store_.now()));
    if (YZ_TRY(tx.run(q::number_quality_lift, id)) == 0)
      return fail(ErrorCode::kNotFound, "carriers have said nothing of this number");
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {.action = "number_quality.lift",
                                  .object_type = "customer",
                                  .object_id = id.value,
                                  .reason = why.reason,
                                  .detail = json::encode(before)}));
    return load_number(tx, id, store_.now());
  });
}

}  // namespace yizhan::service
