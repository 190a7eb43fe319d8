#include "screen/expressions.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <atomic>

#include "base/limits.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

// In bytes: one ideograph, or two Latin letters. An expression that may begin with a shorter one is run on
// every text.
constexpr int kLeastPieceBytes = 2;
// What stands for a variable of a template, a broken byte: no expression names them.
constexpr char32_t kNothing = 0xFFFD;

// The characters of the expression as texts have them. Ends of ranges are left alone.
std::string fold_expression(const FoldTable& folds, std::string_view expression) {
  std::string out;
  for (size_t at = 0; at < expression.size();) {
    const size_t begin = at;
    const char32_t c = text::next_code_point(expression, at);
    const bool range =
        (begin > 0 && expression[begin - 1] == '-') || (at < expression.size() && expression[at] == '-');
    text::append_utf8(c < 0x80 || range ? c : folds.fold(c), out);
  }
  return out;
}

char32_t written(const Unit& unit) {
  return unit.unit_class >= UnitClass::kPlaceholder ? kNothing : unit.folded;
}

// What the expressions are run over: every unit but those that cannot be seen.
void write_folded(std::span<const Unit> units, std::string& out) {
  out.resize(units.size() * text::kUtf8Bytes);
  char* at = out.data();
  for (const Unit& unit : units) {
    if (unit.unit_class == UnitClass::kInvisible) continue;
    at = text::write_utf8(written(unit), at);
  }
  out.resize(static_cast<size_t>(at - out.data()));
}

// The unit that wrote a byte, counted on from a unit and the byte that it begins at.
uint32_t unit_at(std::span<const Unit> units, uint32_t unit, size_t byte, size_t wanted) {
  for (;; ++unit) {
    if (units[unit].unit_class == UnitClass::kInvisible) continue;
    byte += text::utf8_bytes(written(units[unit]));
    if (byte > wanted) return unit;
  }
}

}  // namespace

struct ExpressionSet::Data {
  re2::FilteredRE2 filter{kLeastPieceBytes};
};

ExpressionSet::ExpressionSet() = default;
ExpressionSet::ExpressionSet(ExpressionSet&&) noexcept = default;
ExpressionSet& ExpressionSet::operator=(ExpressionSet&&) noexcept = default;
ExpressionSet::~ExpressionSet() = default;

ExpressionSet::Builder::Builder(const FoldTable& folds) : folds_(folds), data_(std::make_unique<Data>()) {}
ExpressionSet::Builder::Builder(Builder&&) noexcept = default;
ExpressionSet::Builder::~Builder() = default;

Result<> ExpressionSet::Builder::add(std::string_view expression) {
  if (expression.size() > limits::kRuleExpressionBytes)
    return fail(ErrorCode::kTooLarge, "the expression is too long");
  if (static_cast<size_t>(data_->filter.NumRegexps()) >= limits::kRuleExpressions)
    return fail(ErrorCode::kTooLarge, "too many expressions");
  re2::RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(limits::kRuleExpressionMemory);
  const std::string folded = fold_expression(folds_, expression);
  const re2::RE2 probe(folded, options);
  if (!probe.ok()) return fail(ErrorCode::kInvalidArgument, probe.error());
  if (re2::RE2::PartialMatch("", probe))
    return fail(ErrorCode::kInvalidArgument, "the expression matches an empty text");
  int id = 0;
  if (data_->filter.Add(folded, options, &id) != re2::RE2::NoError)
    return fail(ErrorCode::kInvalidArgument, "the expression cannot be compiled");
  return {};
}

ExpressionSet ExpressionSet::Builder::make(std::vector<std::string>& pieces) {
  ExpressionSet set;
  set.count_ = static_cast<size_t>(data_->filter.NumRegexps());
  if (set.count_ > 0) {
    data_->filter.Compile(&pieces);
    std::vector<int> unfiltered;
    data_->filter.AllPotentials({}, &unfiltered);
    set.always_ = !unfiltered.empty();
  }
  set.data_ = std::move(data_);
  static std::atomic<uint64_t> made{0};
  set.id_ = ++made;
  return set;
}

const std::vector<int>& ExpressionSet::potential(const std::vector<int>& pieces, Scratch& scratch) const {
  uint64_t hash = id_;
  for (const int piece : pieces) hash = (hash ^ static_cast<uint32_t>(piece)) * 0x100000001b3;
  Scratch::Known& known = scratch.known[(hash ^ hash >> 32) % scratch.known.size()];
  if (known.set != id_ || known.pieces != pieces) {
    known.set = id_;
    known.pieces = pieces;
    known.potential.clear();
    data_->filter.AllPotentials(pieces, &known.potential);
  }
  return known.potential;
}

void ExpressionSet::find(std::span<const Unit> units, const std::vector<int>& pieces,
                         std::span<const uint8_t> wanted, Scratch& s, std::vector<Match>& matches) const {
  const std::vector<int>& potentials = potential(pieces, s);
  if (potentials.empty()) return;
  write_folded(units, s.folded);
  for (const int id : potentials) {
    const auto expression = static_cast<uint32_t>(id);
    if (!wanted.empty() && wanted[expression] == 0) continue;
    const re2::RE2& re = data_->filter.GetRE2(id);
    size_t at = 0;
    for (size_t n = 0; n < limits::kScreenExpressionSpans; ++n) {
      re2::StringPiece found;
      if (!re.Match(s.folded, at, s.folded.size(), re2::RE2::UNANCHORED, &found, 1) || found.empty()) break;
      const auto begin = static_cast<size_t>(found.data() - s.folded.data());
      at = begin + found.size();
      const uint32_t first = unit_at(units, 0, 0, begin), last = unit_at(units, first, begin, at - 1);
      matches.push_back({expression, first, last + 1});
    }
  }
}

}  // namespace yizhan::screen
