#pragma once
// The audit log: who did what, when, why; appended in the transaction of the deed and chained by keyed hashes
// (grammar in docs/formats/audit_chain.md). No personal data goes into an entry.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

namespace yizhan::store {

enum class ActorKind : uint8_t { kSystem = 0, kUser = 1, kApiKey = 2, kCommandLine = 3, kCustomer = 4 };
std::string_view name_of(ActorKind kind);

// A request that its sender may repeat (Idempotency-Key): the row of table idempotency, and which attempt
// holds it.
struct RequestKey {
  crypto::Digest key{};
  int64_t attempt = 0;
};

struct Actor {
  ActorKind kind = ActorKind::kSystem;
  int64_t id = 0;
  std::string name;
  std::optional<RequestKey> request;
};

struct AuditEntry {
  std::string_view action;       // "content.approve"
  std::string_view object_type;  // "content"
  int64_t object_id = 0;
  std::string_view reason;    // why, where a person gave one
  std::string detail = "{}";  // JSON
};

// Where the actor's request has a key, also marks it done: deed, entry and mark are one transaction.
// kConflict when another attempt of that request has taken over, so that the deed is undone.
Result<> append_audit(db::Tx& tx, const Store& store, const Actor& actor, const AuditEntry& entry);

struct AuditCheck {
  int64_t entries = 0;
  // Zero when the chain is whole; else the number of the first entry that does not fit and what is wrong with
  // it.
  int64_t broken_at = 0;
  std::string fault;
};
// Reads the whole log and recomputes every hash. `progress`, where there is one, hears of every entry: how
// many are done and how many there were at the beginning.
Result<AuditCheck> verify_audit(const Store& store,
                                const std::function<void(int64_t done, int64_t total)>& progress = {});

}  // namespace yizhan::store
