#pragma once
// The rule packs in force: read from a folder at the start, on request, on a signal, and when a day begins on
// which a pack takes effect. A faulty pack leaves those in force as they are, and is told of until a load
// succeeds. Blocking (reads files, compiles); any thread.

#include <boost/describe.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/names.h"
#include "screen/rule_pack.h"
#include "service/company_lists.h"
#include "service/principal.h"
#include "service/screener_in_force.h"
#include "store/store.h"

namespace yizhan::service {

// What made them be loaded.
#define YIZHAN_RULE_PACK_TRIGGERS(X)                    \
  X(kStart, 1, "start")                                 \
  X(kSignal, 2, "signal")   /* SIGHUP */                \
  X(kRequest, 3, "request") /* somebody asked for it */ \
  X(kDate, 4, "date")       /* a day began (Beijing) */ \
  X(kLists, 5, "lists")     /* the company's lists changed */
YIZHAN_ENUM(RulePackTrigger, YIZHAN_RULE_PACK_TRIGGERS)

struct RulePackDetail {
  std::string id;
  std::string version;
  std::string jurisdiction;    // ISO 3166 code, or "*"
  std::string effective_date;  // YYYY-MM-DD, Beijing
  std::string file;            // without its folder; empty: the company's own lists, kept in the store
  int64_t rules = 0;           // rules, checks, sectors and what those ask for or forbid
  int64_t terms = 0;
  int64_t expressions = 0;
  int64_t allowed_phrases = 0;
  static constexpr json::Rule kRules[] = {
      {.member = "effective_date", .format = "date"},
      {.member = "file", .description = "empty: the company's own lists, kept in the store"},
      {.member = "rules", .description = "rules, checks, sectors and what those ask for or forbid"}};
};
BOOST_DESCRIBE_STRUCT(RulePackDetail, (),
                      (id, version, jurisdiction, effective_date, file, rules, terms, expressions,
                       allowed_phrases))

// Why the last load left everything as it was.
struct RulePackFailure {
  Time at;
  RulePackTrigger trigger = RulePackTrigger::kStart;
  std::string code;     // of the error
  std::string message;  // what is wrong
  std::string place;    // file, rule and key
};
BOOST_DESCRIBE_STRUCT(RulePackFailure, (), (at, trigger, code, message, place))

struct RulePacksView {
  std::vector<RulePackDetail> packs;            // none: nothing can be reviewed or sent
  std::vector<RulePackDetail> later;            // take effect on a day to come
  std::optional<Time> loaded_at;                // of those in force
  std::optional<RulePackTrigger> trigger;       // of that load
  std::string set;                              // names all that is in force; changes with any of it
  std::optional<RulePackFailure> last_failure;  // since the last load that succeeded
  static constexpr json::Rule kRules[] = {
      {.member = "set", .description = "names all that is in force; changes with any of it"},
      {.member = "last_failure", .description = "absent once a load has succeeded"}};
};
BOOST_DESCRIBE_STRUCT(RulePacksView, (), (packs, later, loaded_at, trigger, set, last_failure))

// The packs of a folder, by name; none when it cannot be read.
std::vector<std::string> rule_pack_files(const std::string& folder);
inline constexpr const char* kPolicyMapFile = "policy_map.toml";  // lies beside the rule packs, and is none
// The day by which packs take effect: in Beijing, "YYYY-MM-DD".
std::string rule_pack_day(Time now);

class RulePacks {
 public:
  RulePacks(const store::Store& store, std::string folder, ScreenerInForce in_force)
      : store_(store), folder_(std::move(folder)), in_force_(std::move(in_force)) {}

  // For the start; not audited, and a failure is no error of the server's: nothing is in force then.
  void load_first();
  // Replaces what is in force. kRulePackFaulty (field: the file and the place in it) leaves it as it is; that
  // is logged, audited and shown until a load succeeds.
  Result<RulePacksView> reload(const Principal& who, RulePackTrigger trigger);
  // The same when a day has begun (Beijing) since the last look and the packs of that day are others.
  Result<> load_if_day_changed();

  // The same packs with the company's lists (company_lists.h) as they are now.
  Result<> reload_lists();
  // Whether these can be looked for; kInvalidArgument when not. Without packs: kUnavailable.
  Result<> try_phrases(const std::vector<std::string>& phrases);
  // A rule in force for which phrases may be allowed.
  std::optional<screen::RuleInfo> rule_to_allow_for(std::string_view id) const;

  RulePacksView view() const;
  struct Snapshot {
    std::shared_ptr<const screen::Screener> screener;  // null: nothing is in force
    std::string set;
  };
  Snapshot snapshot() const;
  const ScreenerInForce& in_force() const { return in_force_; }
  // Called after each replacement, on its thread. Before anybody loads.
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

 private:
  struct Loaded {
    std::vector<screen::RulePack> packs;  // in effect
    std::vector<RulePackDetail> details, later;
    std::vector<std::string> files;  // of `packs`
    std::string day, digest;         // of all files
  };
  struct Made {
    std::shared_ptr<const screen::Screener> screener;
    std::vector<RulePackDetail> details;
    std::vector<screen::RuleInfo> rules;  // for which phrases may be allowed
    std::string set;
  };
  enum class Note : uint8_t { kNothing, kAudit };
  Result<Loaded> read(const std::string& day) const;
  Result<Made> make(const Loaded& loaded) const;
  Result<Made> make_with(const Loaded& loaded, const CompanyLists& lists) const;
  Result<> note_loaded(const Principal& who, RulePackTrigger trigger, const Made& made) const;
  void put(Loaded loaded, Made made, RulePackTrigger trigger);
  void failed(const Principal& who, RulePackTrigger trigger, const Error& error, Note note);

  const store::Store& store_;
  const std::string folder_;
  const ScreenerInForce in_force_;
  std::function<void()> changed_;

  std::mutex loading_;  // one load at a time; before mutex_
  Loaded loaded_;       // the loader's
  std::string looked_day_;

  mutable std::mutex mutex_;
  RulePacksView view_;
  std::vector<screen::RuleInfo> rules_;
};

}  // namespace yizhan::service
