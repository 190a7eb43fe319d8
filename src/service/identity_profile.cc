// What people do about themselves: their name, and the sessions that they left open elsewhere.

#include <algorithm>

#include "service/identity.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

// A session is known by its token's hash alone; 63 bits of that name it among its user's few.
SessionId session_id(ByteSpan token_hash) {
  uint64_t id = 0;
  for (const uint8_t byte : token_hash.first(std::min(token_hash.size(), sizeof id))) id = id << 8 | byte;
  return SessionId{static_cast<int64_t>(id >> 1)};
}

struct Session {
  OwnSession view;
  Bytes token_hash;
};

Result<std::vector<Session>> sessions_of(db::Tx& tx, const store::Store& store, const Authenticated& who) {
  std::vector<Session> sessions;
  YZ_CHECK(tx.each(
      q::session_list,
      [&](const db::Row& row) {
        const ByteSpan hash = row.blob(0);
        sessions.push_back({{.id = session_id(hash),
                             .current = std::ranges::equal(hash, who.token_hash),
                             .started_at = row.time(1),
                             .last_seen_at = row.time(2),
                             .expires_at = row.time(3)},
                            row.bytes(0)});
      },
      who.principal.id, store.now(), store.now() - kSessionIdle, limits::kSessionsPerUser));
  return sessions;
}

Result<> only_people(const Authenticated& who) {
  if (who.principal.kind == store::ActorKind::kUser) return {};
  return fail(ErrorCode::kForbidden, "an API key has neither a profile nor sessions");
}

}  // namespace

Result<SessionView> Identity::change_profile(const Authenticated& who, const ChangeProfile& request) {
  YZ_CHECK(only_people(who));
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    if (YZ_TRY(tx.run(q::user_rename, who.principal.id, request.display_name, store_.now())) == 0)
      return fail(ErrorCode::kUnauthenticated, "the session has ended");
    return store::append_audit(
        tx, store_, who.principal.actor(),
        {"user.change", "user", who.principal.id, {}, R"({"display_name":"changed"})"});
  }));
  authentication_.forget(store::ActorKind::kUser, who.principal.id);
  Authenticated renamed = who;
  renamed.display_name = request.display_name;
  return describe(renamed);
}

Result<OwnSessions> Identity::own_sessions(const Authenticated& who) const {
  YZ_CHECK(only_people(who));
  return store_.db.read([&](db::Tx& tx) -> Result<OwnSessions> {
    OwnSessions own;
    for (const Session& session : YZ_TRY(sessions_of(tx, store_, who))) own.items.push_back(session.view);
    return own;
  });
}

Result<> Identity::end_session(const Authenticated& who, SessionId id) {
  YZ_CHECK(only_people(who));
  YZ_CHECK(store_.db.write([&](db::Tx& tx) -> Result<> {
    const auto sessions = YZ_TRY(sessions_of(tx, store_, who));
    const auto session = std::ranges::find_if(sessions, [&](const Session& s) { return s.view.id == id; });
    if (session == sessions.end()) return fail(ErrorCode::kNotFound, "no such session of yours");
    YZ_TRY(tx.run(q::session_delete, session->token_hash));
    return store::append_audit(tx, store_, who.principal.actor(),
                               {"session.end", "user", who.principal.id, {}, "{}"});
  }));
  authentication_.forget(store::ActorKind::kUser, who.principal.id);
  return {};
}

}  // namespace yizhan::service
