#include "screen/matcher.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <tuple>

#include "base/limits.h"
#include "screen/word_breaks.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

// How many characters may be put between two of a term before it is taken for chance.
constexpr uint32_t kGapUnits = 3;
// A letter said so often is repeated; English doubles its letters.
constexpr uint32_t kRepeatedLetters = 3;
// Where sounds stand among the characters of the automaton: no term has private ones.
constexpr char32_t kSoundBase = 0xE000;
constexpr size_t kBasic = 0x10000;
constexpr size_t kShortTerm = 3;

// A character with its repeats: ideographs however often and with whatever between, letters from
// kRepeatedLetters on, digits never, for they are another number then.
struct Run {
  uint32_t unit = 0;   // its first
  uint32_t count = 0;  // 0 = nothing is found across it: a variable, a broken byte
};

// A word, and nothing stands between it and the one before.
bool adjoins(std::span<const Unit> units, uint32_t unit) {
  return unit > 0 && is_word(units[unit - 1].unit_class);
}

// Whether the word, the same character as that of the last of the `count` runs, is one of its repeats; counts
// it then, and may make two runs one.
bool repeat(Run* runs, uint32_t& count, std::span<const Unit> units, uint32_t unit) {
  const char32_t c = units[unit].folded;
  if (is_digit(c)) return false;
  Run& last = runs[count - 1];
  if (!is_latin_letter(c) || (last.count >= kRepeatedLetters && adjoins(units, unit))) {
    ++last.count;
    return true;
  }
  const bool third = count >= 2 && runs[count - 2].count == 1 && units[runs[count - 2].unit].folded == c &&
                     adjoins(units, unit) && adjoins(units, last.unit);
  if (!third) return false;
  --count;
  runs[count - 1].count = kRepeatedLetters;
  return true;
}

// The words of a term as runs.
std::vector<Run> runs_of(std::span<const Unit> units) {
  std::vector<Run> runs(units.size());
  uint32_t count = 0;
  for (uint32_t i = 0; i < units.size(); ++i) {
    if (!is_word(units[i].unit_class)) continue;
    const bool same = count > 0 && units[runs[count - 1].unit].folded == units[i].folded;
    if (!same || !repeat(runs.data(), count, units, i)) runs[count++] = {i, 1};
  }
  runs.resize(count);
  return runs;
}

bool is_ideograph(std::span<const Unit> units, size_t unit) {
  return unit < units.size() && units[unit].unit_class == UnitClass::kIdeograph;
}
// A letter, a digit or a styled ideograph by itself between two ideographs.
bool stands_between(std::span<const Unit> units, size_t unit) {
  if (unit >= units.size()) return false;
  const Unit& here = units[unit];
  return (is_latin(here.unit_class) || is_styled_ideograph(here.unit_class, here.variants)) &&
         is_ideograph(units, unit - 1) && is_ideograph(units, unit + 1);
}
// 代1开1发1票, 法㊣轮㊣功: the same one is put behind each ideograph. As the one before.
bool is_put_again(std::span<const Unit> units, size_t unit) {
  return stands_between(units, unit) && stands_between(units, unit - 2) &&
         units[unit - 2].folded == units[unit].folded;
}

}  // namespace

struct TermMatcher::Data {
  struct Pattern {
    uint32_t term = 0;        // or the piece
    uint32_t counts = 0;      // where in `counts` how often each character is repeated; 0 = none is
    uint32_t characters = 0;  // where in `characters`, of a pattern by sound
    uint8_t length = 0;       // in characters, repeats counted once
    uint8_t breaks = 0;       // places inside where the term itself has a space or symbol
    bool by_sound = false;
    bool piece = false;
    bool leading = false;      // the piece
    bool latin = false;        // letters and digits only
    bool latin_begin = false;  // begins with a letter or digit: not found inside a longer word
    bool latin_end = false;
  };
  // What a character of the basic plane is.
  struct Character {
    Automaton::Symbols symbols;
    uint16_t piece = 0;  // that it is by itself
    uint16_t flags = 0;
  };
  static constexpr uint16_t kPattern = 16;  // a pattern by itself
  static constexpr uint16_t kLeading = 32;  // a leading piece by itself
  // How another reading may begin with the character.
  static constexpr uint16_t kAlone = 1;     // by itself
  static constexpr uint16_t kRepeated = 2;  // said twice
  static constexpr uint16_t kWithNext = 4;  // with the next one
  static constexpr uint16_t kLatin = 8;  // a letter or digit: its sound, a digit in a word, one between words
  // A letter, or a digit, that is nothing else.
  static constexpr uint16_t kPlainLetter = 64;
  static constexpr uint16_t kPlainDigit = 128;
  static constexpr uint16_t kPlainLatin = kPlainLetter | kPlainDigit;
  static constexpr uint16_t kBegins = kPattern | kAlone | kLatin;  // something may

  Data(const FoldTable& table, VariantTable variant_table)
      : folds(&table), variants(std::move(variant_table)) {}

  Character character(char32_t c) const {
    if (c < kBasic) [[likely]]
      return basic[c];
    return other_character(c);
  }
  Character other_character(char32_t c) const {
    const Automaton::Symbol symbol = automaton.symbol_of(c);
    const uint16_t piece = piece_of_other(c);
    uint16_t flags = automaton.is_pattern(symbol) ? kPattern : 0;
    if (leading_pieces[piece]) flags |= kLeading;
    return {{symbol, 0}, piece, flags};
  }
  uint16_t piece_of_other(char32_t c) const {
    if (other_pieces.empty()) return 0;
    const auto found = other_pieces.find(c);
    return found == other_pieces.end() ? 0 : found->second;
  }
  static uint32_t pair_bit(char32_t a, char32_t b) { return ((a << 16 | b) * 0x9E3779B1U) >> (32 - 16); }
  bool may_be_split(char32_t a, char32_t b) const { return alternative_pairs.test(pair_bit(a, b)); }
  std::span<const uint8_t> counts_of(const Pattern& p) const {
    return p.counts == 0 ? std::span<const uint8_t>() : std::span(counts).subspan(p.counts, p.length);
  }

  const FoldTable* folds;
  VariantTable variants;
  Automaton automaton;
  std::vector<Pattern> patterns;
  std::vector<uint8_t> counts{0};
  std::u32string characters;
  std::vector<Character> basic;
  BitMap alternative_pairs;                                           // by the first two characters
  std::vector<bool> short_ideographic;                                // by term
  std::unordered_map<char32_t, uint16_t> basic_pieces, other_pieces;  // of one character
  std::vector<bool> leading_pieces{false};  // by piece; 0 is set where there is none
  uint32_t terms = 0;
  bool has_sounds = false;
};

struct TermMatcher::Scratch {
  struct Alternative {
    uint32_t begin = 0;  // runs
    uint32_t end = 0;
    char32_t meant = 0;  // 0 = only its sound is known
    Automaton::Symbols symbols;
    uint16_t variants = 0;
  };
  // One character of a way through the text.
  struct Step {
    uint32_t begin = 0;  // runs
    uint32_t end = 0;
    const Alternative* alternative = nullptr;
  };

  std::vector<Run> runs;
  std::vector<Automaton::Symbols> symbols;  // of each run
  std::vector<uint8_t> places;              // of each run
  std::vector<uint32_t> patterns;           // runs of a character that is a pattern
  std::vector<uint32_t> candidates;         // runs that may begin another reading
  std::vector<Alternative> alternatives;
  std::vector<Step> path;
  std::vector<Step> steps;
  std::vector<uint32_t> substituted;  // units

  void begin() {
    path.clear();
    steps.clear();
    alternatives.clear();
  }
  // For a text of so many units; never less again.
  void make_room(size_t units) {
    using Places = Automaton::Places;
    const size_t wanted = Places::kBefore + units + Places::kStep;
    if (symbols.size() >= wanted) return;
    runs.resize(units);
    symbols.resize(wanted);
    places.resize(units + Places::kStep);
  }
};

// ---- one search

class TermMatcher::Search {
 public:
  using Step = Scratch::Step;
  using Alternative = Scratch::Alternative;
  using Pattern = Data::Pattern;
  using View = Automaton::View;

  Search(const Data& data, std::string_view text, std::span<const Unit> units, const BitMap& wanted,
         Scratch& scratch, std::vector<Match>& matches, PieceSet& pieces)
      : data_(data),
        text_(text),
        units_(units),
        wanted_(wanted),
        s_(scratch),
        matches_(matches),
        pieces_(pieces) {}

  // Of letters and digits run() finds it by itself.
  void find_put_between() {
    for (size_t i = 0; i < units_.size(); ++i) put_between_ = put_between_ || is_put_again(units_, i);
  }

  Outcome run() {
    make_runs();
    if (!s_.candidates.empty()) find_alternatives();
    steps_left_ = limits::kScreenVariantSteps + runs_.size() * limits::kScreenVariantStepsPerCharacter;
    pass<View::kPlain>();
    if (data_.has_sounds) pass<View::kSound>();
    if (put_between_) look_past_separators();
    return overrun_ ? Outcome::kTooManyVariants : Outcome::kComplete;
  }

 private:
  // How far the runs are made.
  struct Made {
    uint32_t count = 0;
    char32_t last = 0;    // of the last run; 0 = nothing is found across it
    uint16_t before = 0;  // its flags
  };

  void make_runs() {
    s_.candidates.clear();
    s_.patterns.clear();
    s_.make_room(units_.size());
    const Unit* const units = units_.data();
    const auto size = static_cast<uint32_t>(units_.size());
    const Data::Character* const basic = data_.basic.data();
    Run* const runs = s_.runs.data();
    Automaton::Symbols* const symbols = s_.symbols.data() + Automaton::Places::kBefore;
    Made made;
    for (uint32_t i = 0; i < size; ++i) {
      // Without a call, so that all of it stays in registers.
      uint32_t count = made.count;
      char32_t last = made.last;
      uint16_t before = made.before;
      for (; i < size; ++i) {
        const char32_t c = units[i].folded;
        if (c >= kBasic || c == last) break;
        const UnitClass unit_class = units[i].unit_class;
        const Data::Character& character = basic[c];
        const uint16_t flags = character.flags;
        if (is_word(unit_class)) {
          if ((before & Data::kWithNext) != 0 && data_.may_be_split(last, c)) break;
          if ((flags & Data::kBegins) != 0 && !begins_nothing(units + i, units + size, before, flags)) break;
          runs[count] = {i, 1};
          symbols[count++] = character.symbols;
          last = c;
          before = flags;
        } else if (unit_class >= UnitClass::kPlaceholder) {
          break;
        }
        pieces_.set(character.piece, (flags & Data::kLeading) != 0);
      }
      made = {count, last, before};
      if (i < size) see(i, made);
    }
    const uint32_t count = made.count;
    std::fill_n(symbols + count, Automaton::Places::kStep, Automaton::Symbols{});
    runs_ = {runs, count};
    symbols_ = {symbols, count};
  }

  // A letter inside of a word, or a digit of a number that no letter is before: nothing begins with it.
  static bool begins_nothing(const Unit* unit, const Unit* end, uint16_t before, uint16_t flags) {
    if ((before & flags & Data::kPlainLatin) != 0 && unit[-1].unit_class == unit->unit_class) return true;
    return (flags & Data::kPlainDigit) != 0 && (before & Data::kLatin) == 0 && unit + 1 != end &&
           unit[1].unit_class == UnitClass::kDigit;
  }

  // Any unit. Apart from the loop, which is quick without.
  [[gnu::noinline]] void see(uint32_t unit, Made& made) {
    const char32_t c = units_[unit].folded;
    const UnitClass unit_class = units_[unit].unit_class;
    const Data::Character character = data_.character(c);
    Run* const runs = s_.runs.data();
    if (is_word(unit_class) && c == made.last && repeats(runs, made.count, unit, made.before)) return;
    pieces_.set(character.piece, (character.flags & Data::kLeading) != 0);
    Automaton::Symbols& symbols = s_.symbols[Automaton::Places::kBefore + made.count];
    if (is_word(unit_class)) {
      note(unit, made, character.flags);
      symbols = character.symbols;
      runs[made.count] = {unit, 1};
      made = {made.count + 1, c, character.flags};
    } else if (unit_class >= UnitClass::kPlaceholder && made.last != 0) {
      symbols = {};
      runs[made.count] = {unit, 0};
      made = {made.count + 1, 0, 0};
    }
  }

  // As if they were symbols; keeps what is found across them.
  void look_past_separators() {
    std::vector<Unit> parted(units_.begin(), units_.end());
    for (size_t i = 0; i < units_.size(); ++i)
      if (is_put_again(units_, i) || is_put_again(units_, i + 2)) parted[i].unit_class = UnitClass::kSymbol;
    std::vector<Match> found;
    PieceSet pieces;
    pieces.begin(data_.leading_pieces.size());
    s_.begin();
    Search past(data_, text_, parted, wanted_, s_, found, pieces);
    overrun_ = past.run() == Outcome::kTooManyVariants || overrun_;
    const auto is_separator = [&](uint32_t unit) {
      return parted[unit].unit_class != units_[unit].unit_class;
    };
    for (const Match& match : found) {
      bool across = false;
      for (uint32_t i = match.first; i < match.last; ++i) across = across || is_separator(i);
      if (across) matches_.push_back(match);
    }
  }

  // Whether the character is one more of the last run's.
  bool repeats(Run* runs, uint32_t& count, uint32_t unit, uint16_t flags) {
    if (!repeat(runs, count, units_, unit)) return false;
    repeats_ = true;
    for (std::vector<uint32_t>* noted : {&s_.candidates, &s_.patterns})
      while (!noted->empty() && noted->back() >= count) noted->pop_back();
    if ((flags & Data::kRepeated) != 0) candidate(count - 1);
    return true;
  }

  // What may begin with the last run, or with the one to come, that of this unit.
  void note(uint32_t unit, const Made& made, uint16_t flags) {
    const char32_t c = units_[unit].folded;
    if ((made.before & Data::kWithNext) != 0 && data_.may_be_split(made.last, c)) candidate(made.count - 1);
    if ((flags & Data::kPattern) != 0) s_.patterns.push_back(made.count);
    bool begins = (flags & Data::kAlone) != 0;
    if ((flags & Data::kLatin) != 0) {
      put_between_ = put_between_ || is_put_again(units_, unit);
      // Of digits those beside a letter, of letters those that begin a word.
      if (!is_digit(c) && is_digit(made.last)) candidate(made.count - 1);
      const bool continues = adjoins(units_, unit) && is_latin(units_[unit - 1].unit_class);
      begins = begins || (is_digit(c) ? is_latin_letter(made.last) : !continues);
    }
    if (begins) candidate(made.count);
  }

  void candidate(uint32_t run) {
    if (s_.candidates.empty() || s_.candidates.back() != run) s_.candidates.push_back(run);
  }

  template <View kView>
  void pass() {
    using Places = Automaton::Places;
    constexpr uint64_t kOfEach = 0x0101010101010101;
    uint8_t* places = s_.places.data();
    const auto count = static_cast<uint32_t>(symbols_.size());
    data_.automaton.find_places(symbols_.data(), whole_steps(count), kView, places);
    for (const Alternative& alternative : s_.alternatives) places[alternative.begin] |= Places::kThird;
    if (kView == View::kPlain)
      for (const uint32_t run : s_.patterns) places[run] |= Places::kEnd;
    size_t alternative = 0;
    uint32_t seen = 0;  // runs up to here
    for (uint32_t first = 0; first < count; first += Places::kStep) {
      uint64_t eight = 0;
      std::memcpy(&eight, places + first, sizeof eight);
      for (eight = (eight | eight >> 1) & kOfEach; eight != 0; eight &= eight - 1) {
        const uint32_t run = first + static_cast<uint32_t>(std::countr_zero(eight)) / 8;
        if (run < seen || run >= count) continue;
        if ((places[run] & Places::kThird) != 0) {
          seen = follow<kView>(run, alternative);
        } else if (const auto state = state_after<kView>(run); data_.automaton.has_match(state)) {
          accept_all<kView>(state, run);
        }
      }
    }
  }

  // When nothing before the last two is remembered.
  template <View kView>
  Automaton::State state_after(uint32_t run) const {
    const Automaton::Symbols* here = symbols_.data() + run;
    return data_.automaton.after_pair(here[-1].of(kView), here[0].of(kView));
  }

  // From a run that ends the first three characters of a pattern, or begins another reading, as long as more
  // than two are remembered; returns where to go on.
  template <View kView>
  uint32_t follow(uint32_t run, size_t& alternative) {
    const Automaton& automaton = data_.automaton;
    const Automaton::Symbols* here = symbols_.data() + run;
    Automaton::State state = automaton.after_pair(here[-2].of(kView), here[-1].of(kView));
    branch_all<kView>(state, run, alternative);
    state = automaton.is_pair(state) ? automaton.child_of(state, here->of(kView)) : Automaton::kStart;
    if (state == Automaton::kStart) {  // none after all
      state = state_after<kView>(run);
      if (automaton.has_match(state)) accept_all<kView>(state, run);
      return run + 1;
    }
    while (true) {
      if (automaton.has_match(state)) accept_all<kView>(state, run);
      if (++run == symbols_.size()) return run;
      branch_all<kView>(state, run, alternative);
      // Where less is remembered, the places know what may be there.
      const Automaton::Symbol symbol = symbols_[run].of(kView);
      Automaton::State next = Automaton::kStart;
      for (; automaton.is_deep(state) && next == Automaton::kStart; state = automaton.shorter(state))
        next = automaton.child_of(state, symbol);
      if (next == Automaton::kStart) return run;
      state = next;
    }
  }

  // The other readings that begin with the run.
  template <View kView>
  void branch_all(Automaton::State before, uint32_t run, size_t& alternative) {
    for (; alternative < s_.alternatives.size() && s_.alternatives[alternative].begin == run; ++alternative)
      branch(kView, before, s_.alternatives[alternative]);
  }

  static size_t whole_steps(size_t count) {
    constexpr size_t kStep = Automaton::Places::kStep;
    return (count + kStep - 1) / kStep * kStep;
  }

  template <View kView>
  void accept_all(Automaton::State state, uint32_t run) {
    data_.automaton.for_each_match(state, [&](uint32_t p) {
      if (kView == View::kPlain)
        accept_plain(data_.patterns[p], run);
      else
        accept_path(data_.patterns[p], run + 1);
    });
  }

  // Follows another reading as far as the automaton remembers it. `before` is the state that it begins from.
  void branch(View view, Automaton::State before, const Alternative& alternative) {
    const Automaton& automaton = data_.automaton;
    const size_t mark = s_.path.size();
    s_.path.push_back({alternative.begin, alternative.end, &alternative});
    auto state = automaton.next_symbol(before, alternative.symbols.of(view));
    for (uint32_t at = alternative.end; automaton.depth(state) >= s_.path.size(); ++at) {
      if (automaton.has_match(state))
        automaton.for_each_match(state, [&](uint32_t p) {
          if (data_.patterns[p].length >= s_.path.size()) accept_path(data_.patterns[p], at);
        });
      if (at >= runs_.size()) break;
      if (steps_left_ == 0) {
        overrun_ = true;
        break;
      }
      --steps_left_;
      auto next = std::ranges::lower_bound(s_.alternatives, at, {}, &Alternative::begin);
      for (; next != s_.alternatives.end() && next->begin == at; ++next) branch(view, state, *next);
      state = automaton.next_symbol(state, symbols_[at].of(view));
      s_.path.push_back({at, at + 1, nullptr});
    }
    s_.path.resize(mark);
  }

  bool is_wanted(const Pattern& p) const { return wanted_.empty() || wanted_.test(p.term); }

  // A pattern in the text as it is written, that ends with this run.
  void accept_plain(const Pattern& p, uint32_t last_run) {
    if (p.piece) return pieces_.set(p.term, p.leading);
    if (!is_wanted(p)) return;
    if (repeats_ || p.counts != 0) return accept_path(p, last_run + 1);
    Match match{.term = p.term};
    s_.substituted.clear();
    finish(p, runs_[last_run + 1 - p.length].unit, runs_[last_run].unit, match);
  }

  // A pattern over the path that was taken and the runs before it; `end_run` is behind its last.
  void accept_path(const Pattern& p, uint32_t end_run) {
    if (p.piece || !is_wanted(p)) return;
    s_.steps.clear();
    const size_t before = p.length - std::min<size_t>(p.length, s_.path.size());
    const uint32_t first =
        s_.path.empty() ? end_run - p.length : s_.path.front().begin - static_cast<uint32_t>(before);
    for (uint32_t r = first; s_.steps.size() < before; ++r) s_.steps.push_back({r, r + 1, nullptr});
    s_.steps.insert(s_.steps.end(), s_.path.begin(), s_.path.end());
    Match match{.term = p.term};
    uint32_t begin = 0;  // units
    uint32_t end = 0;
    s_.substituted.clear();
    if (!count_repeats(p, begin, end, match)) return;
    for (const Step& step : s_.steps) {
      if (step.alternative == nullptr) continue;
      match.variants |= step.alternative->variants;
      substitute(step);
    }
    if (p.by_sound && !compare_sounds(p, match)) return;
    finish(p, begin, end, match);
  }

  // The n-th word after this one.
  uint32_t word_after(uint32_t unit, uint32_t n) const {
    while (n > 0)
      if (is_word(units_[++unit].unit_class)) --n;
    return unit;
  }
  uint32_t last_of(const Run& run) const { return word_after(run.unit, run.count - 1); }

  // Whether each character is there as often as in the term. The first and last may go on outside: the units
  // that the term begins and ends with.
  bool count_repeats(const Pattern& p, uint32_t& first_unit, uint32_t& last_unit, Match& match) {
    const std::span<const uint8_t> counts = data_.counts_of(p);
    for (size_t j = 0; j < s_.steps.size(); ++j) {
      const Step& step = s_.steps[j];
      const Run& run = runs_[step.begin];
      const bool first = j == 0;
      const bool last = j + 1 == s_.steps.size();
      if (step.alternative != nullptr) {
        if (first) first_unit = run.unit;
        if (last) last_unit = last_of(runs_[step.end - 1]);
        continue;
      }
      const uint32_t need = counts.empty() ? 1 : counts[j];
      const bool letter = is_latin_letter(folded(step.begin));
      if (run.count < need) return false;
      uint32_t from = run.unit;
      uint32_t to = last_of(run);
      if (run.count > need) {
        if (letter && run.count < kRepeatedLetters) return false;
        if (letter || !(first || last)) {
          match.variants |= Variants::kRepeated;
          if (!letter) substitute(step);  // 妹妹 is a word
        } else if (first) {
          from = word_after(run.unit, run.count - need);
        }
        if (!letter && last) to = word_after(from, need - 1);
      }
      if (first) first_unit = from;
      if (last) last_unit = to;
    }
    return true;
  }

  void substitute(const Step& step) {
    const uint32_t last = last_of(runs_[step.end - 1]);
    for (uint32_t unit = runs_[step.begin].unit; unit <= last; ++unit)
      if (is_word(units_[unit].unit_class)) s_.substituted.push_back(unit);
  }

  // How much of the term's own characters is left, and whether the others can be taken for a disguise.
  bool compare_sounds(const Pattern& p, Match& match) {
    uint32_t same = 0;
    uint32_t other = 0;
    bool grammar = false;
    for (size_t j = 0; j < s_.steps.size(); ++j) {
      const Step& step = s_.steps[j];
      const char32_t own = data_.characters[p.characters + j];
      if (step.alternative != nullptr) {
        const char32_t meant = step.alternative->meant;
        if (meant == own) continue;
        ++other;
        if (meant != 0) match.variants |= Variants::kHomophone;
        continue;
      }
      const char32_t seen = folded(step.begin);
      if (seen == own) {
        ++same;
        continue;
      }
      ++other;
      match.variants |= Variants::kHomophone;
      grammar = grammar || data_.variants.is_function(seen);
      substitute(step);
    }
    if (other == 0 || same == 0) return false;  // the view as it is written has the one, the other is chance
    const bool evasive = (match.variants & Variants::kEvasive) != 0;
    return evasive || (!grammar && same >= other);
  }

  // Looks at what stands between and around, and keeps the match unless it is chance.
  void finish(const Pattern& p, uint32_t first_unit, uint32_t last_unit, Match& match) {
    match.first = first_unit;
    match.last = last_unit;
    if (!at_word_ends(p, match) || !read_gaps(p, match)) return;
    constexpr uint16_t kOther =
        Variants::kHomophone | Variants::kLookAlike | Variants::kSplit | Variants::kRepeated;
    if ((match.variants & kOther) != 0 && !s_.substituted.empty() && is_plain_words(match)) return;
    matches_.push_back(match);
  }

  bool at_word_ends(const Pattern& p, const Match& match) const {
    if (p.latin_begin && match.first > 0 && is_latin(units_[match.first - 1].unit_class)) return false;
    return !(p.latin_end && match.last + 1 < units_.size() && is_latin(units_[match.last + 1].unit_class));
  }

  // What stands between the characters, and in which forms they are. False: the match is chance.
  bool read_gaps(const Pattern& p, Match& match) const {
    if (match.last - match.first + 1 == p.length) {  // a unit for each of its characters
      for (uint32_t i = match.first; i <= match.last; ++i) match.variants |= units_[i].variants;
      match.whole = true;
      return true;
    }
    uint32_t gaps = 0;
    uint32_t gap = 0;    // units since the last word
    bool spaces = true;  // what stands between are single spaces
    bool invisible = false;
    bool inserted = false;
    for (uint32_t i = match.first; i <= match.last; ++i) {
      const UnitClass c = units_[i].unit_class;
      if (is_word(c)) {
        match.variants |= units_[i].variants;
        gap = 0;
        continue;
      }
      if (++gap > kGapUnits) return false;
      if (gap == 1) ++gaps;
      (c == UnitClass::kInvisible ? invisible : inserted) = true;
      spaces = spaces && c == UnitClass::kSpace && gap == 1;
      match.over_sentences = match.over_sentences || c == UnitClass::kSentence;
    }
    match.whole = gaps == 0;
    const bool own = spaces && gaps == p.breaks;  // the spaces of the term itself
    if (invisible) match.variants |= Variants::kInvisible;
    if (inserted && !own) match.variants |= Variants::kInsertedSymbols;
    // Spaces are where Latin words end: only "s e x" is a disguise, "is ex" is not.
    return !p.latin || gaps == 0 || gaps == p.breaks || gaps + 1 >= p.length;
  }

  // The characters that stand for others belong to a word of the text, so they mean themselves: a word that
  // goes on outside of the match, is all of it, or has nothing of the term in it.
  bool is_plain_words(const Match& match) const {
    const WordBreaks words(*data_.folds, text_, units_, match.first, match.last + 1);
    const auto is_substituted = [&](uint32_t unit) {
      return std::ranges::find(s_.substituted, unit) != s_.substituted.end();
    };
    for (const uint32_t unit : s_.substituted) {
      if (unit < match.first || unit > match.last) continue;  // repeats that are left out
      if (units_[unit].unit_class != UnitClass::kIdeograph) continue;
      const auto [begin, end] = words.word(unit);
      if (end - begin < 2) continue;
      if (begin < match.first || end > match.last + 1) return true;
      if (begin == match.first && end == match.last + 1) return true;  // a word that only sounds so
      bool all = true;
      for (uint32_t i = begin; i < end; ++i) all = all && is_substituted(i);
      if (all) return true;
    }
    return false;
  }

  // ---- other readings

  void find_alternatives() {
    for (const uint32_t r : s_.candidates) {
      const char32_t c = folded(r);
      if (is_digit(c) && !beside_letter(r)) continue;
      for (const VariantTable::Alternative& a : data_.variants.alternatives(c)) try_alternative(a, r);
      if (data_.has_sounds && is_latin_letter(c) && (r == 0 || !continues_word(r))) try_pinyin(r);
    }
    if (s_.alternatives.size() < 2) return;
    std::ranges::sort(s_.alternatives, {},
                      [](const Alternative& a) { return std::tuple(a.begin, a.end, a.meant); });
  }

  const Unit& first_unit(uint32_t run) const { return units_[runs_[run].unit]; }
  // 0 = nothing is found across it.
  char32_t folded(uint32_t run) const { return runs_[run].count == 0 ? 0 : first_unit(run).folded; }
  // The run follows a letter or digit without anything between.
  bool continues_word(uint32_t run) const {
    return folded(run - 1) != 0 && is_latin(first_unit(run - 1).unit_class) &&
           adjoins(units_, runs_[run].unit);
  }

  void try_alternative(const VariantTable::Alternative& a, uint32_t run) {
    if (run + a.length > runs_.size()) return;
    uint16_t variants = a.variants;
    for (size_t i = 0; i < a.length; ++i) {
      const Run& here = runs_[run + i];
      if (folded(run + static_cast<uint32_t>(i)) != a.seen[i] || here.count < a.counts[i]) return;
      if (here.count == a.counts[i]) continue;
      if (a.length > 1) return;
      variants |= Variants::kRepeated;
    }
    const Data::Character meant = data_.character(a.meant);
    if (meant.symbols.none()) return;
    const uint32_t end = run + a.length;
    s_.alternatives.push_back({run, end, a.meant, meant.symbols, variants});
  }

  bool beside_letter(uint32_t run) const {
    const bool before = run > 0 && continues_word(run) && is_latin_letter(folded(run - 1));
    return before || (run + 1 < runs_.size() && is_latin_letter(folded(run + 1)) && continues_word(run + 1));
  }

  // A whole Latin word that is one syllable, beside an ideograph.
  void try_pinyin(uint32_t begin) {
    constexpr size_t kLongest = VariantTable::kSyllableLetters;
    char letters[kLongest];
    uint32_t end = begin;
    do {
      if (end - begin == kLongest || !is_latin_letter(folded(end)) || runs_[end].count != 1) return;
      letters[end - begin] = static_cast<char>(folded(end));
      ++end;
    } while (end < runs_.size() && folded(end) != 0 && is_latin(first_unit(end).unit_class) &&
             continues_word(end));
    const auto is_ideograph = [&](uint32_t run) {
      return folded(run) != 0 && first_unit(run).unit_class == UnitClass::kIdeograph;
    };
    if (!(begin > 0 && is_ideograph(begin - 1)) && !(end < runs_.size() && is_ideograph(end))) return;
    const VariantTable::Syllable syllable = data_.variants.syllable_of_letters({letters, end - begin});
    if (syllable == 0) return;
    const auto sound = data_.automaton.symbol_of(kSoundBase + syllable);
    if (sound != 0) s_.alternatives.push_back({begin, end, 0, {0, sound}, Variants::kPinyin});
  }

  const Data& data_;
  std::string_view text_;
  std::span<const Unit> units_;
  const BitMap& wanted_;
  Scratch& s_;
  std::vector<Match>& matches_;
  PieceSet& pieces_;
  // Of the scratch, as much as this text takes.
  std::span<const Run> runs_;
  std::span<const Automaton::Symbols> symbols_;
  bool repeats_ = false;
  bool overrun_ = false;
  bool put_between_ = false;  // the same character, between ideographs
  size_t steps_left_ = 0;
};

// ---- building

namespace {

using Data = TermMatcher::Data;

// What the ends and gaps of the term are.
void describe(std::span<const Unit> units, Data::Pattern& pattern) {
  bool any = false;
  bool after_break = false;
  pattern.latin = true;
  for (const Unit& unit : units) {
    if (!is_word(unit.unit_class)) {
      after_break = any;
      continue;
    }
    pattern.breaks += after_break ? 1 : 0;
    after_break = false;
    if (!any) pattern.latin_begin = is_latin(unit.unit_class);
    any = true;
    pattern.latin_end = is_latin(unit.unit_class);
    pattern.latin = pattern.latin && is_latin(unit.unit_class);
  }
}

void describe_character(Data& data, char32_t c) {
  const VariantTable::Syllable syllable = data.variants.syllable(c);
  Data::Character& out = data.basic[c];
  const Automaton::Symbol sound = syllable == 0 ? 0 : data.automaton.symbol_of(kSoundBase + syllable);
  out.symbols = {data.automaton.symbol_of(c), sound};
  if (const auto piece = data.basic_pieces.find(c); piece != data.basic_pieces.end()) {
    out.piece = piece->second;
    if (data.leading_pieces[out.piece]) out.flags |= Data::kLeading;
  }
  if (data.automaton.is_pattern(out.symbols.of(Automaton::View::kPlain))) out.flags |= Data::kPattern;
  if (is_latin_letter(c) || is_digit(c)) out.flags |= Data::kLatin;
  for (const VariantTable::Alternative& a : data.variants.alternatives(c)) {
    if (a.only_in_latin) continue;
    if (a.length > 1)
      out.flags |= Data::kWithNext;
    else
      out.flags |= a.counts[0] > 1 ? Data::kRepeated : Data::kAlone;
    if (a.length < 2) continue;
    data.alternative_pairs.set(Data::pair_bit(a.seen[0], a.seen[1]));
  }
  if (out.flags == Data::kLatin) out.flags |= is_digit(c) ? Data::kPlainDigit : Data::kPlainLetter;
}

// The term by its sound, where it has one and may be found by it.
void add_sounds(Data& data, const Data::Pattern& pattern, const std::u32string& folded, Homophones homophones,
                std::vector<std::u32string>& patterns) {
  const size_t least = homophones == Homophones::kAll     ? 2
                       : homophones == Homophones::kThree ? 3
                                                          : TermMatcher::kLongTerm;
  if (homophones == Homophones::kNever || folded.size() < least) return;
  std::u32string syllables;
  for (const char32_t c : folded) {
    const VariantTable::Syllable syllable = data.variants.syllable(c);
    if (syllable == 0) return;
    syllables.push_back(kSoundBase + syllable);
  }
  Data::Pattern by_sound = pattern;
  by_sound.by_sound = true;
  by_sound.characters = static_cast<uint32_t>(data.characters.size());
  data.characters += folded;
  patterns.push_back(std::move(syllables));
  data.patterns.push_back(by_sound);
  data.has_sounds = true;
}

}  // namespace

TermMatcher::Builder::Builder(const FoldTable& folds, VariantTable variants)
    : data_(std::make_unique<Data>(folds, std::move(variants))) {}
TermMatcher::Builder::~Builder() = default;

TermMatcher::Builder::Refusal TermMatcher::Builder::add(std::string_view term, Homophones homophones) {
  data_->folds->normalize(term, Placeholders::kLiteral, units_);
  Data::Pattern pattern{.term = data_->terms};
  const std::vector<Run> runs = runs_of(units_);
  if (runs.empty()) return Refusal::kNothingToCompare;
  std::u32string folded;
  for (const Run& run : runs) folded.push_back(units_[run.unit].folded);
  if (std::ranges::all_of(folded, is_digit)) return Refusal::kOnlyDigits;
  if (runs.size() > Automaton::kPatternCharacters) return Refusal::kTooLong;
  describe(units_, pattern);
  pattern.length = static_cast<uint8_t>(runs.size());
  if (std::ranges::any_of(runs, [](const Run& r) { return r.count > 1; })) {
    pattern.counts = static_cast<uint32_t>(data_->counts.size());
    for (const Run& run : runs) data_->counts.push_back(static_cast<uint8_t>(std::min(run.count, 255U)));
  }
  const bool ideographs = std::ranges::all_of(
      units_, [](const Unit& u) { return !is_word(u.unit_class) || u.unit_class == UnitClass::kIdeograph; });
  data_->short_ideographic.push_back(ideographs && folded.size() >= 2 && folded.size() <= kShortTerm);
  ++data_->terms;
  add_sounds(*data_, pattern, folded, homophones, patterns_);
  patterns_.push_back(std::move(folded));
  data_->patterns.push_back(pattern);
  return Refusal::kNone;
}

std::optional<uint32_t> TermMatcher::Builder::add_piece(std::string_view piece, bool leading) {
  data_->folds->normalize(piece, Placeholders::kLiteral, units_);
  // What stands for a variable of a template: nothing is found across it.
  const auto is_nothing = [](const Unit& unit) { return unit.folded == text::kReplacementCharacter; };
  if (std::ranges::any_of(units_, is_nothing)) return std::nullopt;
  std::u32string folded;
  for (const Run& run : runs_of(units_)) folded.push_back(units_[run.unit].folded);
  // A text that repeats a letter at the ends has one run there.
  const auto is_twice = [](char32_t a, char32_t b) { return a == b && is_latin_letter(a); };
  while (folded.size() > 1 && is_twice(folded[0], folded[1])) folded.erase(0, 1);
  while (folded.size() > 1 && is_twice(folded.end()[-1], folded.end()[-2])) folded.pop_back();
  if (folded.empty()) {
    const auto is_seen = [](const Unit& unit) { return unit.unit_class < UnitClass::kInvisible; };
    const auto symbol = std::ranges::find_if(units_, is_seen);
    if (symbol == units_.end()) return std::nullopt;
    folded.push_back(symbol->folded);
  }
  folded.resize(std::min<size_t>(folded.size(), limits::kRuleTermCharacters));
  const auto known = pieces_.find(folded);
  if (known != pieces_.end()) {
    if (leading) data_->leading_pieces[known->second] = true;
    return known->second;
  }
  const auto number = static_cast<uint32_t>(data_->leading_pieces.size());
  const bool one = folded.size() == 1;
  if (one && number > UINT16_MAX) return std::nullopt;
  pieces_.emplace(folded, number);
  data_->leading_pieces.push_back(leading);
  if (one) {
    (folded[0] < kBasic ? data_->basic_pieces : data_->other_pieces)
        .emplace(folded[0], static_cast<uint16_t>(number));
    return number;
  }
  Data::Pattern pattern{.term = number};
  pattern.piece = true;
  pattern.length = static_cast<uint8_t>(folded.size());
  patterns_.push_back(std::move(folded));
  data_->patterns.push_back(pattern);
  return number;
}

Result<TermMatcher> TermMatcher::Builder::make() {
  data_->automaton = YZ_TRY(Automaton::build(patterns_));
  patterns_.clear();
  data_->patterns.shrink_to_fit();
  for (Data::Pattern& pattern : data_->patterns)
    pattern.leading = pattern.piece && data_->leading_pieces[pattern.term];
  data_->basic.resize(kBasic);
  data_->alternative_pairs.assign(size_t{1} << 16);
  for (char32_t c = 0; c < kBasic; ++c) describe_character(*data_, c);
  return TermMatcher(std::move(data_));
}

// ---- the matcher

TermMatcher::TermMatcher(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
TermMatcher::TermMatcher(TermMatcher&&) noexcept = default;
TermMatcher& TermMatcher::operator=(TermMatcher&&) noexcept = default;
TermMatcher::~TermMatcher() = default;

void TermMatcher::DeleteScratch::operator()(Scratch* scratch) const { delete scratch; }
TermMatcher::ScratchPtr TermMatcher::make_scratch() { return ScratchPtr(new Scratch); }

TermMatcher::Outcome TermMatcher::find(std::string_view text, const Units& units, const BitMap& wanted,
                                       Scratch& scratch, std::vector<Match>& matches,
                                       PieceSet& pieces) const {
  pieces.begin(data_->leading_pieces.size());
  scratch.begin();
  Search search(*data_, text, units, wanted, scratch, matches, pieces);
  if (units.has(kStyledIdeograph)) search.find_put_between();
  return search.run();
}

bool TermMatcher::is_short_ideographic(uint32_t term) const { return data_->short_ideographic[term]; }
const VariantTable& TermMatcher::variants() const { return data_->variants; }

size_t TermMatcher::bytes() const {
  return data_->automaton.bytes() + data_->patterns.capacity() * sizeof(Data::Pattern) +
         data_->counts.capacity() + data_->characters.capacity() * sizeof(char32_t) +
         data_->basic.size() * sizeof(Data::Character);
}

}  // namespace yizhan::screen
