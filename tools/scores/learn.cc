#include "learn.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace yizhan::scores {

namespace {

// A generator of our own: the standard ones give other orders in other libraries.
class Shuffler {
 public:
  void shuffle(std::vector<uint32_t>& order) {
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[next() % i]);
  }

 private:
  uint64_t next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return state_ >> 33;
  }
  uint64_t state_ = 1;
};

}  // namespace

Weights learn(const std::vector<Row>& rows, size_t tasks, const std::vector<uint8_t>& kept, const Settings& settings) {
  const size_t features = kept.size();
  const double mu = settings.shared;
  std::vector<double> shared(features, 0);
  Weights own(tasks, std::vector<double>(features, 0));
  std::vector<std::vector<double>> alpha(tasks, std::vector<double>(rows.size(), 0));
  std::vector<double> norms(rows.size(), 0);
  for (size_t i = 0; i < rows.size(); ++i)
    for (const uint32_t f : rows[i].features) norms[i] += kept[f] * (1 + mu);
  std::vector<uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0);
  Shuffler shuffler;
  for (int round = 0; round < settings.rounds; ++round) {
    for (size_t t = 0; t < tasks; ++t) {
      shuffler.shuffle(order);
      for (const uint32_t i : order) {
        const Row& row = rows[i];
        if (row.targets[t] == 0) continue;
        const double y = row.targets[t] > 0 ? 1 : -1;
        const double cost = settings.cost * std::abs(row.targets[t]);
        double sum = 0;
        for (const uint32_t f : row.features) sum += own[t][f] + mu * shared[f];
        const double diagonal = 1 / (2 * cost);
        double& a = alpha[t][i];
        const double before = a;
        a = std::max(0.0, a - (y * sum - 1 + diagonal * a) / (norms[i] + diagonal));
        const double step = (a - before) * y;
        if (step == 0) continue;
        for (const uint32_t f : row.features) {
          own[t][f] += step * kept[f];
          shared[f] += step * kept[f];
        }
      }
    }
  }
  for (size_t t = 0; t < tasks; ++t)
    for (size_t f = 0; f < features; ++f) own[t][f] += mu * shared[f];
  return own;
}

}  // namespace yizhan::scores
