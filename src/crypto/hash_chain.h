#pragma once
// The audit log's chain: each entry's hash covers the hash before it, its own number and its content, keyed,
// so that whoever can write the table but has not the key file can change nothing unseen. Grammar in
// docs/formats/audit_chain.md. HashChain is immutable: any thread; CanonicalEntry and ChainVerifier: one
// thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "crypto/hmac.h"
#include "crypto/keyring.h"

namespace yizhan::crypto {

// The bytes of one entry: fields in a fixed order, each preceded by its length, so that no two entries have
// the same bytes.
class CanonicalEntry {
 public:
  CanonicalEntry& text(std::string_view value);
  CanonicalEntry& bytes(ByteSpan value);
  CanonicalEntry& integer(int64_t value);
  // A field that is not there, which is not the same as an empty one.
  CanonicalEntry& absent();
  ByteSpan view() const { return bytes_; }
  // Makes the object ready for another entry, keeping its memory.
  void clear() { bytes_.clear(); }

 private:
  Bytes bytes_;
};

class HashChain {
 public:
  // Before the first entry.
  static constexpr Digest kGenesis{};

  // Under the current audit key.
  explicit HashChain(const Keyring& keyring);
  // Under the audit key of that id; kWrongKey when the ring has none.
  static Result<HashChain> under(const Keyring& keyring, uint32_t key_id);

  // The hash of entry number `sequence` (the first is 1) that follows the one hashed `previous`.
  Digest next(const Digest& previous, int64_t sequence, ByteSpan entry) const;
  uint32_t key_id() const { return key_id_; }

 private:
  explicit HashChain(const Keyring::Key& key) : key_id_(key.id), key_(key.secret.bytes) {}
  uint32_t key_id_;
  HmacKey key_;
};

// Where a chain breaks.
struct ChainBreak {
  enum class Kind : uint8_t {
    kSequenceGap,   // another number than the next: entries are missing, doubled or out of order
    kHashMismatch,  // this entry, or the hash of the one before it, was changed
  };
  Kind kind = Kind::kSequenceGap;
  int64_t expected_sequence = 0;
  int64_t found_sequence = 0;
};

// Fed with the stored entries in order; stays at the first break. That entries were cut off at the end shows
// only against a head recorded elsewhere: compare sequence() and hash() with it afterwards.
class ChainVerifier {
 public:
  // Starts after entry `sequence` with hash `hash`; by default at the beginning.
  explicit ChainVerifier(HashChain chain, int64_t sequence = 0, const Digest& hash = HashChain::kGenesis)
      : chain_(std::move(chain)), sequence_(sequence), hash_(hash) {}

  // False from the first break on.
  bool feed(int64_t sequence, ByteSpan entry, const Digest& stored_hash);
  const std::optional<ChainBreak>& broken() const { return broken_; }
  // Of the last good entry.
  int64_t sequence() const { return sequence_; }
  const Digest& hash() const { return hash_; }

 private:
  HashChain chain_;
  int64_t sequence_;
  Digest hash_;
  std::optional<ChainBreak> broken_;
};

}  // namespace yizhan::crypto
