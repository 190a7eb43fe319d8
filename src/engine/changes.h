#pragma once
// Collects what one transaction does to messages and writes it in bulk: state changes checked against the one
// table of transitions, with the counts of the batches kept in step. One per transaction, one thread (the
// writer's).

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "db/tx.h"
#include "domain/carrier_code.h"
#include "domain/message.h"

namespace yizhan::engine {

// How sure the caller is of the states it expects. kExpected: one guarded update for all, kVersionConflict if
// any row was not as expected (the transaction is then undone and done again with kLookedUp). kLookedUp:
// states are read first and changes that the table does not allow are dropped.
enum class Care : uint8_t { kExpected, kLookedUp };

// Whether a message still counts against its recipient's limits after a change.
enum class Use : uint8_t { kKept, kReleased };

struct Change {
  int64_t message_id = 0;
  int64_t batch_id = 0;
  domain::MessageState from = domain::MessageState::kHeld;
  domain::Reason from_reason = domain::Reason::kNone;
  domain::MessageState to = domain::MessageState::kHeld;
  domain::Reason reason = domain::Reason::kNone;
  Time due;  // with kQueued: when it may be claimed again; zero = at once
  Use use = Use::kKept;
  // Where `to` cannot be reached from the message's state, as it turns out: another end.
  std::optional<std::pair<domain::MessageState, domain::Reason>> otherwise;
};

class Changes {
 public:
  explicit Changes(Care care) : care_(care) {}

  void add(const Change& change) { changes_.push_back(change); }
  // Counts only: for messages whose rows another statement writes.
  void count(int64_t batch_id, domain::MessageState state, domain::Reason reason, int64_t delta) {
    counts_[{batch_id, static_cast<int64_t>(state), static_cast<int64_t>(reason)}] += delta;
  }
  void count_error(int64_t batch_id, domain::CodeStage stage, std::string_view code) {
    ++errors_[{batch_id, static_cast<int64_t>(stage), std::string(code)}];
  }

  // Writes everything. Afterwards applied() holds the changes that took effect.
  Result<> write(db::Tx& tx, Time at);
  const std::vector<Change>& applied() const { return changes_; }

 private:
  Result<> look_up(db::Tx& tx);

  Care care_;
  std::vector<Change> changes_;
  std::map<std::tuple<int64_t, int64_t, int64_t>, int64_t> counts_;
  std::map<std::tuple<int64_t, int64_t, std::string>, int64_t> errors_;
};

}  // namespace yizhan::engine
