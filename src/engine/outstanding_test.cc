#include "engine/outstanding.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/limits.h"
#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

using domain::AttemptOutcome;

constexpr int64_t kNothing = std::numeric_limits<int64_t>::max();

class OutstandingTest : public testing::SendingStoreTest {
 protected:
  // A claim that has come to its channel.
  std::vector<ClaimedSegment> claimed(int64_t batch, size_t messages = 1'000) {
    auto segments = claim(batch, messages);
    for (const ClaimedSegment& s : segments)
      outstanding_.add(s.attempt_id, {s.message_id, batch, s.part_count});
    return segments;
  }

  // As a channel writes what its carrier says: once, or undone and then again.
  void say(const std::vector<ResponseEntry>& responses, const std::vector<ReceiptEntry>& receipts,
           bool everything = false) {
    const auto once = [&](bool undo) {
      return db().write([&](db::Tx& tx) -> Result<> {
        outstanding_.restart();
        const CarrierCodes codes = YZ_TRY(CarrierCodes::load(tx, "sim"));
        const LedgerChannel channel{channel_, &codes, &outstanding_};
        Effects effects;
        Ledger ledger(tx, Care::kLookedUp, store().now());
        YZ_CHECK(ledger.apply_responses(channel, responses, effects));
        YZ_CHECK(ledger.apply_receipts(channel, receipts, effects));
        YZ_CHECK(outstanding_.write_old(tx, channel_, store().now(), everything));
        if (undo) return fail(ErrorCode::kBusy, "the test undoes it");
        return {};
      });
    };
    EXPECT_FALSE(once(true));
    ok(once(false));
    outstanding_.settle();
  }

  // A process that ends here without a word, and the next one's start.
  void crash(int64_t mark) {
    const auto taken =
        write([&](db::Tx& tx) { return Ledger(tx, Care::kLookedUp, clock_.now()).take_up(mark, 1'000); });
    EXPECT_EQ(taken.next, 0);
    write([&](db::Tx& tx) { return Ledger(tx, Care::kLookedUp, clock_.now()).close_interrupted(1'000); });
  }

  std::string state(const ClaimedSegment& s) { return state_of(s.message_id); }

  Outstanding outstanding_;
};
YIZHAN_FOR_EACH_STORE(OutstandingTest);

TEST_P(OutstandingTest, WhatIsSaidSoonNeedsNoRow) {
  const int64_t batch = queued_batch(2);
  const auto s = claimed(batch);
  EXPECT_EQ(outstanding_.lowest(), s[0].attempt_id);
  say({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kAccepted)}, {});
  EXPECT_EQ(count("inflight"), 0);
  EXPECT_EQ(count("receipt_wait"), 0);
  EXPECT_EQ(outstanding_.lowest(), s[0].attempt_id) << "its receipt is awaited";
  say({}, {receipt(s[0])});
  EXPECT_EQ(state(s[0]), "delivered");
  EXPECT_EQ(state(s[1]), "sent");
  EXPECT_EQ(outstanding_.lowest(), s[1].attempt_id);
  say({}, {receipt(s[1]), receipt(s[1])});
  EXPECT_TRUE(outstanding_.empty());
  EXPECT_EQ(outstanding_.lowest(), kNothing);
  expect_counted(batch);
}

TEST_P(OutstandingTest, AnAnswerAndItsReceiptInOneWrite) {
  const int64_t batch = queued_batch(3);
  const auto s = claimed(batch);
  say({}, {receipt(s[1])});  // ahead of its answer
  EXPECT_EQ(count("receipt_parked"), 1);
  say({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kAccepted)},
      {receipt(s[0])});
  EXPECT_EQ(state(s[0]), "delivered");
  EXPECT_EQ(state(s[1]), "delivered");
  EXPECT_EQ(count("receipt_parked"), 0);
  EXPECT_EQ(outstanding_.lowest(), s[2].attempt_id);
  expect_counted(batch);
}

TEST_P(OutstandingTest, WhatIsOldBecomesARow) {
  const int64_t batch = queued_batch(4);
  const auto s = claimed(batch);
  say({response(s[0], AttemptOutcome::kAccepted), response(s[1], AttemptOutcome::kAccepted)}, {});
  EXPECT_FALSE(outstanding_.has_old(clock_.now()));
  clock_.advance(seconds(limits::kOutstandingSeconds + 1));
  EXPECT_TRUE(outstanding_.has_old(clock_.now()));
  // What is said in the same write needs none.
  say({response(s[2], AttemptOutcome::kAccepted)}, {receipt(s[0])});
  EXPECT_EQ(value("SELECT attempt_id FROM inflight"), s[3].attempt_id);
  EXPECT_EQ(value("SELECT attempt_id FROM receipt_wait"), s[1].attempt_id);
  EXPECT_EQ(outstanding_.lowest(), s[2].attempt_id);
  say({response(s[3], AttemptOutcome::kAccepted)}, {receipt(s[1]), receipt(s[2])});
  EXPECT_EQ(count("inflight"), 0);
  EXPECT_EQ(state(s[1]), "delivered");
  EXPECT_EQ(state(s[2]), "delivered");
  EXPECT_EQ(state(s[3]), "sent");
  EXPECT_EQ(value("SELECT attempt_id FROM receipt_wait"), s[3].attempt_id) << "no longer remembered";
  say({}, {receipt(s[3])});
  EXPECT_EQ(count("receipt_wait"), 0);
  EXPECT_TRUE(outstanding_.empty());
  expect_counted(batch);
}

TEST_P(OutstandingTest, AtTheEndOfALinkEverythingBecomesARow) {
  const int64_t batch = queued_batch(3);
  const auto s = claimed(batch);
  say({response(s[0], AttemptOutcome::kAccepted)}, {});
  say({response(s[1], AttemptOutcome::kAccepted), response(s[2], AttemptOutcome::kUnknown)}, {}, true);
  EXPECT_TRUE(outstanding_.empty());
  EXPECT_EQ(count("receipt_wait"), 2);
  EXPECT_EQ(count("inflight"), 0);
  // The next link knows nothing of it.
  apply({response(s[2], AttemptOutcome::kAccepted, 0, true)}, {receipt(s[0]), receipt(s[1])});
  EXPECT_EQ(state(s[0]), "delivered");
  EXPECT_EQ(state(s[2]), "sent");
  expect_counted(batch);
}

TEST_P(OutstandingTest, AfterACrashNothingIsForgotten) {
  const int64_t batch = queued_batch(6);
  const auto old = claimed(batch, 2);
  say({response(old[0], AttemptOutcome::kAccepted)}, {});
  clock_.advance(seconds(limits::kOutstandingSeconds + 1));
  say({}, {});
  const auto s = claimed(batch);
  ASSERT_EQ(s.size(), 4U);
  ResponseEntry renamed = response(s[1], AttemptOutcome::kAccepted);
  renamed.carrier_message_id = "0xBEEF";  // in the receipt it will be called otherwise
  say({response(s[0], AttemptOutcome::kAccepted), renamed, response(s[2], AttemptOutcome::kAccepted)},
      {receipt(s[2])});
  crash(outstanding_.lowest());
  EXPECT_EQ(state(old[1]), "unknown interrupted");
  EXPECT_EQ(state(s[3]), "unknown interrupted");
  EXPECT_EQ(count("attempt WHERE outcome = 1"), 0);
  EXPECT_EQ(count("receipt_wait"), 3);
  apply({}, {receipt(old[0]), receipt(s[0]), receipt(s[1])});
  for (const auto& one : {old[0], s[0], s[1], s[2]}) EXPECT_EQ(state(one), "delivered");
  EXPECT_EQ(count("receipt_wait"), 0);
  // Once more, as after a stop in the middle of the start.
  crash(outstanding_.lowest());
  EXPECT_EQ(count("receipt_wait"), 0);
  expect_counted(batch);
}

// Late answers are of attempts that may be below the mark of this process: they have their rows at once.
TEST_P(OutstandingTest, ALateAnswersReceiptHasARow) {
  const int64_t batch = queued_batch(1);
  const auto s = claimed(batch);
  say({response(s[0], AttemptOutcome::kUnknown)}, {});
  EXPECT_TRUE(outstanding_.empty());
  say({response(s[0], AttemptOutcome::kAccepted, 0, true)}, {});
  EXPECT_EQ(state(s[0]), "sent");
  EXPECT_EQ(count("receipt_wait"), 1);
  EXPECT_TRUE(outstanding_.empty());
}

// The commit of a claim broke, and it was committed: no channel has it.
TEST_P(OutstandingTest, AnAttemptOfADoubtfulClaimIsTakenBack) {
  const int64_t batch = queued_batch(2);
  const auto s = claim(batch);
  say({response(s[0], AttemptOutcome::kNotSent), response(s[1], AttemptOutcome::kNotSent)}, {});
  EXPECT_EQ(state(s[0]), "queued");
  EXPECT_EQ(count("outbox"), 2);
  EXPECT_EQ(count("frequency_use"), 0);
  expect_counted(batch);
}

}  // namespace
}  // namespace yizhan::engine
