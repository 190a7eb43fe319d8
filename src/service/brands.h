#pragma once
// Marks that screening knows: others', which a message names only when a reviewer has looked at it (others'
// intellectual property, policy 3.1.3), and the company's own, which it may name. What is changed is in force
// when it returns, and holds after every load of the rule packs. Blocking; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "service/principal.h"
#include "service/rule_packs.h"
#include "service/stated_reason.h"
#include "store/store.h"

namespace yizhan::service {

#define YIZHAN_BRAND_OWNERSHIPS(X)                       \
  X(kOthers, 1, "others") /* a finding for a reviewer */ \
  X(kOwn, 2, "own")       /* no finding, not even where another's mark stands in it */
YIZHAN_ENUM(BrandOwnership, YIZHAN_BRAND_OWNERSHIPS)

// The same for a new one and for a change.
struct BrandDraft {
  std::string name;
  BrandOwnership ownership = BrandOwnership::kOthers;
  std::vector<std::string> aliases;  // other spellings
  std::string note;                  // whose it is, which registration
  static constexpr json::Rule kRules[] = {
      {.member = "name", .min_length = 2, .max_length = limits::kRuleTermCharacters},
      {.member = "aliases",
       .presence = json::Presence::kOptional,
       .min_length = 2,
       .max_length = limits::kRuleTermCharacters,
       .max_items = limits::kBrandAliases,
       .description = "other spellings"},
      {.member = "note", .presence = json::Presence::kOptional, .max_length = limits::kReasonCharacters}};
};
BOOST_DESCRIBE_STRUCT(BrandDraft, (), (name, ownership, aliases, note))

struct BrandView {
  BrandId id;
  std::string name;
  BrandOwnership ownership = BrandOwnership::kOthers;
  std::vector<std::string> aliases;
  std::string note;
  UserId created_by;
  Time created_at;
  std::optional<UserId> updated_by;
  std::optional<Time> updated_at;
  int64_t version = 0;  // for If-Match
};
BOOST_DESCRIBE_STRUCT(BrandView, (),
                      (id, name, ownership, aliases, note, created_by, created_at, updated_by, updated_at,
                       version))

struct ListBrands {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<BrandId> after;
  std::optional<BrandOwnership> ownership;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListBrands, (), (limit, after, ownership))

struct BrandPage {
  std::vector<BrandView> items;  // the newest first
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(BrandPage, (), (items, next_after))

class Brands {
 public:
  Brands(const store::Store& store, RulePacks& packs) : store_(store), packs_(packs) {}

  // kConflict when the name is there, kInvalidArgument for one that cannot be looked for.
  Result<BrandView> add(const Principal& who, const BrandDraft& brand);
  // The same faults, and kVersionConflict when it is not at `version` any more (nullopt: whatever it is at).
  // Nothing changes when it says what it said.
  Result<BrandView> save(const Principal& who, BrandId id, std::optional<int64_t> version,
                         const BrandDraft& brand);
  Result<> remove(const Principal& who, BrandId id, const StatedReason& why);
  Result<BrandPage> list(const ListBrands& request) const;

 private:
  const store::Store& store_;
  RulePacks& packs_;
};

}  // namespace yizhan::service
