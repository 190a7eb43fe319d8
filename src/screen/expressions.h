#pragma once
// Regular expressions over a folded text. RE2's FilteredRE2 tells without which pieces of text an expression
// cannot match; from that each branch of an expression gets clauses, of each of which a text must have a
// piece. The matcher that finds the terms looks for the pieces too, and only expressions of which every
// clause is there are run. Immutable after make(): any thread. Syntax: that of RE2.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "screen/normalize.h"
#include "screen/piece_set.h"

namespace yizhan::screen {

class ExpressionSet {
 public:
  struct Match {
    uint32_t begin = 0;  // units
    uint32_t end = 0;
  };
  // What expressions are run over: the folded characters of units, written when the first one asks.
  struct Text {
    std::span<const Unit> units;
    std::string folded;
    bool written = false;
  };

  class Builder;

  ExpressionSet();
  ExpressionSet(ExpressionSet&&) noexcept;
  ExpressionSet& operator=(ExpressionSet&&) noexcept;
  ~ExpressionSet();

  // Replaces `potential` by the expressions that may match a text with these pieces, rising.
  void find_potential(const PieceSet& pieces, std::vector<uint32_t>& potential) const;
  // Replaces `matches` by those that do not overlap, at most kScreenExpressionSpans.
  void find(uint32_t expression, Text& text, std::vector<Match>& matches) const;

  size_t size() const;

 private:
  struct Data;
  std::unique_ptr<const Data> data_;
};

class ExpressionSet::Builder {
 public:
  explicit Builder(const FoldTable& folds);
  Builder(Builder&&) noexcept;
  ~Builder();

  // The expression gets the next number. kInvalidArgument with RE2's reason; kTooLarge over a limit.
  Result<> add(std::string_view expression);
  // `number_of` gives a piece its number among those that are looked for, nothing where every text may have
  // it; an expression is found by its leading ones. The builder is done with.
  using NumberOf = std::function<std::optional<uint32_t>(std::string_view piece, bool leading)>;
  ExpressionSet make(const NumberOf& number_of);

 private:
  const FoldTable& folds_;
  std::unique_ptr<Data> data_;
};

}  // namespace yizhan::screen
