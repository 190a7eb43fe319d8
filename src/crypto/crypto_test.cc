// Digests, HMAC, tokens, passwords and the audit chain: published vectors first, then what must fail.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/limits.h"
#include "crypto/blind_index.h"
#include "crypto/digest.h"
#include "crypto/hash_chain.h"
#include "crypto/hmac.h"
#include "crypto/password.h"
#include "crypto/token.h"

namespace yizhan::crypto {
namespace {

Bytes hex(std::string_view text) {
  Bytes out;
  EXPECT_TRUE(from_hex(text, out));
  return out;
}

// FIPS 180-4 examples.
TEST(Digest, KnownAnswers) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Digest, StreamIsTheSameAsOneShotAndStartsAnew) {
  Sha256 hash;
  hash.update("ab");
  hash.update("c");
  EXPECT_EQ(hash.finish(), sha256("abc"));
  EXPECT_EQ(hash.finish(), sha256(""));
}

TEST(Digest, File) {
  const auto path = std::filesystem::temp_directory_path() / ("yizhan_digest_" + std::to_string(::getpid()));
  const std::string content(300'000, 'x');
  std::ofstream(path) << content;
  const auto digest = sha256_file(path.string());
  ASSERT_TRUE(digest);
  EXPECT_EQ(*digest, sha256(content));
  std::filesystem::remove(path);
  const auto missing = sha256_file(path.string());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().field, path.string());
}

// RFC 4231, test cases 1, 2, 3, 6.
TEST(Hmac, KnownAnswers) {
  EXPECT_EQ(to_hex(HmacKey(Bytes(20, 0x0b)).mac(as_bytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(HmacKey(as_bytes("Jefe")).mac(as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(HmacKey(Bytes(20, 0xaa)).mac(Bytes(50, 0xdd))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(
      to_hex(HmacKey(Bytes(131, 0xaa))
                 .mac({as_bytes("Test Using Larger Than Block-Size Key"), as_bytes(" - Hash Key First")})),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, Verify) {
  const HmacKey key(as_bytes("key"));
  Digest mac = key.mac(as_bytes("message"));
  EXPECT_TRUE(key.verify(as_bytes("message"), mac));
  EXPECT_FALSE(key.verify(as_bytes("massage"), mac));
  EXPECT_FALSE(key.verify(as_bytes("message"), ByteSpan(mac).first(31)));
  mac[31] ^= 1;
  EXPECT_FALSE(key.verify(as_bytes("message"), mac));
}

TEST(BlindIndex, SameValueSameContextOnly) {
  const Keyring ring = Keyring::generate();
  const BlindIndex number(ring, "customer.number");
  EXPECT_EQ(number.of("+8613800138000"), BlindIndex(ring, "customer.number").of("+8613800138000"));
  EXPECT_NE(number.of("+8613800138000"), number.of("+8613800138001"));
  EXPECT_NE(number.of("+8613800138000"), BlindIndex(ring, "suppression.number").of("+8613800138000"));
  EXPECT_NE(number.of("+8613800138000"),
            BlindIndex(Keyring::generate(), "customer.number").of("+8613800138000"));
  EXPECT_EQ(number.key_id(), 1u);
}

TEST(BlindIndex, RotationChangesIt) {
  Keyring ring = Keyring::generate();
  const BlindHash before = BlindIndex(ring, "c").of("v");
  ASSERT_TRUE(ring.rotate(KeyPurpose::kBlindIndex));
  EXPECT_EQ(BlindIndex(ring, "c").key_id(), 2u);
  EXPECT_NE(BlindIndex(ring, "c").of("v"), before);
}

TEST(Token, RandomAndHashed) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Token token = make_token();
    EXPECT_EQ(token.text.size(), 43u);
    EXPECT_EQ(token.hash, hash_token(token.text));
    EXPECT_TRUE(seen.insert(token.text).second);
  }
}

// RFC 4648, section 10, without padding, and the two characters that differ in base64url.
TEST(Token, Base64Url) {
  EXPECT_EQ(to_base64url(as_bytes("")), "");
  EXPECT_EQ(to_base64url(as_bytes("f")), "Zg");
  EXPECT_EQ(to_base64url(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(to_base64url(hex("fbff")), "-_8");
  EXPECT_EQ(from_base64url("-_8"), hex("fbff"));
  EXPECT_EQ(from_base64url(""), Bytes{});
  for (const char* bad : {"Zg==", "Zm9v YmFy", "+/8", "Z", "Zm9vYmFy\n"})
    EXPECT_FALSE(from_base64url(bad)) << bad;
}

TEST(Secret, ConstantTimeEqual) {
  EXPECT_TRUE(constant_time_equal({}, {}));
  EXPECT_TRUE(constant_time_equal(as_bytes("abc"), as_bytes("abc")));
  EXPECT_FALSE(constant_time_equal(as_bytes("abc"), as_bytes("abd")));
  EXPECT_FALSE(constant_time_equal(as_bytes("abc"), as_bytes("ab")));
}

// From the test suite of the reference implementation of Argon2 (argon2id, v=19, m=256, t=2, p=1).
TEST(Password, KnownAnswer) {
  constexpr std::string_view kHash =
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  EXPECT_TRUE(verify_password(kHash, "password"));
  EXPECT_FALSE(verify_password(kHash, "passwore"));
}

TEST(Password, HashAndVerify) {
  const auto hash = hash_password("correct horse battery", kTestPasswordCost);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$"));
  EXPECT_TRUE(verify_password(*hash, "correct horse battery"));
  EXPECT_FALSE(verify_password(*hash, "correct horse batterz"));
  EXPECT_FALSE(verify_password(*hash, ""));
  EXPECT_NE(*hash, *hash_password("correct horse battery", kTestPasswordCost));
  EXPECT_FALSE(needs_rehash(*hash, kTestPasswordCost));
  EXPECT_TRUE(needs_rehash(*hash));
}

TEST(Password, GarbageIsNoHash) {
  for (const std::string& hash : {std::string(), std::string("x"), std::string("$argon2id$v=19$m=1"),
                                  std::string(500, 'a'), std::string("$argon2id$v=19$m=256,t=2,p=1$AA$AA")}) {
    EXPECT_FALSE(verify_password(hash, "password"));
    EXPECT_TRUE(needs_rehash(hash));
  }
}

TEST(Password, TooLong) {
  const std::string longest(limits::kPasswordBytes, 'p');
  EXPECT_TRUE(hash_password(longest, kTestPasswordCost));
  const auto over = hash_password(longest + "p", kTestPasswordCost);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().field, "/password");
  EXPECT_FALSE(check_password_policy(longest + "p", "user"));
}

struct PolicyCase {
  const char* password;
  const char* user;
  bool accepted;
};

TEST(Password, Policy) {
  constexpr PolicyCase kCases[] = {
      {"correct horse battery", "zhang.wei", true},
      {"tr0ub4dor&3x", "", true},
      {"Kd8fmw2Qzp", "zhang.wei", true},       // 10 with three kinds
      {"kd8fmw2qzp", "zhang.wei", false},      // 10 with two
      {"Kd8fmw2Qz", "zhang.wei", false},       // 9
      {"一二三四五六七八九十天地", "", true},  // characters, not bytes, are counted
      {"一二三四", "", false},                 // 12 bytes
      {"Zhang.Wei-2026!", "zhang.wei", false},
      {"xx-li-2026-yy", "li", true},  // too short a name to matter
      {"Password1234", "", false},
      {"P@ssw0rd2026!", "", false},
      {"Admin@123456", "", false},
      {"qwertyuiop123", "", false},
      {"123456789012", "", false},
      {"abcdefghijkl", "", false},
      {"aaaaaaaaaaaaaa", "", false},
      {"ababababababab", "", false},
      {"", "", false},
  };
  for (const PolicyCase& c : kCases) {
    const auto result = check_password_policy(c.password, c.user);
    EXPECT_EQ(result.has_value(), c.accepted) << c.password;
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
      EXPECT_EQ(result.error().field, "/password");
    }
  }
}

TEST(Password, OneTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string password = make_one_time_password();
    EXPECT_EQ(password.size(), 19u);
    EXPECT_TRUE(check_password_policy(password, "zhang.wei"));
    EXPECT_TRUE(seen.insert(password).second);
  }
}

class Chain : public testing::Test {
 protected:
  struct Entry {
    int64_t sequence;
    Bytes bytes;
    Digest hash;
  };
  Chain() {
    Digest previous = HashChain::kGenesis;
    for (int64_t n = 1; n <= 5; ++n) {
      CanonicalEntry entry;
      entry.integer(n).text("campaign.approve").absent().text("");
      previous = chain_.next(previous, n, entry.view());
      entries_.push_back({n, Bytes(entry.view().begin(), entry.view().end()), previous});
    }
  }
  std::optional<ChainBreak> verify() const {
    ChainVerifier verifier(chain_);
    for (const Entry& e : entries_) verifier.feed(e.sequence, e.bytes, e.hash);
    if (!verifier.broken()) EXPECT_EQ(verifier.hash(), entries_.back().hash);
    return verifier.broken();
  }

  Keyring ring_ = Keyring::generate();
  HashChain chain_{ring_};
  std::vector<Entry> entries_;
};

TEST_F(Chain, Whole) { EXPECT_FALSE(verify()); }

TEST_F(Chain, ChangedEntry) {
  entries_[2].bytes.back() ^= 1;
  const auto broken = verify();
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->kind, ChainBreak::Kind::kHashMismatch);
  EXPECT_EQ(broken->found_sequence, 3);
}

TEST_F(Chain, ChangedHash) {
  entries_[1].hash[0] ^= 1;
  ASSERT_TRUE(verify());
  EXPECT_EQ(verify()->found_sequence, 2);
}

TEST_F(Chain, RemovedEntry) {
  entries_.erase(entries_.begin() + 1);
  const auto broken = verify();
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->kind, ChainBreak::Kind::kSequenceGap);
  EXPECT_EQ(broken->expected_sequence, 2);
  EXPECT_EQ(broken->found_sequence, 3);
}

TEST_F(Chain, RemovedAndRenumbered) {
  entries_.erase(entries_.begin() + 1);
  for (size_t i = 0; i < entries_.size(); ++i) entries_[i].sequence = static_cast<int64_t>(i) + 1;
  ASSERT_TRUE(verify());
  EXPECT_EQ(verify()->kind, ChainBreak::Kind::kHashMismatch);
  EXPECT_EQ(verify()->found_sequence, 2);
}

TEST_F(Chain, Swapped) {
  std::swap(entries_[1], entries_[2]);
  EXPECT_EQ(verify()->kind, ChainBreak::Kind::kSequenceGap);
  std::swap(entries_[1].sequence, entries_[2].sequence);
  EXPECT_EQ(verify()->kind, ChainBreak::Kind::kHashMismatch);
}

TEST_F(Chain, WrongKey) {
  ChainVerifier verifier(HashChain{Keyring::generate()});
  EXPECT_FALSE(verifier.feed(1, entries_[0].bytes, entries_[0].hash));
  EXPECT_FALSE(verifier.feed(1, entries_[0].bytes, entries_[0].hash));
}

TEST_F(Chain, FromTheMiddle) {
  ChainVerifier verifier(chain_, 3, entries_[2].hash);
  EXPECT_TRUE(verifier.feed(4, entries_[3].bytes, entries_[3].hash));
  EXPECT_TRUE(verifier.feed(5, entries_[4].bytes, entries_[4].hash));
  EXPECT_EQ(verifier.sequence(), 5);
}

TEST_F(Chain, AfterRotationTheOldKeyStillVerifies) {
  ASSERT_TRUE(ring_.rotate(KeyPurpose::kAudit));
  EXPECT_EQ(HashChain(ring_).key_id(), 2u);
  const auto old = HashChain::under(ring_, 1);
  ASSERT_TRUE(old);
  EXPECT_TRUE(ChainVerifier(*old).feed(1, entries_[0].bytes, entries_[0].hash));
  EXPECT_EQ(HashChain::under(ring_, 9).error().code, ErrorCode::kWrongKey);
}

TEST(Canonical, FieldsDoNotRunTogether) {
  const auto bytes_of = [](auto fill) {
    CanonicalEntry entry;
    fill(entry);
    return Bytes(entry.view().begin(), entry.view().end());
  };
  const auto ab_c = bytes_of([](auto& e) { e.text("ab").text("c"); });
  const auto a_bc = bytes_of([](auto& e) { e.text("a").text("bc"); });
  const auto none = bytes_of([](auto& e) { e.absent(); });
  const auto empty = bytes_of([](auto& e) { e.text(""); });
  EXPECT_NE(ab_c, a_bc);
  EXPECT_NE(none, empty);
  EXPECT_EQ(to_hex(ab_c), "010000000000000002616201000000000000000163");
  EXPECT_EQ(to_hex(bytes_of([](auto& e) { e.integer(-2).absent(); })), "02fffffffffffffffe00");
}

}  // namespace
}  // namespace yizhan::crypto
