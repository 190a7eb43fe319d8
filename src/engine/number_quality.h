#pragma once
// What carriers said of a number lately: of numbers that are vacant or suspended nothing is sent for a while,
// until something reaches them or customer service lifts it. Apart from the suppression list, which holds
// what people want and never ends by itself. Inside the writer's transaction; one thread.

#include <cstdint>
#include <span>
#include <vector>

#include "domain/carrier_code.h"
#include "store/store.h"

namespace yizhan::engine {

struct NumberFailure {
  int64_t message_id = 0;
  domain::CodeClass code_class = domain::CodeClass::kNumberInvalid;
  domain::CodeAction action = domain::CodeAction::kCountNumber;  // or kCoolDown
};

Result<> note_failures(db::Tx& tx, std::span<const NumberFailure> failures, Time now);
// The messages reached their handsets.
Result<> note_deliveries(db::Tx& tx, std::span<const int64_t> message_ids);
// In the order of `customer_ids`: why nothing may go to the customer's number at `now`, or kNone.
Result<std::vector<domain::Reason>> barred_numbers(db::Tx& tx, std::span<const int64_t> customer_ids,
                                                   Time now);

}  // namespace yizhan::engine
