#include "api/rate_limit.h"

#include <algorithm>
#include <functional>

namespace yizhan::api {

Result<> RateLimit::take(std::string_view key) {
  const Time now = clock_.now();
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= limits::kRateKeys) {
    std::erase_if(buckets_, [&](const auto& item) { return now - item.second.at >= minutes(1); });
    // A flood of keys: the share of all then is that of a fresh start, which one key alone cannot bring
    // about.
    if (buckets_.size() >= limits::kRateKeys) buckets_.clear();
  }
  Bucket& bucket = buckets_[std::hash<std::string_view>{}(key)];
  const int64_t rested = bucket.at ? std::max<int64_t>(0, (now - bucket.at).us) : 0;
  bucket.used_us = std::max<int64_t>(0, bucket.used_us - rested);
  bucket.at = now;
  const int64_t one = minutes(1).us / per_minute_;
  if (bucket.used_us + one > minutes(1).us)
    return fail(ErrorCode::kTooMany, "too many attempts, wait a little");
  bucket.used_us += one;
  return {};
}

}  // namespace yizhan::api
