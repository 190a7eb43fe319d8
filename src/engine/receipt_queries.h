#pragma once
// Asks carriers after messages whose receipts do not come (SMPP query_sm), on channels that have it switched
// on: first when a receipt is late by the channel's measure, then at distances that double, until the receipt
// is overdue. That a message is asked after is stored before the question is sent, so that a restart begins
// no round anew. What is answered goes the way of a receipt (channel_runtime.h). One thread, the upkeep's.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/channel_runtime.h"
#include "store/store.h"

namespace yizhan::engine {

class ReceiptQueries {
 public:
  explicit ReceiptQueries(const store::Store& store) : store_(store) {}
  // Looks at the next page of what waits for receipts of the channel, if there is room for questions.
  Result<> round(ChannelRuntime& channel);

 private:
  struct Due {
    ReceiptQuestion question;
    int64_t asked = 0;
  };
  Result<std::vector<Due>> due(const ChannelRow& row, size_t most);

  const store::Store& store_;
  std::map<int64_t, std::string> places_;  // by channel: the carrier_ref up to which it was looked
};

}  // namespace yizhan::engine
