#include "engine/failure_watch.h"

#include <algorithm>

namespace yizhan::engine {

FailureWatch::Rate FailureWatch::add(int64_t batch_id, Word word, bool failed, int64_t count) {
  const std::lock_guard lock(mutex_);
  Recent& recent = recent_[{batch_id, word}];
  if (!recent.runs.empty() && recent.runs.back().failed == failed)
    recent.runs.back().count += count;
  else
    recent.runs.push_back({failed, count});
  recent.rate.known += count;
  if (failed) recent.rate.failed += count;
  while (recent.rate.known > kWindow) {
    Run& oldest = recent.runs.front();
    const int64_t out = std::min(oldest.count, recent.rate.known - kWindow);
    recent.rate.known -= out;
    if (oldest.failed) recent.rate.failed -= out;
    oldest.count -= out;
    if (oldest.count == 0) recent.runs.pop_front();
  }
  return recent.rate;
}

void FailureWatch::forget(int64_t batch_id) {
  const std::lock_guard lock(mutex_);
  recent_.erase({batch_id, Word::kAnswer});
  recent_.erase({batch_id, Word::kReceipt});
}

void FailureWatch::keep_only(std::span<const int64_t> batch_ids) {
  const std::lock_guard lock(mutex_);
  std::erase_if(recent_, [&](const auto& entry) {
    return std::find(batch_ids.begin(), batch_ids.end(), entry.first.first) == batch_ids.end();
  });
}

}  // namespace yizhan::engine
