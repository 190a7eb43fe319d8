#pragma once
// Programs of others that tests talk to (tshark, the npm package smpp, Kannel): without one, its tests are
// skipped; with YIZHAN_REQUIRE_PEERS=1, which `make test` sets, they fail. Single thread.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

namespace yizhan::testing {

inline bool peers_are_required() {
  const char* const set = std::getenv("YIZHAN_REQUIRE_PEERS");
  return set != nullptr && std::string_view(set) == "1";
}

}  // namespace yizhan::testing

// In a test or SetUp().
#define YIZHAN_NEEDS_PEER(present, name)                                              \
  do {                                                                                \
    if (!(present)) {                                                                 \
      if (::yizhan::testing::peers_are_required()) FAIL() << (name) << " is missing"; \
      GTEST_SKIP() << (name) << " is missing";                                        \
    }                                                                                 \
  } while (false)
