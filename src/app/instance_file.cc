#include "app/instance_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"

namespace yizhan::app {
namespace {

constexpr int64_t kFormat = 1;

struct Written {
  int64_t format = kFormat;
  std::string database_id;
  int64_t audit_id = 0;
  Bytes audit_hash;
  int64_t attempt_id = 0;
  int64_t made_ns = 0;  // when the file system says that this very file was made; 0: it does not say
};
BOOST_DESCRIBE_STRUCT(Written, (), (format, database_id, audit_id, audit_hash, attempt_id, made_ns))

// A descriptor closed when it goes.
struct File {
  const int fd;
  explicit File(int descriptor) : fd(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd >= 0) close(fd);
  }
};

std::string path_of(const std::string& data_folder) { return data_folder + "/instance"; }

std::unexpected<Error> failed(const std::string& what, const std::string& path) {
  return fail(errno == ENOSPC || errno == EDQUOT ? ErrorCode::kDiskFull : ErrorCode::kStoreFailed,
              what + ": " + std::generic_category().message(errno), path);
}

// A copy of a file is made when it is copied, whatever its times say; a rename leaves this as it is.
int64_t made_ns(int fd) {
  struct statx info{};
  if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &info) != 0 || (info.stx_mask & STATX_BTIME) == 0) return 0;
  return static_cast<int64_t>(info.stx_btime.tv_sec) * 1'000'000'000 + info.stx_btime.tv_nsec;
}

bool write_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t n = write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

}  // namespace

Result<service::SeenDatabase> read_instance_file(const std::string& data_folder) {
  const std::string path = path_of(data_folder);
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.fd < 0 && errno == ENOENT) return service::SeenDatabase{};
  if (file.fd < 0) return failed("cannot be opened", path);
  std::string text(limits::kInstanceFileBytes, '\0');
  const ssize_t size = pread(file.fd, text.data(), text.size(), 0);
  if (size < 0) return failed("cannot be read", path);
  text.resize(static_cast<size_t>(size));
  const auto written = json::decode<Written>(text);
  crypto::Digest hash{};
  if (!written || written->format != kFormat || written->audit_hash.size() != hash.size()) {
    log::warn("the file says nothing that can be understood path={}", path);
    return service::SeenDatabase{};
  }
  std::ranges::copy(written->audit_hash, hash.begin());
  const int64_t made = made_ns(file.fd);
  return service::SeenDatabase{.mark = store::LineageMark{.database_id = written->database_id,
                                                          .audit_id = written->audit_id,
                                                          .audit_hash = hash,
                                                          .attempt_id = written->attempt_id},
                               .copied = made != 0 && written->made_ns != 0 && made != written->made_ns};
}

Result<> write_instance_file(const std::string& data_folder, const store::LineageMark& mark) {
  const std::string path = path_of(data_folder);
  const std::string unfinished = path + ".new";
  if (unlink(unfinished.c_str()) != 0 && errno != ENOENT) return failed("cannot be removed", unfinished);
  const File file(open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.fd < 0) return failed("cannot be made", unfinished);
  const std::string text =
      json::encode(Written{.database_id = mark.database_id,
                           .audit_id = mark.audit_id,
                           .audit_hash = Bytes(mark.audit_hash.begin(), mark.audit_hash.end()),
                           .attempt_id = mark.attempt_id,
                           .made_ns = made_ns(file.fd)}) +
      "\n";
  if (!write_all(file.fd, text) || fsync(file.fd) != 0) return failed("cannot be written", unfinished);
  if (rename(unfinished.c_str(), path.c_str()) != 0) return failed("cannot be renamed", unfinished);
  const File folder(open(data_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd < 0 || fsync(folder.fd) != 0) return failed("cannot be written", data_folder);
  return {};
}

}  // namespace yizhan::app
