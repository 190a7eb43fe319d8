#include "engine/claim.h"

#include <gtest/gtest.h>

#include "store/settings.h"
#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

using domain::MessageState;

class ClaimTest : public testing::SendingStoreTest {
 protected:
  Result<> commit(Claim& claim) {
    return db().write([&](db::Tx& tx) { return claim.commit(tx); });
  }
};
YIZHAN_FOR_EACH_STORE(ClaimTest);

TEST_P(ClaimTest, StoresTheAttemptsBeforeTheyMayLeave) {
  const int64_t batch = queued_batch(3, kLongText);
  const auto s = claim(batch);
  ASSERT_EQ(s.size(), 6U);
  EXPECT_EQ(count("attempt WHERE outcome = 1 AND segments = 2"), 6);
  EXPECT_EQ(count("inflight"), 6);
  EXPECT_EQ(count("outbox"), 0);
  EXPECT_EQ(count("frequency_use"), 3);
  EXPECT_TRUE(s[0].has_header);
  expect_counted(batch);
}

TEST_P(ClaimTest, TakesNoMoreSegmentsThanAllowedButOneMessage) {
  const int64_t batch = queued_batch(5, kLongText);
  const auto two = prepare(batch, 100, 5);
  ok(commit(*two));
  EXPECT_EQ(two->segments().size(), 4U);
  const auto one = prepare(batch, 100, 1);
  ok(commit(*one));
  EXPECT_EQ(one->segments().size(), 2U);
}

TEST_P(ClaimTest, AnOutboxRowOfAMessageThatIsNotQueuedDoesNotStopTheRest) {
  const int64_t batch = queued_batch(4);
  const auto s = claim(batch, 2);
  apply(
      {response(s[0], domain::AttemptOutcome::kUnknown), response(s[1], domain::AttemptOutcome::kAccepted)});
  db::Columns strays;
  for (const ClaimedSegment& one : s) strays.row(batch, one.message_id);
  write([&](db::Tx& tx) { return tx.bulk(store::q::outbox_insert, strays); });
  EXPECT_EQ(claim(batch).size(), 2U);
  EXPECT_EQ(count("outbox"), 0);
  EXPECT_EQ(state_of(s[0].message_id), "unknown no_answer");
  EXPECT_EQ(state_of(s[1].message_id), "sent");
  // Also when there is nothing else.
  write([&](db::Tx& tx) { return tx.bulk(store::q::outbox_insert, strays); });
  EXPECT_TRUE(claim(batch).empty());
  EXPECT_EQ(count("outbox"), 0);
  expect_counted(batch);
}

TEST_P(ClaimTest, AStopBetweenItsTwoStepsKeepsEverythingQueued) {
  const int64_t batch = queued_batch(2);
  const auto paused = prepare(batch);
  write([&](db::Tx& tx) {
    return tx.run(store::q::batch_set_state, batch, domain::BatchState::kPaused, "test",
                  domain::BatchState::kRunning);
  });
  ok(commit(*paused));
  EXPECT_TRUE(paused->stopped());
  EXPECT_TRUE(paused->segments().empty());
  EXPECT_EQ(ok(world_->counts(batch)), (std::map<std::string, int64_t>{{"queued", 2}}));
  write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::batch_set_state, batch, domain::BatchState::kRunning, "",
                  domain::BatchState::kPaused));
    store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
    settings.emergency_stop = true;
    return store::save_sending_settings(tx, store(), settings, 0);
  });
  ok(commit(*paused));
  EXPECT_TRUE(paused->stopped());
}

TEST_P(ClaimTest, AnOptOutBetweenItsTwoStepsIsSeen) {
  const int64_t batch = queued_batch(2);
  const auto c = prepare(batch);
  write([&](db::Tx& tx) {
    return tx.run(store::q::customer_suppress, int64_t{1},
                  domain::class_bit(domain::MessageClass::kMarketing), clock_.now());
  });
  ok(commit(*c));
  EXPECT_EQ(c->segments().size(), 1U);
  EXPECT_EQ(ok(world_->counts(batch)), (std::map<std::string, int64_t>{{"in_flight", 1}, {"refused", 1}}));
  expect_counted(batch);
}

TEST_P(ClaimTest, TwoCampaignsToOnePersonDoNotBothPassTheLimit) {
  const int64_t first = queued_batch(3);
  const int64_t second = another_batch(3, "再来一次，{name}。");
  const auto a = prepare(first), b = prepare(second);  // both over the same snapshot
  ok(commit(*a));
  ok(commit(*b));
  EXPECT_EQ(a->segments().size(), 3U);
  EXPECT_TRUE(b->segments().empty());
  EXPECT_EQ(ok(world_->counts(second)), (std::map<std::string, int64_t>{{"refused", 3}}));
}

TEST_P(ClaimTest, ARefusalGivesTheLimitBack) {
  const int64_t first = queued_batch(1);
  const auto s = claim(first);
  const int64_t second = another_batch(1, "再来一次，{name}。");
  apply({response(s[0], domain::AttemptOutcome::kRejected, 0x0B)});
  EXPECT_EQ(claim(second).size(), 1U);
}

}  // namespace
}  // namespace yizhan::engine
