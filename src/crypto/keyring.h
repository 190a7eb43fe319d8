#pragma once
// The key file: versioned random keys by purpose, kept apart from the database. Text, one key a line:
//   yizhan-keyring 1
//   key <purpose> <id> <algorithm> <current|retired> <64 hex digits>
//   check <SHA-256 of every line above, 64 hex digits>
// The file must be readable by its owner only (mode 0600 or 0400). Losing it loses every sealed field: it is
// backed up apart from the data. A Keyring is immutable but for rotate(), which its owner calls before
// sharing it; const use from any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/digest.h"
#include "crypto/secret.h"

namespace yizhan::crypto {

enum class KeyPurpose : uint8_t { kField, kBlindIndex, kToken, kAudit };

// The first byte of a sealed field; a number is never given a second meaning.
enum class Algorithm : uint8_t { kAes256Gcm = 1, kHmacSha256 = 16 };

class Keyring {
 public:
  struct Key {
    KeyPurpose purpose = KeyPurpose::kField;
    uint32_t id = 0;  // from 1, rising within its purpose
    Algorithm algorithm = Algorithm::kAes256Gcm;
    bool current = false;  // exactly one of each purpose
    SecretKey secret;
  };

  // A new ring in memory, for tests and for create().
  static Keyring generate();
  // Writes a new ring to `path` with mode 0600. kConflict when the file exists, kStoreFailed when it cannot
  // be written; `field` = path.
  static Result<Keyring> create(const std::string& path);
  // kWrongKey: missing, unreadable, or readable by others than the owner. kCorrupt: not a whole key file.
  // `field` = path.
  static Result<Keyring> load(const std::string& path);
  // The content of a key file; kCorrupt otherwise.
  static Result<Keyring> parse(std::string_view text);

  const Key& current(KeyPurpose purpose) const;
  // Null when the ring has no such key.
  const Key* find(KeyPurpose purpose, uint32_t id) const;
  const std::vector<Key>& keys() const { return keys_; }

  // 32 hexadecimal digits that tell this ring from any other without revealing a key. It is made of the first
  // key of each purpose, so rotation leaves it as it is. Stored in the database and compared at start.
  std::string fingerprint() const;

  // Adds a key that becomes the current one of its purpose; older ones stay for what they sealed.
  // kTooMany beyond kKeyringKeys.
  Result<> rotate(KeyPurpose purpose);
  // Replaces the file at once (temporary file, fsync, rename). kStoreFailed; `field` = path.
  Result<> save(const std::string& path) const;

 private:
  Keyring() = default;
  std::string serialize() const;
  std::vector<Key> keys_;
};

}  // namespace yizhan::crypto
