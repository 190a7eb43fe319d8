#include "crypto/token.h"

#include <sodium.h>

namespace yizhan::crypto {

std::string to_base64url(ByteSpan bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();  // the NUL that libsodium counts in
  return out;
}

Result<Bytes> from_base64url(std::string_view text) {
  Bytes out(text.size() / 4 * 3 + 3);
  size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size())
    return fail(ErrorCode::kMalformed, "not base64url");
  out.resize(length);
  return out;
}

Digest hash_token(std::string_view text) { return sha256(text); }

Token make_token(size_t random_bytes) {
  Bytes raw(random_bytes);
  crypto::random_bytes(raw);
  Token token;
  token.text = to_base64url(raw);
  token.hash = hash_token(token.text);
  SecretKey::wipe(raw);
  return token;
}

}  // namespace yizhan::crypto
