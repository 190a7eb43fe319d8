#pragma once
// Watches how often the carrier's latest words on each batch were bad ones: its answers to what is submitted,
// and apart from them the receipts, which come much later and not for everything. Guarded by its own lock:
// any thread.

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <utility>

namespace yizhan::engine {

enum class Word : uint8_t { kAnswer, kReceipt };

class FailureWatch {
 public:
  // How many of the latest outcomes of a kind count.
  static constexpr int64_t kWindow = 500;

  struct Rate {
    int64_t failed = 0, known = 0;
    // At least `minimum` outcomes are known and `percent` or more of them are bad; percent 0 never.
    bool reaches(int64_t percent, int64_t minimum) const {
      return percent > 0 && known >= minimum && known > 0 && failed * 100 >= percent * known;
    }
  };

  // Adds `count` like outcomes; the rate of the latest with them.
  Rate add(int64_t batch_id, Word word, bool failed, int64_t count);
  // After people have looked and resumed: counts anew.
  void forget(int64_t batch_id);
  // Forgets all others.
  void keep_only(std::span<const int64_t> batch_ids);

 private:
  struct Run {
    bool failed;
    int64_t count;
  };
  struct Recent {
    std::deque<Run> runs;  // oldest first
    Rate rate;
  };
  std::mutex mutex_;
  std::map<std::pair<int64_t, Word>, Recent> recent_;
};

}  // namespace yizhan::engine
