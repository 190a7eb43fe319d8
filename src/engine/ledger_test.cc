#include "engine/ledger.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

using domain::AttemptOutcome;

class LedgerTest : public testing::SendingStoreTest {
 protected:
  // What waits for a retry is due: back into the outbox.
  void retry(int64_t batch) {
    write([&](db::Tx& tx) -> Result<> {
      db::Columns outbox;
      YZ_CHECK(tx.each(
          store::q::deferred_due, [&](const db::Row& row) { outbox.row(batch, row.i64(1)); },
          clock_.now() + hours(24), int64_t{100}));
      YZ_TRY(tx.run(store::q::deferred_delete_batch, batch));
      YZ_TRY(tx.bulk(store::q::outbox_insert, outbox));
      return {};
    });
  }
};
YIZHAN_FOR_EACH_STORE(LedgerTest);

TEST_P(LedgerTest, AnAnswerInTimeSettlesOrQueuesAgain) {
  const int64_t batch = queued_batch(4);
  const auto s = claim(batch);
  ASSERT_EQ(s.size(), 4U);
  const Effects effects =
      apply({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kNotSent),
             response(s[2], AttemptOutcome::kRejected, kSystemError),
             response(s[3], AttemptOutcome::kRejected, kBadNumber)});
  EXPECT_TRUE(effects.requeued);
  EXPECT_EQ(state_of(s[0].message_id), "sent");
  EXPECT_EQ(state_of(s[1].message_id), "queued");
  EXPECT_EQ(state_of(s[2].message_id), "queued");
  EXPECT_EQ(state_of(s[3].message_id), "failed number_vacant");
  EXPECT_EQ(count("outbox"), 1);
  EXPECT_EQ(count("deferred"), 1);
  EXPECT_EQ(count("frequency_use"), 1) << "only what was sent counts against the recipient's limits";
  expect_counted(batch);
}

TEST_P(LedgerTest, ALateTryAgainIsFinal) {
  const int64_t batch = queued_batch(2);
  const auto s = claim(batch);
  apply({response(s[0], AttemptOutcome::kUnknown), response(s[1], AttemptOutcome::kUnknown)});
  EXPECT_EQ(state_of(s[0].message_id), "unknown no_answer");
  EXPECT_EQ(count("frequency_use"), 2);
  const Effects effects = apply({response(s[0], AttemptOutcome::kRejected, kThrottled, true),
                                 response(s[1], AttemptOutcome::kRejected, kSystemError, true)});
  EXPECT_FALSE(effects.requeued);
  EXPECT_EQ(state_of(s[0].message_id), "failed carrier_rejected");
  EXPECT_EQ(state_of(s[1].message_id), "failed carrier_rejected");
  EXPECT_EQ(count("outbox"), 0);
  EXPECT_EQ(count("deferred"), 0);
  EXPECT_EQ(count("frequency_use"), 0) << "it is certain now that they did not arrive";
  expect_counted(batch);
}

TEST_P(LedgerTest, ALateAnswerAmongTheEntriesThatItCorrects) {
  const int64_t batch = queued_batch(2);
  const auto s = claim(batch);
  apply({response(s[0], AttemptOutcome::kUnknown), response(s[1], AttemptOutcome::kUnknown),
         response(s[0], AttemptOutcome::kRejected, kThrottled, true),
         response(s[1], AttemptOutcome::kAccepted, 0, true)});
  EXPECT_EQ(state_of(s[0].message_id), "failed carrier_rejected");
  EXPECT_EQ(state_of(s[1].message_id), "sent");
  EXPECT_EQ(count("deferred"), 0);
  EXPECT_EQ(count("attempt WHERE outcome = 5"), 0) << "an attempt keeps the last word on it";
  apply({}, {receipt(s[1])});
  EXPECT_EQ(state_of(s[1].message_id), "delivered");
  expect_counted(batch);
}

TEST_P(LedgerTest, ALateAcceptanceIsTaken) {
  const int64_t batch = queued_batch(1);
  const auto s = claim(batch);
  apply({response(s[0], AttemptOutcome::kUnknown)});
  apply({}, {receipt(s[0])});  // ahead of its response: parked
  EXPECT_EQ(state_of(s[0].message_id), "unknown no_answer");
  apply({response(s[0], AttemptOutcome::kAccepted, 0, true)});
  EXPECT_EQ(state_of(s[0].message_id), "delivered");
  EXPECT_EQ(count("receipt_parked"), 0);
  expect_counted(batch);
}

// The answer to a question is a receipt; whichever of the two comes second finds nobody waiting.
TEST_P(LedgerTest, WhatWasAskedForAndAReceiptSettleOnce) {
  const int64_t batch = queued_batch(2);
  const auto s = claim(batch);
  apply({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kAccepted)});
  const auto answer = [&](const auto& segment) {
    ReceiptEntry entry = receipt(segment);
    entry.asked_for = true;
    return entry;
  };
  apply({}, {answer(s[0]), receipt(s[1])});
  EXPECT_EQ(state_of(s[0].message_id), "delivered");
  EXPECT_EQ(state_of(s[1].message_id), "delivered");
  ReceiptEntry other = receipt(s[0]);
  other.state = receipt_state::kUndeliverable;
  other.code = "UNDELIV";
  apply({}, {answer(s[1]), other});
  EXPECT_EQ(state_of(s[0].message_id), "delivered");
  EXPECT_EQ(state_of(s[1].message_id), "delivered");
  EXPECT_EQ(count("receipt_parked"), 1) << "the receipt, not the answer";
  expect_counted(batch);
}

TEST_P(LedgerTest, ThrottlingUsesUpNoAttempts) {
  const int64_t batch = queued_batch(1);
  for (size_t attempt = 1; attempt <= 3 * limits::kAttemptsPerMessage; ++attempt) {
    const auto s = claim(batch);
    ASSERT_EQ(s.size(), 1U);
    apply({response(s[0], AttemptOutcome::kRejected, kThrottled)});
    EXPECT_EQ(state_of(s[0].message_id), "queued");
    retry(batch);
  }
  apply({response(claim(batch).at(0), AttemptOutcome::kAccepted)});
  expect_counted(batch);
}

TEST_P(LedgerTest, TryAgainEndsAtTheAttemptsLimit) {
  const int64_t batch = queued_batch(1);
  for (size_t attempt = 1; attempt <= limits::kAttemptsPerMessage; ++attempt) {
    // What was never written does not count.
    apply({response(claim(batch).at(0), AttemptOutcome::kNotSent)});
    const auto s = claim(batch);
    ASSERT_EQ(s.size(), 1U);
    apply({response(s[0], AttemptOutcome::kRejected, kSystemError)});
    EXPECT_EQ(state_of(s[0].message_id),
              attempt < limits::kAttemptsPerMessage ? "queued" : "failed attempts_exhausted");
    retry(batch);
  }
  expect_counted(batch);
}

TEST_P(LedgerTest, ALongMessageIsSettledByAllItsParts) {
  const int64_t batch = queued_batch(5, kLongText);
  const auto s = claim(batch);
  ASSERT_EQ(s.size(), 10U);
  const auto part = [&](size_t message, size_t number) { return s[2 * message + number]; };
  apply({response(part(0, 0), AttemptOutcome::kAccepted), response(part(1, 0), AttemptOutcome::kAccepted),
         response(part(2, 0), AttemptOutcome::kUnknown),
         response(part(3, 0), AttemptOutcome::kRejected, kSystemError),
         response(part(4, 0), AttemptOutcome::kNotSent)});
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(state_of(part(i, 0).message_id), "in_flight");
  apply({response(part(0, 1), AttemptOutcome::kAccepted), response(part(1, 1), AttemptOutcome::kNotSent),
         response(part(2, 1), AttemptOutcome::kAccepted),
         response(part(3, 1), AttemptOutcome::kRejected, kSystemError),
         response(part(4, 1), AttemptOutcome::kNotSent)});
  EXPECT_EQ(state_of(part(0, 0).message_id), "sent");
  EXPECT_EQ(state_of(part(1, 0).message_id), "failed interrupted") << "half of it is with the carrier";
  EXPECT_EQ(state_of(part(2, 0).message_id), "unknown no_answer");
  EXPECT_EQ(state_of(part(3, 0).message_id), "queued");
  EXPECT_EQ(state_of(part(4, 0).message_id), "queued");
  EXPECT_EQ(count("outbox"), 1);
  EXPECT_EQ(count("deferred"), 1);
  EXPECT_EQ(count("frequency_use"), 3);
  expect_counted(batch);
}

TEST_P(LedgerTest, ALateAnswerToAPartNeverSendsTheWholeAgain) {
  const int64_t batch = queued_batch(2, kLongText);
  const auto s = claim(batch);
  apply({response(s[0], AttemptOutcome::kUnknown), response(s[1], AttemptOutcome::kRejected, kSystemError),
         response(s[2], AttemptOutcome::kUnknown), response(s[3], AttemptOutcome::kAccepted)});
  apply({response(s[0], AttemptOutcome::kRejected, kThrottled, true),
         response(s[2], AttemptOutcome::kAccepted, 0, true)});
  EXPECT_EQ(state_of(s[0].message_id), "failed carrier_rejected");
  EXPECT_EQ(state_of(s[2].message_id), "sent");
  EXPECT_EQ(count("deferred"), 0);
  EXPECT_EQ(count("outbox"), 0);
  expect_counted(batch);
}

TEST_P(LedgerTest, ARefusedPartLeavesItsCode) {
  const int64_t batch = queued_batch(1, kLongText);
  const auto s = claim(batch);
  const Effects effects = apply(
      {response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kRejected, kBadSource)});
  EXPECT_EQ(state_of(s[0].message_id), "failed carrier_rejected");
  EXPECT_EQ(count("batch_error WHERE code = '0x0000000A' AND count = 1"), 1);
  EXPECT_EQ(effects.pause_batch_ids, std::vector<int64_t>{batch});
  EXPECT_EQ(count("frequency_use"), 1) << "a part of it may have been read";
}

TEST_P(LedgerTest, ALongMessageIsDeliveredOnlyWhole) {
  const int64_t batch = queued_batch(2, kLongText);
  const auto s = claim(batch);
  std::vector<ResponseEntry> accepted;
  for (const ClaimedSegment& one : s) accepted.push_back(response(one, AttemptOutcome::kAccepted));
  apply(accepted);
  apply({}, {receipt(s[0]), receipt(s[3])});
  EXPECT_EQ(state_of(s[0].message_id), "sent");
  apply({}, {receipt(s[1], "UNDELIV", receipt_state::kUndeliverable), receipt(s[2])});
  EXPECT_EQ(state_of(s[0].message_id), "failed undeliverable");
  EXPECT_EQ(state_of(s[2].message_id), "delivered");
  expect_counted(batch);
}

TEST_P(LedgerTest, ACarriersBlacklistSuppresses) {
  const int64_t batch = queued_batch(1);
  const auto s = claim(batch);
  apply({response(s[0], AttemptOutcome::kAccepted)});
  const Effects effects = apply({}, {receipt(s[0], "MBBLACK", receipt_state::kRejected)});
  EXPECT_EQ(state_of(s[0].message_id), "failed carrier_blacklist");
  EXPECT_EQ(effects.suppress_message_ids, std::vector<int64_t>{s[0].message_id});
}

TEST_P(LedgerTest, WhatAStopCutOffIsUnknown) {
  const int64_t batch = queued_batch(3);
  const auto s = claim(batch);
  apply({response(s[0], AttemptOutcome::kAccepted)});
  const auto taken =
      write([&](db::Tx& tx) { return Ledger(tx, Care::kLookedUp, clock_.now()).take_up(0, 100); });
  EXPECT_EQ(taken.closed, 2);
  EXPECT_EQ(taken.next, 0);
  EXPECT_EQ(state_of(s[1].message_id), "unknown interrupted");
  EXPECT_EQ(ok(world_->counts(batch)), (std::map<std::string, int64_t>{{"sent", 1}, {"unknown", 2}}));
  expect_counted(batch);
}

}  // namespace
}  // namespace yizhan::engine
