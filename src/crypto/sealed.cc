#include "crypto/sealed.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "crypto/fatal.h"
#include "crypto/nonce.h"

namespace yizhan::crypto {

struct FieldCipher::Keys {
  uint64_t instance = 0;  // unlike any other in this process, so that no thread takes a dead cipher's context
  std::vector<Keyring::Key> keys;

  const Keyring::Key* find(uint32_t id) const {
    const auto at = std::find_if(keys.begin(), keys.end(), [id](const auto& key) { return key.id == id; });
    return at == keys.end() ? nullptr : &*at;
  }
};

namespace {

constexpr size_t kHeaderBytes = 5;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
static_assert(kHeaderBytes + kNonceBytes + kTagBytes == kSealOverheadBytes);

// Lengths of libcrypto's calls are ints; longer texts go in pieces.
constexpr size_t kPieceBytes = size_t{1} << 30;

enum class Direction : uint8_t { kSeal, kOpen };

const EVP_CIPHER* aes_256_gcm() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  if (cipher == nullptr) fatal("AES-256-GCM is not available");
  return cipher;
}

struct ContextFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, ContextFree>;

// One thread's contexts with their keys already expanded: setting a key costs several times a short field.
// The few that a process needs (a current key to seal, one or two to open) stay; more take turns.
class ThreadContexts {
 public:
  EVP_CIPHER_CTX* get(uint64_t instance, const Keyring::Key& key, Direction direction) {
    for (Slot& slot : slots_)
      if (slot.instance == instance && slot.key_id == key.id && slot.direction == direction)
        return slot.context.get();
    Slot& slot = slots_[turn_++ % slots_.size()];
    slot.context.reset(EVP_CIPHER_CTX_new());
    const int enc = direction == Direction::kSeal ? 1 : 0;
    if (slot.context == nullptr || EVP_CipherInit_ex2(slot.context.get(), aes_256_gcm(),
                                                      key.secret.bytes.data(), nullptr, enc, nullptr) != 1)
      fatal("AES-256-GCM does not start");
    slot.instance = instance;
    slot.key_id = key.id;
    slot.direction = direction;
    return slot.context.get();
  }

  NonceSource nonces;

 private:
  struct Slot {
    uint64_t instance = 0;  // 0 = empty
    uint32_t key_id = 0;
    Direction direction = Direction::kSeal;
    CipherContext context;
  };
  std::array<Slot, 8> slots_;
  size_t turn_ = 0;
};

ThreadContexts& thread_contexts() {
  thread_local ThreadContexts contexts;
  return contexts;
}

// The additional data: header, row, column (see docs/formats/sealed_field.md).
bool add_context(EVP_CIPHER_CTX* context, const uint8_t* header, SealContext place) {
  std::array<uint8_t, kHeaderBytes + 8> fixed;
  std::copy_n(header, kHeaderBytes, fixed.begin());
  for (size_t i = 0; i < 8; ++i)
    fixed[kHeaderBytes + i] = static_cast<uint8_t>(static_cast<uint64_t>(place.row) >> (56 - 8 * i));
  int n = 0;
  return EVP_CipherUpdate(context, nullptr, &n, fixed.data(), static_cast<int>(fixed.size())) == 1 &&
         EVP_CipherUpdate(context, nullptr, &n, as_bytes(place.column).data(),
                          static_cast<int>(place.column.size())) == 1;
}

bool transform(EVP_CIPHER_CTX* context, ByteSpan in, uint8_t* out) {
  while (!in.empty()) {
    const ByteSpan piece = in.first(std::min(in.size(), kPieceBytes));
    int n = 0;
    if (EVP_CipherUpdate(context, out, &n, piece.data(), static_cast<int>(piece.size())) != 1) return false;
    out += n;
    in = in.subspan(piece.size());
  }
  return true;
}

uint64_t next_instance() {
  static std::atomic<uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

FieldCipher::FieldCipher(const Keyring& keyring) : current_id_(keyring.current(KeyPurpose::kField).id) {
  auto keys = std::make_shared<Keys>();
  keys->instance = next_instance();
  for (const Keyring::Key& key : keyring.keys())
    if (key.purpose == KeyPurpose::kField) keys->keys.push_back(key);
  keys_ = std::move(keys);
}

Bytes FieldCipher::seal(SealContext context, std::string_view plaintext) const {
  Bytes out;
  seal_to(context, plaintext, out);
  return out;
}

void FieldCipher::seal_to(SealContext context, std::string_view plaintext, Bytes& out) const {
  const Keyring::Key* key = keys_->find(current_id_);
  if (key == nullptr) fatal("the current field key is gone");
  ThreadContexts& thread = thread_contexts();
  EVP_CIPHER_CTX* cipher = thread.get(keys_->instance, *key, Direction::kSeal);

  const size_t start = out.size();
  out.resize(start + kSealOverheadBytes + plaintext.size());
  uint8_t* at = out.data() + start;
  at[0] = static_cast<uint8_t>(key->algorithm);
  for (size_t i = 0; i < 4; ++i) at[1 + i] = static_cast<uint8_t>(key->id >> (24 - 8 * i));
  const NonceSource::Nonce nonce = thread.nonces.next();
  std::copy(nonce.begin(), nonce.end(), at + kHeaderBytes);

  uint8_t* text = at + kHeaderBytes + kNonceBytes;
  int n = 0;
  if (EVP_CipherInit_ex2(cipher, nullptr, nullptr, nonce.data(), -1, nullptr) != 1 ||
      !add_context(cipher, at, context) || !transform(cipher, as_bytes(plaintext), text) ||
      EVP_CipherFinal_ex(cipher, text + plaintext.size(), &n) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, kTagBytes, text + plaintext.size()) != 1)
    fatal("AES-256-GCM failed to seal");
}

Result<uint32_t> FieldCipher::key_id_of(ByteSpan sealed) {
  ByteReader reader(sealed);
  const uint8_t algorithm = reader.u8();
  const uint32_t id = reader.u32();
  if (sealed.size() < kSealOverheadBytes) return fail(ErrorCode::kCorrupt, "too short for a sealed field");
  if (algorithm != static_cast<uint8_t>(Algorithm::kAes256Gcm))
    return fail(ErrorCode::kCorrupt, "a sealed field of an unknown algorithm");
  return id;
}

Result<std::string> FieldCipher::open(SealContext context, ByteSpan sealed) const {
  std::string out;
  YZ_CHECK(open_to(context, sealed, out));
  return out;
}

Result<> FieldCipher::open_to(SealContext context, ByteSpan sealed, std::string& out) const {
  const uint32_t id = YZ_TRY(key_id_of(sealed));
  const Keyring::Key* key = keys_->find(id);
  if (key == nullptr)
    return fail(ErrorCode::kWrongKey, fmt::format("sealed under field key {}, which the keyring has not", id),
                std::string(context.column));
  EVP_CIPHER_CTX* cipher = thread_contexts().get(keys_->instance, *key, Direction::kOpen);

  const size_t length = sealed.size() - kSealOverheadBytes;
  const uint8_t* nonce = sealed.data() + kHeaderBytes;
  const ByteSpan text = sealed.subspan(kHeaderBytes + kNonceBytes, length);
  std::array<uint8_t, kTagBytes> tag;  // a copy: the interface asks for memory that it could write
  std::copy_n(text.data() + length, kTagBytes, tag.begin());

  const size_t start = out.size();
  out.resize(start + length);
  auto* plain = reinterpret_cast<uint8_t*>(out.data() + start);
  int n = 0;
  if (EVP_CipherInit_ex2(cipher, nullptr, nullptr, nonce, -1, nullptr) != 1 ||
      !add_context(cipher, sealed.data(), context) || !transform(cipher, text, plain) ||
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) != 1 ||
      EVP_CipherFinal_ex(cipher, plain + length, &n) != 1) {
    SecretKey::wipe({plain, length});  // unauthenticated text is nobody's to see
    out.resize(start);
    return fail(ErrorCode::kCorrupt, "a sealed field does not open: it was changed or belongs elsewhere",
                std::string(context.column));
  }
  return {};
}

}  // namespace yizhan::crypto
