// The routes of customers through the router: what the console reads and does about one customer.

#include "api/customers_routes.h"

#include <gtest/gtest.h>

#include "api/openapi.h"
#include "crypto/digest.h"
#include "support/route_caller.h"
#include "support/service_store.h"

namespace yizhan::api {
namespace {

using domain::Role;
using http::Method;

class CustomerRoutesTest : public testing::ServiceTest, protected testing::RouteCaller {
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
    ASSERT_TRUE(install_routes(store()));
  }
  void TearDown() override { imports_.reset(); }

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
  const Answer seen =
      send_file("/api/v1/imports/preview", "customers.csv", "手机号,姓名\n13800138000,张小伟\n");
  ASSERT_EQ(seen.status, 200) << seen.field;
  const auto& columns = seen.body.at("columns").as_array();
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[0].at("suggested"), "number");
  EXPECT_EQ(columns[1].at("samples").as_array().at(0), "张**");
  EXPECT_EQ(count("SELECT count(*) FROM import_job"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM evidence"), 0);
}

TEST_P(CustomerRoutesTest, RefusedRowsLeaveAudited) {
  be(Role::kMarketing);
  const Answer started =
      send_file("/api/v1/imports", "customers.csv", "手机号,姓名\n13800138000,张小伟\n123,李四\n");
  ASSERT_EQ(started.status, 202) << started.field;
  const std::string id = field(started, "id");
  imports_->wait(parse_id<ImportTag>(id).value());
  const std::string path = "/api/v1/imports/" + id + "/refused_rows.csv";
  be(Role::kCustomerService);
  EXPECT_EQ(call(Method::kGet, path).status, 403);
  be(Role::kMarketing);
  const Answer rows = call(Method::kGet, path);
  ASSERT_EQ(rows.status, 200) << rows.field;
  EXPECT_NE(rows.file.find("number_"), std::string::npos) << rows.file;
  EXPECT_EQ(rows.file.find("李四"), std::string::npos) << "masked";
  EXPECT_EQ(
      count("SELECT count(*) FROM audit_log WHERE action = 'export.downloadRefusedRows' AND object_type = "
            "'import' AND detail LIKE '%" +
            to_hex(crypto::sha256(rows.file)) + "%'"),
      1);
}

}  // namespace
}  // namespace yizhan::api
