// A rehearsal over its routes, from the one who begins it to the list that keeps it.

#include "api/rehearsal_routes.h"

#include <gtest/gtest.h>

#include "support/campaign_world.h"
#include "support/route_caller.h"

namespace yizhan::api {
namespace {

using http::Method;

class RehearsalRoutesTest : public testing::CampaignWorld, protected testing::RouteCaller {
 protected:
  void SetUp() override {
    CampaignWorld::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    rehearsals_.emplace(world_->store(), *engine_);
    add_rehearsal_routes(catalogue_, *rehearsals_);
    ASSERT_TRUE(install_routes(world_->store()));
    service::Principal technology = technology_;
    technology.roles = domain::Roles{}.with(domain::Role::kTechnology);
    be(technology);
  }

  std::optional<service::Rehearsals> rehearsals_;
};
YIZHAN_FOR_EACH_STORE(RehearsalRoutesTest);

TEST_P(RehearsalRoutesTest, IsBegunReadListedAndKept) {
  const service::CampaignView set = with_parameters();
  const std::string path = "/api/v1/campaigns/" + to_string(set.id) + "/rehearsals";
  EXPECT_EQ(call(Method::kGet, path).body.at("items").as_array().size(), 0U);
  EXPECT_EQ(call(Method::kPost, path, {}, set.version + 1).status, 409);
  const Answer begun = call(Method::kPost, path, {}, set.version);
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
