#include "service/company_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"
#include "base/limits.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;
using screen::Category;

namespace {

constexpr int64_t kOwn = 2;  // brand.ownership

// Others' marks: never a block, for naming them may be lawful (comparison, repair, sale).
screen::TermRule brand_rule(const CompanyLists& lists) {
  screen::TermRule rule;
  rule.info.id = kBrandRuleId;
  rule.info.category = Category::kIpBrand;
  rule.info.severity.fill(screen::Severity::kReview);
  rule.info.legal_basis = "《中华人民共和国商标法》第五十七条";
  rule.info.suggestion = {"涉及他人商标或品牌：确认已获授权，或删去",
                          "Another's mark: show the licence, or leave it out"};
  for (const std::string& brand : lists.brands) rule.terms.push_back({.text = brand, .replacement = {}});
  rule.except = lists.own_brands;
  return rule;
}

}  // namespace

Result<CompanyLists> load_company_lists(db::Tx& tx, Time now) {
  CompanyLists lists;
  lists.version = YZ_TRY(tx.number(q::company_list_version));
  YZ_CHECK(tx.each(
      q::allow_phrases_in_force,
      [&](const db::Row& r) -> Result<> {
        lists.phrases.push_back({r.string(0), YZ_TRY(json::decode<std::vector<std::string>>(r.text(1)))});
        return {};
      },
      now, static_cast<int64_t>(limits::kAllowPhrases)));
  YZ_CHECK(tx.each(
      q::brands_all,
      [&](const db::Row& r) -> Result<> {
        auto& list = r.i64(1) == kOwn ? lists.own_brands : lists.brands;
        list.push_back(r.string(0));
        for (std::string& alias : YZ_TRY(json::decode<std::vector<std::string>>(r.text(2))))
          list.push_back(std::move(alias));
        return {};
      },
      static_cast<int64_t>(limits::kBrands)));
  return lists;
}

Result<> company_lists_changed(db::Tx& tx) {
  YZ_TRY(tx.run(q::company_list_changed));
  return {};
}

bool is_never_allowed_for(const screen::RuleInfo& rule) {
  constexpr Category kForbidden[] = {Category::kPolitical,     Category::kTerrorViolence,
                                     Category::kPorn,          Category::kGambling,
                                     Category::kDrugs,         Category::kFraud,
                                     Category::kRumour,        Category::kSuperstitionCult,
                                     Category::kThreat,        Category::kInsultDefamation,
                                     Category::kDiscrimination};
  return std::ranges::find(kForbidden, rule.category) != std::end(kForbidden) &&
         std::ranges::find(rule.severity, screen::Severity::kBlock) != rule.severity.end();
}

std::vector<screen::RuleInfo> rules_to_allow_for(const std::vector<screen::RulePack>& packs) {
  std::vector<screen::RuleInfo> rules;
  const auto add = [&](const screen::TermRule& rule) {
    if (!is_never_allowed_for(rule.info)) rules.push_back(rule.info);
  };
  for (const screen::RulePack& pack : packs) {
    std::ranges::for_each(pack.rules, add);
    for (const screen::Sector& sector : pack.sectors) {
      add(sector.triggers);
      std::ranges::for_each(sector.forbidden, add);
    }
  }
  return rules;
}

std::optional<screen::RulePack> company_pack(const CompanyLists& lists,
                                             const std::vector<screen::RulePack>& packs, std::string day) {
  if (lists.version == 0) return std::nullopt;
  screen::RulePack pack;
  pack.info = {.id = kCompanyPackId,
               .version = std::to_string(lists.version),
               .jurisdiction = "*",
               .effective_date = std::move(day)};
  if (!lists.brands.empty()) pack.rules.push_back(brand_rule(lists));
  std::set<std::string> known;
  for (const screen::RuleInfo& rule : rules_to_allow_for(packs)) known.insert(rule.id);
  for (const screen::TermRule& rule : pack.rules) known.insert(rule.info.id);
  // An allowance without rules would be for all of them, those that nothing is allowed for among them.
  std::map<std::vector<std::string>, std::vector<std::string>> by_rules;
  for (const AllowedPhrase& allowed : lists.phrases) {
    std::vector<std::string> rules;
    if (allowed.rules.empty()) rules.assign(known.begin(), known.end());
    for (const std::string& rule : allowed.rules)
      if (known.contains(rule)) rules.push_back(rule);
    std::ranges::sort(rules);
    if (!rules.empty()) by_rules[rules].push_back(allowed.phrase);
  }
  for (auto& [rules, phrases] : by_rules)
    pack.allowances.push_back({.id = fmt::format("company.allow.{}", pack.allowances.size() + 1),
                               .reason = "granted by compliance",
                               .phrases = std::move(phrases),
                               .rules = rules});
  return pack;
}

}  // namespace yizhan::service
