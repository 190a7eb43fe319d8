#include "crypto/hmac.h"

#include <openssl/sha.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "crypto/secret.h"

namespace yizhan::crypto {

namespace {

constexpr size_t kBlockBytes = SHA256_CBLOCK;

// What has absorbed the padded key: of the message, then of its digest.
struct State {
  SHA256_CTX inner, outer;
};

void absorb(SHA256_CTX& context, const std::array<uint8_t, kBlockBytes>& key, uint8_t pad) {
  std::array<uint8_t, kBlockBytes> block;
  std::ranges::transform(key, block.begin(),
                         [pad](uint8_t byte) { return static_cast<uint8_t>(byte ^ pad); });
  SHA256_Init(&context);
  SHA256_Update(&context, block.data(), block.size());
  sodium_memzero(block.data(), block.size());
}

}  // namespace

HmacKey::HmacKey(ByteSpan key) {
  static_assert(sizeof(State) == kStateBytes);
  std::array<uint8_t, kBlockBytes> padded{};
  if (key.size() > kBlockBytes)
    SHA256(key.data(), key.size(), padded.data());
  else
    std::ranges::copy(key, padded.begin());
  State state;
  absorb(state.inner, padded, 0x36);
  absorb(state.outer, padded, 0x5c);
  std::memcpy(state_, &state, sizeof state);
  sodium_memzero(&state, sizeof state);
  sodium_memzero(padded.data(), padded.size());
}

HmacKey::~HmacKey() { sodium_memzero(state_, sizeof state_); }

Digest HmacKey::mac(std::initializer_list<ByteSpan> parts) const {
  State state;
  std::memcpy(&state, state_, sizeof state);
  for (const ByteSpan part : parts) SHA256_Update(&state.inner, part.data(), part.size());
  Digest out;
  SHA256_Final(out.data(), &state.inner);
  SHA256_Update(&state.outer, out.data(), out.size());
  SHA256_Final(out.data(), &state.outer);
  sodium_memzero(&state, sizeof state);
  return out;
}

bool HmacKey::verify(ByteSpan message, ByteSpan expected) const {
  return constant_time_equal(mac(message), expected);
}

}  // namespace yizhan::crypto
