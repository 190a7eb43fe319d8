#pragma once
// Writes what the carrier said into the ledger: responses, receipts, overdue receipts, attempts cut off by a
// stop. Every function runs inside a writer transaction; nothing here knows a socket. One thread (the
// writer's).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/tx.h"
#include "domain/message.h"
#include "engine/carrier_codes.h"
#include "engine/changes.h"
#include "engine/number_quality.h"
#include "engine/outstanding.h"

namespace yizhan::engine {

// The answer to one attempt.
struct ResponseEntry {
  int64_t attempt_id = 0;
  domain::AttemptOutcome outcome = domain::AttemptOutcome::kUnknown;
  uint32_t status = 0;  // the protocol's own number
  std::string code;     // of a rejection: what it is called, "0x00000058", "CMPP:8"; empty = SMPP's
  std::string carrier_message_id;  // as the carrier wrote it
  std::string carrier_ref;         // canonical, as receipts will name it
  Time at;
  bool late = false;  // follows a kUnknown that was given for the same attempt
};

// One delivery receipt.
struct ReceiptEntry {
  std::string carrier_ref;
  int64_t state = 0;  // SMPP message_state (SMPP 3.4, 5.2.28)
  std::string code;   // "DELIVRD", "UNDELIV", "MK:0001"
  Time at;
  bool asked_for = false;  // the answer to a question: whoever has had the receipt does not wait for it
};

struct LedgerChannel {
  int64_t id = 0;
  const CarrierCodes* codes = nullptr;
  Outstanding* outstanding = nullptr;  // without it all is in the store's rows
};

// What follows from the entries, for the engine to act on after the commit.
struct Effects {
  // Like outcomes that came one after the other.
  struct Outcomes {
    int64_t batch_id;
    bool failed;
    int64_t count;
  };
  std::vector<Outcomes> answers, receipts;    // final words, in order: the failure rates are made of them
  std::vector<int64_t> suppress_message_ids;  // whose recipients the carrier has on its blacklist
  std::vector<int64_t> pause_batch_ids;       // a code asks people to look
  std::vector<int64_t> recall_batch_ids;      // they stopped; the links give back what is not written
  std::vector<NumberFailure> number_failures;
  std::vector<int64_t> delivered_message_ids;
  struct Frozen {
    int64_t version_id;
    std::string code;
  };
  std::vector<Frozen> frozen_versions, unfiled_signatures;
  std::vector<int64_t> ported_message_ids;
  int64_t answered = 0, route_errors = 0;  // of the channel: definite answers; errors of the carrier's way
  bool requeued = false;                   // the outbox has something new
};

// SMPP message states (SMPP 3.4, table 5-6).
namespace receipt_state {
inline constexpr int64_t kEnroute = 1, kDelivered = 2, kExpired = 3, kDeleted = 4, kUndeliverable = 5,
                         kAccepted = 6, kUnknown = 7, kRejected = 8;
inline bool is_final(int64_t state) { return state != kEnroute && state != kAccepted && state != 0; }
}  // namespace receipt_state

class Ledger {
 public:
  Ledger(db::Tx& tx, Care care, Time now) : tx_(tx), care_(care), now_(now) {}

  // Late answers (the attempt was already given up as unknown) are taken too, but never send a message again.
  Result<> apply_responses(const LedgerChannel& channel, std::span<const ResponseEntry> entries,
                           Effects& effects);
  // Receipts whose response is not here yet are parked and come back with it.
  Result<> apply_receipts(const LedgerChannel& channel, std::span<const ReceiptEntry> entries,
                          Effects& effects);
  // These messages, which were sent, have waited too long for their receipt.
  struct Overdue {
    int64_t message_id = 0, batch_id = 0;
  };
  Result<> expire(std::span<const Overdue> messages);
  // After a stop: open attempts become unknown. First those with a row, up to `limit`; returns how many.
  Result<int64_t> close_interrupted(int64_t limit);
  // Then those from `from` on, up to `limit` attempts; a receipt that is awaited gets its row.
  struct TakenUp {
    int64_t closed = 0;
    int64_t next = 0;  // where to go on; 0 = there are no more
  };
  Result<TakenUp> take_up(int64_t from, int64_t limit);

 private:
  struct Open {
    int64_t message_id = 0, batch_id = 0, segments = 0;
    bool late = false;        // the message may be unknown by now
    bool remembered = false;  // by Outstanding
  };
  struct Attempt {
    int64_t id, number;
    domain::AttemptOutcome outcome;
    std::string code;  // of the response
    int64_t receipt_state;
    std::string receipt_code;
  };

  // What decides about another attempt.
  struct Terms {
    int64_t carrier = 0;
    domain::MessageClass message_class = domain::MessageClass::kMarketing;
    int64_t route_id = 0, version_id = 0;
  };
  struct Refusal {
    const CodeMeaning* meaning;
    Terms terms;
    domain::Reason reason;  // of the message's end
  };
  enum class Arrived : uint8_t { kNothing, kPart };  // of a message that failed

  Result<std::vector<Open>> take_open(const LedgerChannel& channel, std::span<const ResponseEntry> entries);
  Result<std::optional<Open>> look_up_open(const ResponseEntry& entry);
  Result<> record_responses(const LedgerChannel& channel, std::span<const ResponseEntry> entries,
                            std::vector<Open>& open);
  Result<> decide(const LedgerChannel& channel, const ResponseEntry& entry, const Open& open,
                  Changes& changes, Effects& effects);
  Result<> decide_long(const LedgerChannel& channel, const Open& open, Changes& changes, Effects& effects);
  Result<> reject(const LedgerChannel& channel, const Open& open, const std::string& code, Changes& changes,
                  Effects& effects);
  // Counts the code and notes what it asks for beside the message's end.
  Result<Refusal> refused(const LedgerChannel& channel, const Open& open, domain::CodeStage stage,
                          std::string_view code, Changes& changes, Effects& effects);
  static void follow(const Open& open, const Refusal& refusal, std::string_view code, Effects& effects);
  // When the message goes again, zero for at once; or, where it does not, nothing.
  struct Next {
    std::optional<Time> due;
    domain::Reason reason;  // of the end, where it does not
  };
  Result<Next> next_try(const LedgerChannel& channel, const Open& open, const Refusal& refusal);
  static Change answered(const Open& open);
  static Change requeued(const Open& open, Time due);
  Result<> unpark(const LedgerChannel& channel, std::span<const ResponseEntry> entries, Effects& effects);
  Result<std::vector<Attempt>> attempts_of(int64_t message_id);
  Result<int64_t> attempts_answered(int64_t message_id);
  Result<> settle(const LedgerChannel& channel, const Open& open, int64_t state, std::string_view code,
                  Arrived arrived, Changes& changes, Effects& effects);
  Result<> settle_long(const LedgerChannel& channel, const Open& open, Changes& changes, Effects& effects);
  Result<> find_waiting(const LedgerChannel& channel, std::span<const ReceiptEntry* const> receipts,
                        std::vector<Open>& waiting, std::vector<int64_t>& attempt_ids);
  Result<> close(std::span<const std::pair<int64_t, Open>> open);
  Result<> write(Changes& changes, Effects& effects);

  db::Tx& tx_;
  Care care_;
  Time now_;
};

}  // namespace yizhan::engine
