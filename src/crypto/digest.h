#pragma once
// SHA-256 (FIPS 180-4) of bytes, streams and files. The functions: any thread; a Sha256 object: one thread.

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace yizhan::crypto {

using Digest = std::array<uint8_t, 32>;
// From what the store kept of one; missing bytes are zero.
Digest digest_of(ByteSpan kept);

Digest sha256(ByteSpan data);
inline Digest sha256(std::string_view text) { return sha256(as_bytes(text)); }
// 64 lower-case hexadecimal digits.
std::string sha256_hex(ByteSpan data);
inline std::string sha256_hex(std::string_view text) { return sha256_hex(as_bytes(text)); }
// Reads the whole file. kNotFound when it cannot be opened, kStoreFailed when reading fails; `field` = path.
Result<Digest> sha256_file(const std::string& path);

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(ByteSpan data);
  void update(std::string_view text) { update(as_bytes(text)); }
  // The digest of everything so far; the object then starts anew.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yizhan::crypto
