#include "screen/expressions.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include "base/limits.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

// In bytes: one ideograph, or a Latin word that says something.
constexpr int kLeastPieceBytes = 3;
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
  return set;
}

void ExpressionSet::find(std::span<const Unit> units, const std::vector<int>& pieces,
                         std::span<const uint8_t> wanted, Scratch& s, std::vector<Match>& matches) const {
  s.potential.clear();
  data_->filter.AllPotentials(pieces, &s.potential);
  if (s.potential.empty()) return;
  s.folded.clear();
  s.unit_of_byte.clear();
  for (uint32_t i = 0; i < units.size(); ++i) {
    if (units[i].unit_class == UnitClass::kInvisible) continue;
    const bool nothing = units[i].unit_class >= UnitClass::kPlaceholder;
    text::append_utf8(nothing ? kNothing : units[i].folded, s.folded);
    s.unit_of_byte.resize(s.folded.size(), i);
  }
  for (const int id : s.potential) {
    const auto expression = static_cast<uint32_t>(id);
    if (!wanted.empty() && wanted[expression] == 0) continue;
    const re2::RE2& re = data_->filter.GetRE2(id);
    size_t at = 0;
    for (size_t n = 0; n < limits::kScreenExpressionSpans; ++n) {
      re2::StringPiece found;
      if (!re.Match(s.folded, at, s.folded.size(), re2::RE2::UNANCHORED, &found, 1) || found.empty()) break;
      const auto begin = static_cast<size_t>(found.data() - s.folded.data());
      at = begin + found.size();
      matches.push_back({expression, s.unit_of_byte[begin], s.unit_of_byte[at - 1] + 1});
    }
  }
}

}  // namespace yizhan::screen
