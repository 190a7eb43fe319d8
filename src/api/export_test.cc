#include "api/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "api/all_routes.h"
#include "api/openapi.h"
#include "service/audit.h"
#include "service/authentication.h"
#include "support/test_database.h"

namespace yizhan::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

enum class Weather : uint8_t { kCalm, kVeryBusy };
BOOST_DESCRIBE_ENUM(Weather, kCalm, kVeryBusy)

struct Place {
  std::string city;
  std::optional<int64_t> floor;
};
BOOST_DESCRIBE_STRUCT(Place, (), (city, floor))

struct Row {
  CampaignId id;
  std::string name;
  int64_t change = 0;
  Weather mood = Weather::kCalm;
  bool open = false;
  std::optional<Time> at;
  std::optional<Place> place;
  std::vector<std::string> tags;
  std::vector<Place> places;
  std::map<std::string, int64_t> counts;
  json::Value detail;
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, name, change, mood, open, at, place, tags, places, counts, detail))

struct ListRows {
  int64_t limit = 50;
  std::optional<CampaignId> after;
  std::optional<std::string> q;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(ListRows, (), (limit, after, q))

struct RowPage {
  std::vector<Row> items;
  std::optional<std::string> next_after;
};
BOOST_DESCRIBE_STRUCT(RowPage, (), (items, next_after))

std::string read(const std::filesystem::path& path) {
  std::stringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

class ExportTest : public ::testing::Test {
 protected:
  ExportTest() {
    catalogue_.route<FromQuery<ListRows>, RowPage>({.path = "/api/v1/campaigns/{campaign_id}/rows",
                                                    .operation_id = "listRows",
                                                    .tag = "rows",
                                                    .summary = "List rows",
                                                    .permission = domain::Permission::kCampaignRead,
                                                    .exported = true},
                                                   [this](Call&, const ListRows& request) {
                                                     asked_.push_back(request);
                                                     return page(request);
                                                   });
    hooks_.authenticate = [](const Entry&, const http::Request&) {
      return std::make_shared<service::Authenticated>();
    };
    hooks_.authorize = [this](const service::Authenticated&, const Entry& entry) -> Result<> {
      permission_ = entry.permission;
      return {};
    };
    hooks_.exporting.spool_folder = folder_.file("");
    hooks_.exporting.record = [this](const service::Principal&,
                                     const service::ExportedFile& file) -> Result<Time> {
      recorded_.push_back(file);
      recorded_text_ = read(file.path);
      if (refuse_) return fail(ErrorCode::kDiskFull, "no room for the entry");
      return parse_rfc3339("2026-03-02T02:00:00Z");
    };
  }

  // Rows 1 … rows_, in pages as they are asked for.
  Result<RowPage> page(const ListRows& request) const {
    RowPage out;
    const int64_t from = request.after.value_or(CampaignId{}).value;
    for (int64_t i = from + 1; i <= std::min(rows_, from + request.limit); ++i) {
      out.items.push_back(row_);
      out.items.back().id = CampaignId{i};
    }
    if (from + request.limit < rows_) out.next_after = to_string(CampaignId{from + request.limit});
    return out;
  }
  Result<http::Response> get(const std::string& path, http::Parameters query = {}) {
    http::Router router;
    EXPECT_TRUE(install(catalogue_, hooks_, router));
    const auto match = std::get<http::Router::Match>(*router.find(http::Method::kGet, path));
    http::Request request{.path = path, .path_parameters = match.parameters, .query = std::move(query)};
    return match.route->handler(request);
  }
  size_t files() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder_.file("")), {}));
  }

  static constexpr const char* kPath = "/api/v1/campaigns/cmp_0000000000007/rows.csv";
  testing::TemporaryFolder folder_;
  Catalogue catalogue_;
  Hooks hooks_;
  Row row_;
  int64_t rows_ = 1;
  bool refuse_ = false;
  std::vector<ListRows> asked_;
  std::vector<service::ExportedFile> recorded_;
  std::string recorded_text_;
  std::optional<domain::Permission> permission_;
};

TEST_F(ExportTest, AColumnForEachMember) {
  row_ = {.id = {},
          .name = "春季, \"大\"促",
          .change = -3,
          .mood = Weather::kVeryBusy,
          .open = true,
          .at = parse_rfc3339("2026-03-02T02:00:00Z").value(),
          .place = Place{"上海", 7},
          .tags = {"a", "b"},
          .places = {{"x", 1}, {"y", {}}},
          .counts = {{"held", 0}, {"sent", 2}},
          .detail = json::Object{{"n", 1}}};
  const auto response = get(kPath);
  ASSERT_TRUE(response) << to_string(response.error());
  EXPECT_EQ(response->content_type, "text/csv; charset=utf-8");
  ASSERT_EQ(response->headers.size(), 1u);
  EXPECT_EQ(response->headers[0].value, "attachment; filename=\"rows_2026-03-02.csv\"");
  const auto& file = std::get<http::FileBody>(response->body);
  EXPECT_EQ(file.after, http::AfterSending::kDelete);
  EXPECT_EQ(
      read(file.path),
      "\xEF\xBB\xBFid,name,change,mood,open,at,place.city,place.floor,tags,places,counts,detail\r\n"
      "cmp_0000000000001,\"春季, \"\"大\"\"促\",-3,very_busy,true,2026-03-02T02:00:00Z,上海,7,a;b,"
      "\"{\"\"city\"\":\"\"x\"\",\"\"floor\"\":1};{\"\"city\"\":\"\"y\"\"}\",held=0;sent=2,\"{\"\"n\"\":1}\""
      "\r\n");
}

TEST_F(ExportTest, WhatIsAbsentIsEmptyAndNoTextIsAFormula) {
  for (const char* formula : {"=1+1", "+86138****0000", "-x", "@SUM(A1)"}) {
    row_.name = formula;
    const auto response = get(kPath);
    ASSERT_TRUE(response);
    EXPECT_THAT(recorded_text_,
                HasSubstr(std::string("cmp_0000000000001,'") + formula + ",0,calm,false,,,,,,,null\r\n"));
  }
}

TEST_F(ExportTest, RunsThroughEveryPageAndAuditsBeforeItSends) {
  rows_ = static_cast<int64_t>(limits::kPageRows) * 2 + 1;
  const auto response = get(kPath, {{"q", "春"}});
  ASSERT_TRUE(response) << to_string(response.error());
  EXPECT_EQ(permission_, domain::Permission::kCampaignRead);
  ASSERT_EQ(asked_.size(), 3u);
  for (const ListRows& request : asked_) {
    EXPECT_EQ(request.limit, static_cast<int64_t>(limits::kPageRows));
    EXPECT_EQ(request.q, "春");
  }
  EXPECT_EQ(asked_[2].after, CampaignId{2 * static_cast<int64_t>(limits::kPageRows)});
  ASSERT_EQ(recorded_.size(), 1u);
  EXPECT_EQ(recorded_[0].operation, "listRows");
  EXPECT_EQ(recorded_[0].object_type, "campaign");
  EXPECT_EQ(recorded_[0].object_id, 7);
  EXPECT_EQ(recorded_[0].rows, rows_);
  EXPECT_EQ(recorded_[0].query, (json::Object{{"q", "春"}}));
  EXPECT_EQ(recorded_text_, read(std::get<http::FileBody>(response->body).path)) << "audited is what is sent";
  EXPECT_EQ(std::ranges::count(recorded_text_, '\n'), rows_ + 1);
}

TEST_F(ExportTest, NothingLeavesThatIsNotAudited) {
  refuse_ = true;
  EXPECT_EQ(get(kPath).error().code, ErrorCode::kDiskFull);
  EXPECT_EQ(files(), 0u);
  hooks_.exporting.record = nullptr;
  EXPECT_EQ(get(kPath).error().code, ErrorCode::kUnavailable);
}

TEST_F(ExportTest, AFileHasAMaximumOfRows) {
  rows_ = static_cast<int64_t>(limits::kExportRows) + 1;
  EXPECT_EQ(get(kPath).error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(recorded_.empty());
  EXPECT_EQ(files(), 0u);
}

TEST_F(ExportTest, OnlySoManyAreMadeAtOnce) {
  *hooks_.exporting.under_way = limits::kExportsAtOnce;
  EXPECT_EQ(get(kPath).error().code, ErrorCode::kTooMany);
  EXPECT_EQ(*hooks_.exporting.under_way, limits::kExportsAtOnce) << "who was refused holds no place";
  *hooks_.exporting.under_way = 0;
  EXPECT_TRUE(get(kPath));
  EXPECT_EQ(*hooks_.exporting.under_way, 0u);
}

TEST_F(ExportTest, NobodyChoosesAPageOfAFile) {
  for (const char* name : {"limit", "after"}) {
    const auto response = get(kPath, {{name, "1"}});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 422) << name;
    EXPECT_THAT(std::get<std::string>(response->body), HasSubstr(std::string("\"field\":\"?") + name));
  }
  EXPECT_EQ(get(kPath, {{"nonsense", "1"}})->status, 422);
}

TEST_F(ExportTest, IsDescribed) {
  const auto document = openapi(catalogue_, {.version = "1"});
  ASSERT_TRUE(document) << to_string(document.error());
  const json::Value& operation =
      document->at("paths").at("/api/v1/campaigns/{campaign_id}/rows.csv").at("get");
  EXPECT_EQ(operation.at("operationId").as_string(), "exportRows");
  EXPECT_EQ(operation.at("x-permission").as_string(), "campaign.read");
  EXPECT_EQ(operation.at("x-audit").as_string(), "export");
  EXPECT_TRUE(operation.at("responses").at("200").at("content").as_object().contains("text/csv"));
  std::vector<std::string> names;
  for (const json::Value& parameter : operation.at("parameters").as_array())
    names.emplace_back(parameter.at("name").as_string());
  EXPECT_THAT(names, ElementsAre("campaign_id", "q"));
}

TEST_F(ExportTest, OnlyListsAreExported) {
  catalogue_.route<None, Row>(
      {.path = "/one", .operation_id = "getRow", .tag = "rows", .summary = "One", .exported = true},
      [](Call&) -> Result<Row> { return Row{}; });
  EXPECT_EQ(catalogue_.check().error().field, "/one");
}

TEST(Exports, AreThereForEveryListOfTheConsole) {
  std::set<std::string> paths;
  const Catalogue catalogue = outline();
  for (const Entry& entry : catalogue.entries())
    if (!entry.export_of.empty()) paths.insert(entry.path);
  for (const char* list :
       {"campaigns", "contents", "contents/review_queue", "customers", "customers/{customer_id}/consents",
        "suppressions", "segments", "imports", "reports", "channels", "carrier_codes",
        "campaigns/{campaign_id}/messages", "users", "api_keys", "audit_entries"})
    EXPECT_TRUE(paths.contains(std::string("/api/v1/") + list + ".csv")) << list;
}

}  // namespace
}  // namespace yizhan::api
