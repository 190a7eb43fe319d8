// A template, then a text, divided by the first NUL: what matches renders to the text again. And the text as
// the value of every variable: what a template renders matches it, unless there is too much to try.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "text/template_match.h"
#include "text/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yizhan::text;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t cut = all.find('\0');
  if (cut == std::string_view::npos) return 0;
  const auto body = TemplateText::parse(all.substr(0, cut));
  if (!body) return 0;
  const std::string_view text = all.substr(cut + 1);
  std::vector<std::string_view> values;
  if (match_template(*body, text, values) == TemplateMatch::kMatches) {
    const std::vector<std::optional<std::string_view>> given(values.begin(), values.end());
    std::string again;
    if (!body->render(given, again) || again != text) std::abort();
  }
  const std::vector<std::optional<std::string_view>> same(body->variables().size(), text);
  std::string rendered;
  if (!text.empty() && is_utf8(text) && body->render(same, rendered) &&
      match_template(*body, rendered, values) == TemplateMatch::kDiffers)
    std::abort();
  return 0;
}
