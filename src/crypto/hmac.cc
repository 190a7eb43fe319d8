#include "crypto/hmac.h"

#include <sodium.h>

#include <cstring>

#include "crypto/secret.h"

namespace yizhan::crypto {

HmacKey::HmacKey(ByteSpan key) {
  static_assert(sizeof(crypto_auth_hmacsha256_state) == kStateBytes);
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  std::memcpy(state_, &state, sizeof state);
  sodium_memzero(&state, sizeof state);
}

HmacKey::~HmacKey() { sodium_memzero(state_, sizeof state_); }

Digest HmacKey::mac(std::initializer_list<ByteSpan> parts) const {
  crypto_auth_hmacsha256_state state;
  std::memcpy(&state, state_, sizeof state);
  for (const ByteSpan part : parts) crypto_auth_hmacsha256_update(&state, part.data(), part.size());
  Digest out;
  crypto_auth_hmacsha256_final(&state, out.data());
  return out;
}

bool HmacKey::verify(ByteSpan message, ByteSpan expected) const {
  return constant_time_equal(mac(message), expected);
}

}  // namespace yizhan::crypto
