#pragma once
// Files that fail: a layer under SQLite (an sqlite3_vfs named "lossy") on a disk that can be full, and that
// knows which writes have not been synced. take() copies a database as a power cut at that instant may leave
// it: of the writes since the last sync some are there, some are not, one may be torn, in no order. The
// database itself goes on undisturbed. Any thread.

#include <cstdint>
#include <string>

#include "base/error.h"

namespace yizhan::testing {

class LossyFiles {
 public:
  static constexpr const char* kName = "lossy";

  // Registers the layer, once for the process; databases are opened over it by db::Options::vfs.
  static void install();
  // Copies the database at `path` and its log to `to`. What is lost follows from the seed.
  static Result<> take(const std::string& path, const std::string& to, uint64_t seed);
  // While the disk is full no file grows; what is overwritten is written.
  static void fill(bool full);
  // Writes of the files of `path` that have not been synced.
  static size_t unsynced(const std::string& path);
  // The disk lets `more` syncs pass and then stops before every sync, with what is to be synced written,
  // until hold() is called anew or release(). Whoever reads goes on.
  static void hold(size_t more);
  static void release();
  // Whether a sync waits.
  static bool held();
};

}  // namespace yizhan::testing
