#include "crypto/secret.h"

#include <sodium.h>

#include "crypto/fatal.h"

namespace yizhan::crypto {

namespace {
void ensure_sodium() {
  // sodium_init is idempotent but not cheap; a function-local static makes it once and thread-safe.
  static const bool ready = sodium_init() >= 0;
  if (!ready) fatal("libsodium does not start");
}
}  // namespace

void SecretKey::wipe(std::span<uint8_t> memory) { sodium_memzero(memory.data(), memory.size()); }

SecretKey SecretKey::random() {
  SecretKey key;
  random_bytes(key.bytes);
  return key;
}

void random_bytes(std::span<uint8_t> out) {
  ensure_sodium();
  randombytes_buf(out.data(), out.size());
}

uint32_t random_below(uint32_t n) {
  ensure_sodium();
  return randombytes_uniform(n);
}

bool constant_time_equal(ByteSpan a, ByteSpan b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace yizhan::crypto
