#include "text/rows.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "text/csv.h"
#include "text/xlsx.h"

namespace yizhan::text {

Result<std::unique_ptr<RowSource>> open_row_source(const std::string& path, const RowSourceOptions& options) {
  FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("cannot open: {}", std::generic_category().message(errno)),
                path);
  char magic[8] = {};
  const std::string_view head(magic, std::fread(magic, 1, sizeof magic, file));
  std::fclose(file);
  if (head.starts_with("PK\x03\x04")) return open_xlsx_file(path, options.sheet);
  if (head.starts_with("\xD0\xCF\x11\xE0")) {
    return fail(ErrorCode::kUnsupportedMedia,
                "an old .xls workbook or one with a password: save it as .xlsx without a password", path);
  }
  return open_csv_file(path, options.delimiter, options.bad_bytes);
}

}  // namespace yizhan::text
