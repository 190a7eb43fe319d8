#pragma once
// What of a message may get a weight: every piece of up to four characters, as it is read and as it sounds,
// the classes of words, the marks. As src/screen/scores.h finds them.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "corpus.h"
#include "screen/scores.h"

namespace yizhan::scores {

class Pieces {
 public:
  // Ends the program where the packs cannot be read.
  Pieces(const std::string& variants_pack, const std::string& scored_pack);

  // Those that `least` of these messages have, numbered in the order of their names.
  void choose(const std::vector<Example>& corpus, size_t least);
  size_t size() const { return names_.size(); }
  const std::string& name(uint32_t piece) const { return names_[piece]; }
  // Rising; none where it cannot be scored.
  std::vector<uint32_t> of(const Example& example) const;
  // Of each of its windows.
  std::vector<std::vector<uint32_t>> of_windows(const Example& example) const;
  screen::ScoreLength length_of(const Example& example) const;

 private:
  struct Part {
    std::string_view text;
    screen::Units units;
  };
  std::vector<Part> parts_of(const Example& example) const;
  screen::ScoreReading read(const Part& part, screen::ScoreWindow window) const;
  std::vector<screen::ScoreReading> read(const Example& example) const;
  std::vector<std::string> names_of(const std::vector<screen::ScoreReading>& readings) const;
  std::vector<uint32_t> numbers_of(const std::vector<screen::ScoreReading>& readings) const;
  void pieces_of(const screen::ScoreReading& reading, std::vector<std::string>& out) const;
  bool is_readable(const std::string& piece) const;

  const screen::FoldTable* folds_ = nullptr;
  std::optional<screen::VariantTable> variants_;
  std::optional<screen::ScoreTable> classes_;  // finds the classes of words
  std::unordered_map<char32_t, std::string> syllables_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, uint32_t> numbers_;
};

}  // namespace yizhan::scores
