#include "crypto/digest.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>
#include <algorithm>

#include <cerrno>
#include <vector>

#include "crypto/fatal.h"

namespace yizhan::crypto {

namespace {
// Fetched once: an implicit fetch on every use costs more than a short digest.
const EVP_MD* sha256_algorithm() {
  static EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (md == nullptr) fatal("SHA-256 is not available");
  return md;
}
}  // namespace

struct Sha256::State {
  State() : context(EVP_MD_CTX_new()) {
    if (context == nullptr) fatal("out of memory");
    begin();
  }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void begin() {
    if (EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) != 1) fatal("SHA-256 does not start");
  }
  EVP_MD_CTX* context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteSpan data) {
  if (EVP_DigestUpdate(state_->context, data.data(), data.size()) != 1) fatal("SHA-256 failed");
}

Digest Sha256::finish() {
  Digest out;
  if (EVP_DigestFinal_ex(state_->context, out.data(), nullptr) != 1) fatal("SHA-256 failed");
  state_->begin();
  return out;
}

Digest sha256(ByteSpan data) {
  thread_local Sha256 hash;
  hash.update(data);
  return hash.finish();
}

std::string sha256_hex(ByteSpan data) { return to_hex(sha256(data)); }

Digest digest_of(ByteSpan kept) {
  Digest digest{};
  std::copy_n(kept.begin(), std::min(kept.size(), digest.size()), digest.begin());
  return digest;
}

Result<Digest> sha256_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(ErrorCode::kNotFound, "cannot open the file", path);
  constexpr size_t kBlockBytes = 256 * 1024;
  Bytes block(kBlockBytes);
  Sha256 hash;
  for (;;) {
    const ssize_t n = ::read(fd, block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      ::close(fd);
      return fail(ErrorCode::kStoreFailed, "cannot read the file", path);
    }
    if (n == 0) break;
    hash.update(ByteSpan(block).first(static_cast<size_t>(n)));
  }
  ::close(fd);
  return hash.finish();
}

}  // namespace yizhan::crypto
