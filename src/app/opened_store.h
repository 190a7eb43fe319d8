#pragma once
// The store as every command opens it: folder, keys, database, schema, clock. One per process.

#include <memory>

#include "app/config.h"
#include "crypto/keyring.h"
#include "store/store.h"

namespace yizhan::app {

class OpenedStore {
 public:
  enum class Missing : uint8_t { kCreate, kRefuse };
  // kCreate makes folder, keys and database where they are missing and migrates the schema; kRefuse changes
  // nothing: kNotFound without a database, kWrongState when its schema is older. kWrongKey, kSchemaTooNew,
  // kDiskFull … with the path in `field`.
  static Result<std::unique_ptr<OpenedStore>> open(const Config& config, Missing missing);

  store::Store& store() { return *store_; }
  const Clock& clock() const { return *clock_; }

 private:
  OpenedStore() = default;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<crypto::Keyring> keyring_;
  std::unique_ptr<IdGenerator> ids_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace yizhan::app
