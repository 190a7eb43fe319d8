// The engine end to end on both stores: real batches over a real SMPP session to the carrier simulator.

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "engine/engine.h"
#include "engine/rehearsal.h"
#include "link/simulator.h"
#include "link/simulator_log.h"
#include "service/campaigns.h"
#include "service/restored_backup.h"
#include "tests/support/hooked_database.h"
#include "tests/support/sending_world.h"
#include "tests/support/test_database.h"

namespace yizhan {
namespace {

using Counts = std::map<std::string, int64_t>;

// Two segments with its opt-out text.
constexpr const char* kLongText =
    "尊敬的{name}"
    "，您好：本店周年庆典将于本周六上午十点正式开始，凡到店的会员均可享受全场九折优惠，另有精美礼品赠送，数量"
    "有限，"
    "送完即止，活动规则与适用范围详见店内公告，期待您的光临。";

class Sending : public testing::StoreTest {
 protected:
  template <class T>
  T ok(Result<T>&& result) {
    EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
  }

  void SetUp() override {
    make(store::migrations());
    if (::testing::Test::IsSkipped() || HasFatalFailure()) return;
    clock_.set(parse_rfc3339("2026-03-02T10:00:00+08:00").value());
    hooked_.emplace(db());
    world_.emplace(*hooked_, clock_);
    ok(world_->prepare());
    thread_ = std::thread([this] { io_.run(); });
  }
  void TearDown() override {
    engine_.reset();
    guard_.reset();
    if (thread_.joinable()) thread_.join();
  }

  void simulate(link::SimulatorConfig config) {
    config.port = 0;
    config.log = folder_.file("carrier.log");
    simulator_ = ok(link::CarrierSimulator::create(config, clock_));
  }
  // Customers, content, channel, batch.
  int64_t campaign(int64_t customers, std::string_view body = "亲爱的{name}，本店周年庆，全场九折。",
                   domain::ChannelOptions options = {},
                   domain::ChannelProtocol protocol = domain::ChannelProtocol::kSmpp) {
    options.reconnect_min_ms = 20;
    options.reconnect_max_ms = 100;
    ok(world_->add_customers(customers));
    channel_ = ok(world_->add_channel(simulator_->port(), options, protocol));
    confirmation_ = ok(world_->add_content("您已退订。", "", "opt_out_confirmation"));
    const int64_t version = ok(world_->add_content(body, "拒收请回复R"));
    return ok(world_->add_batch(version, channel_, customers));
  }
  void start_engine() {
    engine_ = std::make_unique<engine::Engine>(world_->store(), io_, screen_);
    ok(engine_->start());
  }
  void start(int64_t batch) {
    ok(world_->start_batch(batch));
    engine_->wake();
  }
  // Waits until nothing of the batch is open and returns the counts, which must equal the projection.
  Counts finish(int64_t batch) {
    EXPECT_TRUE(testing::eventually([&] {
      clock_.advance(seconds(1));  // retries fall due
      const Counts counts = world_->counts(batch).value();
      return !counts.contains("held") && !counts.contains("queued") && !counts.contains("in_flight") &&
             !counts.contains("sent");
    })) << ::testing::PrintToString(world_->counts(batch).value());
    const Counts counts = ok(world_->counts(batch));
    EXPECT_EQ(counts, ok(world_->projected(batch)));
    return counts;
  }
  // Beside the hooks.
  void set_batch(int64_t batch, domain::BatchState from, domain::BatchState to) {
    ok(db().write([&](db::Tx& tx) { return tx.run(store::q::batch_set_state, batch, to, "test", from); }));
  }
  int64_t open_attempts() {
    return ok(db().read([](db::Tx& tx) -> Result<int64_t> {
      int64_t n = 0;
      YZ_CHECK(tx.each_sql("SELECT count(*) FROM attempt WHERE outcome = 1", {},
                           [&](const db::Row& row) { n = row.i64(0); }));
      return n;
    }));
  }
  link::SimulatorSummary summary() {
    simulator_->flush_log();
    return ok(link::summarize_simulator_log(folder_.file("carrier.log")));
  }
  int64_t total(const Counts& counts) {
    int64_t sum = 0;
    for (const auto& [state, count] : counts) sum += count;
    return sum;
  }

  testing::TemporaryFolder folder_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io_.get_executor()};
  std::thread thread_;
  std::optional<testing::HookedDatabase> hooked_;
  std::optional<testing::SendingWorld> world_;
  std::unique_ptr<link::CarrierSimulator> simulator_;
  std::unique_ptr<engine::Engine> engine_;
  engine::ScreenRendered screen_ = [](std::string_view, domain::MessageClass) { return true; };
  int64_t channel_ = 0, confirmation_ = 0;
};
YIZHAN_FOR_EACH_STORE(Sending);

TEST_P(Sending, EveryMessageIsDelivered) {
  simulate({});
  const int64_t batch = campaign(500);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 500}}));
  EXPECT_EQ(summary().messages, 500U);
}

// While one campaign is sent another one is rehearsed over the same channel's settings: the carrier sees
// nothing of it, and what is sent arrives.
TEST_P(Sending, ARehearsalBesideItReachesNobody) {
  simulate({.latency = {0, 5}, .receipt_delay = {1, 20}});
  constexpr int64_t kCustomers = 2'000;
  const int64_t batch = campaign(kCustomers);
  const int64_t version = ok(world_->add_content(kLongText, "拒收请回复R"));
  const int64_t other = ok(world_->add_batch(version, channel_, kCustomers));
  const auto plan =
      ok(world_->store().db.read([&](db::Tx& tx) { return engine::load_batch_plan(tx, other); }));
  start_engine();
  start(batch);
  std::thread([&] {
    engine::Rehearsal rehearsal(world_->store(), plan, screen_,
                                {.when = clock_.now(), .ill = {}, .cancelled = [] { return false; }});
    while (ok(rehearsal.step(100))) {
    }
    EXPECT_EQ(rehearsal.funnel().audience, kCustomers);
    int64_t took = 0;
    for (const engine::RehearsedChannel& c : rehearsal.channels()) took += c.carrier_took;
    EXPECT_EQ(took, rehearsal.funnel().segments);
  }).join();
  EXPECT_EQ(finish(batch), (Counts{{"delivered", kCustomers}}));
  EXPECT_EQ(summary().messages, static_cast<uint64_t>(kCustomers)) << "and none of the other";
  EXPECT_EQ(ok(world_->counts(other)), (Counts{{"held", kCustomers}}));
}

// The other carriers' protocols: long messages, flow control, refusals, failures with their codes, replies.
class SendingOver : public Sending {
 protected:
  int64_t opt_outs() {
    return ok(db().read([](db::Tx& tx) { return tx.number(store::q::policy_opt_outs_by_reply); }));
  }
  void run(domain::ChannelProtocol protocol, uint32_t refusal, std::string_view refusal_code,
           std::string_view failure_code) {
    link::SimulatorConfig config;
    config.protocol = static_cast<codec::Protocol>(protocol);
    config.latency = {0, 5};
    config.receipt_delay = {1, 20};
    config.receipt_early = protocol == domain::ChannelProtocol::kSgip ? 0 : 0.2;
    config.rate_per_second = 4'000;
    config.number_errors = {{.status = refusal, .probability = 0.1}};
    config.outcomes = {{.stat = "UNDELIV", .error = "012", .probability = 0.1}};
    config.replies = 0.1;
    config.reply_delay = {1, 50};
    domain::ChannelOptions options;
    options.service_id = "SVC";
    options.enterprise_code = "90001";
    options.sgip_node = 3'010'099'001;
    if (protocol == domain::ChannelProtocol::kSgip) {
      options.listen_address = "127.0.0.1";
      options.listen_port = testing::free_port();
      options.peer_name = "carrier";
      config.sgip_dial = fmt::format("127.0.0.1:{}", options.listen_port);
    }
    simulate(config);
    const int64_t batch = campaign(300, kLongText, options, protocol);
    start_engine();
    start(batch);
    const Counts counts = finish(batch);
    EXPECT_EQ(total(counts), 300);
    ASSERT_TRUE(counts.contains("delivered")) << ::testing::PrintToString(counts);
    EXPECT_GT(counts.at("delivered"), 200);
    EXPECT_GT(counts.at("failed"), 30);
    EXPECT_EQ(counts.size(), 2U) << ::testing::PrintToString(counts);
    std::map<std::string, int64_t> codes;
    ok(db().read([&](db::Tx& tx) {
      return tx.each(
          store::q::batch_errors, [&](const db::Row& row) { codes[row.string(1)] += row.i64(2); }, batch);
    }));
    EXPECT_GT(codes[std::string(refusal_code)], 0) << ::testing::PrintToString(codes);
    EXPECT_GT(codes[std::string(failure_code)], 0) << ::testing::PrintToString(codes);
    const auto seen = summary();
    for (const auto& [destination, known] : seen.destinations)
      EXPECT_LE(known.messages.size(), 2U) << destination;
    EXPECT_TRUE(testing::eventually([&] { return opt_outs() >= 10; }));
  }
};
YIZHAN_FOR_EACH_STORE(SendingOver);

TEST_P(SendingOver, Cmpp2) { run(domain::ChannelProtocol::kCmpp2, 13, "CMPP:13", "UNDELIV"); }
TEST_P(SendingOver, Cmpp3) { run(domain::ChannelProtocol::kCmpp3, 13, "CMPP:13", "UNDELIV"); }
TEST_P(SendingOver, Sgip) { run(domain::ChannelProtocol::kSgip, 6, "SGIP:6", "SGIP:12"); }
TEST_P(SendingOver, Smgp) { run(domain::ChannelProtocol::kSmgp, 47, "SMGP:47", "UNDELIV:012"); }

TEST_P(Sending, LongMessagesAndEarlyReceipts) {
  link::SimulatorConfig config;
  config.receipt_early = 0.5;
  config.receipt_duplicated = 0.2;
  config.latency = {1, 20};
  simulate(config);
  const int64_t batch = campaign(200, kLongText);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 200}}));
  const auto seen = summary();
  EXPECT_EQ(seen.messages, 200U);
  EXPECT_EQ(seen.accepted_segments, 400U);
}

TEST_P(Sending, CarrierErrorsAreRetriedOrFinal) {
  link::SimulatorConfig config;
  config.number_errors = {{.status = 0x0B, .probability = 0.1}};
  config.errors = {{.status = 0x58, .probability = 0.005}, {.status = 0x08, .probability = 0.05}};
  config.outcomes = {{.stat = "UNDELIV", .error = "012", .probability = 0.2}};
  simulate(config);
  const int64_t batch = campaign(400);
  start_engine();
  start(batch);
  const Counts counts = finish(batch);
  EXPECT_EQ(total(counts), 400);
  EXPECT_GT(counts.at("failed"), 0);
  EXPECT_GT(counts.at("delivered"), 0);
  EXPECT_EQ(counts.size(), 2U) << ::testing::PrintToString(counts);
  for (const auto& [number, seen] : summary().destinations) EXPECT_LE(seen.messages.size(), 1U) << number;
}

// Answers around the time-out: some come late, many of them "try again".
TEST_P(Sending, LateRefusalsDoNotHoldTheBatchUp) {
  link::SimulatorConfig config;
  config.latency = {60, 140};
  config.errors = {{.status = 0x08, .probability = 0.5}};
  simulate(config);
  domain::ChannelOptions options;
  options.response_timeout_ms = 100;
  options.window = 8;
  const int64_t batch = campaign(80, "亲爱的{name}，全场九折。", options);
  start_engine();
  start(batch);
  EXPECT_EQ(total(finish(batch)), 80);
}

TEST_P(Sending, ADroppedLineLeavesNoMessageTwice) {
  link::SimulatorConfig config;
  config.disconnect.every = 97;
  config.latency = {0, 3};
  simulate(config);
  const int64_t batch = campaign(600);
  start_engine();
  start(batch);
  const Counts counts = finish(batch);
  EXPECT_EQ(total(counts), 600);
  for (const auto& [number, seen] : summary().destinations) EXPECT_LE(seen.messages.size(), 1U) << number;
}

TEST_P(Sending, AReplyOptsOutAtOnceAndIsConfirmedOnce) {
  simulate({});
  const int64_t batch = campaign(50);
  start_engine();
  EXPECT_TRUE(
      testing::eventually([&] { return engine_->channels().at(0).link.state == link::LinkState::kBound; }));
  const std::string number = std::to_string(testing::SendingWorld::number_of(7));
  ok(simulator_->send_mo(number, "10690001", "Ｔｄ"));
  ok(simulator_->send_mo(number, "10690001", "TD"));
  EXPECT_TRUE(testing::eventually([&] { return simulator_->stats().inbound_answered == 2; }));
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 49}, {"refused", 1}}));
  EXPECT_TRUE(testing::eventually([&] { return summary().messages == 50; }));
  EXPECT_EQ(summary().destinations.at(number).messages.size(), 1U);  // the confirmation
}

TEST_P(Sending, APausedBatchComesBackWhole) {
  link::SimulatorConfig config;
  config.latency = {5, 10};
  simulate(config);
  domain::ChannelOptions options;
  options.window = 8;
  const int64_t batch = campaign(1'000, "亲爱的{name}，全场九折。", options);
  start_engine();
  start(batch);
  EXPECT_TRUE(testing::eventually([&] { return simulator_->stats().accepted > 50; }));
  ok(world_->store().db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::batch_set_state, batch, domain::BatchState::kPaused, "test",
                  domain::BatchState::kRunning));
    return {};
  }));
  engine_->recall_batch(batch);
  EXPECT_TRUE(testing::eventually([&] { return !world_->counts(batch).value().contains("in_flight"); }));
  const uint64_t at_pause = simulator_->stats().accepted;
  EXPECT_LT(at_pause, 1'000U);
  ok(world_->store().db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::batch_set_state, batch, domain::BatchState::kRunning, "",
                  domain::BatchState::kPaused));
    return {};
  }));
  engine_->wake();
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 1'000}}));
  EXPECT_EQ(summary().messages, 1'000U);
}

TEST_P(Sending, AnEmergencyStopHaltsEverythingUntilReleased) {
  link::SimulatorConfig config;
  config.latency = {5, 10};
  simulate(config);
  domain::ChannelOptions options;
  options.window = 8;
  const int64_t batch = campaign(1'000, "亲爱的{name}，全场九折。", options);
  start_engine();
  start(batch);
  const auto set_stop = [&](bool active) {
    ok(world_->store().db.write([&](db::Tx& tx) -> Result<> {
      store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
      settings.emergency_stop = active;
      return store::save_sending_settings(tx, world_->store(), settings, 0);
    }));
  };
  EXPECT_TRUE(testing::eventually([&] { return simulator_->stats().accepted > 50; }));
  set_stop(true);
  engine_->recall_all();
  EXPECT_TRUE(testing::eventually([&] { return !world_->counts(batch).value().contains("in_flight"); }));
  const uint64_t at_stop = simulator_->stats().accepted;
  EXPECT_LT(at_stop, 1'000U);
  set_stop(false);
  engine_->wake();
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 1'000}}));
}

TEST_P(Sending, ARestoredBackupSendsNothingUntilReleased) {
  simulate({});
  const int64_t batch = campaign(50);
  ASSERT_EQ(ok(service::stop_if_restored(world_->store(), {.mark = store::LineageMark{.database_id = "x"}})),
            store::Lineage::kOther);
  start_engine();
  start(batch);
  ASSERT_TRUE(testing::eventually([&] {
    const auto channels = engine_->channels();
    return !channels.empty() && channels[0].link.state == link::LinkState::kBound;
  }));
  EXPECT_EQ(simulator_->stats().submits, 0U);
  service::Campaigns campaigns(world_->store(), *engine_);
  ok(campaigns.emergency_release(service::system_principal(), {"opt-outs are in"}));
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 50}}));
}

TEST_P(Sending, ATextThatScreeningBlocksDoesNotLeave) {
  simulate({});
  screen_ = [](std::string_view text, domain::MessageClass) {
    return text.find("客户7，") == std::string_view::npos;
  };
  const int64_t batch = campaign(20);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 19}, {"refused", 1}}));
}

TEST_P(Sending, CancelledMessagesAreRefused) {
  link::SimulatorConfig config;
  config.latency = {5, 10};
  simulate(config);
  domain::ChannelOptions options;
  options.window = 8;
  const int64_t batch = campaign(1'000, "亲爱的{name}，全场九折。", options);
  start_engine();
  start(batch);
  EXPECT_TRUE(testing::eventually([&] { return simulator_->stats().accepted > 20; }));
  ok(world_->store().db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::batch_finish, batch, domain::BatchState::kCancelled, clock_.now()));
    return {};
  }));
  engine_->recall_batch(batch);
  engine_->wake();
  const Counts counts = finish(batch);
  EXPECT_EQ(total(counts), 1'000);
  EXPECT_GT(counts.at("refused"), 0);
}

TEST_P(Sending, FailuresPauseTheBatch) {
  link::SimulatorConfig config;
  config.number_errors = {{.status = 0x0B, .probability = 0.9}};
  simulate(config);
  const int64_t batch = campaign(3'000);
  ok(world_->store().db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::batch_set_parameters, batch, channel_, 0, 1440, 0, 30));
    return {};
  }));
  start_engine();
  start(batch);
  EXPECT_TRUE(testing::eventually([&] {
    return world_->store()
               .db.read([&](db::Tx& tx) { return tx.number(store::q::batch_state, batch); })
               .value() == static_cast<int64_t>(domain::BatchState::kPaused);
  }));
  EXPECT_TRUE(testing::eventually([&] { return !world_->counts(batch).value().contains("in_flight"); }));
  EXPECT_GT(ok(world_->counts(batch)).at("queued") + ok(world_->counts(batch))["held"], 0);
}

TEST_P(Sending, FrequencyAndWindowHold) {
  simulate({});
  const int64_t first = campaign(30);
  start_engine();
  start(first);
  EXPECT_EQ(finish(first), (Counts{{"delivered", 30}}));
  // The same people again on the same day: one marketing message a day.
  const int64_t version = ok(world_->add_content("再来一次，{name}。", "拒收请回复R"));
  const int64_t second = ok(world_->add_batch(version, channel_, 30));
  start(second);
  EXPECT_EQ(finish(second), (Counts{{"refused", 30}}));
  // At night they wait for the morning, and then go.
  clock_.set(parse_rfc3339("2026-03-05T21:00:00+08:00").value());
  const int64_t third = ok(world_->add_batch(version, channel_, 30));
  start(third);
  EXPECT_TRUE(testing::eventually([&] { return world_->counts(third).value() == Counts{{"held", 30}}; }));
  clock_.set(parse_rfc3339("2026-03-06T09:00:01+08:00").value());
  EXPECT_EQ(finish(third), (Counts{{"delivered", 30}}));
}

TEST_P(Sending, TheNarrowestChannelWithARateSends) {
  simulate({});
  domain::ChannelOptions options;
  options.window = 1;
  options.segments_per_second = 100;
  const int64_t batch = campaign(20, kLongText, options);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 20}}));
}

TEST_P(Sending, ANarrowChannelWithARateSends) {
  simulate({});
  domain::ChannelOptions options;
  options.window = 8;
  options.segments_per_second = 200;
  const int64_t batch = campaign(60, "亲爱的{name}，全场九折。", options);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 60}}));
}

// The stop comes after the claim's commit and before its segments are at the link.
TEST_P(Sending, AStopBetweenCommitAndLinkHoldsEverything) {
  simulate({});
  const int64_t batch = campaign(300);
  start_engine();
  EXPECT_TRUE(
      testing::eventually([&] { return engine_->channels().at(0).link.state == link::LinkState::kBound; }));
  std::atomic<int> stops = 0;
  hooked_->after_commit([&]() -> Result<> {
    if (open_attempts() == 0 || stops++ > 0) return {};
    set_batch(batch, domain::BatchState::kRunning, domain::BatchState::kPaused);
    engine_->recall_batch(batch);
    return {};
  });
  start(batch);
  EXPECT_TRUE(testing::eventually([&] { return stops > 0 && open_attempts() == 0; }));
  EXPECT_EQ(simulator_->stats().submits, 0U);
  EXPECT_EQ(ok(world_->counts(batch))["in_flight"], 0);
  set_batch(batch, domain::BatchState::kPaused, domain::BatchState::kRunning);
  engine_->wake();
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 300}}));
  EXPECT_EQ(summary().messages, 300U);
  hooked_->after_commit(nullptr);
}

TEST_P(Sending, AnOptOutBetweenCommitAndLinkHoldsThatMessage) {
  simulate({});
  const int64_t batch = campaign(300);
  start_engine();
  EXPECT_TRUE(
      testing::eventually([&] { return engine_->channels().at(0).link.state == link::LinkState::kBound; }));
  std::atomic<int> stops = 0;
  hooked_->after_commit([&]() -> Result<> {
    if (open_attempts() == 0 || stops++ > 0) return {};
    ok(db().write([&](db::Tx& tx) {
      return tx.run(store::q::customer_suppress, int64_t{8},
                    domain::class_bit(domain::MessageClass::kMarketing), clock_.now());
    }));
    engine_->recall_customer(8);
    return {};
  });
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 299}, {"refused", 1}}));
  EXPECT_FALSE(summary().destinations.contains(std::to_string(testing::SendingWorld::number_of(7))));
  hooked_->after_commit(nullptr);
}

// On a slow line with messages of two parts: pauses and opt-outs leave none of them in pieces.
TEST_P(Sending, RecallsLeaveLongMessagesWhole) {
  link::SimulatorConfig config;
  config.latency = {2, 6};
  simulate(config);
  domain::ChannelOptions options;
  options.window = 5;
  // As many as the link takes at once: then they wait in their order.
  const int64_t batch = campaign(380, kLongText, options);
  start_engine();
  start(batch);
  for (uint64_t seen = 50; seen < 550; seen += 50) {
    EXPECT_TRUE(testing::eventually([&] { return simulator_->stats().accepted > seen; }));
    engine_->recall_batch(batch);
  }
  // One of those who wait opts out.
  ok(db().write([&](db::Tx& tx) {
    return tx.run(store::q::customer_suppress, int64_t{380},
                  domain::class_bit(domain::MessageClass::kMarketing), clock_.now());
  }));
  engine_->recall_customer(380);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 379}, {"refused", 1}}));
  EXPECT_EQ(summary().messages, 379U);
  EXPECT_EQ(summary().accepted_segments, 758U);
}

TEST_P(Sending, AReleaseThatCouldNotBeCommittedIsDoneAgain) {
  simulate({});
  const int64_t batch = campaign(50);
  std::atomic<int> failures = 0;
  hooked_->before_commit([&](db::Tx&) -> Result<> {
    if (failures++ >= 3) return {};
    return fail(ErrorCode::kDiskFull, "no room");
  });
  failures = 1'000;
  start_engine();
  EXPECT_TRUE(
      testing::eventually([&] { return engine_->channels().at(0).link.state == link::LinkState::kBound; }));
  ok(world_->start_batch(batch));
  failures = 0;
  engine_->wake();
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 50}}));
  EXPECT_GE(failures, 3);
  hooked_->before_commit(nullptr);
}

TEST_P(Sending, ACommitOfUnknownOutcomeLosesNothing) {
  simulate({});
  const int64_t batch = campaign(120);
  std::atomic<int> broken = 0;
  hooked_->after_commit([&]() -> Result<> {
    if (open_attempts() == 0 || broken++ > 0) return {};
    return fail(ErrorCode::kUnavailable, "commit outcome unknown: the test cut the line");
  });
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 120}}));
  EXPECT_EQ(summary().messages, 120U);
  EXPECT_GT(broken, 0);
  hooked_->after_commit(nullptr);
}

TEST_P(Sending, SlowReceiptsDoNotMakeRefusalsLookLikeAll) {
  link::SimulatorConfig config;
  config.number_errors = {{.status = 0x0B, .probability = 0.15}};
  config.receipt_delay = {1'500, 1'600};
  simulate(config);
  const int64_t batch = campaign(1'000);
  ok(world_->store().db.write(
      [&](db::Tx& tx) { return tx.run(store::q::batch_set_parameters, batch, channel_, 0, 1440, 0, 30); }));
  start_engine();
  start(batch);
  const Counts counts = finish(batch);
  EXPECT_EQ(total(counts), 1'000);
  EXPECT_GT(counts.at("failed"), 100) << "enough outcomes for the rate to count";
}

// One batch does not take the whole channel until it is through.
TEST_P(Sending, ALaterBatchIsNotStarved) {
  link::SimulatorConfig config;
  config.latency = {2, 4};
  simulate(config);
  domain::ChannelOptions options;
  options.window = 16;
  options.segments_per_second = 1'000;
  const int64_t first = campaign(4'000, "亲爱的{name}，全场九折。", options);
  ok(world_->store().db.write([&](db::Tx& tx) -> Result<> {
    store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
    settings.frequency.clear();
    return store::save_sending_settings(tx, world_->store(), settings, 0);
  }));
  start_engine();
  start(first);
  EXPECT_TRUE(testing::eventually([&] { return simulator_->stats().accepted > 200; }));
  const int64_t version = ok(world_->add_content("再来一次，{name}。", "拒收请回复R"));
  const int64_t second = ok(world_->add_batch(version, channel_, 100));
  start(second);
  EXPECT_EQ(finish(second), (Counts{{"delivered", 100}}));
  EXPECT_EQ(finish(first), (Counts{{"delivered", 4'000}}));
  // By the order in which attempts were made, however fast this machine is: much of the first came after all
  // of the second.
  int64_t after = 0;
  ok(db().read([&](db::Tx& tx) {
    return tx.each_sql(
        "SELECT count(*) FROM attempt a JOIN message m ON m.id = a.message_id WHERE m.batch_id = " +
            std::to_string(first) +
            " AND a.id > (SELECT max(b.id) FROM attempt b JOIN message n ON n.id = b.message_id "
            "WHERE n.batch_id = " +
            std::to_string(second) + ")",
        {}, [&](const db::Row& row) { after = row.i64(0); });
  }));
  EXPECT_GT(after, 1'000);
}

TEST_P(Sending, WhoeverOptsOutWhileItIsSentIsNotReached) {
  link::SimulatorConfig config;
  config.latency = {5, 10};
  simulate(config);
  domain::ChannelOptions options;
  options.window = 8;
  const int64_t batch = campaign(1'000, "亲爱的{name}，全场九折。", options);
  start_engine();
  start(batch);
  EXPECT_TRUE(testing::eventually([&] { return simulator_->stats().accepted > 50; }));
  const std::string number = std::to_string(testing::SendingWorld::number_of(999));
  ok(simulator_->send_mo(number, "10690001", "退订"));
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 999}, {"refused", 1}}));
  EXPECT_TRUE(testing::eventually([&] { return summary().messages == 1'000; }));  // 999 and the confirmation
  EXPECT_EQ(summary().destinations.at(number).messages.size(), 1U);
}

TEST_P(Sending, ACarrierThatWritesIdsInTwoWays) {
  link::SimulatorConfig config;
  config.submit_id = link::MessageIdForm::kPaddedHex;
  config.receipt_id = link::MessageIdForm::kDecimal;
  config.receipt_early = 0.2;
  simulate(config);
  domain::ChannelOptions options;
  options.message_id_form = domain::MessageIdForm::kSubmitHexReceiptDecimal;
  const int64_t batch = campaign(100, "亲爱的{name}，全场九折。", options);
  start_engine();
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 100}}));
}

TEST_P(Sending, AChannelIsChangedWhileItSends) {
  link::SimulatorConfig config;
  config.latency = {2, 6};
  config.max_sessions = 1;
  simulate(config);
  domain::ChannelOptions options;
  options.window = 8;
  const int64_t batch = campaign(1'000, kLongText, options);
  start_engine();
  start(batch);
  for (int64_t window = 9; window < 12; ++window) {
    const uint64_t before = simulator_->stats().accepted;
    EXPECT_TRUE(testing::eventually([&] { return simulator_->stats().accepted > before + 50; }));
    options.window = window;
    options.reconnect_min_ms = 20;
    options.reconnect_max_ms = 100;
    ok(db().write([&](db::Tx& tx) -> Result<> {
      const std::string json = json::encode(options);
      const std::array values{db::Param(json)};
      YZ_TRY(tx.run_sql("UPDATE channel SET options = $1, version = version + 1", values));
      return {};
    }));
    ok(engine_->reload_channels());
  }
  EXPECT_EQ(finish(batch), (Counts{{"delivered", 1'000}}));
  EXPECT_EQ(summary().messages, 1'000U);
  EXPECT_EQ(summary().accepted_segments, 2'000U);
  const auto stats = simulator_->stats();
  EXPECT_EQ(stats.connections, stats.binds) << "the next link waits until the last is gone";
}

TEST_P(Sending, ACarriersCodesChangeWithoutANewBind) {
  link::SimulatorConfig config;
  config.number_errors = {{.status = 0x0B, .probability = 1}};
  simulate(config);
  const int64_t batch = campaign(10);
  start_engine();
  EXPECT_TRUE(
      testing::eventually([&] { return engine_->channels().at(0).link.state == link::LinkState::kBound; }));
  ok(db().write([&](db::Tx& tx) -> Result<> {
    const std::array values{db::Param(domain::CodeClass::kSuspended)};
    YZ_TRY(tx.run_sql("UPDATE carrier_code SET code_class = $1 WHERE code = '0x0000000B'", values));
    YZ_TRY(tx.run_sql("UPDATE channel SET version = version + 1", {}));
    return {};
  }));
  ok(engine_->reload_channels());
  start(batch);
  EXPECT_EQ(finish(batch), (Counts{{"failed", 10}}));
  EXPECT_EQ(ok(db().read([&](db::Tx& tx) -> Result<int64_t> {
              int64_t suspended = 0;
              const std::array values{db::Param(domain::Reason::kSuspended)};
              YZ_CHECK(tx.each_sql("SELECT count(*) FROM message WHERE reason = $1", values,
                                   [&](const db::Row& row) { suspended = row.i64(0); }));
              return suspended;
            })),
            10);
  EXPECT_EQ(simulator_->stats().connections, 1U);
}

TEST_P(Sending, WhileEverythingIsStoppedNothingIsComposed) {
  simulate({});
  std::atomic<int64_t> composed = 0;
  screen_ = [&](std::string_view, domain::MessageClass) {
    ++composed;
    return true;
  };
  domain::ChannelOptions options;
  options.window = 1;
  const int64_t batch = campaign(300, "亲爱的{name}，全场九折。", options);
  start_engine();
  EXPECT_TRUE(
      testing::eventually([&] { return engine_->channels().at(0).link.state == link::LinkState::kBound; }));
  ok(world_->store().db.write([&](db::Tx& tx) -> Result<> {
    store::SendingSettings settings = YZ_TRY(store::load_sending_settings(tx));
    settings.emergency_stop = true;
    return store::save_sending_settings(tx, world_->store(), settings, 0);
  }));
  start(batch);
  // Some looks at the store later.
  const auto later = [&](int64_t looks) {
    const int64_t before = hooked_->reads;
    EXPECT_TRUE(testing::eventually([&] { return hooked_->reads > before + looks; }));
  };
  later(12);
  const int64_t before = composed;
  later(24);
  EXPECT_EQ(composed, before);
  EXPECT_EQ(simulator_->stats().submits, 0U);
}

// A code that asks people to look stops campaigns; the confirmation of an opt-out goes on for the next who
// opts out.
TEST_P(Sending, ACarriersCodeDoesNotPauseTheConfirmations) {
  link::SimulatorConfig config;
  config.number_errors = {{.status = 0x0A, .probability = 1}};
  simulate(config);
  const int64_t batch = campaign(30);
  start_engine();
  EXPECT_TRUE(
      testing::eventually([&] { return engine_->channels().at(0).link.state == link::LinkState::kBound; }));
  ok(simulator_->send_mo(std::to_string(testing::SendingWorld::number_of(7)), "10690001", "TD"));
  const auto states_of = [&](domain::BatchOrigin origin) {
    return ok(db().read([&](db::Tx& tx) -> Result<std::vector<domain::BatchState>> {
      std::vector<domain::BatchState> states;
      const std::array values{db::Param(origin)};
      YZ_CHECK(tx.each_sql("SELECT state FROM batch WHERE origin = $1", values,
                           [&](const db::Row& row) { states.push_back(row.as<domain::BatchState>(0)); }));
      return states;
    }));
  };
  EXPECT_TRUE(testing::eventually([&] { return simulator_->stats().refused_by_status[0x0A] == 1; }));
  EXPECT_TRUE(testing::eventually([&] { return open_attempts() == 0; }));
  EXPECT_EQ(states_of(domain::BatchOrigin::kOptOutConfirmation),
            std::vector<domain::BatchState>{domain::BatchState::kRunning});
  start(batch);
  EXPECT_TRUE(testing::eventually(
      [&] { return states_of(domain::BatchOrigin::kCampaign).at(0) == domain::BatchState::kPaused; }));
}

// At most 5,000 fall due at a time; the rest does not wait for the next look at the clock.
TEST_P(Sending, AfterAClosedWindowEverythingMoves) {
  constexpr int64_t kMessages = 10'001;
  simulate({});
  clock_.set(parse_rfc3339("2026-03-05T21:00:00+08:00").value());
  const int64_t batch = campaign(kMessages);
  const auto deferred = [&] {
    int64_t rows = 0;
    ok(db().read([&](db::Tx& tx) {
      return tx.each_sql("SELECT count(*) FROM deferred", {}, [&](const db::Row& row) { rows = row.i64(0); });
    }));
    return rows;
  };
  start_engine();
  start(batch);
  EXPECT_TRUE(testing::eventually(
      [&] { return world_->projected(batch).value()["held"] == kMessages && deferred() == kMessages; }));
  simulator_->stop();  // so that they stay where they are moved to
  EXPECT_TRUE(
      testing::eventually([&] { return engine_->channels().at(0).link.state != link::LinkState::kBound; }));
  // How many snapshots the dispatcher took from the first move to the last: a handful, not those of seconds.
  std::atomic<int64_t> first = 0, last = 0;
  hooked_->before_commit([&](db::Tx& tx) -> Result<> {
    int64_t moved = 0;
    YZ_CHECK(tx.each_sql("SELECT count(*) FROM outbox", {}, [&](const db::Row& row) { moved = row.i64(0); }));
    if (moved > 0 && first == 0) first = hooked_->reads.load();
    if (moved == kMessages && last == 0) last = hooked_->reads.load();
    return {};
  });
  clock_.set(parse_rfc3339("2026-03-06T09:00:01+08:00").value());
  EXPECT_TRUE(testing::eventually([&] { return last > 0; }));
  EXPECT_LT(last - first, 100);
  // The hook speaks before the commit that it has seen the last of.
  EXPECT_TRUE(
      testing::eventually([&] { return ok(world_->counts(batch)) == Counts{{"queued", kMessages}}; }));
  hooked_->before_commit(nullptr);
}

}  // namespace
}  // namespace yizhan
