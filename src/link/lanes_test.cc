#include "link/lanes.h"

#include <gtest/gtest.h>

#include <string>

namespace yizhan::link {
namespace {

constexpr LaneSet kAll = bit_of(Lane::kVerification) | bit_of(Lane::kNotification) | bit_of(Lane::kMarketing);

std::string serve(LaneShares& shares, LaneSet ready, size_t count, uint32_t units = 1) {
  std::string served;
  for (size_t i = 0; i < count; ++i) {
    const Lane lane = shares.pick(ready);
    shares.charge(lane, units);
    served += "VNM"[index_of(lane)];
  }
  return served;
}

TEST(LaneShares, HigherLanesFirstWithinTheirShares) {
  LaneShares shares({2, 2, 1});
  EXPECT_EQ(serve(shares, kAll, 10), "VVNNMVVNNM");
}

TEST(LaneShares, ALaneWithoutWorkGivesItsShareAwayAndSavesNothing) {
  LaneShares shares({8, 4, 1});
  EXPECT_EQ(serve(shares, bit_of(Lane::kMarketing), 50), std::string(50, 'M'));
  // It comes back: first at once, and with no more than its share.
  EXPECT_EQ(serve(shares, kAll, 25), "VVVVVVVVNNNNVVVVVVVVNNNNM");
}

TEST(LaneShares, WhatAMessageOfManySegmentsTookIsPaidBack) {
  LaneShares shares({2, 1, 1});
  const LaneSet two = bit_of(Lane::kVerification) | bit_of(Lane::kMarketing);
  EXPECT_EQ(serve(shares, two, 1, 6), "V");
  EXPECT_EQ(serve(shares, two, 4), "MMMV");
}

TEST(LaneShares, AWeightOfZeroWouldStarve) {
  LaneShares shares({0, 0, 0});
  EXPECT_EQ(serve(shares, kAll, 6), "VNMVNM");
}

TEST(LaneWindow, KeepsTheLastEighthForHigherLanes) {
  EXPECT_EQ(window_of(32, Lane::kVerification), 32U);
  EXPECT_EQ(window_of(32, Lane::kNotification), 30U);
  EXPECT_EQ(window_of(32, Lane::kMarketing), 28U);
  EXPECT_EQ(window_of(4, Lane::kMarketing), 3U);
  EXPECT_EQ(window_of(3, Lane::kMarketing), 3U);
  EXPECT_EQ(window_of(1, Lane::kMarketing), 1U);
}

TEST(LaneRoom, EachLaneHasRoomOfItsOwn) {
  LaneRoom room(80);
  EXPECT_EQ(room.capacity(), 60U);
  EXPECT_EQ(room.left(Lane::kMarketing), 60U);
  EXPECT_TRUE(room.take({0, 0, 60}));
  EXPECT_EQ(room.left(Lane::kMarketing), 0U);
  EXPECT_EQ(room.left(Lane::kNotification), 10U);
  EXPECT_EQ(room.left(Lane::kVerification), 10U);
  EXPECT_TRUE(room.take({10, 0, 0}));
  EXPECT_EQ(room.left(Lane::kVerification), 0U);
  EXPECT_EQ(room.left(Lane::kNotification), 10U);
  EXPECT_FALSE(room.take({0, 11, 0})) << "the whole queue is the bound";
  EXPECT_EQ(room.left(), 10U);
  room.give(Lane::kMarketing, 60);
  EXPECT_EQ(room.left(Lane::kMarketing), 60U);
  EXPECT_EQ(room.left(Lane::kVerification), 50U);
}

}  // namespace
}  // namespace yizhan::link
