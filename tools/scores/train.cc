#include "train.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "learn.h"

namespace yizhan::scores {

namespace {

using screen::Category;
using screen::MessageClass;

// Found by leaving each author out in turn (--measure).
constexpr size_t kLeastMessages = 3;  // that have a piece
constexpr size_t kMostPieces = 6'000;
constexpr Settings kWhether{.cost = 0.005, .shared = 0.5, .rounds = 15};
constexpr Settings kWhich{.cost = 0.003, .shared = 0, .rounds = 15};
constexpr Settings kAlone{.cost = 0.005, .shared = 0, .rounds = 15};
constexpr double kFound = 2;         // how much worse it is to miss a violation than to take an ordinary message for one
constexpr double kFurther = 0.5;     // a further label, beside the main one
constexpr double kOtherKind = 0.02;  // a violation taken for one of another category: still one
constexpr double kKind = 3;          // of its kind among the violations, where most are of others
constexpr double kAsMarketing = 0.5;  // an ordinary advertisement as what hides in a notification
constexpr double kThousandths = 1000;
constexpr int32_t kLeastWeight = 5;  // smaller ones are left out

bool has(const Example& example, Category category) {
  return std::ranges::find(example.labels, category) != example.labels.end();
}

class Trainer {
 public:
  Trainer(const std::vector<screen::TermRule>& rules, const std::vector<Example>& corpus, Pieces& pieces)
      : rules_(rules), corpus_(corpus), pieces_(pieces) {}

  Model train() {
    pieces_.choose(corpus_, kLeastMessages);
    for (const Example& example : corpus_) found_.push_back(pieces_.of(example));
    kept_.assign(pieces_.size(), 1);
    learn_all();
    keep_heaviest();
    learn_all();
    return quantised();
  }

 private:
  bool alone(size_t rule) const { return rules_[rule].threshold.has_value(); }
  Category category(size_t rule) const { return rules_[rule].info.category; }

  void learn_all() {
    weights_ = learn(rows([&](const Example& e, size_t rule) { return whether(e, rule); }), rules_.size(), kept_,
                     kWhether);
    kinds_ = learn(rows([&](const Example& e, size_t rule) { return which(e, rule); }), rules_.size(), kept_, kWhich);
    const Weights by_themselves = learn(rows_alone(), rules_.size(), kept_, kAlone);
    for (size_t rule = 0; rule < rules_.size(); ++rule)
      if (alone(rule)) weights_[rule] = by_themselves[rule];
  }

  template <class Target>
  std::vector<Row> rows(Target target) const {
    std::vector<Row> out;
    for (size_t i = 0; i < corpus_.size(); ++i) {
      Row row{found_[i], std::vector<double>(rules_.size(), 0)};
      for (size_t rule = 0; rule < rules_.size(); ++rule) row.targets[rule] = target(corpus_[i], rule);
      out.push_back(std::move(row));
    }
    return out;
  }

  double whether(const Example& example, size_t rule) const {
    if (alone(rule)) return 0;
    if (example.ordinary()) return -1;
    if (!has(example, category(rule))) return -kOtherKind;
    return kFound * (example.labels[0] == category(rule) ? 1 : kFurther);
  }

  double which(const Example& example, size_t rule) const {
    if (alone(rule) || example.ordinary()) return 0;
    if (!has(example, category(rule))) return -1;
    return kKind * (example.labels[0] == category(rule) ? 1 : kFurther);
  }

  // Those that ask something else than the others: whether it is advertising, whether a promotion lacks its terms.
  std::vector<Row> rows_alone() const {
    std::vector<Row> out = rows([&](const Example& example, size_t rule) -> double {
      const bool marketing = example.message_class == MessageClass::kMarketing;
      const bool fits = category(rule) == Category::kHiddenMarketing ? !marketing : marketing;
      if (!alone(rule) || !fits) return 0;
      if (has(example, category(rule))) return kFound;
      return example.ordinary() ? -1 : 0;
    });
    for (size_t i = 0; i < corpus_.size(); ++i) {
      if (!corpus_[i].ordinary() || corpus_[i].message_class != MessageClass::kMarketing) continue;
      Row row{found_[i], std::vector<double>(rules_.size(), 0)};
      for (size_t rule = 0; rule < rules_.size(); ++rule)
        if (category(rule) == Category::kHiddenMarketing) row.targets[rule] = kAsMarketing;
      out.push_back(std::move(row));
    }
    return out;
  }

  // By the greatest weight that a piece has for a rule, and how many messages have it.
  void keep_heaviest() {
    std::vector<double> counts(pieces_.size(), 0);
    for (const auto& found : found_)
      for (const uint32_t piece : found) ++counts[piece];
    std::vector<std::pair<double, uint32_t>> order;
    for (uint32_t piece = 0; piece < pieces_.size(); ++piece) {
      double most = 0;
      for (size_t rule = 0; rule < rules_.size(); ++rule)
        most = std::max({most, std::abs(weights_[rule][piece]), std::abs(kinds_[rule][piece]) / 2});
      order.emplace_back(-most * std::sqrt(counts[piece]), piece);
    }
    std::ranges::sort(order);
    for (size_t i = kMostPieces; i < order.size(); ++i) kept_[order[i].second] = 0;
  }

  Model quantised() const {
    const auto figures = [](const Weights& weights) {
      std::vector<std::vector<int32_t>> out;
      for (const auto& of_rule : weights) {
        out.emplace_back();
        for (const double w : of_rule) {
          const auto figure = static_cast<int32_t>(std::lround(w * kThousandths));
          out.back().push_back(std::abs(figure) < kLeastWeight ? 0 : figure);
        }
      }
      return out;
    };
    return {figures(weights_), figures(kinds_)};
  }

  const std::vector<screen::TermRule>& rules_;
  const std::vector<Example>& corpus_;
  Pieces& pieces_;
  std::vector<std::vector<uint32_t>> found_;
  std::vector<uint8_t> kept_;
  Weights weights_, kinds_;
};

}  // namespace

Model train(const std::vector<screen::TermRule>& rules, const std::vector<Example>& corpus, Pieces& pieces) {
  return Trainer(rules, corpus, pieces).train();
}

std::string file_of(const Model& model, size_t rule, const Pieces& pieces) {
  std::string out =
      "# Made by tools/scores from tests/screening/tuning.tsv: do not edit. A piece, its weight and that of its kind.\n";
  for (uint32_t piece = 0; piece < pieces.size(); ++piece)
    if (model.weights[rule][piece] != 0 || model.kinds[rule][piece] != 0)
      out += fmt::format("{}\t{}\t{}\n", pieces.name(piece), model.weights[rule][piece], model.kinds[rule][piece]);
  return out;
}

}  // namespace yizhan::scores
