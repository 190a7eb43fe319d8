#include "service/evidence_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include "base/file.h"
#include "base/limits.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr std::string_view kMagic = "YZEV1\n";
constexpr const char* kPart = "evidence.part";
constexpr const char* kLastPart = "evidence.last_part";

std::unexpected<Error> io_failed(const char* what, const std::string& path) {
  const int code = errno;
  return fail(code == ENOSPC || code == EDQUOT ? ErrorCode::kDiskFull : ErrorCode::kStoreFailed,
              fmt::format("{}: {}", what, std::generic_category().message(code)), path);
}

Result<File> open(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode));
  if (!file && errno == ENOENT) return fail(ErrorCode::kNotFound, "no such file", path);
  if (!file) return io_failed("cannot open", path);
  return file;
}

Result<> write_all(FILE* file, ByteSpan bytes, const std::string& path) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size())
    return io_failed("cannot write", path);
  return {};
}

Result<> close_durable(File file, const std::string& path) {
  if (std::fflush(file.get()) != 0 || fsync(fileno(file.get())) != 0) return io_failed("cannot write", path);
  return {};
}

Bytes length_bytes(size_t n) {
  Bytes out;
  ByteWriter(out).u32(static_cast<uint32_t>(n));
  return out;
}

// Goes away again unless it was renamed.
struct Unfinished {
  std::string path;
  ~Unfinished() {
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove(path, ignored);
  }
};

}  // namespace

std::string EvidenceFiles::path_of(const crypto::Digest& sha256) const {
  return folder_ + "/" + to_hex(sha256);
}

Result<EvidenceFiles::Kept> EvidenceFiles::keep(const std::string& path) const {
  Kept kept;
  kept.sha256 = YZ_TRY(crypto::sha256_file(path));
  std::error_code failed;
  kept.bytes = static_cast<int64_t>(std::filesystem::file_size(path, failed));
  const std::string target = path_of(kept.sha256);
  if (std::filesystem::exists(target, failed)) return kept;
  std::filesystem::create_directories(folder_, failed);
  const File in = YZ_TRY(open(path, "rbe"));
  Unfinished unfinished{fmt::format("{}.{}", target, store_.ids.next())};
  File out = YZ_TRY(open(unfinished.path, "wbxe"));
  YZ_CHECK(write_all(out.get(), as_bytes(kMagic), unfinished.path));
  std::string part(limits::kEvidenceChunkBytes, '\0');
  const std::string name = to_hex(kept.sha256);
  for (int64_t i = 0, last = 0; last == 0; ++i) {
    const size_t n = std::fread(part.data(), 1, part.size(), in.get());
    if (std::ferror(in.get()) != 0) return io_failed("cannot read", path);
    last = n < part.size() ? 1 : 0;
    const std::string column = (last == 1 ? kLastPart : kPart) + ("." + name);
    const Bytes sealed = store_.cipher.seal({column, i}, std::string_view(part).substr(0, n));
    YZ_CHECK(write_all(out.get(), length_bytes(sealed.size()), unfinished.path));
    YZ_CHECK(write_all(out.get(), sealed, unfinished.path));
  }
  YZ_CHECK(close_durable(std::move(out), unfinished.path));
  std::filesystem::rename(unfinished.path, target, failed);
  if (failed) return fail(ErrorCode::kStoreFailed, "cannot rename: " + failed.message(), target);
  unfinished.path.clear();
  return kept;
}

Result<> EvidenceFiles::restore(ByteSpan sha256, const std::string& to_path) const {
  const crypto::Digest digest = crypto::digest_of(sha256);
  const std::string source = path_of(digest);
  const File in = YZ_TRY(open(source, "rbe"));
  File out = YZ_TRY(open(to_path, "wbe"));
  const auto broken = [&] {
    return fail(ErrorCode::kCorrupt, "the evidence file was changed or cut", source);
  };
  Bytes head(kMagic.size());
  if (std::fread(head.data(), 1, head.size(), in.get()) != head.size() || as_chars(head) != kMagic)
    return broken();
  const std::string name = to_hex(digest);
  Bytes sealed;
  std::string part;
  for (int64_t i = 0;; ++i) {
    Bytes length(4);
    if (std::fread(length.data(), 1, 4, in.get()) != 4) return broken();
    const uint32_t n = ByteReader(length).u32();
    if (n > limits::kEvidenceChunkBytes + crypto::kSealOverheadBytes) return broken();
    sealed.resize(n);
    if (std::fread(sealed.data(), 1, n, in.get()) != n) return broken();
    part.clear();
    bool last = false;
    if (auto opened = store_.cipher.open_to({std::string(kPart) + "." + name, i}, sealed, part); !opened) {
      YZ_CHECK(store_.cipher.open_to({std::string(kLastPart) + "." + name, i}, sealed, part));
      last = true;
    }
    YZ_CHECK(write_all(out.get(), as_bytes(part), to_path));
    if (last) break;
  }
  return close_durable(std::move(out), to_path);
}

Result<EvidenceId> EvidenceFiles::record(db::Tx& tx, const Kept& kept, const std::string& file_name,
                                         const std::string& media_type, int64_t user_id) const {
  const auto id = store_.ids.make<EvidenceId>();
  YZ_TRY(
      tx.run(q::evidence_insert, id, kept.sha256, file_name, media_type, kept.bytes, user_id, store_.now()));
  return id;
}

}  // namespace yizhan::service
