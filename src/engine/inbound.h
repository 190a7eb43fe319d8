#pragma once
// Messages from customers: stored, and if they refuse further messages that takes effect in the same
// transaction: consent withdrawn, number suppressed, one confirmation queued. Runs inside a writer
// transaction; one thread (the writer's).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/store.h"

namespace yizhan::engine {

struct InboundEntry {
  std::string source;       // the customer's number as the carrier wrote it
  std::string destination;  // our access code, with extension
  std::string text;         // UTF-8
  Time at;
};

struct InboundEffects {
  int64_t opt_outs = 0;
  // Messages to those customers already handed to the link: what is not written yet comes back and meets the
  // gates again.
  std::vector<int64_t> recall_message_ids;
  bool queued = false;  // a confirmation is in the outbox
};

Result<> apply_inbound(db::Tx& tx, const store::Store& store, int64_t channel_id,
                       std::span<const InboundEntry> entries, InboundEffects& effects);

// Puts the recipients of these messages on the suppression list for marketing: the carrier refuses them.
Result<> suppress_recipients(db::Tx& tx, const store::Store& store, std::span<const int64_t> message_ids);

}  // namespace yizhan::engine
