#include "app/opened_store.h"

#include <sys/stat.h>

#include <filesystem>

#include "app/instance_file.h"
#include "base/log.h"
#include "store/queries.h"
#include "store/schema.h"

namespace yizhan::app {
namespace {

Result<> make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(ErrorCode::kStoreFailed, "the folder cannot be made: " + error.message(), path);
  // What lies in it is for the server's own account only.
  if (chmod(path.c_str(), 0700) != 0) return fail(ErrorCode::kStoreFailed, "the folder is not ours", path);
  return {};
}

// For commands that look: what is not there is said, nothing is made and the schema stays as it is.
Result<> check_database(const Config& config) {
  const db::Options options = config.database();
  if (options.dialect == db::Dialect::kSqlite && !std::filesystem::exists(options.path))
    return fail(ErrorCode::kNotFound, "no database here", options.path);
  return {};
}

Result<> check_schema(int version) {
  const int known = static_cast<int>(store::migrations().size());
  if (version == 0) return fail(ErrorCode::kNotFound, "the database is empty");
  if (version == known) return {};
  return fail(version > known ? ErrorCode::kSchemaTooNew : ErrorCode::kWrongState,
              "the database has schema version " + std::to_string(version) + ", this program's is " +
                  std::to_string(known) + (version > known ? "" : ": run yizhan migrate"));
}

Result<crypto::Keyring> open_keys(const std::string& path, bool create) {
  if (!std::filesystem::exists(path) && create) {
    auto ring = crypto::Keyring::create(path);
    if (ring)
      log::info("new key file path={} (back it up apart from the data: without it sealed fields are lost)",
                path);
    return ring;
  }
  return crypto::Keyring::load(path);
}

// A new database is known here before it has a history; one with a history and no file came from elsewhere.
Result<> mark_new(const store::Store& store, const std::string& data_folder) {
  if (YZ_TRY(read_instance_file(data_folder)).mark) return {};
  const auto mark = YZ_TRY(store.db.read([](db::Tx& tx) { return store::read_mark(tx); }));
  if (mark.audit_id != 0 || mark.attempt_id != 0) return {};
  return write_instance_file(data_folder, mark);
}

}  // namespace

Result<std::unique_ptr<OpenedStore>> OpenedStore::open(const Config& config, Missing missing) {
  const bool create = missing == Missing::kCreate;
  if (create)
    YZ_CHECK(make_folder(config.data_dir));
  else if (!std::filesystem::exists(config.data_dir))
    return fail(ErrorCode::kNotFound, "no such data folder", config.data_dir);
  if (!create) YZ_CHECK(check_database(config));
  auto opened = std::unique_ptr<OpenedStore>(new OpenedStore);
  if (config.clock_start.empty()) {
    opened->clock_ = std::make_unique<SystemClock>();
  } else {
    const Time start = YZ_TRY(parse_rfc3339(config.clock_start));
    opened->clock_ = std::make_unique<OffsetClock>(start - SystemClock{}.now());
  }
  opened->database_ = YZ_TRY(db::Database::open(config.database()));
  // A database without its keys is of no use: new keys are made only for a new database.
  const int version = YZ_TRY(db::schema_version(*opened->database_));
  const bool new_database = version == 0;
  if (!create) YZ_CHECK(check_schema(version));
  opened->keyring_ =
      std::make_unique<crypto::Keyring>(YZ_TRY(open_keys(config.key_path(), create && new_database)));
  opened->ids_ = std::make_unique<IdGenerator>(*opened->clock_);
  if (create) YZ_TRY(store::migrate(*opened->database_, *opened->clock_));
  opened->store_ =
      std::make_unique<store::Store>(*opened->database_, *opened->clock_, *opened->ids_, *opened->keyring_);
  if (create) {
    YZ_CHECK(store::bind_and_prepare(*opened->store_, *opened->keyring_));
    YZ_CHECK(mark_new(*opened->store_, config.data_dir));
  } else {
    YZ_CHECK(store::check_bound(*opened->store_, *opened->keyring_));
  }
  return opened;
}

}  // namespace yizhan::app
