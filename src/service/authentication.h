#pragma once
// From a token to the one who holds it: sessions and API keys, looked up by their hash, with a small memory
// of those seen in the last seconds so that a request costs no query. Blocks on a miss; any thread.

#include <array>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "crypto/digest.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

inline constexpr Duration kSessionIdle = minutes(30);
inline constexpr Duration kSessionLife = hours(12);
// How long an answer from memory is good: at most this long another node's change goes unseen here.
inline constexpr Duration kAuthenticationMemory = seconds(5);
// last_seen_at and last_used_at are written at most this often.
inline constexpr Duration kSeenPrecision = minutes(1);
inline constexpr std::string_view kApiKeyPrefix = "yz_";

struct Authenticated {
  Principal principal;
  std::string display_name;
  std::string csrf_token;  // empty for API keys
  bool must_change_password = false;
  Time created_at;
  Time expires_at;
  crypto::Digest token_hash{};
};

// Whether the request that carries this CSRF token comes from the session's own pages. API keys need none: no
// browser sends them by itself.
bool csrf_matches(const Authenticated& who, std::string_view given);

class Authentication {
 public:
  explicit Authentication(const store::Store& store) : store_(store) {}

  // kUnauthenticated: unknown, ended, expired, revoked.
  Result<Authenticated> session(std::string_view token);
  Result<Authenticated> api_key(std::string_view token);

  // After a change of the user, the session or the key: what is remembered of it no longer counts.
  void forget(store::ActorKind kind, int64_t id);

 private:
  struct Entry {
    Authenticated who;
    Time loaded_at;
    Time seen_at;
    Time written_at;  // what the store knows of seen_at
  };
  struct DigestHash {
    size_t operator()(const crypto::Digest& digest) const {
      size_t out = 0;
      std::memcpy(&out, digest.data(), sizeof out);
      return out;
    }
  };
  struct Found {
    Result<Authenticated> who;
    bool write_seen = false;
  };

  // From memory; nullopt when the store must be asked.
  std::optional<Found> recall(store::ActorKind kind, const crypto::Digest& hash, Time now);
  Found remember(Entry entry, uint64_t generation, Time now);
  Found use(Entry& entry, Time now) const;
  Result<Authenticated> settle(Found found, Time now);
  Result<std::optional<Entry>> load_session(const crypto::Digest& hash) const;
  Result<std::optional<Entry>> load_api_key(const crypto::Digest& hash) const;
  void make_room(Time now);
  uint64_t generation();

  const store::Store& store_;
  std::mutex mutex_;
  uint64_t generation_ =
      0;  // rises with every forget(): what was loaded before it is not remembered after it
  std::unordered_map<crypto::Digest, Entry, DigestHash> entries_;
};

}  // namespace yizhan::service
