#include "engine/application_upkeep.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "engine/application_deliveries.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::BatchOrigin;
using domain::BatchState;
using domain::MessageState;
using domain::Reason;

namespace {

constexpr int64_t kUpkeepRows = 1'000;
constexpr Duration kLookPause = minutes(1);

}  // namespace

Result<> ApplicationUpkeep::round() {
  YZ_CHECK(expire_parts());
  const Time now = store_.now();
  if (more_to_purge_ || now >= next_look_) more_to_purge_ = YZ_TRY(purge_programs());
  if (now < next_look_) return {};
  next_look_ = now + kLookPause;
  YZ_CHECK(close_batches());
  YZ_CHECK(drop_deliveries());
  return drop_dead_letters();
}

Result<bool> ApplicationUpkeep::purge_programs() {
  const Time now = store_.now();
  return store_.db.write(
      [&](db::Tx& tx) -> Result<bool> {
        const int64_t keys = YZ_TRY(tx.run(q::submission_key_purge, now - hours(limits::kProgramKeptHours),
                                           limits::kProgramPurgeRows));
        const int64_t codes = YZ_TRY(tx.run(
            q::verification_purge, now - hours(limits::kVerificationKeptHours), limits::kProgramPurgeRows));
        return keys == limits::kProgramPurgeRows || codes == limits::kProgramPurgeRows;
      },
      db::Priority::kBulk);
}

// Those of whole messages go in silence; of the others the application hears that they expired. What stands
// in the table may have been completed since: the writer looks again.
Result<> ApplicationUpkeep::expire_parts() {
  const Time before = store_.now() - minutes(limits::kSubmissionPartMinutes);
  std::vector<Place> old;
  int64_t rows = 0;
  Place last;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) {
    return tx.each(
        q::submission_part_page,
        [&](const db::Row& row) {
          last = {row.i64(0), row.bytes(1), row.i64(2)};
          ++rows;
          if (row.time(3) <= before) old.push_back(last);
        },
        parts_.application_id, parts_.group_key, parts_.part, kUpkeepRows);
  }));
  parts_ = rows == kUpkeepRows ? last : Place{};
  if (old.empty()) return {};
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    std::vector<Acknowledged> expired;
    for (const Place& place : old) {
      bool gone = false;
      YZ_CHECK(tx.each(
          q::submission_part_group,
          [&](const db::Row& row) {
            if (row.i64(0) != place.part || row.time(13) > before) return;
            gone = true;
            if (row.i64(4) != 0) return;
            expired.push_back(read_acknowledged(row, 5, place.application_id, 0));
          },
          place.application_id, place.group_key));
      if (gone)
        YZ_TRY(tx.run(q::submission_part_delete_one, place.application_id, place.group_key, place.part));
    }
    return queue_receipts(tx, expired, MessageState::kExpired, Reason::kNone, store_.now());
  });
}

Result<> ApplicationUpkeep::close_batches() {
  const Time today{store_.now().us / days(1).us * days(1).us};
  const auto find = [&](db::Tx& tx) -> Result<std::vector<int64_t>> {
    std::vector<int64_t> ids;
    YZ_CHECK(tx.each(
        q::application_batches_to_close, [&](const db::Row& row) { ids.push_back(row.i64(0)); },
        BatchState::kRunning, BatchOrigin::kApplication, today, kUpkeepRows));
    return ids;
  };
  if (YZ_TRY(store_.db.read(find)).empty()) return {};
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    for (const int64_t id : YZ_TRY(find(tx))) {
      YZ_TRY(tx.run(q::batch_finish, id, BatchState::kFinished, store_.now()));
      YZ_CHECK(store::append_audit(
          tx, store_, {},
          {.action = "application.batch_close",
           .object_type = "batch",
           .object_id = id,
           .detail = fmt::format(R"({{"messages":{}}})", YZ_TRY(tx.number(q::batch_total, id)))}));
    }
    return {};
  });
}

Result<> ApplicationUpkeep::drop_deliveries() {
  return drop_oldest({.page = q::application_delivery_oldest,
                      .beyond = q::application_delivery_beyond,
                      .delete_to = q::application_delivery_delete_to,
                      .before = store_.now() - hours(limits::kApplicationDeliveryHours),
                      .most = limits::kApplicationDeliveries,
                      .action = "application.deliveries_dropped",
                      .reason = "not fetched in time, or too many",
                      .what = "deliveries"});
}

Result<> ApplicationUpkeep::drop_dead_letters() {
  return drop_oldest({.page = q::dead_letter_old,
                      .beyond = q::dead_letter_beyond,
                      .delete_to = q::dead_letter_delete_to,
                      .before = store_.now() - days(limits::kWebhookDeadDays),
                      .most = limits::kWebhookDeadLetters,
                      .action = "webhook.dead_letters_dropped",
                      .reason = "too old, or too many",
                      .what = "events"});
}

// Too old, or more than are kept: the oldest go, and the audit log says how many.
Result<> ApplicationUpkeep::drop_oldest(const Kept& kept) {
  struct Cut {
    int64_t application_id, number;
  };
  std::vector<Cut> cuts;
  YZ_CHECK(store_.db.read([&](db::Tx& tx) -> Result<> {
    std::vector<int64_t> applications;
    YZ_CHECK(tx.each(q::applications_all, [&](const db::Row& row) { applications.push_back(row.i64(0)); }));
    for (const int64_t id : applications) {
      int64_t to = 0;
      YZ_CHECK(tx.each(
          kept.page,
          [&](const db::Row& row) {
            if (row.time(1) < kept.before) to = row.i64(0);
          },
          id, kUpkeepRows));
      const auto beyond =
          YZ_TRY(tx.one(kept.beyond, [](const db::Row& row) { return row.i64(0); }, id, kept.most));
      to = std::max(to, beyond.value_or(0));
      if (to != 0) cuts.push_back({id, to});
    }
    return {};
  }));
  if (cuts.empty()) return {};
  return store_.db.write([&](db::Tx& tx) -> Result<> {
    for (const Cut& cut : cuts) {
      const int64_t dropped = YZ_TRY(tx.run(kept.delete_to, cut.application_id, cut.number));
      if (dropped == 0) continue;
      log::warn("what an application did not take was dropped {}={}", kept.what, dropped);
      YZ_CHECK(store::append_audit(tx, store_, {},
                                   {.action = kept.action,
                                    .object_type = "application",
                                    .object_id = cut.application_id,
                                    .reason = kept.reason,
                                    .detail = fmt::format(R"({{"{}":{}}})", kept.what, dropped)}));
    }
    return {};
  });
}

}  // namespace yizhan::engine
