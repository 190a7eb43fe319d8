#include "service/imports.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

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
  std::map<std::string, int64_t> codes(const ImportView& view) { return view.refused_by_code.value(); }

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
  EXPECT_EQ(count("SELECT count(*) FROM import_customer"), number(expected, "customers"));
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
  EXPECT_EQ(count("SELECT count(*) FROM import_customer"), 2 * 8650);
}

}  // namespace
}  // namespace yizhan::service
