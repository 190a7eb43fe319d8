// A campaign over a store that fails and comes back, a clock that jumps, an engine that is stopped while it
// starts, and beside another campaign to the same people: every recipient has exactly one outcome, nobody
// gets it twice.

#include <gtest/gtest.h>

#include "tests/support/lossy_files.h"
#include "tests/support/private_server.h"
#include "tests/support/sender.h"
#include "tests/support/test_database.h"

namespace yizhan {
namespace {

constexpr int64_t kCustomers = 3'000;

using testing::LossyFiles;
using testing::Sender;

const Time kMorning = parse_rfc3339("2026-03-02T10:00:00+08:00").value();

// Until nothing of the batch is open; retries fall due meanwhile.
void finish(Sender& sender, int64_t batch, ManualClock& clock) {
  EXPECT_TRUE(testing::eventually([&] {
    clock.advance(seconds(1));
    const auto counts = sender.world().projected(batch);
    return counts && Sender::closed(*counts) == kCustomers;
  })) << ::testing::PrintToString(sender.world().projected(batch).value());
  sender.expect_whole(batch, kCustomers);
}

void expect_nobody_twice(Sender& sender) {
  for (const auto& [number, destination] : sender.seen().destinations)
    EXPECT_LE(destination.accepted_segments, 1U) << "twice";
}

class StoreFaults : public testing::StoreTest {
 protected:
  void SetUp() override {
    make(store::migrations());
    if (::testing::Test::IsSkipped() || HasFatalFailure()) return;
    clock_.set(kMorning);
    sender_ = std::make_unique<Sender>(db(), clock_, folder_.file("carrier.log"));
  }
  void TearDown() override { sender_.reset(); }

  // What a stop cuts off is unknown and not sent again, so that nothing may be left.
  bool over(int64_t batch) { return Sender::closed(sender_->world().projected(batch).value()) == kCustomers; }
  bool reaches(uint64_t accepted) {
    return testing::eventually([&] { return sender_->accepted() >= accepted; });
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Sender> sender_;
};
YIZHAN_FOR_EACH_STORE(StoreFaults);

TEST_P(StoreFaults, TheClockJumpsForthAndBack) {
  const int64_t batch = sender_->campaign(kCustomers);
  sender_->start_engine();
  sender_->start(batch);
  ASSERT_TRUE(reaches(500));
  clock_.advance(hours(25));
  ASSERT_TRUE(reaches(1'000));
  clock_.set(kMorning - minutes(30));
  ASSERT_TRUE(reaches(1'500));
  clock_.set(kMorning);
  finish(*sender_, batch, clock_);
  EXPECT_EQ(sender_->world().projected(batch).value()["delivered"], kCustomers);
  expect_nobody_twice(*sender_);
}

// The limit is one a day: whichever comes first to a person is the one.
TEST_P(StoreFaults, TwoCampaignsToTheSamePeopleAtOneTime) {
  const int64_t first = sender_->campaign(kCustomers), second = sender_->another_campaign(kCustomers);
  sender_->start_engine();
  Sender::ok(sender_->world().start_batch(first));
  sender_->start(second);
  finish(*sender_, first, clock_);
  finish(*sender_, second, clock_);
  auto of_first = Sender::ok(sender_->world().counts(first));
  auto of_second = Sender::ok(sender_->world().counts(second));
  EXPECT_EQ(of_first["delivered"] + of_second["delivered"], kCustomers);
  EXPECT_EQ(of_first["refused"] + of_second["refused"], kCustomers);
  EXPECT_EQ(sender_->seen().destinations.size(), static_cast<size_t>(kCustomers));
  expect_nobody_twice(*sender_);
}

TEST_P(StoreFaults, AnEngineIsStoppedWhileItStarts) {
  const int64_t batch = sender_->campaign(kCustomers);
  Sender::ok(sender_->world().start_batch(batch));
  for (int i = 0; i < 20; ++i) {
    const uint64_t accepted = sender_->accepted();
    sender_->start_engine();
    // From before the bind to after the first answers.
    if (i % 4 > 0) EXPECT_TRUE(testing::eventually([&] { return sender_->simulator().stats().binds > 0; }));
    if (i % 4 > 2)
      EXPECT_TRUE(testing::eventually([&] { return sender_->accepted() >= accepted + 20 || over(batch); }));
    sender_->stop_engine();
  }
  sender_->start_engine();
  finish(*sender_, batch, clock_);
  expect_nobody_twice(*sender_);
}

TEST(FullDisk, WhatCannotBeWrittenIsNotSent) {
  LossyFiles::install();
  testing::TemporaryFolder folder;
  ManualClock clock(kMorning);
  db::Options options;
  options.path = folder.file("full.db");
  options.vfs = LossyFiles::kName;
  const auto database = Sender::ok(db::Database::open(options));
  Sender sender(*database, clock, folder.file("carrier.log"));
  const int64_t batch = sender.campaign(kCustomers);
  sender.start_engine();
  sender.start(batch);
  EXPECT_TRUE(testing::eventually([&] { return sender.accepted() >= 500; }));
  LossyFiles::fill(true);
  const auto failures = [&] { return database->stats().failed_jobs + database->stats().failed_commits; };
  const uint64_t before = failures();
  EXPECT_TRUE(testing::eventually([&] { return failures() > before + 20; }));
  LossyFiles::fill(false);
  finish(sender, batch, clock);
  EXPECT_EQ(sender.world().projected(batch).value()["delivered"], kCustomers);
  expect_nobody_twice(sender);
}

TEST(DatabaseServer, IsKilledAndComesBack) {
  if (!testing::postgres_conninfo()) GTEST_SKIP() << "no PostgreSQL here";
  const testing::PrivateServer server;
  ASSERT_FALSE(server.conninfo.empty());
  testing::TemporaryFolder folder;
  ManualClock clock(kMorning);
  db::Options options;
  options.dialect = db::Dialect::kPostgres;
  options.conninfo = server.conninfo;
  options.reconnect_min = options.reconnect_max = milliseconds(1);
  const auto database = Sender::ok(db::Database::open(options));
  Sender sender(*database, clock, folder.file("carrier.log"));
  const int64_t batch = sender.campaign(kCustomers);
  sender.start_engine();
  sender.start(batch);
  for (const uint64_t moment : {400U, 1'200U, 2'000U}) {
    EXPECT_TRUE(testing::eventually([&] { return sender.accepted() >= moment; }));
    server.command("stop");
    const uint64_t before = database->stats().failed_jobs;
    EXPECT_TRUE(testing::eventually([&] { return database->stats().failed_jobs > before; }));
    server.command("start");
  }
  finish(sender, batch, clock);
  expect_nobody_twice(sender);
}

}  // namespace
}  // namespace yizhan
