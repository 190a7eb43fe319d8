#include "store/audit.h"

#include <algorithm>

#include "store/queries.h"

namespace yizhan::store {
namespace {

void canonical(crypto::CanonicalEntry& out, int64_t at, ActorKind kind, int64_t actor_id,
               std::string_view actor_name, std::string_view action, std::string_view object_type,
               int64_t object_id, std::string_view reason, std::string_view detail) {
  out.clear();
  out.integer(at).integer(static_cast<int64_t>(kind)).integer(actor_id).text(actor_name).text(action);
  out.text(object_type).integer(object_id).text(reason).text(detail);
}

}  // namespace

std::string_view name_of(ActorKind kind) {
  switch (kind) {
    case ActorKind::kSystem:
      return "system";
    case ActorKind::kUser:
      return "user";
    case ActorKind::kApiKey:
      return "api_key";
    case ActorKind::kCommandLine:
      return "command_line";
    case ActorKind::kCustomer:
      return "customer";
  }
  return "?";
}

Result<> append_audit(db::Tx& tx, const Store& store, const Actor& actor, const AuditEntry& entry) {
  struct Head {
    int64_t id;
    crypto::Digest hash;
  };
  // The update locks the head row, so that two processes on one PostgreSQL take turns.
  const auto head = YZ_TRY(tx.one(q::audit_head_take, [](const db::Row& row) {
    return Head{row.i64(0), crypto::digest_of(row.blob(1))};
  }));
  const Head last = head.value_or(Head{0, crypto::HashChain::kGenesis});
  const int64_t id = last.id + 1;
  const Time at = store.now();
  crypto::CanonicalEntry bytes;
  canonical(bytes, at.us, actor.kind, actor.id, actor.name, entry.action, entry.object_type, entry.object_id,
            entry.reason, entry.detail);
  const crypto::Digest hash = store.audit_chain.next(last.hash, id, bytes.view());
  YZ_TRY(tx.run(q::audit_insert, id, at, actor.kind, actor.id, actor.name, entry.action, entry.object_type,
                entry.object_id, entry.reason, entry.detail, hash));
  YZ_TRY(tx.run(q::audit_head_put, id, hash));
  if (!actor.request) return {};
  if (YZ_TRY(tx.run(q::idempotency_mark, actor.request->key, actor.request->attempt, id)) == 0)
    return fail(ErrorCode::kConflict, "another attempt of this request has taken over", "Idempotency-Key");
  return {};
}

Result<AuditCheck> verify_audit(const Store& store,
                                const std::function<void(int64_t done, int64_t total)>& progress) {
  return store.db.read([&](db::Tx& tx) -> Result<AuditCheck> {
    const auto last = YZ_TRY(tx.one(q::audit_head_get, [](const db::Row& row) { return row.i64(0); }));
    int64_t read = 0;
    crypto::ChainVerifier verifier(store.audit_chain);
    crypto::CanonicalEntry bytes;
    AuditCheck check;
    YZ_CHECK(tx.stream(q::audit_all, [&](const db::Row& row) {
      canonical(bytes, row.i64(1), row.as<ActorKind>(2), row.i64(3), row.text(4), row.text(5), row.text(6),
                row.i64(7), row.text(8), row.text(9));
      if (verifier.feed(row.i64(0), bytes.view(), crypto::digest_of(row.blob(10)))) ++check.entries;
      if (progress) progress(++read, last.value_or(0));
    }));
    if (const auto& broken = verifier.broken()) {
      check.broken_at = broken->found_sequence;
      check.fault = broken->kind == crypto::ChainBreak::Kind::kSequenceGap
                        ? "entry " + std::to_string(broken->expected_sequence) + " is missing"
                        : "this entry or the one before it was changed";
      return check;
    }
    const auto head = YZ_TRY(tx.one(q::audit_head_get, [](const db::Row& row) {
      return std::pair{row.i64(0), crypto::digest_of(row.blob(1))};
    }));
    const bool whole = head ? head->first == verifier.sequence() && head->second == verifier.hash()
                            : verifier.sequence() == 0;
    if (!whole) {
      check.broken_at = verifier.sequence() + 1;
      check.fault = "entries are missing at the end";
    }
    return check;
  });
}

}  // namespace yizhan::store
