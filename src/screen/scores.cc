#include "screen/scores.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/limits.h"

namespace yizhan::screen {

namespace {

// From this length on a word is known by its sound alone.
constexpr size_t kWordBySound = 3;

std::unexpected<Error> bad(std::string_view why, std::string_view piece) {
  return fail(ErrorCode::kInvalidArgument, std::string(why), std::string(piece));
}

// The word as it sounds; empty when not all of it is known to.
std::u32string sound_of(std::string_view word, const FoldTable& folds, const VariantTable& variants) {
  Units units;
  folds.normalize(word, Placeholders::kLiteral, units);
  std::u32string out;
  for (const Unit& unit : units) {
    const auto syllable = unit.unit_class == UnitClass::kIdeograph ? variants.syllable(unit.folded) : 0;
    if (syllable == 0) return {};
    out.push_back(kFirstSyllable + syllable);
  }
  return out;
}

}  // namespace

Result<> ScoreTable::Builder::add_class(const WordClass& words) {
  const auto number = static_cast<uint32_t>(table_.classes_.size());
  if (!classes_.emplace(words.name, number).second)
    return bad("two classes of words of the same name", words.name);
  table_.classes_.push_back({"@" + words.name, {}});
  for (const std::string& word : words.words) {
    bool by_sound = false;
    std::u32string pattern = score_number(word);
    if (pattern.empty()) pattern = score_piece(word, folds_, variants_, by_sound);
    if (std::ranges::all_of(pattern, [](char32_t c) { return is_digit(c); }))
      return bad("this word would be found in every number", word);
    if (!add_pattern(std::move(pattern), {true, number}))
      return bad("nothing of this word would be compared", word);
    std::u32string sound = by_sound ? std::u32string() : sound_of(word, folds_, variants_);
    if (sound.size() >= kWordBySound) add_pattern(std::move(sound), {true, number});
  }
  return {};
}

bool ScoreTable::Builder::add_pattern(std::u32string pattern, Use use) {
  if (pattern.empty() || pattern.size() > limits::kRuleTermCharacters) return false;
  use.length = static_cast<uint32_t>(pattern.size());
  patterns_.push_back(std::move(pattern));
  table_.uses_.push_back(use);
  return true;
}

Result<uint32_t> ScoreTable::Builder::add_rule(std::span<const ScoreWeight> weights) {
  if (table_.rules_ >= limits::kScoredRules) return fail(ErrorCode::kTooLarge, "too many scored rules");
  const auto rule = static_cast<uint32_t>(table_.rules_++);
  for (const ScoreWeight& weight : weights) YZ_CHECK(add_weight(rule, weight));
  return rule;
}

Result<uint32_t> ScoreTable::Builder::class_of(std::string_view name) const {
  const auto found = classes_.find(std::string(name));
  if (found == classes_.end()) return bad("no such class of words", name);
  return found->second;
}

Result<> ScoreTable::Builder::add_weight(uint32_t rule, const ScoreWeight& weight) {
  const Weighted weighted{rule, weight.weight, weight.kind};
  const std::string& piece = weight.piece;
  if (piece.starts_with('<')) {
    if (table_.marks_.empty()) table_.marks_.resize(kScoreMarks);
    for (size_t i = 0; i < kScoreMarks; ++i) {
      const auto name = score_mark_name(static_cast<ScoreMark>(i));
      if (name != piece) continue;
      table_.marks_[i].name = piece;
      table_.marks_[i].weights.push_back(weighted);
      return {};
    }
    return bad("no such mark", piece);
  }
  if (piece.starts_with('@')) {
    table_.classes_[YZ_TRY(class_of(std::string_view(piece).substr(1)))].weights.push_back(weighted);
    return {};
  }
  const auto [at, added] = pieces_.try_emplace(piece, static_cast<uint32_t>(table_.pieces_.size()));
  if (added) {
    bool by_sound = false;
    if (!add_pattern(score_piece(piece, folds_, variants_, by_sound), {false, at->second}))
      return bad("nothing of this piece would be compared", piece);
    table_.pieces_.push_back({piece, {}});
  }
  table_.pieces_[at->second].weights.push_back(weighted);
  return {};
}

Result<std::optional<ScoreTable>> ScoreTable::Builder::make() {
  if (patterns_.empty()) return std::optional<ScoreTable>();
  table_.automaton_ = YZ_TRY(Automaton::build(patterns_));
  return std::optional<ScoreTable>(std::move(table_));
}

void ScoreTable::find(std::span<const ScoreReading> parts, std::vector<Found>& pieces,
                      std::vector<Found>& classes) const {
  const auto note = [&](Automaton::State state, uint32_t part,
                        const std::vector<ScoreReading::Character>& read, size_t last) {
    if (!automaton_.has_match(state)) return;
    automaton_.for_each_match(state, [&](uint32_t pattern) {
      const Use& use = uses_[pattern];
      const Place place{part, read[last + 1 - use.length].begin, read[last].end};
      (use.is_class ? classes : pieces).push_back({use.number, place});
    });
  };
  for (uint32_t part = 0; part < parts.size(); ++part) {
    for (const auto* read : {&parts[part].written, &parts[part].sounds, &parts[part].numbers}) {
      Automaton::State state = Automaton::kStart;
      for (size_t i = 0; i < read->size(); ++i) {
        state = automaton_.next(state, (*read)[i].c);
        note(state, part, *read, i);
      }
    }
    for (size_t i = 0; i < parts[part].symbols.size(); ++i)
      note(automaton_.next(Automaton::kStart, parts[part].symbols[i].c), part, parts[part].symbols, i);
  }
}

// Calls f(weights, piece, place) for all that counts, once a rule and piece.
template <class F>
void ScoreTable::each_share(std::span<const ScoreReading> parts, const Passed& passed, F f) const {
  std::vector<Found> pieces, classes;
  find(parts, pieces, classes);
  const auto in_order = [](const Found& a, const Found& b) {
    return std::tuple(a.number, a.place.part, a.place.begin) <
           std::tuple(b.number, b.place.part, b.place.begin);
  };
  std::ranges::sort(pieces, in_order);
  std::ranges::sort(classes, in_order);
  // The first place that counts for a rule, of those of one piece.
  const auto each = [&](const std::vector<Piece>& all, const std::vector<Found>& found) {
    for (size_t i = 0; i < found.size();) {
      size_t end = i;
      while (end < found.size() && found[end].number == found[i].number) ++end;
      for (const Weighted& weighted : all[found[i].number].weights)
        for (size_t k = i; k < end; ++k) {
          if (passed(weighted.rule, found[k].place)) continue;
          f(weighted, all[found[i].number].name, std::optional(found[k].place));
          break;
        }
      i = end;
    }
  };
  each(pieces_, pieces);
  each(classes_, classes);
  uint32_t marks = 0;
  for (const ScoreReading& part : parts) marks |= part.marks;
  for (size_t i = 0; i < marks_.size(); ++i)
    if ((marks >> i & 1) != 0)
      for (const Weighted& weighted : marks_[i].weights) f(weighted, marks_[i].name, std::optional<Place>());
}

std::vector<ScoreTable::Sum> ScoreTable::sum(std::span<const ScoreReading> parts,
                                             const Passed& passed) const {
  std::vector<Sum> sums(rules_);
  each_share(parts, passed, [&](const Weighted& weighted, const std::string&, const auto&) {
    sums[weighted.rule].weight += weighted.weight;
    sums[weighted.rule].kind += weighted.kind;
  });
  return sums;
}

std::vector<ScoreTable::Share> ScoreTable::shares(std::span<const ScoreReading> parts, uint32_t rule,
                                                  const Passed& passed) const {
  std::vector<Share> out;
  each_share(parts, passed,
             [&](const Weighted& weighted, const std::string& piece, const std::optional<Place>& place) {
               if (weighted.rule == rule) out.push_back({piece, weighted.weight, weighted.kind, place});
             });
  std::ranges::sort(out, [](const Share& a, const Share& b) {
    return std::tuple(-a.counts(), -a.weight, a.piece) < std::tuple(-b.counts(), -b.weight, b.piece);
  });
  return out;
}

std::optional<ScoreTable::Stretch> ScoreTable::stretch_of(std::span<const Share> shares) {
  std::map<uint32_t, int64_t> by_part;
  for (const Share& share : shares)
    if (share.place && share.counts() > 0) by_part[share.place->part] += share.counts();
  if (by_part.empty()) return std::nullopt;
  const auto& [part, whole] = *std::ranges::max_element(by_part, {}, [](const auto& p) { return p.second; });
  std::vector<const Share*> by_end;
  for (const Share& share : shares)
    if (share.place && share.place->part == part && share.counts() > 0) by_end.push_back(&share);
  std::ranges::sort(by_end, {}, [](const Share* share) { return share->place->end; });
  Stretch out;
  uint32_t shortest = UINT32_MAX;
  for (const Share* first : by_end) {
    const uint32_t begin = first->place->begin;
    int64_t sum = 0;
    for (const Share* share : by_end) {
      if (share->place->begin < begin) continue;
      sum += share->counts();
      if (2 * sum < whole) continue;
      const uint32_t length = share->place->end - begin;
      if (length < shortest || (length == shortest && begin < out.place.begin)) {
        shortest = length;
        out.place = {part, begin, share->place->end};
      }
      break;
    }
  }
  for (const Share& share : shares) {
    if (out.heaviest.size() >= limits::kScorePiecesTold || share.counts() <= 0) break;
    if (share.place && share.place->part == part && share.place->begin >= out.place.begin &&
        share.place->end <= out.place.end)
      out.heaviest.push_back(share);
  }
  return out;
}

std::vector<uint32_t> ScoreTable::classes_in(const ScoreReading& reading) const {
  std::vector<Found> pieces, classes;
  find({&reading, 1}, pieces, classes);
  std::vector<uint32_t> out;
  for (const Found& found : classes) out.push_back(found.number);
  std::ranges::sort(out);
  const auto rest = std::ranges::unique(out);
  out.erase(rest.begin(), rest.end());
  return out;
}

size_t ScoreTable::bytes() const {
  size_t bytes = automaton_.bytes() + uses_.capacity() * sizeof(Use);
  for (const Piece& piece : pieces_)
    bytes += sizeof(Piece) + piece.name.size() + piece.weights.capacity() * sizeof(Weighted);
  return bytes;
}

}  // namespace yizhan::screen
