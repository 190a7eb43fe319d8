#include "screen/normalize.h"

#include <opencc/opencc.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <cstdlib>

#include "base/limits.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

// Marks an entry whose folding is in the map; no character folds to U+FFFF, a noncharacter.
constexpr char16_t kSeveral = 0xFFFF;

// Beyond the basic plane: styled letters, squared ideographs, digits, compatibility ideographs.
struct Range {
  char32_t first;
  char32_t last;
};
constexpr std::array<Range, 4> kStyledRanges{
    {{0x1D400, 0x1D7FF}, {0x1F100, 0x1F2FF}, {0x1FBF0, 0x1FBF9}, {0x2F800, 0x2FA1F}}};

// Chinese digits, plain and as on cheques.
char32_t chinese_digit(char32_t c) {
  constexpr std::u32string_view kPlain = U"〇一二三四五六七八九";
  constexpr std::u32string_view kCheque = U"零壹贰叁肆伍陆柒捌玖";
  if (const size_t at = kPlain.find(c); at != kPlain.npos) return U'0' + static_cast<char32_t>(at);
  if (const size_t at = kCheque.find(c); at != kCheque.npos) return U'0' + static_cast<char32_t>(at);
  return 0;
}

// White letters on black, and those that flags are made of; they have no decomposition.
char32_t emblem_letter(char32_t c) {
  constexpr std::array<char32_t, 3> kFirst{0x1F150, 0x1F170, 0x1F1E6};
  for (const char32_t first : kFirst)
    if (c >= first && c < first + 26) return U'a' + (c - first);
  return 0;
}

// Marks drawn over or around the character before, in letters of no script in particular.
bool is_overlay(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F);
}

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_upper_ascii(char32_t c) { return c >= 'A' && c <= 'Z'; }

bool parts_sentences(char32_t c) {
  constexpr std::u32string_view kMarks = U"\n\r,.!?;:，。！？；：、…";
  return kMarks.find(c) != kMarks.npos;
}

constexpr bool is_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

// Of a character of any plane.
UnitClass class_of(char32_t c) {
  if (parts_sentences(c)) return UnitClass::kSentence;
  const auto code = static_cast<UChar32>(c);
  constexpr std::u32string_view kStrokes = U"丶丨丿乀乁亅乚";  // no words: put between words as bars and dots
  if (kStrokes.find(c) != kStrokes.npos) return UnitClass::kSymbol;
  if (text::is_ideograph(c)) return UnitClass::kIdeograph;
  if (is_overlay(c)) return UnitClass::kSymbol;
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

// Four bytes, the first in the lowest bits.
uint32_t four_bytes(const char* text) {
  const auto byte = [&](size_t i) { return uint32_t{static_cast<uint8_t>(text[i])}; };
  return byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
}

// A character of three bytes, or a surrogate; 0 = there is none. Most of a Chinese text. Reads four bytes.
char32_t three_bytes(const char* text) {
  const uint32_t bytes = four_bytes(text);
  // The first says that there are three, the last two that they follow; some bit above the lowest 11 is set.
  if ((bytes & 0xC0C0F0) != 0x8080E0 || (bytes & 0x200F) == 0) return 0;
  return (bytes & 0x0F) << 12 | (bytes >> 2 & 0xFC0) | (bytes >> 16 & 0x3F);
}

// Where a template's variable at `at` ends, or 0 when there is none: "{" name "}" on one line.
size_t placeholder_end(std::string_view text, size_t at) {
  const size_t close = text.find_first_of("{}\n", at + 1);
  if (close == text.npos || text[close] != '}' || close == at + 1 || close - at > limits::kPlaceholderBytes)
    return 0;
  return close + 1;
}

}  // namespace

// Which Latin letter a letter of another script, or one with marks, looks like.
class LookAlikes {
 public:
  Result<> open() {
    UErrorCode status = U_ZERO_ERROR;
    checker_.reset(uspoof_open(&status));
    decomposer_ = unorm2_getNFDInstance(&status);
    if (U_FAILURE(status)) return fail(ErrorCode::kUnavailable, "ICU's table of confusables is missing");
    return {};
  }

  // Lower case; 0 when there is none. The small letter decides, for a capital one may look like another's.
  char32_t letter(char32_t c) const {
    if (c < 0x80 || c > 0xFFFF) return 0;
    if (const char32_t base = without_marks(c); base != 0) return base;
    const auto lower = static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
    if (const char32_t found = skeleton(lower); found != 0) return found;
    return skeleton(c);
  }

 private:
  struct Close {
    void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
  };

  char32_t skeleton(char32_t c) const {
    const UChar source[1] = {static_cast<UChar>(c)};
    UChar out[8];
    UErrorCode status = U_ZERO_ERROR;
    const int32_t n = uspoof_getSkeleton(checker_.get(), 0, source, 1, out, 8, &status);
    if (U_FAILURE(status) || n != 1 || !is_ascii_letter(out[0])) return 0;
    return static_cast<char32_t>(u_tolower(out[0]));
  }

  char32_t without_marks(char32_t c) const {
    const UChar source[1] = {static_cast<UChar>(c)};
    UChar out[16];
    UErrorCode status = U_ZERO_ERROR;
    const int32_t n = unorm2_normalize(decomposer_, source, 1, out, 16, &status);
    if (U_FAILURE(status) || n < 2 || !is_ascii_letter(out[0])) return 0;
    for (int32_t i = 1; i < n; ++i)
      if (!is_overlay(out[i])) return 0;
    return static_cast<char32_t>(u_tolower(out[0]));
  }

  std::unique_ptr<USpoofChecker, Close> checker_;
  const UNormalizer2* decomposer_ = nullptr;
};

// Builds the table once.
class FoldTable::Maker {
 public:
  static Result<FoldTable*> make() {
    UErrorCode status = U_ZERO_ERROR;
    Maker maker;
    maker.normalizer_ = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status)) return fail(ErrorCode::kUnavailable, "ICU's normalisation data is missing");
    YZ_CHECK(maker.look_alikes_.open());
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
      if (is_surrogate(c) || c == 0 || c == '{')
        entry.folded = kSeveral;  // whoever reads one looks again: it may be no character
      else if (entry.folded == kSeveral)
        table->others_.emplace(c, std::move(folded));
    }
    for (const Range& range : kStyledRanges)
      for (char32_t c = range.first; c <= range.last; ++c) table->others_.emplace(c, maker.fold(c));
    maker.keep_simplified(*table);
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
    if (is_upper_ascii(c)) {
      out.variants |= Variants::kLetterCase;
    } else if (c >= 0xFF01 && c <= 0xFF5E) {
      out.variants |= Variants::kFullWidth;
    } else if (!just_case && out.text != std::u32string(1, c) && out.unit_class != UnitClass::kSpace) {
      out.variants |= out.unit_class == UnitClass::kDigit ? Variants::kDigitStyle : Variants::kStyledLetter;
    }
    if (const char32_t letter = emblem_letter(c); letter != 0) {
      out.text = std::u32string(1, letter);
      out.variants = Variants::kStyledLetter;
    }
    fold_look_alike(c, out);
    for (char32_t& folded : out.text) fold_ideograph(folded, out.variants);
    fold_digit(c, out);
    reclassify(out);
    return out;
  }

  std::u32string casefold(char32_t c) const {
    if (is_surrogate(c)) return std::u32string(1, c);
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

  void fold_look_alike(char32_t c, Folded& out) const {
    if (out.unit_class != UnitClass::kLetter || out.text.size() != 1 || is_ascii_letter(out.text[0])) return;
    const char32_t letter = look_alikes_.letter(c);
    if (letter == 0) return;
    out.text[0] = letter;
    out.variants = Variants::kLookAlike;
  }

  void fold_ideograph(char32_t& c, uint16_t& variants) const {
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
      out.variants |= Variants::kDigitStyle;
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

  void keep_simplified(FoldTable& table) const {
    table.simplified_.resize(0x10000);
    table.simplified_only_.resize(0x10000);
    for (char32_t c = 0; c < 0x10000; ++c) {
      const char32_t to = simplified_[c];
      table.simplified_[c] = static_cast<char16_t>(to == 0 || to >= 0x10000 ? c : to);
      if (to != 0 && to < 0x10000 && to != c) table.simplified_only_[to] = true;
    }
    // Characters that were simplified to one that traditional texts have as well (後 to 后).
    constexpr std::u32string_view kOfBoth =
        U"后里干面只系向准制志游咨并余于云丑了出斗谷刮合胡回汇伙家姜借据卷克夸困蜡累帘了霉蔑弥辟凭朴仆启签千"
        U"秋曲确"
        U"舍沈胜术松台涂团吁咸药叶佣郁御愿岳扎占折征症致钟周朱筑坏冲当发复尽历脏弱表别才采彩丰范巨凶升布注背"
        U"痴";
    for (const char32_t c : kOfBoth) table.simplified_only_[c] = false;
  }

  const UNormalizer2* normalizer_ = nullptr;
  LookAlikes look_alikes_;
  std::vector<char32_t> simplified_;
};

Result<const FoldTable*> FoldTable::instance() {
  // Kept for the life of the process: screeners of any age use it.
  static const Result<FoldTable*> made = Maker::make();
  if (!made) return std::unexpected(made.error());
  return *made;
}

char32_t FoldTable::fold(char32_t c) const {
  if (c < 0x10000 && basic_[c].folded != kSeveral) return basic_[c].folded;
  const auto found = others_.find(c);
  return found == others_.end() || found->second.text.size() != 1 ? c : found->second.text[0];
}

// Where units go while a text is read. Room that is kept, for a vector that grows one by one costs as much as
// the rest; there is always a unit for each byte to come, so that only what folds to several must look.
class FoldTable::Writer {
 public:
  explicit Writer(std::string_view text) : text_(text) {
    if (room().size() < text.size()) room().resize(text.size());
    next_ = room().data();
  }

  void add(char32_t folded, size_t begin, size_t end, UnitClass unit_class, uint16_t variants) {
    *next_++ = {folded, static_cast<uint32_t>(begin), static_cast<uint16_t>(end - begin), unit_class,
                variants};
    classes_ |= 1U << static_cast<unsigned>(unit_class);
  }
  void add(const Entry& entry, size_t begin, size_t end) {
    add(entry.folded, begin, end, entry.unit_class, entry.variants);
  }
  void add(const Folded& folded, size_t begin, size_t end) {
    const auto used = static_cast<size_t>(next_ - room().data());
    const size_t wanted = used + folded.text.size() + text_.size() - end;
    if (room().size() < wanted) room().resize(2 * wanted);
    next_ = room().data() + used;
    for (const char32_t c : folded.text) add(c, begin, end, folded.unit_class, folded.variants);
  }

  uint32_t finish(std::vector<Unit>& units) const {
    units.assign(room().data(), next_);
    return classes_;
  }

 private:
  static std::vector<Unit>& room() {
    thread_local std::vector<Unit> room;
    return room;
  }

  std::string_view text_;
  Unit* next_;
  uint32_t classes_ = 0;
};

uint32_t FoldTable::normalize(std::string_view text, Placeholders placeholders,
                              std::vector<Unit>& units) const {
  Writer writer(text);
  const bool braces = placeholders == Placeholders::kVariables;
  for (size_t at = 0; at < text.size();) {
    const char* here = text.data() + at;
    char32_t c = static_cast<uint8_t>(*here);
    size_t end = at + 1;
    if (c >= 0x80) {
      end = at + 3;
      c = end < text.size() ? three_bytes(here) : 0;
    }
    const Entry& entry = basic_[c];
    if (entry.folded != kSeveral) [[likely]] {
      writer.add(entry, at, end);
      at = end;
    } else {
      Writer copy = writer;  // what others are given is kept in memory
      at = braces && text[at] == '{' ? add_brace(text, at, copy) : add_other(text, at, copy);
      writer = copy;
    }
  }
  return writer.finish(units);
}

// A variable, "{{" for a brace, or a brace. Where it ends.
size_t FoldTable::add_brace(std::string_view text, size_t at, Writer& writer) {
  if (const size_t end = placeholder_end(text, at); end != 0) {
    writer.add(0, at, end, UnitClass::kPlaceholder, 0);
    return end;
  }
  const size_t end = at + (text.substr(at).starts_with("{{") ? 2 : 1);
  writer.add('{', at, end, UnitClass::kSymbol, 0);
  return end;
}

// Any character, or a byte that is none. Where it ends.
size_t FoldTable::add_other(std::string_view text, size_t at, Writer& writer) const {
  const size_t begin = at;
  const char32_t c = text::next_code_point(text, at);
  if (c == text::kReplacementCharacter && at - begin == 1)
    writer.add(c, begin, at, UnitClass::kMalformed, 0);
  else if (const auto found = others_.find(c); found != others_.end())
    writer.add(found->second, begin, at);
  else if (c < 0x10000 && basic_[c].folded != kSeveral)
    writer.add(basic_[c], begin, at);
  else
    writer.add(c, begin, at, class_of(c), 0);
  return at;
}

}  // namespace yizhan::screen
