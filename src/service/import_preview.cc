#include "service/import_preview.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/file.h"
#include "base/limits.h"
#include "service/customers.h"
#include "service/import_row.h"
#include "text/charset.h"
#include "text/number_plan.h"
#include "text/rows.h"
#include "text/utf8.h"

namespace yizhan::service {
namespace {

constexpr size_t kHeadBytes = 64 * 1024;
constexpr size_t kDigitsShown = 3;
constexpr size_t kShortestNumber = 7;  // digits in a row that may be a phone or an identity number
constexpr std::string_view kUnknown = "unknown";

std::string cut(std::string_view text, size_t characters) {
  size_t at = 0;
  for (size_t i = 0; i < characters && at < text.size(); ++i) text::next_code_point(text, at);
  return std::string(text.substr(0, at));
}

// Numbers stand in the oddest columns: of a long run of digits only the first ones are shown.
std::string without_numbers(std::string_view text) {
  std::string out(text);
  for (size_t at = 0; at < out.size();) {
    const size_t end = std::min(out.find_first_not_of("0123456789", at), out.size());
    if (end - at >= kShortestNumber)
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(at + kDigitsShown),
                out.begin() + static_cast<std::ptrdiff_t>(end), '*');
    at = end + 1;
  }
  return out;
}

std::string sample_of(std::string_view cell, std::optional<ImportField> field) {
  if (field == ImportField::kNumber || field == ImportField::kBirthDate || field == ImportField::kRemark)
    return mask_cell(cell);
  if (field == ImportField::kName) return mask_name(cell);
  if (field == ImportField::kConsentTime) return cut(cell, limits::kImportPreviewCellCharacters);
  // A number written with spaces or hyphens is one all the same.
  if (text::classify_number(cell)) return mask_cell(cell);
  return cut(without_numbers(cell), limits::kImportPreviewCellCharacters);
}

std::vector<ImportColumn> columns_of(const text::Row& header) {
  std::vector<ImportColumn> columns;
  for (const std::string_view cell : header.cells) {
    const auto field = known_field(cell);
    columns.push_back({std::ssize(columns),
                       cut(without_numbers(trimmed_cell(cell)), limits::kNameCharacters),
                       std::string(field ? name_of(*field) : kUnknown),
                       {}});
  }
  return columns;
}

}  // namespace

Result<FileKind> file_kind(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rbe"));
  if (!file) return fail(ErrorCode::kNotFound, "cannot open the file", "file");
  std::string head(kHeadBytes, '\0');
  head.resize(std::fread(head.data(), 1, head.size(), file.get()));
  if (head.starts_with("PK\x03\x04"))
    return FileKind{"XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};
  const auto extent = head.size() < kHeadBytes ? text::Extent::kWhole : text::Extent::kHead;
  return FileKind{std::string(text::charset_name(text::guess_charset(head, extent).charset)), "text/csv"};
}

Result<ImportPreview> preview_import(const std::string& path, const std::string& file_name) {
  ImportPreview preview;
  preview.file_name = file_name;
  preview.encoding = YZ_TRY(file_kind(path)).encoding;
  std::error_code ignored;
  preview.bytes = static_cast<int64_t>(std::filesystem::file_size(path, ignored));
  const auto source = YZ_TRY(text::open_row_source(path, {.bad_bytes = text::BadBytes::kReplace}));
  text::Row row;
  if (!YZ_TRY(source->next(row))) return fail(ErrorCode::kInvalidArgument, "the file is empty", "file");
  if (row.fault != text::RowFault::kNone)
    return fail(ErrorCode::kInvalidArgument,
                "the header cannot be read: " + std::string(text::row_fault_name(row.fault)), "line 1");
  preview.columns = columns_of(row);
  std::vector<std::optional<ImportField>> fields;
  for (const std::string_view cell : row.cells) fields.push_back(known_field(cell));
  for (; preview.rows_shown < limits::kImportPreviewRows; ++preview.rows_shown) {
    const auto more = source->next(row);
    if (!more || !*more) break;  // what cannot be read further down the import itself will say
    for (size_t i = 0; i < std::min(row.cells.size(), fields.size()); ++i) {
      std::vector<std::string>& samples = preview.columns[i].samples;
      const std::string_view cell = trimmed_cell(row.cells[i]);
      if (!cell.empty() && samples.size() < limits::kImportPreviewSamples)
        samples.push_back(sample_of(cell, fields[i]));
    }
  }
  return preview;
}

}  // namespace yizhan::service
