#include "screen/score_reading.h"

#include <algorithm>

#include "screen/links.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

constexpr std::array kMarkNames{
#define X(enumerator, name) std::string_view(name),
    YIZHAN_SCORE_MARKS(X)
#undef X
};

constexpr size_t kLongestNumber = 4;       // nines
constexpr uint32_t kShortCharacters = 18;  // a message of fewer says less
constexpr uint32_t kLeastCharacters = 10;  // and one of fewer too little

// A character that is seen, on the way to be read.
struct Seen {
  char32_t c = 0;
  char32_t original = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
  UnitClass unit_class = UnitClass::kIdeograph;
  bool gap_before = false;  // a symbol or space stands between it and the one before
};

bool is_ideographic(const Seen& seen) { return text::is_ideograph(seen.original); }

// Reads one part of a message.
class Reader {
 public:
  Reader(std::string_view text, std::span<const Unit> units, const VariantTable& variants, ScoreReading& out)
      : text_(text), units_(units), variants_(variants), out_(out) {}

  void read() {
    collect();
    join_parts();
    drop_separators();
    mark_gaps();
    write();
    sound();
    for (auto* sequence : {&out_.written, &out_.sounds}) sequence->push_back({kReadingBreak, end_, end_});
  }

 private:
  void mark(ScoreMark m) { out_.marks |= bit(m); }

  char32_t original_of(const Unit& unit) const {
    size_t at = unit.begin;
    return text::next_code_point(text_, at);
  }

  // What is seen, one by one; links are left out.
  void collect() {
    std::vector<Link> links;
    find_links(units_, links);
    size_t link = 0;
    end_ = static_cast<uint32_t>(text_.size());
    bool gap = false;
    for (uint32_t i = 0; i < units_.size(); ++i) {
      if (link < links.size() && i == links[link].begin) {
        mark(ScoreMark::kLink);
        i = std::max(links[link].end, i + 1) - 1;
        ++link;
        put_break(units_[i]);
        continue;
      }
      const Unit& unit = units_[i];
      switch (unit.unit_class) {
        case UnitClass::kIdeograph:
        case UnitClass::kLetter:
        case UnitClass::kDigit:
          see(unit, gap);
          gap = false;
          break;
        case UnitClass::kPlaceholder:
          put_break(unit);
          break;
        case UnitClass::kInvisible:
          if (!seen_.empty() && seen_.back().end == unit.begin) mark(ScoreMark::kInvisible);
          break;
        case UnitClass::kSentence:
          gap = unit.folded < 0x80;
          break;
        default:
          gap = gap || !is_bracket(unit.folded);
          if (unit.unit_class == UnitClass::kSymbol) see_symbol(unit);
      }
    }
  }

  static bool is_bracket(char32_t c) {
    constexpr std::u32string_view kBrackets = U"\"'()[]{}<>“”‘’《》〈〉「」『』【】〔〕-—~/%+&";
    return kBrackets.find(c) != kBrackets.npos;
  }

  void see_symbol(const Unit& unit) {
    constexpr char32_t kFirst = 0x2190;  // arrows; before them is punctuation
    const bool punctuation = (unit.folded >= 0x3000 && unit.folded < 0x3040) || unit.folded >= 0xFE00;
    if (unit.folded >= kFirst && (!punctuation || unit.folded > 0xFFFF))
      out_.symbols.push_back({unit.folded, unit.begin, unit.end()});
  }

  void put_break(const Unit& unit) {
    seen_.push_back({kReadingBreak, kReadingBreak, unit.begin, unit.end(), UnitClass::kPlaceholder});
  }

  void see(const Unit& unit, bool gap) {
    Seen seen{unit.folded, original_of(unit), unit.begin, unit.end(), unit.unit_class, gap};
    const bool ideograph = unit.unit_class == UnitClass::kIdeograph;
    if (ideograph && (unit.variants & Variants::kTraditional) != 0) mark(ScoreMark::kTraditional);
    if (ideograph && !variants_.is_standard(seen.original) && !variants_.is_standard(unit.folded))
      mark(ScoreMark::kRare);
    constexpr uint16_t kStyles = Variants::kStyledLetter | Variants::kFullWidth | Variants::kDigitStyle;
    if (!is_ideographic(seen) && (unit.variants & kStyles) != 0) mark(ScoreMark::kStyled);
    if ((unit.variants & Variants::kLookAlike) != 0) mark(ScoreMark::kLookAlike);
    seen_.push_back(seen);
  }

  // 亻言 is 信, and a character that is none of the standard ones is the one that it looks like. Parts that
  // are characters themselves are left: 女子 is rather two words than 好.
  void join_parts() {
    std::vector<Seen> joined;
    joined.reserve(seen_.size());
    for (size_t i = 0; i < seen_.size();) {
      const VariantTable::Alternative* best = nullptr;
      for (const auto& alternative : variants_.alternatives(seen_[i].c))
        if (reads(alternative, i) && (best == nullptr || alternative.length > best->length))
          best = &alternative;
      Seen seen = seen_[i];
      if (best != nullptr) {
        mark(best->length > 1 ? ScoreMark::kParts : ScoreMark::kLookAlike);
        seen.c = best->meant;
        seen.original = best->meant;
        seen.end = seen_[i + best->length - 1].end;
        seen.unit_class = UnitClass::kIdeograph;
      }
      joined.push_back(seen);
      i += best != nullptr ? best->length : 1;
    }
    seen_.swap(joined);
  }

  bool reads(const VariantTable::Alternative& alternative, size_t at) const {
    if (alternative.only_in_latin || alternative.meant < 0x3000 || at + alternative.length > seen_.size())
      return false;
    bool standard = true;
    for (size_t i = 0; i < alternative.length; ++i) {
      if (alternative.counts[i] != 1 || seen_[at + i].c != alternative.seen[i]) return false;
      if (seen_[at + i].unit_class != UnitClass::kIdeograph) return false;
      standard = standard && variants_.is_standard(alternative.seen[i]);
    }
    return !standard;
  }

  bool stands_alone(size_t i) const {
    return i > 0 && i + 1 < seen_.size() && is_ideographic(seen_[i - 1]) && is_ideographic(seen_[i + 1]) &&
           seen_[i - 1].c > '9' && seen_[i + 1].c > '9';
  }

  // 征x信x: the same letter again and again between ideographs; a zero that no number has.
  void drop_separators() {
    std::array<uint8_t, 26> counts{};
    for (size_t i = 0; i < seen_.size(); ++i)
      if (is_latin_letter(seen_[i].c) && stands_alone(i)) ++counts[seen_[i].c - 'a'];
    std::vector<Seen> rest;
    rest.reserve(seen_.size());
    for (size_t i = 0; i < seen_.size(); ++i) {
      const Seen& seen = seen_[i];
      const bool again = is_latin_letter(seen.c) && counts[seen.c - 'a'] > 1;
      const bool separator = (again || seen.original == U'〇') && stands_alone(i);
      if (separator) mark(ScoreMark::kInserted);
      if (separator && again) mark(ScoreMark::kInsertedOften);
      if (!separator) rest.push_back(seen);
    }
    seen_.swap(rest);
  }

  void mark_gaps() {
    size_t alone = 0;
    for (size_t i = 0; i < seen_.size(); ++i) {
      const bool after = i + 1 == seen_.size() || seen_[i + 1].gap_before;
      if (seen_[i].unit_class == UnitClass::kIdeograph && seen_[i].gap_before && after) ++alone;
    }
    if (alone > 0) mark(ScoreMark::kInserted);
    if (alone > 1) mark(ScoreMark::kInsertedOften);
  }

  void write() {
    for (const Seen& seen : seen_) {
      out_.ideographs += is_ideographic(seen) ? 1 : 0;
      out_.letters += is_latin_letter(seen.c) ? 1 : 0;
    }
    for (size_t i = 0; i < seen_.size();) {
      if (!is_arabic(seen_[i])) {
        out_.written.push_back(
            {is_digit(seen_[i].c) ? seen_[i].original : seen_[i].c, seen_[i].begin, seen_[i].end});
        ++i;
        continue;
      }
      size_t end = i;
      while (end < seen_.size() && is_arabic(seen_[end])) ++end;
      write_number(i, end);
      if (end - i == 1) {
        out_.written.push_back({std::min(seen_[i].c, U'2'), seen_[i].begin, seen_[i].end});
      } else {
        for (size_t k = i; k < std::min(end, i + kLongestNumber); ++k)
          out_.written.push_back(
              {U'9', seen_[k].begin, k + 1 == i + kLongestNumber ? seen_[end - 1].end : seen_[k].end});
      }
      i = end;
    }
  }

  static bool is_arabic(const Seen& seen) { return is_digit(seen.c) && !is_ideographic(seen); }

  void write_number(size_t begin, size_t end) {
    out_.numbers.push_back({kReadingBreak, seen_[begin].begin, seen_[begin].begin});
    for (size_t i = begin; i < end; ++i) out_.numbers.push_back({seen_[i].c, seen_[i].begin, seen_[i].end});
    out_.numbers.push_back({kReadingBreak, seen_[end - 1].end, seen_[end - 1].end});
  }

  void sound() {
    for (size_t i = 0; i < seen_.size();) {
      if (is_latin_letter(seen_[i].c)) {
        size_t end = i;
        while (end < seen_.size() && is_latin_letter(seen_[end].c)) ++end;
        sound_letters(i, end);
        i = end;
        continue;
      }
      const auto syllable = syllable_of(seen_[i]);
      out_.sounds.push_back(
          {syllable == 0 ? kReadingBreak : kFirstSyllable + syllable, seen_[i].begin, seen_[i].end});
      ++i;
    }
  }

  VariantTable::Syllable syllable_of(const Seen& seen) const {
    if (!is_digit(seen.c)) return variants_.syllable(seen.c);
    constexpr std::array<std::string_view, 10> kDigits{"ling", "yi",  "er", "san", "si",
                                                       "wu",   "liu", "qi", "ba",  "jiu"};
    return is_ideographic(seen) ? variants_.syllable_of_letters(kDigits[seen.c - '0'])
                                : VariantTable::Syllable{0};
  }

  // The letters as syllables, the longest first, if they are nothing else.
  void sound_letters(size_t begin, size_t end) {
    constexpr size_t kLongest = 6, kMost = 18;
    std::string letters;
    for (size_t i = begin; i < end; ++i) letters += static_cast<char>(seen_[i].c);
    const size_t n = letters.size();
    std::vector<size_t> taken(n + 1, 0);  // how many letters the first syllable from here has; 0 = no way
    if (n <= kMost)
      for (size_t i = n; i-- > 0;)
        for (size_t k = std::min(kLongest, n - i); k >= 2 && taken[i] == 0; --k)
          if ((i + k == n || taken[i + k] != 0) && variants_.syllable_of_letters(letters.substr(i, k)) != 0)
            taken[i] = k;
    if (n < 2 || n > kMost || taken[0] == 0) {
      out_.sounds.push_back({kReadingBreak, seen_[begin].begin, seen_[end - 1].end});
      return;
    }
    const bool beside =
        (begin > 0 && is_ideographic(seen_[begin - 1])) || (end < seen_.size() && is_ideographic(seen_[end]));
    if (beside) mark(ScoreMark::kPinyin);
    for (size_t i = 0; i < n; i += taken[i]) {
      const char32_t c = kFirstSyllable + variants_.syllable_of_letters(letters.substr(i, taken[i]));
      out_.sounds.push_back({c, seen_[begin + i].begin, seen_[begin + i + taken[i] - 1].end});
    }
  }

  std::string_view text_;
  std::span<const Unit> units_;
  const VariantTable& variants_;
  ScoreReading& out_;
  std::vector<Seen> seen_;
  uint32_t end_ = 0;
};

}  // namespace

std::string_view score_mark_name(ScoreMark mark) { return kMarkNames[static_cast<size_t>(mark)]; }

void ScoreReading::clear() {
  written.clear();
  numbers.clear();
  sounds.clear();
  symbols.clear();
  marks = 0;
  ideographs = 0;
  letters = 0;
}

ScoreLength score_length(std::span<const ScoreReading> parts) {
  uint32_t ideographs = 0;
  uint32_t letters = 0;
  for (const ScoreReading& part : parts) {
    ideographs += part.ideographs;
    letters += part.letters;
  }
  if (ideographs + letters < kLeastCharacters || letters > 2 * ideographs) return ScoreLength::kNone;
  return ideographs + letters < kShortCharacters ? ScoreLength::kShort : ScoreLength::kWhole;
}

void read_for_scores(std::string_view text, std::span<const Unit> units, const VariantTable& variants,
                     ScoreReading& out) {
  Reader(text, units, variants, out).read();
}

size_t opt_out_begin(std::string_view text) {
  constexpr std::array<std::string_view, 11> kWays{"拒收",  "退订", "回复R", "回R",  "回复T", "回T",
                                                   "回复N", "回N",  "回0",   "回TD", "回复TD"};
  constexpr size_t kOptOutBytes = 40;  // about 13 characters
  size_t begin = text.size();
  for (const std::string_view way : kWays)
    if (const size_t at = text.rfind(way); at != text.npos && text.size() - at <= kOptOutBytes)
      begin = std::min(begin, at);
  return begin;
}

std::vector<ScoreWindow> score_windows(std::span<const Unit> units) {
  constexpr std::u32string_view kEnds = U",!?;。";
  struct Clause {
    size_t end = 0;  // units
    size_t characters = 0;
  };
  std::vector<Clause> clauses(1);
  for (size_t i = 0; i < units.size(); ++i) {
    clauses.back().end = i + 1;
    clauses.back().characters += units[i].unit_class == UnitClass::kInvisible ? 0 : 1;
    if (units[i].unit_class == UnitClass::kSentence && kEnds.find(units[i].folded) != kEnds.npos)
      clauses.push_back({i + 1, 0});
  }
  std::vector<ScoreWindow> out;
  for (size_t begin = 0; begin < clauses.size(); ++begin) {
    size_t characters = 0;
    size_t end = begin;
    while (end < clauses.size() && characters < kScoreWindow) characters += clauses[end++].characters;
    const size_t first = begin == 0 ? 0 : clauses[begin - 1].end;
    const size_t count = clauses[end - 1].end - first;
    if (characters < kScoreWindow || count == units.size()) break;
    out.push_back({first, count});
  }
  return out;
}

std::u32string score_number(std::string_view word) {
  std::u32string out(1, kReadingBreak);
  for (const char c : word) {
    if (!is_digit(static_cast<unsigned char>(c))) return {};
    out.push_back(static_cast<unsigned char>(c));
  }
  out.push_back(kReadingBreak);
  return out.size() < 4 ? std::u32string() : out;  // a digit alone is no word
}

std::u32string score_piece(std::string_view piece, const FoldTable& folds, const VariantTable& variants,
                           bool& by_sound) {
  by_sound = piece.find(' ') != piece.npos;
  std::u32string out;
  if (by_sound) {
    for (size_t at = 0; at <= piece.size();) {
      const size_t end = std::min(piece.find(' ', at), piece.size());
      const auto syllable = variants.syllable_of_letters(piece.substr(at, end - at));
      if (syllable == 0) return {};
      out.push_back(kFirstSyllable + syllable);
      at = end + 1;
    }
    return out;
  }
  Units units;
  folds.normalize(piece, Placeholders::kLiteral, units);
  ScoreReading reading;
  read_for_scores(piece, units, variants, reading);
  if (reading.written.size() == 1 && reading.symbols.size() == 1) return {reading.symbols[0].c};
  for (const auto& character : reading.written)
    if (character.c != kReadingBreak) out.push_back(character.c);
  return out;
}

}  // namespace yizhan::screen
