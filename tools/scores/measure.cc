#include "measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "base/limits.h"
#include "train.h"

namespace yizhan::scores {

namespace {

using screen::Category;
using screen::MessageClass;

// What the rules say of one message.
struct Scored {
  const Example* example = nullptr;
  int32_t greatest = 0;       // of the rules that hold together, less the margin of a short message
  std::vector<size_t> kinds;  // likeliest first, of those
  std::vector<std::pair<int32_t, size_t>> alone;
};

struct Tally {
  size_t messages = 0, found = 0, kind = 0;
};

class Measurement {
 public:
  Measurement(const screen::RulePack& pack, const std::vector<Example>& corpus, Pieces& pieces)
      : pack_(pack), corpus_(corpus), pieces_(pieces) {}

  void run() {
    std::set<std::string> authors;
    for (const Example& example : corpus_) authors.insert(example.author);
    for (const std::string& author : authors) leave_out(author);
    print_thresholds();
    print_below();
    print_alone();
    print_authors();
    print_doubtful();
  }

 private:
  void leave_out(const std::string& author) {
    std::vector<Example> others;
    for (const Example& example : corpus_)
      if (example.author != author) others.push_back(example);
    const Model model = train(pack_.rules, others, pieces_);
    std::vector<const Example*> own;
    for (const Example& example : corpus_)
      if (example.author == author && example.ordinary()) own.push_back(&example);
    for (const Example& example : corpus_) {
      if (example.author != author) continue;
      scored_.push_back(score(example, model));
      if (!example.ordinary()) padded_.push_back(score(padded(example, own, scored_.size()), model));
      if (!example.ordinary()) padded_.back().example = &example;
    }
  }

  Scored score(const Example& example, const Model& model) const {
    const bool is_short = pieces_.length_of(example) == screen::ScoreLength::kShort;
    const std::optional<int32_t> margin = is_short ? pack_.scoring.short_margin : 0;
    const std::vector<uint32_t> found = pieces_.of(example);
    if (found.empty() || !margin) return {&example, INT32_MIN, {}, {}};  // too short to be scored
    Scored out = score(example, model, found, *margin);
    const int32_t whole = out.greatest;
    for (const std::vector<uint32_t>& in_window : pieces_.of_windows(example)) {
      if (in_window.empty()) continue;
      Scored window = score(example, model, in_window, 0);
      if (window.greatest <= out.greatest) continue;
      out.greatest = window.greatest;
      if (whole < pack_.scoring.threshold.value_or(0)) out.kinds = std::move(window.kinds);
    }
    return out;
  }

  Scored score(const Example& example, const Model& model, const std::vector<uint32_t>& found,
               int32_t margin) const {
    Scored out{&example, INT32_MIN, {}, {}};
    std::vector<std::pair<int32_t, size_t>> kinds;
    for (size_t rule = 0; rule < pack_.rules.size(); ++rule) {
      if (!pack_.rules[rule].info.severity[static_cast<size_t>(example.message_class)]) continue;
      int32_t weight = 0, kind = 0;
      for (const uint32_t piece : found) {
        weight += model.weights[rule][piece];
        kind += model.kinds[rule][piece];
      }
      if (pack_.rules[rule].threshold) {
        out.alone.emplace_back(weight - margin, rule);
        continue;
      }
      out.greatest = std::max(out.greatest, weight - margin);
      kinds.emplace_back(-kind, rule);
    }
    std::ranges::sort(kinds);
    for (const auto& [kind, rule] : kinds)
      if (out.kinds.size() <= limits::kScoredOtherKinds && kind <= kinds[0].first + limits::kScoreKindMargin)
        out.kinds.push_back(rule);
    return out;
  }

  bool is_kind(const Scored& scored) const {
    return std::ranges::any_of(scored.kinds, [&](size_t rule) {
      return pack_.rules[rule].info.category == scored.example->labels[0];
    });
  }
  // Of a category that has a rule beside the others, or none at all.
  bool is_beside(Category category) const {
    return std::ranges::none_of(pack_.rules, [&](const screen::TermRule& rule) {
      return rule.info.category == category && !rule.threshold;
    });
  }

  // Which thresholds find how much.
  void print_thresholds() const {
    std::vector<int32_t> ordinary;
    for (const Scored& scored : scored_)
      if (scored.example->ordinary()) ordinary.push_back(scored.greatest);
    std::ranges::sort(ordinary, std::greater());
    for (const size_t permille : {5, 10, 20, 30, 40, 60}) {
      const int32_t threshold = ordinary.at(ordinary.size() * permille / 1000) + 1;
      fmt::print("threshold {:>5}: of ordinary {:.1f} %", threshold, static_cast<double>(permille) / 10);
      for (const std::string kind : {"violation", "variant"}) {
        Tally tally;
        for (const Scored& scored : scored_) {
          if (scored.example->kind != kind || is_beside(scored.example->labels[0])) continue;
          ++tally.messages;
          if (scored.greatest < threshold) continue;
          ++tally.found;
          tally.kind += is_kind(scored) ? 1 : 0;
        }
        print_tally(kind, tally);
      }
      const auto is_found = [&](const Scored& scored) { return scored.greatest >= threshold; };
      fmt::print("; padded: found {:.1f} %\n", 100.0 * static_cast<double>(std::ranges::count_if(padded_, is_found)) /
                                                   static_cast<double>(padded_.size()));
    }
  }

  // What share of each kind reads as an ordinary message.
  void print_below() const {
    for (const int32_t below : {-300, -400, -500, -600, -800}) {
      fmt::print("below {:>5}:", below);
      for (const std::string kind : {"ordinary", "violation", "variant"}) {
        Tally tally;
        for (const Scored& scored : scored_) {
          const bool beside = !scored.example->ordinary() && is_beside(scored.example->labels[0]);
          if (scored.example->kind != kind || beside) continue;
          ++tally.messages;
          tally.found += scored.greatest < below ? 1 : 0;
        }
        fmt::print(" {} {:.1f} %", kind,
                   100.0 * static_cast<double>(tally.found) / static_cast<double>(tally.messages));
      }
      const auto is_below = [&](const Scored& scored) { return scored.greatest < below; };
      fmt::print(" padded {:.1f} %\n", 100.0 * static_cast<double>(std::ranges::count_if(padded_, is_below)) /
                                           static_cast<double>(padded_.size()));
    }
  }

  static void print_tally(const std::string& name, const Tally& tally) {
    const auto percent = [&](size_t n) {
      return 100.0 * static_cast<double>(n) / static_cast<double>(tally.messages);
    };
    fmt::print("; {}: {} messages, found {:.1f} %, with its kind {:.1f} %", name, tally.messages,
               percent(tally.found), percent(tally.kind));
  }

  void print_alone() const {
    for (size_t rule = 0; rule < pack_.rules.size(); ++rule) {
      if (!pack_.rules[rule].threshold) continue;
      std::vector<int32_t> ordinary, meant;
      for (const Scored& scored : scored_)
        for (const auto& [weight, of] : scored.alone) {
          if (of != rule) continue;
          if (scored.example->ordinary()) ordinary.push_back(weight);
          if (!scored.example->ordinary() && scored.example->labels[0] == pack_.rules[rule].info.category)
            meant.push_back(weight);
        }
      std::ranges::sort(ordinary, std::greater());
      fmt::print("{}: {} messages", pack_.rules[rule].info.id, meant.size());
      for (const size_t permille : {5, 10, 20, 40, 80}) {
        const int32_t threshold = ordinary.at(ordinary.size() * permille / 1000) + 1;
        fmt::print("; {} (of ordinary {:.1f} %): {}", threshold, static_cast<double>(permille) / 10,
                   std::ranges::count_if(meant, [&](int32_t w) { return w >= threshold; }));
      }
      fmt::print("\n");
    }
  }

  // At the pack's own threshold, by author and by category.
  void print_authors() const {
    const int32_t threshold = pack_.scoring.threshold.value_or(0);
    std::map<std::string, Tally> tallies;
    for (const Scored& scored : scored_) {
      const bool ordinary = scored.example->ordinary();
      if (!ordinary && is_beside(scored.example->labels[0])) continue;
      std::vector<Tally*> of{&tallies[scored.example->author + " " + scored.example->kind]};
      if (!ordinary)
        of.push_back(&tallies["~" + std::string(screen::category_name(scored.example->labels[0]))]);
      for (Tally* tally : of) {
        ++tally->messages;
        if (scored.greatest < threshold) continue;
        ++tally->found;
        tally->kind += !ordinary && is_kind(scored) ? 1 : 0;
      }
    }
    for (const auto& [name, tally] : tallies)
      fmt::print("{:<24} {:>4}: found {:>4}, with its kind {:>4}\n", name, tally.messages, tally.found,
                 tally.kind);
  }

  // Those that are judged otherwise most surely: often their labels are wrong.
  void print_doubtful() const {
    constexpr size_t kMany = 40;
    for (const bool ordinary : {true, false}) {
      std::vector<const Scored*> order;
      for (const Scored& scored : scored_)
        if (scored.example->ordinary() == ordinary && (ordinary || !is_beside(scored.example->labels[0])))
          order.push_back(&scored);
      std::ranges::sort(order, [&](const Scored* a, const Scored* b) {
        return ordinary ? a->greatest > b->greatest : a->greatest < b->greatest;
      });
      for (size_t i = 0; i < std::min(kMany, order.size()); ++i) {
        const Example& example = *order[i]->example;
        if (order[i]->kinds.empty()) continue;
        const auto likeliest = pack_.rules[order[i]->kinds[0]].info.category;
        fmt::print("{:>6} {} {} (rather {}) {}\n", order[i]->greatest, example.id,
                   ordinary ? "ordinary" : screen::category_name(example.labels[0]),
                   screen::category_name(likeliest), example.text);
      }
    }
  }

  const screen::RulePack& pack_;
  const std::vector<Example>& corpus_;
  Pieces& pieces_;
  std::vector<Scored> scored_;
  std::vector<Scored> padded_;  // violations among what ordinary messages say
};

}  // namespace

int measure(const screen::RulePack& pack, const std::vector<Example>& corpus, Pieces& pieces) {
  Measurement(pack, corpus, pieces).run();
  return 0;
}

}  // namespace yizhan::scores
