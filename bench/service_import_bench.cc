// Customer import, rows a second: a CSV file of new customers with consent, checked, sealed and stored. Both
// stores; PostgreSQL where YIZHAN_TEST_POSTGRES names one. The argument is the number of rows.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "crypto/keyring.h"
#include "db/migrate.h"
#include "service/imports.h"
#include "store/queries.h"

namespace yizhan::service {
namespace {

constexpr const char* kSurnames[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周"};
constexpr const char* kGiven[] = {"伟", "芳", "娜", "敏", "静", "丽", "强",
                                  "磊", "军", "洋", "勇", "艳", "杰", "娟"};
constexpr const char* kCities[] = {"北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "西安"};

// Goes away with the object.
struct Folder {
  std::string path = (std::filesystem::temp_directory_path() / "yizhan_bench_XXXXXX").string();
  Folder() {
    if (!mkdtemp(path.data())) std::abort();
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string file(const std::string& name) const { return path + "/" + name; }
};

// An empty store with the current schema; on PostgreSQL in a schema of its own that the next run empties.
Result<std::unique_ptr<db::Database>> open_empty(db::Dialect dialect, const Folder& folder,
                                                 const Clock& clock) {
  db::Options options;
  options.dialect = dialect;
  options.path = folder.file("bench.db");
  if (dialect == db::Dialect::kPostgres) {
    options.conninfo = std::getenv("YIZHAN_TEST_POSTGRES");
    const auto plain = YZ_TRY(db::Database::open(options));
    YZ_CHECK(plain->write([](db::Tx& tx) {
      return tx.execute_script("DROP SCHEMA IF EXISTS import_bench CASCADE; CREATE SCHEMA import_bench");
    }));
    options.conninfo += " options='-csearch_path=import_bench'";
  }
  auto database = YZ_TRY(db::Database::open(options));
  YZ_TRY(db::migrate(*database, store::migrations(), clock));
  return database;
}

// The rows in no order of their numbers, as lists are.
std::string make_file(const Folder& folder, int64_t rows) {
  const std::string path = folder.file("customers.csv");
  std::ofstream out(path);
  out << "手机号,姓名,城市,会员等级,出生日期,营销同意,同意时间,同意方式,同意文本,通知同意,备注\n";
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t n = i * 7'368'787 % 100'000'000;
    out << 138 << std::string(8 - std::to_string(n).size(), '0') << n << ',' << kSurnames[i % 10]
        << kGiven[i / 10 % 14] << kGiven[i / 140 % 14] << ',' << kCities[i % 8]
        << ",金卡,1990-05-17,是,2024-03-01 "
           "10:20:30,网页勾选,我同意接收会员活动和优惠信息（短信），有效期两年,是,\n";
  }
  return path;
}

void import_rows(benchmark::State& state, db::Dialect dialect) {
  if (dialect == db::Dialect::kPostgres && !std::getenv("YIZHAN_TEST_POSTGRES"))
    return state.SkipWithError("no YIZHAN_TEST_POSTGRES (tools/with_postgres)");
  log::configure(log::Level::kError, "");
  const SystemClock clock;
  for (auto _ : state) {
    state.PauseTiming();
    const Folder folder;
    const auto database = open_empty(dialect, folder, clock);
    if (!database) return state.SkipWithError(to_string(database.error()).c_str());
    const auto keyring = crypto::Keyring::generate();
    IdGenerator ids(clock);
    const store::Store store(**database, clock, ids, keyring);
    const EvidenceFiles evidence(store, folder.file("evidence"));
    const std::string path = make_file(folder, state.range(0));
    {
      Imports imports(store, evidence);
      state.ResumeTiming();
      const auto started = imports.start({}, path, "customers.csv", {});
      if (!started) return state.SkipWithError(to_string(started.error()).c_str());
      imports.wait(started->id);
      state.PauseTiming();
      const auto view = imports.get(started->id);
      if (!view || view->rows_new != state.range(0)) return state.SkipWithError("not every row landed");
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_rss_mb"] = static_cast<double>(usage.ru_maxrss) / 1024;
}

BENCHMARK_CAPTURE(import_rows, sqlite, db::Dialect::kSqlite)
    ->Arg(200'000)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(import_rows, postgres, db::Dialect::kPostgres)
    ->Arg(200'000)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace yizhan::service
