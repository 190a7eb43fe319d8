#include "screen/automaton.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

namespace yizhan::screen {

namespace {
constexpr size_t kFewChildren = 8;  // up to here a linear search is quicker
// Bits of the map of triples, as powers of two: sixteen or more for each keep false ones rare, and the map
// stays in the second-level cache.
constexpr uint32_t kLeastTripleBits = 12;
constexpr uint32_t kMostTripleBits = 22;
}  // namespace

Automaton::State Automaton::child_of(State s, Symbol symbol) const {
  const State begin = nodes_[s].children;
  const State end = nodes_[s + 1].children;
  if (end - begin <= kFewChildren) {
    for (State child = begin; child < end; ++child)
      if (edge_[child] == symbol) return child;
    return 0;
  }
  const auto found = std::lower_bound(edge_.begin() + begin, edge_.begin() + end, symbol);
  if (found == edge_.begin() + end || *found != symbol) return 0;
  return static_cast<State>(found - edge_.begin());
}

size_t Automaton::bytes() const {
  return basic_.size() * sizeof(Symbol) + first_.size() * sizeof(State) + nodes_.size() * sizeof(Node) +
         edge_.size() * sizeof(Symbol) + depth_.size() + numbers_.size() * sizeof(uint32_t) +
         triples_.size() * sizeof(uint64_t) + ends_.bytes() + pair_table_.size() * sizeof(Pair);
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
    const auto wanted = static_cast<uint32_t>(std::bit_width((triples_end - triples) * 16U));
    const uint32_t bits = std::clamp(wanted, kLeastTripleBits, kMostTripleBits);
    a.triple_shift_ = 64 - (bits - 6);
    a.triples_.assign((size_t{1} << bits) / 64, 0);
    a.single_.assign(a.first_.size(), 0);
    a.ends_.assign(size_t{1} << (32 - kEndShift));
    for (State s = 1; s <= a.last_single_; ++s) {
      if (a.nodes_[s].output != kStart) a.single_[a.edge_[s]] = 1;
      for (State child = a.nodes_[s].children; child < a.nodes_[s + 1].children; ++child)
        map_pair(a.edge_[s], a.edge_[child], child);
    }
  }

  void map_pair(Symbol first, Symbol second, State node) {
    Automaton& a = automaton;
    const uint32_t key = static_cast<uint32_t>(first) << 16 | second;
    uint32_t slot = (key * kFibonacci) >> a.table_shift_;
    while (a.pair_table_[slot].node != 0) slot = (slot + 1) & a.table_mask_;
    a.pair_table_[slot] = {key, node};
    if (a.nodes_[node].match != a.nodes_[node + 1].match) a.ends_.set((key * kFibonacci) >> kEndShift);
    for (State child = a.nodes_[node].children; child < a.nodes_[node + 1].children; ++child) {
      const uint64_t hash = triple_hash(first, second, a.edge_[child]);
      a.triples_[hash >> a.triple_shift_] |= triple_mask(hash);
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
