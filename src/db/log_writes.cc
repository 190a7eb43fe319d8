#include "db/detail/log_writes.h"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string_view>

namespace yizhan::db {
namespace {

// The system's layer takes no more bytes in one write (seekAndWriteFd in os_unix.c).
constexpr size_t kGatheredBytes = 0x1FFFF;

struct Layer {
  std::string name;
  sqlite3_vfs vfs{};
};

// What SQLite allocates for the log, and sees of it.
struct LogFile {
  sqlite3_file base;  // first
  sqlite3_file* real;
  std::string* gathered;
  sqlite3_int64 begins;  // where the first gathered byte belongs
};

LogFile& log_of(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

// What could not be written stays and is tried again: SQLite may undo one statement only, and then counts on
// the frames that it wrote before. After a rollback they are of no use and do no harm.
int write_gathered(LogFile& log) {
  if (log.gathered->empty()) return SQLITE_OK;
  const int code = log.real->pMethods->xWrite(log.real, log.gathered->data(),
                                              static_cast<int>(log.gathered->size()), log.begins);
  if (code == SQLITE_OK) log.gathered->clear();
  return code;
}

int write_log(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  const auto follows = log.begins + static_cast<sqlite3_int64>(log.gathered->size());
  if (offset != follows || log.gathered->size() + static_cast<size_t>(bytes) > kGatheredBytes)
    if (const int code = write_gathered(log); code != SQLITE_OK) return code;
  if (log.gathered->empty()) log.begins = offset;
  try {
    log.gathered->append(static_cast<const char*>(data), static_cast<size_t>(bytes));
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  return SQLITE_OK;
}

// Writes what was gathered, then does to the file below what is asked.
template <class Call>
int written_first(sqlite3_file* file, const Call& call) {
  LogFile& log = log_of(file);
  if (const int code = write_gathered(log); code != SQLITE_OK) return code;
  return call(log.real, log.real->pMethods);
}

int read_log(sqlite3_file* file, void* out, int bytes, sqlite3_int64 offset) {
  return written_first(file, [&](auto* real, auto* m) { return m->xRead(real, out, bytes, offset); });
}
int truncate_log(sqlite3_file* file, sqlite3_int64 size) {
  return written_first(file, [&](auto* real, auto* m) { return m->xTruncate(real, size); });
}
int sync_log(sqlite3_file* file, int flags) {
  return written_first(file, [&](auto* real, auto* m) { return m->xSync(real, flags); });
}
int log_size(sqlite3_file* file, sqlite3_int64* size) {
  return written_first(file, [&](auto* real, auto* m) { return m->xFileSize(real, size); });
}
int close_log(sqlite3_file* file) {
  LogFile& log = log_of(file);
  const int written = write_gathered(log);
  const int closed = log.real->pMethods->xClose(log.real);
  sqlite3_free(log.real);
  delete log.gathered;
  return written != SQLITE_OK ? written : closed;
}

// The log itself is never locked, and these ask for nothing that was written.
int lock_log(sqlite3_file* f, int level) { return log_of(f).real->pMethods->xLock(log_of(f).real, level); }
int unlock_log(sqlite3_file* f, int level) {
  return log_of(f).real->pMethods->xUnlock(log_of(f).real, level);
}
int check_lock(sqlite3_file* f, int* out) {
  return log_of(f).real->pMethods->xCheckReservedLock(log_of(f).real, out);
}
int control_log(sqlite3_file* f, int op, void* argument) {
  return log_of(f).real->pMethods->xFileControl(log_of(f).real, op, argument);
}
int sector_size(sqlite3_file* f) { return log_of(f).real->pMethods->xSectorSize(log_of(f).real); }
int characteristics(sqlite3_file* f) {
  return log_of(f).real->pMethods->xDeviceCharacteristics(log_of(f).real);
}

// Of version 1: shared memory and mappings are the database file's.
constexpr sqlite3_io_methods kLogMethods{.iVersion = 1,
                                         .xClose = close_log,
                                         .xRead = read_log,
                                         .xWrite = write_log,
                                         .xTruncate = truncate_log,
                                         .xSync = sync_log,
                                         .xFileSize = log_size,
                                         .xLock = lock_log,
                                         .xUnlock = unlock_log,
                                         .xCheckReservedLock = check_lock,
                                         .xFileControl = control_log,
                                         .xSectorSize = sector_size,
                                         .xDeviceCharacteristics = characteristics,
                                         .xShmMap = nullptr,
                                         .xShmLock = nullptr,
                                         .xShmBarrier = nullptr,
                                         .xShmUnmap = nullptr,
                                         .xFetch = nullptr,
                                         .xUnfetch = nullptr};

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  auto* under = static_cast<sqlite3_vfs*>(vfs->pAppData);
  if ((flags & SQLITE_OPEN_WAL) == 0) return under->xOpen(under, name, file, flags, out_flags);
  file->pMethods = nullptr;
  auto gathered = std::unique_ptr<std::string>(new (std::nothrow) std::string);
  auto* real = static_cast<sqlite3_file*>(sqlite3_malloc(under->szOsFile));
  if (gathered == nullptr || real == nullptr) {
    sqlite3_free(real);
    return SQLITE_NOMEM;
  }
  const int code = under->xOpen(under, name, real, flags, out_flags);
  if (code != SQLITE_OK) {
    sqlite3_free(real);
    return code;
  }
  new (file) LogFile{.base = {&kLogMethods}, .real = real, .gathered = gathered.release(), .begins = 0};
  return SQLITE_OK;
}

}  // namespace

std::string gathering_log_writes(const std::string& under_name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Layer>, std::less<>> layers;
  const std::lock_guard lock(mutex);
  auto& layer = layers[under_name];
  if (layer != nullptr) return layer->name;
  sqlite3_vfs* under = sqlite3_vfs_find(under_name.empty() ? nullptr : under_name.c_str());
  if (under == nullptr) return {};
  auto fresh = std::make_unique<Layer>();
  fresh->name = std::string("yizhan-log-") + under->zName;
  fresh->vfs = *under;
  fresh->vfs.zName = fresh->name.c_str();
  fresh->vfs.szOsFile = std::max<int>(under->szOsFile, sizeof(LogFile));
  fresh->vfs.pAppData = under;
  fresh->vfs.pNext = nullptr;
  fresh->vfs.xOpen = open_file;
  if (sqlite3_vfs_register(&fresh->vfs, 0) != SQLITE_OK) return {};
  layer = std::move(fresh);
  return layer->name;
}

}  // namespace yizhan::db
