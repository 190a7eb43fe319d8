#pragma once
// Which pieces of expressions a text has. A mark a piece says so, which is this text's as long as no other is
// begun: so nothing is cleared between texts. One thread.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace yizhan::screen {

class PieceSet {
 public:
  // None of so many.
  void begin(size_t pieces) {
    if (marks_.size() < pieces) {
      marks_.resize(pieces);
      leading_.resize(pieces);
    }
    leading_count_ = 0;
    if (++now_ != 0) return;
    std::ranges::fill(marks_, uint8_t{0});
    now_ = 1;
  }
  // Leading ones are those that expressions are found by. Inline, for the loop over the characters of a text
  // has no call.
  [[gnu::always_inline]] void set(size_t piece, bool leading) {
    if (leading && !test(piece)) leading_[leading_count_++] = static_cast<uint32_t>(piece);
    marks_[piece] = now_;
  }
  bool test(size_t piece) const { return marks_[piece] == now_; }
  std::span<const uint32_t> leading() const { return {leading_.data(), leading_count_}; }

 private:
  std::vector<uint8_t> marks_;
  uint8_t now_ = 0;
  std::vector<uint32_t> leading_;  // room for all
  size_t leading_count_ = 0;
};

}  // namespace yizhan::screen
