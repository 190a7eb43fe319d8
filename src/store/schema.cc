#include "store/schema.h"

#include "domain/carrier_code.h"
#include "store/lineage.h"
#include "store/queries.h"

namespace yizhan::store {
namespace {

constexpr const char* kFingerprintSetting = "key_fingerprint";

// Whether the database knows its keys at all; kWrongKey when they are others.
Result<bool> is_bound(db::Tx& tx, const crypto::Keyring& keyring) {
  const auto stored =
      YZ_TRY(tx.one(q::setting_get, [](const db::Row& row) { return row.string(0); }, kFingerprintSetting));
  if (stored && *stored != keyring.fingerprint())
    return fail(ErrorCode::kWrongKey, "the key file is not the one this database was made with", "key_file");
  return stored.has_value();
}

Result<> resume_ids(db::Tx& tx, const Store& store) {
  store.ids.resume_after(YZ_TRY(tx.number(q::message_last_id)));
  store.ids.resume_after(YZ_TRY(tx.number(q::attempt_last_id)));
  return {};
}

Result<> bind_key(db::Tx& tx, const Store& store, const crypto::Keyring& keyring) {
  if (YZ_TRY(is_bound(tx, keyring))) return {};
  YZ_TRY(tx.run(q::setting_put, kFingerprintSetting, keyring.fingerprint(), 0, store.now()));
  return {};
}

Result<> put_carrier_codes(db::Tx& tx) {
  db::Columns rows;
  for (const domain::CarrierCode& code : domain::default_carrier_codes())
    rows.row("", code.stage, code.code, code.code_class, code.action, code.cause, code.remedy);
  YZ_TRY(tx.bulk(q::carrier_code_insert, rows));
  return {};
}

}  // namespace

Result<db::MigrationReport> migrate(db::Database& database, const Clock& clock) {
  return db::migrate(database, migrations(), clock);
}

Result<> bind_and_prepare(Store& store, const crypto::Keyring& keyring) {
  return store.db.write([&](db::Tx& tx) -> Result<> {
    YZ_CHECK(bind_key(tx, store, keyring));
    YZ_CHECK(ensure_database_id(tx, store));
    YZ_CHECK(put_carrier_codes(tx));
    return resume_ids(tx, store);
  });
}

Result<> check_bound(Store& store, const crypto::Keyring& keyring) {
  return store.db.read([&](db::Tx& tx) -> Result<> {
    if (!YZ_TRY(is_bound(tx, keyring)))
      return fail(ErrorCode::kCorrupt, "the database does not say which keys it was made with");
    return resume_ids(tx, store);
  });
}

}  // namespace yizhan::store
