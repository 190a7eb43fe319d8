#pragma once
// Tables as rows, whatever the file: an importer reads CSV and XLSX through the same interface. A source is
// used by one thread at a time; the views of a row stay valid until the next call on its source.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace yizhan::text {

// What is wrong with one row. The file goes on after it.
enum class RowFault : uint8_t {
  kNone,
  kFieldTooLarge,      // limits::kCsvFieldBytes
  kRowTooLarge,        // limits::kCsvRowBytes; its cells are not given
  kTooManyColumns,     // limits::kCsvColumns; the first ones are given
  kTextAfterQuote,     // "a"b: the cell is given as a and b joined
  kUnterminatedQuote,  // the file ends inside quotes; the number is the row's first line
};
// Stable names: "field_too_large" ...
std::string_view row_fault_name(RowFault fault);

struct Row {
  std::vector<std::string_view> cells;
  uint64_t number = 0;  // CSV: line on which the row starts; XLSX: row of the sheet; both from 1
  RowFault fault = RowFault::kNone;
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  // False at the end. Rows without any content are left out. An error ends the source.
  virtual Result<bool> next(Row& row) = 0;
  // How much of the file has been read, 0 to 1000, for a progress bar.
  virtual int progress_per_mille() const = 0;
};

// What becomes of bytes that are no text in the file's character set: an error that ends the source, or
// U+FFFD in the rows that hold them, which the reader can then refuse one by one (CSV in UTF-8 or GB18030
// only).
enum class BadBytes : uint8_t { kRefuse, kReplace };

struct RowSourceOptions {
  std::string sheet;   // of a workbook; empty = its first visible one
  char delimiter = 0;  // of a CSV file; 0 = found out
  BadBytes bad_bytes = BadBytes::kRefuse;
};

// Opens a file by its content, not its name. kNotFound; kUnsupportedMedia for an old or encrypted workbook,
// or a file that is no text.
Result<std::unique_ptr<RowSource>> open_row_source(const std::string& path,
                                                   const RowSourceOptions& options = {});

}  // namespace yizhan::text
