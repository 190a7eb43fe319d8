#include "pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "text/utf8.h"

namespace yizhan::scores {

namespace {

constexpr size_t kLongestPiece = 4;
constexpr size_t kShortestSound = 2;

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "{}\n", to_string(result.error()));
  std::exit(2);
}

}  // namespace

Pieces::Pieces(const std::string& variants_pack, const std::string& scored_pack) {
  folds_ = must(screen::FoldTable::instance());
  const screen::RulePack pack = must(screen::load_rule_pack(variants_pack));
  variants_ = screen::VariantTable::make(*folds_, pack.variants);
  for (const screen::StandardCharacter& character : pack.variants.characters)
    if (const auto syllable = variants_->syllable_of_letters(character.reading); syllable != 0)
      syllables_[screen::kFirstSyllable + syllable] = character.reading;
  screen::ScoreTable::Builder builder(*folds_, *variants_);
  const screen::RulePack scored = must(screen::load_rule_pack(scored_pack));
  for (const screen::WordClass& words : scored.scoring.word_classes)
    if (auto added = builder.add_class(words); !added) must(Result<int>(std::unexpected(added.error())));
  classes_ = must(builder.make());
}

void Pieces::choose(const std::vector<Example>& corpus, size_t least) {
  std::map<std::string, size_t> counts;
  for (const Example& example : corpus)
    for (std::string& name : names_of(read(example))) ++counts[std::move(name)];
  names_.clear();
  numbers_.clear();
  for (const auto& [name, count] : counts) {
    if (count < least || !is_readable(name)) continue;
    numbers_.emplace(name, static_cast<uint32_t>(names_.size()));
    names_.push_back(name);
  }
}

std::vector<uint32_t> Pieces::of(const Example& example) const { return numbers_of(read(example)); }

std::vector<std::vector<uint32_t>> Pieces::of_windows(const Example& example) const {
  std::vector<std::vector<uint32_t>> out;
  for (const Part& part : parts_of(example))
    for (const screen::ScoreWindow& window : screen::score_windows(part.units))
      out.push_back(numbers_of({read(part, window)}));
  return out;
}

std::vector<uint32_t> Pieces::numbers_of(const std::vector<screen::ScoreReading>& readings) const {
  std::vector<uint32_t> out;
  for (const std::string& name : names_of(readings))
    if (const auto found = numbers_.find(name); found != numbers_.end()) out.push_back(found->second);
  std::ranges::sort(out);
  return out;
}

screen::ScoreLength Pieces::length_of(const Example& example) const {
  return screen::score_length(read(example));
}

std::vector<Pieces::Part> Pieces::parts_of(const Example& example) const {
  constexpr std::string_view kOpen = "【", kClose = "】";
  std::vector<Part> parts{{example.text, {}}};
  const size_t close = example.text.find(kClose);
  if (example.text.starts_with(kOpen) && close != std::string::npos)
    parts = {{std::string_view(example.text).substr(0, close), {}},
             {std::string_view(example.text).substr(close + kClose.size()), {}}};
  parts.back().text = parts.back().text.substr(0, screen::opt_out_begin(parts.back().text));
  for (Part& part : parts) folds_->normalize(part.text, screen::Placeholders::kLiteral, part.units);
  return parts;
}

screen::ScoreReading Pieces::read(const Part& part, screen::ScoreWindow window) const {
  screen::ScoreReading reading;
  const auto units = std::span(part.units).subspan(window.first, window.count);
  screen::read_for_scores(part.text, units, *variants_, reading);
  return reading;
}

std::vector<screen::ScoreReading> Pieces::read(const Example& example) const {
  std::vector<screen::ScoreReading> readings;
  for (const Part& part : parts_of(example)) readings.push_back(read(part, {0, part.units.size()}));
  return readings;
}

// Each once.
std::vector<std::string> Pieces::names_of(const std::vector<screen::ScoreReading>& readings) const {
  std::vector<std::string> out;
  std::set<uint32_t> classes;
  uint32_t marks = screen::bit(screen::ScoreMark::kMessage);
  if (screen::score_length(readings) == screen::ScoreLength::kNone) return out;
  for (const screen::ScoreReading& reading : readings) {
    pieces_of(reading, out);
    marks |= reading.marks;
    if (classes_)
      for (const uint32_t number : classes_->classes_in(reading)) classes.insert(number);
  }
  for (const uint32_t number : classes) out.emplace_back(classes_->class_name(number));
  for (size_t i = 0; i < screen::kScoreMarks; ++i)
    if ((marks >> i & 1) != 0) out.emplace_back(screen::score_mark_name(static_cast<screen::ScoreMark>(i)));
  std::ranges::sort(out);
  const auto rest = std::ranges::unique(out);
  out.erase(rest.begin(), rest.end());
  return out;
}

void Pieces::pieces_of(const screen::ScoreReading& reading, std::vector<std::string>& out) const {
  for (size_t i = 0; i < reading.written.size(); ++i) {
    std::string piece;
    for (size_t n = 0; n < kLongestPiece && i + n < reading.written.size(); ++n) {
      if (reading.written[i + n].c == screen::kReadingBreak) break;
      text::append_utf8(reading.written[i + n].c, piece);
      out.push_back(piece);
    }
  }
  for (size_t i = 0; i < reading.sounds.size(); ++i) {
    std::string piece;
    for (size_t n = 0; n < kLongestPiece && i + n < reading.sounds.size(); ++n) {
      const auto syllable = syllables_.find(reading.sounds[i + n].c);
      if (syllable == syllables_.end()) break;
      piece += (n == 0 ? "" : " ") + syllable->second;
      if (n + 1 >= kShortestSound) out.push_back(piece);
    }
  }
  for (const auto& symbol : reading.symbols) {
    std::string piece;
    text::append_utf8(symbol.c, piece);
    out.push_back(piece);
  }
}

// A part of a number would be read as another number.
bool Pieces::is_readable(const std::string& piece) const {
  if (piece.starts_with('@') || piece.starts_with('<')) return true;
  bool by_sound = false;
  const std::u32string pattern = screen::score_piece(piece, *folds_, *variants_, by_sound);
  if (by_sound) return !pattern.empty();
  std::string again;
  for (const char32_t c : pattern) text::append_utf8(c, again);
  return again == piece;
}

}  // namespace yizhan::scores
