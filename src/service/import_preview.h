#pragma once
// What a file is before it is imported: its kind, its columns and what they would be taken for, a few cells
// with nothing personal in them. Reads the head of the file and keeps nothing. Blocks; any thread.

#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace yizhan::service {

struct ImportColumn {
  int64_t index = 0;  // from 0
  std::string header;
  std::string suggested;             // an ImportField, or "unknown"
  std::vector<std::string> samples;  // the first cells that are not empty
};
BOOST_DESCRIBE_STRUCT(ImportColumn, (), (index, header, suggested, samples))

struct ImportPreview {
  std::string file_name;
  std::string encoding;  // UTF-8, GB18030, UTF-16LE, UTF-16BE, XLSX
  std::vector<ImportColumn> columns;
  int64_t rows_shown = 0;  // that the samples are from
  int64_t bytes = 0;       // of the file
};
BOOST_DESCRIBE_STRUCT(ImportPreview, (), (file_name, encoding, columns, rows_shown, bytes))

// kInvalidArgument for an empty file or a header that cannot be read, kUnsupportedMedia, kMalformed.
Result<ImportPreview> preview_import(const std::string& path, const std::string& file_name);

// What kind of text the file looks like, for people.
struct FileKind {
  std::string encoding, media_type;
};
// kNotFound when it cannot be opened.
Result<FileKind> file_kind(const std::string& path);

}  // namespace yizhan::service
