#include "service/restored_backup.h"

#include <fmt/format.h>

#include "base/log.h"
#include "store/audit.h"
#include "store/settings.h"

namespace yizhan::service {

using store::Lineage;
using store::StopCause;

namespace {

Result<> stop(db::Tx& tx, const store::Store& store, Lineage found, const SeenDatabase& seen) {
  store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
  if (settings.emergency_stop && settings.stop_cause == StopCause::kRestoredBackup) return {};
  settings.emergency_stop = true;
  settings.stop_cause = StopCause::kRestoredBackup;
  const store::LineageMark now = YZ_TRY(store::read_mark(tx));
  const store::LineageMark before = seen.mark.value_or(store::LineageMark{});
  YZ_CHECK(store::save_sending_settings(tx, store, settings, 0));
  return store::append_audit(
      tx, store, {},
      {.action = "emergency.stop",
       .object_type = "server",
       .object_id = 0,
       .reason = name_of(StopCause::kRestoredBackup),
       .detail =
           fmt::format(R"({{"found":"{}","audit_seen":{},"audit_here":{},"attempt_seen":"{}",)"
                       R"("attempt_here":"{}"}})",
                       name_of(found), before.audit_id, now.audit_id, before.attempt_id, now.attempt_id)});
}

}  // namespace

Result<Lineage> stop_if_restored(const store::Store& store, const SeenDatabase& seen) {
  Lineage found = YZ_TRY(store.db.read([&](db::Tx& tx) { return store::compare_lineage(tx, seen.mark); }));
  if (found == Lineage::kSame && seen.copied) found = Lineage::kCopied;
  if (found == Lineage::kSame) return found;
  YZ_CHECK(store.db.write([&](db::Tx& tx) { return stop(tx, store, found, seen); }));
  log::warn("sending is halted until people release it: the database is not the one that was here found={}",
            name_of(found));
  return found;
}

}  // namespace yizhan::service
