#pragma once
// Bits by number. The words are for whoever compares many at once.

#include <algorithm>
#include <bit>
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

  // Calls f(number) for every bit that is 1, rising.
  template <class F>
  void for_each(F f) const {
    const std::span<const uint64_t> words = words_;
    for (size_t w = 0; w < words.size(); ++w) each_of(words[w], w, f);
  }
  // For every bit that is 1 in another map too.
  template <class F>
  void for_each_of_both(const BitMap& other, F f) const {
    const std::span<const uint64_t> a = words_, b = other.words_;
    const size_t words = std::min(a.size(), b.size());
    for (size_t w = 0; w < words; ++w) each_of(a[w] & b[w], w, f);
  }

 private:
  template <class F>
  static void each_of(uint64_t bits, size_t word, F& f) {
    for (; bits != 0; bits &= bits - 1) f(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
  }

  std::vector<uint64_t> words_;
};

}  // namespace yizhan::screen
