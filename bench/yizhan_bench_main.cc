// The benchmarks of the whole system: yizhan-bench [--store sqlite|postgres] [--messages N] [--rows N]
// [--only WORD]. One JSON object a line; bench/run.py collects them. The carrier is the simulator in a
// process of its own; the store is as in production (fsync before every acknowledgement).

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>

#include "base/log.h"
#include "bench/system/bench.h"

namespace yizhan::bench {
namespace {

Result<std::unique_ptr<db::Database>> open_database(const Options& options, const std::string& folder) {
  db::Options database;
  database.dialect = options.store == "postgres" ? db::Dialect::kPostgres : db::Dialect::kSqlite;
  database.path = folder + "/bench.db";
  if (const char* conninfo = std::getenv("YIZHAN_TEST_POSTGRES")) database.conninfo = conninfo;
  return db::Database::open(database);
}

constexpr double kRawSeconds = 2;

Result<> run(const Options& options, const std::string& folder) {
  const Carrier carrier;
  // Ten in the morning in Shanghai, so that marketing's window is open.
  const Time morning =
      YZ_TRY(parse_rfc3339(to_rfc3339(SystemClock{}.now()).substr(0, 10) + "T10:00:00+08:00"));
  const OffsetClock clock(morning - SystemClock{}.now());
  const auto database = YZ_TRY(open_database(options, folder));
  testing::SendingWorld world(*database, clock);
  YZ_CHECK(world.prepare());
  const RawLimits raw{raw_insert(*database, 1, 1'000, kRawSeconds), YZ_TRY(raw_loopback(carrier, 200'000))};
  const Prepared prepared = YZ_TRY(prepare(options, carrier, world));
  if (options.runs("campaign_send")) YZ_CHECK(measure_campaign(options, carrier, world, prepared, raw));
  if (options.runs("verification_latency")) YZ_CHECK(measure_latency(options, world, prepared));
  if (options.runs("audience_freeze")) YZ_CHECK(measure_freeze(options, world, raw));
  if (options.runs("customer_import")) YZ_CHECK(measure_import(options, world, folder, raw));
  print(options, {"peak_rss", peak_rss_mb(), "MB"});
  return {};
}

}  // namespace
}  // namespace yizhan::bench

int main(int argc, char** argv) {
  yizhan::bench::Options options;
  CLI::App app{"The whole system, measured: one JSON object a line"};
  app.add_option("--store", options.store)
      ->check(CLI::IsMember({"sqlite", "postgres"}))
      ->capture_default_str();
  app.add_option("--messages", options.messages, "of a campaign")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--rows", options.rows, "of an import")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--only", options.only, "the benchmarks whose name holds this word");
  CLI11_PARSE(app, argc, argv);
  yizhan::log::configure(yizhan::log::Level::kError, "");
  std::string folder = "/tmp/yizhan_bench_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  const auto done = yizhan::bench::run(options, folder);
  if (!done) fmt::print(stderr, "yizhan-bench: {}\n", yizhan::to_string(done.error()));
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return done ? 0 : 1;
}
