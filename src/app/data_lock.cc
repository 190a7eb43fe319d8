#include "app/data_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace yizhan::app {
namespace {

constexpr const char* kTaken = "another server is at work on this data";

}  // namespace

DataLock::~DataLock() { close(file_); }

Result<std::unique_ptr<DataLock>> DataLock::take(const Config& config) {
  std::error_code error;
  std::filesystem::create_directories(config.data_dir, error);
  if (error)
    return fail(ErrorCode::kStoreFailed, "the folder cannot be made: " + error.message(), config.data_dir);
  const std::string path = config.data_dir + "/lock";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(ErrorCode::kStoreFailed, "the lock file cannot be opened", path);
  auto lock = std::unique_ptr<DataLock>(new DataLock(file));
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return fail(ErrorCode::kBusy, kTaken, config.data_dir);
    return fail(ErrorCode::kStoreFailed, "the file system does not lock files", path);
  }
  auto session = db::SessionLock::take(config.database());
  if (!session && session.error().code == ErrorCode::kBusy) return fail(ErrorCode::kBusy, kTaken, "postgres");
  if (!session) return std::unexpected(std::move(session).error());
  lock->session_ = *std::move(session);
  return lock;
}

}  // namespace yizhan::app
