// Any bytes as a key file and as a sealed field: refused or read, never a crash.

#include "crypto/keyring.h"
#include "crypto/sealed.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yizhan;
  static const crypto::FieldCipher cipher(crypto::Keyring::generate());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (cipher.open("fuzz", as_bytes(text))) __builtin_trap();  // nobody guesses a tag
  // The check line is made right, or nothing behind it would ever be reached.
  const std::string whole =
      std::string(text) + "\ncheck " + crypto::sha256_hex(std::string(text) + "\n") + "\n";
  if (const auto ring = crypto::Keyring::parse(whole)) {
    const crypto::FieldCipher its_cipher(*ring);
    if (its_cipher.open("c", its_cipher.seal("c", "x")) != "x") __builtin_trap();
  }
  return 0;
}
