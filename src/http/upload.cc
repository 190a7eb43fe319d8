#include "http/upload.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "http/target.h"

namespace yizhan::http {
namespace {

std::unexpected<Error> file_error(const char* what, int error_number) {
  const bool full = error_number == ENOSPC || error_number == EDQUOT;
  return fail(full ? ErrorCode::kDiskFull : ErrorCode::kStoreFailed,
              std::string(what) + ": " + std::generic_category().message(error_number));
}

}  // namespace

std::string clean_file_name(std::string_view name) {
  name.remove_prefix(std::min(name.find_last_of("/\\") + 1, name.size()));
  std::string out;
  for (size_t at = 0; at < name.size();) {
    const size_t n = utf8_sequence_bytes(name, at);
    const bool shown = n > 1 || (n == 1 && static_cast<uint8_t>(name[at]) >= 0x20 && name[at] != 0x7f);
    if (out.size() + std::max<size_t>(n, 1) > limits::kFileNameBytes) break;
    out += shown ? name.substr(at, n) : std::string_view("_");
    at += std::max<size_t>(n, 1);
  }
  return out == "." || out == ".." ? std::string() : out;
}

Result<std::unique_ptr<UploadBody>> UploadBody::create(const Headers& headers) {
  if (!headers.contains("content-type"))
    return fail(ErrorCode::kUnsupportedMedia, "An upload needs a Content-Type.");
  MediaType type = YZ_TRY(parse_media_type(headers.get("content-type")));
  if (type.type == "application/json" || type.type == "application/x-www-form-urlencoded")
    return fail(ErrorCode::kUnsupportedMedia,
                "Send the file itself, or multipart/form-data with a file part.");
  auto body = std::unique_ptr<UploadBody>(new UploadBody());
  if (type.type == "multipart/form-data") {
    body->multipart_ = YZ_TRY(MultipartReader::create(find(type.parameters, "boundary").value_or(""), *body));
    return body;
  }
  body->has_file_ = true;
  body->upload.content_type = std::move(type.type);
  if (headers.contains("content-disposition")) {
    const MediaType disposition = YZ_TRY(parse_media_type(headers.get("content-disposition")));
    body->upload.file_name = clean_file_name(find(disposition.parameters, "filename").value_or(""));
  }
  return body;
}

Result<void> UploadBody::feed(std::string_view data) {
  if (multipart_) return multipart_->feed(data);
  ready.append(data);
  upload.bytes += data.size();
  return {};
}

Result<void> UploadBody::finish() {
  if (multipart_) YZ_CHECK(multipart_->finish());
  if (!has_file_) return fail(ErrorCode::kInvalidArgument, "The form has no file part.");
  return {};
}

Result<void> UploadBody::part_begin(PartHeader header) {
  // The file is what has a file name (RFC 7578 section 4.2); some clients give plain fields a type.
  part_ = header.file_name.empty() ? Part::kField : Part::kFile;
  if (part_ == Part::kField) {
    if (!is_valid_utf8(header.name)) return fail(ErrorCode::kMalformed, "a part's name is not UTF-8");
    upload.fields.emplace_back(std::move(header.name), std::string());
    return {};
  }
  if (has_file_) return fail(ErrorCode::kInvalidArgument, "The form has more than one file part.");
  has_file_ = true;
  upload.file_name = clean_file_name(header.file_name);
  upload.content_type = std::move(header.content_type);
  return {};
}

Result<void> UploadBody::part_data(std::string_view data) {
  if (part_ == Part::kFile) {
    ready.append(data);
    upload.bytes += data.size();
    return {};
  }
  field_bytes_ += data.size();
  if (field_bytes_ > limits::kMultipartFieldBytes)
    return fail(ErrorCode::kTooLarge, "The form's fields are too long.");
  upload.fields.back().second.append(data);
  return {};
}

Result<void> UploadBody::part_end() {
  if (part_ == Part::kField && !is_valid_utf8(upload.fields.back().second))
    return fail(ErrorCode::kMalformed, "a field is not UTF-8", upload.fields.back().first);
  return {};
}

Result<std::unique_ptr<SpoolWriter>> SpoolWriter::create(const std::filesystem::path& directory) {
  std::string name = (directory / "upload-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return file_error("cannot create a file for the upload", errno);
  return std::unique_ptr<SpoolWriter>(new SpoolWriter(descriptor, SpooledFile(name)));
}

Result<void> empty_spool(const std::filesystem::path& directory) {
  std::error_code error;
  size_t removed = 0;
  for (auto at = std::filesystem::directory_iterator(directory, error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    if (at->is_directory(error)) continue;
    if (std::filesystem::remove(at->path(), error)) ++removed;
    if (error) return fail(ErrorCode::kStoreFailed, error.message(), at->path().string());
  }
  if (error) return fail(ErrorCode::kStoreFailed, error.message(), directory.string());
  if (removed > 0) log::info("{} files of the last run removed from {}", removed, directory.string());
  return {};
}

SpoolWriter::~SpoolWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> SpoolWriter::write(std::string_view data) {
  while (!data.empty()) {
    const ssize_t n = ::write(descriptor_, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return file_error("cannot write the upload", errno);
    data.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Result<SpooledFile> SpoolWriter::finish() {
  const int closed = ::close(std::exchange(descriptor_, -1));
  if (closed != 0) return file_error("cannot write the upload", errno);
  return std::move(file_);
}

}  // namespace yizhan::http
