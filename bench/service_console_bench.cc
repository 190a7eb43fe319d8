// What the console's heavy pages cost: a campaign's effect and a review's context over a million recipients.
// Both stores; PostgreSQL where YIZHAN_TEST_POSTGRES names one. The argument is the number of recipients.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "base/log.h"
#include "crypto/keyring.h"
#include "db/migrate.h"
#include "service/effects.h"
#include "service/review_context.h"
#include "store/queries.h"

namespace yizhan::service {
namespace {

constexpr CampaignId kSent{10}, kWaiting{11};
constexpr ContentId kContent{2};

// A store with one campaign that was sent and one that waits for review, which goes away with the object.
class Filled {
 public:
  explicit Filled(db::Dialect dialect) : dialect_(dialect) {}
  ~Filled() {
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Filled(const Filled&) = delete;
  Filled& operator=(const Filled&) = delete;

  Result<> open(int64_t rows) {
    if (mkdtemp(folder_.data()) == nullptr) return fail(ErrorCode::kStoreFailed, "no folder");
    db::Options options;
    options.dialect = dialect_;
    options.path = folder_ + "/bench.db";
    options.synchronous = db::Synchronous::kOff;
    if (dialect_ == db::Dialect::kPostgres) {
      options.conninfo = std::getenv("YIZHAN_TEST_POSTGRES");
      const auto plain = YZ_TRY(db::Database::open(options));
      YZ_CHECK(plain->write([](db::Tx& tx) {
        return tx.execute_script("DROP SCHEMA IF EXISTS console_bench CASCADE; CREATE SCHEMA console_bench");
      }));
      options.conninfo += " options='-csearch_path=console_bench'";
    }
    database_ = YZ_TRY(db::Database::open(options));
    YZ_TRY(db::migrate(*database_, store::migrations(), clock_));
    store_.emplace(*database_, clock_, ids_, keyring_);
    return database_->write([&](db::Tx& tx) { return tx.execute_script(script(rows)); });
  }
  const store::Store& store() const { return *store_; }

 private:
  std::string script(int64_t rows) const {
    const bool sqlite = dialect_ == db::Dialect::kSqlite;
    const std::string n = std::to_string(rows), now = std::to_string(clock_.now().us);
    const std::string series =
        sqlite ? "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < " + n +
                     ") SELECT i FROM s) AS t"
               : "generate_series(1::bigint, " + n + ") AS t(i)";
    const std::string key = sqlite ? "CAST('0000' || i AS BLOB)" : "decode(md5(i::text), 'hex')";
    const std::string sealed = sqlite ? "zeroblob(90)" : "decode(repeat('00', 90), 'hex')";
    const std::string none = sqlite ? "x''" : "''::bytea";
    std::string sql = "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);";
    sql += "INSERT INTO content VALUES (2, 'c', 3, '', 0, 3, 3, 0, 1, 1, 0, 0, 1);";
    sql +=
        "INSERT INTO content_version (id, content_id, number, message_class, "
        "purpose, signature, body, opt_out_text, variables, hash, "
        "verdict, findings, rule_packs, created_by, created_at) VALUES (3, 2, 1, 3, '', '', '会员续费', '', "
        "'[]', " +
        none + ", 1, '[]', '[]', 1, 0);";
    for (const auto& [id, state, batch, frozen] :
         {std::tuple{kSent, "11", "20", now.c_str()}, std::tuple{kWaiting, "1", "0", "0"}})
      sql += "INSERT INTO campaign VALUES (" + std::to_string(id.value) + ", 'c', 'g', 3, '', 2, 0, " + none +
             R"(, '{"filter":{"cities":[],"member_levels":[],"regions":[]}}', 0, 0, 1, )" + state + ", '', " +
             batch + ", " + n + ", " + none + ", " + frozen + ", 0, 0, '', " + none +
             ", 0, 0, 0, 0, 0, 1, 0, 0, 1, '', '', 0, 0);";
    sql += "INSERT INTO batch VALUES (20, 1, 10, 3, " + none + ", 3, '', 7, 0, 1440, 0, 0, 5, '', " + n +
           ", 1001, " + std::to_string(1000 + rows) + ", 0, 0, 0, 0, '', 0);";
    sql += "INSERT INTO customer SELECT i, " + key + ", " + sealed + ", NULL, " + sealed +
           ", 'CN', i % 4, 'Asia/Shanghai', '城市' || (i % 300), '金卡', '{}', 0, 0, 0, 0, 1, 0 FROM " +
           series + ";";
    sql += "INSERT INTO consent_state SELECT i, 3, '', 1 + i % 3, 0, 0 FROM " + series + ";";
    sql += "INSERT INTO frequency_use SELECT i, 3, " + now + " - i, i FROM " + series + ";";
    sql += "INSERT INTO message SELECT 1000 + i, 20, i, 0, 4 + i % 6, 0, 1, 1, i % 4, " + sealed + ", 0, " +
           now + " + i * 100, " + now + " + i * 120, 0 FROM " + series;
    return sql;
  }

  const db::Dialect dialect_;
  std::string folder_ = (std::filesystem::temp_directory_path() / "yizhan_bench_XXXXXX").string();
  SystemClock clock_;
  IdGenerator ids_{clock_};
  crypto::Keyring keyring_ = crypto::Keyring::generate();
  std::unique_ptr<db::Database> database_;
  std::optional<store::Store> store_;
};

// Times `page(store)`, which says how many recipients it counted.
template <class Page>
void measure(benchmark::State& state, db::Dialect dialect, Page page) {
  if (dialect == db::Dialect::kPostgres && !std::getenv("YIZHAN_TEST_POSTGRES"))
    return state.SkipWithError("no YIZHAN_TEST_POSTGRES (tools/with_postgres)");
  log::configure(log::Level::kError, "");
  Filled filled(dialect);
  if (const auto done = filled.open(state.range(0)); !done)
    return state.SkipWithError(to_string(done.error()).c_str());
  for (auto _ : state) {
    const Result<int64_t> counted = page(filled.store());
    if (!counted) return state.SkipWithError(to_string(counted.error()).c_str());
    if (*counted != state.range(0)) return state.SkipWithError("not every recipient was counted");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void campaign_effect(benchmark::State& state, db::Dialect dialect) {
  measure(state, dialect, [](const store::Store& store) -> Result<int64_t> {
    return YZ_TRY(Effects(store).of(kSent)).targeted;
  });
}

void review_context(benchmark::State& state, db::Dialect dialect) {
  measure(state, dialect, [](const store::Store& store) -> Result<int64_t> {
    return YZ_TRY(ReviewContexts(store).of(system_principal(), kContent)).audience_count;
  });
}

constexpr int64_t kRecipients = 1'000'000;

BENCHMARK_CAPTURE(campaign_effect, sqlite, db::Dialect::kSqlite)
    ->Arg(kRecipients)
    ->Iterations(3)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(campaign_effect, postgres, db::Dialect::kPostgres)
    ->Arg(kRecipients)
    ->Iterations(3)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(review_context, sqlite, db::Dialect::kSqlite)
    ->Arg(kRecipients)
    ->Iterations(3)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(review_context, postgres, db::Dialect::kPostgres)
    ->Arg(kRecipients)
    ->Iterations(3)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace yizhan::service
