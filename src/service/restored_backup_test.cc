#include "service/restored_backup.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "service/tasks.h"
#include "store/audit.h"
#include "store/settings.h"
#include "support/campaign_world.h"

namespace yizhan::service {
namespace {

using store::Lineage;
using store::StopCause;

class RestoredBackup : public testing::CampaignWorld {
 protected:
  void SetUp() override {
    CampaignWorld::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    deed("first");
  }
  void deed(std::string_view action) {
    const store::Store& s = world_->store();
    EXPECT_TRUE(s.db.write([&](db::Tx& tx) {
      return store::append_audit(tx, s, {}, {.action = action, .object_type = "server"});
    }));
  }
  store::LineageMark mark() {
    return ok(db().read([](db::Tx& tx) { return store::read_mark(tx); }));
  }
  Lineage start_with(const SeenDatabase& seen) { return ok(stop_if_restored(world_->store(), seen)); }
  int64_t stops() { return count("SELECT count(*) FROM audit_log WHERE action = 'emergency.stop'"); }
  EmergencyState state() { return ok(campaigns_->emergency()); }
};
YIZHAN_FOR_EACH_STORE(RestoredBackup);

TEST_P(RestoredBackup, TheSameDatabaseGoesOn) {
  const store::LineageMark before = mark();
  EXPECT_EQ(start_with({.mark = before}), Lineage::kSame);
  // A kill leaves the file behind the database, by as much as there was in between.
  deed("second");
  execute(
      "INSERT INTO attempt (id, message_id, channel_id, number, segment, segments, outcome, stored_at, "
      "responded_at, response_status, carrier_message_id, receipt_at, receipt_state, receipt_code) "
      "VALUES (9, 1, 1, 1, 1, 1, 1, 1, 0, 0, '', 0, 0, '')");
  EXPECT_EQ(start_with({.mark = before}), Lineage::kSame);
  EXPECT_EQ(start_with({.mark = mark()}), Lineage::kSame);
  EXPECT_FALSE(state().active);
  EXPECT_EQ(stops(), 0);
}

TEST_P(RestoredBackup, AnOlderOneSendsNothing) {
  store::LineageMark seen = mark();
  ++seen.audit_id;
  EXPECT_EQ(start_with({.mark = seen}), Lineage::kOlder);
  EXPECT_TRUE(state().active);
  EXPECT_EQ(state().cause, StopCause::kRestoredBackup);
  EXPECT_EQ(state().reason, "restored_backup");
  // Nothing but messages went out since.
  ok(campaigns_->emergency_release(technology_, {"the same after all"}));
  seen = mark();
  seen.attempt_id += 1;
  EXPECT_EQ(start_with({.mark = seen}), Lineage::kOlder);
  EXPECT_TRUE(state().active);
}

TEST_P(RestoredBackup, SoDoesAnother) {
  store::LineageMark seen = mark();
  seen.audit_hash[0] ^= 1;  // a copy that went its own way
  EXPECT_EQ(start_with({.mark = seen}), Lineage::kOther);
  ok(campaigns_->emergency_release(technology_, {"seen"}));
  seen = {.database_id = "0123"};
  EXPECT_EQ(start_with({.mark = seen}), Lineage::kOther);
  ok(campaigns_->emergency_release(technology_, {"seen"}));
  EXPECT_EQ(start_with({}), Lineage::kUnmarked);
  ok(campaigns_->emergency_release(technology_, {"seen"}));
  EXPECT_EQ(start_with({.mark = mark(), .copied = true}), Lineage::kCopied);
  EXPECT_TRUE(state().active);
  EXPECT_EQ(stops(), 4);
}

TEST_P(RestoredBackup, ANewDatabaseNeedsNoMark) {
  lift_append_only();
  execute("DELETE FROM audit_log; DELETE FROM audit_head");
  EXPECT_EQ(start_with({}), Lineage::kSame);
}

TEST_P(RestoredBackup, TheStopLastsUntilItIsReleased) {
  store::LineageMark seen = mark();
  ++seen.audit_id;
  start_with({.mark = seen});
  start_with({.mark = seen});  // as at each start until then
  EXPECT_EQ(stops(), 1);
  // A stop by hand on top of it does not take its cause away.
  ok(campaigns_->emergency_stop(technology_, {"a drill"}));
  EXPECT_EQ(state().cause, StopCause::kRestoredBackup);
  int released = 0;
  campaigns_->on_release([&] { ++released; });
  const EmergencyState after = ok(campaigns_->emergency_release(technology_, {"opt-outs imported"}));
  EXPECT_FALSE(after.active);
  EXPECT_FALSE(after.cause);
  EXPECT_EQ(released, 1);
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action = 'emergency.release' AND "
                  "detail = '{\"cause\":\"restored_backup\"}' AND reason = 'opt-outs imported'"),
            1);
  ok(campaigns_->emergency_stop(technology_, {"a drill"}));
  EXPECT_EQ(state().cause, StopCause::kByHand);
}

TEST_P(RestoredBackup, NoCampaignStartsAndPeopleAreTold) {
  const CampaignId id = ready().id;
  store::LineageMark seen = mark();
  ++seen.audit_id;
  start_with({.mark = seen});
  refused(campaigns_->start(technology_, id, {}), ErrorCode::kEmergencyStop);
  Tasks tasks(world_->store(), [] { return std::vector<engine::ChannelStatus>{}; });
  const auto list =
      ok(tasks.list({store::ActorKind::kUser, 9, "c", domain::Roles{}.with(domain::Role::kCompliance), {}}));
  const auto task = std::ranges::find(list.items, "emergency_stop_active", &TaskView::kind);
  ASSERT_NE(task, list.items.end());
  EXPECT_EQ(task->state, "restored_backup");
  EXPECT_FALSE(task->detail);
}

}  // namespace
}  // namespace yizhan::service
