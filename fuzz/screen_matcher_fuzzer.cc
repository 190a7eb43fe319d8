// A list of terms and a text out of any bytes: what stands in the text as it is must be found, every match
// lies in the text, and the automaton says the same as a search for each term by itself.

#include <cstdlib>
#include <string>
#include <vector>

#include "screen/matcher.h"
#include "screen/rule_pack.h"

namespace {

using namespace yizhan;

void require(bool condition) {
  if (!condition) std::abort();
}

// Run from the source folder.
const screen::VariantData& variants() {
  static const auto pack = screen::load_rule_pack("rules/cn_format.toml");
  require(pack.has_value());
  return pack->variants;
}

std::u32string folded_words(std::span<const screen::Unit> units) {
  std::u32string out;
  for (const screen::Unit& unit : units)
    if (screen::is_word(unit.unit_class)) out.push_back(unit.folded);
  return out;
}

bool only_ideographs(std::span<const screen::Unit> units) {
  for (const screen::Unit& unit : units)
    if (unit.unit_class != screen::UnitClass::kIdeograph) return false;
  return !units.empty();
}

void check_automaton(const std::vector<std::u32string>& patterns, const std::u32string& text) {
  for (const std::u32string& pattern : patterns)
    if (pattern.size() > screen::Automaton::kPatternCharacters) return;
  const auto automaton = screen::Automaton::build(patterns);
  require(automaton.has_value());
  auto state = screen::Automaton::kStart;
  for (size_t end = 1; end <= text.size(); ++end) {
    state = automaton->next(state, text[end - 1]);
    std::vector<bool> found(patterns.size());
    automaton->for_each_match(state, [&](uint32_t p) { found[p] = true; });
    for (size_t p = 0; p < patterns.size(); ++p)
      require(found[p] == std::u32string_view(text).substr(0, end).ends_with(patterns[p]));
  }
}

}  // namespace

// Lines: the last is the text, the others are terms.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const screen::FoldTable& folds = *screen::FoldTable::instance().value();
  static const screen::VariantTable table = screen::VariantTable::make(folds, variants());
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  screen::TermMatcher::Builder builder(folds, table);
  std::vector<std::u32string> patterns;
  std::vector<bool> plain;  // a term of ideographs alone, which nothing around it hides
  screen::Units units;
  for (size_t end = rest.find('\n'); end != rest.npos && patterns.size() < 50; end = rest.find('\n')) {
    const std::string_view term = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const auto homophones = term.size() % 2 == 0 ? screen::Homophones::kAll : screen::Homophones::kLong;
    if (builder.add(term, homophones) != screen::TermMatcher::Builder::Refusal::kNone) continue;
    folds.normalize(term, screen::Placeholders::kLiteral, units);
    patterns.push_back(folded_words(units));
    plain.push_back(only_ideographs(units));
  }
  folds.normalize(rest, screen::Placeholders::kLiteral, units);
  if (patterns.empty()) return 0;
  if (rest.size() < 200) check_automaton(patterns, folded_words(units));
  auto matcher = builder.make();
  require(matcher.has_value());
  const auto scratch = screen::TermMatcher::make_scratch();
  std::vector<screen::TermMatcher::Match> matches;
  screen::PieceSet pieces;
  matcher->find(rest, units, {}, *scratch, matches, pieces);
  std::vector<bool> found(patterns.size());
  for (const auto& match : matches) {
    require(match.term < patterns.size() && match.first <= match.last && match.last < units.size());
    found[match.term] = true;
  }
  std::u32string text;  // what is no word keeps its place, so that nothing is found across it
  for (const screen::Unit& unit : units)
    text.push_back(screen::is_word(unit.unit_class) ? unit.folded : U'\0');
  for (size_t p = 0; p < patterns.size(); ++p)
    require(!plain[p] || found[p] || text.find(patterns[p]) == text.npos);
  return 0;
}
