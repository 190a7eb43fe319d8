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
  int64_t first_message(int64_t batch) {
    return ok(db().read([&](db::Tx& tx) -> Result<int64_t> {
      return YZ_TRY(tx.one(
                        store::q::batch_extent, [](const db::Row& row) { return row.i64(0); }, batch))
          .value_or(0);
    }));
  }
};
YIZHAN_FOR_EACH_STORE(ClaimTest);

TEST_P(ClaimTest, StoresTheAttemptsBeforeTheyMayLeave) {
  const int64_t batch = queued_batch(3, kLongText);
  const auto s = claim(batch);
  ASSERT_EQ(s.size(), 6U);
  EXPECT_EQ(count("attempt WHERE outcome = 1 AND segments = 2"), 6);
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
  apply({response(s[0], domain::AttemptOutcome::kRejected, kBadNumber)});
  EXPECT_EQ(claim(second).size(), 1U);
}

// Policy 3.3.2: what the template says was reviewed, what a value brings in was not.
TEST_P(ClaimTest, PersonalDataInAValueGoesToWhoAuthorisedIt) {
  screen_ = finding_personal({"客户1", "客户2", "九折"});
  const int64_t batch = queued_batch(3);
  execute("INSERT INTO consent_state VALUES (3, 3, 'privacy_authorisation', 1, 0, 0)");
  EXPECT_EQ(claim(batch).size(), 2U);
  EXPECT_EQ(state_of(first_message(batch) + 1), "refused privacy_authorisation_missing");
  EXPECT_EQ(count("message WHERE state = 9"), 1);
  expect_counted(batch);
}

TEST_P(ClaimTest, WhatTheCustomerWantsCounts) {
  const int64_t first = queued_batch(2);
  EXPECT_EQ(claim(first).size(), 2U);
  clock_.advance(days(8));
  const int64_t second = another_batch(2, "再来一次，{name}。");
  write([&](db::Tx& tx) -> Result<> {
    const std::array wish{db::Param(int64_t{1}), db::Param(domain::MessageClass::kMarketing)};
    YZ_TRY(tx.run_sql("INSERT INTO customer_preference VALUES ($1, $2, 2592000, 1)", wish));
    return {};
  });
  const auto s = claim(second);
  ASSERT_EQ(s.size(), 1U) << "one in 30 days is stricter than the company's two in seven";
  EXPECT_EQ(count("message WHERE state = 9 AND reason = 20 AND customer_id = 1"), 1);
}

TEST_P(ClaimTest, ACampaignsOwnLimitsCount) {
  const int64_t first = queued_batch(1);
  EXPECT_EQ(claim(first).size(), 1U);
  clock_.advance(days(8));
  const int64_t second = another_batch(1, "再来一次，{name}。");
  const std::string rules = serialize_campaign_frequency(
      {{domain::MessageClass::kMarketing, days(10), 1, domain::FrequencySource::kCampaign}});
  write([&](db::Tx& tx) { return tx.run(store::q::batch_set_limits, second, int64_t{0}, rules); });
  EXPECT_TRUE(claim(second).empty());
  EXPECT_EQ(count("message WHERE state = 9 AND reason = 20"), 1);
}

// Policy 4.2.3: what was announced binds while it is in force.
TEST_P(ClaimTest, AnAnnouncedFrequencyBinds) {
  const int64_t first = queued_batch(1);
  EXPECT_EQ(claim(first).size(), 1U);
  clock_.advance(days(8));
  const Time now = clock_.now();
  write([&](db::Tx& tx) {
    return tx.run(store::q::announced_insert, int64_t{5}, int64_t{10 * 86'400}, int64_t{1}, now,
                  now + hours(1), now);
  });
  const int64_t second = another_batch(1, "再来一次，{name}。");
  EXPECT_TRUE(claim(second).empty());
  clock_.advance(hours(1));
  const int64_t third = another_batch(1, "第三次，{name}。");
  EXPECT_EQ(claim(third).size(), 1U) << "over";
}

// An outage, a pause or a night: whatever it waited for, it does not leave too late.
TEST_P(ClaimTest, NothingLeavesAfterItsTime) {
  const int64_t old = queued_batch(3);
  clock_.advance(microseconds(hours(48).us - 1));
  EXPECT_EQ(claim(old, 1).size(), 1U);
  clock_.advance(microseconds(1));
  EXPECT_TRUE(claim(old).empty());
  EXPECT_EQ(count("message WHERE state = 9 AND reason = 26"), 2);
  EXPECT_EQ(count("deferred"), 0);
  expect_counted(old);

  // Its own word, and its batch's.
  clock_.advance(days(10));
  const int64_t stated = another_batch(2, "再来一次，{name}。");
  db::Columns expiry;
  expiry.row(first_message(stated), clock_.now() + minutes(1));
  write([&](db::Tx& tx) { return tx.bulk(store::q::message_set_expiry, expiry); });
  clock_.advance(minutes(1));
  EXPECT_EQ(claim(stated).size(), 1U);
  const int64_t ended = another_batch(2, "第三次，{name}。");
  write([&](db::Tx& tx) { return tx.run(store::q::batch_set_limits, ended, clock_.now(), ""); });
  EXPECT_TRUE(claim(ended).empty());
  EXPECT_EQ(count("message WHERE state = 9 AND reason = 26"), 5);
}

TEST_P(ClaimTest, AHolidayIsWaitedForUnlessThatIsTooLong) {
  const int64_t batch = queued_batch(2);
  write([&](db::Tx& tx) -> Result<> {
    store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
    settings.holidays = {{*domain::parse_day("2026-03-02"), "CN", std::nullopt, ""}};
    return store::save_sending_settings(tx, store(), settings, 0);
  });
  EXPECT_TRUE(claim(batch, 1).empty());
  EXPECT_EQ(count("message WHERE state = 1 AND reason = 19"), 1);
  EXPECT_EQ(count("deferred WHERE due_at = " +
                  std::to_string(parse_rfc3339("2026-03-03T09:00:00+08:00").value().us)),
            1);
  write([&](db::Tx& tx) { return tx.run(store::q::batch_set_limits, batch, clock_.now() + hours(5), ""); });
  EXPECT_TRUE(claim(batch).empty());
  EXPECT_EQ(count("message WHERE state = 9 AND reason = 26"), 1);
  expect_counted(batch);
}

}  // namespace
}  // namespace yizhan::engine
