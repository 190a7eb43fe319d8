#pragma once
// Equality look-up over sealed fields: a keyed hash that is the same for the same value in the same context
// and tells nothing without the key. HMAC-SHA256 under a key derived for the context, cut to 16 bytes (with n
// values in one column a chance collision has probability n^2 / 2^129). The caller normalises the value first
// (a number in E.164). Immutable: any thread.

#include <array>
#include <string_view>

#include "crypto/hmac.h"
#include "crypto/keyring.h"

namespace yizhan::crypto {

using BlindHash = std::array<uint8_t, 16>;

class BlindIndex {
 public:
  // For one context, such as "customer.number", under the current key. Make one per column and keep it.
  BlindIndex(const Keyring& keyring, std::string_view context);

  BlindHash of(std::string_view value) const;
  // Which version of the index key: stored once beside the table, so that a rotation knows what to rebuild.
  uint32_t key_id() const { return key_id_; }

 private:
  uint32_t key_id_;
  HmacKey key_;
};

}  // namespace yizhan::crypto
