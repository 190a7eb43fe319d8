#pragma once
// Bits by number. The words are for whoever compares many at once.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace yizhan::screen {

class BitMap {
 public:
  BitMap() = default;
  explicit BitMap(size_t bits) { assign(bits); }

  // So many, all 0.
  void assign(size_t bits) {
    words_.resize((bits + 63) / 64);
    std::ranges::fill(words_, 0);
  }
  void set(size_t i) { words_[i >> 6] |= uint64_t{1} << (i & 63); }
  bool test(size_t i) const { return (words_[i >> 6] >> (i & 63) & 1) != 0; }

  bool empty() const { return words_.empty(); }
  std::span<const uint64_t> words() const { return words_; }
  std::span<uint64_t> words() { return words_; }
  size_t bytes() const { return words_.capacity() * sizeof(uint64_t); }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace yizhan::screen
