#pragma once
// The company's own lists as screening takes them: one rule pack, made in memory beside those of the files,
// whose version is a counter that goes up with every change. Plain data and pure functions but for the Tx.

#include <optional>
#include <string>
#include <vector>

#include "db/tx.h"
#include "screen/rule_pack.h"

namespace yizhan::service {

inline constexpr const char* kCompanyPackId = "company-lists";
inline constexpr const char* kBrandRuleId = "company.brand";

struct AllowedPhrase {
  std::string phrase;
  std::vector<std::string> rules;  // for these alone; empty = for all that may be allowed for
};

struct CompanyLists {
  int64_t version = 0;  // 0 = there never was any
  std::vector<AllowedPhrase> phrases;
  std::vector<std::string> brands;      // others', in all spellings
  std::vector<std::string> own_brands;  // in which no other's is found
};

// What is in force at `now`.
Result<CompanyLists> load_company_lists(db::Tx& tx, Time now);
// To be called in the transaction of every change of what is in force.
Result<> company_lists_changed(db::Tx& tx);

// Whether no phrase is ever allowed for the rule: one that blocks (in any class of messages) because of what
// the Telecommunications Regulations, article 56, forbid anybody to send, and other laws with them. What is
// said of categories stands in docs/decisions/0020.
bool is_never_allowed_for(const screen::RuleInfo& rule);
// The rules for which a phrase may be allowed, by what the packs say: those of words, but the ones above.
std::vector<screen::RuleInfo> rules_to_allow_for(const std::vector<screen::RulePack>& packs);

// None: there is nothing to say. Rules that the packs do not have (any more) are left out, and phrases whose
// every rule is.
std::optional<screen::RulePack> company_pack(const CompanyLists& lists,
                                             const std::vector<screen::RulePack>& packs, std::string day);

}  // namespace yizhan::service
