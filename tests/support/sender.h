#pragma once
// A sender whole: a store with keys, the engine over it and a carrier that it sends to over a real socket.
// For tests that break something under it. The engine is started by hand, and may be stopped and started
// again. Single thread.

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "engine/engine.h"
#include "link/simulator.h"
#include "link/simulator_log.h"
#include "tests/support/sending_world.h"

namespace yizhan::testing {

class Sender {
 public:
  using Counts = std::map<std::string, int64_t>;

  // `log` is where the carrier writes what it sees. The database and the clock outlive the sender.
  Sender(db::Database& database, const Clock& clock, std::string log,
         crypto::Keyring keyring = crypto::Keyring::generate())
      : log_(std::move(log)), world_(database, clock, std::move(keyring)) {
    link::SimulatorConfig config;
    config.latency = {1, 4};
    config.receipt_delay = {2, 20};
    begin(config, carrier_clock_);
  }
  // With a carrier of these habits, which goes by the same clock.
  Sender(db::Database& database, const Clock& clock, std::string log, const link::SimulatorConfig& carrier)
      : log_(std::move(log)), world_(database, clock) {
    begin(carrier, clock);
  }
  ~Sender() {
    engine_.reset();
    guard_.reset();
    thread_.join();
  }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  template <class T>
  static T ok(Result<T>&& result) {
    EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
  }

  // Customers, a content, a channel to the carrier and a campaign's batch to all of them; its id.
  int64_t campaign(int64_t customers, domain::ChannelOptions options = {}) {
    ok(world_.add_customers(customers));
    options.reconnect_min_ms = 20;
    options.reconnect_max_ms = 100;
    channel_ = ok(world_.add_channel(simulator_->port(), options));
    return another_campaign(customers);
  }
  int64_t another_campaign(int64_t customers) {
    const int64_t version = ok(world_.add_content("亲爱的{name}，全场九折。", "拒收请回复R"));
    return ok(world_.add_batch(version, channel_, customers));
  }
  void start_engine() {
    engine_ = std::make_unique<engine::Engine>(world_.store(), io_,
                                               [](std::string_view, domain::MessageClass) { return true; });
    ok(engine_->start());
  }
  void stop_engine() { engine_.reset(); }
  void start(int64_t batch) {
    ok(world_.start_batch(batch));
    engine_->wake();
  }

  // What the carrier has seen by now.
  link::SimulatorSummary seen() {
    simulator_->flush_log();
    return ok(link::summarize_simulator_log(log_));
  }
  uint64_t accepted() const { return simulator_->stats().accepted; }
  // Messages of the batch that nothing more happens to by itself, by the projection.
  static int64_t closed(const Counts& counts) {
    int64_t sum = 0;
    for (const char* state : {"delivered", "unknown", "failed", "expired", "refused"})
      if (counts.contains(state)) sum += counts.at(state);
    return sum;
  }
  // The rows say what the projection says, and every message is among them.
  void expect_whole(int64_t batch, int64_t messages) {
    const Counts counts = ok(world_.counts(batch));
    EXPECT_EQ(counts, ok(world_.projected(batch)));
    int64_t total = 0;
    for (const auto& [state, count] : counts) total += count;
    EXPECT_EQ(total, messages);
  }
  // The numbers of the customers whose message m is such a one.
  std::set<std::string> numbers_where(std::string_view condition) {
    std::set<std::string> numbers;
    std::string sql = "SELECT c.number_sealed FROM message m JOIN customer c ON c.id = m.customer_id WHERE ";
    sql += condition;
    ok(world_.store().db.read([&](db::Tx& tx) {
      return tx.each_sql(sql, {}, [&](const db::Row& row) {
        numbers.insert(ok(world_.store().cipher.open(store::column::kCustomerNumber, row.blob(0))));
      });
    }));
    return numbers;
  }

  SendingWorld& world() { return world_; }
  link::CarrierSimulator& simulator() { return *simulator_; }
  engine::Engine& engine() { return *engine_; }

 private:
  void begin(link::SimulatorConfig config, const Clock& clock) {
    config.port = 0;
    config.log = log_;
    simulator_ = ok(link::CarrierSimulator::create(config, clock));
    ok(world_.prepare());
    thread_ = std::thread([this] { io_.run(); });
  }

  const std::string log_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io_.get_executor()};
  SendingWorld world_;
  const SystemClock carrier_clock_;  // the carrier's does not jump with ours
  std::unique_ptr<link::CarrierSimulator> simulator_;
  std::thread thread_;
  std::unique_ptr<engine::Engine> engine_;
  int64_t channel_ = 0;
};

}  // namespace yizhan::testing
