// Routes and lanes on both stores, over real sessions to several carrier simulators: who is sent by which
// carrier, what moves to another one and what never does.

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <set>
#include <thread>

#include "domain/route.h"
#include "engine/engine.h"
#include "link/simulator.h"
#include "link/simulator_log.h"
#include "service/applications.h"
#include "service/submissions.h"
#include "tests/support/sending_world.h"
#include "tests/support/test_database.h"
#include "text/utf8.h"

namespace yizhan {
namespace {

using Counts = std::map<std::string, int64_t>;
constexpr int64_t kEveryClass = 0b11110;

class Routing : public testing::StoreTest {
 protected:
  static constexpr int64_t kRoute = 4'711;

  template <class T>
  T ok(Result<T>&& result) {
    EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
  }

  void SetUp() override {
    make(store::migrations());
    if (::testing::Test::IsSkipped() || HasFatalFailure()) return;
    clock_.set(parse_rfc3339("2026-03-02T10:00:00+08:00").value());
    world_.emplace(db(), clock_);
    ok(world_->prepare());
    thread_ = std::thread([this] { io_.run(); });
  }
  void TearDown() override {
    engine_.reset();
    guard_.reset();
    if (thread_.joinable()) thread_.join();
  }

  struct Carrier {
    std::unique_ptr<link::CarrierSimulator> simulator;
    std::string log;
    int64_t channel = 0;
  };
  Carrier& carrier(link::SimulatorConfig config, domain::ChannelOptions options = {}) {
    Carrier& c = carriers_.emplace_back();
    c.log = folder_.file(fmt::format("carrier{}.log", carriers_.size()));
    config.port = 0;
    config.log = c.log;
    c.simulator = ok(link::CarrierSimulator::create(config, clock_));
    options.reconnect_min_ms = 20;
    options.reconnect_max_ms = 100;
    options.failover_after_ms = 2'000;
    c.channel = ok(world_->add_channel(c.simulator->port(), options));
    return c;
  }
  void route(const std::vector<domain::RouteChannel>& channels) {
    ok(db().write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.run(store::q::route_insert, kRoute, "route", 0, clock_.now()));
      db::Columns rows;
      for (const domain::RouteChannel& c : channels)
        rows.row(kRoute, c.channel_id, c.carriers, c.message_classes, c.cost, c.weight, c.tier,
                 int64_t{c.enabled});
      YZ_TRY(tx.bulk(store::q::route_channel_insert, rows));
      return {};
    }));
  }
  domain::RouteChannel way(const Carrier& c, int64_t tier = 1, int64_t weight = 0) const {
    return {.channel_id = c.channel, .message_classes = kEveryClass, .weight = weight, .tier = tier};
  }
  int64_t campaign(int64_t customers) {
    ok(world_->add_customers(customers));
    const int64_t version = ok(world_->add_content("亲爱的{name}，全场九折。", "拒收请回复R"));
    const int64_t batch = ok(world_->add_batch(version, carriers_.front().channel, customers));
    ok(db().write([&](db::Tx& tx) { return tx.run(store::q::batch_set_route, batch, kRoute); }));
    return batch;
  }
  void start_engine() {
    engine_ = std::make_unique<engine::Engine>(world_->store(), io_, screen_);
    ok(engine_->start());
    EXPECT_TRUE(testing::eventually([&] {
      const auto all = engine_->channels();
      return all.size() == carriers_.size() &&
             std::ranges::all_of(all, [](const auto& c) { return c.link.state == link::LinkState::kBound; });
    }));
  }
  void start(int64_t batch) {
    ok(world_->start_batch(batch));
    engine_->wake();
  }
  // kReceipts: until the receipts are in, too.
  enum class Until : uint8_t { kAnswers, kReceipts };
  Counts finish(int64_t batch, Until until = Until::kReceipts) {
    EXPECT_TRUE(testing::eventually([&] {
      clock_.advance(milliseconds(200));
      const Counts counts = world_->counts(batch).value();
      return !counts.contains("held") && !counts.contains("queued") && !counts.contains("in_flight") &&
             (until == Until::kAnswers || !counts.contains("sent"));
    })) << ::testing::PrintToString(world_->counts(batch).value());
    const Counts counts = ok(world_->counts(batch));
    // While receipts come the two looks are at different moments.
    if (until == Until::kReceipts) EXPECT_EQ(counts, ok(world_->projected(batch)));
    return counts;
  }
  link::SimulatorSummary summary(Carrier& c) {
    c.simulator->flush_log();
    return ok(link::summarize_simulator_log(c.log));
  }
  // Numbers that a carrier accepted a message to, over all carriers; fails when one got two.
  std::set<std::string> reached() {
    std::set<std::string> all;
    for (Carrier& c : carriers_)
      for (const auto& [number, seen] : summary(c).destinations) {
        EXPECT_LE(seen.messages.size(), 1U) << number;
        if (!seen.messages.empty()) EXPECT_TRUE(all.insert(number).second) << number << " by two carriers";
      }
    return all;
  }
  std::string health(int64_t channel) {
    for (const auto& c : engine_->channels())
      if (c.channel_id == channel) return std::string(name_of(c.health.state));
    return "gone";
  }

  testing::TemporaryFolder folder_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io_.get_executor()};
  std::thread thread_;
  std::optional<testing::SendingWorld> world_;
  std::deque<Carrier> carriers_;
  std::unique_ptr<engine::Engine> engine_;
  engine::ScreenRendered screen_ = [](std::string_view, domain::MessageClass) { return true; };
};
YIZHAN_FOR_EACH_STORE(Routing);

TEST_P(Routing, SharesByWeightAndACustomerStaysWithACarrier) {
  carrier({});
  carrier({});
  route({way(carriers_[0], 1, 3), way(carriers_[1], 1, 1)});
  const int64_t batch = campaign(400);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 400}}));
  EXPECT_EQ(reached().size(), 400U);
  const auto first = summary(carriers_[0]), second = summary(carriers_[1]);
  EXPECT_NEAR(static_cast<double>(first.messages), 300, 45);
  EXPECT_EQ(first.messages + second.messages, 400U);
}

TEST_P(Routing, WhatAnApplicationSubmitsGoesByItsRoute) {
  const Carrier &a = carrier({}), &b = carrier({});
  route({way(a, 1, 1), way(b, 1, 1)});
  ok(world_->add_customers(60));
  const int64_t version = ok(world_->add_content("亲爱的{name}，全场九折。", "拒收请回复R"));
  int64_t content = 0;
  ok(db().read([&](db::Tx& tx) {
    return tx.each_sql("SELECT content_id FROM content_version WHERE id = " + std::to_string(version), {},
                       [&](const db::Row& row) { content = row.i64(0); });
  }));
  service::Applications applications(world_->store());
  service::ApplicationSpec spec;
  spec.name = spec.login = "shop";
  spec.secret = "secret";
  spec.protocols = {domain::ChannelProtocol::kSmpp};
  spec.message_classes = {domain::MessageClass::kMarketing};
  spec.access_code = "10690001";
  spec.route_id = RouteId{kRoute};
  spec.contents = {ContentId{content}};
  const auto account = ok(applications.create({store::ActorKind::kCommandLine, 0, "test", {}, {}}, spec));
  start_engine();
  service::Submissions submissions(world_->store(), screen_);
  std::vector<link::AccessSubmit> submits;
  for (int i = 0; i < 60; ++i) {
    link::AccessSubmit& s = submits.emplace_back();
    s.token = static_cast<uint64_t>(i) + 1;
    s.account_id = account.id.value;
    s.sequence = {.number = static_cast<uint32_t>(i) + 1};
    s.source = spec.access_code;
    s.destinations = {std::to_string(testing::SendingWorld::number_of(i))};
    text::append_utf16be("【驿站】亲爱的张三，全场九折。拒收请回复R", s.text);
    s.coding = codec::Coding::kUcs2;
    s.at = clock_.now();
  }
  for (const auto& answer : ok(submissions.submit(submits)).answers)
    EXPECT_EQ(answer.fault, codec::Fault::kNone);
  engine_->wake();
  int64_t batch = 0;
  ok(db().read([&](db::Tx& tx) {
    return tx.each_sql("SELECT id FROM batch", {}, [&](const db::Row& row) { batch = row.i64(0); });
  }));
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 60}}));
  EXPECT_EQ(reached().size(), 60U);
  EXPECT_GT(a.simulator->stats().accepted, 10U);
  EXPECT_GT(b.simulator->stats().accepted, 10U);
}

TEST_P(Routing, ByTheCarrierOfTheNumber) {
  carrier({});
  carrier({});
  domain::RouteChannel own = way(carriers_[1], 2);
  domain::RouteChannel others = way(carriers_[0]);
  others.carriers = domain::kAllCarriers & ~domain::carrier_bit(1);  // everybody here is with 1
  route({others, own});
  const int64_t batch = campaign(50);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 50}}));
  EXPECT_EQ(summary(carriers_[0]).messages, 0U);
  EXPECT_EQ(summary(carriers_[1]).messages, 50U);
}

TEST_P(Routing, NobodyIsSentWhatNoChannelServes) {
  carrier({});
  domain::RouteChannel codes = way(carriers_[0]);
  codes.message_classes = domain::class_bit(domain::MessageClass::kVerification);
  route({codes});
  const int64_t batch = campaign(20);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"refused", 20}}));
  EXPECT_EQ(summary(carriers_[0]).messages, 0U);
}

TEST_P(Routing, OnlyByChannelsThatTheSignatureIsFiledWith) {
  const Carrier &a = carrier({}), &b = carrier({});
  route({way(a, 1), way(b, 2)});
  const auto requires_filing = [&](const Carrier& c) {
    ok(db().write([&](db::Tx& tx) {
      return tx.execute_script("UPDATE channel SET requires_filed_signature = 1 WHERE id = " +
                               std::to_string(c.channel));
    }));
  };
  requires_filing(a);
  const int64_t batch = campaign(100);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 100}}));
  EXPECT_EQ(summary(carriers_[0]).messages, 0U) << "the lower tier has not filed it";
  EXPECT_EQ(summary(carriers_[1]).messages, 100U);

  requires_filing(b);
  const int64_t version = ok(world_->add_content("亲爱的{name}，新品到店。", "拒收请回复R"));
  const int64_t none = ok(world_->add_batch(version, a.channel, 20));
  ok(db().write([&](db::Tx& tx) { return tx.run(store::q::batch_set_route, none, kRoute); }));
  start(none);
  EXPECT_EQ(finish(none, Until::kAnswers), (Counts{{"refused", 20}}));
  int64_t reason = 0;
  ok(db().read([&](db::Tx& tx) {
    return tx.each_sql("SELECT DISTINCT reason FROM message WHERE batch_id = " + std::to_string(none), {},
                       [&](const db::Row& row) { reason = row.i64(0); });
  }));
  EXPECT_EQ(reason, static_cast<int64_t>(domain::Reason::kNoFiledChannel));
}

TEST_P(Routing, ACarrierThatGoesAwayInTheMiddleIsReplaced) {
  link::SimulatorConfig slow;
  slow.latency = {5, 20};
  domain::ChannelOptions narrow;
  narrow.window = 4;
  carrier(slow, narrow);
  carrier({});
  route({way(carriers_[0]), way(carriers_[1], 2)});
  const int64_t batch = campaign(600);
  start_engine();
  start(batch);
  EXPECT_TRUE(testing::eventually([&] { return carriers_[0].simulator->stats().accepted > 50; }));
  carriers_[0].simulator->flush_log();
  carriers_[0].simulator.reset();
  finish(batch, Until::kAnswers);
  EXPECT_TRUE(testing::eventually([&] { return world_->counts(batch).value()["delivered"] > 400; }));
  const Counts counts = ok(world_->counts(batch));
  int64_t total = 0;
  for (const auto& [state, count] : counts) total += count;
  EXPECT_EQ(total, 600);
  EXPECT_EQ(counts.contains("failed"), false) << ::testing::PrintToString(counts);
  EXPECT_EQ(health(carriers_[0].channel), "unhealthy");
  // What was written when the line went is unknown, or waits for a receipt that never comes: it went nowhere
  // again.
  std::set<std::string> first;
  const auto log = ok(link::summarize_simulator_log(carriers_[0].log));
  for (const auto& [number, seen] : log.destinations)
    if (!seen.messages.empty()) first.insert(number);
  for (const auto& [number, seen] : summary(carriers_[1]).destinations) {
    EXPECT_LE(seen.messages.size(), 1U) << number;
    EXPECT_FALSE(first.contains(number)) << number << " by two carriers";
  }
}

TEST_P(Routing, ARefusalOfTheWayMovesToAnotherCarrier) {
  link::SimulatorConfig broken;
  broken.number_errors = {{.status = 0x08, .probability = 0.3}};
  domain::ChannelOptions options;
  options.failover_error_percent = 0;
  carrier(broken, options);
  carrier({});
  route({way(carriers_[0]), way(carriers_[1], 2)});
  const int64_t batch = campaign(200);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 200}}));
  EXPECT_EQ(reached().size(), 200U);
  EXPECT_GT(summary(carriers_[1]).messages, 20U);
  EXPECT_GT(summary(carriers_[0]).messages, 100U) << "the others stay where they belong";
}

TEST_P(Routing, ManyErrorsOfTheWayMakeAChannelRest) {
  link::SimulatorConfig broken;
  broken.errors = {{.status = 0x08, .probability = 1}};
  domain::ChannelOptions narrow;
  narrow.window = 8;
  carrier(broken, narrow);
  carrier({});
  route({way(carriers_[0]), way(carriers_[1], 2)});
  const int64_t batch = campaign(300);
  start_engine();
  start(batch);
  EXPECT_TRUE(testing::eventually([&] { return health(carriers_[0].channel) == "unhealthy"; }));
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 300}}));
  EXPECT_EQ(summary(carriers_[1]).messages, 300U);
  EXPECT_EQ(reached().size(), 300U);
}

TEST_P(Routing, WhatIsUnknownNeverMoves) {
  link::SimulatorConfig silent;
  silent.lost_response = 0.5;
  silent.receipt_lost = 1;
  domain::ChannelOptions options;
  options.response_timeout_ms = 100;
  carrier(silent, options);
  carrier({});
  route({way(carriers_[0]), way(carriers_[1], 2)});
  const int64_t batch = campaign(60);
  start_engine();
  start(batch);
  const Counts counts = finish(batch, Until::kAnswers);
  EXPECT_GT(counts.at("unknown"), 0);
  EXPECT_FALSE(counts.contains("failed"));
  EXPECT_EQ(reached().size(), 60U);
}

// What people wait for, started while a campaign keeps a narrow carrier busy.
TEST_P(Routing, ACodeOvertakesACampaign) {
  link::SimulatorConfig slow;
  slow.latency = {1, 2};
  domain::ChannelOptions narrow;
  narrow.window = 4;
  carrier(slow, narrow);
  const int64_t marketing = [&] {
    ok(world_->add_customers(1'500));
    const int64_t version = ok(world_->add_content("亲爱的{name}，全场九折。", "拒收请回复R"));
    return ok(world_->add_batch(version, carriers_[0].channel, 1'500));
  }();
  const int64_t codes_version = ok(world_->add_content("验证码 {name}。", "", "opt_out_confirmation"));
  const int64_t codes = ok(world_->add_batch(codes_version, carriers_[0].channel, 20));
  ok(db().write([&](db::Tx& tx) -> Result<> {
    const std::array values{db::Param(domain::BatchOrigin::kOptOutConfirmation), db::Param(codes)};
    YZ_TRY(tx.run_sql("UPDATE batch SET origin = $1 WHERE id = $2", values));
    return {};
  }));
  start_engine();
  start(marketing);
  EXPECT_TRUE(testing::eventually([&] { return carriers_[0].simulator->stats().accepted > 100; }));
  start(codes);
  finish(codes, Until::kAnswers);
  EXPECT_TRUE(world_->counts(marketing).value().contains("queued")) << "most of the campaign waits behind";
  EXPECT_EQ(finish(codes), (Counts{{"delivered", 20}}));
  EXPECT_EQ(finish(marketing), (Counts{{"delivered", 1'500}}));
}

}  // namespace
}  // namespace yizhan
