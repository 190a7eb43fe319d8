#include "screen/normalize.h"

#include <opencc/opencc.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <cstdlib>

#include "base/limits.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

// Marks an entry whose folding is in the map; no character folds to U+FFFF, a noncharacter.
constexpr char16_t kSeveral = 0xFFFF;

// Planes 1 and 2 beyond the basic one that hold styled letters and compatibility ideographs.
struct Range {
  char32_t first;
  char32_t last;
};
constexpr std::array<Range, 4> kStyledRanges{
    {{0x1D400, 0x1D7FF}, {0x1F100, 0x1F1FF}, {0x1FBF0, 0x1FBF9}, {0x2F800, 0x2FA1F}}};

// Chinese digits, plain and as on cheques.
char32_t chinese_digit(char32_t c) {
  constexpr std::u32string_view kPlain = U"〇一二三四五六七八九";
  constexpr std::u32string_view kCheque = U"零壹贰叁肆伍陆柒捌玖";
  if (const size_t at = kPlain.find(c); at != kPlain.npos) return U'0' + static_cast<char32_t>(at);
  if (const size_t at = kCheque.find(c); at != kCheque.npos) return U'0' + static_cast<char32_t>(at);
  return 0;
}

bool parts_sentences(char32_t c) {
  constexpr std::u32string_view kMarks = U"\n\r,.!?;:，。！？；：、…";
  return kMarks.find(c) != kMarks.npos;
}

// Of a character of any plane.
UnitClass class_of(char32_t c) {
  if (parts_sentences(c)) return UnitClass::kSentence;
  const auto code = static_cast<UChar32>(c);
  if (text::is_ideograph(c)) return UnitClass::kIdeograph;
  switch (u_charType(code)) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
    case U_LETTER_NUMBER:
    case U_NON_SPACING_MARK:
    case U_COMBINING_SPACING_MARK:
      return u_hasBinaryProperty(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ? UnitClass::kInvisible
                                                                           : UnitClass::kLetter;
    case U_DECIMAL_DIGIT_NUMBER:
    case U_OTHER_NUMBER:
      return UnitClass::kDigit;
    case U_SPACE_SEPARATOR:
      return UnitClass::kSpace;
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return UnitClass::kSentence;
    case U_FORMAT_CHAR:
    case U_ENCLOSING_MARK:
      return UnitClass::kInvisible;
    case U_CONTROL_CHAR:
    case U_PRIVATE_USE_CHAR:
    case U_UNASSIGNED:
    case U_SURROGATE:
      return UnitClass::kUnsendable;
    default:
      return UnitClass::kSymbol;
  }
}

// Traditional characters of the basic plane to simplified ones, each converted by itself.
bool convert_traditional(std::vector<char32_t>& simplified) {
  simplified.assign(0x10000, 0);
  std::string all;
  std::vector<char32_t> asked;
  for (char32_t c = 0x3400; c < 0xFB00; ++c) {
    if (!text::is_ideograph(c)) continue;
    asked.push_back(c);
    text::append_utf8(c, all);
    all += '\n';
  }
  opencc_t converter = opencc_open("t2s.json");
  if (converter == reinterpret_cast<opencc_t>(-1)) return false;
  char* converted = opencc_convert_utf8(converter, all.data(), all.size());
  opencc_close(converter);
  if (converted == nullptr) return false;
  const std::string_view lines(converted);
  size_t at = 0;
  for (const char32_t c : asked) {
    if (at >= lines.size()) break;
    simplified[c] = text::next_code_point(lines, at);
    while (at < lines.size() && lines[at] != '\n') ++at;
    ++at;
  }
  opencc_convert_utf8_free(converted);
  return at == lines.size();
}

// Where a template's variable at `at` ends, or 0 when there is none: "{" name "}" on one line.
size_t placeholder_end(std::string_view text, size_t at) {
  const size_t close = text.find_first_of("{}\n", at + 1);
  if (close == text.npos || text[close] != '}' || close == at + 1 || close - at > limits::kPlaceholderBytes)
    return 0;
  return close + 1;
}

}  // namespace

// Builds the table once.
class FoldTable::Maker {
 public:
  static Result<FoldTable*> make() {
    UErrorCode status = U_ZERO_ERROR;
    Maker maker;
    maker.normalizer_ = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status)) return fail(ErrorCode::kUnavailable, "ICU's normalisation data is missing");
    if (!convert_traditional(maker.simplified_))
      return fail(ErrorCode::kUnavailable, "OpenCC's traditional-to-simplified table is missing");
    auto table = std::make_unique<FoldTable>();
    for (char32_t c = 0; c < 0x10000; ++c) {
      Folded folded = maker.fold(c);
      Entry& entry = table->basic_[c];
      entry.unit_class = folded.unit_class;
      entry.variants = folded.variants;
      entry.folded = folded.text.size() == 1 && folded.text[0] < kSeveral
                         ? static_cast<char16_t>(folded.text[0])
                         : kSeveral;
      if (entry.folded == kSeveral) table->others_.emplace(c, std::move(folded));
    }
    for (const Range& range : kStyledRanges)
      for (char32_t c = range.first; c <= range.last; ++c) table->others_.emplace(c, maker.fold(c));
    return table.release();
  }

 private:
  Folded fold(char32_t c) const {
    Folded out;
    out.unit_class = class_of(c);
    out.text = casefold(c);
    if (out.text.empty()) {  // ignorable
      out.text = std::u32string(1, c);
      if (out.unit_class != UnitClass::kUnsendable) out.unit_class = UnitClass::kInvisible;
    }
    const bool just_case =
        out.text.size() == 1 && out.text[0] == static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
    if (c >= 0xFF01 && c <= 0xFF5E) {
      out.variants |= Variants::kFullWidth;
    } else if (!just_case && out.text != std::u32string(1, c) && out.unit_class != UnitClass::kSpace) {
      out.variants |= out.unit_class == UnitClass::kDigit ? Variants::kDigitStyle : Variants::kStyledLetter;
    }
    for (char32_t& folded : out.text) fold_ideograph(folded, out.variants);
    fold_digit(c, out);
    reclassify(out);
    return out;
  }

  std::u32string casefold(char32_t c) const {
    if (c >= 0xD800 && c <= 0xDFFF) return std::u32string(1, c);
    UChar source[2];
    int32_t length = 0;
    U16_APPEND_UNSAFE(source, length, static_cast<UChar32>(c));
    std::array<UChar, 64> folded;
    UErrorCode status = U_ZERO_ERROR;
    const int32_t n = unorm2_normalize(normalizer_, source, length, folded.data(), folded.size(), &status);
    if (U_FAILURE(status)) return std::u32string(1, c);
    std::u32string out;
    for (int32_t i = 0; i < n;) {
      UChar32 next = 0;
      U16_NEXT(folded.data(), i, n, next);
      out.push_back(static_cast<char32_t>(next));
    }
    return out;
  }

  void fold_ideograph(char32_t& c, uint8_t& variants) const {
    if (c >= 0x10000 || simplified_[c] == 0 || simplified_[c] == c) return;
    c = simplified_[c];
    variants |= Variants::kTraditional;
  }

  // Digits that have a value but no decomposition (❶ ⓿), and Chinese ones.
  static void fold_digit(char32_t original, Folded& out) {
    if (out.text.size() != 1) return;
    char32_t& c = out.text[0];
    if (const char32_t digit = chinese_digit(c); digit != 0) {
      c = digit;
      return;
    }
    if (out.unit_class != UnitClass::kDigit || (c >= '0' && c <= '9')) return;
    const double value = u_getNumericValue(static_cast<UChar32>(original));
    if (value < 0 || value > 9 || value != static_cast<int>(value)) return;
    c = U'0' + static_cast<char32_t>(value);
    out.variants |= Variants::kDigitStyle;
  }

  // A symbol that folds to a letter (ⓐ) is a letter.
  static void reclassify(Folded& out) {
    if (out.unit_class != UnitClass::kSymbol) return;
    const UnitClass folded = class_of(out.text[0]);
    if (is_word(folded)) out.unit_class = folded;
  }

  const UNormalizer2* normalizer_ = nullptr;
  std::vector<char32_t> simplified_;
};

Result<const FoldTable*> FoldTable::instance() {
  // Kept for the life of the process: screeners of any age use it.
  static const Result<FoldTable*> made = Maker::make();
  if (!made) return std::unexpected(made.error());
  return *made;
}

uint32_t FoldTable::normalize(std::string_view text, Placeholders placeholders,
                              std::vector<Unit>& units) const {
  units.clear();
  units.reserve(text.size() / 2 + 8);
  uint32_t classes = 0;
  const auto add = [&](char32_t folded, size_t begin, size_t end, UnitClass unit_class, uint8_t variants) {
    units.push_back(
        {folded, static_cast<uint32_t>(begin), static_cast<uint16_t>(end - begin), unit_class, variants});
    classes |= 1U << static_cast<unsigned>(unit_class);
  };
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    if (text[at] == '{' && placeholders == Placeholders::kVariables) {
      if (at + 1 < text.size() && text[at + 1] == '{') {  // a literal brace
        at += 2;
        add('{', begin, at, UnitClass::kSymbol, 0);
        continue;
      }
      if (const size_t end = placeholder_end(text, at); end != 0) {
        at = end;
        add(0, begin, at, UnitClass::kPlaceholder, 0);
        continue;
      }
    }
    const char32_t c = text::next_code_point(text, at);
    if (c == text::kReplacementCharacter && at - begin == 1) {
      add(c, begin, at, UnitClass::kMalformed, 0);
      continue;
    }
    if (c < 0x10000 && basic_[c].folded != kSeveral) {
      const Entry& entry = basic_[c];
      add(entry.folded, begin, at, entry.unit_class, entry.variants);
      continue;
    }
    const auto found = others_.find(c);
    if (found == others_.end()) {
      add(c, begin, at, class_of(c), 0);
      continue;
    }
    for (const char32_t folded : found->second.text)
      add(folded, begin, at, found->second.unit_class, found->second.variants);
  }
  return classes;
}

}  // namespace yizhan::screen
