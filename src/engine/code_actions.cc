#include "engine/code_actions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "engine/signatures.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::BatchState;

namespace {

constexpr const char* kFrozen = "content_frozen";

Result<> freeze_version(db::Tx& tx, const store::Store& store, int64_t version_id, const std::string& code,
                        Effects& effects) {
  if (YZ_TRY(tx.run(q::content_version_freeze, version_id, store.now(), code)) == 0) return {};
  std::vector<int64_t> batches;
  YZ_CHECK(tx.each(
      q::running_batches_of_version, [&](const db::Row& row) { batches.push_back(row.i64(0)); }, version_id,
      BatchState::kRunning));
  for (const int64_t id : batches) {
    const auto origin =
        YZ_TRY(tx.one(q::batch_load, [](const db::Row& row) { return row.as<domain::BatchOrigin>(1); }, id));
    if (origin == domain::BatchOrigin::kApplication)
      YZ_TRY(tx.run(q::batch_set_state, id, BatchState::kPaused, kFrozen, BatchState::kRunning));
    else
      effects.pause_batch_ids.push_back(id);
    effects.recall_batch_ids.push_back(id);
  }
  return store::append_audit(tx, store, {},
                             {.action = "content.freeze",
                              .object_type = "content_version",
                              .object_id = version_id,
                              .reason = "a carrier refused its text",
                              .detail = json::serialize(json::Object{{"code", code}})});
}

}  // namespace

Result<> act_on_codes(db::Tx& tx, const store::Store& store, int64_t channel_id, Effects& effects) {
  YZ_CHECK(note_failures(tx, effects.number_failures, store.now()));
  YZ_CHECK(note_deliveries(tx, effects.delivered_message_ids));
  for (const Effects::Frozen& frozen : effects.frozen_versions)
    YZ_CHECK(freeze_version(tx, store, frozen.version_id, frozen.code, effects));
  for (const Effects::Frozen& unfiled : effects.unfiled_signatures)
    YZ_CHECK(carrier_rejects(tx, store, channel_id, unfiled, effects));
  for (const int64_t message_id : effects.ported_message_ids) {
    YZ_TRY(tx.run(q::customer_clear_carrier, message_id));
    YZ_TRY(tx.run(q::message_clear_carrier, message_id));
  }
  return {};
}

Result<bool> release_version(db::Tx& tx, int64_t content_version_id) {
  if (YZ_TRY(tx.run(q::content_version_release, content_version_id)) == 0) return false;
  YZ_TRY(tx.run(q::batches_unfreeze, content_version_id, BatchState::kRunning, BatchState::kPaused,
                domain::BatchOrigin::kApplication, kFrozen));
  return true;
}

}  // namespace yizhan::engine
