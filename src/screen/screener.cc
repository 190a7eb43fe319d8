#include "screen/screener.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "base/limits.h"
#include "screen/screener_run.h"
#include "text/utf8.h"

namespace yizhan::screen {

std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames{"pass", "review", "block"};
  return kNames[static_cast<size_t>(verdict)];
}

Screener::Screener() {
  static std::atomic<uint64_t> last{0};
  number_ = ++last;
}

uint32_t Screener::Texts::add(std::string_view term, std::string_view replacement) {
  all += term;
  const auto end = static_cast<uint32_t>(all.size());
  all += replacement;
  ends.push_back({end, static_cast<uint32_t>(all.size())});
  return static_cast<uint32_t>(ends.size() - 1);
}
std::string_view Screener::Texts::term(uint32_t i) const {
  const uint32_t begin = i == 0 ? 0 : ends[i - 1][1];
  return std::string_view(all).substr(begin, ends[i][0] - begin);
}
std::string_view Screener::Texts::replacement(uint32_t i) const {
  return std::string_view(all).substr(ends[i][0], ends[i][1] - ends[i][0]);
}

template <class Rests>
Screener::UseTable::UseTable(std::span<const Given> all, size_t count, Rests rests)
    : uses_(all.size()), begins_(count + 1) {
  for (const Given& given : all) {  // how many, for now
    ++begins_[given.of].all;
    begins_[given.of].resting += rests(given.use) ? 0 : 1;
  }
  uint32_t end = 0;
  for (Begins& begins : begins_) {
    const uint32_t here = std::exchange(begins.all, end);
    begins.resting += end;
    end += here;
  }
  std::vector<Begins> next = begins_;
  for (const Given& given : all)
    uses_[rests(given.use) ? next[given.of].resting++ : next[given.of].all++] = given.use;
}

// Puts the packs together: rules numbered, every term folded as texts are and given to the matcher.
class Screener::Maker {
 public:
  Maker(const FoldTable* folds, VariantTable variants)
      : variants_(std::move(variants)),
        terms_(*folds, variants_),
        scores_(*folds, variants_),
        expressions_(*folds) {
    screener_->folds_ = folds;
  }

  Result<> add(RulePack pack) {
    for (const PackInfo& other : screener_->packs_)
      if (other.id == pack.info.id) return bad("two rule packs of the same id", pack.info.id);
    screener_->packs_.push_back(std::move(pack.info));
    for (const WordClass& words : pack.scoring.word_classes) YZ_CHECK(scores_.add_class(words));
    if (pack.scoring.threshold) {
      if (has_score_threshold_)
        return bad("two rule packs with a threshold of scores", screener_->packs_.back().id);
      has_score_threshold_ = true;
      screener_->score_threshold_ = *pack.scoring.threshold;
      screener_->score_ordinary_ = pack.scoring.ordinary;
      screener_->score_short_margin_ = pack.scoring.short_margin;
    }
    for (const screen::Sector& sector : pack.sectors) YZ_CHECK(add_sector(sector));
    for (const TermRule& rule : pack.rules) YZ_CHECK(add_rule(rule));
    for (CheckRule& check : pack.checks) YZ_CHECK(add_check(std::move(check)));
    for (const screen::Allowance& allowance : pack.allowances) YZ_CHECK(add_allowance(allowance));
    return add_denials(pack.denials);
  }

  Result<std::shared_ptr<const Screener>> finish() {
    if (screener_->packs_.empty()) return bad("no rule pack", "");
    for (size_t i = 0; i < kCheckKinds; ++i)
      if (!has_check_[i])
        return bad("no rule pack configures this check", std::string(check_name(static_cast<CheckKind>(i))));
    YZ_CHECK(name_others());
    screener_->expressions_ = expressions_.make(
        [&](std::string_view piece, bool leading) { return terms_.add_piece(piece, leading); });
    const auto rests = [&](const Use& use) { return screener_->rests(use); };
    screener_->uses_ = UseTable(uses_, term_count_, rests);
    screener_->expression_uses_ = UseTable(expression_uses_, screener_->expressions_.size(), rests);
    screener_->matcher_.emplace(YZ_TRY(terms_.make()));
    screener_->scores_ = YZ_TRY(scores_.make());
    for (size_t c = 0; c < kMessageClasses; ++c)
      for (size_t least = 0; least < 3; ++least)
        screener_->wanted_[c][least] = want(static_cast<MessageClass>(c), static_cast<Severity>(least));
    return std::shared_ptr<const Screener>(std::move(screener_));
  }

 private:
  static std::unexpected<Error> bad(std::string why, std::string where) {
    return fail(ErrorCode::kInvalidArgument, std::move(why), std::move(where));
  }

  // A rule and its terms; the caller says what else it is. Returns its index.
  Result<uint32_t> add_rule_of(const TermRule& rule) {
    const std::string& id = rule.info.id;
    const auto index = static_cast<uint32_t>(screener_->rules_.size());
    if (!ids_.emplace(id, index).second) return bad("two rules of the same id", id);
    if (screener_->rules_.size() >= limits::kRules) return fail(ErrorCode::kTooLarge, "too many rules", id);
    const Homophones homophones = homophones_of(rule);
    for (const Term& term : rule.terms) {
      const Use use{index, screener_->texts_.add(term.text, term.replacement), Role::kTerm, 0};
      YZ_CHECK(add_term(term.text, use, homophones, id));
    }
    for (const std::string& expression : rule.expressions) {
      const Use use{index, screener_->texts_.add(expression, {}), Role::kTerm, 0};
      YZ_CHECK(add_expression(expression, use, id));
    }
    YZ_CHECK(add_terms(rule.except, {index, 0, Role::kExcept, 0}, id));
    YZ_CHECK(add_terms(rule.unless, {index, 0, Role::kUnless, 0}, id));
    for (const std::string& expression : rule.unless_expressions)
      YZ_CHECK(add_expression(expression, {index, 0, Role::kUnless, 0}, id));
    for (size_t g = 0; g < rule.groups.size(); ++g)
      YZ_CHECK(add_terms(rule.groups[g], {index, 0, Role::kGroup, static_cast<uint8_t>(g)}, id));
    Rule made;
    made.info = rule.info;
    made.part = rule.part;
    made.essential = rule.essential;
    made.pack = static_cast<uint32_t>(screener_->packs_.size() - 1);
    made.whole_part = rule.whole_part;
    made.disguised = rule.disguised;
    made.weighed = rule.weighed;
    made.grave = std::ranges::find(rule.info.severity, Severity::kBlock) != rule.info.severity.end();
    made.boundary = rule.boundary;
    made.groups = static_cast<uint8_t>(rule.groups.size());
    screener_->rules_.push_back(std::move(made));
    return index;
  }

  static Homophones homophones_of(const TermRule& rule) {
    if (rule.homophones) return *rule.homophones ? Homophones::kAll : Homophones::kNever;
    if (rule.short_homophones) return Homophones::kThree;
    const bool blocks = std::ranges::find(rule.info.severity, Severity::kBlock) != rule.info.severity.end();
    return blocks ? Homophones::kLong : Homophones::kNever;
  }

  Result<> add_rule(const TermRule& rule) {
    const uint32_t index = YZ_TRY(add_rule_of(rule));
    if (!rule.scores_file.empty()) {
      auto added = scores_.add_rule(rule.scores);
      if (!added)
        return fail(added.error().code, fmt::format("{}: {}", added.error().field, added.error().message),
                    rule.info.id);
      screener_->scored_.push_back(index);
      screener_->rules_[index].scored = true;
      screener_->rules_[index].threshold = rule.threshold;
      if (!rule.threshold && !has_score_threshold_)
        return bad("a scored rule without a threshold", rule.info.id);
    }
    if (!rule.sector.empty()) in_sector_.emplace_back(index, rule.sector);
    return {};
  }

  Result<> add_sector(const screen::Sector& sector) {
    if (screener_->sectors_.size() >= limits::kSectors)
      return fail(ErrorCode::kTooLarge, "too many sectors", sector.triggers.info.id);
    const auto number = static_cast<uint32_t>(screener_->sectors_.size());
    const uint32_t trigger = YZ_TRY(add_rule_of(sector.triggers));
    screener_->rules_[trigger].trigger_of = number;
    sectors_.emplace(sector.triggers.info.id, number);
    Sector made;
    made.found = {sector.triggers.info.id, sector.title, sector.required_qualifications,
                  sector.second_reviewer};
    for (const TermRule& text : sector.required_texts) {
      made.required.push_back(YZ_TRY(add_rule_of(text)));
      screener_->rules_[made.required.back()].missing = true;
      screener_->rules_[made.required.back()].sector = number;
    }
    for (const TermRule& claim : sector.forbidden)
      screener_->rules_[YZ_TRY(add_rule_of(claim))].sector = number;
    screener_->sectors_.push_back(std::move(made));
    return {};
  }

  Result<> add_check(CheckRule check) {
    const auto kind = static_cast<size_t>(check.kind);
    if (!ids_.emplace(check.info.id, kNone).second) return bad("two rules of the same id", check.info.id);
    if (has_check_[kind]) return bad("a check configured twice", check.info.id);
    has_check_[kind] = true;
    if (check.kind == CheckKind::kOptOutMissing || check.kind == CheckKind::kOptOutForbidden)
      YZ_CHECK(
          add_terms(check.values, {static_cast<uint32_t>(kind), 0, Role::kCheckValue, 0}, check.info.id));
    screener_->check_packs_[kind] = static_cast<uint32_t>(screener_->packs_.size() - 1);
    screener_->checks_[kind] = std::move(check);
    return {};
  }

  Result<> add_allowance(const screen::Allowance& allowance) {
    if (!ids_.emplace(allowance.id, kNone).second) return bad("two rules of the same id", allowance.id);
    const auto index = static_cast<uint32_t>(screener_->allowances_.size());
    YZ_CHECK(add_terms(allowance.phrases, {index, 0, Role::kAllow, 0}, allowance.id));
    screener_->allowances_.emplace_back();
    for (const std::string& rule : allowance.rules) allowed_.emplace_back(index, rule);
    return {};
  }

  Result<> add_denials(const Denials& denials) {
    const std::string& pack = screener_->packs_.back().id;
    for (const std::string& word : denials.words) {
      size_t at = 0;
      const char32_t first = text::next_code_point(word, at);
      if (at == word.size())
        screener_->denials_at_once_.push_back(screener_->folds_->fold(first));
      else
        YZ_CHECK(add_term(word, {0, 0, Role::kDenial, 0}, Homophones::kNever, pack));
    }
    return add_terms(denials.except, {0, 0, Role::kNoDenial, 0}, pack);
  }

  // What rules and allowances name may come after them, in another pack.
  Result<> name_others() {
    for (const auto& [rule, sector] : in_sector_) {
      const auto found = sectors_.find(sector);
      if (found == sectors_.end()) return bad("no such sector", screener_->rules_[rule].info.id);
      screener_->rules_[rule].sector = found->second;
    }
    for (const auto& [allowance, rule] : allowed_) {
      const auto found = ids_.find(rule);
      if (found == ids_.end() || found->second == kNone) return bad("no such rule to allow for", rule);
      screener_->allowances_[allowance].rules.push_back(found->second);
    }
    for (Allowance& allowance : screener_->allowances_) std::ranges::sort(allowance.rules);
    return {};
  }

  // A rule is wanted where its finding would be told, or where another one rests on it.
  Wanted want(MessageClass message_class, Severity least) const {
    const auto c = static_cast<size_t>(message_class);
    std::vector<uint8_t> by_sector(screener_->sectors_.size(), 0);
    Wanted out;
    out.rules.assign(screener_->rules_.size());
    for (size_t i = 0; i < screener_->rules_.size(); ++i) {
      const Rule& rule = screener_->rules_[i];
      if (!rule.info.severity[c] || *rule.info.severity[c] < least) continue;
      out.rules.set(i);
      if (rule.sector != kNone) by_sector[rule.sector] = 1;
    }
    for (size_t i = 0; i < screener_->rules_.size(); ++i) {
      const Rule& rule = screener_->rules_[i];
      if (rule.trigger_of != kNone && by_sector[rule.trigger_of] != 0 && rule.info.severity[c])
        out.rules.set(i);
    }
    out.terms.assign(term_count_);
    for (const auto& [term, use] : uses_)
      if (out.holds(use)) out.terms.set(term);
    out.leading_expressions.assign(screener_->expressions_.size());
    out.resting_expressions.assign(screener_->expressions_.size());
    for (const auto& [expression, use] : expression_uses_)
      if (out.holds(use))
        (screener_->rests(use) ? out.resting_expressions : out.leading_expressions).set(expression);
    return out;
  }

  Result<> add_terms(const std::vector<std::string>& terms, const Use& use, const std::string& rule) {
    for (const std::string& term : terms) YZ_CHECK(add_term(term, use, Homophones::kNever, rule));
    return {};
  }

  Result<> add_term(const std::string& term, const Use& use, Homophones homophones, const std::string& rule) {
    using Refusal = TermMatcher::Builder::Refusal;
    if (uses_.size() >= limits::kRuleTerms) return fail(ErrorCode::kTooLarge, "too many terms", rule);
    auto& known = terms_of_[static_cast<size_t>(homophones)];
    if (const auto found = known.find(term); found != known.end()) {
      uses_.push_back({found->second, use});
      return {};
    }
    switch (terms_.add(term, homophones)) {
      case Refusal::kNothingToCompare:
        return bad("a term of symbols only: nothing of it would be compared", rule);
      case Refusal::kOnlyDigits:
        return bad("a term of digits only would be found in every number", rule);
      case Refusal::kTooLong:
        return fail(ErrorCode::kTooLarge, "a term is too long", rule);
      case Refusal::kNone:
        break;
    }
    known.emplace(term, term_count_);
    uses_.push_back({term_count_++, use});
    return {};
  }

  Result<> add_expression(const std::string& expression, const Use& use, const std::string& rule) {
    const auto [known, is_new] =
        expression_of_.try_emplace(expression, static_cast<uint32_t>(expression_of_.size()));
    expression_uses_.push_back({known->second, use});
    if (!is_new) return {};
    if (auto added = expressions_.add(expression); !added)
      return fail(added.error().code, fmt::format("{}: {}", expression, added.error().message), rule);
    return {};
  }

  std::shared_ptr<Screener> screener_{new Screener};
  VariantTable variants_;
  TermMatcher::Builder terms_;
  ScoreTable::Builder scores_;
  ExpressionSet::Builder expressions_;
  std::vector<UseTable::Given> uses_, expression_uses_;
  uint32_t term_count_ = 0;
  std::array<std::unordered_map<std::string, uint32_t>, 4> terms_of_;  // by Homophones
  std::unordered_map<std::string, uint32_t> expression_of_;
  bool has_score_threshold_ = false;
  std::unordered_map<std::string, uint32_t> ids_;  // of rules their index, else kNone
  std::unordered_map<std::string, uint32_t> sectors_;
  std::vector<std::pair<uint32_t, std::string>> in_sector_;
  std::vector<std::pair<uint32_t, std::string>> allowed_;
  std::array<bool, kCheckKinds> has_check_{};
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
  const FoldTable* folds = YZ_TRY(FoldTable::instance());
  VariantData variants;
  for (RulePack& pack : packs) {
    std::ranges::move(pack.variants.splits, std::back_inserter(variants.splits));
    std::ranges::move(pack.variants.look_alikes, std::back_inserter(variants.look_alikes));
    std::ranges::move(pack.variants.characters, std::back_inserter(variants.characters));
    variants.function_characters += pack.variants.function_characters;
  }
  // Without them disguises would go through unseen.
  if (!packs.empty() && (variants.splits.empty() || variants.look_alikes.empty()))
    return fail(ErrorCode::kInvalidArgument, "no rule pack gives the variants of characters", "variants");
  if (!packs.empty() && variants.characters.empty())
    return fail(ErrorCode::kInvalidArgument, "no rule pack gives the standard characters", "variants");
  Maker maker(folds, VariantTable::make(*folds, variants));
  for (RulePack& pack : packs) YZ_CHECK(maker.add(std::move(pack)));
  return maker.finish();
}

std::vector<SectorRules> Screener::sector_rules() const {
  std::vector<SectorRules> all;
  for (const Sector& sector : sectors_) all.push_back({sector.found, {}, {}, {}});
  for (const Rule& rule : rules_) {
    if (rule.trigger_of != kNone) all[rule.trigger_of].legal_basis = rule.info.legal_basis;
    if (rule.sector == kNone) continue;
    SectorRules& of = all[rule.sector];
    (rule.missing ? of.required_texts : of.forbidden)
        .push_back({rule.info.id, rule.info.legal_basis, rule.info.suggestion});
  }
  return all;
}

// What lifts a rule, or is asked besides, matters only where the rule found something. A missing text is the
// other way round.
bool Screener::rests(const Use& use) const {
  return use.of_rule() && use.role != Role::kTerm && !rules_[use.rule].missing;
}

size_t Screener::bytes() const {
  return matcher_->bytes() + (scores_ ? scores_->bytes() : 0) + uses_.bytes() + expression_uses_.bytes() +
         texts_.all.capacity() + texts_.ends.capacity() * sizeof(texts_.ends[0]);
}

Screening Screener::screen(const Draft& draft) const {
  Run run(*this, draft.message_class, Severity::kInfo);
  run.draft(draft);
  return run.take_screening();
}

Screening Screener::screen_message(std::string_view text, MessageClass message_class) const {
  Run run(*this, message_class, Severity::kInfo);
  run.rendered(text);
  return run.take_screening();
}

RenderedScreening Screener::screen_rendered(std::string_view text, MessageClass message_class) const {
  Run run(*this, message_class, Severity::kReview);
  run.rendered(text);
  RenderedScreening out;
  out.findings = run.take_findings(out.verdict);
  return out;
}

}  // namespace yizhan::screen
