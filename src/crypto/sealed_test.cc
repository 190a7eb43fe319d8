// Sealed fields and the key file: a pinned vector, tampering, wrong keys and contexts, threads, file faults.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "base/limits.h"
#include "crypto/keyring.h"
#include "crypto/nonce.h"
#include "crypto/sealed.h"

namespace yizhan::crypto {
namespace {

namespace fs = std::filesystem;

std::string with_check(std::string body) {
  body += "check " + sha256_hex(body) + "\n";
  return body;
}

// A ring whose field key has the bytes 00 01 … 1f and the id 7.
std::string fixed_ring() {
  const std::string zeros(64, '0');
  return with_check(
      "yizhan-keyring 1\n"
      "key field 7 aes-256-gcm current 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
      "key blind-index 1 hmac-sha256 current " +
      zeros + "\nkey token 1 hmac-sha256 current " + zeros + "\nkey audit 1 hmac-sha256 current " + zeros +
      "\n");
}

class Sealed : public testing::Test {
 protected:
  Keyring ring_ = Keyring::generate();
  FieldCipher cipher_{ring_};
};

// Made with another program's AES-GCM interface from the grammar in docs/formats/sealed_field.md.
TEST_F(Sealed, KnownAnswer) {
  const FieldCipher cipher(Keyring::parse(fixed_ring()).value());
  Bytes sealed;
  ASSERT_TRUE(from_hex(
      "0100000007cafebabefacedbaddecaf888a19b961799427f2b773865ed4b2d92e13b043e227e3c14eef78fba99a454",
      sealed));
  EXPECT_EQ(cipher.open({"customer.number", 42}, sealed), "+8613800138000");
  EXPECT_FALSE(cipher.open({"customer.number", 43}, sealed));
}

TEST_F(Sealed, RoundTrip) {
  for (const std::string& text :
       {std::string(), std::string("+8613800138000"), std::string(70'000, 'x'), std::string("\0\xff", 2)}) {
    const Bytes sealed = cipher_.seal("customer.name", text);
    EXPECT_EQ(sealed.size(), text.size() + kSealOverheadBytes);
    EXPECT_EQ(cipher_.open("customer.name", sealed), text);
    EXPECT_NE(cipher_.seal("customer.name", text), sealed);
  }
  EXPECT_EQ(cipher_.open("", cipher_.seal("", "x")), "x");
}

TEST_F(Sealed, Appending) {
  Bytes out{1, 2, 3};
  cipher_.seal_to("a", "first", out);
  const size_t second = out.size();
  cipher_.seal_to("a", "second", out);
  std::string text = "> ";
  ASSERT_TRUE(cipher_.open_to("a", ByteSpan(out).subspan(3, second - 3), text));
  ASSERT_TRUE(cipher_.open_to("a", ByteSpan(out).subspan(second), text));
  EXPECT_EQ(text, "> firstsecond");
  out.back() ^= 1;
  EXPECT_FALSE(cipher_.open_to("a", ByteSpan(out).subspan(second), text));
  EXPECT_EQ(text, "> firstsecond");
}

TEST_F(Sealed, EveryFlippedBitIsFound) {
  const Bytes sealed = cipher_.seal("customer.number", "13800138000");
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(cipher_.open("customer.number", changed)) << bit;
  }
}

TEST_F(Sealed, EveryCutIsFound) {
  const Bytes sealed = cipher_.seal("customer.number", "13800138000");
  for (size_t n = 0; n < sealed.size(); ++n) {
    const auto opened = cipher_.open("customer.number", ByteSpan(sealed).first(n));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
  }
  Bytes longer = sealed;
  longer.push_back(0);
  EXPECT_FALSE(cipher_.open("customer.number", longer));
}

TEST_F(Sealed, WrongContext) {
  const Bytes sealed = cipher_.seal({"customer.number", 5}, "13800138000");
  EXPECT_TRUE(cipher_.open({"customer.number", 5}, sealed));
  EXPECT_EQ(cipher_.open({"customer.number", 6}, sealed).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(cipher_.open({"customer.number"}, sealed).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(cipher_.open({"customer.name", 5}, sealed).error().field, "customer.name");
}

TEST_F(Sealed, WrongKey) {
  const Bytes sealed = cipher_.seal("c", "x");
  EXPECT_EQ(FieldCipher(Keyring::generate()).open("c", sealed).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(FieldCipher(Keyring::parse(fixed_ring()).value()).open("c", sealed).error().code,
            ErrorCode::kWrongKey);
}

TEST_F(Sealed, Rotation) {
  const Bytes old = cipher_.seal("c", "old");
  ASSERT_TRUE(ring_.rotate(KeyPurpose::kField));
  const FieldCipher rotated(ring_);
  const Bytes fresh = rotated.seal("c", "new");
  EXPECT_EQ(rotated.current_key_id(), 2u);
  EXPECT_EQ(FieldCipher::key_id_of(old), 1u);
  EXPECT_EQ(FieldCipher::key_id_of(fresh), 2u);
  EXPECT_EQ(rotated.open("c", old), "old");
  EXPECT_EQ(rotated.open("c", fresh), "new");
  EXPECT_EQ(cipher_.open("c", fresh).error().code, ErrorCode::kWrongKey);
}

// More ciphers than a thread keeps contexts for: each keeps working as they take turns.
TEST_F(Sealed, ManyCiphersInOneThread) {
  std::vector<FieldCipher> ciphers;
  std::vector<Bytes> sealed;
  for (int i = 0; i < 20; ++i) {
    ciphers.emplace_back(Keyring::generate());
    sealed.push_back(ciphers.back().seal("c", std::to_string(i)));
  }
  for (int round = 0; round < 2; ++round)
    for (size_t i = 0; i < 20; ++i) EXPECT_EQ(ciphers[i].open("c", sealed[i]), std::to_string(i));
}

TEST_F(Sealed, ThreadsShareACipherAndNoNonce) {
  constexpr size_t kThreads = 4;
  constexpr size_t kFields = 2'000;
  std::vector<std::vector<Bytes>> sealed(kThreads);
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < kThreads; ++t)
      threads.emplace_back([&, t] {
        for (size_t i = 0; i < kFields; ++i) sealed[t].push_back(cipher_.seal("c", std::to_string(i)));
      });
  }
  std::set<Bytes> nonces;
  for (const auto& of_thread : sealed)
    for (size_t i = 0; i < kFields; ++i) {
      EXPECT_EQ(cipher_.open("c", of_thread[i]), std::to_string(i));
      nonces.insert(Bytes(of_thread[i].begin() + 5, of_thread[i].begin() + 17));
    }
  EXPECT_EQ(nonces.size(), kThreads * kFields);
}

TEST(Nonce, CountsUp) {
  NonceSource source;
  auto previous = source.next();
  for (int i = 0; i < 1000; ++i) {
    const auto next = source.next();
    EXPECT_NE(next, previous);
    previous = next;
  }
}

TEST(Nonce, AChildOfAForkDoesNotRepeatItsParent) {
  NonceSource source;
  source.next();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto nonce = source.next();
    ::_exit(::write(ends[1], nonce.data(), nonce.size()) == 12 ? 0 : 1);
  }
  NonceSource::Nonce theirs;
  ASSERT_EQ(::read(ends[0], theirs.data(), theirs.size()), 12);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_NE(source.next(), theirs);
}

class KeyFile : public testing::Test {
 protected:
  KeyFile() {
    static int count = 0;
    folder_ = fs::temp_directory_path() / fmt::format("yizhan_keys_{}_{}", ::getpid(), ++count);
    fs::create_directory(folder_);
    path_ = (folder_ / "yizhan.keys").string();
  }
  ~KeyFile() override { fs::remove_all(folder_); }
  void write(const std::string& text) const {
    std::ofstream(path_) << text;
    ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  }
  std::string read() const {
    std::stringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }
  void expect_failure(ErrorCode code) const {
    const auto ring = Keyring::load(path_);
    ASSERT_FALSE(ring);
    EXPECT_EQ(ring.error().code, code) << to_string(ring.error());
    EXPECT_EQ(ring.error().field, path_);
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(KeyFile, CreateAndLoad) {
  const mode_t before = ::umask(0);
  const auto created = Keyring::create(path_);
  ::umask(before);
  ASSERT_TRUE(created);
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  const auto loaded = Keyring::load(path_);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->fingerprint(), created->fingerprint());
  EXPECT_EQ(FieldCipher(*loaded).open("c", FieldCipher(*created).seal("c", "x")), "x");
}

TEST_F(KeyFile, IsNeverOverwritten) {
  ASSERT_TRUE(Keyring::create(path_));
  const std::string before = read();
  EXPECT_EQ(Keyring::create(path_).error().code, ErrorCode::kConflict);
  EXPECT_EQ(read(), before);
}

TEST_F(KeyFile, Missing) { expect_failure(ErrorCode::kWrongKey); }

TEST_F(KeyFile, OpenToOthers) {
  ASSERT_TRUE(Keyring::create(path_));
  for (const mode_t mode : {0640, 0604, 0620, 0601, 0666}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    expect_failure(ErrorCode::kWrongKey);
  }
  ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
  EXPECT_TRUE(Keyring::load(path_));
}

TEST_F(KeyFile, NotARegularFile) {
  fs::create_directory(path_);
  fs::permissions(path_, fs::perms::owner_all);
  expect_failure(ErrorCode::kWrongKey);
}

TEST_F(KeyFile, EveryCutAndChangedByteIsFound) {
  ASSERT_TRUE(Keyring::create(path_));
  const std::string text = read();
  for (size_t n = 0; n + 1 < text.size(); ++n) EXPECT_FALSE(Keyring::parse(text.substr(0, n))) << n;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(Keyring::parse(changed)) << i;
  }
  write(text.substr(0, text.size() / 2));
  expect_failure(ErrorCode::kCorrupt);
  write(std::string(limits::kKeyringBytes + 1, 'k'));
  expect_failure(ErrorCode::kCorrupt);
}

TEST_F(KeyFile, WellFormedButWrong) {
  const std::string zeros(64, '0');
  const std::string good = "yizhan-keyring 1\nkey field 1 aes-256-gcm current " + zeros +
                           "\nkey blind-index 1 hmac-sha256 current " + zeros +
                           "\nkey token 1 hmac-sha256 current " + zeros +
                           "\nkey audit 1 hmac-sha256 current " + zeros + "\n";
  ASSERT_TRUE(Keyring::parse(with_check(good)));
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return with_check(text);
  };
  for (const std::string& text :
       {changed("keyring 1", "keyring 2"), changed("field 1", "field 0"), changed("field 1", "field x"),
        changed("field 1", "field 4294967296"), changed("aes-256-gcm", "sm4-gcm"),
        changed("current", "retired"), changed("key field", "key wheat"),
        changed("key token 1", "key audit 1"), changed("current 0", "current "),
        changed("current 0", "current x"),
        with_check(good + "key field 1 aes-256-gcm retired " + zeros + "\n"),
        with_check(good + "key field 2 aes-256-gcm current " + zeros + "\n"), with_check(good + "\n"),
        with_check("yizhan-keyring 1\n"), std::string("check x")})
    EXPECT_EQ(Keyring::parse(text).error().code, ErrorCode::kCorrupt) << text;
}

TEST_F(KeyFile, RotateAndSave) {
  auto ring = Keyring::create(path_).value();
  const std::string fingerprint = ring.fingerprint();
  for (const KeyPurpose p :
       {KeyPurpose::kField, KeyPurpose::kBlindIndex, KeyPurpose::kToken, KeyPurpose::kAudit}) {
    ASSERT_TRUE(ring.rotate(p));
    EXPECT_EQ(ring.current(p).id, 2u);
    EXPECT_NE(ring.find(p, 1), nullptr);
    EXPECT_EQ(ring.find(p, 3), nullptr);
  }
  ASSERT_TRUE(ring.save(path_));
  const auto loaded = Keyring::load(path_).value();
  EXPECT_EQ(loaded.fingerprint(), fingerprint);
  EXPECT_EQ(loaded.current(KeyPurpose::kField).id, 2u);
  EXPECT_EQ(loaded.keys().size(), 8u);
  EXPECT_FALSE(fs::exists(path_ + ".new"));
  EXPECT_NE(Keyring::generate().fingerprint(), fingerprint);
}

TEST_F(KeyFile, FullRing) {
  Keyring ring = Keyring::generate();
  while (ring.keys().size() < limits::kKeyringKeys) ASSERT_TRUE(ring.rotate(KeyPurpose::kField));
  EXPECT_EQ(ring.rotate(KeyPurpose::kField).error().code, ErrorCode::kTooMany);
  ASSERT_TRUE(ring.save(path_));
  EXPECT_TRUE(Keyring::load(path_));
}

TEST_F(KeyFile, FolderMissing) {
  const auto ring = Keyring::create((folder_ / "none" / "k").string());
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().code, ErrorCode::kStoreFailed);
}

}  // namespace
}  // namespace yizhan::crypto
