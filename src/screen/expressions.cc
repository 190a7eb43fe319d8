#include "screen/expressions.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <iterator>
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
using Clause = std::vector<std::string>;
std::vector<Clause> clauses_of(const re2::FilteredRE2& filter, const std::vector<std::string>& pieces) {
  std::vector<size_t> by_length(pieces.size());
  std::iota(by_length.begin(), by_length.end(), size_t{0});
  std::ranges::sort(by_length, {}, [&](size_t i) { return std::pair(pieces[i].size(), i); });
  std::vector<Clause> clauses;
  std::vector<bool> told(pieces.size());  // it is in a clause
  while (clauses.size() < kClauses && !may_match(filter, told)) {
    // Without all the others it cannot match: a least set of these.
    std::vector<bool> there = told;
    for (const size_t i : by_length) {
      if (told[i]) continue;
      there[i] = true;
      if (may_match(filter, there)) there[i] = false;
    }
    Clause clause;
    for (size_t i = 0; i < pieces.size(); ++i) {
      if (there[i]) continue;
      told[i] = true;
      clause.push_back(pieces[i]);
    }
    if (std::ranges::none_of(clause, is_one_digit)) clauses.push_back(std::move(clause));
  }
  return clauses;
}

re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(limits::kRuleExpressionMemory);
  return options;
}

// Behind the class of characters that begins here.
size_t class_end(std::string_view expression, size_t at) {
  at += expression.substr(at).starts_with("[^") ? 2 : 1;
  if (at < expression.size() && expression[at] == ']') ++at;
  while (at < expression.size() && expression[at] != ']') {
    if (expression.substr(at).starts_with("[:"))
      at = std::min(expression.find(":]", at), expression.size() - 1) + 1;
    at += expression[at] == '\\' ? 2 : 1;
  }
  return at + 1;
}

// What may match each by itself: the parts between the bars outside of brackets. All of it where flags or
// quotes would have to be carried from one part to the next.
std::vector<std::string> branches_of(const std::string& expression) {
  std::vector<std::string> branches;
  size_t begin = 0;
  int depth = 0;
  for (size_t at = 0; at <= expression.size(); ++at) {
    const char c = at < expression.size() ? expression[at] : '|';
    if (c == '\\') {
      if (expression.substr(at).starts_with("\\Q")) return {expression};
      ++at;
    } else if (c == '[') {
      at = class_end(expression, at) - 1;
    } else if (c == '(') {
      if (expression.substr(at).starts_with("(?") && !expression.substr(at).starts_with("(?:"))
        return {expression};
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == '|' && depth == 0) {
      branches.push_back(expression.substr(begin, at - begin));
      begin = at + 1;
    }
  }
  const auto is_whole = [](const std::string& branch) { return re2::RE2(branch, options()).ok(); };
  return std::ranges::all_of(branches, is_whole) ? branches : std::vector{expression};
}

std::vector<Clause> clauses_of_branch(const std::string& branch) {
  re2::FilteredRE2 filter(kLeastPieceBytes);
  std::vector<std::string> pieces;
  int id = 0;
  if (filter.Add(branch, options(), &id) != re2::RE2::NoError) return {};
  filter.Compile(&pieces);
  return clauses_of(filter, pieces);
}

}  // namespace

struct ExpressionSet::Data {
  // What may match by itself, and the clauses of it but the first: in `clauses`, each with its size before
  // it.
  struct Branch {
    uint32_t expression = 0;
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  std::vector<std::unique_ptr<re2::RE2>> expressions;
  std::vector<Branch> branches;
  std::vector<uint32_t> clauses;     // pieces as they are looked for
  std::vector<uint32_t> unfiltered;  // expressions with a branch that has no clause, rising
  // By piece, and one more: where in `firsts` the branches are that have it in their first clause.
  std::vector<uint32_t> begins;
  std::vector<uint32_t> firsts;

  // Whether the text has a piece of each clause.
  bool has_all(const Branch& branch, const PieceSet& there) const {
    const uint32_t* clause = clauses.data() + branch.begin;
    const uint32_t* const end = clauses.data() + branch.end;
    while (clause != end) {
      const uint32_t* piece = clause + 1;
      clause = piece + *clause;  // the next one
      while (piece != clause && !there.test(*piece)) ++piece;
      if (piece == clause) return false;
    }
    return true;
  }
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
  if (data_->expressions.size() >= limits::kRuleExpressions)
    return fail(ErrorCode::kTooLarge, "too many expressions");
  const std::string folded = fold_expression(folds_, expression);
  auto re = std::make_unique<re2::RE2>(folded, options());
  if (!re->ok()) return fail(ErrorCode::kInvalidArgument, re->error());
  if (re2::RE2::PartialMatch("", *re))
    return fail(ErrorCode::kInvalidArgument, "the expression matches an empty text");
  data_->expressions.push_back(std::move(re));
  return {};
}

ExpressionSet ExpressionSet::Builder::make(const NumberOf& number_of) {
  Data& data = *data_;
  std::vector<std::pair<uint32_t, uint32_t>> firsts;  // a piece as it is looked for, a branch
  for (uint32_t e = 0; e < data.expressions.size(); ++e) {
    for (const std::string& text : branches_of(data.expressions[e]->pattern())) {
      std::vector<std::vector<uint32_t>> found;
      for (const Clause& clause : clauses_of_branch(text)) {
        std::vector<uint32_t> numbers;
        for (const std::string& piece : clause)
          if (const auto number = number_of(piece, found.empty())) numbers.push_back(*number);
        if (numbers.size() == clause.size()) found.push_back(std::move(numbers));
      }
      if (found.empty()) {
        data.unfiltered.push_back(e);
        continue;
      }
      for (const uint32_t piece : found[0])
        firsts.emplace_back(piece, static_cast<uint32_t>(data.branches.size()));
      const auto others = std::span(found).subspan(1);
      std::ranges::sort(others, {}, [](const auto& clause) { return clause.size(); });  // the quickest first
      Data::Branch branch{e, static_cast<uint32_t>(data.clauses.size()), 0};
      for (const std::vector<uint32_t>& clause : others) {
        data.clauses.push_back(static_cast<uint32_t>(clause.size()));
        std::ranges::copy(clause, std::back_inserter(data.clauses));
      }
      branch.end = static_cast<uint32_t>(data.clauses.size());
      data.branches.push_back(branch);
    }
  }
  std::ranges::sort(firsts);
  for (const auto& [piece, branch] : firsts) {
    while (data.begins.size() <= piece) data.begins.push_back(static_cast<uint32_t>(data.firsts.size()));
    data.firsts.push_back(branch);
  }
  data.begins.push_back(static_cast<uint32_t>(data.firsts.size()));
  ExpressionSet set;
  set.data_ = std::move(data_);
  return set;
}

size_t ExpressionSet::size() const { return data_->expressions.size(); }

void ExpressionSet::find_potential(const PieceSet& pieces, std::vector<uint32_t>& potential) const {
  const Data& data = *data_;
  potential = data.unfiltered;
  for (const uint32_t piece : pieces.leading()) {
    if (piece + 1 >= data.begins.size()) continue;
    for (uint32_t i = data.begins[piece]; i < data.begins[piece + 1]; ++i) {
      const Data::Branch& branch = data.branches[data.firsts[i]];
      if (data.has_all(branch, pieces)) potential.push_back(branch.expression);
    }
  }
  if (potential.size() < 2) return;
  std::ranges::sort(potential);
  const auto rest = std::ranges::unique(potential);
  potential.erase(rest.begin(), rest.end());
}

void ExpressionSet::find(uint32_t expression, Text& text, std::vector<Match>& matches) const {
  if (!text.written) write_folded(text.units, text.folded);
  text.written = true;
  matches.clear();
  const re2::RE2& re = *data_->expressions[expression];
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
