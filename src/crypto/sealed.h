#pragma once
// Sealed fields: personal data as it is stored, AES-256-GCM (NIST SP 800-38D) bound to the place it is stored
// in. Grammar in docs/formats/sealed_field.md. A FieldCipher is immutable: any thread, no lock; each thread
// keeps its own cipher contexts.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/keyring.h"

namespace yizhan::crypto {

// Where a sealed field belongs: the column's name and, where a row must not be exchangeable with another, its
// id (0 = not bound to a row). Opening under another context fails.
struct SealContext {
  std::string_view column;
  int64_t row = 0;

  SealContext(std::string_view c, int64_t r = 0) : column(c), row(r) {}
  SealContext(const char* c, int64_t r = 0) : column(c), row(r) {}
};

// What a sealed field is longer than its plain text: header 5, nonce 12, tag 16.
inline constexpr size_t kSealOverheadBytes = 33;

class FieldCipher {
 public:
  explicit FieldCipher(const Keyring& keyring);

  // Under the current field key. Sealing cannot fail for any input; a broken library ends the process.
  Bytes seal(SealContext context, std::string_view plaintext) const;
  // Appends to `out`.
  void seal_to(SealContext context, std::string_view plaintext, Bytes& out) const;

  // kWrongKey: sealed under a key that the ring has not. kCorrupt: changed, cut, of another context, or no
  // sealed field at all.
  Result<std::string> open(SealContext context, ByteSpan sealed) const;
  // Appends to `out`, which is left as it was on an error.
  Result<> open_to(SealContext context, ByteSpan sealed, std::string& out) const;

  uint32_t current_key_id() const { return current_id_; }
  // The key id in a sealed field's header, without opening it (for re-sealing after a rotation).
  static Result<uint32_t> key_id_of(ByteSpan sealed);

 private:
  // Shared, so that copies of the cipher share the threads' contexts too.
  struct Keys;
  std::shared_ptr<const Keys> keys_;
  uint32_t current_id_;
};

}  // namespace yizhan::crypto
