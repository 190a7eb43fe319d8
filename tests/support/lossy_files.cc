#include "tests/support/lossy_files.h"

#include <sqlite3.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <random>
#include <vector>

namespace yizhan::testing {
namespace {

constexpr sqlite3_int64 kSector = 512;  // what a disk writes whole

// One write or truncation, with what it takes to undo it.
struct Write {
  sqlite3_int64 offset = 0;
  std::string before, after;  // of a truncation `after` is empty
  sqlite3_int64 size_before = 0, size_after = 0;
};

struct File {
  sqlite3_file* real = nullptr;
  std::vector<Write> unsynced;
};

// By path. The lock is held over a write and its note, so that a copy never sees one without the other.
std::mutex mutex;
std::map<std::string, File> files;
bool full = false;

// Of hold(): how many syncs still pass; who waits goes on when the count of calls has changed.
std::optional<size_t> may_pass;
size_t waiting = 0, calls = 0;
std::condition_variable changed;

struct Handle {
  sqlite3_file base;  // first: SQLite sees only this
  sqlite3_file* real;
  File* noted;  // null for what holds no durable data
};

Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
sqlite3_file* real(sqlite3_file* file) { return handle(file).real; }

sqlite3_int64 size_of(sqlite3_file* file) {
  sqlite3_int64 size = 0;
  file->pMethods->xFileSize(file, &size);
  return size;
}

// What the file holds there; less where it ends before.
std::string read_some(sqlite3_file* file, sqlite3_int64 offset, sqlite3_int64 bytes) {
  const sqlite3_int64 there = std::clamp<sqlite3_int64>(size_of(file) - offset, 0, bytes);
  std::string out(static_cast<size_t>(there), '\0');
  if (there > 0) file->pMethods->xRead(file, out.data(), static_cast<int>(there), offset);
  return out;
}

int close_file(sqlite3_file* file) {
  const std::lock_guard lock(mutex);
  Handle& h = handle(file);
  if (h.noted != nullptr && h.noted->real == h.real) h.noted->real = nullptr;
  const int code = h.real->pMethods->xClose(h.real);
  sqlite3_free(h.real);
  return code;
}

int write_file(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
  const std::lock_guard lock(mutex);
  Handle& h = handle(file);
  if (full && offset + bytes > size_of(h.real)) return SQLITE_FULL;
  if (h.noted != nullptr) {
    Write& write = h.noted->unsynced.emplace_back();
    write.offset = offset;
    write.size_before = size_of(h.real);
    write.before = read_some(h.real, offset, bytes);
    write.after.assign(static_cast<const char*>(data), static_cast<size_t>(bytes));
    write.size_after = std::max<sqlite3_int64>(write.size_before, offset + bytes);
  }
  return h.real->pMethods->xWrite(h.real, data, bytes, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const std::lock_guard lock(mutex);
  Handle& h = handle(file);
  if (h.noted != nullptr) {
    Write& write = h.noted->unsynced.emplace_back();
    write.offset = size;
    write.size_before = size_of(h.real);
    write.before = read_some(h.real, size, write.size_before - size);
    write.size_after = size;
  }
  return h.real->pMethods->xTruncate(h.real, size);
}

void wait_while_held(std::unique_lock<std::mutex>& lock) {
  if (!may_pass) return;
  if (*may_pass > 0) {
    --*may_pass;
    return;
  }
  ++waiting;
  changed.wait(lock, [since = calls] { return calls != since; });
}

int sync_file(sqlite3_file* file, int flags) {
  std::unique_lock lock(mutex);
  Handle& h = handle(file);
  if (h.noted != nullptr && !h.noted->unsynced.empty()) wait_while_held(lock);
  const int code = h.real->pMethods->xSync(h.real, flags);
  if (code == SQLITE_OK && h.noted != nullptr) h.noted->unsynced.clear();
  return code;
}

// Everything else goes to the real file as it is.
int read_file(sqlite3_file* f, void* out, int n, sqlite3_int64 at) {
  return real(f)->pMethods->xRead(real(f), out, n, at);
}
int file_size(sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); }
int lock_file(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
int unlock_file(sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
int check_lock(sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
int control(sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
int sector_size(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
int characteristics(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
  return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}
void shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
int shm_unmap(sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }
// Reading through the real mapping would be fine; without one every read goes by read_file.
int fetch(sqlite3_file*, sqlite3_int64, int, void** out) {
  *out = nullptr;
  return SQLITE_OK;
}
int unfetch(sqlite3_file*, sqlite3_int64, void*) { return SQLITE_OK; }

constexpr sqlite3_io_methods kMethods{.iVersion = 3,
                                      .xClose = close_file,
                                      .xRead = read_file,
                                      .xWrite = write_file,
                                      .xTruncate = truncate_file,
                                      .xSync = sync_file,
                                      .xFileSize = file_size,
                                      .xLock = lock_file,
                                      .xUnlock = unlock_file,
                                      .xCheckReservedLock = check_lock,
                                      .xFileControl = control,
                                      .xSectorSize = sector_size,
                                      .xDeviceCharacteristics = characteristics,
                                      .xShmMap = shm_map,
                                      .xShmLock = shm_lock,
                                      .xShmBarrier = shm_barrier,
                                      .xShmUnmap = shm_unmap,
                                      .xFetch = fetch,
                                      .xUnfetch = unfetch};

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  auto* under = static_cast<sqlite3_vfs*>(vfs->pAppData);
  Handle& h = *new (file) Handle{};
  h.real = static_cast<sqlite3_file*>(sqlite3_malloc(under->szOsFile));
  if (h.real == nullptr) return SQLITE_NOMEM;
  const int code = under->xOpen(under, name, h.real, flags, out_flags);
  if (code != SQLITE_OK) {
    sqlite3_free(h.real);
    return code;
  }
  h.base.pMethods = &kMethods;
  constexpr int kKept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL;
  if (name != nullptr && (flags & kKept) != 0) {
    const std::lock_guard lock(mutex);
    h.noted = &files[name];
    h.noted->real = h.real;
  }
  return SQLITE_OK;
}

void put(std::string& content, sqlite3_int64 offset, std::string_view bytes) {
  const auto end = static_cast<size_t>(offset) + bytes.size();
  if (content.size() < end) content.resize(end);
  std::ranges::copy(bytes, content.begin() + offset);
}

std::string after_power_cut(const std::string& path, const std::vector<Write>& unsynced,
                            std::mt19937_64& chance) {
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  for (auto write = unsynced.rbegin(); write != unsynced.rend(); ++write) {
    content.resize(static_cast<size_t>(write->size_before));
    put(content, write->offset, write->before);
  }
  for (const Write& write : unsynced) {
    const auto fate = chance() % 4;
    if (fate == 0) continue;  // it never reached the disk
    if (write.after.empty()) {
      content.resize(static_cast<size_t>(write.size_after));
      continue;
    }
    std::string_view bytes = write.after;
    if (fate == 1) bytes = bytes.substr(0, bytes.size() / 2 / kSector * kSector);  // torn
    put(content, write.offset, bytes);
  }
  return content;
}

}  // namespace

void LossyFiles::install() {
  static std::once_flag once;
  std::call_once(once, [] {
    static sqlite3_vfs vfs;
    sqlite3_vfs* under = sqlite3_vfs_find(nullptr);
    vfs = *under;
    vfs.zName = kName;
    vfs.szOsFile = sizeof(Handle);
    vfs.pAppData = under;
    vfs.pNext = nullptr;
    vfs.xOpen = open_file;
    sqlite3_vfs_register(&vfs, 0);
  });
}

Result<> LossyFiles::take(const std::string& path, const std::string& to, uint64_t seed) {
  std::mt19937_64 chance(seed);
  const std::lock_guard lock(mutex);
  for (const char* suffix : {"", "-wal"}) {
    const auto noted = files.find(path + suffix);
    if (noted == files.end()) continue;
    const std::string content = after_power_cut(path + suffix, noted->second.unsynced, chance);
    std::ofstream out(to + suffix, std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!out.flush()) return fail(ErrorCode::kStoreFailed, "the copy cannot be written", to + suffix);
  }
  return {};
}

void LossyFiles::fill(bool is_full) {
  const std::lock_guard lock(mutex);
  full = is_full;
}

void LossyFiles::hold(size_t more) {
  const std::lock_guard lock(mutex);
  may_pass = more;
  waiting = 0;
  ++calls;
  changed.notify_all();
}

void LossyFiles::release() {
  const std::lock_guard lock(mutex);
  may_pass.reset();
  waiting = 0;
  ++calls;
  changed.notify_all();
}

bool LossyFiles::held() {
  const std::lock_guard lock(mutex);
  return waiting > 0;
}

size_t LossyFiles::unsynced(const std::string& path) {
  const std::lock_guard lock(mutex);
  size_t count = 0;
  for (const char* suffix : {"", "-wal"})
    if (const auto noted = files.find(path + suffix); noted != files.end())
      count += noted->second.unsynced.size();
  return count;
}

}  // namespace yizhan::testing
