#pragma once
// How much the dispatcher does in one go while somebody may be waiting behind it: so many rows that a step
// lasts about as long as asked, from what the last ones took. Pure; single thread.

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace yizhan::engine {

class StepSize {
 public:
  // Between `least` and `most` rows; a step of `target_us`.
  StepSize(size_t least, size_t most, int64_t target_us)
      : least_(least), most_(most), target_us_(target_us), rows_(least) {}

  size_t rows() const { return rows_; }
  // A step of so many rows took so long. One slow step halves at most, one quick step doubles at most: a
  // single fsync that took long says little.
  void took(size_t rows, int64_t us) {
    if (rows == 0) return;
    const auto fitting =
        static_cast<size_t>(static_cast<int64_t>(rows) * target_us_ / std::max<int64_t>(1, us));
    rows_ = std::clamp(std::clamp(fitting, rows_ / 2, rows_ * 2), least_, most_);
  }

 private:
  size_t least_, most_;
  int64_t target_us_;
  size_t rows_;
};

}  // namespace yizhan::engine
