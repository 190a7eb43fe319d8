// Expressions and a text out of any bytes: an expression that matches the text is never left out for want of
// a piece, and every match lies in the text.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "screen/expressions.h"
#include "screen/matcher.h"

namespace {

using namespace yizhan;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// Lines: the last is the text, the others are expressions.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const screen::FoldTable& folds = *screen::FoldTable::instance().value();
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  screen::ExpressionSet::Builder builder(folds);
  size_t count = 0;
  for (size_t end = rest.find('\n'); end != rest.npos && count < 8; end = rest.find('\n')) {
    const std::string_view expression = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (expression.size() <= 120 && builder.add(expression)) ++count;
  }
  if (count == 0) return 0;
  screen::TermMatcher::Builder terms(folds, screen::VariantTable::make(folds, {}));
  const auto expressions =
      builder.make([&](std::string_view piece, bool leading) { return terms.add_piece(piece, leading); });
  const auto matcher = terms.make();
  require(matcher.has_value());
  screen::Units units;
  folds.normalize(rest, screen::Placeholders::kLiteral, units);
  const auto scratch = screen::TermMatcher::make_scratch();
  std::vector<screen::TermMatcher::Match> none;
  screen::PieceSet pieces;
  std::vector<uint32_t> potential;
  matcher->find(rest, units, {}, *scratch, none, pieces);
  require(none.empty());
  expressions.find_potential(pieces, potential);
  screen::ExpressionSet::Text text{units, {}, false};
  std::vector<screen::ExpressionSet::Match> matches;
  for (uint32_t e = 0; e < count; ++e) {
    expressions.find(e, text, matches);
    require(matches.empty() || std::ranges::binary_search(potential, e));
    for (const auto& match : matches) require(match.begin < match.end && match.end <= units.size());
  }
  return 0;
}
