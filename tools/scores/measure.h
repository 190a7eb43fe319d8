#pragma once
// How much the weights find of what was written by somebody whose messages they were not learnt from.

#include <vector>

#include "corpus.h"
#include "pieces.h"
#include "screen/rule_pack.h"

namespace yizhan::scores {

// Prints it; 0.
int measure(const screen::RulePack& pack, const std::vector<Example>& corpus, Pieces& pieces);

}  // namespace yizhan::scores
