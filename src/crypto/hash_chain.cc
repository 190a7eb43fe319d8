#include "crypto/hash_chain.h"

#include <fmt/format.h>

#include "crypto/secret.h"

namespace yizhan::crypto {

namespace {
// The type byte of a canonical field.
enum class FieldType : uint8_t { kAbsent = 0, kBytes = 1, kInteger = 2 };

std::array<uint8_t, 8> big_endian(uint64_t v) {
  std::array<uint8_t, 8> out;
  for (size_t i = 0; i < 8; ++i) out[i] = static_cast<uint8_t>(v >> (56 - 8 * i));
  return out;
}
}  // namespace

CanonicalEntry& CanonicalEntry::text(std::string_view value) { return bytes(as_bytes(value)); }

CanonicalEntry& CanonicalEntry::bytes(ByteSpan value) {
  ByteWriter writer(bytes_);
  writer.u8(static_cast<uint8_t>(FieldType::kBytes));
  writer.u64(value.size());
  writer.bytes(value);
  return *this;
}

CanonicalEntry& CanonicalEntry::integer(int64_t value) {
  ByteWriter writer(bytes_);
  writer.u8(static_cast<uint8_t>(FieldType::kInteger));
  writer.u64(static_cast<uint64_t>(value));
  return *this;
}

CanonicalEntry& CanonicalEntry::absent() {
  bytes_.push_back(static_cast<uint8_t>(FieldType::kAbsent));
  return *this;
}

HashChain::HashChain(const Keyring& keyring) : HashChain(keyring.current(KeyPurpose::kAudit)) {}

Result<HashChain> HashChain::under(const Keyring& keyring, uint32_t key_id) {
  const Keyring::Key* key = keyring.find(KeyPurpose::kAudit, key_id);
  if (key == nullptr)
    return fail(ErrorCode::kWrongKey, fmt::format("the keyring has no audit key {}", key_id));
  return HashChain(*key);
}

Digest HashChain::next(const Digest& previous, int64_t sequence, ByteSpan entry) const {
  const auto number = big_endian(static_cast<uint64_t>(sequence));
  return key_.mac({as_bytes("yizhan audit 1:"), previous, number, entry});
}

bool ChainVerifier::feed(int64_t sequence, ByteSpan entry, const Digest& stored_hash) {
  if (broken_) return false;
  if (sequence != sequence_ + 1) {
    broken_ = ChainBreak{ChainBreak::Kind::kSequenceGap, sequence_ + 1, sequence};
    return false;
  }
  const Digest expected = chain_.next(hash_, sequence, entry);
  if (!constant_time_equal(expected, stored_hash)) {
    broken_ = ChainBreak{ChainBreak::Kind::kHashMismatch, sequence, sequence};
    return false;
  }
  sequence_ = sequence;
  hash_ = expected;
  return true;
}

}  // namespace yizhan::crypto
