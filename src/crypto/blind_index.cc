#include "crypto/blind_index.h"

#include <algorithm>

namespace yizhan::crypto {

namespace {
HmacKey derive(const Keyring::Key& key, std::string_view context) {
  Digest derived = HmacKey(key.secret.bytes).mac({as_bytes("yizhan blind index 1:"), as_bytes(context)});
  HmacKey out(derived);
  SecretKey::wipe(derived);
  return out;
}
}  // namespace

BlindIndex::BlindIndex(const Keyring& keyring, std::string_view context)
    : key_id_(keyring.current(KeyPurpose::kBlindIndex).id),
      key_(derive(keyring.current(KeyPurpose::kBlindIndex), context)) {}

BlindHash BlindIndex::of(std::string_view value) const {
  const Digest full = key_.mac(as_bytes(value));
  BlindHash out;
  std::copy_n(full.begin(), out.size(), out.begin());
  return out;
}

}  // namespace yizhan::crypto
