#include "text/xlsx.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zip.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/limits.h"
#include "text/xlsx_values.h"

namespace yizhan::text {
namespace {

std::string path_of(std::string_view name) {
  return testing::TempDir() + "yizhan_xlsx_" + std::to_string(getpid()) + "_" + std::string(name);
}

// "row|cell|cell" each; the error at the end when there is one.
std::vector<std::string> rows_of(Result<std::unique_ptr<RowSource>> source) {
  if (!source) return {to_string(source.error())};
  std::vector<std::string> out;
  Row row;
  while (true) {
    const Result<bool> more = (*source)->next(row);
    if (!more) out.push_back(to_string(more.error()));
    if (!more || !*more) return out;
    std::string s = std::to_string(row.number);
    if (row.fault != RowFault::kNone) s += "!" + std::string(row_fault_name(row.fault));
    for (const std::string_view c : row.cells) s.append("|").append(c);
    out.push_back(s);
  }
}

using Rows = std::vector<std::string>;

// A workbook of hand-written parts; the parts that every one needs are added.
std::string make(const std::string& name, std::map<std::string, std::string> parts) {
  const std::string path = path_of(name);
  parts.try_emplace(
      "xl/workbook.xml",
      "<workbook xmlns:r='r'><sheets><sheet name='一' sheetId='1' r:id='rId1'/></sheets></workbook>");
  parts.try_emplace("xl/_rels/workbook.xml.rels",
                    "<Relationships>"
                    "<Relationship Id='rId1' Type='http://x/worksheet' Target='worksheets/sheet1.xml'/>"
                    "<Relationship Id='rId2' Type='http://x/styles' Target='styles.xml'/>"
                    "<Relationship Id='rId3' Type='http://x/sharedStrings' Target='/xl/sharedStrings.xml'/>"
                    "</Relationships>");
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  EXPECT_NE(zip, nullptr);
  for (const auto& [part, content] : parts) {
    zip_source_t* source = zip_source_buffer(zip, content.data(), content.size(), 0);
    EXPECT_GE(zip_file_add(zip, part.c_str(), source, ZIP_FL_OVERWRITE), 0);
  }
  EXPECT_EQ(zip_close(zip), 0);
  return path;
}

std::string sheet(std::string_view rows) {
  return "<worksheet><sheetData>" + std::string(rows) + "</sheetData></worksheet>";
}

TEST(XlsxValues, DateFormats) {
  for (const char* date :
       {"yyyy-mm-dd", "yyyy\"年\"m\"月\"d\"日\"", "[$-804]yyyy/m/d;@", "h:mm AM/PM", "mm:ss.0"})
    EXPECT_TRUE(is_date_format_code(date)) << date;
  for (const char* number : {"General", "0.00", "#,##0;[Red]-#,##0", "0\"day\"", "[h]:mm:ss", "@", "0.00E+00",
                             "\"y\"0", "G/通用格式"})
    EXPECT_FALSE(is_date_format_code(number)) << number;
}

TEST(XlsxValues, SerialDates) {
  const auto date = [](double serial, DateSystem system = DateSystem::k1900) {
    std::string s;
    append_serial_date(serial, system, s);
    return s;
  };
  EXPECT_EQ(date(1), "1900-01-01");
  EXPECT_EQ(date(59), "1900-02-28");
  EXPECT_EQ(date(61), "1900-03-01");
  EXPECT_EQ(date(46083), "2026-03-02");
  EXPECT_EQ(date(46083.41666666666), "2026-03-02T10:00:00");
  EXPECT_EQ(date(46082.9999999), "2026-03-02");
  EXPECT_EQ(date(0.5), "12:00:00");
  EXPECT_EQ(date(0, DateSystem::k1904), "1904-01-01");
  EXPECT_EQ(date(-1), "-1");
  EXPECT_EQ(date(1e300).size(), 301u);
}

TEST(XlsxValues, Numbers) {
  const auto number = [](std::string_view stored) {
    std::string s;
    append_number(stored, s);
    return s;
  };
  EXPECT_EQ(number("13800138000"), "13800138000");
  EXPECT_EQ(number("1.3800138E10"), "13800138000");
  EXPECT_EQ(number("1.3800138000000000E+10"), "13800138000");
  EXPECT_EQ(number("110101199001011234"), "110101199001011234");
  EXPECT_EQ(number("0.30000000000000004"), "0.3");
  EXPECT_EQ(number("-2.50"), "-2.5");
  EXPECT_EQ(number("1E-7"), "0.0000001");
  EXPECT_EQ(number("abc"), "abc");
  EXPECT_EQ(number("1e999"), "1e999");
  EXPECT_EQ(column_of("A1"), 0u);
  EXPECT_EQ(column_of("BC12"), 54u);
  EXPECT_EQ(column_of("12"), SIZE_MAX);
  EXPECT_EQ(column_of("ABCD1"), SIZE_MAX);
}

TEST(XlsxReader, EveryKindOfCell) {
  const std::string path = make(
      "kinds.xlsx",
      {{"xl/styles.xml",
        "<styleSheet><numFmts><numFmt numFmtId='164' "
        "formatCode='yyyy&quot;年&quot;m&quot;月&quot;'/></numFmts>"
        "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
        "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/></cellXfs></styleSheet>"},
       {"xl/sharedStrings.xml",
        "<x:sst "
        "xmlns:x='x'><x:si><x:t>手机号</x:t></x:si><x:si><x:r><x:t>张</x:t></x:r><x:r><x:t>三</x:t></x:r>"
        "<x:rPh><x:t>zhang</x:t></x:rPh></x:si><x:si><x:t>a_x000D_b_x41</x:t></x:si></x:sst>"},
       {"xl/worksheets/sheet1.xml",
        sheet("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c></row>"
              "<row r='2'/><row r='3'><c r='A3'/></row>"
              "<row r='5'><c r='A5'><v>1.3800138E10</v></c><c t='b'><v>1</v></c><c "
              "t='str'><f>1+1</f><v>x&amp;y</v></c>"
              "<c t='inlineStr'><is><t>in</t><r><t>line</t></r></is></c><c t='e'><v>#N/A</v></c>"
              "<c s='1'><v>46083</v></c><c s='2'><v>46083.5</v></c><c s='99'><v>7</v></c></row>"
              "<row><c t='s'><v>2</v></c></row>")}});
  EXPECT_EQ(rows_of(open_row_source(path)),
            (Rows{"1|手机号||张三", "5|13800138000|TRUE|x&y|inline|#N/A|2026-03-02|2026-03-02T12:00:00|7",
                  "6|a\rb_x41"}));
}

TEST(XlsxReader, SheetsByNameAndVisibility) {
  const std::string path =
      make("sheets.xlsx", {{"xl/workbook.xml",
                            "<workbook xmlns:r='r'><workbookPr date1904='1'/><sheets><sheet name='hidden' "
                            "state='hidden' r:id='a'/>"
                            "<sheet name='数据' r:id='b'/></sheets></workbook>"},
                           {"xl/_rels/workbook.xml.rels",
                            "<Relationships><Relationship Id='a' Type='x/worksheet' Target='one.xml'/>"
                            "<Relationship Id='b' Type='x/worksheet' Target='two.xml'/></Relationships>"},
                           {"xl/one.xml", sheet("<row><c><v>1</v></c></row>")},
                           {"xl/two.xml", sheet("<row><c><v>2</v></c></row>")}});
  EXPECT_EQ(rows_of(open_xlsx_file(path)), Rows{"1|2"});
  EXPECT_EQ(rows_of(open_xlsx_file(path, "hidden")), Rows{"1|1"});
  EXPECT_EQ(open_xlsx_file(path, "none").error().code, ErrorCode::kNotFound);
}

TEST(XlsxReader, HostileFiles) {
  const auto code = [](const std::string& path) {
    auto source = open_row_source(path);
    if (!source) return source.error().code;
    Row row;
    Result<bool> more = true;
    while (more && *more) more = (*source)->next(row);
    return more ? ErrorCode::kInternal : more.error().code;
  };
  const std::string dtd = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b SYSTEM 'file:///etc/passwd'>]>";
  EXPECT_EQ(code(make("dtd.xlsx",
                      {{"xl/worksheets/sheet1.xml", dtd + sheet("<row><c t='str'><v>&b;</v></c></row>")}})),
            ErrorCode::kMalformed);
  EXPECT_EQ(code(make("cut.xlsx", {{"xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>"}})),
            ErrorCode::kMalformed);
  EXPECT_EQ(code(make("missing.xlsx", {})), ErrorCode::kMalformed);
  EXPECT_EQ(
      code(make("index.xlsx", {{"xl/worksheets/sheet1.xml", sheet("<row><c t='s'><v>3</v></c></row>")}})),
      ErrorCode::kMalformed);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_EQ(code(make("deep.xlsx", {{"xl/worksheets/sheet1.xml", deep}})), ErrorCode::kMalformed);
  const std::string tag = "<worksheet a='" + std::string(2 * limits::kCsvRowBytes, 'x') + "'/>";
  EXPECT_EQ(code(make("tag.xlsx", {{"xl/worksheets/sheet1.xml", tag}})), ErrorCode::kTooLarge);
  std::ofstream(path_of("garbage.xlsx"), std::ios::binary) << "PK\x03\x04garbage";
  EXPECT_EQ(code(path_of("garbage.xlsx")), ErrorCode::kMalformed);
}

TEST(XlsxReader, RowFaultsDoNotStopTheSheet) {
  const std::string large(limits::kCsvFieldBytes + 1, 'x');
  std::string row_too_large = "<row>";
  for (int i = 0; i < 20; ++i)
    row_too_large += "<c t='str'><v>" + std::string(limits::kCsvFieldBytes, 'y') + "</v></c>";
  const std::string path = make(
      "faults.xlsx", {{"xl/worksheets/sheet1.xml",
                       sheet("<row><c t='str'><v>" + large + "</v></c><c><v>1</v></c></row>" + row_too_large +
                             "</row><row><c r='ZZ3'><v>1</v></c></row>" + "<row><c><v>4</v></c></row>")}});
  EXPECT_EQ(rows_of(open_xlsx_file(path)),
            (Rows{"1!field_too_large||1", "2!row_too_large", "3!too_many_columns", "4|4"}));
}

TEST(XlsxWriter, WrittenThenReadIsTheSame) {
  const std::string path = path_of("written.xlsx");
  auto w = XlsxWriter::create(path);
  ASSERT_TRUE(w);
  const std::string_view header[] = {"手机号", "金额"};
  ASSERT_TRUE(w->add_sheet("发送明细", header));
  constexpr int kRows = 20'000;
  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(w->cell(std::string_view("=+8613800138000 <&> \"x\"\n二")));
    ASSERT_TRUE(w->cell(13'800'000'000.0 + i));
    w->end_row();
  }
  ASSERT_TRUE(w->add_sheet("汇总"));
  ASSERT_TRUE(w->cell(0.5));
  w->end_row();
  EXPECT_EQ(w->add_sheet("汇总").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(w->add_sheet("a/b").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(w->cell(std::string(40'000, 'x')).error().code, ErrorCode::kTooLarge);
  ASSERT_TRUE(w->close());
  EXPECT_FALSE(w->close());
  EXPECT_FALSE(w->cell(1.0));

  const Rows rows = rows_of(open_row_source(path));
  ASSERT_EQ(rows.size(), kRows + 1u);
  EXPECT_EQ(rows[0], "1|手机号|金额");
  EXPECT_EQ(rows[1], "2|=+8613800138000 <&> \"x\"\n二|13800000000");
  EXPECT_EQ(rows[kRows], "20001|=+8613800138000 <&> \"x\"\n二|13800019999");
  EXPECT_EQ(rows_of(open_row_source(path, {.sheet = "汇总"})), Rows{"1|0.5"});
}

TEST(XlsxWriter, AbandonedAndImpossible) {
  {
    auto w = XlsxWriter::create(path_of("abandoned.xlsx"));
    ASSERT_TRUE(w);
    ASSERT_TRUE(w->add_sheet("x"));
  }
  auto nowhere = XlsxWriter::create("/nonexistent/x.xlsx");
  ASSERT_TRUE(!nowhere || !nowhere->add_sheet("x") || !nowhere->close());
}

class RemoveWorkbooks : public testing::Environment {
 public:
  void TearDown() override {
    for (const auto& entry : std::filesystem::directory_iterator(testing::TempDir())) {
      if (entry.path().filename().string().starts_with("yizhan_xlsx_" + std::to_string(getpid()) + "_"))
        std::filesystem::remove(entry.path());
    }
  }
};
const auto* const kRemoveWorkbooks = testing::AddGlobalTestEnvironment(new RemoveWorkbooks);

}  // namespace
}  // namespace yizhan::text
