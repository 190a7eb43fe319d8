#pragma once
// What the narrow tables must not keep for ever: receipts that do not come, receipts that nobody waits for,
// counts of long ago; and filings of signatures whose end has come. Goes round each table page by page over
// read snapshots and troubles the writer only with what it found, so that a million receipts on their way
// cost no more than a few. One thread.

#include <cstdint>
#include <string>

#include "engine/application_upkeep.h"
#include "engine/ledger.h"
#include "store/store.h"

namespace yizhan::engine {

class Housekeeping {
 public:
  explicit Housekeeping(const store::Store& store) : store_(store), applications_(store) {}
  // Looks at the next page of each table; true when messages expired and there may be more at once.
  Result<bool> round();

 private:
  Result<bool> overdue_receipts();
  Result<> parked_receipts();
  Result<> frequency();
  Result<> filings();

  struct Place {  // in receipt_wait, receipt_parked
    int64_t channel_id = 0;
    std::string carrier_ref;
  };
  struct Use {  // in frequency_use
    int64_t customer_id = 0, message_class = 0, used_at = 0, message_id = 0;
  };
  const store::Store& store_;
  Place waiting_, parked_;
  Use use_;
  ApplicationUpkeep applications_;
};

}  // namespace yizhan::engine
