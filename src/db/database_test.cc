// Transactions, the writer's groups, snapshots and the pool, on both stores.
#include <thread>

#include "db/ordered_writes.h"
#include "db/testdata/test_support.h"

namespace yizhan::db {
namespace {

class TransactionTest : public DatabaseTest {};
YIZHAN_FOR_EACH_STORE(TransactionTest);

TEST_P(TransactionTest, AFailedWriteLeavesNothing) {
  EXPECT_CODE(db().write([](Tx& tx) -> Result<void> {
    YZ_TRY(add(tx, 1, "a"));
    return fail(ErrorCode::kForbidden, "no");
  }),
              ErrorCode::kForbidden);
  EXPECT_CODE(db().write([](Tx& tx) -> Result<void> {
    YZ_TRY(add(tx, 1, "a"));
    throw std::runtime_error("thrown");
  }),
              ErrorCode::kInternal);
  EXPECT_EQ(count(), 0);
  ASSERT_OK(add(1, "a"));
  EXPECT_EQ(count(), 1);
}

TEST_P(TransactionTest, AStatementsErrorCannotBeSwallowed) {
  ASSERT_OK(add(1, "a"));
  EXPECT_CODE(db().write([](Tx& tx) -> Result<void> {
    YZ_TRY(add(tx, 2, "b"));
    EXPECT_FALSE(add(tx, 1, "c"));
    EXPECT_FALSE(add(tx, 3, "d"));
    return {};
  }),
              ErrorCode::kConflict);
  EXPECT_EQ(count(), 1);
}

TEST_P(TransactionTest, AttemptsFailAlone) {
  ASSERT_OK(add(1, "a"));
  ASSERT_OK(db().write([](Tx& tx) -> Result<void> {
    YZ_TRY(add(tx, 2, "b"));
    EXPECT_CODE(tx.attempt([&]() -> Result<int64_t> {
      YZ_TRY(add(tx, 3, "c"));
      return add(tx, 1, "d");
    }),
                ErrorCode::kConflict);
    EXPECT_CODE(tx.attempt([&]() -> Result<void> {  // swallowed inside
      EXPECT_FALSE(add(tx, 1, "d"));
      return {};
    }),
                ErrorCode::kConflict);
    YZ_TRY(tx.attempt([&] { return add(tx, 4, "e"); }));
    YZ_CHECK(tx.attempt([&]() -> Result<void> {
      YZ_TRY(add(tx, 5, "f"));
      EXPECT_FALSE(tx.attempt([&] { return add(tx, 5, "g"); }));
      return {};
    }));
    YZ_CHECK(tx.attempt([]() -> Result<void> { return {}; }));
    YZ_TRY(add(tx, 6, "h"));
    return {};
  }));
  EXPECT_EQ(count(), 5);  // 1 2 4 5 6
}

// Statements whose answers nobody waits for: whose fault it was comes out all the same.
Result<void> add_later(Tx& tx, int64_t id, std::string_view name) {
  return tx.run_later(q::thing_insert, id, name, std::nullopt, std::nullopt, 0);
}

TEST_P(TransactionTest, WhatIsSentAheadIsThereAfterwards) {
  ASSERT_OK(db().write([](Tx& tx) -> Result<void> {
    YZ_CHECK(add_later(tx, 1, "a"));
    Columns more;
    for (int i = 2; i <= 9; ++i) more.row(i, std::to_string(i), std::nullopt, std::nullopt, i);
    YZ_CHECK(tx.bulk_later(q::thing_bulk, more));
    EXPECT_EQ(tx.number(q::thing_count), 9);
    YZ_CHECK(tx.run_later(q::thing_delete, 9));
    return tx.run_later(q::thing_rename, 8, "eight");
  }));
  EXPECT_EQ(count(), 8);
  ASSERT_OK(db().write([](Tx& tx) { return add_later(tx, 9, "i"); }));
  EXPECT_EQ(count(), 9);
}

TEST_P(TransactionTest, WhatIsSentAheadAndFailsLeavesNothing) {
  ASSERT_OK(add(1, "a"));
  const auto twice = [](Tx& tx) -> Result<void> {
    YZ_CHECK(add_later(tx, 2, "b"));
    YZ_CHECK(add_later(tx, 1, "again"));
    return add_later(tx, 3, "c");
  };
  // At the commit; at another statement, whose error it is not; and the connection is good for the next.
  EXPECT_CODE(db().write(twice), ErrorCode::kConflict);
  EXPECT_CODE(db().write([&](Tx& tx) -> Result<void> {
    YZ_CHECK(twice(tx));
    YZ_TRY(tx.number(q::thing_sum));
    return {};
  }),
              ErrorCode::kConflict);
  EXPECT_EQ(count(), 1);
  // A job's own error is told, whatever else failed.
  EXPECT_CODE(db().write([&](Tx& tx) -> Result<void> {
    YZ_CHECK(add_later(tx, 4, "d"));
    return fail(ErrorCode::kForbidden, "no");
  }),
              ErrorCode::kForbidden);
  EXPECT_EQ(count(), 1);
  ASSERT_OK(db().write([](Tx& tx) { return add_later(tx, 2, "b"); }));
  EXPECT_EQ(count(), 2);
}

TEST_P(TransactionTest, AttemptsEndWithWhatTheySentAhead) {
  ASSERT_OK(add(1, "a"));
  ASSERT_OK(db().write([](Tx& tx) -> Result<void> {
    YZ_CHECK(add_later(tx, 2, "b"));
    EXPECT_CODE(tx.attempt([&]() -> Result<void> {
      YZ_CHECK(add_later(tx, 3, "c"));
      return add_later(tx, 1, "again");
    }),
                ErrorCode::kConflict);
    EXPECT_CODE(tx.attempt([&]() -> Result<void> {
      YZ_CHECK(add_later(tx, 4, "d"));
      return fail(ErrorCode::kForbidden, "no");
    }),
                ErrorCode::kForbidden);
    YZ_CHECK(tx.attempt([&] { return add_later(tx, 5, "e"); }));
    return add_later(tx, 6, "f");
  }));
  EXPECT_EQ(count(), 4);  // 1 2 5 6
}

TEST_P(TransactionTest, ReadsDoNotWrite) {
  EXPECT_CODE(db().read([](Tx& tx) { return add(tx, 1, "a"); }), ErrorCode::kInternal);
  EXPECT_EQ(count(), 0);
}

TEST_P(TransactionTest, AReadSeesOneMoment) {
  ASSERT_OK(add(1, "a"));
  ASSERT_OK(db().read([&](Tx& tx) -> Result<void> {
    EXPECT_EQ(YZ_TRY(tx.number(q::thing_count)), 1);
    YZ_TRY(add(2, "b"));
    EXPECT_EQ(YZ_TRY(tx.number(q::thing_count)), 1);
    EXPECT_EQ(count(), 2);
    return {};
  }));
}

TEST_P(TransactionTest, AReadDoesNotSeeWhatIsNotCommitted) {
  ASSERT_OK(db().write([&](Tx& tx) -> Result<void> {
    YZ_TRY(add(tx, 1, "a"));
    EXPECT_EQ(YZ_TRY(tx.number(q::thing_count)), 1);
    EXPECT_EQ(count(), 0);
    return {};
  }));
  EXPECT_EQ(count(), 1);
}

TEST_P(TransactionTest, ReadersAreBounded) {
  store_.options.reader_connections = 1;
  store_.options.reader_wait = milliseconds(1);
  ASSERT_OK(store_.reopen());
  ASSERT_OK(db().read([&](Tx&) -> Result<void> {
    EXPECT_CODE(db().read([](Tx& tx) { return tx.number(q::thing_count); }), ErrorCode::kBusy);
    return {};
  }));
  EXPECT_EQ(count(), 0);
}

TEST_P(TransactionTest, AWriteInsideAWriteIsAnError) {
  ASSERT_OK(db().write([&](Tx&) -> Result<void> {
    EXPECT_CODE(add(1, "a"), ErrorCode::kInternal);
    EXPECT_CODE(db().checkpoint(), ErrorCode::kInternal);
    return {};
  }));
}

TEST_P(TransactionTest, SubmitFromInsideAWriteAndItsReport) {
  std::promise<void> both;
  db().submit(
      [](Tx& tx) -> Result<void> {
        YZ_TRY(add(tx, 1, "a"));
        return {};
      },
      [&](Result<void> first) {
        EXPECT_TRUE(first);
        EXPECT_CODE(add(9, "x"), ErrorCode::kInternal);
        db().submit(
            [](Tx& tx) -> Result<void> {
              YZ_TRY(add(tx, 2, "b"));
              return {};
            },
            [&](Result<void> second) {
              EXPECT_TRUE(second);
              both.set_value();
            });
      });
  both.get_future().wait();
  EXPECT_EQ(count(), 2);
}

TEST_P(TransactionTest, AGroupIsOneCommitAndJobsFailAlone) {
  const Stats before = db().stats();
  std::vector<Result<void>> outcomes(10);
  {
    WriterGate gate(db());
    for (int i = 0; i < 10; ++i)
      db().submit(
          [i](Tx& tx) -> Result<void> {
            YZ_TRY(add(tx, i, std::to_string(i)));
            if (i % 5 == 1) return fail(ErrorCode::kForbidden, "no");
            if (i % 5 == 2) YZ_TRY(add(tx, i, "twice"));
            return {};
          },
          [&outcomes, i](Result<void> outcome) { outcomes[static_cast<size_t>(i)] = std::move(outcome); });
    EXPECT_EQ(db().stats().queued[static_cast<size_t>(Priority::kNormal)], 10U);
    gate.open();
  }
  ASSERT_OK(db().write([](Tx&) -> Result<void> { return {}; }, Priority::kBulk));  // all done reported
  for (int i = 0; i < 10; ++i) {
    const auto& outcome = outcomes[static_cast<size_t>(i)];
    EXPECT_EQ(outcome.has_value(), i % 5 != 1 && i % 5 != 2) << i;
    if (!outcome)
      EXPECT_EQ(outcome.error().code, i % 5 == 1 ? ErrorCode::kForbidden : ErrorCode::kConflict) << i;
  }
  EXPECT_EQ(count(), 6);
  const Stats after = db().stats();
  EXPECT_EQ(after.failed_jobs - before.failed_jobs, 4U);
  EXPECT_EQ(after.jobs - before.jobs, 8U);  // six, the gate and the last
  EXPECT_LE(after.commits - before.commits, 3U);
  EXPECT_EQ(after.failed_commits, 0U);
}

TEST_P(TransactionTest, JobsOfAGroupFailAloneByWhatTheySentAhead) {
  ASSERT_OK(add(100, "there"));
  std::vector<Result<void>> outcomes(6);
  {
    store_.options.writer_group_time = seconds(60);
    ASSERT_OK(store_.reopen());
    WriterGate gate(db());
    for (int i = 0; i < 6; ++i)
      db().submit(
          [i](Tx& tx) -> Result<void> {
            YZ_CHECK(add_later(tx, i, std::to_string(i)));
            return i % 3 == 0 ? add_later(tx, 100, "twice") : Result<void>{};
          },
          [&outcomes, i](Result<void> outcome) { outcomes[static_cast<size_t>(i)] = std::move(outcome); });
    gate.open();
  }
  ASSERT_OK(db().write([](Tx&) -> Result<void> { return {}; }, Priority::kBulk));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(outcomes[static_cast<size_t>(i)].has_value(), i % 3 != 0) << i;
  EXPECT_EQ(count(), 5);
}

TEST_P(TransactionTest, TheFirstJobOfAGroupMayFailAlone) {
  std::vector<Result<void>> outcomes(3);
  {
    store_.options.writer_group_jobs = 3;
    store_.options.writer_group_time = seconds(60);
    ASSERT_OK(store_.reopen());
    WriterGate gate(db());
    for (int i = 0; i < 3; ++i)
      db().submit(
          [i](Tx& tx) -> Result<void> {
            YZ_TRY(add(tx, i, std::to_string(i)));
            if (i < 2) return fail(ErrorCode::kForbidden, "no");
            return {};
          },
          [&outcomes, i](Result<void> outcome) { outcomes[static_cast<size_t>(i)] = std::move(outcome); });
    gate.open();
  }
  ASSERT_OK(db().write([](Tx&) -> Result<void> { return {}; }, Priority::kBulk));
  EXPECT_FALSE(outcomes[0]);
  EXPECT_FALSE(outcomes[1]);
  EXPECT_TRUE(outcomes[2]);
  EXPECT_EQ(count(), 1);
}

TEST_P(TransactionTest, UrgentJobsGoFirstAndBulkDoesNotStarve) {
  store_.options.writer_group_jobs = 1;
  ASSERT_OK(store_.reopen());
  std::string order;
  {
    WriterGate gate(db());
    const auto put = [&](char letter, Priority priority) {
      db().submit([](Tx&) -> Result<void> { return {}; }, [&, letter](Result<void>) { order += letter; },
                  priority);
    };
    for (int i = 0; i < 2; ++i) put('b', Priority::kBulk);
    for (int i = 0; i < 40; ++i) put('u', Priority::kUrgent);
    for (int i = 0; i < 3; ++i) put('n', Priority::kNormal);
    gate.open();
  }
  db().close();
  ASSERT_EQ(order.size(), 45U);
  EXPECT_EQ(order.substr(0, 12), "uuunuuunuuun");
  EXPECT_NE(order.find('b'), std::string::npos);
  EXPECT_LT(order.find('b'), 20U);
  EXPECT_LT(order.rfind('b'), order.rfind('u'));
}

TEST_P(TransactionTest, AFullQueueSaysBusyAtOnce) {
  store_.options.writer_queue_jobs = 2;
  ASSERT_OK(store_.reopen());
  int busy = 0;
  int ran = 0;
  {
    WriterGate gate(db());
    for (int i = 0; i < 5; ++i)
      db().submit([](Tx&) -> Result<void> { return {}; },
                  [&](Result<void> outcome) {
                    if (outcome)
                      ++ran;
                    else if (outcome.error().code == ErrorCode::kBusy)
                      ++busy;
                  });
    EXPECT_EQ(busy, 3);
    std::future<Result<int64_t>> other_class = std::async(std::launch::async, [&] { return add(1, "a"); });
    gate.open();
    ASSERT_OK(other_class.get());
  }
  db().close();
  EXPECT_EQ(ran, 2);
  EXPECT_EQ(db().stats().refused_jobs, 3U);
}

TEST_P(TransactionTest, CloseRunsWhatIsQueued) {
  int ran = 0;
  {
    WriterGate gate(db());
    for (int i = 0; i < 100; ++i)
      db().submit(
          [i](Tx& tx) -> Result<void> {
            YZ_TRY(add(tx, i, std::to_string(i)));
            return {};
          },
          [&](Result<void> outcome) { ran += outcome ? 1 : 0; });
    std::thread closing([&] { db().close(); });
    gate.open();
    closing.join();
  }
  EXPECT_EQ(ran, 100);
  EXPECT_CODE(add(1000, "late"), ErrorCode::kUnavailable);
  EXPECT_CODE(db().read([](Tx& tx) { return tx.number(q::thing_count); }), ErrorCode::kUnavailable);
  ASSERT_OK(store_.reopen());
  EXPECT_EQ(count(), 100);
}

TEST_P(TransactionTest, ManyThreadsWriteAndRead) {
  constexpr int kThreads = 6;
  constexpr int kEach = 60;
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const int64_t id = t * kEach + i;
        if (!add(id, std::to_string(id))) ++failures;
        const auto name = db().read(
            [&](Tx& tx) { return tx.one(q::thing_by_id, [](const Row& row) { return row.string(1); }, id); });
        if (!name || *name != std::to_string(id)) ++failures;  // a write is seen once it has returned
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(count(), kThreads * kEach);
  EXPECT_LE(db().stats().commits, static_cast<uint64_t>(kThreads * kEach + 3));
}

TEST_P(TransactionTest, OrderedWritesStopAtTheFirstThatFails) {
  std::vector<int64_t> durable;
  OrderedWrites writes(db(), 2, Priority::kBulk);
  const auto add_one = [&](int64_t id) {
    return writes.add(
        [id](Tx& tx) -> Result<void> {
          YZ_TRY(add(tx, id, std::to_string(id)));
          return {};
        },
        [&durable, id] { durable.push_back(id); });
  };
  ASSERT_OK(add_one(1));
  ASSERT_OK(add_one(2));
  ASSERT_OK(writes.finish());
  EXPECT_EQ(durable, (std::vector<int64_t>{1, 2}));
  ASSERT_OK(add_one(2));          // there is one
  static_cast<void>(add_one(3));  // refused, or not run
  EXPECT_CODE(writes.finish(), ErrorCode::kConflict);
  EXPECT_CODE(add_one(4), ErrorCode::kConflict);
  EXPECT_EQ(durable, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(count(), 2);
}

TEST_P(TransactionTest, OptionsThatMakeNoSense) {
  Options options = store_.options;
  options.reader_connections = 0;
  EXPECT_CODE(Database::open(options), ErrorCode::kInvalidArgument);
  options = store_.options;
  options.page_bytes = 1000;
  EXPECT_CODE(Database::open(options), ErrorCode::kInvalidArgument);
  options = store_.options;
  options.dialect = Dialect::kSqlite;
  options.path = ":memory:";
  EXPECT_CODE(Database::open(options), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace yizhan::db
