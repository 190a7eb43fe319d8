#pragma once
// Holds the carrier simulator's own log against the ledger, recipient by recipient. Reads personal data:
// audited.

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/audit.h"
#include "store/store.h"

namespace yizhan::app {

struct Reconciliation {
  int64_t recipients = 0;                // of the campaign
  int64_t with_carrier = 0;              // that the carrier took a message for, by its log
  int64_t delivered_both = 0;            // delivered by the ledger, receipted DELIVRD by the log
  int64_t unknown_taken = 0;             // unknown in the ledger, taken by the carrier
  int64_t twice = 0;                     // recipients with more than one message by the log
  std::vector<std::string> differences;  // masked number and what differs; at most 20
  int64_t differing = 0;
};

// `progress` hears of every recipient: how many are done, how many the campaign has.
Result<Reconciliation> reconcile(const store::Store& store, const store::Actor& who, CampaignId campaign,
                                 const std::string& carrier_log,
                                 const std::function<void(int64_t done, int64_t total)>& progress = {});

}  // namespace yizhan::app
