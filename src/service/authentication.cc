#include "service/authentication.h"

#include "base/limits.h"
#include "base/log.h"
#include "crypto/secret.h"
#include "crypto/token.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

std::unexpected<Error> unauthenticated(std::string message) {
  return fail(ErrorCode::kUnauthenticated, std::move(message));
}

}  // namespace

bool csrf_matches(const Authenticated& who, std::string_view given) {
  if (who.principal.kind == store::ActorKind::kApiKey) return true;
  return !who.csrf_token.empty() && crypto::constant_time_equal(as_bytes(who.csrf_token), as_bytes(given));
}

Result<Authenticated> Authentication::session(std::string_view token) {
  if (token.empty() || token.size() > limits::kTokenBytes) return unauthenticated("no such session");
  const crypto::Digest hash = crypto::hash_token(token);
  const Time now = store_.now();
  if (auto found = recall(store::ActorKind::kUser, hash, now)) return settle(std::move(*found), now);
  const uint64_t before = generation();
  auto entry = YZ_TRY(load_session(hash));
  if (!entry) return unauthenticated("the session has ended");
  return settle(remember(std::move(*entry), before, now), now);
}

Result<Authenticated> Authentication::api_key(std::string_view token) {
  if (!token.starts_with(kApiKeyPrefix) || token.size() > limits::kTokenBytes)
    return unauthenticated("no such API key");
  const crypto::Digest hash = crypto::hash_token(token);
  const Time now = store_.now();
  if (auto found = recall(store::ActorKind::kApiKey, hash, now)) return settle(std::move(*found), now);
  const uint64_t before = generation();
  auto entry = YZ_TRY(load_api_key(hash));
  if (!entry) return unauthenticated("no such API key, or it was revoked");
  return settle(remember(std::move(*entry), before, now), now);
}

void Authentication::forget(store::ActorKind kind, int64_t id) {
  const std::lock_guard lock(mutex_);
  ++generation_;
  std::erase_if(entries_, [&](const auto& item) {
    const Principal& principal = item.second.who.principal;
    return principal.kind == kind && principal.id == id;
  });
}

uint64_t Authentication::generation() {
  const std::lock_guard lock(mutex_);
  return generation_;
}

std::optional<Authentication::Found> Authentication::recall(store::ActorKind kind, const crypto::Digest& hash,
                                                            Time now) {
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(hash);
  // A key is no session: one given as the other is looked up, and not found.
  if (at == entries_.end() || at->second.who.principal.kind != kind ||
      now - at->second.loaded_at >= kAuthenticationMemory)
    return std::nullopt;
  return use(at->second, now);
}

Authentication::Found Authentication::remember(Entry entry, uint64_t generation, Time now) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return use(entry, now);
  const auto at = entries_.find(entry.who.token_hash);
  if (at != entries_.end()) {
    // The store learns of use once a minute only; memory knows better.
    entry.seen_at = std::max(entry.seen_at, at->second.seen_at);
    entry.written_at = std::max(entry.written_at, at->second.written_at);
    at->second = std::move(entry);
    return use(at->second, now);
  }
  make_room(now);
  return use(entries_.emplace(entry.who.token_hash, std::move(entry)).first->second, now);
}

Authentication::Found Authentication::use(Entry& entry, Time now) const {
  if (now >= entry.who.expires_at) return {unauthenticated("expired")};
  const bool person = entry.who.principal.kind == store::ActorKind::kUser;
  if (person && now - entry.seen_at >= kSessionIdle) return {unauthenticated("the session has ended")};
  entry.seen_at = std::max(entry.seen_at, now);
  const bool write = now - entry.written_at >= kSeenPrecision;
  if (write) entry.written_at = now;
  return {entry.who, write};
}

// Writing down that someone was here is nobody's wait: it is handed to the writer and may fail.
Result<Authenticated> Authentication::settle(Found found, Time now) {
  if (!found.who || !found.write_seen) return std::move(found.who);
  const bool person = found.who->principal.kind == store::ActorKind::kUser;
  store_.db.submit(
      [person, now, hash = found.who->token_hash, id = found.who->principal.id](db::Tx& tx) -> Result<> {
        if (person)
          YZ_TRY(tx.run(q::session_touch, hash, now));
        else
          YZ_TRY(tx.run(q::api_key_touch, id, now));
        return {};
      },
      [](Result<> done) {
        if (!done) log::warn("the time of last use was not stored: {}", to_string(done.error()));
      });
  return std::move(found.who);
}

Result<std::optional<Authentication::Entry>> Authentication::load_session(const crypto::Digest& hash) const {
  return store_.db.read([&](db::Tx& tx) -> Result<std::optional<Entry>> {
    auto entry = YZ_TRY(tx.one(
        q::session_find,
        [&](const db::Row& row) {
          Entry e;
          e.who.principal = {store::ActorKind::kUser, row.i64(0), row.string(5), domain::Roles{row.i64(7)}};
          e.who.csrf_token = row.string(1);
          e.who.created_at = row.time(2);
          e.who.expires_at = row.flag(9) ? Time{} : row.time(4);  // of a disabled user: expired
          e.who.display_name = row.string(6);
          e.who.must_change_password = row.flag(8);
          e.who.token_hash = hash;
          e.seen_at = e.written_at = row.time(3);
          e.loaded_at = store_.now();
          return e;
        },
        hash));
    return entry;
  });
}

Result<std::optional<Authentication::Entry>> Authentication::load_api_key(const crypto::Digest& hash) const {
  return store_.db.read([&](db::Tx& tx) -> Result<std::optional<Entry>> {
    auto entry = YZ_TRY(tx.one(
        q::api_key_by_token,
        [&](const db::Row& row) {
          Entry e;
          e.who.principal = {store::ActorKind::kApiKey, row.i64(0), row.string(1), domain::Roles{row.i64(2)}};
          e.who.principal.answerable = row.i64(3);
          e.who.created_at = row.time(4);
          e.who.expires_at = row.time(6) ? Time{} : row.time(5);  // revoked: expired
          e.who.display_name = row.string(1);
          e.who.token_hash = hash;
          e.seen_at = e.written_at = row.time(7);
          e.loaded_at = store_.now();
          return e;
        },
        hash));
    return entry;
  });
}

void Authentication::make_room(Time now) {
  if (entries_.size() < limits::kAuthenticationEntries) return;
  std::erase_if(entries_,
                [&](const auto& item) { return now - item.second.loaded_at >= kAuthenticationMemory; });
  if (entries_.size() >= limits::kAuthenticationEntries) entries_.erase(entries_.begin());
}

}  // namespace yizhan::service
