#include "text/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <system_error>

#include "base/file.h"
#include "base/limits.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yizhan::text {
namespace {

constexpr std::string_view kDelimiters = ",;\t|";
constexpr size_t kDetectionLines = 20;
constexpr size_t kFileChunkBytes = 256 * 1024;

// Delimiters of each kind in one line, outside quotes. Moves `at` behind the line.
std::array<size_t, 4> count_delimiters(std::string_view s, size_t& at) {
  std::array<size_t, 4> counts{};
  bool quoted = false;
  for (; at < s.size(); ++at) {
    const char c = s[at];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    if (const size_t d = kDelimiters.find(c); d != std::string_view::npos) ++counts[d];
  }
  while (at < s.size() && (s[at] == '\n' || s[at] == '\r')) ++at;
  return counts;
}

}  // namespace

std::string_view row_fault_name(RowFault fault) {
  static constexpr std::string_view kNames[] = {"none",
                                                "field_too_large",
                                                "row_too_large",
                                                "too_many_columns",
                                                "text_after_quote",
                                                "unterminated_quote"};
  return kNames[static_cast<size_t>(fault)];
}

char detect_csv_delimiter(std::string_view head) {
  size_t at = 0;
  const std::array<size_t, 4> first = count_delimiters(head, at);
  std::array<size_t, 4> agreeing{};
  for (size_t line = 1; line < kDetectionLines && at < head.size(); ++line) {
    const std::array<size_t, 4> counts = count_delimiters(head, at);
    // The last line may be cut off.
    if (at == head.size() && head.back() != '\n') break;
    for (size_t d = 0; d < counts.size(); ++d) agreeing[d] += counts[d] == first[d];
  }
  size_t best = 0;
  for (size_t d = 1; d < kDelimiters.size(); ++d) {
    if (first[d] == 0) continue;
    const bool better = first[best] == 0 || agreeing[d] > agreeing[best] ||
                        (agreeing[d] == agreeing[best] && first[d] > first[best]);
    if (better) best = d;
  }
  return kDelimiters[best];
}

CsvReader::CsvReader(char delimiter) : delimiter_(delimiter) {}

std::string& CsvReader::input() {
  if (row_begin_ > 0) {
    buffer_.erase(0, row_begin_);
    at_ -= row_begin_;
    write_ -= row_begin_;
    cell_begin_ -= row_begin_;
    for (Cell& c : cells_) c.begin -= row_begin_;
    row_begin_ = 0;
  }
  return buffer_;
}

bool CsvReader::next(Row& row) {
  if (delimiter_ == 0) {
    if (buffer_.empty()) return false;
    delimiter_ = detect_csv_delimiter(buffer_);
  }
  while (scan()) {
    if (give(row)) return true;
  }
  return false;
}

// Hands a finished row out and prepares for the next one; false for a blank line.
bool CsvReader::give(Row& row) {
  const bool blank = cells_.size() == 1 && cells_[0].length == 0 && !any_quotes_ && fault_ == RowFault::kNone;
  if (!blank) {
    row.number = row_line_;
    row.fault = fault_;
    row.cells.resize(cells_.size());
    const char* const base = buffer_.data();
    for (size_t i = 0; i < cells_.size(); ++i)
      row.cells[i] = std::string_view(base + cells_[i].begin, cells_[i].length);
  }
  start_row();
  return !blank;
}

void CsvReader::start_row() {
  cells_.clear();
  row_begin_ = cell_begin_ = write_ = at_;
  row_line_ = line_;
  fault_ = RowFault::kNone;
  state_ = State::kFieldStart;
  row_done_ = skipping_ = any_quotes_ = false;
}

// Goes on until a row is complete (true) or the input ends.
bool CsvReader::scan() {
  while (at_ < buffer_.size()) {
    if (after_cr_) {
      after_cr_ = false;
      if (buffer_[at_] == '\n') {
        // Only ever right after a row or inside quotes, where it is text but no new line.
        ++at_;
        if (state_ == State::kQuoted) {
          buffer_[write_++] = '\n';
        } else {
          row_begin_ = cell_begin_ = write_ = at_;
        }
        continue;
      }
    }
    switch (state_) {
      case State::kFieldStart:
        cell_begin_ = write_ = at_;
        if (buffer_[at_] == '"') {
          ++at_;
          any_quotes_ = true;
          state_ = State::kQuoted;
        } else {
          state_ = State::kUnquoted;
        }
        break;
      case State::kUnquoted:
        scan_unquoted();
        break;
      case State::kQuoted:
        scan_quoted();
        break;
      case State::kQuoteInQuoted:
        if (buffer_[at_] == '"') {
          buffer_[write_++] = '"';
          ++at_;
          state_ = State::kQuoted;
        } else {
          const char c = buffer_[at_];
          if (c != delimiter_ && c != '\n' && c != '\r' && fault_ == RowFault::kNone)
            fault_ = RowFault::kTextAfterQuote;
          state_ = State::kUnquoted;
        }
        break;
    }
    check_size();
    if (row_done_) return true;
  }
  return end_of_input();
}

void CsvReader::scan_unquoted() {
  const char* const data = buffer_.data();
  const char* const end = data + buffer_.size();
  const char* p = data + at_;
  const char delimiter = delimiter_;
  while (p < end && *p != delimiter && *p != '\n' && *p != '\r') ++p;
  const auto n = static_cast<size_t>(p - data) - at_;
  if (write_ != at_) std::memmove(buffer_.data() + write_, data + at_, n);
  write_ += n;
  at_ += n;
  if (p == end) return;
  const char c = *p;
  ++at_;
  end_cell();
  if (c == delimiter) {
    state_ = State::kFieldStart;
    cell_begin_ = write_ = at_;
    return;
  }
  ++line_;
  after_cr_ = c == '\r';
  row_done_ = true;
}

void CsvReader::scan_quoted() {
  char* const data = buffer_.data();
  const char* const end = data + buffer_.size();
  const char* p = data + at_;
  while (p < end && *p != '"' && *p != '\r' && *p != '\n') ++p;
  const auto n = static_cast<size_t>(p - data) - at_;
  if (write_ != at_) std::memmove(data + write_, data + at_, n);
  write_ += n;
  at_ += n;
  if (p == end) return;
  const char c = *p;
  ++at_;
  if (c == '"') {
    state_ = State::kQuoteInQuoted;
    return;
  }
  data[write_++] = c;
  ++line_;
  after_cr_ = c == '\r';
}

void CsvReader::end_cell() {
  if (skipping_) return;
  const size_t length = write_ - cell_begin_;
  if (length > limits::kCsvFieldBytes && fault_ == RowFault::kNone) fault_ = RowFault::kFieldTooLarge;
  if (cells_.size() == limits::kCsvColumns) {
    if (fault_ == RowFault::kNone) fault_ = RowFault::kTooManyColumns;
    return;
  }
  cells_.push_back({cell_begin_, length});
}

// A row over its limit is read on but no longer kept.
void CsvReader::check_size() {
  if (!skipping_ && at_ - row_begin_ > limits::kCsvRowBytes) {
    skipping_ = true;
    fault_ = RowFault::kRowTooLarge;
    cells_.clear();
  }
  if (skipping_) row_begin_ = cell_begin_ = write_ = at_;
}

bool CsvReader::end_of_input() {
  if (!finished_) return false;
  switch (state_) {
    case State::kFieldStart:
      // After a delimiter there is one more, empty cell; after a line end there is nothing.
      if (cells_.empty() && !skipping_) return false;
      break;
    case State::kQuoted:
      fault_ = RowFault::kUnterminatedQuote;
      break;
    case State::kUnquoted:
    case State::kQuoteInQuoted:
      break;
  }
  end_cell();
  row_done_ = true;
  return true;
}

void CsvWriter::separate() {
  if (!row_empty_) out_.push_back(format_.delimiter);
  row_empty_ = false;
}

void CsvWriter::cell(std::string_view text) {
  separate();
  const bool guard = format_.formula_guard == FormulaGuard::kOn && !text.empty() &&
                     std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  const char special[] = {format_.delimiter, '"', '\r', '\n'};
  const bool spaces = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  if (!spaces && text.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos) {
    if (guard) out_.push_back('\'');
    out_.append(text);
    return;
  }
  out_.push_back('"');
  if (guard) out_.push_back('\'');
  for (size_t i = 0; i < text.size();) {
    const size_t quote = std::min(text.find('"', i), text.size());
    out_.append(text, i, quote - i);
    if (quote < text.size()) out_.append("\"\"");
    i = quote + 1;
  }
  out_.push_back('"');
}

void CsvWriter::cell(int64_t number) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", number);
}

void CsvWriter::end_row() {
  out_.append(format_.line_end);
  row_empty_ = true;
}

namespace {

// Lines in, UTF-8 out, whatever the lines hold: one that is no text in its character set comes out with
// U+FFFD for what is not ASCII. A line feed byte is a line feed in UTF-8 and in GB18030, so lines can be told
// apart before they are decoded; so can commas and quotes, which are no second bytes of GB18030 either.
class LineSalvager {
 public:
  explicit LineSalvager(Charset charset) : charset_(charset) {}

  void push(std::string_view chunk, std::string& utf8) {
    pending_.append(chunk);
    const size_t end = pending_.rfind('\n');
    if (end == std::string::npos && pending_.size() < limits::kCsvRowBytes) return;
    const size_t whole = end == std::string::npos ? pending_.size() : end + 1;
    decode(std::string_view(pending_).substr(0, whole), utf8);
    pending_.erase(0, whole);
  }
  void finish(std::string& utf8) {
    decode(pending_, utf8);
    pending_.clear();
  }

 private:
  bool try_decode(std::string_view bytes, std::string& utf8) const {
    const size_t before = utf8.size();
    Transcoder transcoder(charset_);
    if (transcoder.push(bytes, utf8) && transcoder.finish(utf8)) return true;
    utf8.resize(before);
    return false;
  }
  void decode(std::string_view block, std::string& utf8) const {
    if (try_decode(block, utf8)) return;
    while (!block.empty()) {
      const size_t line = std::min(block.find('\n'), block.size() - 1) + 1;
      if (!try_decode(block.substr(0, line), utf8)) damaged(block.substr(0, line), utf8);
      block.remove_prefix(line);
    }
  }
  static void damaged(std::string_view line, std::string& utf8) {
    bool in_run = false;
    for (const char c : line) {
      const bool ascii = static_cast<unsigned char>(c) < 0x80;
      if (ascii) utf8.push_back(c);
      if (!ascii && !in_run) append_utf8(kReplacementCharacter, utf8);
      in_run = !ascii;
    }
  }

  Charset charset_;
  std::string pending_;
};

class CsvFile final : public RowSource {
 public:
  CsvFile(File file, uint64_t size, char delimiter, BadBytes bad_bytes)
      : file_(std::move(file)),
        size_(size),
        bad_bytes_(bad_bytes),
        reader_(delimiter),
        chunk_(kFileChunkBytes, '\0') {}

  Result<bool> next(Row& row) override {
    while (!reader_.next(row)) {
      if (ended_) return false;
      YZ_CHECK(read_more());
    }
    return true;
  }

  int progress_per_mille() const override {
    return size_ == 0 ? 1000 : static_cast<int>(std::min<uint64_t>(read_ * 1000 / size_, 1000));
  }

 private:
  Result<void> read_more() {
    const size_t n = std::fread(chunk_.data(), 1, chunk_.size(), file_.get());
    read_ += n;
    const bool last = n < chunk_.size();
    if (last && std::ferror(file_.get()) != 0) return fail(ErrorCode::kUnavailable, "cannot read the file");
    const std::string_view chunk(chunk_.data(), n);
    if (salvager_)
      salvage(chunk, last);
    else if (auto decoded = decode(chunk, last); !decoded)
      return start_salvage(std::move(decoded).error());
    if (!last) return {};
    reader_.finish();
    ended_ = true;
    return {};
  }

  // Appends the chunk's text, or nothing if it is not sound.
  Result<void> decode(std::string_view chunk, bool last) {
    std::string& input = reader_.input();
    const size_t before = input.size();
    Result<void> decoded = chunk.empty() ? Result<void>() : transcoder_.push(chunk, input);
    if (decoded && last) decoded = transcoder_.finish(input);
    if (!decoded) input.resize(before);
    decoded_bytes_ += input.size() - before;
    return decoded;
  }

  // From the first fault on the file is read line by line: once more from its start, for what the transcoder
  // holds back is not known, leaving out what has been given already.
  Result<void> start_salvage(Error error) {
    const Charset charset = transcoder_.charset();
    const bool by_lines = charset == Charset::kUtf8 || charset == Charset::kGb18030;
    if (bad_bytes_ == BadBytes::kRefuse || error.code != ErrorCode::kMalformed || !by_lines)
      return std::unexpected(std::move(error));
    if (std::fseek(file_.get(), 0, SEEK_SET) != 0)
      return fail(ErrorCode::kUnavailable, "cannot read the file");
    read_ = 0;
    salvager_.emplace(charset);
    given_before_ = decoded_bytes_;
    return {};
  }

  void salvage(std::string_view chunk, bool last) {
    std::string text;
    salvager_->push(chunk, text);
    if (last) salvager_->finish(text);
    const size_t known = std::min<uint64_t>(text.size(), given_before_);
    given_before_ -= known;
    reader_.input().append(text, known);
  }

  File file_;
  uint64_t size_;
  BadBytes bad_bytes_;
  uint64_t read_ = 0;
  uint64_t decoded_bytes_ = 0;  // of text, given to the reader before the first fault
  uint64_t given_before_ = 0;   // of these, how many the salvager has still to pass again
  Transcoder transcoder_;
  std::optional<LineSalvager> salvager_;
  CsvReader reader_;
  std::string chunk_;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<RowSource>> open_csv_file(const std::string& path, char delimiter,
                                                 BadBytes bad_bytes) {
  File file(std::fopen(path.c_str(), "rbe"));
  if (!file)
    return fail(ErrorCode::kNotFound, fmt::format("cannot open: {}", std::generic_category().message(errno)),
                path);
  std::fseek(file.get(), 0, SEEK_END);
  const long size = std::ftell(file.get());
  if (std::fseek(file.get(), 0, SEEK_SET) != 0) return fail(ErrorCode::kUnavailable, "not a file", path);
  return std::make_unique<CsvFile>(std::move(file), size < 0 ? 0 : static_cast<uint64_t>(size), delimiter,
                                   bad_bytes);
}

}  // namespace yizhan::text
