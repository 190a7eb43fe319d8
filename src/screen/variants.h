#pragma once
// What a rule pack knows of ways to write a character otherwise: its parts side by side, another that looks
// the same, another of the same sound; and which characters are standard. The tables are data of the packs
// (docs/formats/rule_pack.md). Immutable after make(): any thread.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "screen/normalize.h"

namespace yizhan::screen {

struct SplitCharacter {
  std::u32string parts;  // 2 to kSplitParts characters
  char32_t whole = 0;
};
struct LookAlike {
  char32_t seen = 0;
  char32_t meant = 0;
};
struct StandardCharacter {
  char32_t character = 0;
  std::string reading;  // pinyin in a-z, v for ü, without tone; empty = not known
};

// As read from a pack's files.
struct VariantData {
  std::vector<SplitCharacter> splits;
  std::vector<LookAlike> look_alikes;
  std::vector<StandardCharacter> characters;
  // Words of grammar of one character: where one of these stands for another of its sound it means itself.
  std::u32string function_characters;
};

// Append what `text` says, in the forms of docs/formats/rule_pack.md. kInvalidArgument ("line N") for a line
// of another form, kTooLarge over kVariantEntries.
Result<> parse_split_characters(std::string_view text, std::vector<SplitCharacter>& out);
Result<> parse_look_alikes(std::string_view text, std::vector<LookAlike>& out);
Result<> parse_characters(std::string_view text, std::vector<StandardCharacter>& out);

class VariantTable {
 public:
  // A sound; 0 = none.
  using Syllable = uint16_t;

  // Another reading of the characters from a place on. All folded, repeats not counted.
  struct Alternative {
    std::array<char32_t, limits::kSplitParts> seen{};
    std::array<uint8_t, limits::kSplitParts> counts{};  // how often each of `seen` is repeated
    uint8_t length = 0;
    bool only_in_latin = false;  // a digit for a letter, inside a Latin word
    uint16_t variants = 0;
    char32_t meant = 0;
  };

  static VariantTable make(const FoldTable& folds, const VariantData& data);

  bool is_standard(char32_t c) const { return c < kTable ? standard_[c] : others_.contains(c); }
  bool is_function(char32_t c) const { return c < kBasic && function_[c]; }
  Syllable syllable(char32_t c) const { return c < kBasic ? syllables_[c] : Syllable{0}; }
  static constexpr size_t kSyllableLetters = 6;  // zhuang
  // Of letters a-z; 0 = no syllable of at least two letters.
  Syllable syllable_of_letters(std::string_view letters) const;

  // Those that begin with this character.
  std::span<const Alternative> alternatives(char32_t first) const {
    if (first >= kBasic || groups_[first] == 0) return {};
    const auto [begin, end] = ranges_[groups_[first]];
    return std::span(alternatives_).subspan(begin, end - begin);
  }

 private:
  static constexpr size_t kBasic = 0x10000;
  static constexpr size_t kTable = kBasic;

  VariantTable() : syllables_(kBasic), groups_(kBasic), standard_(kBasic), function_(kBasic) {}
  void add_character(const FoldTable& folds, const StandardCharacter& character);
  void add_alternative(const FoldTable& folds, std::u32string_view seen, char32_t meant, uint16_t variants);
  void group_alternatives();

  std::vector<Syllable> syllables_;
  std::vector<uint16_t> groups_;  // of a first character its place in ranges_; 0 = none begins with it
  std::vector<bool> standard_, function_;
  std::unordered_map<char32_t, bool> others_;  // standard, beyond the basic plane
  std::unordered_map<std::string, Syllable> letters_;
  std::vector<Alternative> alternatives_;  // by first character
  std::vector<std::array<uint32_t, 2>> ranges_;
};

}  // namespace yizhan::screen
