// Any bytes as the texts of a document: it is rendered or refused, and the same again.

#include <cstdlib>
#include <string_view>

#include "base/limits.h"
#include "pdf/document.h"

namespace {

constexpr size_t kBytes = 2 * 1024;  // longer texts only take longer

yizhan::pdf::Document document_of(std::string_view bytes) {
  using namespace yizhan::pdf;
  Document document{.title = std::string(bytes.substr(0, 64)),
                    .running_head = std::string(bytes.substr(0, 200)),
                    .language = "zh-CN",
                    .created = {},
                    .blocks = {}};
  // The first byte of a piece says what it is of.
  while (!bytes.empty()) {
    const auto kind = static_cast<uint8_t>(bytes[0]) % 4;
    const size_t size = std::min(bytes.size(), bytes.find('|') + 1 == 0 ? bytes.size() : bytes.find('|') + 1);
    const std::string text(bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (kind == 0) document.blocks.emplace_back(Title{text});
    if (kind == 1) document.blocks.emplace_back(Heading{text});
    if (kind == 2) document.blocks.emplace_back(Paragraph{{{text, Face::kStrong}, {text}}, Align::kEnd});
    if (kind == 3)
      document.blocks.emplace_back(Table{{1, 4}, {text, "x"}, {{{{text, Face::kSmall}}, {{text}}}}});
  }
  return document;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto document = document_of({reinterpret_cast<const char*>(data), std::min(size, kBytes)});
  const auto first = yizhan::pdf::render(document);
  const auto second = yizhan::pdf::render(document);
  if (first.has_value() != second.has_value()) std::abort();
  if (first && *first != *second) std::abort();
  return 0;
}
