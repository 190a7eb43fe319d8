#pragma once
// How far a database has come, to be told from an older copy of it: a restored backup knows nothing of who
// opted out after it was made. The mark is kept outside of the database (app/instance_file.h). Any thread.

#include <optional>
#include <string>

#include "crypto/digest.h"
#include "domain/names.h"
#include "store/store.h"

namespace yizhan::store {

struct LineageMark {
  std::string database_id;      // drawn when the database was made, 32 hexadecimal digits
  int64_t audit_id = 0;         // the last entry of the audit log; 0 = none yet
  crypto::Digest audit_hash{};  // of that entry
  int64_t attempt_id = 0;       // the greatest
  bool operator==(const LineageMark&) const = default;
};

// What a database is to the mark that was kept.
#define YIZHAN_LINEAGES(X)                                                            \
  X(kSame, 0, "same")         /* holds what the mark saw, and perhaps more */         \
  X(kOlder, 1, "older")       /* lacks what the mark saw */                           \
  X(kOther, 2, "other")       /* another database, or a copy that went its own way */ \
  X(kUnmarked, 3, "unmarked") /* has a history, of which this place knows nothing */  \
  X(kCopied, 4, "copied")     /* database and mark were copied here together */
YIZHAN_ENUM(Lineage, YIZHAN_LINEAGES)

// Of the database as committed. kCorrupt when the database has no id: bind_and_prepare() gives it one.
Result<LineageMark> read_mark(db::Tx& tx);
// `seen`: the mark that was kept, if any. A database without history needs none.
Result<Lineage> compare_lineage(db::Tx& tx, const std::optional<LineageMark>& seen);
// Gives a database that has none its id.
Result<> ensure_database_id(db::Tx& tx, const Store& store);

}  // namespace yizhan::store
