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

Unit unit_of(char32_t folded, size_t begin, size_t length, UnitClass unit_class, uint16_t variants) {
  Occurring occurs = occurring(unit_class);
  if (folded == '@') occurs |= kAtSign;
  if (folded == U'【' || folded == U'】') occurs |= kSignatureBracket;
  if (is_styled_ideograph(unit_class, variants)) occurs |= kStyledIdeograph;
  if (is_digit(folded)) occurs |= kNumeral;
  if (folded == '.' || folded == ':') occurs |= kLinkMark;
  return {folded, static_cast<uint32_t>(begin), static_cast<uint16_t>(length), variants, occurs, unit_class};
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
      if (folded.text.size() != 1)
        table->others_.emplace(c, std::move(folded));
      else if (!is_surrogate(c) && c != '{')  // it may be no character, or begin a variable
        table->basic_[c] =
            unit_of(folded.text[0], 0, text::utf8_bytes(c), folded.unit_class, folded.variants);
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
  if (c < 0x10000 && basic_[c].length != 0) return basic_[c].folded;
  const auto found = others_.find(c);
  return found == others_.end() || found->second.text.size() != 1 ? c : found->second.text[0];
}

// Where units go while a text is read. There is always room for a unit for each byte to come, so that only
// what folds to several must look.
class FoldTable::Writer {
 public:
  Writer(std::string_view text, std::vector<Unit>& room) : text_(text), room_(&room) {
    if (room.size() < text.size()) room.resize(text.size());
    next_ = room.data();
  }

  void add(const Unit& unit) {
    occurring_ |= unit.occurs;
    *next_++ = unit;
  }
  // As the entry of a character says, at this place.
  void add(const Unit& entry, size_t begin) {
    occurring_ |= entry.occurs;
    *next_ = entry;
    next_->begin = static_cast<uint32_t>(begin);
    ++next_;
  }
  void add(const Folded& folded, size_t begin, size_t end) {
    const size_t wanted = count() + folded.text.size() + text_.size() - end;
    if (room_->size() < wanted) {
      const size_t used = count();
      room_->resize(2 * wanted);
      next_ = room_->data() + used;
    }
    for (const char32_t c : folded.text)
      add(unit_of(c, begin, end - begin, folded.unit_class, folded.variants));
  }

  size_t count() const { return static_cast<size_t>(next_ - room_->data()); }
  Occurring occurring() const { return static_cast<Occurring>(occurring_); }

 private:
  std::string_view text_;
  std::vector<Unit>* room_;
  Unit* next_;
  uint32_t occurring_ = 0;
};

void FoldTable::normalize(std::string_view text, Placeholders placeholders, Units& units) const {
  thread_local std::vector<char32_t> room;
  if (room.size() < text.size() + text::kDecodeRoom) room.resize(text.size() + text::kDecodeRoom);
  const char32_t* const characters = room.data();
  const size_t count = text::decode_utf8(text, room.data());
  Writer writer(text, units.room_);
  size_t at = 0;
  for (size_t i = 0; i < count; ++i) {
    const char32_t c = characters[i];
    if (c < basic_.size() && basic_[c].length != 0) [[likely]] {
      writer.add(basic_[c], at);
      at += basic_[c].length;
      continue;
    }
    Writer copy = writer;  // what others are given is kept in memory
    if (c == '{' && placeholders == Placeholders::kVariables) {
      const size_t end = add_brace(text, at, copy);
      i += text::count_code_points(text.substr(at, end - at)) - 1;
      at = end;
    } else {
      at = add_other(c, at, copy);
    }
    writer = copy;
  }
  units.count_ = writer.count();
  units.occurring_ = writer.occurring();
}

// A variable, "{{" for a brace, or a brace. Where it ends.
size_t FoldTable::add_brace(std::string_view text, size_t at, Writer& writer) {
  if (const size_t end = placeholder_end(text, at); end != 0) {
    writer.add(unit_of(0, at, end - at, UnitClass::kPlaceholder, 0));
    return end;
  }
  const size_t bytes = text.substr(at).starts_with("{{") ? 2 : 1;
  writer.add(unit_of('{', at, bytes, UnitClass::kSymbol, 0));
  return at + bytes;
}

// Any character, or a byte that is none. Where it ends.
size_t FoldTable::add_other(char32_t c, size_t at, Writer& writer) const {
  if (c == text::kMalformedByte) {
    writer.add(unit_of(text::kReplacementCharacter, at, 1, UnitClass::kMalformed, 0));
    return at + 1;
  }
  const size_t end = at + text::utf8_bytes(c);
  if (const auto found = others_.find(c); found != others_.end())
    writer.add(found->second, at, end);
  else
    writer.add(unit_of(c, at, end - at, class_of(c), 0));
  return end;
}

}  // namespace yizhan::screen
