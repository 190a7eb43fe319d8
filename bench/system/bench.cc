#include "bench/system/bench.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "link/carrier_link.h"
#include "link/simulator.h"
#include "screen/screener.h"

namespace yizhan::bench {

void print(std::string_view store, const Figure& f) {
  fmt::print(R"({{"name":"{}","value":{:.2f},"unit":"{}","store":"{}")", f.name, f.value, f.unit, store);
  if (!f.peer.empty())
    fmt::print(R"(,"peer":"{}","peer_value":{:.1f},"ratio":{:.3f})", f.peer, f.peer_value,
               f.value / f.peer_value);
  fmt::print("}}\n");
  std::fflush(stdout);
}

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

double peak_rss_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  return 0;
}

// ---------------------------------------------------------------- the carrier

Carrier::Carrier() {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  pid_ = fork();
  if (pid_ == 0) run_child(ends[1]);
  close(ends[1]);
  if (read(ends[0], &port_, sizeof(port_)) != sizeof(port_)) std::abort();
  close(ends[0]);
}

Carrier::~Carrier() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

double Carrier::processor_seconds() const {
  clockid_t clock{};
  timespec t{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

void Carrier::run_child(int out) {
  link::SimulatorConfig config;
  config.port = 0;
  config.receipt_delay = {5, 20};
  const SystemClock clock;
  const auto simulator = link::CarrierSimulator::create(config, clock);
  const uint16_t port = simulator ? (*simulator)->port() : uint16_t{0};
  if (write(out, &port, sizeof(port)) != sizeof(port)) _exit(1);
  for (;;) pause();
}

// ---------------------------------------------------------------- raw limits

double raw_insert(db::Database& database, int writers, int64_t rows_each, double seconds) {
  std::atomic<int64_t> done{0}, next{1};
  std::vector<std::thread> threads;
  const auto start = SteadyClock::now();
  for (int w = 0; w < writers; ++w)
    threads.emplace_back([&] {
      while (seconds_since(start) < seconds) {
        db::Columns rows;
        const int64_t first = next.fetch_add(rows_each);
        for (int64_t i = 0; i < rows_each; ++i) rows.row(int64_t{-1}, first + i);
        const auto written = database.write([&](db::Tx& tx) -> Result<> {
          YZ_TRY(tx.bulk(store::q::outbox_insert, rows));
          return {};
        });
        if (written) done += rows_each;
      }
    });
  for (auto& thread : threads) thread.join();
  const double rate = static_cast<double>(done.load()) / seconds_since(start);
  static_cast<void>(database.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::outbox_delete_batch, int64_t{-1}));
    return {};
  }));
  return rate;
}

namespace {

// A client that keeps nothing: counts what the carrier says and takes every receipt at once.
class Counting final : public link::LinkEvents {
 public:
  void on_responses(std::vector<link::Response>&& got) override {
    responses_.fetch_add(static_cast<int64_t>(got.size()), std::memory_order_relaxed);
  }
  void on_deliveries(std::vector<link::Delivery>&& got) override {
    std::vector<uint64_t> tokens;
    tokens.reserve(got.size());
    for (const link::Delivery& d : got) tokens.push_back(d.token);
    link->acknowledge(std::move(tokens));
    receipts_.fetch_add(static_cast<int64_t>(got.size()), std::memory_order_relaxed);
  }
  void on_state(link::LinkState, std::string) override {}
  void on_credit() override {}

  bool all(int64_t messages) const { return responses_ >= messages && receipts_ >= messages; }
  link::Link* link = nullptr;

 private:
  std::atomic<int64_t> responses_{0}, receipts_{0};
};

link::SubmitBatch some_submits(int64_t first, int64_t count) {
  link::SubmitBatch batch;
  const std::string text(140, 'x');
  for (int64_t i = first; i < first + count; ++i) {
    const std::string number = std::to_string(testing::SendingWorld::number_of(i));
    static_cast<void>(batch.add({.attempt_id = static_cast<uint64_t>(i) + 1,
                                 .message_id = static_cast<uint64_t>(i) + 1,
                                 .source = "10690001",
                                 .destination = number,
                                 .payload = as_bytes(text),
                                 .coding = codec::Coding::kUcs2}));
  }
  return batch;
}

}  // namespace

Result<double> raw_loopback(const Carrier& carrier, int64_t messages) {
  boost::asio::io_context io;
  auto guard = boost::asio::make_work_guard(io);
  std::thread thread([&] { io.run(); });
  const SystemClock clock;
  Counting events;
  link::LinkConfig config;
  config.host = "127.0.0.1";
  config.port = carrier.port();
  config.system_id = config.password = "demo";
  config.window = 512;
  auto link = link::open_link(io, clock, config, events);
  events.link = link.get();
  link->start();
  Result<double> rate = fail(ErrorCode::kTimeout, "the carrier did not answer all");
  if (testing::eventually([&] { return link->credit() > 0; })) {
    const auto start = SteadyClock::now();
    for (int64_t sent = 0; sent < messages;) {
      const auto some = std::min<int64_t>(messages - sent, static_cast<int64_t>(link->credit()));
      if (some > 0) link->submit(some_submits(sent, some));
      sent += some;
      if (some == 0) std::this_thread::yield();
    }
    if (testing::eventually([&] { return events.all(messages); }))
      rate = static_cast<double>(messages) / seconds_since(start);
  }
  link.reset();
  guard.reset();
  io.stop();
  thread.join();
  return rate;
}

// ---------------------------------------------------------------- what is sent

Result<> with_engine(testing::SendingWorld& world, const std::function<Result<>(engine::Engine&)>& work) {
  boost::asio::io_context io;
  auto guard = boost::asio::make_work_guard(io);
  std::thread thread([&] { io.run(); });
  Result<> outcome = [&]() -> Result<> {
    const auto rules = YZ_TRY(screen::Screener::load(
        std::vector<std::string>{"rules/cn_advertising.toml", "rules/cn_forbidden.toml",
                                 "rules/cn_format.toml", "rules/cn_sector.toml"},
        "2026-01-01"));
    engine::Engine engine(world.store(), io, [&](std::string_view text, domain::MessageClass) {
      return rules->screen_rendered(text, screen::MessageClass::kMarketing).verdict !=
             screen::Verdict::kBlock;
    });
    YZ_CHECK(engine.start());
    if (!testing::eventually([&] { return engine.channels().at(0).link.state == link::LinkState::kBound; }))
      return fail(ErrorCode::kUnavailable, "the link does not bind");
    Result<> done = work(engine);
    engine.stop(seconds(1));
    return done;
  }();
  guard.reset();
  io.stop();
  thread.join();
  return outcome;
}

Result<Prepared> prepare(const Options& options, const Carrier& carrier, testing::SendingWorld& world) {
  Prepared p;
  YZ_CHECK(world.add_customers(options.messages));
  domain::ChannelOptions channel_options;
  channel_options.window = 512;
  p.channel = YZ_TRY(world.add_channel(carrier.port(), channel_options));
  const int64_t code_version = YZ_TRY(world.add_content("验证码 1234，五分钟内有效。", "拒收请回复R"));
  // What is sent to test handsets goes in the lane of verification and is not counted against anybody.
  p.codes = YZ_TRY(world.add_batch(code_version, p.channel, 0));
  YZ_CHECK(world.store().db.write([&](db::Tx& tx) -> Result<> {
    const std::array values{db::Param(domain::BatchOrigin::kPreSendTest), db::Param(p.codes)};
    YZ_TRY(tx.run_sql("UPDATE batch SET origin = $1 WHERE id = $2", values));
    return {};
  }));
  YZ_CHECK(world.start_batch(p.codes));
  p.version = YZ_TRY(world.add_content("亲爱的{name}，本店周年庆，全场九折。", "拒收请回复R"));
  return p;
}

}  // namespace yizhan::bench
