#include "screen/automaton.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace yizhan::screen {

namespace {
constexpr size_t kFewChildren = 8;  // up to here a linear search is quicker
}

Automaton::State Automaton::child_of(State s, uint16_t symbol) const {
  const State begin = children_[s];
  const State end = children_[s + 1];
  if (end - begin <= kFewChildren) {
    for (State child = begin; child < end; ++child)
      if (edge_[child] == symbol) return child;
    return 0;
  }
  const auto found = std::lower_bound(edge_.begin() + begin, edge_.begin() + end, symbol);
  if (found == edge_.begin() + end || *found != symbol) return 0;
  return static_cast<State>(found - edge_.begin());
}

struct Automaton::Builder {
  // A node with the run of sorted patterns that pass through it.
  struct Node {
    uint32_t begin;
    uint32_t end;
    uint32_t depth;
  };

  explicit Builder(std::span<const std::u32string> p) : patterns(p), order(p.size()) {}

  bool assign_symbols() {
    automaton.basic_.assign(0x10000, 0);
    uint32_t next = 1;
    for (const std::u32string& pattern : patterns)
      for (const char32_t c : pattern) {
        uint16_t& symbol = c < automaton.basic_.size() ? automaton.basic_[c] : automaton.others_[c];
        if (symbol != 0) continue;
        if (next > std::numeric_limits<uint16_t>::max()) return false;
        symbol = static_cast<uint16_t>(next++);
      }
    automaton.first_.assign(next, kStart);
    return true;
  }

  uint16_t symbol(uint32_t pattern, uint32_t depth) const {
    return automaton.symbol_of(patterns[pattern][depth]);
  }

  void sort_patterns() {
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return std::ranges::lexicographical_compare(
          patterns[a], patterns[b], {}, [&](char32_t c) { return automaton.symbol_of(c); },
          [&](char32_t c) { return automaton.symbol_of(c); });
    });
  }

  // Breadth first: the patterns that end in a node come first in its run, then a child for each next symbol.
  void make_nodes() {
    nodes.push_back({0, static_cast<uint32_t>(order.size()), 0});
    automaton.edge_.push_back(0);
    for (uint32_t s = 0; s < nodes.size(); ++s) {
      automaton.children_.push_back(static_cast<State>(nodes.size()));
      automaton.match_.push_back(static_cast<uint32_t>(automaton.numbers_.size()));
      const Node node = nodes[s];
      uint32_t i = node.begin;
      for (; i < node.end && patterns[order[i]].size() == node.depth; ++i)
        automaton.numbers_.push_back(order[i]);
      while (i < node.end) {
        const uint16_t edge = symbol(order[i], node.depth);
        const uint32_t run = i;
        while (i < node.end && symbol(order[i], node.depth) == edge) ++i;
        if (s == 0) automaton.first_[edge] = static_cast<State>(nodes.size());
        nodes.push_back({run, i, node.depth + 1});
        automaton.edge_.push_back(edge);
      }
    }
    automaton.children_.push_back(static_cast<State>(nodes.size()));
    automaton.match_.push_back(static_cast<uint32_t>(automaton.numbers_.size()));
  }

  // A parent comes before its children, so each suffix that is asked for is linked already.
  void link_suffixes() {
    Automaton& a = automaton;
    a.fail_.assign(nodes.size(), kStart);
    a.shorter_.assign(nodes.size(), kStart);
    for (State s = 0; s < nodes.size(); ++s)
      for (State child = a.children_[s]; child < a.children_[s + 1]; ++child) {
        if (s != kStart) a.fail_[child] = follow(a.fail_[s], a.edge_[child]);
        const State suffix = a.fail_[child];
        a.shorter_[child] = a.has_match(suffix) ? suffix : a.shorter_[suffix];
      }
  }

  State follow(State s, uint16_t edge) const {
    for (; s != kStart; s = automaton.fail_[s])
      if (const State child = automaton.child_of(s, edge); child != 0) return child;
    return automaton.first_[edge];
  }

  std::span<const std::u32string> patterns;
  std::vector<uint32_t> order;
  std::vector<Node> nodes;
  Automaton automaton;
};

Result<Automaton> Automaton::build(std::span<const std::u32string> patterns) {
  if (std::ranges::any_of(patterns, &std::u32string::empty))
    return fail(ErrorCode::kInvalidArgument, "an empty pattern");
  Builder builder(patterns);
  if (!builder.assign_symbols()) return fail(ErrorCode::kInvalidArgument, "too many different characters");
  builder.sort_patterns();
  builder.make_nodes();
  builder.link_suffixes();
  return std::move(builder.automaton);
}

}  // namespace yizhan::screen
