#pragma once
// How alike two texts are, by the pairs of neighbouring characters that they share. Pure, any thread.

#include <cstdint>
#include <string_view>
#include <vector>

namespace yizhan::text {

// The set of a text's character pairs, made once and compared with many.
class Bigrams {
 public:
  explicit Bigrams(std::string_view utf8);

  // Jaccard index: pairs in both over pairs in either, from 0 to 1. Texts of fewer than two characters have
  // no pairs and are like nothing.
  double similarity(const Bigrams& other) const;

 private:
  std::vector<uint64_t> pairs_;  // sorted, each once
};

}  // namespace yizhan::text
