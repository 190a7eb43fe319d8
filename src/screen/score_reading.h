#pragma once
// A text as scored rules read it (scores.h): the characters that are seen, one after the other, whatever was
// put between them or in their place; the same by its sound; and what of disguise is seen in it. Plain
// functions: any thread.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "screen/normalize.h"
#include "screen/variants.h"

namespace yizhan::screen {

// What is seen of the text as a whole rather than read in it. The names stand in the files of weights.
#define YIZHAN_SCORE_MARKS(X)                  \
  X(kMessage, "<message>") /* always */        \
  X(kInserted, "<inserted symbols>")           \
  X(kInsertedOften, "<many inserted symbols>") \
  X(kInvisible, "<invisible characters>")      \
  X(kTraditional, "<traditional>")             \
  X(kStyled, "<styled letters>")               \
  X(kPinyin, "<pinyin letters>")               \
  X(kParts, "<split characters>")              \
  X(kLookAlike, "<look-alikes>")               \
  X(kRare, "<rare characters>")                \
  X(kLink, "<link>")

enum class ScoreMark : uint8_t {
#define X(enumerator, name) enumerator,
  YIZHAN_SCORE_MARKS(X)
#undef X
};
#define X(enumerator, name) +1
inline constexpr size_t kScoreMarks = 0 YIZHAN_SCORE_MARKS(X);
#undef X
std::string_view score_mark_name(ScoreMark mark);
constexpr uint32_t bit(ScoreMark mark) { return 1U << static_cast<unsigned>(mark); }

struct ScoreReading {
  // A character and the bytes of the text that it was read from.
  struct Character {
    char32_t c = 0;
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  // Without what stands between them; numbers of several digits are nines, at most four of them, digits alone
  // are 0, 1 or 2 (for any greater one), so that one price is read like another. Digits that are written as
  // ideographs stay what they are.
  std::vector<Character> written;
  // The numbers themselves, each between kReadingBreak, for words that are numbers (110).
  std::vector<Character> numbers;
  // Syllables (kFirstSyllable + the table's number): of ideographs, and of letters that are pinyin.
  std::vector<Character> sounds;
  std::vector<Character> symbols;  // emoji and the like, each by itself
  uint32_t marks = 0;              // bits of ScoreMark
  uint32_t ideographs = 0, letters = 0;

  void clear();
};

// How much of Chinese these parts of a message are: nothing that can be judged, a short message, which says
// less and must say it more plainly, or a whole one.
enum class ScoreLength : uint8_t { kNone, kShort, kWhole };
ScoreLength score_length(std::span<const ScoreReading> parts);
inline constexpr char32_t kFirstSyllable = 0xE000;
// Stands where nothing may be read over: a variable of a template, the end of a part.
inline constexpr char32_t kReadingBreak = 0xFFFF;

// Where the way to refuse further messages begins near the end of a message, or its end: every message of
// advertising has one, and it says nothing of what it stands in.
size_t opt_out_begin(std::string_view text);

// Stretches of whole clauses, each as short as may be but not below kScoreWindow characters: what a message
// says in one of them, it says, whatever stands around it. None where the whole is no longer.
struct ScoreWindow {
  size_t first = 0;  // units
  size_t count = 0;
};
inline constexpr size_t kScoreWindow = 44;
std::vector<ScoreWindow> score_windows(std::span<const Unit> units);

// Appends what these units say, and a break. `units` are those of `text`.
void read_for_scores(std::string_view text, std::span<const Unit> units, const VariantTable& variants,
                     ScoreReading& out);

// A piece as a file of weights writes it, as it is found in `written` ("加我") or `sounds` ("jia wo"); empty
// when nothing of it would be. `by_sound` says which.
std::u32string score_piece(std::string_view piece, const FoldTable& folds, const VariantTable& variants,
                           bool& by_sound);
// A word of a class that is a number of several digits, as it is found in `numbers`; empty when it is none.
std::u32string score_number(std::string_view word);

}  // namespace yizhan::screen
