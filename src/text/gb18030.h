#pragma once
// GB 18030, the Chinese character set of one, two or four bytes a character; GBK and GB 2312 are parts of it.
// Any thread. Sources: GB 18030-2005 (byte structure); the mapping is ICU's.

#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace yizhan::text {

// Bytes that a code point takes: 1, 2 or 4; 0 for a surrogate or what the set has no code for. The first call
// for a character beyond ASCII makes the table that all others look into.
size_t gb18030_bytes(char32_t code_point);

// Appends the bytes of one code point and returns how many (0: there are none).
size_t append_gb18030(char32_t code_point, Bytes& out);

// Appends bytes as UTF-8. What is no character becomes U+FFFD.
void gb18030_decode(ByteSpan bytes, std::string& utf8);

}  // namespace yizhan::text
