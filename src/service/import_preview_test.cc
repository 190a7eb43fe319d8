#include "service/import_preview.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/test_database.h"
#include "text/xlsx.h"

namespace yizhan::service {
namespace {

class ImportPreviewTest : public ::testing::Test {
 protected:
  std::string put(const std::string& content) {
    const std::string path = folder_.file("upload");
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  ImportPreview preview(const std::string& content) {
    auto made = preview_import(put(content), "customers.csv");
    EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
    return made.value_or(ImportPreview{});
  }
  testing::TemporaryFolder folder_;
};

TEST_F(ImportPreviewTest, SuggestsFieldsAndMasksWhatIsPersonal) {
  const std::string content =
      "手机号,姓名,城市,出生日期,积分,客户电话2,同意时间,备注\n"
      "13800138000,张小伟,北京,1990-05-17,12,138-0013-8001,2026-01-02 10:00:00,家住北京路1号\n"
      ",李四,上海,,身份证11010519491231002X,,20260102,\n";
  const ImportPreview p = preview(content);
  EXPECT_EQ(p.file_name, "customers.csv");
  EXPECT_EQ(p.encoding, "UTF-8");
  EXPECT_EQ(p.rows_shown, 2);
  EXPECT_EQ(p.bytes, static_cast<int64_t>(content.size()));
  ASSERT_EQ(p.columns.size(), 8u);
  const char* fields[] = {"number",  "name",    "city",         "birth_date",
                          "unknown", "unknown", "consent_time", "remark"};
  for (size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(p.columns[i].index, static_cast<int64_t>(i));
    EXPECT_EQ(p.columns[i].suggested, fields[i]);
  }
  EXPECT_EQ(p.columns[0].header, "手机号");
  EXPECT_EQ(p.columns[0].samples, std::vector<std::string>{"138********"});
  EXPECT_EQ(p.columns[1].samples, (std::vector<std::string>{"张**", "李*"}));
  EXPECT_EQ(p.columns[2].samples, (std::vector<std::string>{"北京", "上海"}));
  EXPECT_EQ(p.columns[4].samples[0], "12");
  EXPECT_EQ(p.columns[6].samples, (std::vector<std::string>{"2026-01-02 10:00:00", "20260102"}));
  // Whatever the column is called.
  const std::string shown = json::encode(p);
  for (const char* personal : {"0013", "小伟", "四", "05-17", "19491231", "北京路"})
    EXPECT_EQ(shown.find(personal), std::string::npos) << personal;
}

TEST_F(ImportPreviewTest, ShowsTheHeadOnly) {
  std::string content = "手机号,城市\n";
  for (int i = 0; i < 1'000; ++i)
    content += "1380013" + std::to_string(8000 + i) + ",很长很长很长很长很长很长很长很长很长的城市名\n";
  const ImportPreview p = preview(content);
  EXPECT_EQ(p.rows_shown, limits::kImportPreviewRows);
  ASSERT_EQ(p.columns[1].samples.size(), limits::kImportPreviewSamples);
  EXPECT_EQ(p.columns[1].samples[0], "很长很长很长很长很长很长很长很长很长的城市名");
  EXPECT_EQ(preview("城市\n" + std::string(30, 'x') + "\n").columns[0].samples[0],
            std::string(limits::kImportPreviewCellCharacters, 'x'));
}

// Blanks of full width are as good as none: in headers, and around cells.
TEST_F(ImportPreviewTest, BlanksOfFullWidthAreTrimmed) {
  const ImportPreview p =
      preview("\u3000手机号\u3000, \u3000姓 名\u3000 \t,\u3000,城市\n13800138000,张,,\u3000上海\u3000\n");
  ASSERT_EQ(p.columns.size(), 4u);
  EXPECT_EQ(p.columns[0].header, "手机号");
  EXPECT_EQ(p.columns[0].suggested, "number");
  EXPECT_EQ(p.columns[1].header, "姓 名") << "what stands inside of a header stays";
  EXPECT_EQ(p.columns[2].header, "");
  EXPECT_EQ(p.columns[2].suggested, "ignore") << "a column without a name";
  EXPECT_EQ(p.columns[3].samples, std::vector<std::string>{"上海"});
}

// Without a header the first customer stands where the header should.
TEST_F(ImportPreviewTest, AHeaderThatIsNoneShowsNoNumber) {
  const ImportPreview p = preview("13800138000,北京\n13800138001,上海\n");
  EXPECT_EQ(p.columns[0].header, "138********");
  EXPECT_EQ(p.columns[0].suggested, "unknown");
}

TEST_F(ImportPreviewTest, OfWorkbooksToo) {
  const std::string path = folder_.file("book.xlsx");
  {
    auto writer = text::XlsxWriter::create(path);
    ASSERT_TRUE(writer);
    const std::string_view header[] = {"手机号", "会员等级"};
    ASSERT_TRUE(writer->add_sheet("one", header));
    ASSERT_TRUE(writer->cell("13800138000"));
    ASSERT_TRUE(writer->cell("金卡"));
    writer->end_row();
    ASSERT_TRUE(writer->close());
  }
  const auto p = preview_import(path, "book.xlsx");
  ASSERT_TRUE(p) << to_string(p.error());
  EXPECT_EQ(p->encoding, "XLSX");
  ASSERT_EQ(p->columns.size(), 2u);
  EXPECT_EQ(p->columns[1].suggested, "member_level");
  EXPECT_EQ(p->columns[1].samples, std::vector<std::string>{"金卡"});
}

TEST_F(ImportPreviewTest, RefusesWhatIsNoTable) {
  const auto empty = preview_import(put(""), "x");
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(empty.error().field, "file");
  EXPECT_EQ(preview_import(folder_.file("none"), "x").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace yizhan::service
