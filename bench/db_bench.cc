// What the store's drivers carry: narrow rows inserted 1,000 a commit, updated by key, read one by one,
// claimed by DELETE RETURNING; on SQLite, on PostgreSQL where YIZHAN_TEST_POSTGRES names one, and to compare
// a bare sqlite3 loop. Those of one store use its one table in the order in which they stand here.
#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <map>
#include <thread>

#include "base/random.h"
#include "db/database.h"

namespace {

using namespace yizhan;

constexpr int64_t kBatch = 1000;
constexpr int64_t kRows = 500'000;

const db::Query kInsert{"insert", "INSERT INTO narrow(id, campaign_id, lane) VALUES (?1, ?2, ?3)",
                        "INSERT INTO narrow(id, campaign_id, lane) SELECT r.id, r.campaign_id, r.lane FROM "
                        "unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS r(id, campaign_id, lane)",
                        "iii"};
const db::Query kUpdate{
    "update", "UPDATE narrow SET lane = ?2 WHERE id = ?1",
    "UPDATE narrow SET lane = r.lane FROM unnest($1::bigint[], $2::bigint[]) AS r(id, lane) WHERE "
    "narrow.id = r.id",
    "ii"};
const db::Query kClaim{"claim",
                       "DELETE FROM narrow WHERE id IN (SELECT id FROM narrow ORDER BY id LIMIT ?1) "
                       "RETURNING id, campaign_id, lane",
                       "DELETE FROM narrow WHERE id = ANY(ARRAY(SELECT id FROM narrow ORDER BY id LIMIT $1 "
                       "FOR UPDATE SKIP LOCKED)) "
                       "RETURNING id, campaign_id, lane"};
const db::Query kOne{"one", "SELECT lane FROM narrow WHERE id = ?1", "SELECT lane FROM narrow WHERE id = $1"};

// A failure of the store ends the program: there is nothing to measure then.
template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", to_string(result.error()).c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// Removed when the program ends.
class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "yizhan_bench_XXXXXX").string()) {
    if (!mkdtemp(path_.data())) std::exit(1);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

const Folder& folder() {
  static const Folder kFolder;
  return kFolder;
}

db::Database& store_of(db::Dialect dialect) {
  static std::map<db::Dialect, std::unique_ptr<db::Database>> stores;
  auto& store = stores[dialect];
  if (store) return *store;
  db::Options options;
  options.dialect = dialect;
  options.path = folder().file("store.db");
  if (dialect == db::Dialect::kPostgres) options.conninfo = std::getenv("YIZHAN_TEST_POSTGRES");
  store = must(db::Database::open(options));
  must(store->write([](db::Tx& tx) {
    return tx.execute_script(
        tx.dialect() == db::Dialect::kSqlite
            ? "CREATE TABLE narrow(id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL, lane "
              "INTEGER NOT NULL) STRICT"
            : "DROP TABLE IF EXISTS narrow; CREATE TABLE narrow(id BIGINT PRIMARY KEY, campaign_id "
              "BIGINT NOT NULL, lane BIGINT NOT NULL)");
  }));
  return *store;
}

void in_batches(db::Database& store, int64_t rows, const db::Query& query, bool insert) {
  db::Columns batch;
  for (int64_t at = 0; at < rows; at += kBatch) {
    batch.clear();
    for (int64_t id = at; id < at + kBatch; ++id) {
      if (insert)
        batch.row(id, id % 7, id % 3);
      else
        batch.row(id, 1 + id % 2);
    }
    must(store.write([&](db::Tx& tx) { return tx.bulk(query, batch); }));
  }
}

void insert_all(db::Database& store, int64_t rows) { in_batches(store, rows, kInsert, true); }
void update_all(db::Database& store, int64_t rows) { in_batches(store, rows, kUpdate, false); }

void claim_all(db::Database& store, int64_t rows) {
  int64_t sum = 0;
  for (int64_t at = 0; at < rows; at += kBatch)
    must(store.write(
        [&](db::Tx& tx) { return tx.each(kClaim, [&](const db::Row& row) { sum += row.i64(2); }, kBatch); }));
  if (sum == 0) std::exit(1);
}

// Many small jobs without waiting for each: what group commit makes of single writes.
void small_jobs(db::Database& store, int64_t rows) {
  std::promise<void> finished;
  std::atomic<int64_t> left = rows;
  for (int64_t id = 0; id < rows; ++id) {
    const auto job = [id](db::Tx& tx) -> Result<void> {
      db::Columns row;
      row.row(id, 1, 1);
      YZ_TRY(tx.bulk(kInsert, row));
      return {};
    };
    const auto done = [&](Result<void> outcome) {
      must(std::move(outcome));
      if (--left == 0) finished.set_value();
    };
    while (store.stats().queued[1] > 2000) std::this_thread::yield();
    store.submit(job, done);
  }
  finished.get_future().wait();
}

void read_one(db::Database& store, int64_t reads) {
  Random random(1);
  for (int64_t i = 0; i < reads; ++i)
    must(store.read([&](db::Tx& tx) {
      return tx.number(kOne, static_cast<int64_t>(random.below(static_cast<uint64_t>(kRows))));
    }));
}

void write_alone(db::Database& store, int64_t writes) {
  for (int64_t id = 0; id < writes; ++id) {
    db::Columns row;
    row.row(2 * kRows + id, 1, 1);
    must(store.write([&](db::Tx& tx) { return tx.bulk(kInsert, row); }));
  }
}

using Work = void (*)(db::Database&, int64_t);

void db_store(benchmark::State& state, db::Dialect dialect, Work work) {
  if (dialect == db::Dialect::kPostgres && !std::getenv("YIZHAN_TEST_POSTGRES"))
    return state.SkipWithError("no YIZHAN_TEST_POSTGRES (tools/with_postgres)");
  db::Database& store = store_of(dialect);
  for (auto _ : state) work(store, state.range(0));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

class RawStore {
 public:
  RawStore() {
    sqlite3_open(folder().file("raw.db").c_str(), &db_);
    sqlite3_exec(db_,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8192; "
                 "CREATE TABLE narrow(id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL, lane INTEGER NOT "
                 "NULL) STRICT",
                 nullptr, nullptr, nullptr);
  }
  ~RawStore() { sqlite3_close(db_); }

  void loop(const char* sql, int64_t rows, bool insert) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    for (int64_t at = 0; at < rows; at += kBatch) {
      sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
      for (int64_t id = at; id < at + kBatch; ++id) {
        sqlite3_bind_int64(statement, 1, id);
        sqlite3_bind_int64(statement, 2, insert ? id % 7 : 1 + id % 2);
        if (insert) sqlite3_bind_int64(statement, 3, id % 3);
        sqlite3_step(statement);
        sqlite3_reset(statement);
      }
      sqlite3_exec(db_, "COMMIT", nullptr, nullptr, nullptr);
    }
    sqlite3_finalize(statement);
  }

 private:
  sqlite3* db_ = nullptr;
};

void db_raw_sqlite3(benchmark::State& state, const char* sql, bool insert) {
  static RawStore raw;
  for (auto _ : state) raw.loop(sql, state.range(0), insert);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(db_raw_sqlite3, insert, kInsert.sqlite, true)->Arg(kRows)->Iterations(1)->UseRealTime();
BENCHMARK_CAPTURE(db_raw_sqlite3, update, kUpdate.sqlite, false)->Arg(kRows)->Iterations(1)->UseRealTime();

constexpr int64_t kReads = 20'000, kSmall = 50'000, kAlone = 500;

#define YIZHAN_STORE_BENCHES(name, dialect)                                                                  \
  BENCHMARK_CAPTURE(db_store, name##_insert, dialect, insert_all)->Arg(kRows)->Iterations(1)->UseRealTime(); \
  BENCHMARK_CAPTURE(db_store, name##_update, dialect, update_all)->Arg(kRows)->Iterations(1)->UseRealTime(); \
  BENCHMARK_CAPTURE(db_store, name##_read_one, dialect, read_one)                                            \
      ->Arg(kReads)                                                                                          \
      ->Iterations(1)                                                                                        \
      ->UseRealTime();                                                                                       \
  BENCHMARK_CAPTURE(db_store, name##_claim, dialect, claim_all)->Arg(kRows)->Iterations(1)->UseRealTime();   \
  BENCHMARK_CAPTURE(db_store, name##_small_jobs, dialect, small_jobs)                                        \
      ->Arg(kSmall)                                                                                          \
      ->Iterations(1)                                                                                        \
      ->UseRealTime();                                                                                       \
  BENCHMARK_CAPTURE(db_store, name##_write_alone, dialect, write_alone)                                      \
      ->Arg(kAlone)                                                                                          \
      ->Iterations(1)                                                                                        \
      ->UseRealTime()

YIZHAN_STORE_BENCHES(sqlite, db::Dialect::kSqlite);
YIZHAN_STORE_BENCHES(postgres, db::Dialect::kPostgres);

}  // namespace
