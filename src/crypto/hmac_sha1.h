#pragma once
// HMAC-SHA1 (RFC 2104), only where a provider's interface asks for it: for nothing of our own. Any thread.

#include <array>

#include "base/bytes.h"

namespace yizhan::crypto {

std::array<uint8_t, 20> hmac_sha1(ByteSpan key, ByteSpan message);

}  // namespace yizhan::crypto
