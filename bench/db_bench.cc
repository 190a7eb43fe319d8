// What the store's drivers carry: narrow rows inserted 1,000 a commit, updated by key, claimed by DELETE
// RETURNING; on SQLite, on PostgreSQL (run inside tools/with_postgres) and, to compare, a bare sqlite3 loop.
//   db_bench [rows]
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <thread>

#include "base/random.h"
#include "db/database.h"

namespace {

using namespace yizhan;
using SteadyClock = std::chrono::steady_clock;

constexpr int64_t kBatch = 1000;

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

template <class Fn>
void measure(const char* driver, const char* what, int64_t rows, Fn&& fn) {
  const auto start = SteadyClock::now();
  fn();
  const double took = std::chrono::duration<double>(SteadyClock::now() - start).count();
  fmt::print("{:<10} {:<44} {:>12.0f} /s\n", driver, what, static_cast<double>(rows) / took);
}

template <class T>
T must(Result<T> result) {
  if (result) {
    if constexpr (std::is_void_v<T>)
      return;
    else
      return *std::move(result);
  }
  fmt::print(stderr, "{}\n", to_string(result.error()));
  std::exit(1);
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

void run(const char* driver, const db::Options& options, int64_t rows) {
  const auto store = must(db::Database::open(options));
  must(store->write([](db::Tx& tx) {
    return tx.execute_script(
        tx.dialect() == db::Dialect::kSqlite
            ? "CREATE TABLE narrow(id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL, lane "
              "INTEGER NOT NULL) STRICT"
            : "DROP TABLE IF EXISTS narrow; CREATE TABLE narrow(id BIGINT PRIMARY KEY, campaign_id "
              "BIGINT NOT NULL, lane BIGINT NOT NULL)");
  }));
  measure(driver, "insert, 1,000 rows a commit", rows, [&] { in_batches(*store, rows, kInsert, true); });
  measure(driver, "update by key, 1,000 rows a commit", rows,
          [&] { in_batches(*store, rows, kUpdate, false); });
  const int64_t reads = 20'000;
  Random random(1);
  measure(driver, "read of one row by key, a snapshot each", reads, [&] {
    for (int64_t i = 0; i < reads; ++i)
      must(store->read([&](db::Tx& tx) {
        return tx.number(kOne, static_cast<int64_t>(random.below(static_cast<uint64_t>(rows))));
      }));
  });
  measure(driver, "claim (DELETE RETURNING), 1,000 a commit", rows, [&] { claim_all(*store, rows); });
  const int64_t small = std::min<int64_t>(rows, 50'000);
  measure(driver, "single-row jobs through group commit", small, [&] { small_jobs(*store, small); });
  const int64_t alone = 500;
  measure(driver, "single-row writes, each waited for", alone, [&] {
    for (int64_t id = 0; id < alone; ++id) {
      db::Columns row;
      row.row(1'000'000'000 + id, 1, 1);
      must(store->write([&](db::Tx& tx) { return tx.bulk(kInsert, row); }));
    }
  });
  const db::Stats stats = store->stats();
  fmt::print("{:<10} commits {}, mean {} us; largest group {}; checkpoints {}\n", driver, stats.commits,
             stats.commit_us / std::max<uint64_t>(stats.commits, 1), stats.largest_group, stats.checkpoints);
}

void raw_loop(const std::string& path, int64_t rows) {
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  sqlite3_exec(db,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8192; "
               "CREATE TABLE narrow(id INTEGER PRIMARY KEY, campaign_id INTEGER NOT NULL, lane INTEGER NOT "
               "NULL) STRICT",
               nullptr, nullptr, nullptr);
  const auto loop = [&](const char* sql, bool insert) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    for (int64_t at = 0; at < rows; at += kBatch) {
      sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
      for (int64_t id = at; id < at + kBatch; ++id) {
        sqlite3_bind_int64(statement, 1, id);
        sqlite3_bind_int64(statement, 2, insert ? id % 7 : 1 + id % 2);
        if (insert) sqlite3_bind_int64(statement, 3, id % 3);
        sqlite3_step(statement);
        sqlite3_reset(statement);
      }
      sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
    }
    sqlite3_finalize(statement);
  };
  measure("sqlite3", "insert, 1,000 rows a commit", rows, [&] { loop(kInsert.sqlite, true); });
  measure("sqlite3", "update by key, 1,000 rows a commit", rows, [&] { loop(kUpdate.sqlite, false); });
  sqlite3_close(db);
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t rows = argc > 1 ? std::atoll(argv[1]) / kBatch * kBatch : 500'000;
  std::string folder = (std::filesystem::temp_directory_path() / "yizhan_bench_XXXXXX").string();
  if (rows < kBatch || !mkdtemp(folder.data())) return 1;
  raw_loop(folder + "/raw.db", rows);
  db::Options options;
  options.path = folder + "/store.db";
  run("sqlite", options, rows);
  if (const char* conninfo = std::getenv("YIZHAN_TEST_POSTGRES")) {
    options.dialect = db::Dialect::kPostgres;
    options.conninfo = conninfo;
    run("postgres", options, rows);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
