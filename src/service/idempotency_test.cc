#include "service/idempotency.h"

#include <gtest/gtest.h>

#include "support/service_store.h"

namespace yizhan::service {
namespace {

class IdempotencyTest : public testing::ServiceTest {
 protected:
  Idempotency keys() { return Idempotency(store()); }
  Result<Begun> begin(const std::string& key, const std::string& body = "{}") {
    return keys().begin(user_, "POST /api/v1/things", key, body);
  }
  // A deed under the key's attempt.
  Result<> deed(const store::RequestKey& key) {
    Principal by = user_;
    by.request = key;
    return db().write([&](db::Tx& tx) {
      return store::append_audit(tx, store(), by.actor(), {"thing.create", "content", 100, {}, "{}"});
    });
  }
  ErrorCode code(const Result<Begun>& begun) {
    EXPECT_FALSE(begun);
    return begun ? ErrorCode::kInternal : begun.error().code;
  }

  Principal user_{store::ActorKind::kUser, 11, "wang", {}, {}};
};

YIZHAN_FOR_EACH_STORE(IdempotencyTest);

TEST_P(IdempotencyTest, TheSameRequestGetsTheSameAnswer) {
  const auto first = begin("k1");
  ASSERT_TRUE(first) << to_string(first.error());
  EXPECT_FALSE(first->replay);
  ASSERT_TRUE(deed(first->key));
  ASSERT_TRUE(keys().finish(first->key, {201, "secret answer"}));
  const auto second = begin("k1");
  ASSERT_TRUE(second);
  ASSERT_TRUE(second->replay);
  EXPECT_EQ(second->replay->status, 201);
  EXPECT_EQ(second->replay->text, "secret answer");
  EXPECT_EQ(actions().size(), 1u);
  std::string stored;
  ASSERT_TRUE(db().read([&](db::Tx& tx) {
    return tx.each_sql("SELECT response_sealed FROM idempotency", {},
                       [&](const db::Row& row) { stored = as_chars(row.blob(0)); });
  }));
  EXPECT_EQ(stored.find("secret"), std::string::npos);
}

TEST_P(IdempotencyTest, AnotherRequestUnderTheKeyIsRefused) {
  ASSERT_TRUE(begin("k1"));
  EXPECT_EQ(code(begin("k1", "other")), ErrorCode::kIdempotencyMismatch);
  EXPECT_TRUE(keys().begin(user_, "POST /api/v1/others", "k1", "{}")) << "another route";
  Principal other = user_;
  other.id = 12;
  EXPECT_TRUE(keys().begin(other, "POST /api/v1/things", "k1", "{}")) << "another person";
}

TEST_P(IdempotencyTest, TwoAtOnce) {
  const auto first = begin("k1");
  ASSERT_TRUE(first);
  EXPECT_EQ(code(begin("k1")), ErrorCode::kConflict);
  ASSERT_TRUE(deed(first->key));
  EXPECT_EQ(code(begin("k1")), ErrorCode::kConflict) << "done, its answer on the way";
}

TEST_P(IdempotencyTest, ARefusalFreesTheKey) {
  const auto first = begin("k1");
  ASSERT_TRUE(first);
  ASSERT_TRUE(keys().refuse(first->key, {422, "no"}));
  EXPECT_TRUE(begin("k1", "corrected"));
}

TEST_P(IdempotencyTest, ARefusalAfterTheDeedIsKept) {
  const auto first = begin("k1");
  ASSERT_TRUE(first);
  ASSERT_TRUE(deed(first->key));
  ASSERT_TRUE(keys().refuse(first->key, {503, "half"}));
  const auto second = begin("k1");
  ASSERT_TRUE(second);
  ASSERT_TRUE(second->replay);
  EXPECT_EQ(second->replay->status, 503);
}

TEST_P(IdempotencyTest, StoppedBeforeTheDeedItIsDoneAnewAndOnce) {
  const auto first = begin("k1");
  ASSERT_TRUE(first);
  clock_.advance(kIdempotencyInProgress);
  const auto second = begin("k1");
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->replay);
  const auto late = deed(first->key);
  ASSERT_FALSE(late) << "the first attempt no longer holds the key";
  EXPECT_EQ(late.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(actions().empty()) << "its deed is undone";
  EXPECT_TRUE(deed(second->key));
  EXPECT_EQ(actions().size(), 1u);
}

TEST_P(IdempotencyTest, StoppedAfterTheDeedItIsNeverDoneAgain) {
  const auto first = begin("k1");
  ASSERT_TRUE(first);
  ASSERT_TRUE(deed(first->key));
  ASSERT_TRUE(deed(first->key)) << "a deed of two transactions";
  clock_.advance(kIdempotencyInProgress);
  const auto second = begin("k1");
  EXPECT_EQ(code(second), ErrorCode::kConflict);
  EXPECT_NE(second.error().message.find(to_string(ContentId{100})), std::string::npos)
      << second.error().message;
}

TEST_P(IdempotencyTest, KeysLiveForADay) {
  const auto first = begin("k1");
  ASSERT_TRUE(first);
  ASSERT_TRUE(keys().finish(first->key, {201, "x"}));
  clock_.advance(kIdempotencyLife);
  const auto second = begin("k1", "anything");
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->replay);
  EXPECT_EQ(count("SELECT count(*) FROM idempotency"), 1);
}

TEST_P(IdempotencyTest, KeysAreWellFormed) {
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("é"), std::string(129, 'x')})
    EXPECT_EQ(code(begin(bad)), ErrorCode::kInvalidArgument) << bad;
  EXPECT_TRUE(begin(std::string(128, 'x')));
}

TEST_P(IdempotencyTest, AnAnswerTooLargeIsNotKept) {
  const auto first = begin("k1");
  ASSERT_TRUE(first);
  ASSERT_TRUE(deed(first->key));
  ASSERT_TRUE(keys().finish(first->key, {201, std::string(limits::kIdempotencyResponseBytes + 1, 'x')}));
  EXPECT_EQ(code(begin("k1")), ErrorCode::kConflict);
}

}  // namespace
}  // namespace yizhan::service
