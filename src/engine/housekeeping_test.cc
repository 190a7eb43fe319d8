#include "engine/housekeeping.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

using domain::AttemptOutcome;

class HousekeepingTest : public testing::SendingStoreTest {
 protected:
  void look() {
    Housekeeping housekeeping(store());
    while (ok(housekeeping.round())) {
    }
  }
};
YIZHAN_FOR_EACH_STORE(HousekeepingTest);

TEST_P(HousekeepingTest, AReceiptThatDoesNotComeInTimeExpiresTheMessage) {
  const int64_t batch = queued_batch(3);
  const auto s = claim(batch);
  apply({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kAccepted),
         response(s[2], AttemptOutcome::kAccepted)},
        {receipt(s[0])});
  clock_.advance(seconds(limits::kReceiptOverdueHours * 3600 - 1));
  look();
  EXPECT_EQ(state_of(s[1].message_id), "sent");
  clock_.advance(seconds(2));
  look();
  EXPECT_EQ(state_of(s[0].message_id), "delivered");
  EXPECT_EQ(state_of(s[1].message_id), "expired receipt_overdue");
  expect_counted(batch);
  // Better late than never.
  apply({}, {receipt(s[1])});
  EXPECT_EQ(state_of(s[1].message_id), "delivered");
  expect_counted(batch);
  clock_.advance(hours(limits::kReceiptGraceHours));
  look();
  EXPECT_EQ(state_of(s[2].message_id), "expired receipt_overdue");
  EXPECT_EQ(count("receipt_wait"), 0);
}

TEST_P(HousekeepingTest, AnUnknownMessageDoesNotExpire) {
  const int64_t batch = queued_batch(1, kLongText);
  const auto s = claim(batch);
  apply({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kUnknown)});
  clock_.advance(hours(limits::kReceiptOverdueHours + 1));
  look();
  EXPECT_EQ(state_of(s[0].message_id), "unknown no_answer");
}

TEST_P(HousekeepingTest, ReceiptsOfNobodyAndOldCountsGo) {
  const int64_t batch = queued_batch(2);
  claim(batch, 1);
  apply(
      {},
      {{.carrier_ref = "stray", .state = receipt_state::kDelivered, .code = "DELIVRD", .at = clock_.now()}});
  EXPECT_EQ(count("receipt_parked"), 1);
  clock_.advance(seconds(limits::kReceiptOverdueHours * 3600 + 1));
  look();
  EXPECT_EQ(count("receipt_parked"), 0);
  EXPECT_EQ(count("frequency_use"), 1);
  clock_.advance(seconds(limits::kFrequencySpanSeconds));
  claim(another_batch(1, "再来一次，{name}。"));
  look();
  EXPECT_EQ(count("frequency_use"), 1) << "the older one has gone";
}

}  // namespace
}  // namespace yizhan::engine
