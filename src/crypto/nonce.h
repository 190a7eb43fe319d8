#pragma once
// The 96-bit nonces of AES-GCM: never twice under one key, in any thread or process. Private to crypto/. A
// NonceSource belongs to one thread.

#include <array>
#include <cstdint>

namespace yizhan::crypto {

// A 12-byte number that starts at a random place and goes up by one.
//
// Why this does not repeat: random nonces alone would allow 2^32 messages under one key (SP 800-38D, 8.3), a
// few days of our traffic. A source that counts can only meet another where their two runs overlap. With n
// sources in the life of a key, each of at most L nonces, two runs overlap with probability at most
// n^2 * L / 2^96: for 2^20 threads in all and 2^35 fields each, 2^-21 for 2^55 fields; for the traffic of a
// year (2^12 threads, 2^40 fields in all) below 2^-32, the bound that the standard asks for. A source starts
// anew in the child of a fork, which would otherwise repeat its parent's run.
class NonceSource {
 public:
  using Nonce = std::array<uint8_t, 12>;

  Nonce next();

 private:
  void restart();

  uint32_t high_ = 0;
  uint64_t low_ = 0;
  uint32_t generation_ = 0;  // of forks; 0 = not started
};

}  // namespace yizhan::crypto
