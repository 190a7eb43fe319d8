#pragma once
// A whole batch through every gate, as it would go at a given time, without sending: what the pre-send test
// looks at. Reads only, in short snapshots. One thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/batch_plan.h"
#include "engine/gates.h"
#include "store/store.h"

namespace yizhan::engine {

struct DryRunMessage {
  int64_t message_id = 0;
  std::string_view text;  // as it would be sent; empty when it could not be composed
  int64_t segments = 0;
  Verdict verdict;
};

// Calls `look` for every message of the batch, `chunk` rows a snapshot.
Result<> dry_run(const store::Store& store, const std::shared_ptr<const BatchPlan>& plan,
                 const ScreenRendered& screen, Time when, int64_t chunk,
                 const std::function<void(const DryRunMessage&)>& look);

// The samples of a content version's variables, by name.
Result<std::map<std::string, std::string>> load_samples(db::Tx& tx, int64_t content_version_id);

}  // namespace yizhan::engine
