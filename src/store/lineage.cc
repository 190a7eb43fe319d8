#include "store/lineage.h"

#include <algorithm>
#include <array>

#include "crypto/secret.h"
#include "store/queries.h"

namespace yizhan::store {
namespace {

constexpr const char* kDatabaseId = "database_id";

Result<std::optional<std::string>> database_id(db::Tx& tx) {
  return tx.one(q::setting_get, [](const db::Row& row) { return row.string(0); }, kDatabaseId);
}

}  // namespace

Result<LineageMark> read_mark(db::Tx& tx) {
  auto id = YZ_TRY(database_id(tx));
  if (!id) return fail(ErrorCode::kCorrupt, "the database has no id", "app_setting/database_id");
  LineageMark mark{.database_id = *std::move(id)};
  YZ_CHECK(tx.each(q::audit_head_get, [&](const db::Row& row) {
    mark.audit_id = row.i64(0);
    mark.audit_hash = crypto::digest_of(row.blob(1));
  }));
  mark.attempt_id = YZ_TRY(tx.number(q::attempt_last_id));
  return mark;
}

Result<Lineage> compare_lineage(db::Tx& tx, const std::optional<LineageMark>& seen) {
  const LineageMark now = YZ_TRY(read_mark(tx));
  if (!seen) return now.audit_id == 0 && now.attempt_id == 0 ? Lineage::kSame : Lineage::kUnmarked;
  if (seen->database_id != now.database_id) return Lineage::kOther;
  if (seen->audit_id > now.audit_id || seen->attempt_id > now.attempt_id) return Lineage::kOlder;
  if (seen->audit_id == 0) return Lineage::kSame;
  const auto hash = YZ_TRY(tx.one(
      q::audit_hash, [](const db::Row& row) { return crypto::digest_of(row.blob(0)); }, seen->audit_id));
  return hash == seen->audit_hash ? Lineage::kSame : Lineage::kOther;
}

Result<> ensure_database_id(db::Tx& tx, const Store& store) {
  if (YZ_TRY(database_id(tx))) return {};
  std::array<uint8_t, 16> id;
  crypto::random_bytes(id);
  YZ_TRY(tx.run(q::setting_put, kDatabaseId, to_hex(id), 0, store.now()));
  return {};
}

}  // namespace yizhan::store
