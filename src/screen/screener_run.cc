#include "screen/screener_run.h"

#include <algorithm>

#include "base/limits.h"
#include "text/segmentation.h"
#include "text/template_text.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

// How many characters may be put between two of a term before it is taken for chance.
constexpr uint32_t kGapUnits = 3;

constexpr std::string_view kOpenBracket = "【";
constexpr std::string_view kCloseBracket = "】";

uint32_t bit(UnitClass c) { return 1U << static_cast<unsigned>(c); }

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

// A thread's buffers, reused from message to message.
struct Screener::Run::Scratch {
  std::vector<Unit> units;     // of the slice that is looked through
  std::vector<uint32_t> kept;  // indexes of the units that terms are compared with
  std::vector<Slice> slices;
  std::vector<Hit> hits;
  std::vector<Link> links;
  std::vector<PersonalDatum> personal;

  void clear() {
    slices.clear();
    hits.clear();
  }
  static Scratch& of_thread() {
    thread_local Scratch scratch;
    return scratch;
  }
};

Screener::Run::Run(const Screener& screener, MessageClass message_class, Severity least)
    : screener_(screener), message_class_(message_class), least_(least), scratch_(Scratch::of_thread()) {
  scratch_.clear();
}

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
  check_signature(signature);
  look_through(signature);
  look_through(body);
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
  scratch_.units.clear();
  screener_.folds_->normalize(draft.body, Placeholders::kVariables, scratch_.units);
  uint32_t last_begin = UINT32_MAX;
  for (const Unit& unit : scratch_.units) {
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
  const size_t close = text.find(kCloseBracket);
  const size_t open = text.rfind(kOpenBracket);
  if (text.starts_with(kOpenBracket) && close != text.npos) {
    signature.text = text.substr(0, close + kCloseBracket.size());
    body.text = text.substr(signature.text.size());
    body.offset = static_cast<uint32_t>(signature.text.size());
  } else if (text.ends_with(kCloseBracket) && open != text.npos) {
    signature.text = text.substr(open);
    signature.offset = static_cast<uint32_t>(open);
    body.text = text.substr(0, open);
  }
  if (!signature.text.empty()) {
    signature.text = without_brackets(signature.text);
    signature.offset += static_cast<uint32_t>(kOpenBracket.size());
  }
  check_signature(signature);
  look_through(signature);
  look_through(body);
  check_brackets(body);
  if (std::ranges::none_of(scratch_.units, [](const Unit& u) { return is_word(u.unit_class); }))
    report(CheckKind::kEmptyBody, body, {0, 0});
  check_opt_out(body);
  check_length(text::count_utf16_units(text), text.size(), whole);
  judge_rules();
}

std::vector<Finding> Screener::Run::take_findings(Verdict& verdict) {
  verdict = static_cast<Verdict>(gravest_);
  std::ranges::sort(findings_, {}, [](const Finding& f) {
    return std::tuple(f.part, f.bytes.begin, f.bytes.end, std::string_view(f.rule_id));
  });
  return std::move(findings_);
}

void Screener::Run::look_through(const Slice& slice) {
  scratch_.slices.push_back(slice);
  const uint32_t classes = screener_.folds_->normalize(slice.text, slice.placeholders, scratch_.units);
  match_terms(static_cast<uint8_t>(scratch_.slices.size() - 1));
  check_characters(slice, classes);
  // A link has a full stop or colon, an address an at sign, a number its digits.
  if ((classes & bit(UnitClass::kSentence)) != 0) check_links(slice);
  if ((classes & bit(UnitClass::kDigit)) != 0 || slice.text.find('@') != slice.text.npos ||
      (classes & bit(UnitClass::kIdeograph)) != 0)
    check_personal_data(slice);
}

// ---- terms

void Screener::Run::match_terms(uint8_t slice) {
  const Automaton& automaton = screener_.automaton_;
  std::vector<uint32_t>& kept = scratch_.kept;
  kept.clear();
  Automaton::State state = Automaton::kStart;
  for (uint32_t i = 0; i < scratch_.units.size(); ++i) {
    const Unit& unit = scratch_.units[i];
    if (unit.unit_class >= UnitClass::kPlaceholder) {  // nothing is found across a variable or a broken byte
      state = Automaton::kStart;
      continue;
    }
    if (!is_word(unit.unit_class)) continue;
    kept.push_back(i);
    state = automaton.next(state, unit.folded);
    automaton.for_each_match(
        state, [&](uint32_t pattern) { add_hit(pattern, static_cast<uint32_t>(kept.size() - 1), slice); });
  }
}

void Screener::Run::add_hit(uint32_t pattern_number, uint32_t last_kept, uint8_t slice) {
  const Pattern& pattern = screener_.patterns_[pattern_number];
  const uint32_t first_kept = last_kept + 1 - pattern.length;
  const uint32_t first = scratch_.kept[first_kept];
  const uint32_t last = scratch_.kept[last_kept];
  Hit hit;
  hit.use = pattern.use;
  hit.slice = slice;
  if (!at_word_ends(pattern, first, last) || !read_gaps(pattern, first_kept, last_kept, hit)) return;
  hit.bytes = span_of_units(first, last + 1);
  hit.units_after = static_cast<uint32_t>(scratch_.units.size()) - last - 1;
  scratch_.hits.push_back(hit);
}

bool Screener::Run::at_word_ends(const Pattern& pattern, uint32_t first, uint32_t last) const {
  const std::vector<Unit>& units = scratch_.units;
  if (pattern.latin_begin && first > 0 && is_latin(units[first - 1].unit_class)) return false;
  return !(pattern.latin_end && last + 1 < units.size() && is_latin(units[last + 1].unit_class));
}

// What stands between the characters of a hit, and in which forms they are. False: the hit is chance.
bool Screener::Run::read_gaps(const Pattern& pattern, uint32_t first, uint32_t last, Hit& hit) const {
  const std::vector<Unit>& units = scratch_.units;
  const std::vector<uint32_t>& kept = scratch_.kept;
  uint32_t gaps = 0;
  for (uint32_t k = first; k <= last; ++k) {
    hit.variants |= units[kept[k]].variants;
    if (k == last) break;
    const uint32_t gap = kept[k + 1] - kept[k] - 1;
    if (gap == 0) continue;
    ++gaps;
    if (gap > kGapUnits) return false;
    for (uint32_t i = kept[k] + 1; i < kept[k + 1]; ++i) {
      const bool invisible = units[i].unit_class == UnitClass::kInvisible;
      hit.variants |= invisible ? Variants::kInvisible : Variants::kInsertedSymbols;
      hit.over_sentences = hit.over_sentences || units[i].unit_class == UnitClass::kSentence;
    }
  }
  // Spaces are where Latin words end: only "s e x" is a disguise, "is ex" is not.
  return !pattern.latin || gaps == 0 || gaps == pattern.breaks || gaps == last - first;
}

// Hits in order of rules, each rule's together.
void Screener::Run::judge_rules() {
  std::vector<Hit>& hits = scratch_.hits;
  std::erase_if(hits, [](const Hit& hit) { return hit.use.role == Role::kCheckValue; });
  std::ranges::sort(hits, {}, [](const Hit& h) {
    return std::tuple(h.use.rule, h.slice, h.bytes.begin, UINT32_MAX - h.bytes.end);
  });
  for (size_t i = 0; i < hits.size();) {
    size_t end = i;
    while (end < hits.size() && hits[end].use.rule == hits[i].use.rule) ++end;
    judge_rule(std::span(hits).subspan(i, end - i));
    i = end;
  }
}

void Screener::Run::judge_rule(std::span<const Hit> hits) {
  const Rule& rule = screener_.rules_[hits.front().use.rule];
  if (!severity_of(rule.info)) return;
  uint32_t groups = 0;
  for (const Hit& hit : hits) {
    if (hit.use.role == Role::kUnless) return;
    if (hit.use.role == Role::kGroup) groups |= 1U << hit.use.group;
  }
  if (groups + 1 != 1U << rule.groups) return;
  uint32_t covered_slice = UINT32_MAX;
  uint32_t covered_end = 0;
  for (const Hit& hit : hits)
    if (hit.use.role == Role::kTerm) judge_term(hit, hits, covered_slice, covered_end);
}

void Screener::Run::judge_term(const Hit& hit, std::span<const Hit> hits, uint32_t& covered_slice,
                               uint32_t& covered_end) {
  const Rule& rule = screener_.rules_[hit.use.rule];
  const Slice& slice = scratch_.slices[hit.slice];
  if (rule.part && *rule.part != slice.part) return;
  if (rule.whole_part && (hit.bytes.begin != 0 || hit.bytes.end != slice.text.size())) return;
  // Of overlapping terms of one rule the first and longest is enough.
  if (covered_slice == hit.slice && hit.bytes.begin < covered_end) return;
  for (const Hit& other : hits)
    if (other.use.role == Role::kExcept && other.slice == hit.slice && other.bytes.begin <= hit.bytes.begin &&
        other.bytes.end >= hit.bytes.end)
      return;
  Severity severity = *severity_of(rule.info);
  if (hit.over_sentences) {  // two sentences that meet, more likely than a disguise
    if (severity != Severity::kBlock) return;
    severity = Severity::kReview;
  }
  covered_slice = hit.slice;
  covered_end = hit.bytes.end;
  report(rule.info, severity, slice, hit.bytes, hit.variants);
}

// ---- checks

void Screener::Run::check_characters(const Slice& slice, uint32_t classes) {
  constexpr std::array kLooked{UnitClass::kMalformed, UnitClass::kUnsendable, UnitClass::kInvisible};
  if (std::ranges::none_of(kLooked, [&](UnitClass c) { return (classes & bit(c)) != 0; })) return;
  const std::vector<Unit>& units = scratch_.units;
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

void Screener::Run::check_links(const Slice& slice) {
  scratch_.links.clear();
  find_links(scratch_.units, scratch_.links);
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
  find_personal_data(scratch_.units, scratch_.personal);
  for (const PersonalDatum& datum : scratch_.personal)
    report(kKinds[static_cast<size_t>(datum.kind)], slice, span_of_units(datum.begin, datum.end));
}

void Screener::Run::check_signature(const Slice& slice) {
  const auto length = static_cast<int64_t>(text::count_code_points(slice.text));
  if (length == 0) return report(CheckKind::kSignatureMissing, slice, {0, 0});
  const Span all{0, static_cast<uint32_t>(slice.text.size())};
  const CheckRule& rule = screener_.checks_[static_cast<size_t>(CheckKind::kSignatureLength)];
  if (length < rule.min || length > rule.max) report(CheckKind::kSignatureLength, slice, all);
  bool all_digits = true;
  for (size_t at = 0; at < slice.text.size();) {
    const size_t begin = at;
    const char32_t c = text::next_code_point(slice.text, at);
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || text::is_ideograph(c);
    all_digits = all_digits && digit;
    if (!digit && !letter)
      report(CheckKind::kSignatureCharacters, slice,
             {static_cast<uint32_t>(begin), static_cast<uint32_t>(at)});
  }
  if (all_digits) report(CheckKind::kSignatureAllDigits, slice, all);
}

void Screener::Run::check_brackets(const Slice& slice) {
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
  const auto words =
      std::ranges::count_if(scratch_.units, [](const Unit& u) { return is_word(u.unit_class); });
  const bool variable = std::ranges::any_of(
      scratch_.units, [](const Unit& u) { return u.unit_class == UnitClass::kPlaceholder; });
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

void Screener::Run::check_length(size_t utf16_units, size_t bytes, const Slice& slice) {
  const auto all = static_cast<uint32_t>(std::min<size_t>(slice.text.size(), UINT32_MAX));
  if (bytes > limits::kScreenTextBytes) return report(CheckKind::kTextTooLong, slice, {all, all});
  constexpr text::SegmentSizes kSizes = text::segment_sizes(text::Encoding::kUcs2);
  const size_t segments =
      utf16_units <= kSizes.single ? 1 : (utf16_units + kSizes.with_udh8 - 1) / kSizes.with_udh8;
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
  return {scratch_.units[begin].begin, scratch_.units[end - 1].end()};
}

std::optional<Severity> Screener::Run::severity_of(const RuleInfo& info) const {
  const auto severity = info.severity[static_cast<size_t>(message_class_)];
  return severity && *severity >= least_ ? severity : std::nullopt;
}

void Screener::Run::report(CheckKind kind, const Slice& slice, Span bytes, uint8_t variants) {
  const RuleInfo& info = screener_.checks_[static_cast<size_t>(kind)].info;
  if (const auto severity = severity_of(info)) report(info, *severity, slice, bytes, variants);
}

void Screener::Run::report(const RuleInfo& info, Severity severity, const Slice& slice, Span bytes,
                           uint8_t variants) {
  gravest_ = std::max(gravest_, severity);
  if (findings_.size() >= limits::kScreenFindings) return;
  Finding finding;
  finding.rule_id = info.id;
  finding.category = info.category;
  finding.severity = severity;
  finding.part = slice.reported;
  finding.bytes = {bytes.begin + slice.offset, bytes.end + slice.offset};
  finding.utf16.begin =
      static_cast<uint32_t>(text::count_utf16_units(slice.whole.substr(0, finding.bytes.begin)));
  const std::string_view span =
      slice.whole.substr(finding.bytes.begin, finding.bytes.end - finding.bytes.begin);
  finding.utf16.end = finding.utf16.begin + static_cast<uint32_t>(text::count_utf16_units(span));
  finding.matched = cut(span, limits::kFindingMatchedBytes);
  finding.how_matched = {variants};
  finding.legal_basis = info.legal_basis;
  finding.suggestion = info.suggestion;
  findings_.push_back(std::move(finding));
}

}  // namespace yizhan::screen
