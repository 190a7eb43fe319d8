// Any bytes as a template: it parses or has a fault inside the body; what parses renders. And any bytes as a
// phone number: what passes is in E.164 and parses again to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "text/number_plan.h"
#include "text/template_text.h"
#include "text/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yizhan::text;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto parsed = TemplateText::parse(body);
  const auto fault = find_template_fault(body);
  if (parsed.has_value() == fault.has_value()) std::abort();
  if (fault && fault->offset >= size) std::abort();
  if (parsed) {
    const std::vector<std::optional<std::string_view>> values(parsed->variables().size(), "值");
    std::string out;
    if (!parsed->render(values, out) || !is_utf8(out)) std::abort();
  }
  if (const auto number = classify_number(body)) {
    const auto again = classify_number(to_e164(*number), "US");
    if (!again || again->digits != number->digits) std::abort();
    (void)mask_number(number->digits);
    (void)time_zone_of(*number);
  }
  (void)mask_number(body);
  return 0;
}
