// The whole catalogue, with nothing behind it.

#include "api/all_routes.h"

#include <gtest/gtest.h>

#include "api/openapi.h"

namespace yizhan::api {
namespace {

TEST(AllRoutes, AreWholeAndCanBeInstalled) {
  const Catalogue catalogue = outline();
  EXPECT_GT(catalogue.entries().size(), 80u);
  const auto whole = catalogue.check();
  EXPECT_TRUE(whole) << to_string(whole.error());
  http::Router router;
  const auto installed = install(catalogue, {}, router);
  EXPECT_TRUE(installed) << to_string(installed.error());
  EXPECT_EQ(router.routes().size(), catalogue.entries().size());
}

TEST(AllRoutes, AreDescribedEachTimeInTheSameWords) {
  const auto one = openapi(outline(), {.version = "test"});
  const auto two = openapi(outline(), {.version = "test"});
  ASSERT_TRUE(one && two);
  EXPECT_EQ(json::serialize(*one), json::serialize(*two));
  EXPECT_TRUE(one->at("paths").as_object().contains("/api/v1/campaigns/{campaign_id}/freeze"));
}

}  // namespace
}  // namespace yizhan::api
