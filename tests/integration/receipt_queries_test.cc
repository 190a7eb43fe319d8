// Receipts that do not come, and a carrier that is asked (SMPP query_sm): over real sessions, on both stores.

#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/support/sender.h"
#include "tests/support/test_database.h"

namespace yizhan {
namespace {

using testing::eventually;
using testing::Sender;
using Counts = Sender::Counts;

class ReceiptQueries : public testing::StoreTest {
 protected:
  void SetUp() override {
    make(store::migrations());
    if (::testing::Test::IsSkipped() || HasFatalFailure()) return;
    clock_.set(parse_rfc3339("2026-03-02T10:00:00+08:00").value());
  }
  void TearDown() override { sender_.reset(); }

  // A batch of which all is with the carrier, and no receipt comes.
  int64_t sent(int64_t customers, link::SimulatorConfig carrier, int64_t query_seconds = 60) {
    carrier.receipt_lost = 1;
    sender_ = std::make_unique<Sender>(db(), clock_, folder_.file("carrier.log"), carrier);
    domain::ChannelOptions options;
    options.receipt_query_seconds = query_seconds;
    const int64_t batch = sender_->campaign(customers, options);
    sender_->start_engine();
    sender_->start(batch);
    EXPECT_TRUE(eventually([&] { return counts(batch)["sent"] == customers; }));
    // What is asked after are rows, which old receipts have.
    clock_.advance(seconds(limits::kOutstandingSeconds + 1));
    EXPECT_TRUE(eventually([&] { return value("SELECT count(*) FROM receipt_wait") == customers; }));
    return batch;
  }
  Counts counts(int64_t batch) { return sender_->world().projected(batch).value(); }
  uint64_t asked() { return sender_->simulator().stats().queries; }
  engine::ReceiptQueryView view() { return sender_->engine().channels().at(0).queries; }
  int64_t value(const std::string& sql) {
    int64_t n = 0;
    EXPECT_TRUE(db().read(
        [&](db::Tx& tx) { return tx.each_sql(sql, {}, [&](const db::Row& row) { n = row.i64(0); }); }));
    return n;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Sender> sender_;
};
YIZHAN_FOR_EACH_STORE(ReceiptQueries);

TEST_P(ReceiptQueries, AnswersSettleWhatReceiptsDidNot) {
  link::SimulatorConfig carrier;
  carrier.outcomes = {{"UNDELIV", "012", 0.4}};
  carrier.receipt_delay = {1, 2};
  const int64_t batch = sent(20, carrier);
  EXPECT_EQ(asked(), 0U) << "it is early yet";
  clock_.advance(seconds(61));
  ASSERT_TRUE(eventually([&] { return Sender::closed(counts(batch)) == 20; })) << asked();
  sender_->expect_whole(batch, 20);
  EXPECT_EQ(asked(), 20U);
  EXPECT_EQ(view().answered, 20U);
  EXPECT_GT(counts(batch)["delivered"], 0);
  EXPECT_GT(counts(batch)["failed"], 0);
  EXPECT_EQ(value("SELECT count(*) FROM attempt WHERE receipt_code = 'UNDELIV:012'"),
            counts(batch)["failed"]);
  EXPECT_EQ(value("SELECT count(*) FROM receipt_wait"), 0);
  EXPECT_EQ(value("SELECT count(*) FROM receipt_parked"), 0);
}

TEST_P(ReceiptQueries, AreAskedAgainAtGrowingDistance) {
  link::SimulatorConfig carrier;
  carrier.receipt_delay = {86'400'000, 86'400'000};  // on its way
  const int64_t batch = sent(1, carrier);
  int64_t distance = 60;
  for (uint64_t n = 1; n <= 4; ++n) {
    clock_.advance(seconds(distance + 1));
    ASSERT_TRUE(eventually([&] { return asked() == n && view().answered == n; })) << asked();
    EXPECT_EQ(value("SELECT asked FROM receipt_wait"), static_cast<int64_t>(n));
    distance = (value("SELECT ask_at FROM receipt_wait") - clock_.now().us) / seconds(1).us;
    EXPECT_EQ(distance, int64_t{60} << (n - 1));
  }
  EXPECT_EQ(counts(batch), (Counts{{"sent", 1}})) << "on its way is no end";
  // Its time is over: it is not asked after any more.
  clock_.advance(hours(73));
  EXPECT_TRUE(eventually([&] { return counts(batch)["expired"] == 1; }));
  EXPECT_LE(asked(), 5U);
}

TEST_P(ReceiptQueries, ARestartBeginsNoRoundAnew) {
  link::SimulatorConfig carrier;
  carrier.receipt_delay = {86'400'000, 86'400'000};
  sent(3, carrier);
  clock_.advance(seconds(61));
  ASSERT_TRUE(eventually([&] { return view().answered == 3; }));
  sender_->stop_engine();
  sender_->start_engine();
  ASSERT_TRUE(
      eventually([&] { return sender_->engine().channels().at(0).link.state == link::LinkState::kBound; }));
  EXPECT_EQ(value("SELECT min(asked) FROM receipt_wait"), 1);
  clock_.advance(seconds(60));
  ASSERT_TRUE(eventually([&] { return view().answered == 3; }));
  EXPECT_EQ(asked(), 6U);
}

TEST_P(ReceiptQueries, ACarrierThatRefusesIsLeftAloneForAWhile) {
  link::SimulatorConfig carrier;
  carrier.query_errors = {{0x67, 1.0}};  // ESME_RQUERYFAIL
  const int64_t batch = sent(40, carrier);
  clock_.advance(seconds(61));
  ASSERT_TRUE(eventually([&] { return view().refused_until > clock_.now(); }));
  EXPECT_EQ(view().refusal, "ESME_RQUERYFAIL");
  // What was on its way is answered yet.
  ASSERT_TRUE(eventually([&] { return asked() >= view().asked; }));
  const uint64_t before = asked();
  EXPECT_LE(before, limits::kLinkQueries);
  clock_.advance(minutes(limits::kQueriesRefusedMinutes + 1));
  EXPECT_TRUE(eventually([&] { return asked() > before; }));
  // Nobody knows at the end, and that is what is said.
  clock_.advance(hours(72));
  EXPECT_TRUE(eventually([&] { return counts(batch) == Counts{{"expired", 40}}; }));
}

TEST_P(ReceiptQueries, ErrorsAndUnknownIdsChangeNothing) {
  link::SimulatorConfig carrier;
  carrier.receipt_delay = {1, 2};
  carrier.query_errors = {{0x0C, 0.3}, {0x58, 0.2}};  // ESME_RINVMSGID, ESME_RTHROTTLED
  const int64_t batch = sent(12, carrier);
  int64_t distance = 61;
  for (int round = 0; round < 8 && Sender::closed(counts(batch)) < 12; ++round, distance *= 2) {
    clock_.advance(seconds(distance));
    ASSERT_TRUE(eventually([&] {
      return value("SELECT count(*) FROM receipt_wait WHERE asked <= " + std::to_string(round)) == 0;
    }));
    ASSERT_TRUE(eventually([&] { return asked() >= view().asked; }));
  }
  EXPECT_TRUE(eventually([&] { return counts(batch)["delivered"] > 6; }));
  sender_->expect_whole(batch, 12);
  EXPECT_FALSE(view().refused_until);
}

TEST_P(ReceiptQueries, NobodyIsAskedWhereItIsOff) {
  const int64_t batch = sent(5, {}, 0);
  clock_.advance(hours(71));
  clock_.advance(hours(2));
  EXPECT_TRUE(eventually([&] { return counts(batch) == Counts{{"expired", 5}}; }));
  EXPECT_EQ(asked(), 0U);
  EXPECT_FALSE(view().on);
}

}  // namespace
}  // namespace yizhan
