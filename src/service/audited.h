#pragma once
// What was done to one thing, as an entry of the audit log: written in the transaction of the deed, under the
// name that ids of its kind have ("allow_phrase"). One thread per Tx.

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/json.h"
#include "db/tx.h"
#include "service/principal.h"
#include "store/audit.h"

namespace yizhan::service {

#define X(name, prefix) \
  inline std::string audited_type(name##Id) { return json::detail::snake_case(#name); }
YIZHAN_IDS(X)
#undef X

template <class Tag>
Result<> audit(db::Tx& tx, const store::Store& store, const Principal& who, std::string_view action,
               Id<Tag> id, const json::Object& detail = {}, std::string_view reason = {}) {
  return store::append_audit(tx, store, who.actor(),
                             {.action = action,
                              .object_type = audited_type(id),
                              .object_id = id.value,
                              .reason = reason,
                              .detail = json::serialize(detail)});
}

}  // namespace yizhan::service
