#include "pdf/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/limits.h"
#include "pdf/shown_text.h"
#include "support/pdf_text.h"

namespace yizhan::pdf {
namespace {

using ::testing::HasSubstr;
using testing::pdf_text;
using testing::without_spaces;

size_t pages(const std::string& text) { return static_cast<size_t>(std::ranges::count(text, '\f')); }

Document document(std::vector<Block> blocks) {
  return {.title = "审核意见书",
          .running_head = "RO-2027-000001 审核意见书",
          .language = "zh-CN",
          .created = parse_rfc3339("2027-03-01T02:03:04.5Z").value(),
          .blocks = std::move(blocks)};
}

std::string rendered(const Document& document) {
  const auto pdf = render(document);
  EXPECT_TRUE(pdf) << (pdf ? "" : to_string(pdf.error()));
  return pdf.value_or("");
}

Table table(std::vector<std::vector<Text>> rows) { return {{1, 3}, {"名称", "内容"}, std::move(rows)}; }

TEST(Pdf, TheTextComesOutAgain) {
  const std::string hash(64, 'e');
  const std::string text = pdf_text(rendered(
      document({Title{"短信内容审核意见书"}, Heading{"审核对象"}, table({{{{"版本哈希"}}, {{hash}}}}),
                Paragraph{{{"请在药师指导下购买和使用。", Face::kStrong}, {"驿站", Face::kSmall}}}})));
  EXPECT_EQ(pages(text), 1u);
  EXPECT_THAT(text, HasSubstr("RO-2027-000001 审核意见书"));
  EXPECT_THAT(text, HasSubstr("短信内容审核意见书"));
  EXPECT_THAT(text, HasSubstr("请在药师指导下购买和使用。驿站"));
  EXPECT_THAT(without_spaces(text), HasSubstr("1/1"));
  EXPECT_THAT(without_spaces(text), HasSubstr(hash));
}

TEST(Pdf, TheSameDocumentIsTheSameBytes) {
  const Document one = document({Heading{"甲"}, Paragraph{{{"同样的文字"}}}});
  const std::string bytes = rendered(one);
  rendered(document({Paragraph{{{"别的文字 other words"}}}}));
  EXPECT_EQ(rendered(one), bytes);
  std::string elsewhere;
  std::thread([&] { elsewhere = rendered(one); }).join();
  EXPECT_EQ(elsewhere, bytes);
  EXPECT_THAT(bytes, HasSubstr("20270301020304"));
  Document later = one;
  later.created = later.created + seconds(1);
  EXPECT_NE(rendered(later), bytes);
}

TEST(Pdf, ALongTextGoesOnOverPages) {
  std::string body;
  for (int i = 0; i < 400; ++i) body += "第" + std::to_string(i) + "句话，讲门店的服务。";
  const std::string text =
      pdf_text(rendered(document({table({{{{"正文"}}, {{body}}}, {{{"后面"}}, {{"最后一行"}}}})})));
  EXPECT_GE(pages(text), 3u);
  const std::string joined = without_spaces(text);
  for (int i = 0; i < 400; ++i) EXPECT_THAT(joined, HasSubstr("第" + std::to_string(i))) << i;
  EXPECT_THAT(text, HasSubstr("最后一行"));
  // Each page has the table's head, the running head and its number.
  const std::string of = "/" + std::to_string(pages(text));
  size_t begin = 0;
  for (size_t page = 1; page <= pages(text); ++page) {
    const size_t end = text.find('\f', begin);
    const std::string one = text.substr(begin, end - begin);
    EXPECT_THAT(one, HasSubstr("RO-2027-000001")) << page;
    EXPECT_THAT(one, HasSubstr("名称")) << page;
    EXPECT_THAT(without_spaces(one), HasSubstr(std::to_string(page) + of)) << page;
    begin = end + 1;
  }
}

TEST(Pdf, ARowThatFitsAPageIsNotTorn) {
  std::vector<std::vector<Text>> rows;
  for (int i = 0; i < 30; ++i)
    rows.push_back({{{"甲" + std::to_string(i)}}, {{"一\n二\n三\n丁" + std::to_string(i)}}});
  const std::string text = pdf_text(rendered(document({table(std::move(rows))})));
  ASSERT_GE(pages(text), 2u);
  size_t begin = 0;
  for (size_t page = 1; page <= pages(text); ++page) {
    const size_t end = text.find('\f', begin);
    const std::string one = text.substr(begin, end - begin);
    for (int i = 0; i < 30; ++i) {
      const std::string number = std::to_string(i) + "\n";
      EXPECT_EQ(without_spaces(one).contains("甲" + std::to_string(i) + "一"), one.contains("丁" + number))
          << page << " " << i;
    }
    begin = end + 1;
  }
}

TEST(Pdf, AHeadingIsNotTheLastOfItsPage) {
  for (int lines = 38; lines < 46; ++lines) {
    std::vector<Block> blocks;
    for (int i = 0; i < lines; ++i) blocks.emplace_back(Paragraph{{{"行"}}});
    blocks.emplace_back(Heading{"标题"});
    blocks.emplace_back(Paragraph{{{"其后"}}});
    const std::string text = pdf_text(rendered(document(std::move(blocks))));
    const size_t heading = text.find("标题"), after = text.find("其后");
    EXPECT_FALSE(text.substr(heading, after - heading).contains('\f')) << lines;
  }
}

TEST(Pdf, WhatCannotBeShownIsWrittenOut) {
  const std::string odd =
      "坏\xE4\xB8字节 \x01控制 \u200B零宽 \u202E倒序 \uE000私用 \U0001F389表情 \uFFFE非字符 \U00020BB7生僻 "
      "\xFF";
  const std::string text = pdf_text(
      rendered(document({Title{odd}, Heading{odd}, Paragraph{{{odd}}}, table({{{{odd}}, {{odd}}}})})));
  for (const char* written :
       {"\\xE4", "\\xB8", "U+0001", "U+200B", "U+202E", "U+E000", "U+1F389", "U+FFFE", "\\xFF"})
    EXPECT_THAT(text, HasSubstr(written));
  EXPECT_THAT(text, HasSubstr("\U00020BB7")) << "rare, but the font has it";
  EXPECT_THAT(text, HasSubstr("字节"));
}

TEST(Pdf, LongWordsAreBrokenAndOneLinersCutShort) {
  const std::string word(3000, 'x');
  Document long_words = document({Paragraph{{{word}}}, table({{{{word}}, {{word}}}})});
  long_words.running_head = word;
  const std::string text = pdf_text(rendered(long_words));
  EXPECT_GE(static_cast<size_t>(std::ranges::count(text, 'x')), 3 * word.size());
}

TEST(Pdf, FaultsAreNamed) {
  const auto fault = [](const Document& d) {
    const auto pdf = render(d);
    return pdf ? "none" : std::string(error_name(pdf.error().code)) + " " + pdf.error().field;
  };
  EXPECT_EQ(fault(document({Table{{1, 1}, {}, {{{{"只有一格"}}}}}})), "invalid_argument /blocks/0/rows/0");
  EXPECT_EQ(fault(document({Title{""}, Table{{1, 1}, {"一"}, {}}})), "invalid_argument /blocks/1/head");
  EXPECT_EQ(fault(document({Table{{}, {}, {}}})), "invalid_argument /blocks/0/widths");
  EXPECT_EQ(fault(document({Table{{1, 0}, {}, {}}})), "invalid_argument /blocks/0/widths");
  EXPECT_EQ(fault(document({Table{{1000, 1}, {}, {}}})), "invalid_argument /blocks/0/widths");
  EXPECT_EQ(fault(document({Paragraph{{{std::string(limits::kPdfTextBytes, 'x')}}}})), "too_large ");
  EXPECT_EQ(fault(document({Paragraph{{{std::string(limits::kPdfPages * 80, '\n')}}}})), "too_large ");
  EXPECT_EQ(fault(document({})), "none");
  EXPECT_TRUE(check_font());
}

TEST(ShownText, KeepsWhatHasAGlyph) {
  const auto all = [](char32_t) { return true; };
  EXPECT_EQ(shown_text("a\r\nb\rc\n", all).text, "a\nbU+000Dc\n");
  const auto none = shown_text("中x", [](char32_t c) { return c < 0x80; });
  EXPECT_EQ(none.text, "U+4E2Dx");
  ASSERT_EQ(none.marks.size(), 1u);
  EXPECT_EQ(none.marks[0].begin, 0u);
  EXPECT_EQ(none.marks[0].end, 6u);
  EXPECT_EQ(shown_text("", all).text, "");
}

}  // namespace
}  // namespace yizhan::pdf
