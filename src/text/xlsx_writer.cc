#include <fmt/format.h>
#include <xlsxwriter.h>

#include "text/utf8.h"
#include "text/xlsx.h"

namespace yizhan::text {
namespace {

constexpr size_t kCellCharacters = 32'767;
constexpr uint32_t kSheetRows = 1'048'576;
constexpr uint16_t kSheetColumns = 16'384;

Result<void> check(lxw_error error) {
  if (error == LXW_NO_ERROR) return {};
  const bool disk = error == LXW_ERROR_CREATING_XLSX_FILE || error == LXW_ERROR_CREATING_TMPFILE ||
                    error == LXW_ERROR_READING_TMPFILE;
  return fail(disk ? ErrorCode::kDiskFull : ErrorCode::kInternal,
              fmt::format("workbook: {}", lxw_strerror(error)));
}

}  // namespace

class XlsxWriter::Impl {
 public:
  explicit Impl(const std::string& path) : directory_(path.substr(0, path.find_last_of('/') + 1)) {
    if (directory_.empty()) directory_ = "./";
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = directory_.data();
    book_ = workbook_new_opt(path.c_str(), &options);
    if (book_ != nullptr) {
      bold_ = workbook_add_format(book_);
      if (bold_ != nullptr) format_set_bold(bold_);
    }
  }
  ~Impl() {
    if (book_ != nullptr) lxw_workbook_free(book_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool ok() const { return book_ != nullptr && bold_ != nullptr; }

  Result<void> add_sheet(const std::string& name, std::span<const std::string_view> header) {
    if (book_ == nullptr) return fail(ErrorCode::kWrongState, "the workbook is closed");
    if (workbook_validate_sheet_name(book_, name.c_str()) != LXW_NO_ERROR)
      return fail(ErrorCode::kInvalidArgument, "no valid sheet name, or used twice", name);
    sheet_ = workbook_add_worksheet(book_, name.c_str());
    if (sheet_ == nullptr) return fail(ErrorCode::kInternal, "workbook: no memory for a sheet");
    row_ = 0;
    column_ = 0;
    if (header.empty()) return {};
    for (const std::string_view h : header) YZ_CHECK(text(h, bold_));
    end_row();
    worksheet_freeze_panes(sheet_, 1, 0);
    return {};
  }

  Result<void> text(std::string_view text, lxw_format* format) {
    YZ_CHECK(room());
    // Bytes bound characters, so most texts are not counted.
    if (text.size() > kCellCharacters && count_utf16_units(text) > kCellCharacters)
      return fail(ErrorCode::kTooLarge, "text too long for a cell");
    if (text.find('\0') != std::string_view::npos || !is_utf8(text))
      return fail(ErrorCode::kInvalidArgument, "text of a cell is not UTF-8 or holds a zero byte");
    scratch_.assign(text);
    return check(worksheet_write_string(sheet_, row_, column_++, scratch_.c_str(), format));
  }

  Result<void> number(double number) {
    YZ_CHECK(room());
    return check(worksheet_write_number(sheet_, row_, column_++, number, nullptr));
  }

  void end_row() {
    ++row_;
    column_ = 0;
  }

  Result<void> close() {
    if (book_ == nullptr) return fail(ErrorCode::kWrongState, "the workbook is closed");
    lxw_workbook* book = book_;
    book_ = nullptr;
    sheet_ = nullptr;
    return check(workbook_close(book));
  }

  lxw_format* bold() const { return bold_; }

 private:
  Result<void> room() const {
    if (sheet_ == nullptr) return fail(ErrorCode::kWrongState, "no sheet to write to");
    if (row_ >= kSheetRows || column_ >= kSheetColumns)
      return fail(ErrorCode::kTooLarge, "the sheet is full");
    return {};
  }

  std::string directory_;  // libxlsxwriter keeps the pointer
  std::string scratch_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* bold_ = nullptr;
  uint32_t row_ = 0;
  uint16_t column_ = 0;
};

XlsxWriter::XlsxWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
XlsxWriter::~XlsxWriter() = default;
XlsxWriter::XlsxWriter(XlsxWriter&&) noexcept = default;
XlsxWriter& XlsxWriter::operator=(XlsxWriter&&) noexcept = default;

Result<XlsxWriter> XlsxWriter::create(const std::string& path) {
  auto impl = std::make_unique<Impl>(path);
  if (!impl->ok()) return fail(ErrorCode::kUnavailable, "cannot create a workbook");
  return XlsxWriter(std::move(impl));
}

Result<void> XlsxWriter::add_sheet(const std::string& name, std::span<const std::string_view> header) {
  return impl_->add_sheet(name, header);
}
Result<void> XlsxWriter::cell(std::string_view text) { return impl_->text(text, nullptr); }
Result<void> XlsxWriter::cell(double number) { return impl_->number(number); }
void XlsxWriter::end_row() { impl_->end_row(); }
Result<void> XlsxWriter::close() { return impl_->close(); }

}  // namespace yizhan::text
