#pragma once
// An Aho-Corasick automaton over code points: every pattern that ends at a place, in one pass over the text.
// Nodes are numbered breadth first, so the children of a node are neighbours and an edge costs two bytes:
// about 16 bytes a node, fit for hundreds of thousands of terms. Immutable after build(): any thread.
// Source of the method: A. Aho, M. Corasick, "Efficient string matching", CACM 18(6), 1975.

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"

namespace yizhan::screen {

class Automaton {
 public:
  using State = uint32_t;
  static constexpr State kStart = 0;

  // Pattern i keeps the number i; equal patterns are each reported. kInvalidArgument: an empty pattern, or
  // more than 65,535 different characters.
  static Result<Automaton> build(std::span<const std::u32string> patterns);

  State next(State state, char32_t c) const {
    const uint16_t symbol = symbol_of(c);
    if (symbol == 0) return kStart;
    for (; state != kStart; state = fail_[state])
      if (const State child = child_of(state, symbol); child != 0) return child;
    return first_[symbol];
  }

  // Calls f(pattern number) for every pattern that ends in this state.
  template <class F>
  void for_each_match(State state, F f) const {
    for (State s = has_match(state) ? state : shorter_[state]; s != kStart; s = shorter_[s])
      for (uint32_t i = match_[s]; i < match_[s + 1]; ++i) f(numbers_[i]);
  }

  size_t nodes() const { return fail_.size(); }

 private:
  struct Builder;

  bool has_match(State s) const { return match_[s] != match_[s + 1]; }
  uint16_t symbol_of(char32_t c) const {
    if (c < basic_.size()) return basic_[c];
    const auto found = others_.find(c);
    return found == others_.end() ? 0 : found->second;
  }
  // 0 when there is none: the root is nobody's child.
  State child_of(State s, uint16_t symbol) const;

  std::vector<uint16_t> basic_;  // symbol of a character of the basic plane, 0 = in no pattern
  std::unordered_map<char32_t, uint16_t> others_;
  std::vector<State> first_;     // the root's children by symbol
  std::vector<State> children_;  // of node s: [children_[s], children_[s + 1])
  std::vector<uint16_t> edge_;   // the symbol that leads to node s; rising among siblings
  std::vector<State> fail_;      // the longest proper suffix that is a node
  std::vector<State> shorter_;   // the longest proper suffix that is a pattern, or the root
  std::vector<uint32_t> match_;  // node s ends the patterns numbers_[match_[s] .. match_[s + 1])
  std::vector<uint32_t> numbers_;
};

}  // namespace yizhan::screen
