#include "screen/screener.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/limits.h"
#include "screen/screener_run.h"
#include "text/utf8.h"

namespace yizhan::screen {

std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames{"pass", "review", "block"};
  return kNames[static_cast<size_t>(verdict)];
}

// Puts the packs together: rules numbered, every term folded as texts are and given to the automaton.
class Screener::Maker {
 public:
  explicit Maker(const FoldTable* folds) { screener_->folds_ = folds; }

  Result<> add(RulePack pack) {
    for (const PackInfo& other : screener_->packs_)
      if (other.id == pack.info.id) return bad("two rule packs of the same id", pack.info.id);
    screener_->packs_.push_back(std::move(pack.info));
    for (TermRule& rule : pack.rules) YZ_CHECK(add_rule(std::move(rule)));
    for (CheckRule& check : pack.checks) YZ_CHECK(add_check(std::move(check)));
    return {};
  }

  Result<std::shared_ptr<const Screener>> finish() {
    if (screener_->packs_.empty()) return bad("no rule pack", "");
    for (size_t i = 0; i < kCheckKinds; ++i)
      if (!has_check_[i])
        return bad("no rule pack configures this check", std::string(check_name(static_cast<CheckKind>(i))));
    screener_->automaton_ = YZ_TRY(Automaton::build(texts_));
    return std::shared_ptr<const Screener>(std::move(screener_));
  }

 private:
  static std::unexpected<Error> bad(std::string why, std::string where) {
    return fail(ErrorCode::kInvalidArgument, std::move(why), std::move(where));
  }

  Result<> add_rule(TermRule rule) {
    if (!ids_.insert(rule.info.id).second) return bad("two rules of the same id", rule.info.id);
    if (screener_->rules_.size() >= limits::kRules)
      return fail(ErrorCode::kTooLarge, "too many rules", rule.info.id);
    const auto index = static_cast<uint32_t>(screener_->rules_.size());
    const std::string id = rule.info.id;
    YZ_CHECK(add_terms(rule.terms, {index, Role::kTerm, 0}, id));
    YZ_CHECK(add_terms(rule.except, {index, Role::kExcept, 0}, id));
    YZ_CHECK(add_terms(rule.unless, {index, Role::kUnless, 0}, id));
    for (size_t g = 0; g < rule.groups.size(); ++g)
      YZ_CHECK(add_terms(rule.groups[g], {index, Role::kGroup, static_cast<uint8_t>(g)}, id));
    screener_->rules_.push_back(
        {std::move(rule.info), rule.part, rule.whole_part, static_cast<uint8_t>(rule.groups.size())});
    return {};
  }

  Result<> add_check(CheckRule check) {
    const auto kind = static_cast<size_t>(check.kind);
    if (!ids_.insert(check.info.id).second) return bad("two rules of the same id", check.info.id);
    if (has_check_[kind]) return bad("a check configured twice", check.info.id);
    has_check_[kind] = true;
    if (check.kind == CheckKind::kOptOutMissing)
      YZ_CHECK(add_terms(check.values, {static_cast<uint32_t>(kind), Role::kCheckValue, 0}, check.info.id));
    if (check.kind == CheckKind::kOptOutForbidden)
      YZ_CHECK(add_terms(check.values, {static_cast<uint32_t>(kind), Role::kCheckValue, 0}, check.info.id));
    screener_->checks_[kind] = std::move(check);
    return {};
  }

  Result<> add_terms(const std::vector<std::string>& terms, Use use, const std::string& rule) {
    for (const std::string& term : terms) {
      Pattern pattern;
      pattern.use = use;
      std::u32string folded = fold(term, pattern);
      if (folded.empty()) return bad("a term of symbols only: nothing of it would be compared", rule);
      if (std::ranges::all_of(folded, [](char32_t c) { return c >= '0' && c <= '9'; }))
        return bad("a term of digits only would be found in every number", rule);
      if (texts_.size() >= limits::kRuleTerms) return fail(ErrorCode::kTooLarge, "too many terms", rule);
      texts_.push_back(std::move(folded));
      screener_->patterns_.push_back(pattern);
    }
    return {};
  }

  std::u32string fold(const std::string& term, Pattern& pattern) {
    screener_->folds_->normalize(term, Placeholders::kLiteral, units_);
    std::u32string out;
    pattern.latin = true;
    bool after_break = false;
    for (const Unit& unit : units_) {
      if (!is_word(unit.unit_class)) {
        after_break = !out.empty();
        continue;
      }
      pattern.breaks += after_break ? 1 : 0;
      after_break = false;
      if (out.empty()) pattern.latin_begin = is_latin(unit.unit_class);
      pattern.latin_end = is_latin(unit.unit_class);
      pattern.latin = pattern.latin && is_latin(unit.unit_class);
      out.push_back(unit.folded);
    }
    pattern.length = static_cast<uint16_t>(out.size());
    return out;
  }

  std::shared_ptr<Screener> screener_{new Screener};
  std::unordered_set<std::string> ids_;
  std::array<bool, kCheckKinds> has_check_{};
  std::vector<std::u32string> texts_;
  std::vector<Unit> units_;
};

Result<std::shared_ptr<const Screener>> Screener::load(std::span<const std::string> files,
                                                       std::string_view date) {
  if (files.empty() || files.size() > limits::kRulePacks)
    return fail(ErrorCode::kInvalidArgument, "screening needs rule packs, and not too many of them");
  std::vector<RulePack> packs;
  for (const std::string& file : files) {
    RulePack pack = YZ_TRY(load_rule_pack(file));
    if (pack.info.effective_date <= date) packs.push_back(std::move(pack));
  }
  return make(std::move(packs));
}

Result<std::shared_ptr<const Screener>> Screener::make(std::vector<RulePack> packs) {
  Maker maker(YZ_TRY(FoldTable::instance()));
  for (RulePack& pack : packs) YZ_CHECK(maker.add(std::move(pack)));
  return maker.finish();
}

Screening Screener::screen(const Draft& draft) const {
  Run run(*this, draft.message_class, Severity::kInfo);
  run.draft(draft);
  Screening out;
  out.findings = run.take_findings(out.verdict);
  out.packs = packs_;
  return out;
}

RenderedScreening Screener::screen_rendered(std::string_view text, MessageClass message_class) const {
  Run run(*this, message_class, Severity::kReview);
  run.rendered(text);
  RenderedScreening out;
  out.findings = run.take_findings(out.verdict);
  return out;
}

}  // namespace yizhan::screen
