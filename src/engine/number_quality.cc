#include "engine/number_quality.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::CodeAction;
using domain::CodeClass;
using domain::Reason;

namespace {

constexpr int64_t kUntilLifted = INT64_MAX;

struct Quality {
  int64_t failures = 0, message_id = 0, barred_until = 0;
};

Result<> note(db::Tx& tx, const NumberFailure& failure, Time now) {
  const auto index = YZ_TRY(
      tx.one(q::customer_of_message, [](const db::Row& row) { return row.bytes(1); }, failure.message_id));
  if (!index) return {};
  const Quality before =
      YZ_TRY(tx.one(
                 q::number_quality_get,
                 [](const db::Row& row) { return Quality{row.i64(0), row.i64(1), row.i64(4)}; }, *index))
          .value_or(Quality{});
  // Its segments fail one by one; different messages are what counts.
  if (before.message_id == failure.message_id) return {};
  int64_t failures = before.failures, until = 0;
  if (failure.action == CodeAction::kCoolDown)
    until = (now + hours(24 * limits::kSuspendedDays)).us;
  else if (++failures >= limits::kVacantMessages)
    until = kUntilLifted;
  YZ_CHECK(tx.run_later(q::number_quality_put, *index, failures, failure.message_id, failure.code_class, now,
                        std::max(before.barred_until, until)));
  return {};
}

Result<bool> any_known(db::Tx& tx) { return YZ_TRY(tx.number(q::number_quality_some)) != 0; }

}  // namespace

Result<> note_failures(db::Tx& tx, std::span<const NumberFailure> failures, Time now) {
  for (const NumberFailure& failure : failures) YZ_CHECK(note(tx, failure, now));
  return {};
}

Result<> note_deliveries(db::Tx& tx, std::span<const int64_t> message_ids) {
  if (message_ids.empty() || !YZ_TRY(any_known(tx))) return {};
  db::Columns rows;
  for (const int64_t id : message_ids) rows.row(id);
  YZ_CHECK(tx.bulk_later(q::number_quality_delivered, rows));
  return {};
}

Result<std::vector<Reason>> barred_numbers(db::Tx& tx, std::span<const int64_t> customer_ids, Time now) {
  std::vector<Reason> reasons(customer_ids.size(), Reason::kNone);
  if (customer_ids.empty() || !YZ_TRY(any_known(tx))) return reasons;
  db::Columns rows;
  for (const int64_t id : customer_ids) rows.row(id, now);
  YZ_CHECK(tx.bulk_each(q::number_quality_barred, rows, [&](const db::Row& row) {
    reasons[static_cast<size_t>(row.i64(0))] =
        row.as<CodeClass>(1) == CodeClass::kSuspended ? Reason::kCoolingDown : Reason::kKnownVacant;
  }));
  return reasons;
}

}  // namespace yizhan::engine
