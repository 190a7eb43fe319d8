#include "engine/channel_runtime.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

// Its link is never started: what a carrier says is put into the runtime's mouth.
class ChannelRuntimeTest : public testing::SendingStoreTest {
 protected:
  void open() {
    runtime_ = std::make_shared<ChannelRuntime>(
        io_, store(), ChannelRow{.id = channel_, .name = "test", .provider = "sim"}, CarrierCodes{},
        ChannelHooks{.wake = [] {},
                     .recall = [](int64_t) {},
                     .recall_messages = [](const std::vector<int64_t>&) {},
                     .pause_failing = [](db::Tx&, const Effects&) { return std::vector<int64_t>{}; }});
  }
  // What was submitted before these is done: the writer's jobs of one class run in order.
  void settle() {
    for (int i = 0; i < 400; ++i) write([](db::Tx&) -> Result<> { return {}; });
  }
  static link::Response accepted(const ClaimedSegment& s, const std::string& id, Time at) {
    return {.attempt_id = static_cast<uint64_t>(s.attempt_id),
            .message_id = static_cast<uint64_t>(s.message_id),
            .kind = link::ResponseKind::kAccepted,
            .carrier_message_id = id,
            .canonical_id = id,
            .at = at};
  }
  static link::Delivery delivered(const std::string& id, std::string stat, Time at) {
    link::Delivery d;
    d.is_receipt = true;
    d.canonical_id = id;
    d.stat = std::move(stat);
    d.state = d.stat == "DELIVRD" ? codec::ReceiptState::kDelivered : codec::ReceiptState::kUndeliverable;
    d.at = at;
    return d;
  }
  std::string text(const std::string& sql) {
    std::string found;
    ok(db().read([&](db::Tx& tx) {
      return tx.each_sql(sql, {}, [&](const db::Row& row) { found = row.string(0); });
    }));
    return found;
  }
  // The store refuses receipts whose code begins with POISON.
  void refuse_poison() {
    write([&](db::Tx& tx) {
      return tx.execute_script(
          is_sqlite()
              ? "CREATE TRIGGER poison BEFORE INSERT ON receipt_parked WHEN NEW.receipt_code LIKE 'POISON%' "
                "BEGIN SELECT RAISE(ABORT, 'poison'); END"
              : "CREATE FUNCTION poison() RETURNS trigger AS $$ BEGIN IF NEW.receipt_code LIKE 'POISON%' "
                "THEN "
                "RAISE EXCEPTION 'poison' USING ERRCODE = '22021'; END IF; RETURN NEW; END $$ LANGUAGE "
                "plpgsql; "
                "CREATE TRIGGER poison BEFORE INSERT ON receipt_parked FOR EACH ROW EXECUTE FUNCTION "
                "poison()");
    });
  }
  void accept_poison() {
    write([&](db::Tx& tx) {
      return tx.execute_script(is_sqlite() ? "DROP TRIGGER poison" : "DROP TRIGGER poison ON receipt_parked");
    });
  }

  boost::asio::io_context io_;
  std::shared_ptr<ChannelRuntime> runtime_;
};
YIZHAN_FOR_EACH_STORE(ChannelRuntimeTest);

TEST_P(ChannelRuntimeTest, OddBytesAreStoredAndStillMatch) {
  const int64_t batch = queued_batch(2);
  const auto s = claim(batch);
  open();
  const std::string id = std::string("\xFF\xC3x\\\0y", 6), other = "\xFF\xC3x\\";
  runtime_->on_responses({accepted(s[0], id, clock_.now()), accepted(s[1], other, clock_.now())});
  settle();
  EXPECT_EQ(text("SELECT carrier_message_id FROM attempt ORDER BY id LIMIT 1"), "\\xFF\\xC3x\\x5C\\x00y");
  // The 32 bytes of a code may end in the middle of a character.
  runtime_->on_deliveries({delivered(id, "DELIVRD", clock_.now()),
                           delivered(other, std::string(31, 'X') + "\xE4\xBD\xA0", clock_.now())});
  settle();
  EXPECT_EQ(state_of(s[0].message_id), "delivered");
  EXPECT_EQ(state_of(s[1].message_id), "failed carrier_rejected");
  link::Delivery reply;
  reply.source = "8613800000000";
  reply.destination = "1069\xE9\xFF";
  reply.at = clock_.now();
  runtime_->on_deliveries({reply});
  settle();
  EXPECT_EQ(text("SELECT destination FROM inbound_message"), "1069\\xE9\\xFF");
}

TEST_P(ChannelRuntimeTest, AnEntryThatTheStoreWillNeverTakeDoesNotHoldUpTheOthers) {
  if (is_sqlite()) GTEST_SKIP() << "SQLite takes any bytes";
  const int64_t batch = queued_batch(1);
  const auto s = claim(batch);
  open();
  refuse_poison();
  runtime_->on_responses({accepted(s[0], "one", clock_.now())});
  runtime_->on_deliveries(
      {delivered("stray 1", "GOOD", clock_.now()), delivered("stray 2", "POISON", clock_.now()),
       delivered("one", "DELIVRD", clock_.now()), delivered("stray 3", "GOOD", clock_.now())});
  settle();
  EXPECT_EQ(state_of(s[0].message_id), "delivered");
  EXPECT_EQ(count("receipt_parked"), 2);
  expect_counted(batch);
}

TEST_P(ChannelRuntimeTest, WhileTheStoreFailsDeliveriesDoNotPileUp) {
  queued_batch(1);
  open();
  if (!is_sqlite()) GTEST_SKIP() << "there, what is refused by such a rule is dropped";
  refuse_poison();
  constexpr size_t kAtOnce = 1'000, kTimes = 40;
  for (size_t i = 0; i < kTimes; ++i) {
    std::vector<link::Delivery> deliveries;
    for (size_t j = 0; j < kAtOnce; ++j)
      deliveries.push_back(delivered(std::to_string(i * kAtOnce + j), "POISON", clock_.now()));
    runtime_->on_deliveries(std::move(deliveries));
  }
  settle();
  EXPECT_EQ(count("receipt_parked"), 0);
  accept_poison();
  runtime_->look_after();
  settle();
  EXPECT_EQ(count("receipt_parked"), static_cast<int64_t>(limits::kChannelDeliveries));
  // And then it goes on.
  runtime_->on_deliveries({delivered("next", "POISON", clock_.now())});
  settle();
  EXPECT_EQ(count("receipt_parked"), static_cast<int64_t>(limits::kChannelDeliveries) + 1);
}

TEST_P(ChannelRuntimeTest, WhatIsSubmittedAfterAStopComesBack) {
  const int64_t batch = queued_batch(2);
  open();
  const auto claimed = prepare(batch);
  write([&](db::Tx& tx) { return claimed->commit(tx); });
  std::atomic<int> stopped = 0;
  runtime_->stop(seconds(1), [&] { ++stopped; });
  io_.run();
  settle();
  EXPECT_EQ(stopped, 1);
  EXPECT_TRUE(runtime_->idle());
  auto kept = runtime_->submit(*claimed, {});
  EXPECT_EQ(kept.size(), 2U);
  runtime_->on_responses(std::move(kept));
  runtime_.reset();  // nobody holds it any more but the write
  settle();
  EXPECT_EQ(ok(world_->counts(batch)), (std::map<std::string, int64_t>{{"queued", 2}}));
  EXPECT_EQ(count("outbox"), 2);
}

TEST_P(ChannelRuntimeTest, AStopEndsWhenAllIsWritten) {
  const int64_t batch = queued_batch(2);
  const auto s = claim(batch);
  open();
  // The same word twice: not as expected, so it is written a second time with care.
  runtime_->on_responses({accepted(s[0], "x", clock_.now()), accepted(s[0], "x", clock_.now())});
  std::atomic<int> stopped = 0;
  runtime_->stop(seconds(1), [&] { ++stopped; });
  io_.run();
  settle();
  EXPECT_EQ(stopped, 1);
  EXPECT_EQ(state_of(s[0].message_id), "sent");
}

TEST(CheckLink, AllWindowsTogetherAreBounded) {
  ChannelRow row{.id = 1, .name = "a", .host = "127.0.0.1", .system_id = "b", .port = 2775};
  EXPECT_TRUE(check_link(row));
  row.options.sessions = 16;
  row.options.window = 512;
  EXPECT_TRUE(check_link(row));
  row.options.window = 513;
  const auto refused = check_link(row);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "window");
}

}  // namespace
}  // namespace yizhan::engine
