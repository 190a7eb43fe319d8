#include "crypto/password.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/ascii.h"
#include "base/limits.h"
#include "crypto/secret.h"

namespace yizhan::crypto {

namespace {

constexpr size_t kLongCharacters = 12;
constexpr size_t kShortCharacters = 10;
constexpr size_t kClassesWhenShort = 3;
constexpr size_t kDistinctCharacters = 5;
constexpr size_t kUserNameCharacters = 3;  // a shorter name is in too many words to be refused

// Words that passwords are made of when people do not try. Compared after lower-casing, undoing the usual
// look-alike digits and dropping what stands before and after, so "P@ssw0rd2026!" is "password".
constexpr std::array<std::string_view, 34> kCommonWords{"password",
                                                        "passwordpassword",
                                                        "passw",
                                                        "admin",
                                                        "administrator",
                                                        "adminadmin",
                                                        "root",
                                                        "rootroot",
                                                        "letmein",
                                                        "welcome",
                                                        "qwerty",
                                                        "qwertyuiop",
                                                        "qwertyuiopasdfghjkl",
                                                        "asdfghjkl",
                                                        "zxcvbnm",
                                                        "qazwsx",
                                                        "qazwsxedc",
                                                        "qwertyasdfgh",
                                                        "iloveyou",
                                                        "woaini",
                                                        "woainima",
                                                        "abc",
                                                        "abcabc",
                                                        "test",
                                                        "testtest",
                                                        "user",
                                                        "guest",
                                                        "changeme",
                                                        "secret",
                                                        "monkey",
                                                        "dragon",
                                                        "yizhan",
                                                        "sms",
                                                        "mima"};

char undisguise(char c) {
  switch (c) {
    case '@':
    case '4':
      return 'a';
    case '0':
      return 'o';
    case '1':
    case '!':
      return 'i';
    case '3':
      return 'e';
    case '5':
    case '$':
      return 's';
    case '7':
      return 't';
    default:
      return c;
  }
}

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// `text` without the characters before its first and after its last letter.
std::string_view letters_core(std::string_view text) {
  while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
  while (!text.empty() && !is_letter(text.back())) text.remove_suffix(1);
  return text;
}

bool is_common(std::string_view lowered) {
  const auto listed = [](std::string_view word) {
    return std::find(kCommonWords.begin(), kCommonWords.end(), word) != kCommonWords.end();
  };
  const std::string_view core = letters_core(lowered);
  std::string plain(core);
  for (char& c : plain) c = undisguise(c);
  return listed(core) || listed(plain);
}

// Steps of +1, 0 or -1 nearly all along: 123456789012, abcdefghijkl, aaaaaaaaaaaa.
bool is_run(std::string_view text) {
  size_t steps = 0;
  for (size_t i = 1; i < text.size(); ++i) {
    const int step = static_cast<unsigned char>(text[i]) - static_cast<unsigned char>(text[i - 1]);
    if (step >= -1 && step <= 1) ++steps;
  }
  return text.size() > 1 && steps + 2 >= text.size() - 1;
}

size_t character_count(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(),
                                           [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

size_t class_count(std::string_view text) {
  std::array<bool, 4> seen{};
  for (const char c : text) {
    if (c >= 'a' && c <= 'z')
      seen[0] = true;
    else if (c >= 'A' && c <= 'Z')
      seen[1] = true;
    else if (c >= '0' && c <= '9')
      seen[2] = true;
    else
      seen[3] = true;
  }
  return static_cast<size_t>(std::count(seen.begin(), seen.end(), true));
}

std::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::kInvalidArgument, std::move(why), "/password");
}

}  // namespace

Result<std::string> hash_password(std::string_view password, PasswordCost cost) {
  if (password.size() > limits::kPasswordBytes) return refuse("the password is too long");
  random_below(2);  // starts libsodium
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.passes, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(ErrorCode::kBusy, "no memory to hash a password now");
  return std::string(out.data());
}

bool verify_password(std::string_view hash, std::string_view password) {
  if (password.size() > limits::kPasswordBytes || hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(std::string(hash).c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(std::string_view hash, PasswordCost cost) {
  if (hash.size() >= crypto_pwhash_STRBYTES) return true;
  return crypto_pwhash_str_needs_rehash(std::string(hash).c_str(), cost.passes, cost.memory_bytes) != 0;
}

Result<> check_password_policy(std::string_view password, std::string_view user_name) {
  if (password.size() > limits::kPasswordBytes) return refuse("the password is too long");
  const size_t characters = character_count(password);
  if (characters < kShortCharacters) return refuse("the password needs at least 12 characters");
  if (characters < kLongCharacters && class_count(password) < kClassesWhenShort)
    return refuse(
        "the password needs 12 characters, or 10 of three kinds: lower and upper case, digits, others");
  const std::string lowered = lower(password);
  const std::string name = lower(user_name);
  if (character_count(name) >= kUserNameCharacters && lowered.find(name) != std::string::npos)
    return refuse("the password contains the user name");
  if (std::set<char>(lowered.begin(), lowered.end()).size() < kDistinctCharacters || is_run(lowered))
    return refuse("the password is a repetition or a run");
  if (is_common(lowered)) return refuse("the password is a well-known one");
  return {};
}

std::string make_one_time_password() {
  constexpr std::string_view kAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";  // no i l o 0 1
  constexpr size_t kGroups = 4;
  constexpr size_t kGroupCharacters = 4;
  for (;;) {
    std::string out;
    for (size_t i = 0; i < kGroups * kGroupCharacters; ++i) {
      if (i > 0 && i % kGroupCharacters == 0) out += '-';
      out += kAlphabet[random_below(kAlphabet.size())];
    }
    if (check_password_policy(out, {})) return out;  // a draw that looks like a run is drawn again
  }
}

}  // namespace yizhan::crypto
