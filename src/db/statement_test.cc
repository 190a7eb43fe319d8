// Parameters, rows, batches, composed statements and errors, on both stores.
#include <cmath>

#include "db/testdata/test_support.h"

namespace yizhan::db {
namespace {

using ::testing::ElementsAre;

enum class Colour : uint8_t { kRed = 3 };

class StatementTest : public DatabaseTest {};
YIZHAN_FOR_EACH_STORE(StatementTest);

TEST_P(StatementTest, ValuesComeBackAsTheyWent) {
  const Bytes body{0, 1, 255, 0};
  ASSERT_OK(db().write([&](Tx& tx) {
    return tx.run(q::thing_insert, CustomerId{int64_t{1} << 62}, std::string("驿站"), body, -0.5,
                  Colour::kRed);
  }));
  ASSERT_OK(db().write([&](Tx& tx) {
    return tx.run(q::thing_insert, Time{-5}, "", std::optional<Bytes>(), std::optional<double>(), true);
  }));
  ASSERT_OK(db().write([&](Tx& tx) {
    return tx.run(q::thing_insert, 9, std::string_view("x"), std::array<uint8_t, 2>{7, 8}, 0.1, Duration{4});
  }));
  ASSERT_OK(db().write([&](Tx& tx) { return tx.run(q::thing_insert, 10, "y", Bytes(), std::nullopt, 0); }));
  int rows = 0;
  const auto done = db().read([&](Tx& tx) {
    return tx.each(q::thing_all, [&](const Row& row) {
      EXPECT_EQ(row.columns(), 5);
      switch (rows++) {
        case 0:
          EXPECT_EQ(row.time(0), Time{-5});
          EXPECT_EQ(row.text(1), "");
          EXPECT_FALSE(row.is_null(1));
          EXPECT_TRUE(row.is_null(2));
          EXPECT_TRUE(row.blob(2).empty());
          EXPECT_TRUE(row.is_null(3));
          EXPECT_EQ(row.f64(3), 0);
          EXPECT_TRUE(row.flag(4));
          break;
        case 1:
          EXPECT_EQ(row.bytes(2), (Bytes{7, 8}));
          EXPECT_EQ(row.f64(3), 0.1);
          EXPECT_EQ(row.maybe_i64(4), 4);
          break;
        case 2:
          EXPECT_FALSE(row.is_null(2));
          EXPECT_TRUE(row.blob(2).empty());
          break;
        case 3:
          EXPECT_EQ(row.id<CustomerId>(0), CustomerId{int64_t{1} << 62});
          EXPECT_EQ(row.string(1), "驿站");
          EXPECT_EQ(row.bytes(2), body);
          EXPECT_EQ(row.f64(3), -0.5);
          EXPECT_EQ(row.as<Colour>(4), Colour::kRed);
          break;
      }
    });
  });
  ASSERT_OK(done);
  EXPECT_EQ(rows, 4);
}

TEST_P(StatementTest, SumsAndCountsAreIntegers) {
  ASSERT_OK(add(4'000'000'000'000, "a"));
  ASSERT_OK(add(5'000'000'000'001, "b"));
  const auto sum = db().read([](Tx& tx) { return tx.number(q::thing_sum); });
  ASSERT_OK(sum);
  EXPECT_EQ(*sum, 9'000'000'000'001);
  static const Query kNumbers{
      "numbers", "SELECT -12345678901, 1, 2, -2.5, 3 > 2, length('abc'), -10000, 100000000",
      "SELECT -12345678901::numeric, 1::smallint, 2::int, -2.5::numeric, 3 > 2, length('abc'), "
      "-10000::numeric, 100000000::numeric"};
  ASSERT_OK(db().read([](Tx& tx) {
    return tx.each(kNumbers, [](const Row& row) {
      EXPECT_EQ(row.i64(0), -12345678901);
      EXPECT_EQ(row.i64(1), 1);
      EXPECT_EQ(row.i64(2), 2);
      EXPECT_EQ(row.f64(3), -2.5);
      EXPECT_TRUE(row.flag(4));
      EXPECT_EQ(row.i64(5), 3);
      EXPECT_EQ(row.i64(6), -10000);
      EXPECT_EQ(row.i64(7), 100000000);
    });
  }));
}

TEST_P(StatementTest, RunCountsAffectedRows) {
  ASSERT_OK(add(1, "a"));
  ASSERT_OK(add(2, "b"));
  ASSERT_OK(db().write([](Tx& tx) -> Result<void> {
    EXPECT_EQ(YZ_TRY(tx.run(q::thing_rename, 1, "c")), 1);
    EXPECT_EQ(YZ_TRY(tx.run(q::thing_rename, 7, "d")), 0);
    EXPECT_EQ(YZ_TRY(tx.run(q::thing_all)), 2);
    EXPECT_EQ(YZ_TRY(tx.run(q::thing_delete, 9)), 0);
    EXPECT_EQ(YZ_TRY(tx.run(q::thing_delete, 1)), 1);
    return {};
  }));
}

TEST_P(StatementTest, OneIsNoneOrOneAndNeverMore) {
  ASSERT_OK(add(1, "a"));
  ASSERT_OK(add(2, "b"));
  const auto name = [](const Row& row) { return row.string(1); };
  ASSERT_OK(db().read([&](Tx& tx) -> Result<void> {
    EXPECT_EQ(YZ_TRY(tx.one(q::thing_by_id, name, 2)), "b");
    EXPECT_EQ(YZ_TRY(tx.one(q::thing_by_id, name, 3)), std::nullopt);
    return {};
  }));
  EXPECT_CODE(db().read([&](Tx& tx) { return tx.one(q::thing_all, name); }), ErrorCode::kInternal);
  EXPECT_CODE(db().read([&](Tx& tx) {
    return tx.one(
        q::thing_by_id, [](const Row&) -> Result<int> { return fail(ErrorCode::kWrongKey, "no"); }, 1);
  }),
              ErrorCode::kWrongKey);
  EXPECT_CODE(db().read([&](Tx& tx) { return tx.number(q::thing_by_id, 3); }), ErrorCode::kNotFound);
}

TEST_P(StatementTest, EachStopsAtTheCallbacksError) {
  for (int i = 1; i <= 5; ++i) ASSERT_OK(add(i, std::to_string(i)));
  int seen = 0;
  const auto stop_at_two = [&](const Row&) -> Result<void> {
    if (++seen == 2) return fail(ErrorCode::kTooMany, "enough");
    return {};
  };
  EXPECT_CODE(db().read([&](Tx& tx) { return tx.each(q::thing_all, stop_at_two); }), ErrorCode::kTooMany);
  EXPECT_EQ(seen, 2);
  seen = 0;
  EXPECT_CODE(db().read([&](Tx& tx) { return tx.stream(q::thing_all, stop_at_two); }), ErrorCode::kTooMany);
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(count(), 5);
}

TEST_P(StatementTest, StatementsMayNestEvenTheSameOne) {
  for (int i = 1; i <= 3; ++i) ASSERT_OK(add(i, std::to_string(i)));
  int pairs = 0;
  ASSERT_OK(db().write([&](Tx& tx) {
    return tx.each(q::thing_all, [&](const Row& outer) -> Result<void> {
      YZ_TRY(tx.run(q::thing_rename, outer.i64(0), "n" + outer.string(1)));
      return tx.each(q::thing_all, [&](const Row&) { ++pairs; });
    });
  }));
  EXPECT_EQ(pairs, 9);
}

TEST_P(StatementTest, StreamForbidsNesting) {
  for (int i = 1; i <= 3; ++i) ASSERT_OK(add(i, std::to_string(i)));
  std::vector<int64_t> ids;
  ASSERT_OK(db().read(
      [&](Tx& tx) { return tx.stream(q::thing_all, [&](const Row& r) { ids.push_back(r.i64(0)); }); }));
  EXPECT_THAT(ids, ElementsAre(1, 2, 3));
  EXPECT_CODE(db().read([&](Tx& tx) {
    return tx.stream(q::thing_all, [&](const Row&) -> Result<void> {
      YZ_TRY(tx.number(q::thing_count));
      return {};
    });
  }),
              ErrorCode::kInternal);
  EXPECT_EQ(count(), 3);
}

TEST_P(StatementTest, PlaceholdersByNumber) {
  for (int i = 1; i <= 5; ++i) ASSERT_OK(add(i, std::to_string(i), i));
  std::vector<int64_t> ids;
  const auto keep = [&](const Row& row) { ids.push_back(row.i64(0)); };
  ASSERT_OK(db().read([&](Tx& tx) { return tx.each(q::thing_in_states, keep, 4, 2); }));
  EXPECT_THAT(ids, ElementsAre(2, 3, 4));
  ids.clear();
  // The first use of a parameter against a literal must not narrow it to 32 bits.
  ASSERT_OK(db().read(
      [&](Tx& tx) { return tx.each(q::thing_at_least, keep, 0, std::optional<std::string>(), 2); }));
  EXPECT_THAT(ids, ElementsAre(1, 2));
  ids.clear();
  ASSERT_OK(db().read([&](Tx& tx) { return tx.each(q::thing_at_least, keep, 3, "4", 100); }));
  EXPECT_THAT(ids, ElementsAre(4));
}

TEST_P(StatementTest, BulkInsertsEveryRow) {
  Columns batch;
  batch.reserve(1000);
  for (int i = 0; i < 1000; ++i) {
    if (i % 3 == 0)
      batch.row(i, fmt::format("n{}", i), std::nullopt, std::nullopt, 0);
    else
      batch.row(i, fmt::format("n{}", i), Bytes(static_cast<size_t>(i % 5), 9), std::optional<double>(i), i);
  }
  const auto added = db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk, batch); });
  ASSERT_OK(added);
  EXPECT_EQ(*added, 1000);
  int64_t i = 0;
  ASSERT_OK(db().read([&](Tx& tx) {
    return tx.each(q::thing_all, [&](const Row& row) {
      EXPECT_EQ(row.i64(0), i);
      EXPECT_EQ(row.text(1), fmt::format("n{}", i));
      EXPECT_EQ(row.is_null(2), i % 3 == 0);
      EXPECT_EQ(row.blob(2).size(), i % 3 == 0 ? 0U : static_cast<size_t>(i % 5));
      EXPECT_EQ(row.f64(3), i % 3 == 0 ? 0.0 : static_cast<double>(i));
      ++i;
    });
  }));
  EXPECT_EQ(i, 1000);
}

TEST_P(StatementTest, BulkOfOnlyNullsHasTheDeclaredTypes) {
  Columns batch;
  batch.row(1, "a", std::nullopt, std::nullopt, 0);
  ASSERT_OK(db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk, batch); }));
  batch.clear();
  batch.row(2, "b", Bytes{1}, 1.5, 0);
  ASSERT_OK(db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk, batch); }));
  EXPECT_EQ(count(), 2);
}

TEST_P(StatementTest, BulkReturnsRows) {
  ASSERT_OK(add(2, "taken"));
  Columns batch;
  batch.row(1, "a");
  batch.row(2, "b");
  batch.row(3, "c");
  std::vector<int64_t> ids;
  ASSERT_OK(db().write([&](Tx& tx) {
    return tx.bulk_each(q::thing_bulk_new, batch, [&](const Row& row) { ids.push_back(row.i64(0)); });
  }));
  std::ranges::sort(ids);
  EXPECT_THAT(ids, ElementsAre(1, 3));
  batch.row(4, "d");
  const auto added = db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk_unless, batch); });
  ASSERT_OK(added);
  EXPECT_EQ(*added, 1);
}

TEST_P(StatementTest, BulkKnowsTheOrdinal) {
  for (int i = 1; i <= 4; ++i) ASSERT_OK(add(i, std::to_string(i), i * 10));
  Columns batch;
  for (const int id : {4, 9, 2}) batch.row(id);
  std::map<int64_t, std::string> found;
  ASSERT_OK(db().read([&](Tx& tx) {
    return tx.bulk_each(q::thing_bulk_find, batch,
                        [&](const Row& row) { found[row.i64(0)] = row.string(1); });
  }));
  EXPECT_THAT(found, ElementsAre(std::pair(0, "4"), std::pair(2, "2")));
  std::map<int64_t, int64_t> claimed;
  ASSERT_OK(db().write([&](Tx& tx) {
    return tx.bulk_each(q::thing_bulk_claim, batch,
                        [&](const Row& row) { claimed[row.i64(2)] = row.i64(1); });
  }));
  EXPECT_THAT(claimed, ElementsAre(std::pair(0, 40), std::pair(2, 20)));
  EXPECT_EQ(count(), 2);
}

// SQLite runs some rows one by one and many as a table; the database does not tell them apart.
TEST_P(StatementTest, ManyRowsAreAsFew) {
  for (const int rows : {1, 3, 4, 5, 300}) {
    const int base = rows * 1000;
    Columns things, children, ids;
    for (int i = base; i < base + rows; ++i) {
      things.row(i, fmt::format("n{}", i), Bytes{1, 0, 2}, i % 2 ? std::optional<double>() : 0.25, 7);
      children.row(i, i, 1);
      ids.row(i - 1);  // the first is there no more than the ones before it
    }
    const auto add = [&](const Query& query, const Columns& batch) {
      return db().write([&](Tx& tx) { return tx.bulk(query, batch); });
    };
    EXPECT_EQ(add(q::thing_bulk, things), rows);
    EXPECT_EQ(add(q::child_bulk, children), rows);
    EXPECT_CODE(add(q::thing_bulk, things), ErrorCode::kConflict);
    Columns again;
    for (int i = base; i < base + rows; ++i) again.row(-i, i, 1);
    EXPECT_EQ(add(q::child_bulk_unless, again), rows);
    std::map<int64_t, std::string> found;
    ASSERT_OK(db().read([&](Tx& tx) {
      return tx.bulk_each(q::thing_bulk_find, ids,
                          [&](const Row& row) { found[row.i64(0)] = row.string(1); });
    }));
    EXPECT_EQ(std::ssize(found), rows - 1);
    if (rows > 1) {
      EXPECT_EQ(found[rows - 1], fmt::format("n{}", base + rows - 2));
    }
  }
  EXPECT_EQ(count(), 313);
}

// Broken rules in the middle of a batch are told as of a single row, and nothing of the batch stays.
TEST_P(StatementTest, ABatchWithABadRowLeavesNothing) {
  for (int i = 1; i <= 20; ++i) ASSERT_OK(add(i, std::to_string(i)));
  const auto broken = [&](const Query& query, const Columns& batch) -> Error {
    const auto done = db().write([&](Tx& tx) { return tx.bulk(query, batch); });
    EXPECT_FALSE(done);
    return done ? Error{} : done.error();
  };
  Columns good, orphan, twice, unknown;
  for (int i = 1; i <= 20; ++i) {
    good.row(i, i, 1);
    orphan.row(i, i == 13 ? 77 : i, 1);
    twice.row(i, i == 13 ? 12 : i, 1);
    unknown.row(100 + i, std::to_string(100 + i), std::nullopt, std::nullopt, i == 13 ? -1 : 1);
  }
  EXPECT_EQ(broken(q::child_bulk, orphan).code, ErrorCode::kWrongState);
  const Error conflict = broken(q::child_bulk, twice);
  EXPECT_EQ(conflict.code, ErrorCode::kConflict);
  EXPECT_EQ(conflict.field, "child_thing_id_rank_key");
  const Error check = broken(q::thing_bulk, unknown);
  EXPECT_EQ(check.code, ErrorCode::kWrongState);
  EXPECT_EQ(check.field, "thing_state_known");
  EXPECT_EQ(count(), 20);
  // Within an attempt that is given up, the rest of the transaction stays.
  const auto kept = db().write([&](Tx& tx) -> Result<void> {
    YZ_TRY(tx.run(q::thing_insert, 50, "fifty", std::nullopt, std::nullopt, 0));
    const auto attempt = tx.attempt([&]() -> Result<void> {
      YZ_TRY(tx.bulk(q::child_bulk, twice));
      return {};
    });
    EXPECT_FALSE(attempt);
    return {};
  });
  ASSERT_OK(kept);
  EXPECT_EQ(count(), 21);
  EXPECT_EQ(db().write([&](Tx& tx) { return tx.bulk(q::child_bulk, good); }), 20);
}

// What is told of one batch may ask for another by the same statement.
TEST_P(StatementTest, ABatchWithinABatch) {
  if (!is_sqlite()) GTEST_SKIP() << "PostgreSQL has one statement at a time";
  for (int i = 1; i <= 8; ++i) ASSERT_OK(add(i, std::to_string(i)));
  Columns outer, inner;
  for (int i = 1; i <= 8; ++i) outer.row(i);
  for (int i = 5; i <= 8; ++i) inner.row(i);
  int outer_rows = 0, inner_rows = 0;
  ASSERT_OK(db().read([&](Tx& tx) {
    return tx.bulk_each(q::thing_bulk_find, outer, [&](const Row& row) -> Result<void> {
      EXPECT_EQ(row.i64(0), outer_rows++);
      return tx.bulk_each(q::thing_bulk_find, inner, [&](const Row&) { ++inner_rows; });
    });
  }));
  EXPECT_EQ(outer_rows, 8);
  EXPECT_EQ(inner_rows, 32);
}

TEST_P(StatementTest, BulkUpdates) {
  for (int i = 1; i <= 4; ++i) ASSERT_OK(add(i, std::to_string(i)));
  Columns batch;
  batch.row(1, 5);
  batch.row(3, 6);
  batch.row(8, 7);
  for (const Query* query : {&q::thing_bulk_state, &q::state_hot}) {
    const auto changed = db().write([&](Tx& tx) { return tx.bulk(*query, batch); });
    ASSERT_OK(changed);
    EXPECT_EQ(*changed, 2);
  }
}

// What is done to a run of rows at once is what would be done row by row.
TEST_P(StatementTest, BulkInRuns) {
  for (int i = 1; i <= 9; ++i) ASSERT_OK(add(i, std::to_string(i), i == 3 ? 0 : 1));
  Columns found;
  for (const int id : {2, 3, 4, 8, 9, 10, 1}) found.row(id);
  std::map<int64_t, std::string> names;
  ASSERT_OK(db().read([&](Tx& tx) {
    return tx.bulk_each(q::find_in_runs, found, [&](const Row& row) { names[row.i64(0)] = row.string(1); });
  }));
  EXPECT_THAT(names, ElementsAre(std::pair(0, "2"), std::pair(1, "3"), std::pair(2, "4"), std::pair(3, "8"),
                                 std::pair(4, "9"), std::pair(6, "1")));
  Columns changed;
  for (const int id : {1, 2, 3, 4}) changed.row(id, 5, 1);  // 3 is not as expected
  changed.row(5, 6, 1);                                     // follows, but differs
  changed.row(7, 5, 1);
  const auto affected = db().write([&](Tx& tx) { return tx.bulk(q::state_in_runs, changed); });
  ASSERT_OK(affected);
  EXPECT_EQ(*affected, 5);
  std::vector<int64_t> states;
  ASSERT_OK(db().read([&](Tx& tx) {
    return tx.each(q::thing_states, [&](const Row& row) { states.push_back(row.i64(0)); });
  }));
  EXPECT_THAT(states, ElementsAre(5, 5, 0, 5, 6, 1, 5, 1, 1));
}

TEST_P(StatementTest, BulkRefusesWhatDoesNotFit) {
  Columns batch;
  ASSERT_OK(db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk_state, batch); }));  // empty
  batch.row(1);
  EXPECT_CODE(db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk_state, batch); }), ErrorCode::kInternal);
  batch.row(1, 2);
  EXPECT_CODE(db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk_claim, batch); }),
              ErrorCode::kInvalidArgument);
  Columns mixed;
  mixed.row(1, 2);
  mixed.row(1, "two");
  EXPECT_CODE(db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk_state, mixed); }),
              ErrorCode::kInvalidArgument);
  Columns wrong;
  wrong.row("one", 2);
  EXPECT_CODE(db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk_state, wrong); }), ErrorCode::kInternal);
  EXPECT_CODE(db().write([&](Tx& tx) { return tx.bulk(q::thing_count, wrong); }), ErrorCode::kInternal);
  Columns large;
  for (size_t i = 0; i <= limits::kBulkRows; ++i) large.row(i);
  EXPECT_CODE(db().write([&](Tx& tx) { return tx.bulk(q::thing_bulk_claim, large); }), ErrorCode::kTooLarge);
}

TEST_P(StatementTest, ComposedStatementsBindValues) {
  for (int i = 1; i <= 9; ++i) ASSERT_OK(add(i, std::to_string(i), i % 3));
  Params params;
  std::string sql = "SELECT id FROM thing WHERE state = " + params.add(1);
  sql += " AND name <> " + params.add(std::string("4")) + " AND id < " + params.add(8) + " ORDER BY id";
  std::vector<int64_t> ids;
  ASSERT_OK(db().read([&](Tx& tx) {
    return tx.each_sql(sql, params.view(), [&](const Row& row) { ids.push_back(row.i64(0)); });
  }));
  EXPECT_THAT(ids, ElementsAre(1, 7));
  const std::array<Param, 2> swapped{Param("new"), Param(3)};
  const auto changed = db().write(
      [&](Tx& tx) { return tx.run_sql("UPDATE thing SET name = $1 WHERE id = $2 AND name <> $1", swapped); });
  ASSERT_OK(changed);
  EXPECT_EQ(*changed, 1);
  // The same text with other types, and a null whose type nobody knows.
  const std::array<Param, 1> null{};
  const std::array<Param, 1> text{Param("x")};
  for (const auto& list : {null, text, null})
    ASSERT_OK(db().read([&](Tx& tx) { return tx.run_sql("SELECT id FROM thing WHERE name = $1", list); }));
}

TEST_P(StatementTest, ComposedStatementsAreForgottenInTheEnd) {
  ASSERT_OK(add(1, "a"));
  const std::array<Param, 1> one{Param(1)};
  for (int round = 0; round < 2; ++round)
    for (size_t i = 0; i < limits::kDynamicStatements * 2; ++i) {
      const std::string sql = fmt::format("SELECT id FROM thing WHERE id = $1 AND {} = {}", i, i);
      const auto n = db().write([&](Tx& tx) { return tx.run_sql(sql, one); });
      ASSERT_OK(n);
      EXPECT_EQ(*n, 1);
    }
  if (is_sqlite()) return;
  static const Query kKept{"kept", nullptr, "SELECT COUNT(*) FROM pg_prepared_statements"};
  const auto kept = db().write([](Tx& tx) { return tx.number(kKept); });
  ASSERT_OK(kept);
  EXPECT_LE(*kept, static_cast<int64_t>(limits::kDynamicStatements) + 20);
}

TEST_P(StatementTest, EveryStatementPrepares) {
  for (const Query* query : q::all()) {
    const auto prepared = db().write([&](Tx& tx) { return tx.prepare(*query); });
    EXPECT_EQ(prepared.has_value(), query != &q::broken) << query->name;
  }
  EXPECT_EQ(
      db().read([](Tx& tx) { return tx.one(q::dialect_name, [](const Row& row) { return row.string(0); }); }),
      is_sqlite() ? "sqlite" : "postgres");
}

TEST_P(StatementTest, ErrorsByMeaning) {
  ASSERT_OK(add(1, "a"));
  ASSERT_OK(add(2, "b"));
  const auto field = [](const auto& result) {
    return result ? std::string("no error") : result.error().field;
  };
  const auto write = [&](auto&&... args) { return db().write([&](Tx& tx) { return tx.run(args...); }); };

  const auto name = write(q::thing_insert, 3, "a", std::nullopt, std::nullopt, 0);
  EXPECT_CODE(name, ErrorCode::kConflict);
  EXPECT_EQ(field(name), "thing_name");
  const auto key = write(q::thing_insert, 1, "c", std::nullopt, std::nullopt, 0);
  EXPECT_CODE(key, ErrorCode::kConflict);
  EXPECT_EQ(field(key), "thing_pkey");
  const auto check = write(q::thing_insert, 4, "d", std::nullopt, std::nullopt, -1);
  EXPECT_CODE(check, ErrorCode::kWrongState);
  EXPECT_EQ(field(check), "thing_state_known");
  const auto null = write(q::thing_insert, 4, std::optional<std::string>(), std::nullopt, std::nullopt, 0);
  EXPECT_CODE(null, ErrorCode::kWrongState);
  EXPECT_EQ(field(null), "thing.name");
  EXPECT_CODE(write(q::child_insert, 1, 77, 1), ErrorCode::kWrongState);
  ASSERT_OK(write(q::child_insert, 1, 1, 1));
  const auto pair = write(q::child_insert, 2, 1, 1);
  EXPECT_CODE(pair, ErrorCode::kConflict);
  EXPECT_EQ(field(pair), "child_thing_id_rank_key");
  const auto child_key = write(q::child_insert, 1, 2, 1);
  EXPECT_CODE(child_key, ErrorCode::kConflict);
  EXPECT_EQ(field(child_key), "child_pkey");
  EXPECT_CODE(write(q::broken), ErrorCode::kInternal);
  EXPECT_CODE(write(q::thing_rename, 1), ErrorCode::kInternal);
  EXPECT_CODE(write(q::thing_insert, "text in an integer", "x", std::nullopt, std::nullopt, 0),
              ErrorCode::kInternal);
  static const Query kNone{"none", nullptr, nullptr};
  EXPECT_CODE(write(kNone), ErrorCode::kInternal);
  EXPECT_CODE(db().write([](Tx& tx) { return tx.run_sql("SELECT 1; SELECT 2", {}); }), ErrorCode::kInternal);
  EXPECT_EQ(count(), 2);
}

TEST_P(StatementTest, ErrorsDoNotQuoteValues) {
  ASSERT_OK(add(1, "13800138000"));
  const auto twice = add(2, "13800138000");
  ASSERT_FALSE(twice);
  EXPECT_EQ(to_string(twice.error()).find("13800138000"), std::string::npos) << to_string(twice.error());
}

TEST_P(StatementTest, LargeValues) {
  const Bytes large(3'000'000, 0xab);
  ASSERT_OK(db().write([&](Tx& tx) { return tx.run(q::thing_insert, 1, "a", large, std::nullopt, 0); }));
  ASSERT_OK(db().read([&](Tx& tx) {
    return tx.each(q::thing_by_id, [&](const Row& row) { EXPECT_EQ(row.bytes(2), large); }, 1);
  }));
}

}  // namespace
}  // namespace yizhan::db
