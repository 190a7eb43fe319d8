#pragma once
// What of a text a page can show. Pure, any thread.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace yizhan::pdf {

struct ShownText {
  std::string text;  // well-formed UTF-8, every character of which has a glyph, or is "\n"
  struct Mark {
    size_t begin = 0;  // bytes of `text`
    size_t end = 0;
  };
  std::vector<Mark> marks;  // what is written out instead of shown
};

// "U+202E" for a character that has no glyph or would not be seen, "\xE4" for a byte that is no UTF-8. "\r\n"
// is "\n".
ShownText shown_text(std::string_view text, const std::function<bool(char32_t)>& has_glyph);

}  // namespace yizhan::pdf
