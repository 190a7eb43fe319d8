#pragma once
// An Aho-Corasick automaton over code points: every pattern that ends at a place, in one pass over the text.
// Nodes are numbered breadth first, so the children of a node are neighbours and an edge costs two bytes:
// about 20 bytes a node, fit for hundreds of thousands of terms. At most places of a text the last three
// characters begin no pattern, and the last two are none; a map of bits says so without a look at the nodes,
// and a pass goes on from there only where they do not. Immutable after build(): any thread. Source of the
// method: A. Aho, M. Corasick, "Efficient string matching", CACM 18(6), 1975.

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
  using Symbol = uint16_t;
  // A character in the two ways that a text is read: as it is written, and by its sound.
  enum class View : uint8_t { kPlain, kSound };
  class Symbols {
   public:
    Symbols() = default;
    Symbols(Symbol plain, Symbol sound) : both_(plain | uint32_t{sound} << 16) {}
    Symbol of(View view) const { return static_cast<Symbol>(both_ >> 16 * static_cast<unsigned>(view)); }
    bool none() const { return both_ == 0; }

   private:
    uint32_t both_ = 0;
  };
  static constexpr State kStart = 0;
  static constexpr size_t kPatternCharacters = 255;
  static constexpr uint32_t kFibonacci = 0x9E3779B1U;  // hashing by the golden ratio

  // Pattern i keeps the number i; equal patterns are each reported. kInvalidArgument: an empty pattern, one
  // longer than kPatternCharacters, or more than 65,535 different characters.
  static Result<Automaton> build(std::span<const std::u32string> patterns);

  // What a character is to the automaton; 0 = it is in no pattern.
  Symbol symbol_of(char32_t c) const {
    if (c < basic_.size()) return basic_[c];
    const auto found = others_.find(c);
    return found == others_.end() ? 0 : found->second;
  }

  State next_symbol(State state, Symbol symbol) const {
    if (symbol == 0) return kStart;
    for (; state > last_single_; state = nodes_[state].fail)
      if (const State child = child_of(state, symbol); child != 0) return child;
    if (state != kStart)
      if (const State child = pair(edge_[state], symbol); child != 0) return child;
    return first_[symbol];
  }
  State next(State state, char32_t c) const { return next_symbol(state, symbol_of(c)); }

  // What may be at a symbol of a text: false is sure. Where neither is, a state that remembers at most two
  // symbols has nothing to tell, but of a symbol that is a pattern.
  struct Places {
    static constexpr uint8_t kEnd = 1;    // a pattern of two symbols ends here
    static constexpr uint8_t kThird = 2;  // one begins two symbols before
    static constexpr size_t kBefore = 2;  // symbols 0 before the text
    static constexpr size_t kStep = 8;    // symbols 0 after it, up to a multiple of so many
  };
  // Writes for each of `count` symbols, a multiple of kStep, what may be there.
  void find_places(const Symbols* symbols, size_t count, View view, uint8_t* places) const;

  // A pattern by itself.
  bool is_pattern(Symbol symbol) const { return nodes_[first_[symbol]].output != kStart; }
  // The state after these two when nothing before them is remembered.
  State after_pair(Symbol a, Symbol b) const {
    const State both = a == 0 || b == 0 ? 0 : pair(a, b);
    return both != 0 ? both : first_[b];
  }
  // It remembers two characters.
  bool is_pair(State state) const { return state > last_single_ && state <= last_pair_; }
  // It remembers at least three.
  bool is_deep(State state) const { return state > last_pair_; }

  // The state after one more symbol, when nothing shorter is asked; kStart when there is none. Symbol 0 is of
  // no pattern.
  State child_of(State s, Symbol symbol) const;
  // What else the state remembers: the longest proper suffix.
  State shorter(State state) const { return nodes_[state].fail; }

  // How many characters the state remembers.
  uint32_t depth(State state) const { return depth_[state]; }
  bool has_match(State state) const { return nodes_[state].output != kStart; }

  // Calls f(pattern number) for every pattern that ends in this state, longest first.
  template <class F>
  void for_each_match(State state, F f) const {
    for (State s = nodes_[state].output; s != kStart; s = nodes_[nodes_[s].fail].output)
      for (uint32_t i = nodes_[s].match; i < nodes_[s + 1].match; ++i) f(numbers_[i]);
  }

  size_t nodes() const { return depth_.size(); }
  size_t bytes() const;

 private:
  struct Builder;

  struct Pair {
    uint32_t key = 0;
    State node = 0;  // 0 = free
  };
  struct Node {
    State children = 0;  // [children, that of the next node)
    State fail = 0;      // the longest proper suffix that is a node
    State output = 0;    // this node or its longest suffix that ends a pattern, or the root
    uint32_t match = 0;  // it ends the patterns numbers_[match .. that of the next node)
  };

  static uint32_t pair_key(Symbol a, Symbol b) { return uint32_t{a} | uint32_t{b} << 16; }
  // The node of two characters, 0 when there is none. First characters have many children: a hash table finds
  // the one at once.
  State pair(Symbol a, Symbol b) const {
    const uint32_t key = pair_key(a, b);
    for (uint32_t at = (key * kFibonacci) >> table_shift_;; at = (at + 1) & table_mask_) {
      if (pair_table_[at].key == key) return pair_table_[at].node;
      if (pair_table_[at].node == 0) return 0;
    }
  }

  std::vector<Symbol> basic_;  // symbol of a character of the basic plane
  std::unordered_map<char32_t, Symbol> others_;
  std::vector<State> first_;  // the root's children by symbol
  State last_single_ = 0;     // nodes up to here remember one character
  std::vector<Node> nodes_;   // one more than there are, for the ends
  std::vector<Symbol> edge_;  // the symbol that leads to node s; rising among siblings
  std::vector<uint8_t> depth_;
  std::vector<uint32_t> numbers_;
  State last_pair_ = 0;                // nodes up to here remember at most two
  std::vector<uint32_t> place_words_;  // what may be at a place
  uint32_t place_shift_ = 0;
  std::vector<Pair> pair_table_;  // open addressing, at most half full
  uint32_t table_shift_ = 0;
  uint32_t table_mask_ = 0;
};

}  // namespace yizhan::screen
