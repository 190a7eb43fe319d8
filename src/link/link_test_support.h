#pragma once
// What the tests of links and of the server for applications share.

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/time.h"
#include "codec/dialect.h"

namespace yizhan::link {

inline const SystemClock kClock;
inline constexpr std::chrono::seconds kTestPatience{20};  // only ever waited out by a test that fails

// The name of a test that is run once for each protocol.
inline std::string protocol_test_name(const ::testing::TestParamInfo<codec::Protocol>& info) {
  return std::string(codec::protocol_name(info.param));
}

}  // namespace yizhan::link
