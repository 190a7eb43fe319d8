#pragma once
// Bits by number.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace yizhan::screen {

class BitMap {
 public:
  // So many, all 0.
  void assign(size_t bits) {
    words_.resize((bits + 63) / 64);
    std::ranges::fill(words_, 0);
  }
  void set(size_t i) { words_[i >> 6] |= uint64_t{1} << (i & 63); }
  bool test(size_t i) const { return (words_[i >> 6] >> (i & 63) & 1) != 0; }

  bool empty() const { return words_.empty(); }
  bool any() const {
    return std::ranges::any_of(words_, [](uint64_t word) { return word != 0; });
  }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace yizhan::screen
