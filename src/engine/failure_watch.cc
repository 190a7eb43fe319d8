#include "engine/failure_watch.h"

namespace yizhan::engine {

bool FailureWatch::add(int64_t batch_id, bool failed, int64_t percent, int64_t minimum) {
  const std::lock_guard lock(mutex_);
  Recent& recent = recent_[batch_id];
  recent.failed.push_back(failed);
  recent.failures += failed;
  if (recent.failed.size() > kWindow) {
    recent.failures -= recent.failed.front();
    recent.failed.pop_front();
  }
  const auto known = static_cast<int64_t>(recent.failed.size());
  return percent > 0 && failed && known >= minimum &&
         static_cast<int64_t>(recent.failures) * 100 >= percent * known;
}

void FailureWatch::forget(int64_t batch_id) {
  const std::lock_guard lock(mutex_);
  recent_.erase(batch_id);
}

}  // namespace yizhan::engine
