#include "pdf/shown_text.h"

#include <fmt/format.h>
#include <glib.h>

#include <iterator>

#include "base/utf8.h"

namespace yizhan::pdf {

namespace {

// Of well-formed bytes.
char32_t code_point(std::string_view s) {
  constexpr uint8_t kLeadBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t c = static_cast<uint8_t>(s[0]) & kLeadBits[s.size()];
  for (const char tail : s.substr(1)) c = c << 6 | (static_cast<uint8_t>(tail) & 0x3F);
  return c;
}

bool is_seen(char32_t c) {
  switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return false;
    default:
      return true;
  }
}

}  // namespace

ShownText shown_text(std::string_view text, const std::function<bool(char32_t)>& has_glyph) {
  ShownText shown;
  const auto write_out = [&](const std::string& instead) {
    shown.marks.push_back({shown.text.size(), shown.text.size() + instead.size()});
    shown.text += instead;
  };
  for (size_t at = 0; at < text.size();) {
    const size_t size = utf8_sequence_bytes(text, at);
    const std::string_view bytes = text.substr(at, size);
    at += std::max<size_t>(size, 1);
    if (size == 0) {
      write_out(fmt::format("\\x{:02X}", static_cast<uint8_t>(text[at - 1])));
      continue;
    }
    const char32_t c = code_point(bytes);
    if (c == '\n') {
      shown.text += '\n';
    } else if (c == '\r' && text.substr(at).starts_with('\n')) {
      continue;
    } else if (is_seen(c) && has_glyph(c)) {
      shown.text += bytes;
    } else {
      write_out(fmt::format("U+{:04X}", static_cast<uint32_t>(c)));
    }
  }
  return shown;
}

}  // namespace yizhan::pdf
