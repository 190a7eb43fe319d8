#pragma once
// Regular expressions over a folded text: RE2's FilteredRE2 names pieces of text without which an expression
// cannot match; the automaton that finds the terms looks for them too, and only expressions whose pieces are
// there are run. Immutable after make(): any thread. Syntax: that of RE2.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "screen/normalize.h"

namespace yizhan::screen {

class ExpressionSet {
 public:
  struct Match {
    uint32_t expression = 0;
    uint32_t begin = 0;  // units
    uint32_t end = 0;
  };
  // One thread's, for any sets.
  struct Scratch {
    std::string folded;
    // Which expressions may match where these pieces were found: texts of one template have the same.
    struct Known {
      uint64_t set = 0;
      std::vector<int> pieces, potential;
    };
    std::array<Known, 256> known;
  };

  class Builder;

  ExpressionSet();
  ExpressionSet(ExpressionSet&&) noexcept;
  ExpressionSet& operator=(ExpressionSet&&) noexcept;
  ~ExpressionSet();

  // Whether find() has something to do where these pieces (numbers of the builder's list, in any order) were
  // found.
  bool wants(std::span<const int> pieces) const { return always_ || (!pieces.empty() && count_ > 0); }
  // Appends the matches that do not overlap, at most kScreenExpressionSpans an expression. `wanted` by
  // expression: 0 = leave it out.
  void find(std::span<const Unit> units, const std::vector<int>& pieces, std::span<const uint8_t> wanted,
            Scratch& scratch, std::vector<Match>& matches) const;

  size_t size() const { return count_; }

 private:
  const std::vector<int>& potential(const std::vector<int>& pieces, Scratch& scratch) const;

  struct Data;
  std::unique_ptr<const Data> data_;
  uint64_t id_ = 0;  // no other set of the process has it
  size_t count_ = 0;
  bool always_ = false;  // some expression has no piece
};

class ExpressionSet::Builder {
 public:
  explicit Builder(const FoldTable& folds);
  Builder(Builder&&) noexcept;
  ~Builder();

  // The expression gets the next number. kInvalidArgument with RE2's reason; kTooLarge over a limit.
  Result<> add(std::string_view expression);
  // Names the pieces to look for; the builder is done with.
  ExpressionSet make(std::vector<std::string>& pieces);

 private:
  const FoldTable& folds_;
  std::unique_ptr<Data> data_;
};

}  // namespace yizhan::screen
