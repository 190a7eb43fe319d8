#include "crypto/hmac_sha1.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/fatal.h"

namespace yizhan::crypto {

std::array<uint8_t, 20> hmac_sha1(ByteSpan key, ByteSpan message) {
  std::array<uint8_t, 20> out{};
  unsigned int size = 0;
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), out.data(),
           &size) == nullptr)
    fatal("HMAC-SHA1 failed");
  return out;
}

}  // namespace yizhan::crypto
