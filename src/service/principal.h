#pragma once
// Who calls a use case: a signed-in person, a program with an API key, the command line, or the system
// itself. Plain data; made by Identity (or the composition root), passed by reference to every use case.

#include <optional>
#include <string>

#include "domain/access.h"
#include "store/audit.h"

namespace yizhan::service {

struct Principal {
  store::ActorKind kind = store::ActorKind::kSystem;
  int64_t id = 0;
  std::string name;  // login or key name, for the audit log
  domain::Roles roles;

  std::optional<store::RequestKey> request = {};  // of a request that may be repeated
  int64_t answerable = 0;                         // of an API key: the user who made it

  // The user who answers for what is done: what columns that name a person hold. A key's deeds are its
  // maker's; that a key did them says the audit log. 0 = nobody (command line, system).
  int64_t person() const {
    return kind == store::ActorKind::kUser ? id : kind == store::ActorKind::kApiKey ? answerable : 0;
  }
  store::Actor actor() const { return {kind, id, name, request}; }
};

// Jobs that run by themselves: receipts, schedules, reports.
inline Principal system_principal() { return {store::ActorKind::kSystem, 0, "system", {}, {}}; }

}  // namespace yizhan::service
