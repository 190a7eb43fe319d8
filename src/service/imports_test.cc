#include "service/imports.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "service/customers.h"
#include "service/import_batch.h"
#include "store/audience.h"
#include "store/queries.h"
#include "support/service_store.h"
#include "text/xlsx.h"

namespace yizhan::service {
namespace {

using domain::ImportState;
using testing::command_line;

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class ImportsTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    evidence_.emplace(store(), folder_.file("evidence"));
    imports_.emplace(store(), *evidence_, [this](int64_t customer) { opted_out_.push_back(customer); });
  }
  void TearDown() override { imports_.reset(); }

  std::string put(const std::string& content) {
    const std::string path = folder_.file("upload" + std::to_string(++files_));
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  Result<ImportView> start(const std::string& path, const ImportOptions& options = {}) {
    return imports_->start(command_line(), path, "customers.csv", options);
  }
  // Runs to the end.
  ImportView import_file(const std::string& path, const ImportOptions& options = {}) {
    const auto started = start(path, options);
    EXPECT_TRUE(started) << (started ? "" : to_string(started.error()));
    if (!started) return {};
    imports_->wait(started->id);
    const auto view = imports_->get(started->id);
    EXPECT_TRUE(view);
    if (!view) return {};
    EXPECT_EQ(view->rows_read, view->rows_new + view->rows_changed + view->rows_unchanged +
                                   view->rows_duplicate + view->rows_refused);
    EXPECT_FALSE(std::filesystem::exists(path));
    return *view;
  }
  ImportView import_text(const std::string& content, const ImportOptions& options = {}) {
    return import_file(put(content), options);
  }
  ImportView import_example() { return import_text(slurp(YIZHAN_SOURCE_DIR "/examples/customers.csv")); }
  std::string expect_refused(const std::string& content, const ImportOptions& options = {}) {
    const auto started = start(put(content), options);
    EXPECT_FALSE(started);
    if (started) return {};
    EXPECT_EQ(started.error().code, ErrorCode::kInvalidArgument) << to_string(started.error());
    EXPECT_EQ(count("SELECT count(*) FROM import_job"), 0);
    return started.error().field;
  }
  std::string blob(const crypto::BlindHash& hash) const {
    return GetParam() == db::Dialect::kSqlite ? "x'" + to_hex(hash) + "'" : "'\\x" + to_hex(hash) + "'";
  }
  // The customers whom an import held, as an audience counts them.
  int64_t held_by(ImportId id) {
    domain::SegmentFilter filter;
    filter.import_id = id;
    const auto counted =
        store().db.read([&](db::Tx& tx) { return store::count_audience(tx, filter, clock_.now()); });
    EXPECT_TRUE(counted);
    return counted.value_or(-1);
  }
  std::map<std::string, int64_t> codes(const ImportView& view) { return view.refused_by_code.value(); }
  int64_t found(const std::string& name) {
    const Customers customers(store());
    const auto page = customers.look_up(command_line(), {.name = name});
    EXPECT_TRUE(page);
    return page ? std::ssize(page->items) : -1;
  }

  testing::TemporaryFolder folder_;
  std::optional<EvidenceFiles> evidence_;
  std::optional<Imports> imports_;
  std::vector<int64_t> opted_out_;
  int files_ = 0;
};

YIZHAN_FOR_EACH_STORE(ImportsTest);

TEST_P(ImportsTest, TheExampleComesOutAsItsGeneratorSays) {
  const auto expected =
      json::parse(slurp(YIZHAN_SOURCE_DIR "/examples/customers.expected.json")).value().as_object();
  const auto number = [](const json::Object& o, const char* name) { return o.at(name).to_number<int64_t>(); };
  const auto& refused = expected.at("refused").as_object();
  const ImportView view = import_example();
  ASSERT_EQ(view.state, ImportState::kFinished) << view.error;
  EXPECT_EQ(view.encoding, "UTF-8");
  EXPECT_EQ(view.bytes_read, view.bytes_total);
  EXPECT_EQ(view.rows_read, number(expected, "rows"));
  EXPECT_EQ(view.rows_new, number(expected, "customers"));
  EXPECT_EQ(view.rows_duplicate, number(expected, "duplicates"));
  EXPECT_EQ(view.rows_refused, number(refused, "total"));
  auto by_code = codes(view);
  EXPECT_EQ(by_code["number_missing"], number(refused, "missing_number"));
  EXPECT_EQ(by_code["date_invalid"], number(refused, "bad_birth_date"));
  EXPECT_EQ(by_code["consent_time_invalid"], number(refused, "bad_consent_time"));
  EXPECT_EQ(by_code["consent_word_unknown"], number(refused, "unknown_consent_word"));
  EXPECT_EQ(by_code["too_many_columns"], number(refused, "too_many_columns"));
  EXPECT_EQ(by_code["consent_time_missing"], number(refused, "consent_without_time"));
  int64_t bad_numbers = 0;
  for (const auto& [code, n] : by_code)
    if (code.starts_with("number_") && code != "number_missing") bad_numbers += n;
  EXPECT_EQ(bad_numbers, number(refused, "bad_number"));
  const auto& marketing = expected.at("marketing_consent").as_object();
  const auto states = [&](int kind) {
    return count("SELECT count(*) FROM consent_state WHERE message_class = 3 AND kind = " +
                 std::to_string(kind));
  };
  EXPECT_EQ(states(1), number(marketing, "granted"));
  EXPECT_EQ(states(2), number(marketing, "withdrawn"));
  EXPECT_EQ(states(3), number(marketing, "not_consented"));
  EXPECT_EQ(count("SELECT count(*) FROM suppression"), number(marketing, "withdrawn"));
  for (const auto& [region, n] : expected.at("regions").as_object())
    EXPECT_EQ(count("SELECT count(*) FROM customer WHERE region = '" + std::string(region) + "'"),
              n.to_number<int64_t>());
  EXPECT_EQ(held_by(view.id), number(expected, "customers"));
  EXPECT_EQ(count("SELECT count(*) FROM consent_text"), 3);
}

TEST_P(ImportsTest, TheSameFileTwiceChangesNothing) {
  import_example();
  const auto events = count("SELECT count(*) FROM consent_event");
  clock_.advance(hours(1));
  const ImportView again = import_example();
  EXPECT_EQ(again.state, ImportState::kFinished);
  EXPECT_EQ(again.rows_new, 0);
  EXPECT_EQ(again.rows_changed, 0);
  EXPECT_EQ(again.rows_unchanged, 8650);
  EXPECT_EQ(again.rows_duplicate, 150);
  EXPECT_EQ(again.consents_granted + again.consents_withdrawn, 0);
  EXPECT_EQ(again.opt_outs_kept, 0);
  EXPECT_EQ(count("SELECT count(*) FROM consent_event"), events);
  EXPECT_EQ(count("SELECT count(*) FROM customer WHERE version <> 1 OR updated_at <> created_at"), 0);
  EXPECT_EQ(held_by(again.id), 8650);
}

TEST_P(ImportsTest, GbkIsFoundOut) {
  // 手机号,姓名,营销同意,同意时间 / 13800138000,张伟,是,2024-01-02 in GBK.
  const std::string gbk =
      "\xCA\xD6\xBB\xFA\xBA\xC5,\xD0\xD5\xC3\xFB,\xD3\xAA\xCF\xFA\xCD\xAC\xD2\xE2,"
      "\xCD\xAC\xD2\xE2\xCA\xB1\xBC\xE4\r\n"
      "13800138000,\xD5\xC5\xCE\xB0,\xCA\xC7,2024-01-02\r\n";
  const ImportView view = import_text(gbk);
  EXPECT_EQ(view.state, ImportState::kFinished) << view.error;
  EXPECT_EQ(view.encoding, "GB18030");
  EXPECT_EQ(view.rows_new, 1);
  EXPECT_EQ(view.consents_granted, 1);
  const auto index = store().name_index.of("张伟");
  EXPECT_EQ(count("SELECT count(*) FROM customer WHERE name_index = " + blob(index)), 1);
  // 2024-01-02 00:00 in Shanghai.
  EXPECT_EQ(count("SELECT occurred_at FROM consent_event"), 1'704'124'800'000'000);
}

TEST_P(ImportsTest, AWorkbookIsReadLikeAList) {
  const std::string path = folder_.file("list.xlsx");
  auto writer = text::XlsxWriter::create(path);
  ASSERT_TRUE(writer);
  const std::string_view header[] = {"phone", "name", "marketing_consent", "consent_time", "City"};
  ASSERT_TRUE(writer->add_sheet("Sheet1", header));
  const auto row = [&](std::initializer_list<std::string_view> cells) {
    for (const auto cell : cells) ASSERT_TRUE(writer->cell(cell));
    writer->end_row();
  };
  ASSERT_TRUE(writer->cell(13'800'138'000.0));
  for (const auto cell : {"Ann", "yes", "2024-01-02T10:00:00Z", "Paris"}) ASSERT_TRUE(writer->cell(cell));
  writer->end_row();
  row({"13800138001", "Bob", "maybe", "", ""});
  ASSERT_TRUE(writer->close());
  const ImportView view = import_file(path);
  EXPECT_EQ(view.state, ImportState::kFinished) << view.error;
  EXPECT_EQ(view.encoding, "XLSX");
  EXPECT_EQ(view.rows_new, 1);
  EXPECT_EQ(codes(view), (std::map<std::string, int64_t>{{"consent_word_unknown", 1}}));
  EXPECT_EQ(count("SELECT line FROM import_refused_row"), 3);
}

constexpr const char* kHeader = "手机号,姓名,营销同意,同意时间,城市\n";

TEST_P(ImportsTest, AnOptOutIsNeverTurnedBack) {
  import_text(std::string(kHeader) + "13800138000,张伟,是,2024-01-02,北京\n13800138001,李娜,否,,\n");
  const ImportView out = import_text(std::string(kHeader) + "13800138000,,已撤回,2024-03-01,\n");
  EXPECT_EQ(out.rows_changed, 1);
  EXPECT_EQ(out.consents_withdrawn, 1);
  EXPECT_EQ(opted_out_.size(), 1u);
  EXPECT_EQ(count("SELECT suppressed FROM customer ORDER BY id LIMIT 1") +
                count("SELECT suppressed FROM customer ORDER BY id DESC LIMIT 1"),
            domain::class_bit(domain::MessageClass::kMarketing));
  const ImportView back =
      import_text(std::string(kHeader) + "13800138000,,是,2024-09-01,\n13800138001,,是,2024-09-01,\n");
  EXPECT_EQ(back.opt_outs_kept, 2);
  EXPECT_EQ(back.consents_granted, 0);
  EXPECT_EQ(back.rows_unchanged, 2);
  EXPECT_EQ(count("SELECT count(*) FROM consent_state WHERE kind = 1"), 0);
}

TEST_P(ImportsTest, ANewCustomerOnTheSuppressionListStaysOut) {
  ASSERT_TRUE(
      db().write([&](db::Tx& tx) { return add_suppression(tx, store(), {.digits = 8613800138000}); }));
  const ImportView view = import_text(std::string(kHeader) + "13800138000,张伟,是,2024-01-02,\n");
  EXPECT_EQ(view.rows_new, 1);
  EXPECT_EQ(view.opt_outs_kept, 1);
  EXPECT_EQ(view.consents_granted, 0);
  EXPECT_EQ(count("SELECT suppressed FROM customer"), domain::class_bit(domain::MessageClass::kMarketing));
}

TEST_P(ImportsTest, ConsentGivenAgainOutlivesTheSameOldFile) {
  const std::string old = std::string(kHeader) + "13800138000,张伟,已撤回,2024-03-01,\n";
  import_text(old);
  ASSERT_TRUE(db().write([&](db::Tx& tx) -> Result<> {
    const int64_t id = YZ_TRY(tx.number(store::q::customer_newest));
    YZ_TRY(append_consent(tx, store(), {.customer_id = id, .method = "call", .occurred_at = store().now()}));
    return {};
  }));
  const ImportView again = import_text(old);
  EXPECT_EQ(again.rows_unchanged, 1);
  EXPECT_EQ(count("SELECT count(*) FROM consent_state WHERE kind = 1"), 1);
  // Another withdrawal is news.
  const ImportView later = import_text(std::string(kHeader) + "13800138000,张伟,已撤回,2024-05-01,\n");
  EXPECT_EQ(later.consents_withdrawn, 1);
}

TEST_P(ImportsTest, WhatChangedIsUpdatedAndTheRestKept) {
  import_text(std::string(kHeader) + "13800138000,张伟,是,2024-01-02,北京\n");
  const ImportView view = import_text(std::string(kHeader) + "13800138000,,是,2024-01-02,上海\n");
  EXPECT_EQ(view.rows_changed, 1);
  EXPECT_EQ(count("SELECT count(*) FROM customer WHERE city = '上海' AND version = 2 AND name_index = " +
                  blob(store().name_index.of("张伟"))),
            1);
  // A later consent is a new event.
  EXPECT_EQ(import_text(std::string(kHeader) + "13800138000,,是,2024-06-02,\n").consents_granted, 1);
}

TEST_P(ImportsTest, DuplicatesAreCountedOrRefused) {
  const ImportView view = import_text(std::string(kHeader) +
                                      "13800138000,张伟,是,2024-01-02,北京\n"
                                      "+86 138 0013 8000,张伟,是,2024-01-02,北京\n"
                                      "８６13800138000,张伟,是,2024-01-02,上海\n"
                                      "13800138001,李娜,,,\n");
  EXPECT_EQ(view.rows_new, 2);
  EXPECT_EQ(view.rows_duplicate, 1);
  EXPECT_EQ(view.rows_refused, 1);
  EXPECT_EQ(count("SELECT first_line FROM import_refused_row WHERE code = 'duplicate_in_file' AND line = 4"),
            2);
}

TEST_P(ImportsTest, FilesThatAreNoListsAreRefused) {
  EXPECT_EQ(expect_refused(""), "file");
  EXPECT_EQ(expect_refused("姓名,城市\n张伟,北京\n"), "number");
  EXPECT_EQ(expect_refused("手机号,鞋码,生肖\n13800138000,42,龙\n"), "鞋码");
  EXPECT_EQ(expect_refused("手机号,phone\n13800138000,13800138001\n"), "phone");
  EXPECT_EQ(expect_refused("\"手机号,姓名\n13800138000,a\n"), "line 1");
  const auto missing = start(folder_.file("none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

TEST_P(ImportsTest, OnlyAHeaderIsAnEmptyImport) {
  const ImportView view = import_text("手机号,姓名\n");
  EXPECT_EQ(view.state, ImportState::kFinished);
  EXPECT_EQ(view.rows_read, 0);
  EXPECT_EQ(view.bytes_read, view.bytes_total);
}

TEST_P(ImportsTest, UnknownColumnsAsTheOptionsSay) {
  const std::string file = "Tel,鞋码\n13800138000,42\n";
  EXPECT_EQ(expect_refused(file), "number");
  ImportOptions options;
  options.columns = {{"Tel", ImportField::kNumber}};
  EXPECT_EQ(expect_refused(file, options), "鞋码");
  options.unknown_columns = UnknownColumns::kIgnore;
  EXPECT_EQ(import_text(file, options).rows_new, 1);
  EXPECT_EQ(count("SELECT count(*) FROM customer WHERE attributes = '{}'"), 1);
  options.unknown_columns = UnknownColumns::kAttribute;
  EXPECT_EQ(import_text(file, options).rows_changed, 1);
  EXPECT_EQ(count("SELECT count(*) FROM customer WHERE attributes = '{\"鞋码\":\"42\"}'"), 1);
  EXPECT_EQ(import_text(file, options).rows_unchanged, 1);
}

TEST_P(ImportsTest, ABrokenEndKeepsWhatCameBefore) {
  const ImportView quote = import_text(std::string(kHeader) + "13800138000,张伟,,,\n13800138001,\"李娜,,,\n");
  EXPECT_EQ(quote.state, ImportState::kFinished);
  EXPECT_EQ(quote.rows_new, 1);
  EXPECT_EQ(codes(quote), (std::map<std::string, int64_t>{{"unterminated_quote", 1}}));
}

TEST_P(ImportsTest, BytesThatAreNoTextCostTheirRowOnly) {
  const std::string utf8 = std::string(kHeader) +
                           "13800138002,张伟伟伟,,,北京\n13800138003,\xFF\xFE,,,\n13800138004,李娜,,,上海\n";
  const ImportView view = import_text(utf8);
  EXPECT_EQ(view.state, ImportState::kFinished) << view.error;
  EXPECT_EQ(view.rows_new, 2);
  EXPECT_EQ(codes(view), (std::map<std::string, int64_t>{{"encoding_invalid", 1}}));
  EXPECT_EQ(count("SELECT line FROM import_refused_row WHERE code = 'encoding_invalid'"), 3);
  // Far into a file, where the rows before are long given.
  std::string big = kHeader;
  for (int i = 0; i < 12'000; ++i)
    big += "138001" + std::to_string(10'000 + i) + ",张伟伟,,," + (i % 4'000 == 3'999 ? "\xE5\x8C" : "北京") +
           "\n";
  const ImportView far = import_text(big);
  EXPECT_EQ(far.rows_read, 12'000);
  EXPECT_EQ(codes(far), (std::map<std::string, int64_t>{{"encoding_invalid", 3}}));
  EXPECT_EQ(far.rows_refused, 3);
  EXPECT_EQ(count("SELECT max(line) FROM import_refused_row"), 12'001);
}

TEST_P(ImportsTest, RowsAreRefusedWithTheirReason) {
  const ImportView view = import_text(
      "手机号,姓名,出生日期,营销同意,同意时间,备注\n"
      "010-88886666,张伟,,,,\n"
      "13800138001,张伟,1990-02-30,,,\n"
      "13800138002,张伟,,是,2099-01-01,\n"
      "13800138003," +
      std::string(65, 'x') +
      ",,,,\n"
      "13800138004,a\x01"
      "b,,,,\n"
      "13800138005,=cmd(),,,,=1+1\n"
      "13800138006,张伟,,,,,=cmd()\n");
  EXPECT_EQ(view.rows_new, 1);
  EXPECT_EQ(codes(view), (std::map<std::string, int64_t>{{"number_not_mobile", 1},
                                                         {"date_invalid", 1},
                                                         {"consent_time_future", 1},
                                                         {"text_too_long", 1},
                                                         {"text_invalid", 1},
                                                         {"too_many_columns", 1}}));
  const std::string path = folder_.file("refused.csv");
  ASSERT_TRUE(imports_->write_refused_rows(view.id, path));
  const std::string csv = slurp(path);
  EXPECT_TRUE(csv.starts_with("\xEF\xBB\xBFline,column,code,reason,原因,value_masked,first_line\r\n")) << csv;
  EXPECT_NE(csv.find("2,手机号,number_not_mobile,"), std::string::npos) << csv;
  EXPECT_EQ(csv.find("88886666"), std::string::npos);
  EXPECT_EQ(csv.find(",=cmd"), std::string::npos);
  EXPECT_NE(csv.find("'=*****"), std::string::npos) << csv;
}

TEST_P(ImportsTest, TheStateIsWhatTheLedgerSays) {
  import_example();
  import_text(std::string(kHeader) + "13100000000,,已撤回,2024-12-30,\n");
  const auto all = [&] {
    std::vector<std::string> rows;
    const auto read = db().read([&](db::Tx& tx) {
      return tx.each_sql(
          "SELECT customer_id, message_class, purpose, kind, event_id, since FROM consent_state ORDER BY 1, "
          "2, 3",
          {}, [&](const db::Row& r) {
            std::string row = r.string(2);
            for (const int column : {0, 1, 3, 4, 5}) row += "," + std::to_string(r.i64(column));
            rows.push_back(row);
          });
    });
    EXPECT_TRUE(read);
    return rows;
  };
  const auto before = all();
  EXPECT_GT(before.size(), 8650u);
  const auto rebuilt = db().write([&](db::Tx& tx) { return rebuild_consent_state(tx); });
  ASSERT_TRUE(rebuilt) << to_string(rebuilt.error());
  EXPECT_EQ(*rebuilt, std::ssize(before));
  EXPECT_EQ(all(), before);
}

// A workbook may give two rows one number.
TEST_P(ImportsTest, TwoRefusedRowsOfOneLineAreBothKept) {
  const ImportView view = import_text(std::string(kHeader) + "13800138000,张伟,,,\n");
  ImportBatchWriter writer(store(), {.import_id = view.id.value, .number_column = "手机号"});
  std::vector<int64_t> withdrawn;
  for (int i = 0; i < 2; ++i) {
    ImportBatch batch;
    batch.refused = {{7, "手机号", RowCode::kNumberMissing, "", 0},
                     {3, "城市", RowCode::kTextTooLong, "", 0},
                     {3, "姓名", RowCode::kTextInvalid, "", 0}};
    const auto written = db().write([&](db::Tx& tx) { return writer.write(tx, batch, withdrawn); });
    ASSERT_TRUE(written) << to_string(written.error());
  }
  EXPECT_EQ(count("SELECT count(*) FROM import_refused_row WHERE line = 3"), 4);
  EXPECT_EQ(count("SELECT line FROM import_refused_row WHERE ordinal = 1"), 3)
      << "in the order of their lines";
  EXPECT_EQ(count("SELECT line FROM import_refused_row WHERE ordinal = 3"), 7);
}

TEST_P(ImportsTest, NothingPersonalLiesOpen) {
  // A column that says what it holds is refused with the file, others row by row.
  for (const char* column : {"身份证号", "邮箱", "备用手机号", "bank_card"})
    EXPECT_EQ(expect_refused("手机号," + std::string(column) + "\n13800138000,x\n",
                             {.unknown_columns = UnknownColumns::kAttribute}),
              column);
  EXPECT_EQ(
      expect_refused("手机号,extra\n13800138000,x\n13800138001,y\n",
                     {.columns = {{"extra", ImportField::kAttribute}, {"手机号", ImportField::kIgnore}}}),
      "number");
  const std::string file =
      "手机号,姓名,营销同意,同意时间,城市,会员码\n"
      "13800138000,欧阳测试人,是,2024-01-02,北京,A7\n13812345678,欧阳测试人,待定,,,\n"
      "13800138002,甲,,,,11010519491231002X\n13800138003,乙,,,,ouyang@example.com\n"
      "13800138004,丙,,,,6222021234567890128\n13800138005,丁,,,,电话13912345678\n";
  const ImportView view = import_text(file, {.unknown_columns = UnknownColumns::kAttribute});
  ASSERT_EQ(view.rows_new, 1);
  EXPECT_EQ(codes(view)["attribute_personal"], 4);
  std::string everything;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.file("evidence")))
    everything += slurp(entry.path().string());
  ASSERT_GT(everything.size(), file.size());
  if (is_sqlite()) {
    ASSERT_TRUE(db().checkpoint());
    everything += slurp(store_.options.path) + slurp(store_.options.path + "-wal");
    EXPECT_NE(everything.find("北京"), std::string::npos);
  }
  ASSERT_TRUE(db().read([&](db::Tx& tx) {
    return tx.each_sql("SELECT detail FROM audit_log", {},
                       [&](const db::Row& r) { everything += r.string(0); });
  }));
  for (const char* secret :
       {"13800138000", "8613800138000", "欧阳测试人", "13812345678", "138 0013 8000", "11010519491231002X",
        "ouyang@example.com", "6222021234567890128", "13912345678"})
    EXPECT_EQ(everything.find(secret), std::string::npos) << secret;
  EXPECT_EQ(actions(), (std::vector<std::string>{"import.start", "import.finish"}));
}

TEST_P(ImportsTest, TheFileIsKeptAsEvidence) {
  const std::string file = std::string(kHeader) + "13800138000,张伟,是,2024-01-02,北京\n";
  const ImportView view = import_text(file);
  EXPECT_EQ(to_hex(view.file_sha256), to_hex(crypto::sha256(file)));
  EXPECT_EQ(count("SELECT count(*) FROM consent_event e JOIN evidence v ON v.id = e.evidence_id"), 1);
  const std::string copy = folder_.file("copy");
  ASSERT_TRUE(evidence_->restore(crypto::sha256(file), copy));
  EXPECT_EQ(slurp(copy), file);
  const std::string path = evidence_->path_of(crypto::sha256(file));
  std::string sealed = slurp(path);
  sealed[sealed.size() / 2] ^= 1;
  std::ofstream(path, std::ios::binary) << sealed;
  EXPECT_EQ(evidence_->restore(crypto::sha256(file), copy).error().code, ErrorCode::kCorrupt);
}

TEST_P(ImportsTest, WhatAStopLeftRunningIsMarkedFailed) {
  const ImportView view = import_text(std::string(kHeader) + "13800138000,张伟,,,\n");
  execute("UPDATE import_job SET state = 1, finished_at = 0");
  const auto recovered = imports_->recover();
  ASSERT_TRUE(recovered);
  EXPECT_EQ(*recovered, 1);
  const auto after = imports_->get(view.id);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->state, ImportState::kFailed);
  EXPECT_FALSE(after->error.empty());
  EXPECT_EQ(imports_->recover().value_or(-1), 0);
  EXPECT_EQ(import_text(std::string(kHeader) + "13800138000,张伟,,,\n").rows_unchanged, 1);
}

// What a stop cut off between the customers and their names is made up for: who was written can be found.
TEST_P(ImportsTest, CustomersOfACutOffImportAreFoundByName) {
  import_text(std::string(kHeader) + "13800138000,张伟,,,\n13800138001,李娜,,,\n13800138002,,,,\n");
  EXPECT_EQ(count("SELECT count(*) FROM customer_name"), 2);
  execute("UPDATE import_job SET state = 1, finished_at = 0");
  execute("DELETE FROM customer_name");
  EXPECT_EQ(found("李娜"), 0);
  ASSERT_TRUE(imports_->recover());
  EXPECT_EQ(found("李娜"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM customer_name"), 2);
}

TEST_P(ImportsTest, ARenamedCustomerIsFoundByTheNewNameOnly) {
  import_text(std::string(kHeader) + "13800138000,张伟,,,\n13800138001,张伟,,,\n");
  EXPECT_EQ(found("张伟"), 2);
  import_text(std::string(kHeader) + "13800138000,张小伟,,,\n");
  EXPECT_EQ(found("张伟"), 1);
  EXPECT_EQ(found("张小伟"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM customer_name"), 2);
}

// Rows of one number in different windows, and refused rows in the order of their lines whatever the order of
// writing.
TEST_P(ImportsTest, WindowsAreOneImport) {
  imports_.reset();
  imports_.emplace(store(), *evidence_, OptOutHook(), 50);
  std::string text = kHeader;
  for (int i = 0; i < 330; ++i)
    text += fmt::format("{},客户{},,,\n", i % 10 == 9 ? "12" : fmt::format("1380013{:04}", i % 200), i % 200);
  text += "13800130007,别人,,,\n";  // in the last window; the number stands in line 9
  const ImportView view = import_text(text);
  EXPECT_EQ(view.state, ImportState::kFinished) << view.error;
  EXPECT_EQ(view.rows_read, 331);
  EXPECT_EQ(view.rows_new, 180);
  EXPECT_EQ(view.rows_duplicate, 117);
  EXPECT_EQ(view.rows_refused, 34);
  EXPECT_EQ(count("SELECT first_line FROM import_refused_row WHERE code = 'duplicate_in_file'"), 9);
  EXPECT_EQ(view.bytes_read, view.bytes_total);
  EXPECT_EQ(found("客户101"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM customer_name"), 180);
  const std::string path = folder_.file("refused.csv");
  ASSERT_TRUE(imports_->write_refused_rows(view.id, path));
  std::istringstream lines(slurp(path));
  std::vector<int> told;
  for (std::string line; std::getline(lines, line);)
    if (const int number = std::atoi(line.c_str()); number > 0) told.push_back(number);
  EXPECT_EQ(std::ssize(told), 34);
  EXPECT_TRUE(std::ranges::is_sorted(told));
}

// What an import added says so itself; imports of before wrote a row beside it for every customer.
TEST_P(ImportsTest, WhomAnImportHeldIsKnownInBothWays) {
  const ImportView first = import_text(std::string(kHeader) + "13800138000,张伟,,,\n13800138001,李娜,,,\n");
  EXPECT_EQ(count("SELECT count(*) FROM import_customer"), 0);
  const ImportView second = import_text(std::string(kHeader) + "13800138001,李娜,,,\n13800138002,王芳,,,\n");
  EXPECT_EQ(count("SELECT count(*) FROM import_customer"), 1);
  const auto listed = [&](ImportId id) {
    const Customers customers(store());
    ListCustomers request;
    request.import_id = id;
    const auto page = customers.list(request);
    EXPECT_TRUE(page);
    return page ? std::ssize(page->items) : -1;
  };
  const auto expect_both = [&] {
    EXPECT_EQ(held_by(first.id), 2);
    EXPECT_EQ(held_by(second.id), 2);
    EXPECT_EQ(listed(first.id), 2);
    EXPECT_EQ(listed(second.id), 2);
  };
  expect_both();
  execute(
      "INSERT INTO import_customer (import_id, customer_id, line) SELECT import_id, id, import_line FROM "
      "customer");
  execute("UPDATE customer SET import_line = 0");
  expect_both();
}

TEST_P(ImportsTest, AStoppedServerTakesNoMore) {
  imports_->stop();
  const auto refused = start(put("手机号\n13800138000\n"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(count("SELECT count(*) FROM import_job"), 0);
}

TEST_P(ImportsTest, ListsNewestFirst) {
  std::vector<ImportId> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(import_text("手机号\n1380013800" + std::to_string(i) + "\n").id);
  const auto first = imports_->list(std::nullopt, 2);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->items.size(), 2u);
  EXPECT_EQ(first->items[0].id, ids[2]);
  EXPECT_EQ(first->next_after, ids[1]);
  const auto rest = imports_->list(first->next_after, 2);
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->items.size(), 1u);
  EXPECT_EQ(rest->items[0].id, ids[0]);
  EXPECT_FALSE(rest->next_after);
}

}  // namespace
}  // namespace yizhan::service
