// The register of qualifications through the router: who may do what, and what a form is made of.

#include "api/qualification_routes.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/route_caller.h"
#include "support/service_store.h"

namespace yizhan::api {
namespace {

using domain::Role;
using http::Method;

class QualificationRoutesTest : public testing::ServiceTest, protected testing::RouteCaller {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    evidence_.emplace(store(), folder_.file("evidence"));
    qualifications_.emplace(store(), *evidence_, []() -> Result<std::vector<std::string>> {
      return std::vector<std::string>{"办学许可证"};
    });
    add_qualification_routes(catalogue_, *qualifications_, folder_.file(""));
    ASSERT_TRUE(install_routes(store()));
  }
  Answer add(const std::string& document) {
    http::Parameters fields;
    if (!document.empty()) fields.emplace_back("document", document);
    return send_file("/api/v1/qualifications", "licence.pdf", "%PDF-1.7", fields);
  }

  testing::TemporaryFolder folder_;
  std::optional<service::EvidenceFiles> evidence_;
  std::optional<service::Qualifications> qualifications_;
};

INSTANTIATE_TEST_SUITE_P(Store, QualificationRoutesTest, ::testing::Values(db::Dialect::kSqlite),
                         testing::store_name);

TEST_P(QualificationRoutesTest, ComplianceRegistersAndOthersRead) {
  const std::string document =
      R"({"kind":"办学许可证","title":"许可证","number":"1","issuer":"教委","valid_from":"2026-01-01T00:00:00Z"})";
  for (const Role role : {Role::kMarketing, Role::kAuditor, Role::kTechnology}) {
    be(role);
    EXPECT_EQ(add(document).status, 403) << name_of(role);
  }
  be(Role::kCompliance);
  EXPECT_EQ(add("").field, "/document");
  EXPECT_EQ(add("{}").status, 422);
  EXPECT_EQ(
      add(R"({"kind":"x","title":"x","number":"1","issuer":"x","valid_from":"2026-01-01T00:00:00Z"})").field,
      "/kind");
  const Answer added = add(document);
  ASSERT_EQ(added.status, 201) << added.field;
  const std::string id(added.body.at("id").as_string());
  EXPECT_EQ(added.body.at("standing").as_string(), "valid");
  for (const Role role : {Role::kMarketing, Role::kAuditor, Role::kAdministrator}) {
    be(role);
    EXPECT_EQ(call(Method::kGet, "/api/v1/qualifications").body.at("items").as_array().size(), 1u);
    const json::Value kinds = call(Method::kGet, "/api/v1/qualifications/kinds").body.at("items");
    EXPECT_EQ(kinds.as_array().front().as_string(), "办学许可证")
        << "what a sector asks for, then proofs of signatures";
    EXPECT_GT(kinds.as_array().size(), 1U);
    EXPECT_EQ(call(Method::kGet, "/api/v1/qualifications/" + id).status, 200);
    EXPECT_EQ(call(Method::kGet, "/api/v1/qualifications/" + id + "/file").file, "%PDF-1.7");
    EXPECT_EQ(actions().back(), "export.getQualificationFile");
  }
  EXPECT_EQ(
      count("SELECT count(*) FROM audit_log WHERE action = 'export.getQualificationFile' AND object_type = "
            "'qualification' AND detail LIKE '%licence.pdf%'"),
      3);
  be(Role::kMarketing);
  const std::string revoke = "/api/v1/qualifications/" + id + "/revoke";
  EXPECT_EQ(call(Method::kPost, revoke, R"({"reason":"x"})").status, 403);
  be(Role::kAdministrator);
  EXPECT_EQ(call(Method::kPost, revoke, "{}").status, 422);
  EXPECT_EQ(call(Method::kPost, revoke, R"({"reason":"被吊销"})").body.at("standing").as_string(), "revoked");
  EXPECT_EQ(call(Method::kPost, revoke, R"({"reason":"再次"})").status, 409);
  be(Role::kTechnology);
  EXPECT_EQ(call(Method::kGet, "/api/v1/qualifications").status, 403);
}

}  // namespace
}  // namespace yizhan::api
