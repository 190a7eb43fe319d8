#pragma once
// What is well-formed UTF-8 (RFC 3629): for everything that takes text from outside. Pure, any thread.

#include <cstdint>
#include <string_view>

namespace yizhan {

// The length in bytes of the well-formed sequence at `at` (less than s.size()), 0 if there is none.
constexpr size_t utf8_sequence_bytes(std::string_view s, size_t at) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<uint8_t>(s[i]) : uint8_t{0}; };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const uint8_t a = byte(at), b = byte(at + 1);
  if (a < 0x80) return 1;
  if (a >= 0xC2 && a <= 0xDF) return tail(at + 1) ? 2 : 0;
  if (a >= 0xE0 && a <= 0xEF) {
    const bool ok = tail(at + 1) && tail(at + 2) && (a != 0xE0 || b >= 0xA0) && (a != 0xED || b < 0xA0);
    return ok ? 3 : 0;
  }
  if (a >= 0xF0 && a <= 0xF4) {
    const bool ok =
        tail(at + 1) && tail(at + 2) && tail(at + 3) && (a != 0xF0 || b >= 0x90) && (a != 0xF4 || b < 0x90);
    return ok ? 4 : 0;
  }
  return 0;
}

constexpr bool is_valid_utf8(std::string_view s) {
  for (size_t at = 0; at < s.size();) {
    const size_t n = utf8_sequence_bytes(s, at);
    if (n == 0) return false;
    at += n;
  }
  return true;
}

}  // namespace yizhan
