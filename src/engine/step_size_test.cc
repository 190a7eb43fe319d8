#include "engine/step_size.h"

#include <gtest/gtest.h>

namespace yizhan::engine {
namespace {

TEST(StepSize, GrowsUntilAStepLastsAsLongAsAsked) {
  StepSize step(100, 5'000, 5'000);
  // Two microseconds a row.
  for (int i = 0; i < 20; ++i) step.took(step.rows(), static_cast<int64_t>(2 * step.rows()));
  EXPECT_EQ(step.rows(), 2'500U);
}

TEST(StepSize, StaysWithinItsBounds) {
  StepSize step(100, 1'000, 5'000);
  for (int i = 0; i < 20; ++i) step.took(step.rows(), 1);
  EXPECT_EQ(step.rows(), 1'000U);
  step.took(1'000, 60'000'000);
  EXPECT_EQ(step.rows(), 500U) << "one slow step says little";
  for (int i = 0; i < 20; ++i) step.took(step.rows(), 60'000'000);
  EXPECT_EQ(step.rows(), 100U);
  step.took(0, 1);
  EXPECT_EQ(step.rows(), 100U) << "nothing done, nothing learnt";
}

}  // namespace
}  // namespace yizhan::engine
