#pragma once
// Watches the last outcomes of each batch and says when too many of them failed. Guarded by its own lock: any
// thread.

#include <cstdint>
#include <deque>
#include <mutex>
#include <unordered_map>

namespace yizhan::engine {

class FailureWatch {
 public:
  // How many of the latest outcomes count.
  static constexpr size_t kWindow = 500;

  // Adds one outcome; true when at least `minimum` are known and `percent` or more of the latest failed.
  // percent 0 never.
  bool add(int64_t batch_id, bool failed, int64_t percent, int64_t minimum);
  // After people have looked and resumed: counts anew.
  void forget(int64_t batch_id);

 private:
  struct Recent {
    std::deque<bool> failed;
    size_t failures = 0;
  };
  std::mutex mutex_;
  std::unordered_map<int64_t, Recent> recent_;
};

}  // namespace yizhan::engine
