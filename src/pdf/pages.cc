#include "pdf/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace yizhan::pdf {

namespace {

constexpr double kPadding = 4, kRuleWidth = 0.5;
constexpr double kBeforeHeading = 12, kAfterHeading = 4, kAfterTitle = 8, kAfterParagraph = 3,
                 kAfterTable = 6;
constexpr double kKeptWithHeading = 48;  // of what follows a heading, at least so much is on its page
constexpr double kRepeatedHead = kPageHeight / 4;  // a higher one is not repeated
constexpr double kRuleShade = 0.6, kGroundShade = 0.94, kHeadShade = 0.35;

double height_of(std::span<const Line> lines) {
  return std::accumulate(lines.begin(), lines.end(), 0.0,
                         [](double sum, const Line& l) { return sum + l.height; });
}

double height_of(std::span<const std::vector<Line>> cells) {
  double height = 0;
  for (const auto& cell : cells) height = std::max(height, height_of(cell));
  return height + 2 * kPadding;
}

// How many lines from `from` on fit into a height.
size_t fitting(std::span<const Line> lines, size_t from, double height) {
  size_t n = 0;
  for (; from + n < lines.size() && lines[from + n].height <= height; ++n) height -= lines[from + n].height;
  return n;
}

Text strong(const std::string& text) { return {{text, Face::kStrong}}; }

void show(cairo_t* cairo, const Line& line, double x, double baseline) {
  cairo_move_to(cairo, x + line.x, baseline);
  pango_cairo_show_layout_line(cairo, line.line);
}

}  // namespace

void Pages::new_page() {
  pages_.emplace_back();
  y_ = kTop;
}

void Pages::gap(double points) {
  if (y_ > kTop) y_ += points;
}

void Pages::place_lines(std::span<const Line> lines, double x) {
  for (const Line& line : lines) {
    if (line.height > left() && y_ > kTop) new_page();
    pages_.back().lines.push_back({line, x, y_ + line.ascent});
    y_ += line.height;
  }
}

void Pages::add(const Title& title) {
  place_lines(typesetter_.lines({{title.text}}, kTextWidth, Align::kCentre, kTitleType), kMargin);
  gap(kAfterTitle);
}

void Pages::add(const Heading& heading) {
  const auto lines = typesetter_.lines({{heading.text}}, kTextWidth, Align::kStart, kHeadingType);
  gap(kBeforeHeading);
  if (height_of(lines) + kKeptWithHeading > left()) new_page();
  place_lines(lines, kMargin);
  gap(kAfterHeading);
}

void Pages::add(const Paragraph& paragraph) {
  place_lines(typesetter_.lines(paragraph.text, kTextWidth, paragraph.align, kBodyType), kMargin);
  gap(kAfterParagraph);
}

Pages::Row Pages::row_of(std::span<const Text> cells, std::span<const double> widths, Face face) {
  Row row;
  for (size_t i = 0; i < cells.size(); ++i) {
    Text text = cells[i];
    if (face != Face::kPlain)
      for (Run& run : text) run.face = face;
    row.cells.push_back(typesetter_.lines(text, widths[i] - 2 * kPadding, Align::kStart, kBodyType));
  }
  return row;
}

void Pages::place_piece(const Row& row, std::span<const double> widths, std::vector<size_t>& from) {
  double height = 0;
  double x = kMargin;
  for (size_t i = 0; i < row.cells.size(); ++i) {
    const std::span<const Line> cell = row.cells[i];
    size_t n = fitting(cell, from[i], left() - 2 * kPadding);
    // A page takes one line at least, or there would be no end.
    if (n == 0 && y_ == kTop && from[i] < cell.size()) n = 1;
    double y = y_ + kPadding;
    for (const Line& line : cell.subspan(from[i], n)) {
      pages_.back().lines.push_back({line, x + kPadding, y + line.ascent});
      y += line.height;
    }
    from[i] += n;
    height = std::max(height, y + kPadding - y_);
    x += widths[i];
  }
  x = kMargin;
  for (size_t i = 0; i < row.cells.size(); x += widths[i++])
    pages_.back().boxes.push_back({x, y_, widths[i], height, row.ground});
  y_ += height;
}

void Pages::place(const Row& row, std::span<const double> widths, const Row* head) {
  std::vector<size_t> from(row.cells.size(), 0);
  const double height = height_of(row.cells);
  const double head_height = head != nullptr ? height_of(head->cells) : 0;
  const auto turn = [&] {
    new_page();
    if (head == nullptr) return;
    std::vector<size_t> none(head->cells.size(), 0);
    place_piece(*head, widths, none);
  };
  const auto at_end = [&] {
    for (size_t i = 0; i < row.cells.size(); ++i)
      if (from[i] < row.cells[i].size()) return false;
    return true;
  };
  const bool fits_a_page = height + head_height <= kBottom - kTop;
  if (height > left() && y_ > kTop && (fits_a_page || left() < kKeptWithHeading)) turn();
  for (;;) {
    place_piece(row, widths, from);
    if (at_end()) return;
    turn();
  }
}

void Pages::add(const Table& table) {
  const double sum = std::accumulate(table.widths.begin(), table.widths.end(), 0.0);
  std::vector<double> widths;
  for (const double share : table.widths) widths.push_back(share / sum * kTextWidth);
  Row head;
  if (!table.head.empty()) {
    std::vector<Text> cells;
    for (const std::string& name : table.head) cells.push_back(strong(name));
    head = row_of(cells, widths, Face::kStrong);
    head.ground = Box::Ground::kShaded;
    if (!table.rows.empty() && height_of(head.cells) + kKeptWithHeading > left() && y_ > kTop) new_page();
    place(head, widths, nullptr);
  }
  const bool repeated = !table.head.empty() && height_of(head.cells) < kRepeatedHead;
  for (const auto& cells : table.rows)
    place(row_of(cells, widths, Face::kPlain), widths, repeated ? &head : nullptr);
  gap(kAfterTable);
}

void Pages::draw(cairo_t* cairo, const std::string& running_head) {
  const auto head = typesetter_.lines({{running_head, Face::kSmall}}, kTextWidth, Align::kStart, kSmallType,
                                      Overflow::kCutShort);
  for (size_t number = 1; number <= pages_.size(); ++number) {
    const Page& page = pages_[number - 1];
    cairo_set_line_width(cairo, kRuleWidth);
    for (const Box& box : page.boxes) {
      cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
      if (box.ground == Box::Ground::kShaded) {
        cairo_set_source_rgb(cairo, kGroundShade, kGroundShade, kGroundShade);
        cairo_fill_preserve(cairo);
      }
      cairo_set_source_rgb(cairo, kRuleShade, kRuleShade, kRuleShade);
      cairo_stroke(cairo);
    }
    cairo_set_source_rgb(cairo, 0, 0, 0);
    for (const Placed& placed : page.lines) show(cairo, placed.line, placed.x, placed.y);
    cairo_set_source_rgb(cairo, kHeadShade, kHeadShade, kHeadShade);
    show(cairo, head.front(), kMargin, kMargin + head.front().ascent - kPadding);
    const auto foot = typesetter_.lines({{fmt::format("{} / {}", number, pages_.size()), Face::kSmall}},
                                        kTextWidth, Align::kCentre, kSmallType);
    show(cairo, foot.front(), kMargin, kBottom + kPadding + foot.front().ascent);
    cairo_show_page(cairo);
  }
}

}  // namespace yizhan::pdf
