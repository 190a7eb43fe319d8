#pragma once
// Weights by a linear classifier for each category at once: what tells any violation from an ordinary message is
// learnt by all together, what tells one category by itself. Squared hinge loss, L2-regularised, by dual coordinate
// descent (C.-J. Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008; the shared
// part after T. Evgeniou, M. Pontil, "Regularized Multi-Task Learning", KDD 2004). Deterministic.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace yizhan::scores {

struct Row {
  std::vector<uint32_t> features;
  // By task: above 0 the message is of it, below it is not; the greater, the worse an error; 0 = not learnt from.
  std::vector<double> targets;
};

struct Settings {
  double cost = 0.01;  // of an error of the size 1
  double shared = 0;   // how much all learn together
  int rounds = 15;
};

// By task and feature.
using Weights = std::vector<std::vector<double>>;

// `kept` by feature: whether it may have a weight.
Weights learn(const std::vector<Row>& rows, size_t tasks, const std::vector<uint8_t>& kept, const Settings& settings);

}  // namespace yizhan::scores
