// What a program sees of the API: a real server over the services, on both stores.

#include <gtest/gtest.h>

#include "api/all_routes.h"
#include "api/program_routes.h"
#include "service/identity.h"
#include "tests/support/api_server.h"
#include "tests/support/program_world.h"

namespace yizhan {
namespace {

using testing::Reply;

class ProgramsApi : public testing::ProgramStoreTest {
 protected:
  void SetUp() override {
    ProgramStoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    identity_ = ok(service::Identity::create(store()));
    idempotency_.emplace(store());
    access_.emplace(*identity_, *idempotency_, clock_, api::AccessOptions{}, &*keys_);
    api::add_program_routes(catalogue_, *programs_);
    server_.emplace(catalogue_, access_->hooks(), clock_);
  }
  void TearDown() override {
    if (intake_) intake_->stop();
    server_.reset();
    ProgramStoreTest::TearDown();
  }

  Reply call(std::string_view method, std::string_view path, std::string_view body = {},
             testing::HeaderList headers = {}) {
    headers.emplace_back("Authorization", "Bearer " + token_);
    return server_->send(method, path, headers, body);
  }
  std::string message(std::string_view order, std::string_view more = {}) {
    return R"({"content_id":")" + to_string(ContentId{notice_}) +
           R"(","number":"13800000000","variables":{"order":")" + std::string(order) + "\"}" +
           std::string(more) + "}";
  }

  std::unique_ptr<service::Identity> identity_;
  std::optional<service::Idempotency> idempotency_;
  std::optional<api::Access> access_;
  api::Catalogue catalogue_;
  std::optional<testing::ApiServer> server_;
};
YIZHAN_FOR_EACH_STORE(ProgramsApi);

TEST_P(ProgramsApi, AMessageIsAcceptedWhenItIsOnDisk) {
  const Reply reply = call("POST", "/api/v1/messages", message("A1", R"(,"reference":"r1")"));
  ASSERT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(reply.text("reference"), "r1");
  EXPECT_EQ(count("message"), 1);
  const Reply again = call("POST", "/api/v1/messages", message("A1", R"(,"reference":"r1")"));
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.text("message_id"), reply.text("message_id"));
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(call("POST", "/api/v1/messages", message("A2", R"(,"reference":"r1")")).status, 409);
  const Reply page = call("GET", "/api/v1/messages?reference=r1");
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_EQ(page.json().at("items").at(0).at("id").as_string(), reply.text("message_id"));
}

TEST_P(ProgramsApi, ProblemsSayWhatAndWhere) {
  Reply reply = call("POST", "/api/v1/messages", R"({"content_id":"x","numbr":"1"})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(call("POST", "/api/v1/messages", "{").status, 400);
  execute("UPDATE customer SET suppressed = 30 WHERE id = 1");
  reply = call("POST", "/api/v1/messages", message("A1"));
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.code(), "message_refused");
  EXPECT_EQ(reply.text("reason"), "suppressed");
  EXPECT_EQ(reply.json().at("errors").at(0).at("field").as_string(), "/number");
}

TEST_P(ProgramsApi, WithoutAKeyNobodyCalls) {
  EXPECT_EQ(server_->send("POST", "/api/v1/messages", {}, message("A1")).status, 401);
  EXPECT_EQ(server_->send("GET", "/api/v1/messages", {{"Authorization", "Bearer yz_no"}}).status, 401);
  token_ = "yzp_no";
  EXPECT_EQ(call("POST", "/api/v1/messages", message("A1")).code(), "unauthenticated");
  EXPECT_EQ(call("POST", "/api/v1/messages/batch", "{}").status, 401);
  EXPECT_EQ(call("POST", "/api/v1/verifications", "{}").status, 401);
}

TEST_P(ProgramsApi, OverItsRateItIsToldToWait) {
  auto request = key_request({MessageClass::kNotification});
  request.messages_per_second = 1;
  token_ = ok(keys_->create(who(), application_, request)).token;
  EXPECT_EQ(call("POST", "/api/v1/messages", message("A1")).status, 202);
  const Reply reply = call("POST", "/api/v1/messages", message("A2"));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.header("Retry-After"), "1");
}

TEST_P(ProgramsApi, AFullIntakeIsABusyServer) {
  intake_->stop();
  const Reply reply = call("POST", "/api/v1/messages", message("A1"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.header("Retry-After"), "1");
}

TEST_P(ProgramsApi, ManyInOneCall) {
  const Reply reply = call("POST", "/api/v1/messages/batch",
                           R"({"messages":[)" + message("1") + "," + message("2", R"(,"reference":"two")") +
                               R"(,{"content_id":"cnt_0000000000001","number":"13800000000"}]})",
                           {{"Idempotency-Key", "all"}});
  ASSERT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(reply.json().at("accepted").as_int64(), 2);
  const json::Value items = reply.json().at("items");
  EXPECT_EQ(items.at(1).at("reference").as_string(), "two");
  EXPECT_EQ(items.at(2).at("problem").at("code").as_string(), "approval_required");
  EXPECT_EQ(count("message"), 2);
}

TEST_P(ProgramsApi, ACodeIsStartedAndChecked) {
  const Reply started = call("POST", "/api/v1/verifications",
                             R"({"content_id":")" + to_string(ContentId{code_}) +
                                 R"(","number":"13800000000","variables":{"minutes":"5"},"attempts":1})");
  ASSERT_EQ(started.status, 202) << started.body;
  const std::string path = "/api/v1/verifications/" + started.text("verification_id") + "/check";
  Reply checked = call("POST", path, R"({"code":"x"})");
  EXPECT_EQ(checked.status, 200) << checked.body;
  EXPECT_EQ(checked.text("result"), "wrong");
  checked = call("POST", path, R"({"code":"x"})");
  EXPECT_EQ(checked.text("result"), "used_up");
  EXPECT_EQ(call("POST", "/api/v1/verifications/vrf_0000000000001/check", R"({"code":"x"})").status, 404);
}

}  // namespace
}  // namespace yizhan
