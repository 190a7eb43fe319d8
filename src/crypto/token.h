#pragma once
// Random tokens for sessions, API keys and links: the holder gets the text, the store keeps only its SHA-256.
// (A plain hash is enough: the token has 256 bits of its own.) Any thread.

#include <string>
#include <string_view>

#include "crypto/digest.h"
#include "crypto/secret.h"

namespace yizhan::crypto {

struct Token {
  std::string text;  // base64url without padding, 43 characters for 32 bytes
  Digest hash;       // of the text
};

Token make_token(size_t random_bytes = 32);
Digest hash_token(std::string_view text);

std::string to_base64url(ByteSpan bytes);
// kMalformed on padding, white space or any character outside the alphabet.
Result<Bytes> from_base64url(std::string_view text);

}  // namespace yizhan::crypto
