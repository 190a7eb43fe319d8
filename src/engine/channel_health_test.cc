#include "engine/channel_health.h"

#include <gtest/gtest.h>

namespace yizhan::engine {
namespace {

using State = domain::ChannelHealthState;
using domain::HealthReason;

class ChannelHealthTest : public ::testing::Test {
 protected:
  bool after(Duration wait) { return health_.settle(now_ = now_ + wait); }
  void expect(State state, HealthReason reason) {
    EXPECT_EQ(name_of(health_.state()), name_of(state));
    EXPECT_EQ(name_of(health_.reason()), name_of(reason));
  }
  Time now_{1'700'000'000'000'000};
  ChannelHealth health_{{}, now_};
};

TEST_F(ChannelHealthTest, ALineThatIsAwayForAMomentChangesNothing) {
  health_.bound(now_);
  EXPECT_FALSE(after(seconds(1)));
  health_.lost(now_);
  EXPECT_FALSE(after(seconds(9)));
  health_.bound(now_);
  EXPECT_FALSE(after(seconds(60)));
  expect(State::kHealthy, HealthReason::kNone);
}

TEST_F(ChannelHealthTest, ALineThatStaysAwayIsUnhealthyUntilItHasHeldForAWhile) {
  health_.bound(now_);
  health_.lost(now_);
  EXPECT_TRUE(after(seconds(10)));
  expect(State::kUnhealthy, HealthReason::kDisconnected);
  EXPECT_FALSE(health_.usable());
  // Flapping: bound for five seconds at a time.
  for (int i = 0; i < 5; ++i) {
    health_.bound(now_);
    EXPECT_FALSE(after(seconds(5)));
    health_.lost(now_);
    EXPECT_FALSE(after(seconds(1)));
  }
  health_.bound(now_);
  EXPECT_TRUE(after(seconds(10)));
  expect(State::kTrial, HealthReason::kDisconnected);
  EXPECT_TRUE(health_.usable());
  EXPECT_TRUE(after(seconds(60)));
  expect(State::kHealthy, HealthReason::kNone);
}

TEST_F(ChannelHealthTest, AChannelThatNeverBindsIsUnhealthy) {
  EXPECT_TRUE(after(seconds(10)));
  expect(State::kUnhealthy, HealthReason::kDisconnected);
}

TEST_F(ChannelHealthTest, ARefusedAccountIsUnhealthyAtOnce) {
  health_.bound(now_);
  health_.bad_credentials(now_);
  EXPECT_TRUE(after(seconds(0)));
  expect(State::kUnhealthy, HealthReason::kBadCredentials);
}

TEST_F(ChannelHealthTest, ErrorsOfTheRouteRestItLongerEachTime) {
  health_.bound(now_);
  health_.answered(19, 19, now_);
  EXPECT_FALSE(after(seconds(1))) << "too few to say something";
  health_.answered(21, 1, now_);
  EXPECT_TRUE(after(seconds(1)));
  expect(State::kUnhealthy, HealthReason::kRouteErrors);
  EXPECT_FALSE(after(seconds(59)));
  EXPECT_TRUE(after(seconds(1)));
  expect(State::kTrial, HealthReason::kRouteErrors);
  health_.answered(20, 20, now_);
  EXPECT_TRUE(after(seconds(1)));
  EXPECT_FALSE(after(seconds(119))) << "twice as long";
  EXPECT_TRUE(after(seconds(1)));
  health_.answered(100, 49, now_);
  EXPECT_FALSE(after(seconds(1)));
  EXPECT_TRUE(after(seconds(60)));
  expect(State::kHealthy, HealthReason::kNone);
  // What is long ago is forgotten.
  health_.answered(100, 49, now_);
  EXPECT_FALSE(after(seconds(61)));
  health_.answered(20, 5, now_);
  EXPECT_FALSE(after(seconds(1)));
}

}  // namespace
}  // namespace yizhan::engine
