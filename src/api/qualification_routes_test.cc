// The register of qualifications through the router: who may do what, and what a form is made of.

#include "api/qualification_routes.h"

#include <gtest/gtest.h>

#include <fstream>

#include "service/authentication.h"
#include "support/service_store.h"

namespace yizhan::api {
namespace {

using domain::Role;
using http::Method;

class QualificationRoutesTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    evidence_.emplace(store(), folder_.file("evidence"));
    qualifications_.emplace(store(), *evidence_, []() -> Result<std::vector<std::string>> {
      return std::vector<std::string>{"办学许可证"};
    });
    add_qualification_routes(catalogue_, *qualifications_, folder_.file(""));
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
    who->principal = {store::ActorKind::kUser, 7, "u", domain::Roles{}.with(role), {}};
    who_ = who;
  }
  struct Answer {
    int status = 0;
    json::Value body;
    std::string field;  // of an error
  };
  Answer run(http::Request& request) {
    auto found = router_.find(request.method, request.path);
    if (!found) return {http_status(found.error().code), {}, {}};
    const auto& match = std::get<http::Router::Match>(*found);
    request.path_parameters = match.parameters;
    if (match.route->admit)
      if (const auto admitted = match.route->admit(request); !admitted)
        return {http_status(admitted.error().code), {}, {}};
    const auto response = match.route->handler(request);
    if (!response) return {http_status(response.error().code), {}, response.error().field};
    const auto* text = std::get_if<std::string>(&response->body);
    return {response->status, text != nullptr ? json::parse(*text).value_or(nullptr) : nullptr, {}};
  }
  Answer call(Method method, const std::string& path, const std::string& body = {}) {
    http::Request request{.method = method, .path = path};
    request.body = body;
    return run(request);
  }
  Answer add(const std::string& document) {
    const std::string path = folder_.file("upload");
    std::ofstream(path) << "%PDF-1.7";
    http::Request request{.method = Method::kPost, .path = "/api/v1/qualifications"};
    request.upload.emplace();
    request.upload->file = http::SpooledFile(path);
    request.upload->file_name = "licence.pdf";
    if (!document.empty()) request.upload->fields.emplace_back("document", document);
    return run(request);
  }

  testing::TemporaryFolder folder_;
  std::optional<service::EvidenceFiles> evidence_;
  std::optional<service::Qualifications> qualifications_;
  Catalogue catalogue_;
  http::Router router_;
  std::shared_ptr<const service::Authenticated> who_;
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
    EXPECT_EQ(call(Method::kGet, "/api/v1/qualifications/" + id + "/file").status, 200);
  }
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
