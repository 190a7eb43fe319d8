#include "pdf/document.h"

#include <cairo-pdf.h>
#include <fmt/format.h>

#include "base/limits.h"
#include "pdf/pages.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// Theirs, not ours: Cairo 1.16 loses 768 bytes a document, Fontconfig keeps its configuration to the end.
// Neither library has symbols by which these alone could be named.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier): its name
  return "leak:libcairo.so\nleak:libfontconfig.so\n";
}
#endif
#endif

namespace yizhan::pdf {

namespace {

constexpr double kNarrowestColumn = 24;  // points: two characters and the padding

size_t bytes_of(const Text& text) {
  size_t n = 0;
  for (const Run& run : text) n += run.text.size();
  return n;
}

Result<size_t> measure(const Table& table, const std::string& place) {
  double sum = 0, least = kTextWidth;
  for (const double share : table.widths) {
    if (!(share > 0)) return fail(ErrorCode::kInvalidArgument, "a column has no width", place + "/widths");
    sum += share;
    least = std::min(least, share);
  }
  if (table.widths.empty() || !(least / sum * kTextWidth >= kNarrowestColumn))
    return fail(ErrorCode::kInvalidArgument, "a column is too narrow", place + "/widths");
  if (!table.head.empty() && table.head.size() != table.widths.size())
    return fail(ErrorCode::kInvalidArgument, "the head does not have the table's columns", place + "/head");
  size_t n = 0;
  for (const std::string& name : table.head) n += name.size();
  for (size_t i = 0; i < table.rows.size(); ++i) {
    if (table.rows[i].size() != table.widths.size())
      return fail(ErrorCode::kInvalidArgument, "a row does not have the table's columns",
                  fmt::format("{}/rows/{}", place, i));
    for (const Text& cell : table.rows[i]) n += bytes_of(cell);
  }
  return n;
}

Result<size_t> measure(const Block& block, const std::string& place) {
  if (const auto* table = std::get_if<Table>(&block)) return measure(*table, place);
  if (const auto* paragraph = std::get_if<Paragraph>(&block)) return bytes_of(paragraph->text);
  if (const auto* heading = std::get_if<Heading>(&block)) return heading->text.size();
  return std::get<Title>(block).text.size();
}

Result<> check_size(const Document& document) {
  size_t bytes = document.title.size() + document.running_head.size();
  for (size_t i = 0; i < document.blocks.size(); ++i)
    bytes += YZ_TRY(measure(document.blocks[i], fmt::format("/blocks/{}", i)));
  if (bytes <= limits::kPdfTextBytes) return {};
  return fail(ErrorCode::kTooLarge,
              fmt::format("a document has at most {} bytes of text", limits::kPdfTextBytes));
}

cairo_status_t append(void* out, const unsigned char* data, unsigned int size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

void describe(cairo_surface_t* surface, const std::string& title, Time created) {
  // Without a time of ours Cairo would write its own.
  const Time second{created.us - created.us % seconds(1).us};
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, to_rfc3339(second).c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Yizhan");
}

struct Canvas {
  Owned<cairo_surface_t> surface;
  Owned<cairo_t> cairo;
  explicit Canvas(std::string& out)
      : surface(cairo_pdf_surface_create_for_stream(append, &out, kPageWidth, kPageHeight)),
        cairo(cairo_create(surface.get())) {}
};

}  // namespace

Result<std::string> render(const Document& document) {
  YZ_CHECK(check_size(document));
  std::string out;
  {
    const Canvas canvas(out);
    const auto typesetter = YZ_TRY(Typesetter::create(canvas.cairo.get(), document.language));
    describe(canvas.surface.get(), typesetter->shown(document.title), document.created);
    Pages pages(*typesetter);
    for (const Block& block : document.blocks) {
      std::visit([&](const auto& b) { pages.add(b); }, block);
      if (pages.count() > limits::kPdfPages)
        return fail(ErrorCode::kTooLarge, fmt::format("a document has at most {} pages", limits::kPdfPages));
    }
    pages.draw(canvas.cairo.get(), document.running_head);
    cairo_surface_finish(canvas.surface.get());
    const auto drawn = cairo_status(canvas.cairo.get());
    const auto written = cairo_surface_status(canvas.surface.get());
    if (const auto status = drawn != CAIRO_STATUS_SUCCESS ? drawn : written; status != CAIRO_STATUS_SUCCESS)
      return fail(ErrorCode::kInternal,
                  std::string("the PDF cannot be made: ") + cairo_status_to_string(status));
  }
  return out;
}

Result<> check_font() {
  std::string out;
  const Canvas canvas(out);
  YZ_TRY(Typesetter::create(canvas.cairo.get(), "zh-CN"));
  return {};
}

}  // namespace yizhan::pdf
