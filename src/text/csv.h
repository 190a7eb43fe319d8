#pragma once
// CSV after RFC 4180: a streaming reader that survives bad rows, a writer, and a file as a RowSource. One
// thread per object.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/rows.h"

namespace yizhan::text {

// The delimiter among , ; tab and | that cuts the first lines most evenly; ',' when none does.
char detect_csv_delimiter(std::string_view head);

// Chunks in, rows out:
//   reader.input() += chunk;   (or let a transcoder append to it)
//   while (reader.next(row)) ...
//   reader.finish(); while (reader.next(row)) ...
// Line ends are CRLF, LF or CR; quoted fields may hold them; a quote inside an unquoted field is text.
// Memory: one row and one chunk.
class CsvReader {
 public:
  // delimiter 0: found out from what input() holds at the first next().
  explicit CsvReader(char delimiter = 0);

  // The buffer that the caller appends UTF-8 to. Ends the validity of the last row's views.
  std::string& input();
  void finish() { finished_ = true; }

  // False: needs more input or, after finish(), the end. Blank lines are left out.
  bool next(Row& row);

  char delimiter() const { return delimiter_; }

 private:
  enum class State : uint8_t { kFieldStart, kUnquoted, kQuoted, kQuoteInQuoted };
  struct Cell {
    size_t begin;
    size_t length;
  };

  bool scan();
  void scan_unquoted();
  void scan_quoted();
  bool end_of_input();
  void end_cell();
  void end_row();
  void start_row();
  bool give(Row& row);
  void check_size();

  std::string buffer_;
  size_t row_begin_ = 0;  // of the current row in buffer_
  size_t at_ = 0;         // next byte to look at
  size_t write_ = 0;      // where the current cell's next byte goes: quotes are taken out in place
  size_t cell_begin_ = 0;
  std::vector<Cell> cells_;
  uint64_t line_ = 1;  // of the byte at at_
  uint64_t row_line_ = 1;
  RowFault fault_ = RowFault::kNone;
  State state_ = State::kFieldStart;
  char delimiter_;
  bool finished_ = false;
  bool row_done_ = false;
  bool after_cr_ = false;    // a line feed that comes next belongs to the carriage return before it
  bool skipping_ = false;    // the row is too large: look for its end, keep nothing
  bool any_quotes_ = false;  // the row has a quoted cell: not blank even when empty
};

// Whether cells that a spreadsheet would take for a formula (starting with = + - @ tab or carriage return)
// get a leading apostrophe.
enum class FormulaGuard : uint8_t { kOff, kOn };

struct CsvFormat {
  char delimiter = ',';
  std::string_view line_end = "\r\n";
  FormulaGuard formula_guard = FormulaGuard::kOn;
};

// Appends to a string that it does not own; the caller empties it when it likes.
class CsvWriter {
 public:
  explicit CsvWriter(std::string& out, CsvFormat format = {}) : out_(out), format_(format) {}

  // Three bytes that make Excel read UTF-8; only at the start of a file.
  void byte_order_mark() { out_ += "\xEF\xBB\xBF"; }
  void cell(std::string_view text);
  void cell(int64_t number);  // never guarded: the program's own figure
  void end_row();

 private:
  void separate();

  std::string& out_;
  CsvFormat format_;
  bool row_empty_ = true;
};

// A CSV file in any character set that charset.h knows. kNotFound when it cannot be opened; reading gives
// kMalformed with "line N" for a byte sequence that is none of its character set.
Result<std::unique_ptr<RowSource>> open_csv_file(const std::string& path, char delimiter = 0,
                                                 BadBytes bad_bytes = BadBytes::kRefuse);

}  // namespace yizhan::text
