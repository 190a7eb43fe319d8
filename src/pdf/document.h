#pragma once
// A document of headings, paragraphs and tables on A4 pages, as PDF. Pure but for the font that is installed.
// Any thread: each call makes a Pango font map of its own (Pango's default one belongs to its thread) and
// shares nothing; it takes some tens of milliseconds of one core, most of it for the subset of the font.
//
// Everything is set in kFontFamily and nothing in any other font, so that a page does not depend on what else
// a machine has. What that font cannot show, and what would not be seen (control and format characters,
// private use, unassigned), is written out as U+XXXX, a byte that is no UTF-8 as \xHH (shown_text.h); "\n"
// ends a line. The text can be selected and searched. The same document gives the same bytes, under the same
// versions of the libraries and of the font.

#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace yizhan::pdf {

inline constexpr const char* kFontFamily = "Noto Sans CJK SC";
inline constexpr const char* kFontPackage = "fonts-noto-cjk";  // of Debian

enum class Face : uint8_t { kPlain, kStrong, kSmall };
struct Run {
  std::string text;
  Face face = Face::kPlain;
};
using Text = std::vector<Run>;  // one after the other

enum class Align : uint8_t { kStart, kCentre, kEnd };

struct Title {
  std::string text;
};
struct Heading {  // never the last on its page
  std::string text;
};
struct Paragraph {
  Text text;
  Align align = Align::kStart;
};
// A row that is higher than what is left of a page goes to the next; one that is higher than a page is
// continued there.
struct Table {
  std::vector<double> widths;     // shares of the page's width, one a column
  std::vector<std::string> head;  // above the rows on every page; empty: none
  std::vector<std::vector<Text>> rows;
};
using Block = std::variant<Title, Heading, Paragraph, Table>;

struct Document {
  std::string title;         // in the file's properties
  std::string running_head;  // above every page, in one line
  std::string language;      // of its words, as in HTML: "zh-CN"
  Time created;              // in the file's properties, to the second
  std::vector<Block> blocks;
};

// kInvalidArgument with the place ("/blocks/3/rows/0") for a table whose rows do not have its columns;
// kTooLarge above limits::kPdfTextBytes or limits::kPdfPages; kUnavailable without the font; kInternal when
// Cairo fails.
Result<std::string> render(const Document& document);

// kUnavailable when the font is not installed: then nothing can be rendered.
Result<> check_font();

}  // namespace yizhan::pdf
