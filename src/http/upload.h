#pragma once
// An upload on its way to a file: UploadBody finds the file's bytes in the body as it arrives, SpoolWriter
// puts them on disk. One thread at a time each; SpoolWriter blocks.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "http/multipart.h"

namespace yizhan::http {

// Bytes of the file that have arrived wait in `ready` for whoever writes them.
class UploadBody final : private PartSink {
 public:
  // kUnsupportedMedia without a Content-Type, for JSON and URL-encoded forms; kMalformed for one that cannot
  // be read.
  static Result<std::unique_ptr<UploadBody>> create(const Headers& headers);

  // kMalformed, kTooLarge, kInvalidArgument for a second file.
  Result<void> feed(std::string_view data);
  // kInvalidArgument if no file part came.
  Result<void> finish();

  std::string ready;
  Upload upload;  // all but `file`

 private:
  Result<void> part_begin(PartHeader header) override;
  Result<void> part_data(std::string_view data) override;
  Result<void> part_end() override;

  std::optional<MultipartReader> multipart_;
  enum class Part : uint8_t { kField, kFile } part_ = Part::kField;
  bool has_file_ = false;
  size_t field_bytes_ = 0;
};

class SpoolWriter {
 public:
  // A new file in `directory`, readable by us only. kDiskFull, kStoreFailed.
  static Result<std::unique_ptr<SpoolWriter>> create(const std::filesystem::path& directory);
  ~SpoolWriter();
  SpoolWriter(const SpoolWriter&) = delete;
  SpoolWriter& operator=(const SpoolWriter&) = delete;

  Result<void> write(std::string_view data);
  // Closes; the file is the caller's. Not written through: what must survive a crash is copied to a store by
  // then.
  Result<SpooledFile> finish();

 private:
  SpoolWriter(int descriptor, SpooledFile file) : descriptor_(descriptor), file_(std::move(file)) {}

  int descriptor_;
  SpooledFile file_;
};

// Deletes the files in a spool directory: what a stop left there is somebody's personal data, and nobody
// comes for it. At start, before listening. kStoreFailed with the path in `field`.
Result<void> empty_spool(const std::filesystem::path& directory);

// The client's name for a file: no directories, no control characters, at most limits::kFileNameBytes.
std::string clean_file_name(std::string_view name);

}  // namespace yizhan::http
