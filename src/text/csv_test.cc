#include "text/csv.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/limits.h"
#include "base/random.h"

namespace yizhan::text {
namespace {

// One string per row: "line|fault|cell|cell".
std::vector<std::string> read(std::string_view file, size_t chunk, char delimiter = ',') {
  CsvReader reader(delimiter);
  std::vector<std::string> out;
  Row row;
  const auto drain = [&] {
    while (reader.next(row)) {
      std::string s = std::to_string(row.number);
      if (row.fault != RowFault::kNone) s += "!" + std::string(row_fault_name(row.fault));
      for (const std::string_view c : row.cells) s.append("|").append(c);
      out.push_back(s);
    }
  };
  for (size_t i = 0; i < file.size(); i += chunk) {
    reader.input().append(file.substr(i, chunk));
    drain();
  }
  reader.finish();
  drain();
  return out;
}

using Rows = std::vector<std::string>;

void expect_rows(std::string_view file, const Rows& rows) {
  for (const size_t chunk : {size_t{1}, size_t{2}, size_t{3}, size_t{5}, file.size() + 1})
    EXPECT_EQ(read(file, chunk), rows) << "chunks of " << chunk << ": " << file;
}

TEST(Csv, Rfc4180) {
  expect_rows("", {});
  expect_rows("a,b\r\nc,d\r\n", {"1|a|b", "2|c|d"});
  expect_rows("a,b\nc,d", {"1|a|b", "2|c|d"});
  expect_rows("a\rb\r", {"1|a", "2|b"});
  expect_rows("a,\n,b\n,\n", {"1|a|", "2||b", "3||"});
  expect_rows("a,", {"1|a|"});
  expect_rows("\"a,b\",\"c\"\"d\",\"\"\n", {"1|a,b|c\"d|"});
  expect_rows("\"a\nb\r\nc\rd\",x\ny", {"1|a\nb\r\nc\rd|x", "5|y"});
  expect_rows("\n\r\n\na\n\nb\n", {"4|a", "6|b"});
  expect_rows("\"\"\n", {"1|"});
  expect_rows("a\"b,c\n", {"1|a\"b|c"});
  expect_rows("\"\"\"\"\n", {"1|\""});
}

TEST(Csv, BadRowsDoNotStopTheFile) {
  expect_rows("\"a\"b,c\nd\n", {"1!text_after_quote|ab|c", "2|d"});
  expect_rows("x\n\"open\nmore", {"1|x", "2!unterminated_quote|open\nmore"});
  const std::string wide(limits::kCsvColumns, ',');
  const Rows rows = read(wide + "\nok\n", 100);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[0].starts_with("1!too_many_columns|"));
  EXPECT_EQ(rows[1], "2|ok");
}

TEST(Csv, LargeFieldsAndRows) {
  const std::string field(limits::kCsvFieldBytes + 1, 'x');
  for (const size_t chunk : {size_t{1000}, size_t{1} << 30}) {
    const Rows rows = read(field + ",y\nok\n", chunk);
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_TRUE(rows[0].starts_with("1!field_too_large|xx"));
    EXPECT_EQ(rows[1], "2|ok");
    const std::string row(limits::kCsvRowBytes + 1, 'x');
    EXPECT_EQ(read(row + "\nok\n", chunk), (Rows{"1!row_too_large", "2|ok"}));
    EXPECT_EQ(read("\"" + row + "\n,\"\nok\n", chunk), (Rows{"1!row_too_large", "3|ok"}));
    EXPECT_EQ(read("a\n\"" + row, chunk), (Rows{"1|a", "2!unterminated_quote"}));
  }
}

TEST(Csv, DetectsTheDelimiter) {
  EXPECT_EQ(detect_csv_delimiter("a,b\n1,2\n"), ',');
  EXPECT_EQ(detect_csv_delimiter("a;b\n1,5;2\n2,5;3\n"), ';');
  EXPECT_EQ(detect_csv_delimiter("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(detect_csv_delimiter("a|b|c\n1|2|3\n"), '|');
  EXPECT_EQ(detect_csv_delimiter("\"a;b\",c\n\"d;e\",f\n"), ',');
  EXPECT_EQ(detect_csv_delimiter("single\ncolumn\n"), ',');
  EXPECT_EQ(detect_csv_delimiter(""), ',');
  EXPECT_EQ(read("a;b\n1;2\n", 100, 0), (Rows{"1|a|b", "2|1|2"}));
}

TEST(CsvWriter, QuotesAndGuards) {
  std::string out;
  CsvWriter w(out);
  w.cell("plain");
  w.cell("a,b");
  w.cell("say \"hi\"");
  w.cell("two\nlines");
  w.cell("");
  w.cell(" space");
  w.end_row();
  for (const char* formula : {"=1+1", "+8613800138000", "-1", "@x", "\tx", "=\"x\",y"}) w.cell(formula);
  w.cell(int64_t{-5});
  w.end_row();
  EXPECT_EQ(out,
            "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,\" space\"\r\n"
            "'=1+1,'+8613800138000,'-1,'@x,'\tx,\"'=\"\"x\"\",y\",-5\r\n");
  out.clear();
  CsvWriter plain(out, {'\t', "\n", FormulaGuard::kOff});
  plain.cell("=1");
  plain.cell("a\tb");
  plain.end_row();
  EXPECT_EQ(out, "=1\t\"a\tb\"\n");
}

TEST(Csv, WrittenThenReadIsTheSame) {
  Random random(11);
  static constexpr std::string_view kPieces[] = {"a", "\"", ",", "\n", "\r", "\r\n", "验", " ", "=", ""};
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> cells(2 + random.below(5));
    std::string file;
    CsvWriter w(file, {',', "\n", FormulaGuard::kOff});
    std::string expected = "1";
    for (std::string& c : cells) {
      for (size_t i = random.below(6); i > 0; --i) c += kPieces[random.below(std::size(kPieces))];
      w.cell(c);
      expected += "|" + c;
    }
    w.end_row();
    ASSERT_EQ(read(file, 1 + random.below(9)), Rows{expected});
  }
}

std::string temporary(std::string_view name, std::string_view content) {
  const std::string path =
      testing::TempDir() + "yizhan_csv_" + std::to_string(getpid()) + "_" + std::string(name);
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

TEST(CsvFile, ReadsAnyCharsetAndReportsItsLine) {
  const std::string path =
      temporary("gbk.xlsx", "\xCA\xD6\xBB\xFA\xBA\xC5;\xD0\xD5\xC3\xFB\r\n13800138000;\xD5\xC5\xC8\xFD\r\n");
  auto source = open_row_source(path);
  ASSERT_TRUE(source);
  Row row;
  ASSERT_TRUE((*source)->next(row).value());
  EXPECT_EQ(row.cells, (std::vector<std::string_view>{"手机号", "姓名"}));
  ASSERT_TRUE((*source)->next(row).value());
  EXPECT_EQ(row.cells[1], "张三");
  EXPECT_EQ(row.number, 2u);
  EXPECT_FALSE((*source)->next(row).value());
  EXPECT_EQ((*source)->progress_per_mille(), 1000);
  EXPECT_FALSE((*source)->next(row).value());

  auto broken = open_row_source(temporary("broken.csv", "手机号\n张三\n李四\n王\xE4\n"));
  ASSERT_TRUE(broken);
  Result<bool> result = true;
  while (result && *result) result = (*broken)->next(row);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().field, "line 4");
  EXPECT_EQ(open_row_source("/nonexistent/x.csv").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(open_row_source(temporary("old.xls", "\xD0\xCF\x11\xE0\xA1\xB1")).error().code,
            ErrorCode::kUnsupportedMedia);
}

class RemoveFiles : public testing::Environment {
 public:
  void TearDown() override {
    for (const auto& entry : std::filesystem::directory_iterator(testing::TempDir())) {
      if (entry.path().filename().string().starts_with("yizhan_csv_" + std::to_string(getpid()) + "_"))
        std::filesystem::remove(entry.path());
    }
  }
};
const auto* const kRemoveFiles = testing::AddGlobalTestEnvironment(new RemoveFiles);

}  // namespace
}  // namespace yizhan::text
