#include "service/rehearsals.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "service/routes.h"
#include "support/campaign_world.h"

namespace yizhan::service {
namespace {

using domain::CampaignState;
using domain::RehearsalState;

class RehearsalsTest : public testing::CampaignWorld {
 protected:
  void SetUp() override {
    CampaignWorld::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    held_engine_.emplace(world_->store(), io_,
                         [this](std::string_view, domain::MessageClass) { return pass_gate(); });
    rehearsals_.emplace(world_->store(), *engine_);
    held_.emplace(world_->store(), *held_engine_);
  }
  void TearDown() override { open_gate(); }

  RehearsalView rehearsed(CampaignId id) {
    const RehearsalView begun = ok(rehearsals_->start(technology_, id, {}));
    rehearsals_->wait();
    return ok(rehearsals_->get(id, begun.id));
  }
  // Those of `held_` stand still at their first text until then.
  void open_gate() {
    const std::lock_guard lock(gate_);
    open_ = true;
    opened_.notify_all();
  }
  bool pass_gate() {
    std::unique_lock lock(gate_);
    opened_.wait(lock, [this] { return open_; });
    return true;
  }
  // Everything that sending would have changed.
  std::vector<int64_t> traces() {
    std::vector<int64_t> all;
    for (const char* table : {"attempt", "inflight", "outbox", "deferred", "frequency_use", "customer_sent",
                              "channel_event", "inbound_message"})
      all.push_back(count(std::string("SELECT count(*) FROM ") + table));
    all.push_back(count("SELECT count(*) FROM message WHERE state = 1 AND reason = 1 AND attempts = 0"));
    all.push_back(count("SELECT coalesce(sum(count), 0) FROM batch_count WHERE state = 1"));
    return all;
  }

  std::mutex gate_;
  std::condition_variable opened_;
  bool open_ = false;
  std::optional<engine::Engine> held_engine_;
  std::optional<Rehearsals> rehearsals_, held_;
};
YIZHAN_FOR_EACH_STORE(RehearsalsTest);

TEST_P(RehearsalsTest, TheWholeCampaignGoesToTheSimulatedCarrier) {
  execute("UPDATE customer SET suppressed = 8 WHERE id = 1");
  const CampaignView set = with_parameters();
  const auto before = traces();
  const RehearsalView view = rehearsed(set.id);
  ASSERT_EQ(view.state, RehearsalState::kFinished) << view.failure;
  EXPECT_FALSE(view.outdated);
  EXPECT_EQ(view.audience, kCustomers);
  EXPECT_EQ(view.done, kCustomers);
  EXPECT_EQ(view.binding_hash, set.binding_hash);
  ASSERT_TRUE(view.result);
  const RehearsalResult& r = *view.result;
  EXPECT_EQ(r.planned_start, clock_.now());
  EXPECT_EQ(r.funnel.audience, kCustomers);
  EXPECT_EQ(r.funnel.would_send, 3);
  EXPECT_EQ(r.funnel.refused, (std::map<std::string, int64_t>{{"suppressed", 1}}));
  EXPECT_EQ(r.examples.at("suppressed").size(), 1U);
  EXPECT_EQ(r.simulated_segments, 3);
  EXPECT_EQ(r.carrier_took, 3);
  EXPECT_TRUE(r.carrier_took_all);
  ASSERT_EQ(r.channels.size(), 1U);
  EXPECT_EQ(r.channels[0].channel_id, channel_);
  EXPECT_EQ(r.channels[0].lane_percent, 8);
  EXPECT_EQ(r.forecast.would_leave, 3);
  ASSERT_EQ(r.forecast.days.size(), 1U);
  EXPECT_EQ(r.forecast.days[0].day, "2026-03-02");
  EXPECT_EQ(r.forecast.zone, "Asia/Shanghai");
  // Nothing is left behind, and the campaign stands where it stood.
  EXPECT_EQ(traces(), before);
  EXPECT_EQ(ok(campaigns_->get(set.id)).version, set.version);
  EXPECT_EQ(audited("campaign.rehearse", set.id), 1);
  EXPECT_EQ(audited("campaign.rehearsed", set.id), 1);
}

TEST_P(RehearsalsTest, ALargeCampaignAtFullSize) {
  constexpr int64_t kMany = 5'000;
  ASSERT_TRUE(world_->add_customers(kCustomers, kMany));
  const CampaignView set = with_parameters();
  const auto before = traces();
  const RehearsalView view = rehearsed(set.id);
  ASSERT_EQ(view.state, RehearsalState::kFinished) << view.failure;
  EXPECT_EQ(view.done, kMany);
  EXPECT_EQ(view.result->carrier_took, kMany);
  EXPECT_TRUE(view.result->carrier_took_all);
  EXPECT_EQ(view.result->forecast.would_leave, kMany);
  EXPECT_EQ(traces(), before);
}

// Where the signature has to be filed first, a rehearsal goes the ways that sending would.
TEST_P(RehearsalsTest, OnlyByChannelsOfItsRouteThatTheSignatureIsFiledWith) {
  const ChannelId other{ok(world_->add_channel(2776))};
  const auto way = [](ChannelId channel, int64_t tier) {
    const auto all = values_of(domain::Carrier{});
    return RouteChannelSpec{.channel_id = channel,
                            .carriers = {all.begin(), all.end()},
                            .message_classes = {domain::MessageClass::kMarketing},
                            .tier = tier};
  };
  Routes routes(world_->store(), *engine_);
  domain::CampaignParameters p = parameters();
  p.channel_id.reset();
  p.route_id = ok(routes.create(technology_, {"route", {way(channel_, 1), way(other, 2)}})).id;
  const CampaignId id = handed_over().id;
  ok(campaigns_->set_parameters(technology_, id, {}, p));
  const auto require_filing = [&](ChannelId channel) {
    execute("UPDATE channel SET requires_filed_signature = 1 WHERE id = " + std::to_string(channel.value));
  };
  require_filing(channel_);
  const RehearsalView first = rehearsed(id);
  ASSERT_EQ(first.state, RehearsalState::kFinished) << first.failure;
  EXPECT_EQ(first.result->funnel.would_send, kCustomers);
  ASSERT_EQ(first.result->channels.size(), 1U);
  EXPECT_EQ(first.result->channels[0].channel_id, other) << "the lower tier has not filed it";
  EXPECT_EQ(first.result->carrier_took, kCustomers);

  require_filing(other);
  const RehearsalView none = rehearsed(id);
  ASSERT_EQ(none.state, RehearsalState::kFinished) << none.failure;
  EXPECT_EQ(none.result->funnel.refused, (std::map<std::string, int64_t>{{"no_filed_channel", kCustomers}}));
  EXPECT_EQ(none.result->carrier_took, 0);
}

// One a second, and after two seconds it is over.
TEST_P(RehearsalsTest, SaysWhoWouldGrowTooOld) {
  const CampaignId id = handed_over().id;
  domain::CampaignParameters p = parameters();
  p.segments_per_second = 1;
  p.expires_at = clock_.now() + seconds(2);
  ok(campaigns_->set_parameters(technology_, id, {}, p));
  const RehearsalView view = rehearsed(id);
  ASSERT_EQ(view.state, RehearsalState::kFinished) << view.failure;
  const RehearsalForecast& f = view.result->forecast;
  EXPECT_EQ(f.would_leave, 2);
  EXPECT_EQ(f.too_late, 2);
  EXPECT_EQ(f.limited_by, engine::ForecastLimit::kCampaign);
  EXPECT_EQ(f.ends_at, clock_.now() + seconds(2));
}

TEST_P(RehearsalsTest, AScheduledCampaignIsRehearsedAsOfItsTime) {
  const Time at = parse_rfc3339("2026-03-02T21:00:00+08:00").value();
  const CampaignId id = with_parameters(at).id;
  const RehearsalView view = rehearsed(id);
  ASSERT_EQ(view.state, RehearsalState::kFinished) << view.failure;
  EXPECT_EQ(view.result->planned_start, at);
  EXPECT_EQ(view.result->funnel.held, (std::map<std::string, int64_t>{{"outside_window", kCustomers}}));
  ASSERT_EQ(view.result->held_until.size(), 1U);
  const Time opens = parse_rfc3339("2026-03-03T09:00:00+08:00").value();
  EXPECT_EQ(view.result->held_until[0].until, opens);
  EXPECT_EQ(view.result->held_until[0].messages, kCustomers);
  EXPECT_EQ(view.result->forecast.starts_at, opens);
  EXPECT_EQ(view.result->carrier_took, kCustomers);
}

TEST_P(RehearsalsTest, OneAtATime) {
  const CampaignId id = with_parameters().id, other = with_parameters().id;
  const RehearsalView first = ok(held_->start(technology_, id, {}));
  EXPECT_EQ(first.state, RehearsalState::kRunning);
  refused(held_->start(technology_, other, {}), ErrorCode::kRehearsalRunning);
  // Nor beside one of another server on this store.
  refused(rehearsals_->start(technology_, other, {}), ErrorCode::kRehearsalRunning);
  const auto second = db().write([&](db::Tx& tx) {
    return tx.run(store::q::rehearsal_insert, 1, other, Bytes{}, RehearsalState::kRunning, 1, 1, 1);
  });
  EXPECT_FALSE(second) << "the store takes no second one";
  EXPECT_EQ(audited("campaign.rehearse", other), 0);
  open_gate();
  held_->wait();
  EXPECT_EQ(ok(held_->get(id, first.id)).state, RehearsalState::kFinished);
  EXPECT_EQ(rehearsed(other).state, RehearsalState::kFinished);
}

TEST_P(RehearsalsTest, IsCancelled) {
  const CampaignId id = with_parameters().id;
  const RehearsalView view = ok(held_->start(technology_, id, {}));
  refused(held_->cancel(technology_, with_parameters().id, view.id), ErrorCode::kNotFound);
  EXPECT_EQ(ok(held_->cancel(technology_, id, view.id)).state, RehearsalState::kCancelled);
  refused(held_->cancel(technology_, id, view.id), ErrorCode::kWrongState, "state");
  open_gate();
  held_->wait();
  const RehearsalView after = ok(held_->get(id, view.id));
  EXPECT_EQ(after.state, RehearsalState::kCancelled) << "and stays it";
  EXPECT_FALSE(after.result);
  EXPECT_EQ(audited("campaign.rehearsal_cancel", id), 1);
  EXPECT_EQ(audited("campaign.rehearsed", id), 0);
  const RehearsalView next = ok(held_->start(technology_, id, {}));
  held_->wait();
  EXPECT_EQ(ok(held_->get(id, next.id)).state, RehearsalState::kFinished);
}

TEST_P(RehearsalsTest, OneCutOffByAStopFails) {
  const CampaignId id = with_parameters().id;
  const RehearsalView view = rehearsed(id);
  execute("UPDATE rehearsal SET state = 1, result = '', finished_at = 0");
  ASSERT_TRUE(rehearsals_->recover());
  const RehearsalView cut = ok(rehearsals_->get(id, view.id));
  EXPECT_EQ(cut.state, RehearsalState::kFailed);
  EXPECT_EQ(cut.failure, "interrupted");
  EXPECT_TRUE(cut.finished_at);
  EXPECT_EQ(audited("campaign.rehearsal_failed", id), 1);
  EXPECT_EQ(rehearsed(id).state, RehearsalState::kFinished);
  rehearsals_->stop();
  refused(rehearsals_->start(technology_, id, {}), ErrorCode::kUnavailable);
}

TEST_P(RehearsalsTest, IsOutdatedOnceTheCampaignIsAnother) {
  const CampaignId id = with_parameters().id;
  const RehearsalId rehearsal = rehearsed(id).id;
  const auto outdated = [&] { return ok(rehearsals_->get(id, rehearsal)).outdated; };
  EXPECT_FALSE(outdated());
  execute("UPDATE channel SET port = port + 1");
  EXPECT_TRUE(outdated()) << "by another channel";
  execute("UPDATE channel SET port = port - 1");
  EXPECT_FALSE(outdated());
  domain::CampaignParameters p = parameters();
  p.window_end_minute = 18 * 60;
  ok(campaigns_->set_parameters(technology_, id, {}, p));
  EXPECT_TRUE(outdated()) << "with other parameters";
  EXPECT_FALSE(rehearsed(id).outdated);
  void_approval();
  const auto all = ok(rehearsals_->list(id)).items;
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(all[0].outdated) << "with a text that is approved no more";
  EXPECT_EQ(all[1].id, rehearsal) << "the newest first";
}

TEST_P(RehearsalsTest, OnlyBetweenHandOverAndStart) {
  refused(rehearsals_->start(technology_, planned().id, {}), ErrorCode::kWrongState, "state");
  refused(rehearsals_->start(technology_, handed_over().id, {}), ErrorCode::kWrongState, "parameters");
  refused(rehearsals_->start(technology_, running().id, {}), ErrorCode::kWrongState, "state");
  const CampaignView set = with_parameters();
  refused(rehearsals_->start(technology_, set.id, set.version - 1), ErrorCode::kVersionConflict, "version");
  refused(rehearsals_->get(set.id, RehearsalId{5}), ErrorCode::kNotFound);
  void_approval();
  refused(rehearsals_->start(technology_, set.id, {}), ErrorCode::kApprovalVoid, "content_id");
}

TEST_P(RehearsalsTest, TheOldestGo) {
  const CampaignId id = with_parameters().id;
  for (int64_t i = 0; i <= limits::kRehearsalsKept; ++i)
    ASSERT_EQ(rehearsed(id).state, RehearsalState::kFinished);
  EXPECT_EQ(std::ssize(ok(rehearsals_->list(id)).items), limits::kRehearsalsKept);
  EXPECT_EQ(count("SELECT count(*) FROM rehearsal"), limits::kRehearsalsKept);
}

}  // namespace
}  // namespace yizhan::service
