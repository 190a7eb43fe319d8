// Any bytes as a workbook: an error or rows, never more than a row's limits.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/limits.h"
#include "text/xlsx.h"
#include "text/xlsx_values.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yizhan;
  auto source = text::open_xlsx_bytes(ByteSpan(data, size));
  if (source) {
    text::Row row;
    for (int i = 0; i < 10'000; ++i) {
      const Result<bool> more = (*source)->next(row);
      if (!more || !*more) break;
      if (row.cells.size() > limits::kCsvColumns) std::abort();
      for (const std::string_view cell : row.cells)
        if (cell.size() > limits::kCsvFieldBytes) std::abort();
    }
  }
  std::string out;
  const std::string_view text = as_chars(ByteSpan(data, size));
  text::append_number(text, out);
  text::append_unescaped(text, out);
  (void)text::is_date_format_code(text);
  return 0;
}
