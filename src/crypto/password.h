#pragma once
// Passwords of the people who operate the system: argon2id (RFC 9106) through libsodium, the policy that a
// new one must meet, and one-time passwords. hash_password and verify_password are slow on purpose (tens of
// milliseconds and `memory_bytes` of memory): they belong on a bounded pool. Any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace yizhan::crypto {

struct PasswordCost {
  uint64_t passes = 2;
  size_t memory_bytes = size_t{64} * 1024 * 1024;
};
// The least that argon2id accepts: for tests only.
inline constexpr PasswordCost kTestPasswordCost{1, 8192};

// A self-describing string ("$argon2id$v=19$m=…"). kInvalidArgument: longer than kPasswordBytes; kBusy: no
// memory for it now.
Result<std::string> hash_password(std::string_view password, PasswordCost cost = {});
// False for a wrong password and for a string that is no hash.
bool verify_password(std::string_view hash, std::string_view password);
// True when the hash was made with another cost than this one, or is no hash.
bool needs_rehash(std::string_view hash, PasswordCost cost = {});

// At least 12 characters, or 10 with three of lower case, upper case, digits, others; not containing the user
// name; not a well-known password, a run or a repetition. kInvalidArgument with field "/password".
Result<> check_password_policy(std::string_view password, std::string_view user_name);

// 16 characters in four groups, of letters and digits that are not mistaken for one another; about 78 bits.
// Meets the policy.
std::string make_one_time_password();

}  // namespace yizhan::crypto
