#include "screen/automaton.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>

#include "base/processor.h"

namespace yizhan::screen {

namespace {
constexpr size_t kFewChildren = 8;  // up to here a linear search is quicker
// Words of the map of places, as powers of two: sixteen bits or more for each keep false ones rare, and the
// map stays in the second-level cache.
constexpr uint32_t kLeastWords = 7;
constexpr uint32_t kMostWords = 17;

// Of what may be at a place: two symbols choose a word, in which they and what stands before them have two
// bits each, so that few others have both by chance.
constexpr uint32_t hash_of(uint32_t b, uint32_t c) { return (b | c << 16) * Automaton::kFibonacci; }
constexpr uint32_t hash_of(uint32_t a, uint32_t b, uint32_t c) { return hash_of(b, c) + a * 0x85EBCA6BU; }
constexpr std::array<uint32_t, 2> end_bits(uint32_t pair) { return {pair >> 10 & 31, pair >> 5 & 31}; }
constexpr std::array<uint32_t, 2> third_bits(uint32_t triple) { return {triple >> 27, triple >> 22 & 31}; }
constexpr uint32_t mask_of(std::array<uint32_t, 2> bits) { return 1U << bits[0] | 1U << bits[1]; }
constexpr uint32_t has(uint32_t word, std::array<uint32_t, 2> bits) {
  return word >> bits[0] & word >> bits[1] & 1;
}

// What may be at each symbol that has two before it.
[[gnu::always_inline]] inline void look_up_with(const Automaton::Symbols* __restrict symbols, size_t count,
                                                Automaton::View view, const uint32_t* __restrict words,
                                                uint32_t shift, uint8_t* __restrict places) {
  using Places = Automaton::Places;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t b = symbols[i + 1].of(view);
    const uint32_t c = symbols[i + 2].of(view);
    const uint32_t pair = hash_of(b, c);
    const uint32_t triple = hash_of(symbols[i].of(view), b, c);
    const uint32_t word = words[pair >> shift];
    places[i] = static_cast<uint8_t>(has(word, end_bits(pair)) * Places::kEnd |
                                     has(word, third_bits(triple)) * Places::kThird);
  }
}

#if defined(__x86_64__)
// Eight at a time.
__attribute__((target("avx2"))) void look_up_wide(const Automaton::Symbols* symbols, size_t count,
                                                  Automaton::View view, const uint32_t* words, uint32_t shift,
                                                  uint8_t* places) {
  look_up_with(symbols, count, view, words, shift, places);
}
#endif

void look_up(const Automaton::Symbols* symbols, size_t count, Automaton::View view, const uint32_t* words,
             uint32_t shift, uint8_t* places) {
#if defined(__x86_64__)
  if (has_wide_vectors()) return look_up_wide(symbols, count, view, words, shift, places);
#endif
  look_up_with(symbols, count, view, words, shift, places);
}

}  // namespace

Automaton::State Automaton::child_of(State s, Symbol symbol) const {
  const State begin = nodes_[s].children;
  const State end = nodes_[s + 1].children;
  if (end - begin <= kFewChildren) {
    for (State child = begin; child < end; ++child)
      if (edge_[child] == symbol) return child;
    return 0;
  }
  State child = begin;  // the last one whose symbol is no greater, or the first
  for (State left = end - begin; left > 1;) {
    const State half = left / 2;
    child += edge_[child + half] <= symbol ? half : 0;  // without a branch: which way is chance
    left -= half;
  }
  return edge_[child] == symbol ? child : 0;
}

void Automaton::find_places(const Symbols* symbols, size_t count, View view, uint8_t* places) const {
  look_up(symbols - Places::kBefore, count, view, place_words_.data(), place_shift_, places);
}

size_t Automaton::bytes() const {
  return basic_.size() * sizeof(Symbol) + first_.size() * sizeof(State) + nodes_.size() * sizeof(Node) +
         edge_.size() * sizeof(Symbol) + depth_.size() + numbers_.size() * sizeof(uint32_t) +
         place_words_.size() * sizeof(uint32_t) + pair_table_.size() * sizeof(Pair);
}

struct Automaton::Builder {
  // A node with the run of sorted patterns that pass through it.
  struct Run {
    uint32_t begin;
    uint32_t end;
  };

  explicit Builder(std::span<const std::u32string> p) : patterns(p), order(p.size()) {}

  bool assign_symbols() {
    automaton.basic_.assign(0x10000, 0);
    uint32_t next = 1;
    offsets.reserve(patterns.size() + 1);
    for (const std::u32string& pattern : patterns) {
      offsets.push_back(static_cast<uint32_t>(symbols.size()));
      for (const char32_t c : pattern) {
        Symbol& symbol = c < automaton.basic_.size() ? automaton.basic_[c] : automaton.others_[c];
        if (symbol == 0) {
          if (next > std::numeric_limits<Symbol>::max()) return false;
          symbol = static_cast<Symbol>(next++);
        }
        symbols.push_back(symbol);
      }
    }
    offsets.push_back(static_cast<uint32_t>(symbols.size()));
    automaton.first_.assign(next, kStart);
    return true;
  }

  std::span<const Symbol> pattern(uint32_t i) const {
    return std::span(symbols).subspan(offsets[i], offsets[i + 1] - offsets[i]);
  }

  void sort_patterns() {
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return std::ranges::lexicographical_compare(pattern(a), pattern(b));
    });
  }

  // Breadth first: the patterns that end in a node come first in its run, then a child for each next symbol.
  void make_nodes() {
    runs.push_back({0, static_cast<uint32_t>(order.size())});
    automaton.edge_.push_back(0);
    automaton.depth_.push_back(0);
    for (State s = 0; s < runs.size(); ++s) {
      automaton.nodes_.push_back({static_cast<State>(runs.size()), kStart, kStart,
                                  static_cast<uint32_t>(automaton.numbers_.size())});
      const Run run = runs[s];
      const uint8_t depth = automaton.depth_[s];
      uint32_t i = run.begin;
      for (; i < run.end && pattern(order[i]).size() == depth; ++i) automaton.numbers_.push_back(order[i]);
      while (i < run.end) {
        const Symbol edge = pattern(order[i])[depth];
        const uint32_t begin = i;
        while (i < run.end && pattern(order[i])[depth] == edge) ++i;
        if (s == kStart) {
          automaton.first_[edge] = static_cast<State>(runs.size());
          automaton.last_single_ = static_cast<State>(runs.size());
        }
        runs.push_back({begin, i});
        automaton.edge_.push_back(edge);
        automaton.depth_.push_back(static_cast<uint8_t>(depth + 1));
      }
    }
    automaton.nodes_.push_back(
        {static_cast<State>(runs.size()), kStart, kStart, static_cast<uint32_t>(automaton.numbers_.size())});
  }

  // A parent comes before its children, so each suffix that is asked for is linked already.
  void link_suffixes() {
    Automaton& a = automaton;
    for (State s = 0; s < runs.size(); ++s)
      for (State child = a.nodes_[s].children; child < a.nodes_[s + 1].children; ++child) {
        Node& node = a.nodes_[child];
        if (s != kStart) node.fail = follow(a.nodes_[s].fail, a.edge_[child]);
        const bool ends = node.match != a.nodes_[child + 1].match;
        node.output = ends ? child : a.nodes_[node.fail].output;
      }
  }

  State follow(State s, Symbol edge) const {
    for (; s != kStart; s = automaton.nodes_[s].fail)
      if (const State child = automaton.child_of(s, edge); child != 0) return child;
    return automaton.first_[edge];
  }

  // The table of pairs, and the bit maps.
  void map_beginnings() {
    Automaton& a = automaton;
    const auto depth_end = [&](State from, uint8_t depth) {
      while (from < runs.size() && a.depth_[from] == depth) ++from;
      return from;
    };
    const State pairs = a.last_single_ + 1;
    const State triples = depth_end(pairs, 2);
    const State triples_end = depth_end(triples, 3);
    a.last_pair_ = triples - 1;
    const auto table_bits = static_cast<uint32_t>(std::bit_width((triples - pairs) * 2U + 2));
    a.pair_table_.assign(size_t{1} << table_bits, {});
    a.table_shift_ = 32 - table_bits;
    a.table_mask_ = (uint32_t{1} << table_bits) - 1;
    const auto wanted = static_cast<uint32_t>(std::bit_width((triples_end - triples) / 2));
    const uint32_t bits = std::clamp(wanted, kLeastWords, kMostWords);
    a.place_shift_ = 32 - bits;
    a.place_words_.assign(size_t{1} << bits, 0);
    for (State s = 1; s <= a.last_single_; ++s)
      for (State child = a.nodes_[s].children; child < a.nodes_[s + 1].children; ++child)
        map_pair(a.edge_[s], a.edge_[child], child);
  }

  void map_pair(Symbol first, Symbol second, State node) {
    Automaton& a = automaton;
    const uint32_t key = pair_key(first, second);
    uint32_t slot = (key * kFibonacci) >> a.table_shift_;
    while (a.pair_table_[slot].node != 0) slot = (slot + 1) & a.table_mask_;
    a.pair_table_[slot] = {key, node};
    if (a.nodes_[node].match != a.nodes_[node + 1].match)
      a.place_words_[hash_of(first, second) >> a.place_shift_] |= mask_of(end_bits(hash_of(first, second)));
    for (State child = a.nodes_[node].children; child < a.nodes_[node + 1].children; ++child) {
      const Symbol third = a.edge_[child];
      a.place_words_[hash_of(second, third) >> a.place_shift_] |=
          mask_of(third_bits(hash_of(first, second, third)));
    }
  }

  std::span<const std::u32string> patterns;
  std::vector<Symbol> symbols;  // of all patterns, one after the other
  std::vector<uint32_t> offsets;
  std::vector<uint32_t> order;
  std::vector<Run> runs;
  Automaton automaton;
};

Result<Automaton> Automaton::build(std::span<const std::u32string> patterns) {
  for (const std::u32string& pattern : patterns) {
    if (pattern.empty()) return fail(ErrorCode::kInvalidArgument, "an empty pattern");
    if (pattern.size() > kPatternCharacters) return fail(ErrorCode::kInvalidArgument, "a pattern too long");
  }
  Builder builder(patterns);
  if (!builder.assign_symbols()) return fail(ErrorCode::kInvalidArgument, "too many different characters");
  builder.sort_patterns();
  builder.make_nodes();
  builder.link_suffixes();
  builder.map_beginnings();
  return std::move(builder.automaton);
}

}  // namespace yizhan::screen
