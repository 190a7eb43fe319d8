#pragma once
// What carriers' codes ask for beside the end of their messages: numbers that are noted, texts
// that are frozen, signatures that are not filed, carriers that are forgotten. Inside the writer's
// transaction, after the ledger.

#include "engine/ledger.h"
#include "store/store.h"

namespace yizhan::engine {

// Adds to effects.pause_batch_ids the campaigns' batches that must stop with a text.
Result<> act_on_codes(db::Tx& tx, const store::Store& store, int64_t channel_id, Effects& effects);

// Compliance has looked again: applications' batches of the version go on, campaigns wait for people. False
// when it was not frozen.
Result<bool> release_version(db::Tx& tx, int64_t content_version_id);

}  // namespace yizhan::engine
