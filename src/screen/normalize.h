#pragma once
// A text as terms are compared with it: case, width, traditional forms, digit styles, styled letters and
// letters that look like Latin ones folded, each folded character remembering which bytes of the original it
// came from. The fold table is immutable: any thread. Sources: Unicode NFKC_Casefold (UAX 31) and the
// confusables of UTS 39 through ICU; OpenCC's character table for traditional forms.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "screen/finding.h"

namespace yizhan::screen {

enum class UnitClass : uint16_t {  // so that a unit has 16 bytes, all of them used
  kIdeograph,
  kLetter,
  kDigit,
  kSpace,
  kSentence,     // punctuation and line ends that part sentences
  kSymbol,       // everything else that is seen
  kInvisible,    // zero-width and formatting characters
  kPlaceholder,  // a variable of a template
  kUnsendable,   // control, private use, unassigned
  kMalformed,    // a byte that is not UTF-8
};
inline bool is_word(UnitClass c) { return c <= UnitClass::kDigit; }
inline bool is_styled_ideograph(UnitClass c, uint16_t variants) {
  return c == UnitClass::kIdeograph && (variants & Variants::kStyledLetter) != 0;
}
inline bool is_latin(UnitClass c) { return c == UnitClass::kLetter || c == UnitClass::kDigit; }

// Of folded characters.
inline bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
inline bool is_latin_letter(char32_t c) { return c >= 'a' && c <= 'z'; }

// What a text has: bits of the classes of its units, and of single characters that something is found by.
using Occurring = uint16_t;
constexpr Occurring occurring(UnitClass c) { return static_cast<Occurring>(1U << static_cast<unsigned>(c)); }
static_assert(static_cast<int>(UnitClass::kMalformed) < 10);  // the others lie above
constexpr Occurring kAtSign = 1U << 10;
constexpr Occurring kLinkMark = 1U << 11;          // a full stop or colon
constexpr Occurring kNumeral = 1U << 12;           // a digit, Chinese ones too
constexpr Occurring kSignatureBracket = 1U << 13;  // 【 or 】
constexpr Occurring kStyledIdeograph = 1U << 14;   // an ideograph in a circle, a square, brackets

struct Unit {
  char32_t folded = 0;
  uint32_t begin = 0;     // byte offset in the original
  uint16_t length = 0;    // in bytes; a character that folds to several gives several units of the same bytes
  uint16_t variants = 0;  // bits of Variants
  Occurring occurs = 0;   // by itself
  UnitClass unit_class = UnitClass::kSymbol;

  uint32_t end() const { return begin + length; }
};
static_assert(sizeof(Unit) == 16);

// The units of a text, and what occurs in it. Room is kept from text to text, and what is not in use is not
// cleared.
class Units {
 public:
  size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  const Unit* data() const { return room_.data(); }
  const Unit* begin() const { return data(); }
  const Unit* end() const { return data() + count_; }
  const Unit& operator[](size_t i) const { return room_[i]; }
  bool has(Occurring any) const { return (occurring_ & any) != 0; }

 private:
  friend class FoldTable;
  std::vector<Unit> room_;
  size_t count_ = 0;
  Occurring occurring_ = 0;
};

enum class Placeholders : uint8_t { kLiteral, kVariables };  // what {name} is: text, or a template's variable

class FoldTable {
 public:
  // The one table, made at the first call (some tens of milliseconds). kUnavailable when ICU's or OpenCC's
  // data is missing: without it screening would be blind to variants.
  static Result<const FoldTable*> instance();

  // Replaces `units` by those of `text`. Texts are bounded by the caller (kScreenTextBytes).
  void normalize(std::string_view text, Placeholders placeholders, Units& units) const;

  // The folding of one character where that is one character, else the character.
  char32_t fold(char32_t c) const;
  // The simplified form of an ideograph, anything else as it is; digits stay as they are written.
  char32_t simplified(char32_t c) const { return c < simplified_.size() ? simplified_[c] : c; }
  // Written in simplified texts only: the simplified form of a character that is written otherwise.
  bool simplified_only(char32_t c) const { return c < 0x10000 && simplified_only_[c]; }

 private:
  struct Folded {
    std::u32string text;
    UnitClass unit_class = UnitClass::kSymbol;
    uint16_t variants = 0;
  };
  class Maker;
  class Writer;

  static size_t add_brace(std::string_view text, size_t at, Writer& writer);
  size_t add_other(char32_t c, size_t at, Writer& writer) const;

  std::array<Unit, 0x10000> basic_{};  // of length 0: look again
  std::unordered_map<char32_t, Folded> others_;
  std::vector<char16_t> simplified_;
  std::vector<bool> simplified_only_;
};

}  // namespace yizhan::screen
