// A rehearsal over its routes, from the one who begins it to the list that keeps it.

#include "api/rehearsal_routes.h"

#include <gtest/gtest.h>

#include "service/authentication.h"
#include "support/campaign_world.h"

namespace yizhan::api {
namespace {

using http::Method;

class RehearsalRoutesTest : public testing::CampaignWorld {
 protected:
  void SetUp() override {
    CampaignWorld::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    rehearsals_.emplace(world_->store(), *engine_);
    add_rehearsal_routes(catalogue_, *rehearsals_);
    Hooks hooks;
    hooks.authenticate = [this](const Entry&, const http::Request&) {
      auto who = std::make_shared<service::Authenticated>();
      who->principal = technology_;
      return who;
    };
    hooks.authorize = [](const service::Authenticated&, const Entry&) -> Result<> { return {}; };
    ASSERT_TRUE(install(catalogue_, hooks, router_));
  }
  struct Answer {
    int status = 0;
    json::Value body;
  };
  Answer call(Method method, const std::string& path, const std::string& if_match = {}) {
    const auto match = std::get<http::Router::Match>(*router_.find(method, path));
    http::Request request{.method = method, .path = path, .path_parameters = match.parameters};
    if (!if_match.empty()) request.headers.add("if-match", if_match);
    const auto response = match.route->handler(request);
    if (!response)
      return {http_status(response.error().code), json::Value(error_name(response.error().code))};
    return {response->status, json::parse(std::get<std::string>(response->body)).value_or(nullptr)};
  }

  std::optional<service::Rehearsals> rehearsals_;
  Catalogue catalogue_;
  http::Router router_;
};
YIZHAN_FOR_EACH_STORE(RehearsalRoutesTest);

TEST_P(RehearsalRoutesTest, IsBegunReadListedAndKept) {
  const service::CampaignView set = with_parameters();
  const std::string path = "/api/v1/campaigns/" + to_string(set.id) + "/rehearsals";
  EXPECT_EQ(call(Method::kGet, path).body.at("items").as_array().size(), 0U);
  const std::string version = '"' + std::to_string(set.version) + '"';
  EXPECT_EQ(call(Method::kPost, path, '"' + std::to_string(set.version - 1) + '"').status, 409);
  const Answer begun = call(Method::kPost, path, version);
  ASSERT_EQ(begun.status, 201) << json::serialize(begun.body);
  EXPECT_EQ(begun.body.at("campaign_id").as_string(), to_string(set.id));
  EXPECT_EQ(begun.body.at("started_by").as_string(), to_string(UserId{technology_.id}));
  EXPECT_EQ(begun.body.at("audience").as_int64(), kCustomers);
  const std::string one = path + "/" + std::string(begun.body.at("id").as_string());
  rehearsals_->wait();
  const Answer done = call(Method::kGet, one);
  ASSERT_EQ(done.status, 200);
  EXPECT_EQ(done.body.at("state").as_string(), "finished") << json::serialize(done.body);
  EXPECT_EQ(done.body.at("result").at("carrier_took").as_int64(), kCustomers);
  EXPECT_TRUE(done.body.at("result").at("carrier_took_all").as_bool());
  const json::Value all = call(Method::kGet, path).body;
  ASSERT_EQ(all.at("items").as_array().size(), 1U);
  EXPECT_EQ(all.at("items").at(0), done.body);
  EXPECT_EQ(call(Method::kPost, one + "/cancel").status, 409) << "it is over";
  EXPECT_EQ(count("SELECT count(*) FROM rehearsal"), 1);
  EXPECT_EQ(audited("campaign.rehearse", set.id), 1);
  EXPECT_EQ(audited("campaign.rehearsed", set.id), 1);
}

TEST_P(RehearsalRoutesTest, ACampaignThatCannotBeTestedHasNone) {
  const std::string path = "/api/v1/campaigns/" + to_string(planned().id) + "/rehearsals";
  EXPECT_EQ(call(Method::kPost, path).status, 409);
  EXPECT_EQ(count("SELECT count(*) FROM rehearsal"), 0);
}

}  // namespace
}  // namespace yizhan::api
