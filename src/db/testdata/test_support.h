#pragma once
// What db's tests share. Single thread.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <future>

#include "dbtest/queries.h"
#include "support/test_database.h"

#define ASSERT_OK(expression)                                           \
  do {                                                                  \
    const auto& ok_result = (expression);                               \
    ASSERT_TRUE(ok_result.has_value()) << to_string(ok_result.error()); \
  } while (false)

// Fails when the expression succeeds or fails otherwise; usable in functions of any return type.
#define EXPECT_CODE(expression, expected) \
  ::yizhan::db::expect_code((expression), expected, __FILE__, __LINE__)

namespace yizhan::db {

namespace q = dbtest::q;

template <class T>
void expect_code(const Result<T>& result, ErrorCode expected, const char* file, int line) {
  if (result) {
    ADD_FAILURE_AT(file, line) << "success where " << error_name(expected) << " was expected";
  } else if (result.error().code != expected) {
    ADD_FAILURE_AT(file, line) << to_string(result.error()) << " where " << error_name(expected)
                               << " was expected";
  }
}

// A database with the test schema.
class DatabaseTest : public testing::StoreTest {
 protected:
  void SetUp() override { make(dbtest::migrations()); }

  // The smallest row that is allowed.
  static Result<int64_t> add(Tx& tx, int64_t id, std::string_view name, int64_t state = 0) {
    return tx.run(q::thing_insert, id, name, std::nullopt, std::nullopt, state);
  }
  Result<int64_t> add(int64_t id, std::string_view name, int64_t state = 0) {
    return db().write([&](Tx& tx) { return add(tx, id, name, state); });
  }
  int64_t count() {
    const auto n = db().read([](Tx& tx) { return tx.number(q::thing_count); });
    EXPECT_TRUE(n) << to_string(n.error());
    return n.value_or(-1);
  }
};

// Keeps the writer busy in one job until released, so that what is submitted meanwhile queues up.
class WriterGate {
 public:
  explicit WriterGate(Database& db) {
    std::promise<void> entered;
    db.submit(
        [&, open = opened_.get_future().share()](Tx&) -> Result<void> {
          entered.set_value();
          open.wait();
          return {};
        },
        [this](Result<void>) { left_.set_value(); }, Priority::kUrgent);
    entered.get_future().wait();
  }
  ~WriterGate() { open(); }
  void open() {
    if (std::exchange(open_, true)) return;
    opened_.set_value();
    left_.get_future().wait();
  }

 private:
  bool open_ = false;
  std::promise<void> opened_;
  std::promise<void> left_;
};

}  // namespace yizhan::db
