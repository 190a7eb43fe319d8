#pragma once
// HMAC-SHA256 (RFC 2104, FIPS 198-1) under a fixed key whose two padded blocks are absorbed once, so that a
// short message costs two compressions. HmacKey is immutable after construction: any thread.

#include <cstddef>
#include <initializer_list>

#include "crypto/digest.h"

namespace yizhan::crypto {

class HmacKey {
 public:
  explicit HmacKey(ByteSpan key);
  HmacKey(const HmacKey&) = default;
  HmacKey& operator=(const HmacKey&) = default;
  ~HmacKey();

  Digest mac(ByteSpan message) const { return mac({message}); }
  // Of the parts one after another. The parts are not delimited: the caller makes them unambiguous.
  Digest mac(std::initializer_list<ByteSpan> parts) const;
  // In constant time. `expected` of any other length than 32 is never equal.
  bool verify(ByteSpan message, ByteSpan expected) const;

 private:
  // Two SHA256_CTX of libcrypto, kept opaque so that it stays out of headers.
  static constexpr size_t kStateBytes = 224;
  alignas(16) unsigned char state_[kStateBytes];
};

}  // namespace yizhan::crypto
