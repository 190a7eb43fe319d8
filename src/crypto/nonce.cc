#include "crypto/nonce.h"

#include <pthread.h>

#include <atomic>
#include <cstring>

#include "crypto/fatal.h"
#include "crypto/secret.h"

namespace yizhan::crypto {

namespace {
// Counts the forks between the first process and this one, from 1.
std::atomic<uint32_t> fork_generation{1};
}  // namespace

void NonceSource::restart() {
  static const bool watching =
      pthread_atfork(nullptr, nullptr, [] { fork_generation.fetch_add(1, std::memory_order_relaxed); }) == 0;
  if (!watching) fatal("forks cannot be watched");
  Nonce start;
  random_bytes(start);
  std::memcpy(&high_, start.data(), sizeof high_);
  std::memcpy(&low_, start.data() + sizeof high_, sizeof low_);
  generation_ = fork_generation.load(std::memory_order_relaxed);
}

NonceSource::Nonce NonceSource::next() {
  if (generation_ != fork_generation.load(std::memory_order_relaxed)) restart();
  if (++low_ == 0) ++high_;
  Nonce out;
  for (size_t i = 0; i < 4; ++i) out[i] = static_cast<uint8_t>(high_ >> (24 - 8 * i));
  for (size_t i = 0; i < 8; ++i) out[4 + i] = static_cast<uint8_t>(low_ >> (56 - 8 * i));
  return out;
}

}  // namespace yizhan::crypto
