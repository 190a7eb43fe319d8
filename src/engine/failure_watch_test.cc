#include "engine/failure_watch.h"

#include <gtest/gtest.h>

#include <array>

namespace yizhan::engine {
namespace {

TEST(FailureWatch, OfTheLatestOutcomesOnly) {
  FailureWatch watch;
  EXPECT_EQ(watch.add(1, Word::kAnswer, true, 100).failed, 100);
  EXPECT_EQ(watch.add(1, Word::kAnswer, false, 300).known, 400);
  const auto rate = watch.add(1, Word::kAnswer, false, 150);  // 50 of the bad ones are too long ago
  EXPECT_EQ(rate.failed, 50);
  EXPECT_EQ(rate.known, FailureWatch::kWindow);
  EXPECT_EQ(watch.add(1, Word::kAnswer, false, 10'000).failed, 0);
  EXPECT_EQ(watch.add(1, Word::kAnswer, true, 10'000).failed, FailureWatch::kWindow);
}

TEST(FailureWatch, AnswersAndReceiptsApart) {
  FailureWatch watch;
  watch.add(1, Word::kAnswer, false, 400);
  const auto receipts = watch.add(1, Word::kReceipt, true, 100);
  EXPECT_TRUE(receipts.reaches(30, 100));
  const auto answers = watch.add(1, Word::kAnswer, true, 60);
  EXPECT_EQ(answers.known, 460);
  EXPECT_FALSE(answers.reaches(30, 100)) << "60 of 460";
}

TEST(FailureWatch, AThresholdNeedsEnoughOutcomesAndAPercentage) {
  EXPECT_FALSE((FailureWatch::Rate{99, 99}).reaches(30, 100));
  EXPECT_TRUE((FailureWatch::Rate{30, 100}).reaches(30, 100));
  EXPECT_FALSE((FailureWatch::Rate{29, 100}).reaches(30, 100));
  EXPECT_FALSE((FailureWatch::Rate{100, 100}).reaches(0, 1));
  EXPECT_FALSE((FailureWatch::Rate{}).reaches(30, 0));
}

TEST(FailureWatch, ForgetsWhatWasResumedOrIsOver) {
  FailureWatch watch;
  for (const int64_t batch : {1, 2}) watch.add(batch, Word::kAnswer, true, 50);
  watch.forget(1);
  EXPECT_EQ(watch.add(1, Word::kAnswer, false, 1).known, 1);
  EXPECT_EQ(watch.add(2, Word::kAnswer, false, 1).known, 51);
  watch.keep_only(std::array<int64_t, 1>{1});
  EXPECT_EQ(watch.add(2, Word::kAnswer, false, 1).known, 1);
}

}  // namespace
}  // namespace yizhan::engine
