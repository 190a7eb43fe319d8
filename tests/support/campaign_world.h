#pragma once
// Base of the tests of campaigns, on both stores: people, customers, an approved content, a channel, a test
// handset, and the steps from plan to start. The engine stands still: deliver() writes what it would. Single
// thread.

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "service/campaign_clerk.h"
#include "service/campaigns.h"
#include "service/pre_send_tests.h"
#include "service/reports.h"
#include "service/test_handsets.h"
#include "support/sending_world.h"
#include "support/service_store.h"

namespace yizhan::testing {

class CampaignWorld : public ServiceTest {
 protected:
  static constexpr int64_t kCustomers = 4;

  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    clock_.set(parse_rfc3339("2026-03-02T10:00:00+08:00").value());
    world_.emplace(db(), clock_);
    ASSERT_TRUE(world_->prepare());
    ASSERT_TRUE(world_->add_customers(kCustomers));
    execute(
        "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
        "INSERT INTO user_account VALUES (2, 't', 'T', 4, '', 0, 0, 0, 0, 0, 0, 0, 1)");
    version_ = ok(world_->add_content("亲爱的{name}，本店周年庆，全场九折。", "拒收请回复R"));
    content_ = ContentId{count("SELECT content_id FROM content_version")};
    channel_ = ChannelId{ok(world_->add_channel(2775))};
    const store::Store& store = world_->store();
    engine_.emplace(store, io_, [](std::string_view, domain::MessageClass) { return true; });
    campaigns_.emplace(store, *engine_);
    tests_.emplace(store, *engine_);
    reports_.emplace(store);
    clerk_.emplace(store, *engine_, *tests_, *reports_);
    ok(service::TestHandsets(store).add(technology_, {"desk", "13900139000"}));
  }

  template <class T>
  static T ok(Result<T>&& result) {
    EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
    return result ? std::move(result).value() : T{};
  }
  template <class T>
  static void refused(const Result<T>& result, ErrorCode code, std::string_view field = {}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(error_name(result.error().code), error_name(code)) << result.error().message;
    EXPECT_EQ(result.error().field, field) << result.error().message;
  }

  // The road, each step from the one before.
  service::CampaignPlan plan() {
    service::CampaignPlan plan;
    plan.name = "春季";
    plan.goal = "到店";
    plan.content_id = content_;
    plan.audience.filter = domain::SegmentFilter{};
    plan.audience.filter->cities = {"上海"};
    plan.planned_at = clock_.now();
    return plan;
  }
  service::CampaignView planned() { return ok(campaigns_->create(marketing_, plan())); }
  service::CampaignView frozen() { return ok(campaigns_->freeze(marketing_, planned().id, {})); }
  service::CampaignView handed_over() { return ok(campaigns_->hand_over(marketing_, frozen().id, {})); }
  service::CampaignView with_parameters(std::optional<Time> scheduled_at = {}) {
    return ok(campaigns_->set_parameters(technology_, handed_over().id, {}, parameters(scheduled_at)));
  }
  service::CampaignView ready(std::optional<Time> scheduled_at = {}) {
    const CampaignId id = with_parameters(scheduled_at).id;
    const TestId test = ok(tests_->start(technology_, id, {})).id;
    deliver(handset_batch(test));
    EXPECT_TRUE(tests_->settle(test));
    return ok(campaigns_->get(id));
  }
  service::CampaignView running() { return ok(campaigns_->start(technology_, ready().id, {})); }
  service::CampaignView scheduled(Time at) { return ok(campaigns_->start(technology_, ready(at).id, {})); }
  domain::CampaignParameters parameters(std::optional<Time> scheduled_at = {}) const {
    return {.channel_id = channel_, .scheduled_at = scheduled_at, .failure_pause_percent = {}};
  }

  domain::CampaignState state(CampaignId id) { return ok(campaigns_->get(id)).state; }
  int64_t handset_batch(TestId id) { return number("handset_batch_id", "campaign_test", id.value); }
  int64_t batch_of(CampaignId id) { return number("batch_id", "campaign", id.value); }
  int64_t number(const std::string& column, const std::string& table, int64_t id) {
    return count("SELECT " + column + " FROM " + table + " WHERE id = " + std::to_string(id));
  }
  // All messages of a batch, or those of `where`, as the engine would leave them; the projection follows.
  void deliver(int64_t batch, domain::MessageState to = domain::MessageState::kDelivered,
               domain::Reason reason = domain::Reason::kNone, const std::string& where = {}) {
    const std::string at = std::to_string(clock_.now().us), of = " WHERE batch_id = " + std::to_string(batch);
    execute("UPDATE message SET state = " + std::to_string(static_cast<int64_t>(to)) +
            ", reason = " + std::to_string(static_cast<int64_t>(reason)) + ", submitted_at = " + at +
            ", state_at = " + at + of + where + ";DELETE FROM batch_count" + of +
            ";INSERT INTO batch_count SELECT batch_id, state, reason, count(*) FROM message" + of +
            " GROUP BY batch_id, state, reason");
  }
  // The content was saved and approved anew; the campaign's version is the approved one no more.
  void void_approval() {
    const int64_t other = ok(world_->add_content("另一段文字，{name}。", "拒收请回复R"));
    approve(other);
  }
  void approve(int64_t version) {
    execute("UPDATE content SET approved_version_id = " + std::to_string(version) +
            " WHERE id = " + std::to_string(content_.value));
  }
  int64_t audited(const std::string& action, CampaignId id) {
    return count("SELECT count(*) FROM audit_log WHERE action = '" + action +
                 "' AND object_id = " + std::to_string(id.value));
  }

  const service::Principal marketing_{store::ActorKind::kUser, 1, "m", {}, {}};
  const service::Principal technology_{store::ActorKind::kUser, 2, "t", {}, {}};
  boost::asio::io_context io_;
  std::optional<SendingWorld> world_;
  std::optional<engine::Engine> engine_;
  std::optional<service::Campaigns> campaigns_;
  std::optional<service::PreSendTests> tests_;
  std::optional<service::Reports> reports_;
  std::optional<service::CampaignClerk> clerk_;
  ContentId content_;
  ChannelId channel_;
  int64_t version_ = 0;
};

}  // namespace yizhan::testing
