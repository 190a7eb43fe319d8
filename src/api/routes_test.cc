// The routes of contents, channels, campaigns, tests, monitor and reports, through the router.

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "api/campaign_routes.h"
#include "api/channel_routes.h"
#include "api/content_routes.h"
#include "api/monitor_routes.h"
#include "api/openapi.h"
#include "api/report_routes.h"
#include "api/test_routes.h"
#include "service/authentication.h"
#include "store/schema.h"
#include "support/service_store.h"

namespace yizhan::api {
namespace {

using domain::Role;
using http::Method;

class RoutesTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(store::bind_and_prepare(*open_, keyring_));
    const std::vector<std::string> files{"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                         "rules/cn_advertising.toml", "rules/cn_sector.toml"};
    auto screener = screen::Screener::load(files);
    ASSERT_TRUE(screener);
    engine_.emplace(store(), io_, engine::ScreenRendered{});
    contents_.emplace(store(), *screener);
    channels_.emplace(store(), *engine_);
    campaigns_.emplace(store(), *engine_);
    tests_.emplace(store(), *engine_);
    reports_.emplace(store());
    monitor_.emplace(store(), *engine_);
    events_.emplace(*monitor_);
    add_content_routes(catalogue_, *contents_);
    add_channel_routes(catalogue_, *channels_);
    add_campaign_routes(catalogue_, *campaigns_);
    add_test_routes(catalogue_, *tests_);
    add_report_routes(catalogue_, *reports_, "/tmp");
    add_monitor_routes(catalogue_, *monitor_, *events_);
    Hooks hooks;
    hooks.authenticate = [this](const Entry&, const http::Request&) { return who_; };
    hooks.authorize = [](const service::Authenticated& who, const Entry& entry) -> Result<> {
      if (domain::allowed(who.principal.roles, *entry.permission)) return {};
      return fail(ErrorCode::kForbidden, "not you");
    };
    ASSERT_TRUE(install(catalogue_, hooks, router_));
  }

  void be(Role role) {
    auto who = std::make_shared<service::Authenticated>();
    who->principal = {
        store::ActorKind::kUser, static_cast<int64_t>(role), "u", domain::Roles{}.with(role), {}};
    who_ = who;
  }
  struct Answer {
    int status = 0;
    json::Value body;
  };
  Answer call(Method method, const std::string& path, const std::string& body = {}, int64_t if_match = 0) {
    auto found = router_.find(method, path);
    if (!found) return {http_status(found.error().code), {}};
    const auto& match = std::get<http::Router::Match>(*found);
    http::Request request{.method = method, .path = path, .path_parameters = match.parameters};
    request.body = body;
    if (if_match != 0) request.headers.add("if-match", '"' + std::to_string(if_match) + '"');
    if (match.route->admit)
      if (const auto admitted = match.route->admit(request); !admitted)
        return {http_status(admitted.error().code), {}};
    const auto response = match.route->handler(request);
    if (!response) return {http_status(response.error().code), json::Value(response.error().message)};
    const auto* text = std::get_if<std::string>(&response->body);
    return {response->status, text != nullptr ? json::parse(*text).value_or(nullptr) : nullptr};
  }
  static std::string field(const Answer& answer, const char* name) {
    return std::string(answer.body.at(name).as_string());
  }

  boost::asio::io_context io_;
  std::optional<engine::Engine> engine_;
  std::optional<service::Contents> contents_;
  std::optional<service::Channels> channels_;
  std::optional<service::Campaigns> campaigns_;
  std::optional<service::PreSendTests> tests_;
  std::optional<service::Reports> reports_;
  std::optional<service::Monitor> monitor_;
  std::optional<CampaignEvents> events_;
  Catalogue catalogue_;
  http::Router router_;
  std::shared_ptr<const service::Authenticated> who_;
};

INSTANTIATE_TEST_SUITE_P(Store, RoutesTest, ::testing::Values(db::Dialect::kSqlite), testing::store_name);

constexpr const char* kDraft = R"({"name":"n","message_class":"marketing","signature":"驿站科技",
  "body":"您的会员服务已到续费时间，详情请咨询门店。","opt_out_text":"拒收请回复R"})";
constexpr const char* kPoints = R"([{"point":"legality","answer":"yes","note":"a"},
  {"point":"truthfulness","answer":"yes","note":"a"},{"point":"accuracy","answer":"yes","note":"a"},
  {"point":"completeness","answer":"yes","note":"a"},{"point":"compliance","answer":"yes","note":"a"}])";

TEST_P(RoutesTest, TheCatalogueIsWhole) {
  const auto whole = catalogue_.check();
  EXPECT_TRUE(whole) << to_string(whole.error());
  const auto document = openapi(catalogue_, {.version = "test"});
  EXPECT_TRUE(document) << to_string(document.error());
}

TEST_P(RoutesTest, AContentGoesItsRoad) {
  be(Role::kMarketing);
  const Answer made = call(Method::kPost, "/api/v1/contents", kDraft);
  ASSERT_EQ(made.status, 201);
  const std::string path = "/api/v1/contents/" + field(made, "id");
  EXPECT_EQ(
      call(Method::kPost, "/api/v1/contents/measure", R"({"message_class":"marketing","body":"x"})").status,
      200);
  EXPECT_EQ(call(Method::kPut, path, kDraft).status, 428);
  EXPECT_EQ(
      call(Method::kPost, path + "/first_review", R"({"note":"ok","checklist":)" + std::string(kPoints) + "}")
          .status,
      200);
  EXPECT_EQ(call(Method::kPost, path + "/submit").status, 200);
  const std::string approval = R"({"opinion":"同意","checklist":)" + std::string(kPoints) + "}";
  EXPECT_EQ(call(Method::kPost, path + "/approve", approval, 3).status, 403);  // marketing may not
  be(Role::kCompliance);
  EXPECT_EQ(call(Method::kGet, "/api/v1/contents/review_queue").body.at("items").as_array().size(), 1u);
  EXPECT_EQ(call(Method::kPost, path + "/approve", approval, 2).status, 409);
  const Answer approved = call(Method::kPost, path + "/approve", approval, 3);
  ASSERT_EQ(approved.status, 200) << json::serialize(approved.body);
  EXPECT_EQ(field(approved, "approval"), "stands");
  EXPECT_EQ(call(Method::kGet, path + "/versions/1").status, 200);
  EXPECT_EQ(call(Method::kGet, path + "/versions/x").status, 404);
  EXPECT_EQ(call(Method::kGet, path + "/versions/2").status, 404);
}

TEST_P(RoutesTest, EventsBeginWithTheSnapshotAndFollowItsChanges) {
  execute(
      "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
      "INSERT INTO content VALUES (2, 'c', 3, '', 0, 4, 3, 3, 1, 1, 0, 0, 1);"
      "INSERT INTO campaign VALUES (10, 'c', 'g', 3, '', 2, 0, x'', '{}', 0, 0, 1, 1, '', 0, 0, x'', 0, 0, "
      "0, '', x'', 0, 0, 0, 0, 0, 1, 0, 0, 1)");
  const auto stream = events_->watch(CampaignId{10});
  ASSERT_TRUE(stream) << to_string(stream.error());
  const std::string first = (*stream)->take().text;
  EXPECT_NE(first.find("event: snapshot"), std::string::npos) << first;
  EXPECT_NE(first.find("\"planned\""), std::string::npos);
  events_->round();
  EXPECT_EQ((*stream)->take().text, "");  // nothing new
  execute("UPDATE campaign SET state = 12");
  events_->round();
  EXPECT_NE((*stream)->take().text.find("\"cancelled\""), std::string::npos);
  EXPECT_EQ(events_->watch(CampaignId{11}).error().code, ErrorCode::kNotFound);
  events_->stop();
  EXPECT_TRUE((*stream)->closed());
  EXPECT_FALSE(events_->watch(CampaignId{10}));
}

TEST_P(RoutesTest, OthersAreRefused) {
  be(Role::kMarketing);
  EXPECT_EQ(call(Method::kGet, "/api/v1/channels").status, 403);
  EXPECT_EQ(call(Method::kPost, "/api/v1/channels/test_bind", "{}").status, 403);
  EXPECT_EQ(call(Method::kPost, "/api/v1/emergency_stop/release", R"({"reason":"x"})").status, 403);
  EXPECT_EQ(call(Method::kPost, "/api/v1/emergency_stop", R"({"reason":"x"})").status, 200);
  be(Role::kTechnology);
  EXPECT_EQ(call(Method::kPost, "/api/v1/contents", kDraft).status, 403);
  EXPECT_EQ(call(Method::kGet, "/api/v1/channels").status, 200);
  EXPECT_EQ(call(Method::kGet, "/api/v1/channels/chn_0000000000001/history").status, 404);
  EXPECT_EQ(call(Method::kPost, "/api/v1/channels/test_bind", "{}").status, 422);
  EXPECT_EQ(call(Method::kGet, "/api/v1/monitor").status, 200);
  EXPECT_EQ(call(Method::kGet, "/api/v1/messages/msg_0000000000001").status, 404);
  EXPECT_EQ(call(Method::kGet, "/api/v1/campaigns").status, 200);
  be(Role::kCustomerService);
  EXPECT_EQ(call(Method::kGet, "/api/v1/reports").status, 403);
}

}  // namespace
}  // namespace yizhan::api
