#pragma once
// What one channel's carrier has still to say: attempts without an answer, and accepted ones whose receipt
// has not come. Nearly all of it is said within seconds, so it is kept in memory and becomes a row (inflight,
// receipt_wait) only when it is old: the rows of `attempt` already say the same, and after a stop
// Ledger::take_up reads there what was not written here, from the mark that Engine keeps below lowest().
//
// What the writer's functions do takes effect with settle(), after the commit; restart() forgets it, for a
// transaction that was undone. Writer's functions: one thread at a time; the others: any thread.

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "db/tx.h"

namespace yizhan::engine {

class Outstanding {
 public:
  struct Attempt {
    int64_t message_id = 0, batch_id = 0, segments = 0;
  };
  struct Wait {
    int64_t attempt_id = 0;
    Attempt of;
    Time since;
  };
  // The writer's view of one transaction; copied to undo a part of it.
  struct Staged {
    std::vector<int64_t> answered;                // attempts
    std::vector<std::string> received;            // carrier_refs that were here before
    std::unordered_map<std::string, Wait> waits;  // new ones
  };

  // Stored, and not yet with the link.
  void add(int64_t attempt_id, const Attempt& attempt);
  // No attempt below it is here; INT64_MAX when nothing is.
  int64_t lowest() const;
  bool empty() const;
  // Whether something is old enough to become a row.
  bool has_old(Time now) const;

  // The writer's.
  void restart() { staged_ = {}; }
  const Staged& staged() const { return staged_; }
  void restore(Staged staged) { staged_ = std::move(staged); }
  std::optional<Attempt> attempt(int64_t attempt_id) const;
  void answered(int64_t attempt_id) { staged_.answered.push_back(attempt_id); }
  // False when there is no room: then it must be a row. The first of two with one reference counts.
  bool wait(const std::string& carrier_ref, const Wait& wait);
  std::optional<Wait> waiting(const std::string& carrier_ref) const;
  void received(const std::string& carrier_ref);
  // Makes rows of what is old, or of everything.
  Result<> write_old(db::Tx& tx, int64_t channel_id, Time now, bool everything);
  void settle();

 private:
  struct Entry {
    std::string carrier_ref;
    Wait wait;
  };

  mutable std::mutex mutex_;
  std::map<int64_t, Attempt> attempts_;  // by id, which holds the time of its claim
  std::list<Entry> waits_;               // the oldest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_ref_;

  Staged staged_;  // the writer's
};

}  // namespace yizhan::engine
