// A campaign to a carrier that falls silent, is slow, or throttles for an hour: every recipient has exactly
// one outcome, nobody gets it twice, nothing that the carrier would have taken is given up.

#include <gtest/gtest.h>

#include "tests/support/sender.h"
#include "tests/support/test_database.h"

namespace yizhan {
namespace {

using testing::Sender;

class CarrierFaults : public testing::StoreTest {
 protected:
  void SetUp() override {
    make(store::migrations());
    if (::testing::Test::IsSkipped() || HasFatalFailure()) return;
    clock_.set(parse_rfc3339("2026-03-02T10:00:00+08:00").value());
  }
  void TearDown() override { sender_.reset(); }

  int64_t campaign(int64_t customers, const link::SimulatorConfig& carrier, domain::ChannelOptions options) {
    sender_ = std::make_unique<Sender>(db(), clock_, folder_.file("carrier.log"), carrier);
    customers_ = customers;
    const int64_t batch = sender_->campaign(customers, options);
    sender_->start_engine();
    sender_->start(batch);
    return batch;
  }
  // Until nothing of the batch is open; retries fall due meanwhile.
  Sender::Counts finish(int64_t batch) {
    EXPECT_TRUE(testing::eventually(
        [&] {
          clock_.advance(seconds(1));
          const auto counts = sender_->world().projected(batch);
          return counts && Sender::closed(*counts) == customers_;
        },
        std::chrono::minutes(3)))
        << ::testing::PrintToString(sender_->world().projected(batch).value());
    sender_->expect_whole(batch, customers_);
    return sender_->world().projected(batch).value();
  }
  void expect_nobody_twice() {
    for (const auto& [number, destination] : sender_->seen().destinations)
      EXPECT_LE(destination.accepted_segments, 1U) << "twice";
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Sender> sender_;
  int64_t customers_ = 0;
};
YIZHAN_FOR_EACH_STORE(CarrierFaults);

TEST_P(CarrierFaults, AHalfOpenLineIsLeftAndNothingOnItSentAgain) {
  link::SimulatorConfig carrier;
  carrier.half_open = {.every = 200, .probability = 0};
  carrier.faults_max = 3;
  carrier.receipt_delay = {2, 20};
  domain::ChannelOptions options;
  options.window = 16;
  options.response_timeout_ms = 300;
  options.enquire_link_ms = 300;
  const int64_t batch = campaign(1'500, carrier, options);
  auto counts = finish(batch);
  EXPECT_GT(counts["unknown"], 0) << "what was on the line when it fell silent";
  EXPECT_LE(counts["unknown"], 3 * 16);
  EXPECT_EQ(counts["delivered"] + counts["unknown"], 1'500);
  expect_nobody_twice();
}

TEST_P(CarrierFaults, ASlowCarrierGetsEverythingOnce) {
  link::SimulatorConfig carrier;
  carrier.latency = {20, 120};
  carrier.read_bytes_per_second = 40'000;
  carrier.write_chunk_bytes = 7;
  carrier.receipt_delay = {2, 20};
  domain::ChannelOptions options;
  options.window = 32;
  const int64_t batch = campaign(600, carrier, options);
  EXPECT_EQ(finish(batch), (Sender::Counts{{"delivered", 600}}));
  expect_nobody_twice();
}

// By the clock of both: each step of it is taken when the carrier has throttled again.
TEST_P(CarrierFaults, AnHourOfThrottlingLosesNothing) {
  link::SimulatorConfig carrier;
  carrier.throttled_for_ms = 3'600'000;
  carrier.receipt_delay = {2, 20};
  domain::ChannelOptions options;
  options.window = 4;
  options.throttle_pause_ms = 10;
  const int64_t batch = campaign(60, carrier, options);
  const Time sound = clock_.now() + hours(1);
  while (clock_.now() + minutes(1) < sound) {
    const uint64_t before = sender_->simulator().stats().throttled;
    ASSERT_TRUE(testing::eventually([&] { return sender_->simulator().stats().throttled > before; }));
    clock_.advance(minutes(1));
  }
  EXPECT_EQ(sender_->accepted(), 0U);
  auto counts = sender_->world().projected(batch).value();
  EXPECT_EQ(Sender::closed(counts), 0) << ::testing::PrintToString(counts);
  clock_.advance(minutes(1));
  EXPECT_EQ(finish(batch), (Sender::Counts{{"delivered", 60}}));
  expect_nobody_twice();
}

}  // namespace
}  // namespace yizhan
