#include "pdf/typesetter.h"

#include <string_view>

#include "pdf/shown_text.h"

namespace yizhan::pdf {

namespace {

constexpr guint16 kMarkShade = 0x6000;  // of 0xFFFF: what is written out is paler than the text

Owned<PangoFontDescription> description(Type type) {
  Owned<PangoFontDescription> d(pango_font_description_new());
  pango_font_description_set_family(d.get(), kFontFamily);
  pango_font_description_set_weight(d.get(), type.weight);
  pango_font_description_set_size(d.get(), pango_units_from_double(type.size));
  return d;
}

// Fontconfig gives some font for every family: only what it is called says whether it is ours.
Result<Owned<PangoFont>> load(PangoFontMap* map, PangoContext* context, Type type) {
  Owned<PangoFont> font(pango_font_map_load_font(map, context, description(type).get()));
  if (font) {
    const Owned<PangoFontDescription> got(pango_font_describe(font.get()));
    if (const char* family = pango_font_description_get_family(got.get());
        family != nullptr && std::string_view(family) == kFontFamily)
      return font;
  }
  return fail(
      ErrorCode::kUnavailable,
      std::string("The font ") + kFontFamily + " is not installed (Debian's package " + kFontPackage + ").",
      "font");
}

void add(PangoAttrList* list, PangoAttribute* attribute, size_t begin, size_t end) {
  attribute->start_index = static_cast<guint>(begin);
  attribute->end_index = static_cast<guint>(end);
  pango_attr_list_insert(list, attribute);
}

Type type_of(Face face, Type type) {
  if (face == Face::kStrong) type.weight = PANGO_WEIGHT_BOLD;
  if (face == Face::kSmall) type = kSmallType;
  return type;
}

PangoAlignment alignment(Align align) {
  switch (align) {
    case Align::kCentre:
      return PANGO_ALIGN_CENTER;
    case Align::kEnd:
      return PANGO_ALIGN_RIGHT;
    case Align::kStart:
      break;
  }
  return PANGO_ALIGN_LEFT;
}

}  // namespace

Result<std::unique_ptr<Typesetter>> Typesetter::create(cairo_t* cairo, const std::string& language) {
  std::unique_ptr<Typesetter> t(new Typesetter);
  t->map_.reset(pango_cairo_font_map_new());
  // Points are the unit of the page.
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(t->map_.get()), 72);
  t->context_.reset(pango_font_map_create_context(t->map_.get()));
  PangoContext* context = t->context_.get();
  pango_cairo_update_context(cairo, context);
  pango_context_set_language(context, pango_language_from_string(language.c_str()));
  pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
  pango_context_set_round_glyph_positions(context, FALSE);
  t->font_ = YZ_TRY(load(t->map_.get(), context, kBodyType));
  YZ_TRY(load(t->map_.get(), context, kHeadingType));
  return t;
}

std::string Typesetter::shown(const std::string& text) const {
  return shown_text(text, [this](char32_t c) { return has_glyph(c); }).text;
}

std::vector<Line> Typesetter::lines(const Text& text, double width, Align align, Type type,
                                    Overflow overflow) {
  std::string whole;
  const Owned<PangoAttrList> attributes(pango_attr_list_new());
  for (const Run& run : text) {
    const size_t begin = whole.size();
    const ShownText shown = shown_text(run.text, [this](char32_t c) { return has_glyph(c); });
    whole += shown.text;
    add(attributes.get(), pango_attr_font_desc_new(description(type_of(run.face, type)).get()), begin,
        whole.size());
    for (const ShownText::Mark& mark : shown.marks)
      add(attributes.get(), pango_attr_foreground_new(kMarkShade, kMarkShade, kMarkShade), begin + mark.begin,
          begin + mark.end);
  }
  pango_attr_list_insert(attributes.get(), pango_attr_fallback_new(FALSE));

  PangoLayout* layout = layouts_.emplace_back(pango_layout_new(context_.get())).get();
  pango_layout_set_font_description(layout, description(type).get());
  pango_layout_set_text(layout, whole.data(), static_cast<int>(whole.size()));
  pango_layout_set_attributes(layout, attributes.get());
  pango_layout_set_auto_dir(layout, FALSE);
  pango_layout_set_width(layout, pango_units_from_double(width));
  pango_layout_set_alignment(layout, alignment(align));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  if (overflow == Overflow::kCutShort) {
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_height(layout, -1);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  }

  std::vector<Line> lines;
  const Owned<PangoLayoutIter> iterator(pango_layout_get_iter(layout));
  do {
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(iterator.get(), nullptr, &logical);
    const int baseline = pango_layout_iter_get_baseline(iterator.get());
    lines.push_back({pango_layout_iter_get_line_readonly(iterator.get()), pango_units_to_double(logical.x),
                     pango_units_to_double(baseline - logical.y), pango_units_to_double(logical.height)});
  } while (pango_layout_iter_next_line(iterator.get()) != 0);
  return lines;
}

}  // namespace yizhan::pdf
