#pragma once
// What is live is screened anew whenever other rule packs come into force: every version that is in review or
// approved, applications' templates among them, some at a time in the background. What is found is kept
// beside what was found at the review. Where that is worse, compliance decides: it confirms the approval or
// withdraws the content; until then a text that the packs block is not sent (docs/decisions/0019). Blocking;
// any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "service/contents.h"
#include "service/rule_packs.h"
#include "store/store.h"

namespace yizhan::service {

#define YIZHAN_RESCREENING_STATES(X)                                                \
  X(kUnchanged, 1, "unchanged") /* nothing worse than was approved */               \
  X(kWorse, 2, "worse")         /* compliance is to decide; it is sent meanwhile */ \
  X(kSuspended, 3, "suspended") /* blocked: not sent until compliance decides */    \
  X(kConfirmed, 4, "confirmed") /* compliance confirmed the approval with what was found */
YIZHAN_ENUM(RescreeningState, YIZHAN_RESCREENING_STATES)

struct RescreeningView {
  ContentVersionId version_id;
  ContentId content_id;
  std::string content_name;
  int64_t version_number = 0;
  RescreeningState state = RescreeningState::kUnchanged;
  ScreeningView screening;    // by the packs that screened it last
  std::string rule_pack_set;  // RulePacksView::set of those
  Time screened_at;
  std::optional<Time> opened_at;  // since when compliance is to decide
  std::optional<UserId> decided_by;
  std::optional<Time> decided_at;
  std::string reason;
  std::vector<Disposition> dispositions;
  static constexpr json::Rule kRules[] = {
      {.member = "opened_at", .description = "since when compliance is to decide; absent: it is not"}};
};
BOOST_DESCRIBE_STRUCT(RescreeningView, (),
                      (version_id, content_id, content_name, version_number, state, screening, rule_pack_set,
                       screened_at, opened_at, decided_by, decided_at, reason, dispositions))

enum class RescreeningsOf : uint8_t { kOpen, kAll };
BOOST_DESCRIBE_ENUM(RescreeningsOf, kOpen, kAll)

struct ListRescreenings {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<ContentVersionId> after;
  RescreeningsOf of = RescreeningsOf::kOpen;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "of",
       .presence = json::Presence::kOptional,
       .description = "open: those that compliance is to decide on"}};
};
BOOST_DESCRIBE_STRUCT(ListRescreenings, (), (limit, after, of))

struct RescreeningPage {
  std::vector<RescreeningView> items;  // of approved versions, the newest first
  int64_t left = 0;                    // live versions that the packs in force have not screened yet
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(RescreeningPage, (), (items, left, next_after))

struct ConfirmRescreening {
  std::string reason;
  std::vector<Disposition> dispositions;  // of every finding of severity review, each with a reason
  static constexpr json::Rule kRules[] = {
      {.member = "reason", .min_length = 1, .max_length = limits::kReviewTextCharacters},
      {.member = "dispositions",
       .presence = json::Presence::kOptional,
       .max_items = limits::kScreenFindings}};
};
BOOST_DESCRIBE_STRUCT(ConfirmRescreening, (), (reason, dispositions))

// Whether `now` is worse than `before`: a graver verdict, or among its gravest findings (of severity review
// or block) one that `before` had not as gravely. Pure.
bool is_worse(const std::vector<FindingView>& before, const ScreeningView& now);

class Rescreenings {
 public:
  Rescreenings(const store::Store& store, RulePacks& packs, engine::Engine& engine)
      : store_(store), packs_(packs), engine_(engine) {}

  // Screens the next limits::kRescreenedRows live versions that the packs in force have not; true when there
  // may be more. What was done is known by its rows: a restart goes on where it stopped. For one thread.
  Result<bool> step();

  Result<RescreeningPage> list(const ListRescreenings& request) const;
  // Of the content's approved version; kNotFound when it has not been screened anew.
  Result<RescreeningView> get(ContentId id) const;
  // The approval stands with what was found. kWrongState when nothing is to be decided, kScreeningBlocked
  // while the packs in force block the text, kChecklistIncomplete when a finding for review is left out,
  // kSeparationOfDuties as for an approval, kVersionConflict when the content changed since `version`.
  Result<RescreeningView> confirm(const Principal& who, ContentId id, std::optional<int64_t> version,
                                  const ConfirmRescreening& request);

 private:
  struct Due;
  struct Found;
  Result<std::vector<Due>> due(const std::string& set) const;
  Result<> keep(db::Tx& tx, const Found& found, const std::string& set, std::vector<int64_t>& halted);
  Result<> suspend(db::Tx& tx, const Found& found, std::vector<int64_t>& halted);
  Result<> lift(db::Tx& tx, const Found& found);

  const store::Store& store_;
  RulePacks& packs_;
  engine::Engine& engine_;
};

}  // namespace yizhan::service
