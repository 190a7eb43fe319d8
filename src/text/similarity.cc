#include "text/similarity.h"

#include <algorithm>

#include "text/utf8.h"

namespace yizhan::text {

Bigrams::Bigrams(std::string_view utf8) {
  uint64_t before = 0;
  for (size_t at = 0; at < utf8.size();) {
    const bool first = at == 0;
    const uint64_t now = next_code_point(utf8, at);
    if (!first) pairs_.push_back(before << 32 | now);
    before = now;
  }
  std::ranges::sort(pairs_);
  const auto repeated = std::ranges::unique(pairs_);
  pairs_.erase(repeated.begin(), repeated.end());
}

double Bigrams::similarity(const Bigrams& other) const {
  size_t both = 0;
  for (auto a = pairs_.begin(), b = other.pairs_.begin(); a != pairs_.end() && b != other.pairs_.end();) {
    if (*a == *b) ++both;
    const bool step_a = *a <= *b, step_b = *b <= *a;
    a += step_a;
    b += step_b;
  }
  const size_t either = pairs_.size() + other.pairs_.size() - both;
  return either == 0 ? 0 : static_cast<double>(both) / static_cast<double>(either);
}

}  // namespace yizhan::text
