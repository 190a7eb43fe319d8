#include "service/document_file.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/file.h"
#include "base/limits.h"

namespace yizhan::service {

namespace {

Result<std::string> media_type_of(const std::string& path) {
  struct Known {
    std::string_view magic;
    const char* media_type;
  };
  constexpr Known kKnown[] = {{"%PDF-", "application/pdf"},
                              {std::string_view("\x89PNG\r\n\x1a\n", 8), "image/png"},
                              {std::string_view("\xff\xd8\xff", 3), "image/jpeg"}};
  const File file(std::fopen(path.c_str(), "rbe"));
  if (!file) return fail(ErrorCode::kNotFound, "no such file", path);
  std::string head(8, '\0');
  head.resize(std::fread(head.data(), 1, head.size(), file.get()));
  for (const Known& known : kKnown)
    if (head.starts_with(known.magic)) return std::string(known.media_type);
  return fail(ErrorCode::kUnsupportedMedia, "a document is a PDF, PNG or JPEG file", "file");
}

Result<> check_size(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::file_size(path, failed) <= limits::kQualificationBytes && !failed) return {};
  return fail(ErrorCode::kTooLarge,
              fmt::format("a document has at most {} bytes", limits::kQualificationBytes), "file");
}

}  // namespace

Result<std::string> check_document_file(const std::string& path) {
  YZ_CHECK(check_size(path));
  return media_type_of(path);
}

}  // namespace yizhan::service
