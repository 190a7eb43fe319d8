#pragma once
// XLSX workbooks: a bounded streaming reader (libzip and expat) and a writer with constant memory
// (libxlsxwriter). One thread per object. Source of the format: ECMA-376 part 1 (SpreadsheetML).
//
// The reader trusts nothing: no DTD, no external entity, at most limits::kXlsxUncompressedBytes unpacked,
// limits::kXlsxSharedStrings strings. Cells come as text: whole numbers as plain digits (a phone number is
// never 1.38E+10), other numbers with up to 15 significant digits, dates as ISO 8601 when the style is a
// date, booleans as TRUE and FALSE, formulas as their last result.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "text/rows.h"

namespace yizhan::text {

// `sheet` empty: the first visible one. kNotFound (file or sheet), kUnsupportedMedia (no workbook,
// encrypted), kTooLarge (a limit), kMalformed (broken XML or zip).
Result<std::unique_ptr<RowSource>> open_xlsx_file(const std::string& path, std::string_view sheet = {});
// The bytes must outlive the source.
Result<std::unique_ptr<RowSource>> open_xlsx_bytes(ByteSpan bytes, std::string_view sheet = {});

// Writes a workbook row by row: add_sheet, then cells and end_row, again add_sheet ..., close. A cell that
// starts like a formula is written as text all the same. Temporary files lie beside the workbook.
class XlsxWriter {
 public:
  static Result<XlsxWriter> create(const std::string& path);
  ~XlsxWriter();  // without close() the workbook is abandoned
  XlsxWriter(XlsxWriter&&) noexcept;
  XlsxWriter& operator=(XlsxWriter&&) noexcept;

  // At most 31 characters, none of []:*?/\, no two alike: kInvalidArgument. The header row is bold and stays
  // in view; empty = no header row.
  Result<void> add_sheet(const std::string& name, std::span<const std::string_view> header = {});
  // The next cell of the row. kTooLarge above Excel's own limits (32,767 characters, 16,384 columns,
  // 1,048,576 rows).
  Result<void> cell(std::string_view text);
  Result<void> cell(double number);
  void end_row();
  // Finishes the file; nothing may be written after it.
  Result<void> close();

 private:
  class Impl;
  explicit XlsxWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace yizhan::text
