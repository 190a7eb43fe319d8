#pragma once
// What scored rules add up: pieces of text, words of a class, and what is seen of disguise, each with a
// weight for some of the rules and each counted once a message. One automaton finds all of them. The weights
// are data of the packs, learnt from a labelled corpus by tools/scores (docs/formats/rule_pack.md). Immutable
// after make(): any thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "screen/automaton.h"
#include "screen/normalize.h"
#include "screen/rule_pack.h"
#include "screen/score_reading.h"
#include "screen/variants.h"

namespace yizhan::screen {

class ScoreTable {
 public:
  class Builder;

  // Where something that counts was found. `part` is the place of its reading among those given.
  struct Place {
    uint32_t part = 0;
    uint32_t begin = 0;  // bytes of its text
    uint32_t end = 0;
  };
  struct Share {
    std::string_view piece;
    int32_t weight = 0;
    int32_t kind = 0;
    std::optional<Place> place;  // none of a mark

    int32_t counts() const { return weight + kind; }  // for the rule: that it holds, and that it is this one
  };
  // Where a rule is seen to hold.
  struct Stretch {
    Place place;
    std::vector<Share> heaviest;  // of what stands there, at most kScorePiecesTold
  };
  struct Sum {
    int32_t weight = 0;
    int32_t kind = 0;
  };
  // Whether what stands there is not to be counted for this rule.
  using Passed = std::function<bool(uint32_t rule, const Place& place)>;
  struct Found {  // a word class or a piece, by its number
    uint32_t number = 0;
    Place place;
  };

  // The sums by rule, in the order of add_rule.
  std::vector<Sum> sum(std::span<const ScoreReading> parts, const Passed& passed) const;
  // The shortest stretch of one part that carries at least half of what speaks for the rule in that part, the
  // one that has most of it. Nothing where no piece speaks for it.
  static std::optional<Stretch> stretch_of(std::span<const Share> shares);
  // What one rule's sums are made of, heaviest first.
  std::vector<Share> shares(std::span<const ScoreReading> parts, uint32_t rule, const Passed& passed) const;
  // The numbers of the classes of which a word is there; rising.
  std::vector<uint32_t> classes_in(const ScoreReading& reading) const;

  std::string_view class_name(uint32_t number) const { return classes_[number].name; }
  size_t rules() const { return rules_; }
  size_t pieces() const { return pieces_.size(); }
  size_t bytes() const;

 private:
  struct Weighted {
    uint32_t rule = 0;
    int32_t weight = 0;
    int32_t kind = 0;
  };
  struct Piece {
    std::string name;
    std::vector<Weighted> weights;
  };
  // What a pattern of the automaton is.
  struct Use {
    bool is_class = false;
    uint32_t number = 0;
    uint32_t length = 0;  // of the pattern
  };

  ScoreTable() = default;
  void find(std::span<const ScoreReading> parts, std::vector<Found>& pieces,
            std::vector<Found>& classes) const;
  template <class F>
  void each_share(std::span<const ScoreReading> parts, const Passed& passed, F f) const;

  Automaton automaton_;
  std::vector<Use> uses_;  // by pattern
  std::vector<Piece> pieces_, classes_;
  std::vector<Piece> marks_;
  size_t rules_ = 0;
};

class ScoreTable::Builder {
 public:
  Builder(const FoldTable& folds, const VariantTable& variants) : folds_(folds), variants_(variants) {}

  // Before the rules that name them. kInvalidArgument: a name given twice, a word of nothing to compare.
  Result<> add_class(const WordClass& words);
  // Returns the rule's number. kInvalidArgument: a piece of nothing to compare, of a class or mark not known;
  // kTooLarge: more rules than kScoredRules.
  Result<uint32_t> add_rule(std::span<const ScoreWeight> weights);
  // Nothing where no piece is looked for.
  Result<std::optional<ScoreTable>> make();

 private:
  Result<> add_weight(uint32_t rule, const ScoreWeight& weight);
  Result<uint32_t> class_of(std::string_view name) const;
  bool add_pattern(std::u32string pattern, Use use);

  const FoldTable& folds_;
  const VariantTable& variants_;
  ScoreTable table_;
  std::vector<std::u32string> patterns_;
  std::unordered_map<std::string, uint32_t> pieces_, classes_;
};

}  // namespace yizhan::screen
