// The power goes at many moments of a campaign: what was not synced is lost, in part, in any order. What is
// left must be whole: nothing that was acknowledged is gone, every message has exactly one outcome, and the
// campaign goes on from it without anybody getting it twice.

#include <gtest/gtest.h>

#include <array>

#include "store/lineage.h"
#include "tests/support/lossy_files.h"
#include "tests/support/sender.h"
#include "tests/support/test_database.h"

namespace yizhan {
namespace {

constexpr int64_t kCustomers = 4'000;
constexpr size_t kCuts = 20, kFewest = 8;  // a campaign of few syncs has fewer cuts
constexpr uint64_t kSeed = 20261128;

using testing::LossyFiles;
using testing::Sender;

// However the campaign ends, nobody waits for the disk for ever.
struct Released {
  ~Released() { LossyFiles::release(); }
};

class PowerLoss : public ::testing::Test {
 protected:
  void SetUp() override {
    LossyFiles::install();
    clock_.set(parse_rfc3339("2026-03-02T10:00:00+08:00").value());
    options_.path = folder_.file("live.db");
    options_.vfs = LossyFiles::kName;
    options_.checkpoint_pages = 200;  // so that cuts fall into checkpoints too
  }

  // The campaign in one go, with copies as after a cut before every second sync.
  void send_and_cut() {
    const auto database = Sender::ok(db::Database::open(options_));
    Sender sender(*database, clock_, folder_.file("live.log"), keyring_);
    const Released released;
    batch_ = sender.campaign(kCustomers);
    sender.start_engine();
    const auto delivered = [&] {
      return sender.world().projected(batch_).value()["delivered"] == kCustomers;
    };
    sender.start(batch_);
    LossyFiles::hold(1);
    while (seen_.size() < kCuts) {
      ASSERT_TRUE(testing::eventually([&] { return LossyFiles::held() || delivered(); }));
      if (!LossyFiles::held()) break;
      // First what the carrier knows, then the disk: all of the former must be on the latter.
      seen_.push_back(sender.seen());
      marks_.push_back(Sender::ok(database->read([](db::Tx& tx) { return store::read_mark(tx); })));
      // Else the cut takes nothing away, and the test says nothing.
      ASSERT_GT(LossyFiles::unsynced(options_.path), 0U);
      Sender::ok(LossyFiles::take(options_.path, copy(seen_.size() - 1), kSeed + seen_.size()));
      LossyFiles::hold(1);
    }
    LossyFiles::release();
    ASSERT_TRUE(testing::eventually(delivered));
  }

  void check(size_t cut) {
    SCOPED_TRACE("cut " + std::to_string(cut));
    db::Options options;
    options.path = copy(cut);
    const auto database = Sender::ok(db::Database::open(options));
    Sender sender(*database, clock_, folder_.file("after" + std::to_string(cut) + ".log"), keyring_);
    expect_sound(*database);
    const link::SimulatorSummary& before = seen_[cut];
    sender.expect_whole(batch_, kCustomers);
    expect_nothing_gone(sender, before);
    // What was noted outside of it is never ahead of it: a power cut does not look like a restored backup.
    EXPECT_EQ(Sender::ok(database->read([&](db::Tx& tx) { return store::compare_lineage(tx, marks_[cut]); })),
              store::Lineage::kSame);
    const int64_t waiting = Sender::ok(sender.world().counts(batch_))["sent"];
    point_to(*database, sender.simulator().port());
    sender.start_engine();
    // What the carrier had accepted before the cut waits for a receipt of a carrier that is gone.
    ASSERT_TRUE(testing::eventually([&] {
      auto counts = sender.world().projected(batch_).value();
      return counts["sent"] == waiting && Sender::closed(counts) + waiting == kCustomers;
    })) << ::testing::PrintToString(sender.world().projected(batch_).value());
    sender.stop_engine();
    sender.expect_whole(batch_, kCustomers);
    for (const auto& [number, destination] : sender.seen().destinations) {
      EXPECT_EQ(destination.submits, 1U) << "twice after the cut";
      EXPECT_FALSE(before.destinations.contains(number)) << "before the cut and after it";
    }
  }

 private:
  std::string copy(size_t cut) const { return folder_.file("cut" + std::to_string(cut) + ".db"); }

  static void expect_sound(db::Database& database) {
    std::string found;
    Sender::ok(database.read([&](db::Tx& tx) {
      return tx.each_sql("PRAGMA integrity_check", {}, [&](const db::Row& row) { found += row.text(0); });
    }));
    EXPECT_EQ(found, "ok");
  }
  // The attempt is on disk before the segment is on the wire, the receipt before it is acknowledged.
  static void expect_nothing_gone(Sender& sender, const link::SimulatorSummary& seen) {
    const auto attempted = sender.numbers_where("EXISTS (SELECT 1 FROM attempt a WHERE a.message_id = m.id)");
    const auto delivered = sender.numbers_where("m.state = 5");
    for (const auto& [number, destination] : seen.destinations) {
      EXPECT_TRUE(attempted.contains(number)) << "on the wire without its attempt";
      for (const link::SimulatedMessage& message : destination.messages)
        if (message.receipts_answered > 0)
          EXPECT_TRUE(delivered.contains(number)) << "an acknowledged receipt is gone";
    }
  }
  static void point_to(db::Database& database, uint16_t port) {
    Sender::ok(database.write([&](db::Tx& tx) -> Result<> {
      const std::array value{db::Param(port)};
      YZ_TRY(tx.run_sql("UPDATE channel SET port = $1", value));
      return {};
    }));
  }

 protected:
  testing::TemporaryFolder folder_;
  ManualClock clock_{Time{}};
  const crypto::Keyring keyring_ = crypto::Keyring::generate();
  db::Options options_;
  int64_t batch_ = 0;
  std::vector<link::SimulatorSummary> seen_;
  std::vector<store::LineageMark> marks_;
};

TEST_F(PowerLoss, AtManyMomentsOfACampaign) {
  send_and_cut();
  ASSERT_GE(seen_.size(), kFewest);
  for (size_t cut = 0; cut < seen_.size(); ++cut) check(cut);
}

}  // namespace
}  // namespace yizhan
