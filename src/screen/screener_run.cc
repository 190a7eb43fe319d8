#include "screen/screener_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/limits.h"
#include "screen/word_breaks.h"
#include "text/segmentation.h"
#include "text/template_text.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

constexpr std::string_view kOpenBracket = "【";
constexpr std::string_view kCloseBracket = "】";

constexpr uint32_t kDenialReachBytes = 48;  // between the word and what it denies: about 16 characters
// What is listed is one clause.
constexpr bool goes_on(char32_t folded) { return folded == U'、' || folded == ':'; }

// The bytes of whole characters at the beginning, at most n.
std::string_view cut(std::string_view text, size_t n) {
  if (text.size() <= n) return text;
  while (n > 0 && (static_cast<uint8_t>(text[n]) & 0xC0) == 0x80) --n;
  return text.substr(0, n);
}

std::string_view without_brackets(std::string_view signature) {
  if (signature.starts_with(kOpenBracket) && signature.ends_with(kCloseBracket) &&
      signature.size() >= kOpenBracket.size() + kCloseBracket.size())
    return signature.substr(kOpenBracket.size(),
                            signature.size() - kOpenBracket.size() - kCloseBracket.size());
  return signature;
}

}  // namespace

// What was read of a slice.
struct Screener::Run::Reading {
  Units units;
  std::vector<TermMatcher::Match> matches;
  TermMatcher::Outcome outcome = TermMatcher::Outcome::kComplete;
  PieceSet pieces;
  std::vector<uint32_t> potential;  // expressions
  ExpressionSet::Text text;
  // A signature, and by which screener and for what it was read: most are those of the message before.
  std::string signature;
  bool good_signature = false;  // nothing is to be said of its form
  Severity least = Severity::kInfo;
  uint64_t screener = 0;
};

// A thread's buffers, reused from message to message.
struct Screener::Run::Scratch {
  std::vector<Slice> slices;
  std::array<Reading, kMessageClasses> signatures;  // the last one of each class
  std::array<Reading, kSlices> others;
  std::array<Reading*, kSlices> read{};  // of each slice, one of these
  BitMap touched, lifted;                // rules of which a term was found, or what lifts them
  Units words;                           // of a term
  TermMatcher::ScratchPtr matcher = TermMatcher::make_scratch();
  std::vector<ExpressionSet::Match> expression_matches;
  std::vector<Hit> hits;
  std::vector<Hit> allowed;
  std::vector<Hit> denials;
  std::vector<Hit> no_denials;
  std::vector<ScoreReading> readings;  // by slice
  std::vector<Link> links;
  std::vector<PersonalDatum> personal;

  void clear() {
    slices.clear();
    hits.clear();
    allowed.clear();
    denials.clear();
    no_denials.clear();
  }
  static Scratch& of_thread() {
    thread_local Scratch scratch;
    return scratch;
  }
};

Screener::Run::Run(const Screener& screener, MessageClass message_class, Severity least)
    : screener_(screener), message_class_(message_class), least_(least), scratch_(Scratch::of_thread()) {
  scratch_.clear();
  scratch_.touched.assign(screener_.rules_.size());
  scratch_.lifted.assign(screener_.rules_.size());
}

const Units& Screener::Run::units() const { return units_of(scratch_.slices.size() - 1); }
const Units& Screener::Run::units_of(size_t slice) const { return scratch_.read[slice]->units; }

void Screener::Run::draft(const Draft& draft) {
  const Slice body{Part::kBody, Part::kBody, draft.body, draft.body, 0, Placeholders::kVariables};
  const size_t bytes = draft.signature.size() + draft.body.size() + draft.opt_out_text.size();
  if (bytes > limits::kScreenTextBytes) return check_length(0, bytes, body);

  const std::string_view name = without_brackets(draft.signature);
  const Slice signature{Part::kSignature,
                        Part::kSignature,
                        draft.signature,
                        name,
                        static_cast<uint32_t>(name.data() - draft.signature.data()),
                        Placeholders::kLiteral};
  const Slice opt_out{Part::kOptOutText,       Part::kOptOutText, draft.opt_out_text, draft.opt_out_text, 0,
                      Placeholders::kVariables};
  look_through(signature);
  look_through(body);
  const Units& body_units = units();
  check_brackets(body);
  check_template(body);
  if (!opt_out.text.empty()) {
    look_through(opt_out);
    check_brackets(opt_out);
    if (text::find_template_fault(opt_out.text)) check_template(opt_out);
  }
  check_opt_out(opt_out.text.empty() ? body : opt_out);

  // The longest that can come out: every variable at its limit, counted as letters of the widest alphabet.
  size_t units = text::count_utf16_units(draft.signature) + text::count_utf16_units(draft.opt_out_text);
  if (name.size() == draft.signature.size()) units += 2;  // the brackets to come
  uint32_t last_begin = UINT32_MAX;
  for (const Unit& unit : body_units) {
    if (unit.begin == last_begin) continue;
    last_begin = unit.begin;
    const std::string_view original = draft.body.substr(unit.begin, unit.length);
    if (unit.unit_class != UnitClass::kPlaceholder) {
      units += original == "{{" ? 1 : text::count_utf16_units(original);
      continue;
    }
    const std::string_view variable = original.substr(1, original.size() - 2);
    const auto declared = std::ranges::find(draft.variables, variable, &DraftVariable::name);
    units += declared == draft.variables.end() || declared->max_characters == 0 ? limits::kVariableBytes
                                                                                : declared->max_characters;
  }
  check_length(units, bytes, body);
  judge_rules();
}

void Screener::Run::rendered(std::string_view text) {
  Slice whole{Part::kBody, Part::kWhole, text, text, 0, Placeholders::kLiteral};
  if (text.size() > limits::kScreenTextBytes) return check_length(0, text.size(), whole);
  Slice signature = whole;
  signature.part = Part::kSignature;
  signature.text = {};
  Slice body = whole;
  const size_t close = text.starts_with(kOpenBracket) ? text.find(kCloseBracket) : text.npos;
  const size_t open = text.ends_with(kCloseBracket) ? text.rfind(kOpenBracket) : text.npos;
  if (close != text.npos) {
    signature.text = text.substr(0, close + kCloseBracket.size());
    body.text = text.substr(signature.text.size());
    body.offset = static_cast<uint32_t>(signature.text.size());
  } else if (open != text.npos) {
    signature.text = text.substr(open);
    signature.offset = static_cast<uint32_t>(open);
    body.text = text.substr(0, open);
  }
  if (!signature.text.empty()) {
    signature.text = without_brackets(signature.text);
    signature.offset += static_cast<uint32_t>(kOpenBracket.size());
  }
  look_through(signature);
  look_through(body);
  check_brackets(body);
  constexpr Occurring kWords =
      occurring(UnitClass::kIdeograph) | occurring(UnitClass::kLetter) | occurring(UnitClass::kDigit);
  if (!units().has(kWords)) report(CheckKind::kEmptyBody, body, {0, 0});
  check_opt_out(body);
  // A text has at least a byte for each unit, so that most need not be counted.
  if (may_be_long(text.size())) check_length(text::count_utf16_units(text), text.size(), whole);
  judge_rules();
}

std::vector<Finding> Screener::Run::take_findings(Verdict& verdict) {
  verdict = static_cast<Verdict>(gravest_);
  std::ranges::sort(findings_, {}, [](const Finding& f) {
    return std::tuple(f.part, f.bytes.begin, f.bytes.end, std::string_view(f.rule_id));
  });
  return std::move(findings_);
}

Screening Screener::Run::take_screening() {
  Screening out;
  out.findings = take_findings(out.verdict);
  out.packs = screener_.packs_;
  std::ranges::sort(sectors_);
  for (const uint32_t sector : sectors_) out.sectors.push_back(screener_.sectors_[sector].found);
  std::ranges::sort(promotion_.spans, {}, [](const EssentialSpan& s) {
    return std::tuple(s.essential, s.part, s.bytes.begin, UINT32_MAX - s.bytes.end);
  });
  const auto inside = [](const EssentialSpan& a, const EssentialSpan& b) {
    return a.essential == b.essential && a.part == b.part && b.bytes.end <= a.bytes.end;
  };
  const auto rest = std::ranges::unique(promotion_.spans, inside);
  promotion_.spans.erase(rest.begin(), rest.end());
  if (!promotion_.found) promotion_.spans.clear();
  out.promotion = std::move(promotion_);
  return out;
}

// Without the way to refuse.
std::span<const Unit> Screener::Run::scored_units(size_t slice) const {
  const Slice& of = scratch_.slices[slice];
  if (of.part == Part::kOptOutText) return {};
  const std::span<const Unit> units = units_of(slice);
  const auto end = std::ranges::lower_bound(units, opt_out_begin(of.text), {}, &Unit::begin);
  return units.first(static_cast<size_t>(end - units.begin()));
}

void Screener::Run::read_score(size_t slice, std::span<const Unit> units, ScoreReading& reading) const {
  const std::string_view text = scratch_.slices[slice].text;
  read_for_scores(text.substr(0, opt_out_begin(text)), units, screener_.matcher_->variants(), reading);
}

void Screener::Run::look_through(const Slice& slice) {
  const size_t index = scratch_.slices.size();
  scratch_.slices.push_back(slice);
  const bool is_signature = slice.part == Part::kSignature;
  Reading& read =
      is_signature ? scratch_.signatures[static_cast<size_t>(message_class_)] : scratch_.others[index];
  scratch_.read[index] = &read;
  if (!is_signature) {
    read_slice(slice, read);
  } else {
    if (!is_of(read, slice.text)) read_signature(slice, read);
    if (!read.good_signature) {
      const size_t told = findings_.size();
      check_signature(slice);
      read.good_signature = findings_.size() == told;
    }
  }
  if (least_ == Severity::kInfo && screener_.scores_) {
    if (scratch_.readings.size() <= index) scratch_.readings.resize(index + 1);
    ScoreReading& reading = scratch_.readings[index];
    reading.clear();
    read_score(index, scored_units(index), reading);
  }
  add_matches(index);
  match_expressions(index, false);
  check_characters(slice);
  check_language(slice);
  if (read.units.has(kLinkMark)) check_links(slice);
  if (read.units.has(kNumeral | kAtSign)) check_personal_data(slice);
}

void Screener::Run::read_slice(const Slice& slice, Reading& read) const {
  screener_.folds_->normalize(slice.text, slice.placeholders, read.units);
  read.text.units = read.units;
  read.text.written = false;
  read.matches.clear();
  read.outcome =
      screener_.matcher_->find(slice.text, read.units, screener_.wanted(message_class_, least_).terms,
                               *scratch_.matcher, read.matches, read.pieces);
  screener_.expressions_.find_potential(read.pieces, read.potential);
}

void Screener::Run::read_signature(const Slice& slice, Reading& read) const {
  read.screener = 0;  // of nobody, should memory run out on the way
  read_slice(slice, read);
  read.signature = slice.text;
  read.good_signature = false;
  read.least = least_;
  read.screener = screener_.number_;
}

bool Screener::Run::is_of(const Reading& read, std::string_view signature) const {
  return read.screener == screener_.number_ && read.least == least_ && read.signature == signature;
}

// ---- terms

void Screener::Run::add_matches(size_t slice) {
  const Reading& read = *scratch_.read[slice];
  const Slice& where = scratch_.slices[slice];
  const Wanted& wanted = screener_.wanted(message_class_, least_);
  for (const TermMatcher::Match& match : read.matches)
    for (const Use& use : screener_.uses_.leading(match.term))
      if (wanted.holds(use)) add_hit(slice, use, match);
  if (read.outcome == TermMatcher::Outcome::kTooManyVariants)
    report(CheckKind::kUnreadVariants, where, {0, static_cast<uint32_t>(where.text.size())});
}

void Screener::Run::add_hit(size_t slice, const Use& use, const TermMatcher::Match& match) {
  const Units& units = units_of(slice);
  Hit hit;
  hit.use = use;
  hit.term = match.term;
  hit.units = {match.first, match.last + 1};
  hit.bytes = {units[match.first].begin, units[match.last].end()};
  hit.units_after = static_cast<uint32_t>(units.size()) - match.last - 1;
  hit.variants = match.variants;
  hit.slice = static_cast<uint8_t>(slice);
  hit.over_sentences = match.over_sentences;
  hit.whole = match.whole;
  add_hit(hit);
}

void Screener::Run::add_hit(const Hit& hit) {
  if (hit.use.role == Role::kTerm) scratch_.touched.set(hit.use.rule);
  if (hit.use.role == Role::kUnless) scratch_.lifted.set(hit.use.rule);
  scratch_.hits.push_back(hit);
}

// Whether a use that rests on others bears on anything in this message.
bool Screener::Run::bears(const Use& use) const {
  const Rule& rule = screener_.rules_[use.rule];
  if (scratch_.touched.test(use.rule)) return true;
  return least_ == Severity::kInfo && (rule.essential || rule.scored);
}

void Screener::Run::match_expressions(size_t slice, bool resting) {
  Reading& read = *scratch_.read[slice];
  const Wanted& wanted = screener_.wanted(message_class_, least_);
  const UseTable& table = screener_.expression_uses_;
  const auto is_due = [&](const Use& use) {
    return wanted.holds(use) && (!resting || bears(use)) && !is_lifted(use);
  };
  const BitMap& looked_at = resting ? wanted.resting_expressions : wanted.leading_expressions;
  for (const uint32_t e : read.potential) {
    if (!looked_at.test(e)) continue;
    const std::span<const Use> uses = resting ? table.resting(e) : table.leading(e);
    if (std::ranges::none_of(uses, is_due)) continue;
    screener_.expressions_.find(e, read.text, scratch_.expression_matches);
    if (scratch_.expression_matches.empty()) continue;
    for (const Use& use : uses)
      if (is_due(use))
        for (const ExpressionSet::Match& match : scratch_.expression_matches) add_hit(slice, use, match);
  }
}

// Whether its rule holds nowhere in this message, whatever else is found; of a draft everything is told.
bool Screener::Run::is_lifted(const Use& use) const {
  if (least_ == Severity::kInfo || !use.of_rule()) return false;
  const Rule& rule = screener_.rules_[use.rule];
  if (rule.missing || rule.grave) return false;
  if (scratch_.lifted.test(use.rule)) return true;
  for (size_t slice = 0; slice < scratch_.slices.size(); ++slice)
    for (const TermMatcher::Match& match : scratch_.read[slice]->matches)
      for (const Use& other : screener_.uses_.resting(match.term))
        if (other.rule == use.rule && other.role == Role::kUnless) return true;
  return false;
}

void Screener::Run::add_hit(size_t slice, const Use& use, const ExpressionSet::Match& match) {
  const Units& units = units_of(slice);
  Hit hit;
  hit.use = use;
  hit.units = {match.begin, match.end};
  hit.bytes = {units[match.begin].begin, units[match.end - 1].end()};
  hit.units_after = static_cast<uint32_t>(units.size()) - match.end;
  for (uint32_t i = match.begin; i < match.end; ++i) {
    // Punctuation has its own width.
    if (is_word(units[i].unit_class)) hit.variants |= units[i].variants;
    if (units[i].unit_class == UnitClass::kInvisible) hit.variants |= Variants::kInvisible;
  }
  hit.slice = static_cast<uint8_t>(slice);
  add_hit(hit);
}

// What rests on the terms that were found in any part.
void Screener::Run::add_resting() {
  const Wanted& wanted = screener_.wanted(message_class_, least_);
  for (size_t slice = 0; slice < scratch_.slices.size(); ++slice) {
    for (const TermMatcher::Match& match : scratch_.read[slice]->matches)
      for (const Use& use : screener_.uses_.resting(match.term))
        if (wanted.holds(use) && bears(use)) add_hit(slice, use, match);
  }
  for (size_t slice = 0; slice < scratch_.slices.size(); ++slice) match_expressions(slice, true);
}

// Hits in order of rules, each rule's together; first the rules that hold anywhere, for they tell the
// sectors.
void Screener::Run::judge_rules() {
  if (!scratch_.touched.any() && least_ != Severity::kInfo) return;
  add_resting();
  std::vector<Hit>& hits = scratch_.hits;
  std::erase_if(hits, [&](const Hit& hit) {
    switch (hit.use.role) {
      case Role::kAllow:
        scratch_.allowed.push_back(hit);
        return true;
      case Role::kDenial:
        scratch_.denials.push_back(hit);
        return true;
      case Role::kNoDenial:
        scratch_.no_denials.push_back(hit);
        return true;
      default:
        return hit.use.role == Role::kCheckValue;
    }
  });
  std::erase_if(scratch_.denials, [&](const Hit& denial) {
    return std::ranges::any_of(scratch_.no_denials, [&](const Hit& phrase) { return phrase.covers(denial); });
  });
  std::ranges::sort(hits, {}, [](const Hit& h) {
    return std::tuple(h.use.rule, h.slice, h.bytes.begin, UINT32_MAX - h.bytes.end, std::popcount(h.variants),
                      h.use.text);
  });
  for (const bool in_sector : {false, true}) {
    for (size_t i = 0; i < hits.size();) {
      const uint32_t rule = hits[i].use.rule;
      size_t end = i;
      while (end < hits.size() && hits[end].use.rule == rule) ++end;
      const uint32_t sector = screener_.rules_[rule].sector;
      const bool found = sector == kNone || std::ranges::find(sectors_, sector) != sectors_.end();
      if ((sector != kNone) == in_sector && found) judge_rule(std::span(hits).subspan(i, end - i));
      i = end;
    }
  }
  judge_required();
  if (least_ == Severity::kInfo && screener_.scores_) judge_scored();
}

void Screener::Run::judge_rule(std::span<const Hit> hits) {
  const Rule& rule = screener_.rules_[hits.front().use.rule];
  if (rule.missing || !rule.info.severity[static_cast<size_t>(message_class_)]) return;
  uint32_t groups = 0;
  bool lifted = false;
  for (const Hit& hit : hits) {
    if (hit.use.role == Role::kUnless) lifted = true;
    if (hit.use.role == Role::kUnless && rule.essential) note_essential(*rule.essential, hit);
    if (hit.use.role == Role::kGroup) groups |= 1U << hit.use.group;
  }
  if (groups + 1 != 1U << rule.groups) return;
  // Of the last finding: its first hit, where it ends, and how far its beginning is denied.
  const Hit* first = nullptr;
  uint32_t covered_end = 0;
  uint32_t denied_end = 0;
  bool told = false;
  // Whoever means what is forbidden may add a warning: what would block is looked at by somebody.
  const bool softened = lifted && rule.grave;
  for (const Hit& hit : hits) {
    if (hit.use.role != Role::kTerm || (lifted && !rule.essential && !softened)) continue;
    auto severity = severity_of(rule, hit);
    if (!severity || !holds(rule, hit, hits)) continue;
    const bool overlaps = first != nullptr && first->slice == hit.slice && hit.bytes.begin < covered_end;
    // What lies inside of a term that is denied is denied with it.
    const bool inside = overlaps && hit.bytes.end <= denied_end && !is_evasive(hit);
    const bool denied = rule.grave && (inside || is_denied(hit));
    if (softened || denied) severity = std::min(*severity, Severity::kReview);
    if (rule.essential) promotion_.found = true;
    if (lifted && !softened) continue;
    if (*severity >= least_) gravest_ = std::max(gravest_, *severity);
    // What lies inside of the first and longest, or overlaps with it, is told with it.
    const bool goes_on = !overlaps || hit.bytes.end > covered_end;
    if (overlaps && told) {
      join(*first, hit, *severity);
      // Inside, it may be the same word by its sound, of a term that is a disguise of it.
      if (goes_on) weighed_.back() = weighed_.back() && is_weighed(rule, hit, denied);
    }
    if (!overlaps) denied_end = 0;
    if (denied) denied_end = std::max(denied_end, hit.bytes.end);
    if (goes_on) covered_end = hit.bytes.end;
    if (overlaps && (told || !goes_on)) continue;
    if (rule.trigger_of != kNone && std::ranges::find(sectors_, rule.trigger_of) == sectors_.end())
      sectors_.push_back(rule.trigger_of);
    told = report_hit(rule, *severity, hit);
    first = &hit;
    if (told) weighed_.back() = is_weighed(rule, hit, denied);
  }
}

// Whether nobody need look where the message reads as an ordinary one. Who disguises a word does not warn of
// it.
bool Screener::Run::is_weighed(const Rule& rule, const Hit& hit, bool denied) {
  return (rule.weighed || denied) && !is_disguised(hit);
}

bool Screener::Run::is_disguised(const Hit& hit) {
  return (hit.variants & (Variants::kEvasive | Variants::kHomophone)) != 0;
}
bool Screener::Run::is_evasive(const Hit& hit) { return (hit.variants & Variants::kEvasive) != 0; }

// How grave this hit is; nothing when it is more likely chance.
std::optional<Severity> Screener::Run::severity_of(const Rule& rule, const Hit& hit) const {
  Severity severity = *rule.info.severity[static_cast<size_t>(message_class_)];
  if (hit.over_sentences) {  // two sentences that meet, more likely than a disguise
    if (severity != Severity::kBlock) return std::nullopt;
    severity = Severity::kReview;
  }
  // The same sound alone may be a slip: somebody looks at it.
  const bool sound = (hit.variants & Variants::kHomophone) != 0;
  if (sound && !is_evasive(hit)) severity = std::min(severity, Severity::kReview);
  return severity;
}

// Whether the term stands where the rule looks, outside of every phrase that is ordinary.
bool Screener::Run::holds(const Rule& rule, const Hit& hit, std::span<const Hit> hits) const {
  const Slice& slice = scratch_.slices[hit.slice];
  if (rule.part && *rule.part != slice.part) return false;
  if (rule.disguised && !is_disguised(hit)) return false;
  if (rule.whole_part && (hit.bytes.begin != 0 || hit.bytes.end != slice.text.size())) return false;
  for (const Hit& other : hits)
    if (other.use.role == Role::kExcept && other.covers(hit)) return false;
  return !is_allowed(hit) && !is_plain_words(rule, hit);
}

bool Screener::Run::is_allowed(const Hit& hit) const {
  for (const Hit& phrase : scratch_.allowed) {
    if (!phrase.covers(hit)) continue;
    const std::vector<uint32_t>& rules = screener_.allowances_[phrase.use.rule].rules;
    if (rules.empty() || std::ranges::binary_search(rules, hit.use.rule)) return true;
  }
  return false;
}

// Whether the words before it in its clause say that it is not offered, or warn of it. Who does so writes
// plainly: what is disguised is offered.
bool Screener::Run::is_denied(const Hit& hit) const {
  if (is_evasive(hit)) return false;
  const std::u32string& at_once = screener_.denials_at_once_;
  const auto before = [&](const Hit& denial) {
    return denial.slice == hit.slice && denial.bytes.end <= hit.bytes.begin &&
           hit.bytes.begin - denial.bytes.end <= kDenialReachBytes;
  };
  if (at_once.empty() && std::ranges::none_of(scratch_.denials, before)) return false;
  const Units& units = units_of(hit.slice);
  const uint32_t begin = hit.units.begin;
  if (begin > 0 && at_once.find(units[begin - 1].folded) != at_once.npos) return true;
  return std::ranges::any_of(scratch_.denials, [&](const Hit& denial) {
    if (!before(denial)) return false;
    for (uint32_t i = denial.units.end; i < begin; ++i)
      if (units[i].unit_class == UnitClass::kSentence && !goes_on(units[i].folded)) return false;
    return true;
  });
}

// A short term that is only where ordinary words meet.
bool Screener::Run::is_plain_words(const Rule& rule, const Hit& hit) const {
  if (rule.boundary == Boundary::kNone || hit.term == kNone || !hit.whole) return false;
  if (!screener_.matcher_->is_short_ideographic(hit.term)) return false;
  const Slice& slice = scratch_.slices[hit.slice];
  const WordBreaks words(*screener_.folds_, slice.text, units_of(hit.slice), hit.units.begin, hit.units.end);
  if (rule.boundary == Boundary::kWords) return words.cut_at_begin() || words.cut_at_end();
  return words.cut_at_begin() && words.cut_at_end();
}

void Screener::Run::judge_required() {
  const Slice* body = nullptr;
  for (const Slice& slice : scratch_.slices)
    if (slice.part == Part::kBody) body = &slice;
  if (body == nullptr) return;
  for (const uint32_t sector : sectors_)
    for (const uint32_t index : screener_.sectors_[sector].required) {
      const Rule& rule = screener_.rules_[index];
      const auto severity = severity_of(rule.info);
      const bool there = std::ranges::any_of(scratch_.hits, [&](const Hit& hit) {
        return hit.use.rule == index && hit.use.role == Role::kUnless;
      });
      if (!severity || there) continue;
      const auto end = static_cast<uint32_t>(body->text.size());
      report(rule.info, rule.pack, *severity, *body, {end, end}, 0);
    }
}

// ---- scored rules

// First whether the message, or what it says in some stretch of it, is a violation of any kind, then of
// which: a message is seldom of more than a few.
void Screener::Run::judge_scored() {
  const std::span<ScoreReading> readings(scratch_.readings.data(), scratch_.slices.size());
  if (readings.empty()) return;
  const ScoreLength length = score_length(readings);
  if (length == ScoreLength::kNone) return;
  if (length == ScoreLength::kShort && !screener_.score_short_margin_) return;
  const int32_t margin = length == ScoreLength::kShort ? *screener_.score_short_margin_ : 0;
  const int32_t threshold = screener_.score_threshold_ + margin;
  Likeliest found = likeliest_of(readings, 0);
  ScoreReading window;
  for (size_t slice = 0; found.greatest < threshold && slice < scratch_.slices.size(); ++slice) {
    const std::span<const Unit> units = scored_units(slice);
    for (const ScoreWindow& at : score_windows(units)) {
      window.clear();
      read_score(slice, units.subspan(at.first, at.count), window);
      if (score_length({&window, 1}) == ScoreLength::kNone) continue;
      Likeliest in_window = likeliest_of({&window, 1}, slice);
      if (in_window.greatest > found.greatest) found = std::move(in_window);
    }
  }
  const bool whole = length == ScoreLength::kWhole;  // a short one never reads as ordinary
  if (whole && screener_.score_ordinary_ && found.greatest < *screener_.score_ordinary_) take_back_words();
  Finding* finding = nullptr;
  if (!found.kinds.empty() && found.greatest >= threshold) {
    finding = told_as(screener_.rules_[found.kinds[0]].info.category);
    if (finding == nullptr) finding = report_score(found.kinds[0], found.shares);
    if (finding == nullptr) return;
    for (const uint32_t other : std::span(found.kinds).subspan(1)) add_kind(*finding, other);
  }
  judge_alone(readings, margin, finding);
}

void Screener::Run::add_kind(Finding& finding, uint32_t rule) const {
  const RuleInfo& info = screener_.rules_[rule].info;
  finding.other_kinds.push_back({info.id, info.category});
}

// The finding that says so already, by the words of the message, and that somebody looks at.
Finding* Screener::Run::told_as(Category category) {
  const auto found = std::ranges::find_if(findings_, [&](const Finding& finding) {
    return finding.category == category && finding.severity != Severity::kInfo;
  });
  return found == findings_.end() ? nullptr : &*found;
}

// Those with a threshold of their own, by the whole of the message: a finding each where it reads as nothing
// else, or one more kind of the one that says as what.
void Screener::Run::judge_alone(std::span<ScoreReading> readings, int32_t margin, Finding* reading) {
  const ScoreTable& scores = *screener_.scores_;
  readings[0].marks |= bit(ScoreMark::kMessage);
  const auto passed = passed_in(0);
  const std::vector<ScoreTable::Sum> sums = scores.sum(readings, passed);
  for (uint32_t i = 0; i < sums.size(); ++i) {
    const uint32_t rule = screener_.scored_[i];
    const auto threshold = screener_.rules_[rule].threshold;
    if (!threshold || !lets_score(rule) || sums[i].weight < *threshold + margin) continue;
    if (told_as(screener_.rules_[rule].info.category) != nullptr) continue;
    if (reading != nullptr)
      add_kind(*reading, rule);
    else
      report_score(rule, scores.shares(readings, i, passed));
  }
}

// Of the rules that hold together.
Screener::Run::Likeliest Screener::Run::likeliest_of(std::span<ScoreReading> readings, size_t slice) {
  const ScoreTable& scores = *screener_.scores_;
  readings[0].marks |= bit(ScoreMark::kMessage);
  const auto passed = passed_in(slice);
  const std::vector<ScoreTable::Sum> sums = scores.sum(readings, passed);
  Likeliest out;
  std::vector<std::pair<int32_t, uint32_t>> kinds;
  for (uint32_t i = 0; i < sums.size(); ++i) {
    const uint32_t rule = screener_.scored_[i];
    if (screener_.rules_[rule].threshold || !lets_score(rule)) continue;
    out.greatest = std::max(out.greatest, sums[i].weight);
    kinds.emplace_back(-sums[i].kind, i);
  }
  std::ranges::sort(kinds);
  for (const auto& [kind, i] : kinds) {
    if (out.kinds.size() > limits::kScoredOtherKinds || kind > kinds[0].first + limits::kScoreKindMargin)
      break;
    out.kinds.push_back(screener_.scored_[i]);
  }
  if (kinds.empty()) return out;
  out.shares = scores.shares(readings, kinds[0].second, passed);
  for (ScoreTable::Share& share : out.shares)
    if (share.place) share.place->part += static_cast<uint32_t>(slice);
  return out;
}

// What is not counted in readings of which the first is of this slice.
ScoreTable::Passed Screener::Run::passed_in(size_t slice) const {
  return [this, slice](uint32_t rule, ScoreTable::Place place) {
    place.part += static_cast<uint32_t>(slice);
    return is_passed(rule, place);
  };
}

// A message that reads as an ordinary one and has words of these rules warns of them, or means something
// else: they are told, and nobody need look.
void Screener::Run::take_back_words() {
  if (findings_.size() >= limits::kScreenFindings) return;  // some were not kept
  gravest_ = Severity::kInfo;
  for (size_t i = 0; i < findings_.size(); ++i) {
    Severity& severity = findings_[i].severity;
    if (weighed_[i] && severity == Severity::kReview) severity = Severity::kInfo;
    gravest_ = std::max(gravest_, severity);
  }
}

// Whether the place lies inside of a phrase that is ordinary for this scored rule.
bool Screener::Run::is_passed(uint32_t rule, const ScoreTable::Place& place) const {
  if (scratch_.allowed.empty()) return false;
  Hit hit;
  hit.use.rule = screener_.scored_[rule];
  hit.slice = static_cast<uint8_t>(place.part);
  hit.bytes = {place.begin, place.end};
  return is_allowed(hit);
}

// What a rule asks of a message besides.
bool Screener::Run::lets_score(uint32_t index) const {
  const Rule& rule = screener_.rules_[index];
  if (!severity_of(rule.info)) return false;
  if (rule.sector != kNone && std::ranges::find(sectors_, rule.sector) == sectors_.end()) return false;
  uint32_t groups = 0;
  for (const Hit& hit : scratch_.hits) {
    if (hit.use.rule != index) continue;
    if (hit.use.role == Role::kUnless) return false;
    if (hit.use.role == Role::kGroup) groups |= 1U << hit.use.group;
  }
  return groups + 1 == 1U << rule.groups;
}

// Where it is seen most, and by which pieces; the whole of the message where only marks speak for it.
Finding* Screener::Run::report_score(uint32_t index, std::span<const ScoreTable::Share> shares) {
  const Rule& rule = screener_.rules_[index];
  const Severity severity = *rule.info.severity[static_cast<size_t>(message_class_)];
  const auto stretch = ScoreTable::stretch_of(shares);
  const Slice& slice = scratch_.slices[stretch ? stretch->place.part : scratch_.slices.size() - 1];
  const Span span = stretch ? Span{stretch->place.begin, stretch->place.end}
                            : Span{0, static_cast<uint32_t>(slice.text.size())};
  Finding* finding = report(rule.info, rule.pack, severity, slice, span, Variants::kScored);
  if (finding == nullptr || !stretch) return finding;
  for (const ScoreTable::Share& share : stretch->heaviest)
    finding->term +=
        fmt::format("{}{} {:.3f}", finding->term.empty() ? "" : ", ", share.piece, share.counts() / 1000.0);
  return finding;
}

void Screener::Run::note_essential(Essential essential, const Hit& hit) {
  const auto of_kind = std::ranges::count(promotion_.spans, essential, &EssentialSpan::essential);
  if (least_ != Severity::kInfo || static_cast<size_t>(of_kind) >= limits::kScreenPromotionSpans) return;
  const Slice& slice = scratch_.slices[hit.slice];
  EssentialSpan span;
  span.essential = essential;
  span.part = slice.reported;
  span.bytes = {hit.bytes.begin + slice.offset, hit.bytes.end + slice.offset};
  span.utf16 = utf16_of(slice, span.bytes);
  span.text = cut(slice.whole.substr(span.bytes.begin, span.bytes.end - span.bytes.begin),
                  limits::kFindingMatchedBytes);
  promotion_.spans.push_back(std::move(span));
}

// Whether there is a finding now.
bool Screener::Run::report_hit(const Rule& rule, Severity severity, const Hit& hit) {
  if (severity < least_) return false;
  const Slice& slice = scratch_.slices[hit.slice];
  const std::string_view matched = slice.text.substr(hit.bytes.begin, hit.bytes.end - hit.bytes.begin);
  Finding* finding = report(rule.info, rule.pack, severity, slice, hit.bytes, exact_variants(hit, matched));
  if (finding == nullptr) return false;
  finding->term = screener_.texts_.term(hit.use.text);
  finding->replacement = screener_.texts_.replacement(hit.use.text);
  return true;
}

// Adds the hit to the finding just made of another one, which is no milder for it; the term is nested, unless
// it is the same in another view.
void Screener::Run::join(const Hit& first, const Hit& hit, Severity severity) {
  Finding& finding = findings_.back();
  const Slice& slice = scratch_.slices[hit.slice];
  const bool longer = hit.bytes.end + slice.offset > finding.bytes.end;
  if (longer || severity > finding.severity)
    finding.how_matched.bits |=
        exact_variants(hit, slice.text.substr(hit.bytes.begin, hit.bytes.end - hit.bytes.begin));
  finding.severity = std::max(finding.severity, severity);
  if (longer) {
    place(finding, slice, {finding.bytes.begin, hit.bytes.end + slice.offset});
    finding.replacement.clear();
    // The first is no longer all of it.
    if (nest(finding, first)) std::ranges::rotate(finding.nested, finding.nested.end() - 1);
  }
  nest(finding, hit);
}

// Whether it is one more.
bool Screener::Run::nest(Finding& finding, const Hit& hit) const {
  const Slice& slice = scratch_.slices[hit.slice];
  NestedTerm nested;
  nested.term = screener_.texts_.term(hit.use.text);
  nested.bytes = {hit.bytes.begin + slice.offset, hit.bytes.end + slice.offset};
  const bool same = nested.term == finding.term && nested.bytes == finding.bytes;
  const bool known = std::ranges::any_of(finding.nested, [&](const NestedTerm& other) {
    return other.term == nested.term && other.bytes == nested.bytes;
  });
  if (same || known || finding.nested.size() >= limits::kScreenNestedTerms) return false;
  nested.utf16 = utf16_of(slice, nested.bytes);
  finding.nested.push_back(std::move(nested));
  return true;
}

// In which forms characters are written that the term itself has in other ones. Form by form where text and
// term have the same number of characters.
uint16_t Screener::Run::exact_variants(const Hit& hit, std::string_view matched) {
  const std::string_view term = screener_.texts_.term(hit.use.text);
  if (matched == term) return 0;
  constexpr uint16_t kOfCharacters = Variants::kForms | Variants::kLookAlike;
  if ((hit.variants & kOfCharacters) == 0 || hit.term == kNone) return hit.variants;
  const auto words_of = [&](std::string_view written) {
    screener_.folds_->normalize(written, Placeholders::kLiteral, scratch_.words);
    std::vector<Unit> words(scratch_.words.begin(), scratch_.words.end());
    std::erase_if(words, [](const Unit& u) { return !is_word(u.unit_class); });
    return words;
  };
  const std::vector<Unit> own = words_of(term);
  const std::vector<Unit> others = words_of(matched);
  if (own.size() != others.size()) return hit.variants;
  uint16_t forms = 0;
  for (size_t i = 0; i < own.size(); ++i) {
    const Unit& unit = others[i];
    if (term.substr(own[i].begin, own[i].length) != matched.substr(unit.begin, unit.length))
      forms |= unit.variants;
  }
  return static_cast<uint16_t>((hit.variants & ~Variants::kForms) | forms);
}

// ---- checks

void Screener::Run::check_characters(const Slice& slice) {
  const Units& units = this->units();
  if (!units.has(occurring(UnitClass::kMalformed) | occurring(UnitClass::kUnsendable) |
                 occurring(UnitClass::kInvisible)))
    return;
  for (size_t i = 0; i < units.size(); ++i) {
    const Span span{units[i].begin, units[i].end()};
    if (units[i].unit_class == UnitClass::kMalformed) {
      report(CheckKind::kInvalidUtf8, slice, span);
    } else if (units[i].unit_class == UnitClass::kUnsendable) {
      report(CheckKind::kUnsendable, slice, span);
    } else if (units[i].unit_class == UnitClass::kInvisible && i > 0 && is_word(units[i - 1].unit_class)) {
      report(CheckKind::kInvisible, slice, span, Variants::kInvisible);  // after an emoji it belongs to it
    }
  }
}

// How the text reads. Only for those who look at it.
void Screener::Run::check_language(const Slice& slice) {
  if (least_ != Severity::kInfo || slice.part == Part::kSignature) return;
  if (units().has(occurring(UnitClass::kIdeograph))) check_rare_characters(slice);
  check_scripts(slice);
  check_sentences(slice);
}

// Outside of the table of general standard characters, in the simplified form too.
void Screener::Run::check_rare_characters(const Slice& slice) {
  const VariantTable& variants = screener_.matcher_->variants();
  for (const Unit& unit : units()) {
    if (unit.unit_class != UnitClass::kIdeograph) continue;
    size_t at = unit.begin;
    const char32_t c = text::next_code_point(slice.text, at);
    if (c == U'〇' || variants.is_standard(c) || variants.is_standard(screener_.folds_->simplified(c)))
      continue;
    report(CheckKind::kRareCharacter, slice, {unit.begin, unit.end()});
  }
}

// A word of letters of two scripts, or traditional characters among simplified ones.
void Screener::Run::check_scripts(const Slice& slice) {
  const Units& units = this->units();
  constexpr int64_t kFewSimplified = 2;
  int64_t simplified = 0;
  for (const Unit& unit : units)
    if (unit.unit_class == UnitClass::kIdeograph && unit.variants == 0)
      simplified += screener_.folds_->simplified_only(unit.folded) ? 1 : 0;
  for (size_t i = 0; i < units.size();) {
    if (units[i].unit_class == UnitClass::kIdeograph) {
      if ((units[i].variants & Variants::kTraditional) != 0 && simplified > kFewSimplified)
        report(CheckKind::kMixedScript, slice, {units[i].begin, units[i].end()}, Variants::kTraditional);
      ++i;
      continue;
    }
    size_t end = i;
    bool latin = false;
    bool other = false;
    for (; end < units.size() && units[end].unit_class == UnitClass::kLetter; ++end) {
      size_t at = units[end].begin;
      const char32_t c = text::next_code_point(slice.text, at);
      latin = latin || c < 0x80;
      other = other || (c >= 0x370 && c <= 0x58F);  // Greek, Cyrillic, Armenian
    }
    if (latin && other)
      report(CheckKind::kMixedScript, slice, {units[i].begin, units[end - 1].end()}, Variants::kLookAlike);
    i = std::max(end, i + 1);
  }
}

// Too much to read without a stop.
void Screener::Run::check_sentences(const Slice& slice) {
  constexpr std::u32string_view kStops = U"\n\r.!?;。！？；…";
  const int64_t most = screener_.checks_[static_cast<size_t>(CheckKind::kLongSentence)].max;
  const Units& units = this->units();
  int64_t seen = 0;
  uint32_t begin = 0;
  for (uint32_t i = 0; i <= units.size(); ++i) {
    const bool stop = i == units.size() || (units[i].unit_class == UnitClass::kSentence &&
                                            kStops.find(units[i].folded) != kStops.npos);
    if (!stop) {
      seen += units[i].unit_class == UnitClass::kIdeograph ? 1 : 0;
      continue;
    }
    if (seen > most && i > begin) report(CheckKind::kLongSentence, slice, span_of_units(begin, i));
    seen = 0;
    begin = i + 1;
  }
}

void Screener::Run::check_links(const Slice& slice) {
  scratch_.links.clear();
  find_links(units(), scratch_.links);
  for (const Link& link : scratch_.links) {
    const Span span = span_of_units(link.begin, link.end);
    if (link.variable) report(CheckKind::kLinkVariable, slice, span);
    if (link.address && (link.has_scheme || link.end - link.begin > link.host.size()))
      report(CheckKind::kLinkAddress, slice, span);
    const auto& hosts = screener_.checks_[static_cast<size_t>(CheckKind::kLinkShort)].values;
    const auto is_host = [&](const std::string& h) {
      return link.host == h || (link.host.size() > h.size() && link.host.ends_with(h) &&
                                link.host[link.host.size() - h.size() - 1] == '.');
    };
    if (std::ranges::any_of(hosts, is_host)) report(CheckKind::kLinkShort, slice, span);
    if (link.has_scheme && !link.https) report(CheckKind::kLinkNotHttps, slice, span);
  }
}

void Screener::Run::check_personal_data(const Slice& slice) {
  constexpr std::array kKinds{CheckKind::kIdCard, CheckKind::kBankCard, CheckKind::kPhone, CheckKind::kEmail};
  scratch_.personal.clear();
  find_personal_data(units(), scratch_.personal);
  for (const PersonalDatum& datum : scratch_.personal)
    report(kKinds[static_cast<size_t>(datum.kind)], slice, span_of_units(datum.begin, datum.end));
}

void Screener::Run::check_signature(const Slice& slice) {
  if (slice.text.empty()) return report(CheckKind::kSignatureMissing, slice, {0, 0});
  const Span all{0, static_cast<uint32_t>(slice.text.size())};
  const CheckRule& rule = screener_.checks_[static_cast<size_t>(CheckKind::kSignatureLength)];
  int64_t length = 0;  // in characters
  bool all_digits = true;
  for (size_t at = 0; at < slice.text.size(); ++length) {
    const size_t begin = at;
    const char32_t c = text::next_code_point(slice.text, at);
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || text::is_ideograph(c);
    all_digits = all_digits && digit;
    if (!digit && !letter)
      report(CheckKind::kSignatureCharacters, slice,
             {static_cast<uint32_t>(begin), static_cast<uint32_t>(at)});
  }
  if (length < rule.min || length > rule.max) report(CheckKind::kSignatureLength, slice, all);
  if (all_digits) report(CheckKind::kSignatureAllDigits, slice, all);
}

void Screener::Run::check_brackets(const Slice& slice) {
  if (!units().has(kSignatureBracket)) return;
  for (const std::string_view bracket : {kOpenBracket, kCloseBracket})
    for (size_t at = slice.text.find(bracket); at != slice.text.npos; at = slice.text.find(bracket, at + 1))
      report(CheckKind::kBracketsInBody, slice,
             {static_cast<uint32_t>(at), static_cast<uint32_t>(at + bracket.size())});
}

// A body that says nothing by itself, or is no template. Looks at the units of this slice.
void Screener::Run::check_template(const Slice& slice) {
  if (const auto fault = text::find_template_fault(slice.text);
      fault && fault->kind != text::TemplateFaultKind::kNotUtf8) {
    const auto at = static_cast<uint32_t>(std::min(fault->offset, slice.text.size()));
    report(CheckKind::kTemplateFault, slice, {at, static_cast<uint32_t>(slice.text.size())});
  }
  const auto words = std::ranges::count_if(units(), [](const Unit& u) { return is_word(u.unit_class); });
  const bool variable =
      std::ranges::any_of(units(), [](const Unit& u) { return u.unit_class == UnitClass::kPlaceholder; });
  const Span all{0, static_cast<uint32_t>(slice.text.size())};
  if (slice.part != Part::kBody) return;
  if (variable && words < screener_.checks_[static_cast<size_t>(CheckKind::kFullyVariable)].min)
    return report(CheckKind::kFullyVariable, slice, all);
  if (words == 0) report(CheckKind::kEmptyBody, slice, all);
}

// Marketing ends with how to refuse; `end` is the slice that the message ends with.
void Screener::Run::check_opt_out(const Slice& end) {
  const CheckRule& missing = screener_.checks_[static_cast<size_t>(CheckKind::kOptOutMissing)];
  bool found = false;
  for (const Hit& hit : scratch_.hits) {
    if (hit.use.role != Role::kCheckValue) continue;
    const Slice& slice = scratch_.slices[hit.slice];
    if (hit.use.rule == static_cast<uint32_t>(CheckKind::kOptOutForbidden))
      report(CheckKind::kOptOutForbidden, slice, hit.bytes, hit.variants);
    else
      found = found || (slice.part == end.part && hit.units_after <= static_cast<uint32_t>(missing.max));
  }
  const auto at = static_cast<uint32_t>(end.text.size());
  if (!found) report(CheckKind::kOptOutMissing, end, {at, at});
}

namespace {
size_t segments_of(size_t utf16_units) {
  constexpr text::SegmentSizes kSizes = text::segment_sizes(text::Encoding::kUcs2);
  return utf16_units <= kSizes.single ? 1 : (utf16_units + kSizes.with_udh8 - 1) / kSizes.with_udh8;
}
}  // namespace

bool Screener::Run::may_be_long(size_t utf16_units) const {
  const size_t segments = segments_of(utf16_units);
  const auto over = [&](CheckKind kind) {
    const CheckRule& rule = screener_.checks_[static_cast<size_t>(kind)];
    return severity_of(rule.info) && segments > static_cast<size_t>(rule.max);
  };
  return segments > limits::kSegmentsPerMessage || over(CheckKind::kTooManySegments) ||
         over(CheckKind::kLongMessage);
}

void Screener::Run::check_length(size_t utf16_units, size_t bytes, const Slice& slice) {
  const auto all = static_cast<uint32_t>(std::min<size_t>(slice.text.size(), UINT32_MAX));
  if (bytes > limits::kScreenTextBytes) return report(CheckKind::kTextTooLong, slice, {all, all});
  const size_t segments = segments_of(utf16_units);
  const auto over = [&](CheckKind kind) {
    return segments > static_cast<size_t>(screener_.checks_[static_cast<size_t>(kind)].max);
  };
  if (segments > limits::kSegmentsPerMessage || over(CheckKind::kTooManySegments))
    report(CheckKind::kTooManySegments, slice, {0, all});
  else if (over(CheckKind::kLongMessage))
    report(CheckKind::kLongMessage, slice, {0, all});
}

// ---- findings

Span Screener::Run::span_of_units(uint32_t begin, uint32_t end) const {
  return {units()[begin].begin, units()[end - 1].end()};
}

std::optional<Severity> Screener::Run::severity_of(const RuleInfo& info) const {
  const auto severity = info.severity[static_cast<size_t>(message_class_)];
  return severity && *severity >= least_ ? severity : std::nullopt;
}

Span Screener::Run::utf16_of(const Slice& slice, Span bytes) {
  const auto begin = static_cast<uint32_t>(text::count_utf16_units(slice.whole.substr(0, bytes.begin)));
  const std::string_view span = slice.whole.substr(bytes.begin, bytes.end - bytes.begin);
  return {begin, begin + static_cast<uint32_t>(text::count_utf16_units(span))};
}

void Screener::Run::report(CheckKind kind, const Slice& slice, Span bytes, uint16_t variants) {
  const auto index = static_cast<size_t>(kind);
  const RuleInfo& info = screener_.checks_[index].info;
  if (const auto severity = severity_of(info))
    report(info, screener_.check_packs_[index], *severity, slice, bytes, variants);
}

// `bytes` are of the whole.
void Screener::Run::place(Finding& finding, const Slice& slice, Span bytes) {
  finding.bytes = bytes;
  finding.utf16 = utf16_of(slice, bytes);
  finding.matched =
      cut(slice.whole.substr(bytes.begin, bytes.end - bytes.begin), limits::kFindingMatchedBytes);
}

Finding* Screener::Run::report(const RuleInfo& info, uint32_t pack, Severity severity, const Slice& slice,
                               Span bytes, uint16_t variants) {
  gravest_ = std::max(gravest_, severity);
  if (findings_.size() >= limits::kScreenFindings) return nullptr;
  Finding finding;
  finding.rule_id = info.id;
  finding.pack_id = screener_.packs_[pack].id;
  finding.pack_version = screener_.packs_[pack].version;
  finding.category = info.category;
  finding.severity = severity;
  finding.part = slice.reported;
  place(finding, slice, {bytes.begin + slice.offset, bytes.end + slice.offset});
  finding.how_matched = {variants};
  finding.legal_basis = info.legal_basis;
  finding.suggestion = info.suggestion;
  findings_.push_back(std::move(finding));
  weighed_.push_back(false);
  return &findings_.back();
}

}  // namespace yizhan::screen
