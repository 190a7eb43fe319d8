#pragma once
// The batches that hold what applications submit: one for each application, approved content version, channel
// and UTC day. One thread (the writer's).

#include <memory>

#include "engine/batch_plan.h"
#include "store/store.h"

namespace yizhan::engine {

// As such a batch works it, before there is one (its id is 0): the content as it was approved, the channel's
// hours and form. kNotFound when the version or the channel is gone.
Result<std::shared_ptr<const BatchPlan>> plan_application_batch(db::Tx& tx, int64_t content_version_id,
                                                                int64_t channel_id);

// The open running batch of today, made when there is none.
Result<int64_t> application_batch(db::Tx& tx, const store::Store& store, int64_t application_id,
                                  const BatchPlan& plan);

}  // namespace yizhan::engine
