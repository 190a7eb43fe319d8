// Any bytes through the transcoder and the CSV reader, in chunks of a size that the first byte gives: rows
// must not depend on the chunks, and views must lie in the buffer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "text/charset.h"
#include "text/csv.h"

namespace {

std::vector<std::string> read(std::string_view bytes, size_t chunk) {
  yizhan::text::Transcoder transcoder(
      yizhan::text::guess_charset(bytes, yizhan::text::Extent::kWhole).charset);
  std::string utf8;
  if (!transcoder.push(bytes, utf8) || !transcoder.finish(utf8)) return {};
  yizhan::text::CsvReader reader(',');
  std::vector<std::string> rows;
  yizhan::text::Row row;
  const auto drain = [&] {
    while (reader.next(row)) {
      std::string s = std::to_string(row.number) + std::string(row_fault_name(row.fault));
      for (const std::string_view cell : row.cells) s.append("|").append(cell);
      rows.push_back(std::move(s));
    }
  };
  for (size_t i = 0; i < utf8.size(); i += chunk) {
    reader.input().append(utf8, i, chunk);
    drain();
  }
  reader.finish();
  drain();
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (read(bytes, 1 + data[0] % 16) != read(bytes, size)) std::abort();
  yizhan::text::Transcoder pieces;
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3)
    if (!pieces.push(bytes.substr(i, 3), out)) return 0;
  (void)pieces.finish(out);
  (void)yizhan::text::detect_csv_delimiter(bytes);
  return 0;
}
