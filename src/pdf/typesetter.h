#pragma once
// Texts as lines of glyphs in kFontFamily. One thread at a time; what it made may be drawn as long as it
// lives.

#include <pango/pangocairo.h>

#include <memory>
#include <string>
#include <vector>

#include "pdf/document.h"

namespace yizhan::pdf {

struct Release {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
  void operator()(PangoFontMap* map) const { g_object_unref(map); }
  void operator()(PangoContext* context) const { g_object_unref(context); }
  void operator()(PangoFont* font) const { g_object_unref(font); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoAttrList* list) const { pango_attr_list_unref(list); }
  void operator()(PangoFontDescription* description) const { pango_font_description_free(description); }
  void operator()(PangoLayoutIter* iterator) const { pango_layout_iter_free(iterator); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

// Lengths are points (1/72 inch) everywhere in this folder.
struct Line {
  PangoLayoutLine* line = nullptr;  // the typesetter's
  double x = 0;                     // from the left of the width
  double ascent = 0;                // from its top to its baseline
  double height = 0;
};

struct Type {
  double size = 0;
  PangoWeight weight = PANGO_WEIGHT_NORMAL;
};
inline constexpr Type kBodyType{10}, kSmallType{8.5}, kHeadingType{12, PANGO_WEIGHT_BOLD},
    kTitleType{18, PANGO_WEIGHT_BOLD};

enum class Overflow : uint8_t { kWrap, kCutShort };  // kCutShort: one line, which ends with "…"

class Typesetter {
 public:
  // kUnavailable without the font. `cairo` is what the lines are drawn on.
  static Result<std::unique_ptr<Typesetter>> create(cairo_t* cairo, const std::string& language);

  // Of at least one line, if need be an empty one.
  std::vector<Line> lines(const Text& text, double width, Align align, Type type,
                          Overflow overflow = Overflow::kWrap);
  // `text` as shown, for where no glyphs are drawn.
  std::string shown(const std::string& text) const;

 private:
  Typesetter() = default;
  bool has_glyph(char32_t c) const { return pango_font_has_char(font_.get(), c) != 0; }

  Owned<PangoFontMap> map_;
  Owned<PangoContext> context_;
  Owned<PangoFont> font_;  // says which characters there are
  std::vector<Owned<PangoLayout>> layouts_;
};

}  // namespace yizhan::pdf
