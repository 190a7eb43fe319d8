#pragma once
// Bringing a database up to this program's schema and checking that the key file belongs to it. Called once
// at start.

#include "crypto/keyring.h"
#include "db/migrate.h"
#include "store/store.h"

namespace yizhan::store {

// Migrates. kSchemaTooNew when the database was written by a newer program.
Result<db::MigrationReport> migrate(db::Database& database, const Clock& clock);

// Records the key ring's fingerprint in an empty database; in any other compares it: kWrongKey if it differs.
// Then tells the id generator the greatest ids in use and puts in place the shipped carrier codes. A database
// that has no id is given one (store/lineage.h).
Result<> bind_and_prepare(Store& store, const crypto::Keyring& keyring);
// The same for who only looks: nothing is written; kCorrupt when there is no fingerprint.
Result<> check_bound(Store& store, const crypto::Keyring& keyring);

}  // namespace yizhan::store
