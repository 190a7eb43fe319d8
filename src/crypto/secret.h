#pragma once
// Secrets in memory and unpredictable bytes: wiped when dropped, drawn from the kernel. Any thread.

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace yizhan::crypto {

inline constexpr size_t kKeyBytes = 32;

// A 256-bit key, overwritten when it goes.
struct SecretKey {
  std::array<uint8_t, kKeyBytes> bytes{};

  SecretKey() = default;
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey() { wipe(bytes); }

  static SecretKey random();
  static void wipe(std::span<uint8_t> memory);
};

// Fills `out` from the kernel's generator.
void random_bytes(std::span<uint8_t> out);
// Uniform in [0, n), n > 0.
uint32_t random_below(uint32_t n);

// Compares in a time that depends on the lengths only.
bool constant_time_equal(ByteSpan a, ByteSpan b);

}  // namespace yizhan::crypto
