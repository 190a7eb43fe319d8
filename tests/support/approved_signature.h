#pragma once
// A signature that compliance has approved for every class, as its row. Pure.

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace yizhan::testing {

// An INSERT; of one that is registered it does nothing.
inline std::string approved_signature(int64_t id, std::string_view text) {
  return fmt::format(
      "INSERT INTO signature (id, text, folded, source, explanation, message_classes, state, created_by, "
      "created_at, updated_at, version) VALUES ({}, '{}', '{}', 1, '', 30, 3, 0, 0, 0, 1) "
      "ON CONFLICT (text) DO NOTHING",
      id, text, text);
}

}  // namespace yizhan::testing
