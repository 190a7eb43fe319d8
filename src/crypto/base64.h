#pragma once
// Base64 with padding (RFC 4648 section 4), as other people's interfaces write it. Any thread.

#include <string>

#include "base/bytes.h"

namespace yizhan::crypto {

std::string to_base64(ByteSpan bytes);

}  // namespace yizhan::crypto
