// The benchmarks of the whole system: yizhan-bench --store sqlite|postgres [--messages N] [--rows N]. One
// JSON object a line; bench/run.py collects them. The carrier is the simulator in a process of its own; the
// store is as in production (fsync before every acknowledgement).

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/log.h"
#include "engine/engine.h"
#include "link/simulator.h"
#include "screen/screener.h"
#include "service/evidence_files.h"
#include "service/imports.h"
#include "tests/support/sending_world.h"

namespace yizhan {
namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

void print(std::string_view name, double value, std::string_view unit, std::string_view store,
           std::string_view peer, double peer_value) {
  fmt::print(R"({{"name":"{}","value":{:.1f},"unit":"{}","store":"{}")", name, value, unit, store);
  if (!peer.empty())
    fmt::print(R"(,"peer":"{}","peer_value":{:.1f},"ratio":{:.3f})", peer, peer_value, value / peer_value);
  fmt::print("}}\n");
  std::fflush(stdout);
}

// The carrier in a child process, forked before this one has threads.
class Carrier {
 public:
  Carrier() {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) run_child(ends[1]);
    close(ends[1]);
    if (read(ends[0], &port_, sizeof(port_)) != sizeof(port_)) std::abort();
    close(ends[0]);
  }
  ~Carrier() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;
  uint16_t port() const { return port_; }

 private:
  [[noreturn]] static void run_child(int out) {
    link::SimulatorConfig config;
    config.port = 0;
    config.receipt_delay = {5, 20};
    const SystemClock clock;
    const auto simulator = link::CarrierSimulator::create(config, clock);
    const uint16_t port = simulator ? (*simulator)->port() : uint16_t{0};
    if (write(out, &port, sizeof(port)) != sizeof(port)) _exit(1);
    for (;;) pause();
  }
  pid_t pid_ = 0;
  uint16_t port_ = 0;
};

struct Options {
  std::string store = "sqlite";
  int64_t messages = 200'000;
  int64_t rows = 200'000;
};

Result<std::unique_ptr<db::Database>> open_database(const Options& options, const std::string& folder) {
  db::Options database;
  database.dialect = options.store == "postgres" ? db::Dialect::kPostgres : db::Dialect::kSqlite;
  database.path = folder + "/bench.db";
  if (const char* conninfo = std::getenv("YIZHAN_TEST_POSTGRES")) database.conninfo = conninfo;
  return db::Database::open(database);
}

// Rows a second of a narrow table in batches of 1,000, a commit each: what the store can do at best.
Result<double> raw_insert(db::Database& database) {
  constexpr int64_t kRows = 200'000, kBatch = 1'000;
  const auto start = SteadyClock::now();
  for (int64_t done = 0; done < kRows; done += kBatch) {
    db::Columns rows;
    for (int64_t i = done; i < done + kBatch; ++i) rows.row(int64_t{-1}, i);
    YZ_CHECK(database.write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.bulk(store::q::outbox_insert, rows));
      return {};
    }));
  }
  const double rate = static_cast<double>(kRows) / seconds_since(start);
  YZ_CHECK(database.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run(store::q::outbox_delete_batch, int64_t{-1}));
    return {};
  }));
  return rate;
}

Result<> measure_campaign(const Options& options, const Carrier& carrier, testing::SendingWorld& world,
                          double raw) {
  boost::asio::io_context io;
  auto guard = boost::asio::make_work_guard(io);
  std::thread thread([&] { io.run(); });
  Result<> outcome = [&]() -> Result<> {
    YZ_CHECK(world.add_customers(options.messages));
    domain::ChannelOptions channel_options;
    channel_options.window = 512;
    const int64_t channel = YZ_TRY(world.add_channel(carrier.port(), channel_options));
    const int64_t version = YZ_TRY(world.add_content("亲爱的{name}，本店周年庆，全场九折。", "拒收请回复R"));
    const int64_t batch = YZ_TRY(world.add_batch(version, channel, options.messages));
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
    const auto start = SteadyClock::now();
    YZ_CHECK(world.start_batch(batch));
    engine.wake();
    const bool done =
        testing::eventually([&] { return world.projected(batch).value()["delivered"] == options.messages; },
                            std::chrono::minutes(5));
    const double elapsed = seconds_since(start);
    if (!done) return fail(ErrorCode::kTimeout, "not every message was delivered");
    if (world.counts(batch).value()["delivered"] != options.messages)
      return fail(ErrorCode::kCorrupt, "the projection is not what the rows say");
    print("campaign_send", static_cast<double>(options.messages) / elapsed, "messages/s", options.store,
          "raw insert, rows/s", raw);
    engine.stop(seconds(1));
    return {};
  }();
  guard.reset();
  io.stop();
  thread.join();
  return outcome;
}

Result<> measure_import(const Options& options, testing::SendingWorld& world, const std::string& folder,
                        double raw) {
  const std::string path = folder + "/customers.csv";
  {
    std::ofstream file(path);
    file << "手机号,姓名,城市,会员等级,营销同意,同意时间,同意方式,同意文本\n";
    for (int64_t i = 0; i < options.rows; ++i)
      file << fmt::format("139{:08},客户{},上海,金卡,是,2026-01-02 10:00:00,门店,同意接收营销短信\n", i, i);
  }
  const service::EvidenceFiles evidence(world.store(), folder + "/evidence");
  service::Imports imports(world.store(), evidence);
  const service::Principal who = service::system_principal();
  const auto start = SteadyClock::now();
  const service::ImportView started = YZ_TRY(imports.start(who, path, "customers.csv", {}));
  imports.wait(started.id);
  const double elapsed = seconds_since(start);
  const service::ImportView view = YZ_TRY(imports.get(started.id));
  if (view.rows_new != options.rows) return fail(ErrorCode::kCorrupt, "rows were refused: " + view.error);
  print("customer_import", static_cast<double>(options.rows) / elapsed, "rows/s", options.store,
        "raw insert, rows/s", raw);
  return {};
}

double peak_rss_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  return 0;
}

Result<> run(const Options& options, const std::string& folder) {
  const Carrier carrier;
  // Ten in the morning in Shanghai, so that marketing's window is open.
  const Time morning =
      YZ_TRY(parse_rfc3339(to_rfc3339(SystemClock{}.now()).substr(0, 10) + "T10:00:00+08:00"));
  const OffsetClock clock(morning - SystemClock{}.now());
  const auto database = YZ_TRY(open_database(options, folder));
  testing::SendingWorld world(*database, clock);
  YZ_CHECK(world.prepare());
  const double raw = YZ_TRY(raw_insert(*database));
  YZ_CHECK(measure_campaign(options, carrier, world, raw));
  YZ_CHECK(measure_import(options, world, folder, raw));
  print("peak_rss", peak_rss_mb(), "MB", options.store, "", 0);
  return {};
}

}  // namespace
}  // namespace yizhan

int main(int argc, char** argv) {
  yizhan::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--store")
      options.store = argv[i + 1];
    else if (name == "--messages")
      options.messages = std::atoll(argv[i + 1]);
    else if (name == "--rows")
      options.rows = std::atoll(argv[i + 1]);
  }
  yizhan::log::configure(yizhan::log::Level::kError, "");
  std::string folder = "/tmp/yizhan_bench_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  const auto done = yizhan::run(options, folder);
  if (!done) fmt::print(stderr, "yizhan-bench: {}\n", yizhan::to_string(done.error()));
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return done ? 0 : 1;
}
