#pragma once
// From labelled messages to the files of weights of a pack's scored rules.

#include <cstdint>
#include <string>
#include <vector>

#include "corpus.h"
#include "pieces.h"
#include "screen/rule_pack.h"

namespace yizhan::scores {

// By rule and piece, in thousandths.
struct Model {
  std::vector<std::vector<int32_t>> weights, kinds;
};

// `rules` are the scored ones. Chooses the pieces anew.
Model train(const std::vector<screen::TermRule>& rules, const std::vector<Example>& corpus, Pieces& pieces);

// The file of one rule.
std::string file_of(const Model& model, size_t rule, const Pieces& pieces);

}  // namespace yizhan::scores
