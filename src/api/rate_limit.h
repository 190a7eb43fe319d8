#pragma once
// At most so many requests of one kind in a minute: a token bucket for each key (an address, a login),
// remembered by its hash only. Any thread.

#include <mutex>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"

namespace yizhan::api {

class RateLimit {
 public:
  // `per_minute` at a steady rate, as many at once after a rest.
  RateLimit(const Clock& clock, int64_t per_minute) : clock_(clock), per_minute_(per_minute) {}

  // kTooMany when the key has used up its share.
  Result<> take(std::string_view key);

 private:
  struct Bucket {
    int64_t used_us = 0;  // how much of a minute's share is used, each request being a minute / per_minute
    Time at;
  };

  const Clock& clock_;
  const int64_t per_minute_;
  std::mutex mutex_;
  std::unordered_map<size_t, Bucket> buckets_;  // limits::kRateKeys of them
};

}  // namespace yizhan::api
