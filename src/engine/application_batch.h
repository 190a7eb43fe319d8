#pragma once
// The batches that hold what applications submit: one for each application, approved content version, channel
// or route, and UTC day. One thread (the writer's).

#include <memory>

#include "engine/batch_plan.h"
#include "store/store.h"

namespace yizhan::engine {

// Over which way: a channel alone, or a route of which the channel is the first choice.
struct ApplicationWay {
  int64_t channel_id = 0;
  int64_t route_id = 0;  // 0 = the channel alone
  auto operator<=>(const ApplicationWay&) const = default;
};

// As such a batch works it, before there is one (its id is 0): the content as it was approved, the channel's
// hours and form; of a route each channel's hours are asked when one is chosen. kNotFound when the version or
// the channel is gone.
Result<std::shared_ptr<const BatchPlan>> plan_application_batch(db::Tx& tx, int64_t content_version_id,
                                                                const ApplicationWay& way);

// The open running batch of today, made when there is none.
Result<int64_t> application_batch(db::Tx& tx, const store::Store& store, int64_t application_id,
                                  const BatchPlan& plan);

}  // namespace yizhan::engine
