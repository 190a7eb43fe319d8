// The routes of customers through the router: what the console reads and does about one customer.

#include "api/customers_routes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "api/openapi.h"
#include "service/authentication.h"
#include "support/service_store.h"

namespace yizhan::api {
namespace {

using domain::Role;
using http::Method;

class CustomerRoutesTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    evidence_.emplace(store(), folder_.file("evidence"));
    imports_.emplace(store(), *evidence_);
    customers_.emplace(store());
    consents_.emplace(store(), *evidence_);
    messages_.emplace(store());
    tasks_.emplace(store(), *consents_);
    ledger_.emplace(store());
    segments_.emplace(store());
    add_import_routes(catalogue_, *imports_, folder_.file(""));
    add_customer_routes(catalogue_, *customers_);
    add_consent_routes(catalogue_, *consents_, folder_.file(""));
    add_customer_message_routes(catalogue_, *messages_);
    add_consent_task_routes(catalogue_, *tasks_);
    add_consent_ledger_routes(catalogue_, *ledger_);
    add_segment_routes(catalogue_, *segments_);
    Hooks hooks;
    hooks.authenticate = [this](const Entry&, const http::Request&) { return who_; };
    hooks.authorize = [](const service::Authenticated& who, const Entry& entry) -> Result<> {
      if (domain::allowed(who.principal.roles, *entry.permission)) return {};
      return fail(ErrorCode::kForbidden, "not you");
    };
    ASSERT_TRUE(install(catalogue_, hooks, router_));
  }
  void TearDown() override { imports_.reset(); }

  void be(Role role) {
    auto who = std::make_shared<service::Authenticated>();
    who->principal = {
        store::ActorKind::kUser, 100 + static_cast<int64_t>(role), "u", domain::Roles{}.with(role), {}};
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
  Answer call(Method method, const std::string& path, const std::string& body = {}, int64_t if_match = 0,
              http::Parameters query = {}) {
    http::Request request{.method = method, .path = path};
    request.body = body;
    request.query = std::move(query);
    if (if_match != 0) request.headers.add("if-match", '"' + std::to_string(if_match) + '"');
    return run(request);
  }
  static std::string field(const Answer& answer, const char* name) {
    return std::string(answer.body.at(name).as_string());
  }
  std::string add_customer(const std::string& attributes = "{}") {
    be(Role::kMarketing);
    const Answer made = call(Method::kPost, "/api/v1/customers",
                             R"({"number":"13800138000","attributes":)" + attributes + "}");
    EXPECT_EQ(made.status, 201);
    return made.status == 201 ? field(made, "id") : "";
  }

  testing::TemporaryFolder folder_;
  std::optional<service::EvidenceFiles> evidence_;
  std::optional<service::Imports> imports_;
  std::optional<service::Customers> customers_;
  std::optional<service::Consents> consents_;
  std::optional<service::CustomerMessages> messages_;
  std::optional<service::ConsentTasks> tasks_;
  std::optional<service::ConsentLedgerList> ledger_;
  std::optional<service::Segments> segments_;
  Catalogue catalogue_;
  http::Router router_;
  std::shared_ptr<const service::Authenticated> who_;
};

INSTANTIATE_TEST_SUITE_P(Store, CustomerRoutesTest, ::testing::Values(db::Dialect::kSqlite),
                         testing::store_name);

TEST_P(CustomerRoutesTest, TheCatalogueIsWhole) {
  const auto whole = catalogue_.check();
  EXPECT_TRUE(whole) << to_string(whole.error());
  const auto document = openapi(catalogue_, {.version = "test"});
  EXPECT_TRUE(document) << to_string(document.error());
}

TEST_P(CustomerRoutesTest, AConsentIsAskedForByOneAndConfirmedByAnother) {
  const std::string customer = add_customer();
  const std::string due = to_rfc3339(clock_.now() + days(1));
  const Answer asked =
      call(Method::kPost, "/api/v1/consent_tasks",
           R"({"customer_id":")" + customer +
               R"(","message_class":"marketing","question":"agreed?","due_at":")" + due + R"("})");
  ASSERT_EQ(asked.status, 201) << json::serialize(asked.body);
  EXPECT_EQ(field(asked, "state"), "open");
  const std::string path = "/api/v1/consent_tasks/" + field(asked, "id");
  const std::string yes = R"({"method":"call","text":"同意","note":""})";
  EXPECT_EQ(call(Method::kPost, path + "/confirm", yes).status, 403);  // marketing may not
  be(Role::kCustomerService);
  EXPECT_EQ(call(Method::kPost, "/api/v1/consent_tasks", "{}").status, 403);
  EXPECT_EQ(call(Method::kPost, path + "/cancel", R"({"reason":"x"})").status, 403);
  EXPECT_EQ(call(Method::kPost, path + "/confirm", yes, 7).status, 409);
  const Answer confirmed = call(Method::kPost, path + "/confirm", yes, 1);
  ASSERT_EQ(confirmed.status, 200) << confirmed.field;
  EXPECT_EQ(field(confirmed, "state"), "confirmed");
  EXPECT_EQ(call(Method::kPost, path + "/refute", R"({"note":""})").status, 409);
  EXPECT_EQ(call(Method::kGet, path).status, 200);
  const Answer open = call(Method::kGet, "/api/v1/consent_tasks", {}, 0, {{"state", "open"}});
  EXPECT_TRUE(open.body.at("items").as_array().empty());
  const Answer ledger = call(Method::kGet, "/api/v1/consents", {}, 0, {{"kind", "granted"}});
  ASSERT_EQ(ledger.status, 200);
  EXPECT_EQ(ledger.body.at("items").as_array().size(), 1u);
  be(Role::kTechnology);
  EXPECT_EQ(call(Method::kGet, "/api/v1/consents").status, 403);
}

TEST_P(CustomerRoutesTest, MessagesAndRepliesOfACustomer) {
  const std::string path = "/api/v1/customers/" + add_customer();
  EXPECT_EQ(call(Method::kGet, path + "/messages").status, 403);  // marketing sees no single messages
  be(Role::kCustomerService);
  const Answer messages = call(Method::kGet, path + "/messages");
  ASSERT_EQ(messages.status, 200);
  EXPECT_TRUE(messages.body.at("items").as_array().empty());
  EXPECT_EQ(call(Method::kGet, path + "/replies").status, 200);
  EXPECT_EQ(call(Method::kPost, path + "/replies/inb_0000000000001/reveal", R"({"reason":"x"})").status, 404);
  EXPECT_EQ(call(Method::kGet, "/api/v1/customers/cus_0000000000001/messages").status, 404);
  be(Role::kTechnology);
  EXPECT_EQ(call(Method::kPost, path + "/replies/inb_0000000000001/reveal", R"({"reason":"x"})").status, 403);
}

TEST_P(CustomerRoutesTest, AnAudienceIsCountedByAttributes) {
  add_customer(R"({"tier":"gold"})");
  const auto counted = [&](http::Parameters query) {
    return call(Method::kGet, "/api/v1/audiences/count", {}, 0, std::move(query));
  };
  EXPECT_EQ(counted({{"attributes", "tier=gold"}, {"attributes", "tier=silver"}, {"carriers", "mobile"}})
                .body.at("count"),
            1);
  EXPECT_EQ(counted({{"attributes", "tier=silver"}}).body.at("count"), 0);
  EXPECT_EQ(counted({{"attributes", "tier=gold"}, {"attributes", "shop=1"}}).body.at("count"), 0);
  EXPECT_EQ(counted({{"sent_within_days", "30"}}).body.at("count"), 0);
  EXPECT_EQ(counted({{"not_sent_within_days", "30"}}).body.at("count"), 1);
  EXPECT_EQ(counted({{"attributes", "tier"}}).field, "?attributes");
  EXPECT_EQ(counted({{"carriers", "none"}}).status, 422);
  EXPECT_EQ(counted({{"sent_within_days", "0"}}).status, 422);
}

TEST_P(CustomerRoutesTest, AFileIsLookedAtAndNotKept) {
  be(Role::kMarketing);
  const std::string path = folder_.file("upload");
  std::ofstream(path) << "手机号,姓名\n13800138000,张小伟\n";
  http::Request request{.method = Method::kPost, .path = "/api/v1/imports/preview"};
  request.upload.emplace();
  request.upload->file = http::SpooledFile(path);
  request.upload->file_name = "customers.csv";
  const Answer seen = run(request);
  ASSERT_EQ(seen.status, 200) << seen.field;
  const auto& columns = seen.body.at("columns").as_array();
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[0].at("suggested"), "number");
  EXPECT_EQ(columns[1].at("samples").as_array().at(0), "张**");
  EXPECT_EQ(count("SELECT count(*) FROM import_job"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM evidence"), 0);
  request.upload.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace yizhan::api
