#pragma once
// Findings that are false: marketing asks that a phrase be allowed, somebody of compliance who is not the one
// who asks grants it (for some rules, for a time) or refuses. What is granted is in force at once and after
// every load of the rule packs; nothing is allowed for what the law forbids anybody to send
// (company_lists.h). Blocking; any thread.

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

#define YIZHAN_ALLOW_PHRASE_STATES(X) \
  X(kRequested, 1, "requested")       \
  X(kGranted, 2, "granted")           \
  X(kRefused, 3, "refused")           \
  X(kRevoked, 4, "revoked")           \
  X(kExpired, 5, "expired")
YIZHAN_ENUM(AllowPhraseState, YIZHAN_ALLOW_PHRASE_STATES)

struct RequestAllowPhrase {
  std::string phrase;   // the ordinary words that the finding lies in
  std::string rule_id;  // of the finding
  std::optional<ContentId> content_id;
  std::string reason;
  static constexpr json::Rule kRules[] = {
      {.member = "phrase",
       .min_length = 2,
       .max_length = limits::kRuleTermCharacters,
       .description = "the ordinary words that the finding lies in; nothing personal"},
      {.member = "rule_id", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "reason", .min_length = 1, .max_length = limits::kReasonCharacters}};
};
BOOST_DESCRIBE_STRUCT(RequestAllowPhrase, (), (phrase, rule_id, content_id, reason))

struct GrantAllowPhrase {
  std::string reason;
  std::vector<std::string> rules;  // for these alone; none = for all that may be allowed for
  std::optional<Time> expires_at;
  static constexpr json::Rule kRules[] = {
      {.member = "reason", .min_length = 1, .max_length = limits::kReasonCharacters},
      {.member = "rules",
       .presence = json::Presence::kOptional,
       .max_length = limits::kNameCharacters,
       .max_items = limits::kAllowPhraseRules,
       .description = "for these alone; none = for every rule that may be allowed for"}};
};
BOOST_DESCRIBE_STRUCT(GrantAllowPhrase, (), (reason, rules, expires_at))

struct AllowPhraseView {
  AllowPhraseId id;
  std::string phrase;
  std::string rule_id;
  std::string category;
  std::optional<ContentId> content_id;
  std::string request;  // why it is asked for
  UserId requested_by;
  Time requested_at;
  AllowPhraseState state = AllowPhraseState::kRequested;
  std::vector<std::string> rules;
  std::optional<Time> expires_at;
  std::optional<UserId> decided_by;
  std::optional<Time> decided_at;
  std::string reason;  // of the decision
  std::optional<UserId> ended_by;
  std::optional<Time> ended_at;  // revoked or expired
  std::string end_reason;
  int64_t version = 0;  // for If-Match
};
BOOST_DESCRIBE_STRUCT(AllowPhraseView, (),
                      (id, phrase, rule_id, category, content_id, request, requested_by, requested_at, state,
                       rules, expires_at, decided_by, decided_at, reason, ended_by, ended_at, end_reason,
                       version))

struct ListAllowPhrases {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<AllowPhraseId> after;
  std::optional<AllowPhraseState> state;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListAllowPhrases, (), (limit, after, state))

struct AllowPhrasePage {
  std::vector<AllowPhraseView> items;  // the newest first
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(AllowPhrasePage, (), (items, next_after))

class AllowPhrases {
 public:
  AllowPhrases(const store::Store& store, RulePacks& packs) : store_(store), packs_(packs) {}

  // kInvalidArgument for a rule that is none of words, or one that nothing is allowed for.
  Result<AllowPhraseView> request(const Principal& who, const RequestAllowPhrase& request);
  Result<AllowPhraseView> get(AllowPhraseId id) const;
  Result<AllowPhrasePage> list(const ListAllowPhrases& request) const;

  // kSeparationOfDuties for whoever asked, kWrongState when it is decided, kInvalidArgument for a phrase that
  // cannot be looked for. In force when it returns.
  Result<AllowPhraseView> grant(const Principal& who, AllowPhraseId id, std::optional<int64_t> version,
                                const GrantAllowPhrase& decision);
  Result<AllowPhraseView> refuse(const Principal& who, AllowPhraseId id, std::optional<int64_t> version,
                                 const StatedReason& why);
  // Of a granted one; no more allowed when it returns.
  Result<AllowPhraseView> revoke(const Principal& who, AllowPhraseId id, std::optional<int64_t> version,
                                 const StatedReason& why);
  // Ends those whose time is over.
  Result<> expire();

 private:
  Result<> check_rules(const std::vector<std::string>& rules, const char* field) const;

  const store::Store& store_;
  RulePacks& packs_;
};

}  // namespace yizhan::service
