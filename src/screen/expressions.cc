#include "screen/expressions.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <numeric>

#include "base/limits.h"
#include "text/utf8.h"

namespace yizhan::screen {

namespace {

constexpr int kLeastPieceBytes = 1;
// How many clauses of an expression are looked at: further ones seldom tell more.
constexpr size_t kClauses = 4;
// What stands for a variable of a template, a broken byte.
constexpr char32_t kNothing = text::kReplacementCharacter;

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

// Whether the expression may match where only these of its pieces are.
bool may_match(const re2::FilteredRE2& filter, const std::vector<bool>& there) {
  std::vector<int> pieces, potential;
  for (size_t i = 0; i < there.size(); ++i)
    if (there[i]) pieces.push_back(static_cast<int>(i));
  filter.AllPotentials(pieces, &potential);
  return !potential.empty();
}

// Nearly every text has it.
bool is_one_digit(std::string_view piece) {
  return piece.size() == 1 && is_digit(static_cast<unsigned char>(piece[0]));
}

// Sets of pieces, none of which shares one with another: without any of a set the expression cannot match.
// Long pieces, which are rare, in the first ones.
std::vector<std::vector<size_t>> clauses_of(const re2::FilteredRE2& filter,
                                            const std::vector<std::string>& pieces) {
  std::vector<size_t> by_length(pieces.size());
  std::iota(by_length.begin(), by_length.end(), size_t{0});
  std::ranges::sort(by_length, {}, [&](size_t i) { return std::pair(pieces[i].size(), i); });
  std::vector<std::vector<size_t>> clauses;
  std::vector<bool> told(pieces.size());  // it is in a clause
  while (clauses.size() < kClauses && !may_match(filter, told)) {
    // Without all the others it cannot match: a least set of these.
    std::vector<bool> there = told;
    for (const size_t i : by_length) {
      if (told[i]) continue;
      there[i] = true;
      if (may_match(filter, there)) there[i] = false;
    }
    std::vector<size_t> clause;
    for (size_t i = 0; i < pieces.size(); ++i)
      if (!there[i]) clause.push_back(i);
    for (const size_t i : clause) told[i] = true;
    if (std::ranges::none_of(clause, [&](size_t i) { return is_one_digit(pieces[i]); }))
      clauses.push_back(std::move(clause));
  }
  return clauses;
}

}  // namespace

struct ExpressionSet::Data {
  // Bits of clauses: those of the first clause of each expression, then of the second, and so on.
  size_t words() const { return (filters.size() + 63) / 64; }
  size_t bit(size_t clause, size_t expression) const { return clause * words() * 64 + expression; }

  std::vector<std::unique_ptr<re2::FilteredRE2>> filters;  // by expression
  std::vector<std::vector<std::string>> pieces;
  BitMap missing;  // clauses that expressions do not have, or every text has
  std::vector<uint32_t>
      begins;  // by piece as it is looked for, and one more: where in `clauses` its own begin
  std::vector<uint32_t> clauses;
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
  if (data_->filters.size() >= limits::kRuleExpressions)
    return fail(ErrorCode::kTooLarge, "too many expressions");
  re2::RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(limits::kRuleExpressionMemory);
  const std::string folded = fold_expression(folds_, expression);
  auto filter = std::make_unique<re2::FilteredRE2>(kLeastPieceBytes);
  int id = 0;
  if (filter->Add(folded, options, &id) != re2::RE2::NoError)
    return fail(ErrorCode::kInvalidArgument, re2::RE2(folded, options).error());
  if (re2::RE2::PartialMatch("", filter->GetRE2(id)))
    return fail(ErrorCode::kInvalidArgument, "the expression matches an empty text");
  filter->Compile(&data_->pieces.emplace_back());
  data_->filters.push_back(std::move(filter));
  return {};
}

ExpressionSet ExpressionSet::Builder::make(const NumberOf& number_of) {
  Data& data = *data_;
  data.missing.assign(data.words() * 64 * kClauses);
  std::vector<std::pair<uint32_t, uint32_t>> of_pieces;  // a piece as it is looked for, a clause
  uint32_t end = 0;
  for (size_t e = 0; e < data.filters.size(); ++e) {
    const auto clauses = clauses_of(*data.filters[e], data.pieces[e]);
    for (size_t c = 0; c < kClauses; ++c) {
      if (c >= clauses.size()) data.missing.set(data.bit(c, e));
      if (c >= clauses.size()) continue;
      for (const size_t piece : clauses[c]) {
        const auto number = number_of(data.pieces[e][piece]);
        if (!number) data.missing.set(data.bit(c, e));
        if (number) of_pieces.emplace_back(*number, static_cast<uint32_t>(data.bit(c, e)));
        if (number) end = std::max(end, *number + 1);
      }
    }
  }
  data.pieces.clear();
  std::ranges::sort(of_pieces);
  for (const auto& [piece, clause] : of_pieces) {
    while (data.begins.size() <= piece) data.begins.push_back(static_cast<uint32_t>(data.clauses.size()));
    data.clauses.push_back(clause);
  }
  data.begins.resize(end + size_t{1}, static_cast<uint32_t>(data.clauses.size()));
  ExpressionSet set;
  set.data_ = std::move(data_);
  return set;
}

size_t ExpressionSet::size() const { return data_->filters.size(); }

void ExpressionSet::find_potential(const BitMap& pieces, BitMap& potential) const {
  potential = data_->missing;
  pieces.for_each([&](size_t piece) {
    if (piece + 1 >= data_->begins.size()) return;
    for (uint32_t i = data_->begins[piece]; i < data_->begins[piece + 1]; ++i)
      potential.set(data_->clauses[i]);
  });
  potential.intersect_parts(kClauses);
}

void ExpressionSet::find(uint32_t expression, Text& text, std::vector<Match>& matches) const {
  if (!text.written) write_folded(text.units, text.folded);
  text.written = true;
  matches.clear();
  const re2::RE2& re = data_->filters[expression]->GetRE2(0);
  size_t at = 0;
  while (matches.size() < limits::kScreenExpressionSpans) {
    re2::StringPiece found;
    if (!re.Match(text.folded, at, text.folded.size(), re2::RE2::UNANCHORED, &found, 1) || found.empty())
      break;
    const auto begin = static_cast<size_t>(found.data() - text.folded.data());
    at = begin + found.size();
    const uint32_t first = unit_at(text.units, 0, 0, begin);
    const uint32_t last = unit_at(text.units, first, begin, at - 1);
    matches.push_back({first, last + 1});
  }
}

}  // namespace yizhan::screen
