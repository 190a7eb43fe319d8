#pragma once
// Blocks on A4 pages: first all is laid out, then drawn, for a page says how many there are. One thread.

#include <span>
#include <vector>

#include "pdf/typesetter.h"

namespace yizhan::pdf {

inline constexpr double kPageWidth = 595.276, kPageHeight = 841.89;  // 210 × 297 mm
inline constexpr double kMargin = 51;                                // 18 mm
inline constexpr double kTextWidth = kPageWidth - 2 * kMargin;
inline constexpr double kTop = kMargin + 18, kBottom = kPageHeight - kMargin - 12;

class Pages {
 public:
  explicit Pages(Typesetter& typesetter) : typesetter_(typesetter) {}

  void add(const Title& title);
  void add(const Heading& heading);
  void add(const Paragraph& paragraph);
  void add(const Table& table);

  size_t count() const { return pages_.size(); }
  // Every page with its running head and number.
  void draw(cairo_t* cairo, const std::string& running_head);

 private:
  struct Placed {
    Line line;
    double x = 0;
    double y = 0;  // of its baseline
  };
  struct Box {
    double x = 0, y = 0, width = 0, height = 0;
    enum class Ground : uint8_t { kNone, kShaded } ground = Ground::kNone;
  };
  struct Page {
    std::vector<Box> boxes;
    std::vector<Placed> lines;
  };
  struct Row {
    std::vector<std::vector<Line>> cells;
    Box::Ground ground = Box::Ground::kNone;
  };

  Row row_of(std::span<const Text> cells, std::span<const double> widths, Face face);
  // On the page, or where it is too high for one on several, each with `head` above it.
  void place(const Row& row, std::span<const double> widths, const Row* head);
  // As many lines of each cell, from `from` on, as there is room for; `from` is moved behind them.
  void place_piece(const Row& row, std::span<const double> widths, std::vector<size_t>& from);
  void place_lines(std::span<const Line> lines, double x);
  void new_page();
  void gap(double points);
  double left() const { return kBottom - y_; }

  Typesetter& typesetter_;
  std::vector<Page> pages_ = std::vector<Page>(1);
  double y_ = kTop;
};

}  // namespace yizhan::pdf
