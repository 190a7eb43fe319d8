// The routes of contents, channels, campaigns, tests, monitor and reports, through the router.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "api/openapi.h"
#include "crypto/digest.h"
#include "store/schema.h"
#include "support/route_caller.h"
#include "support/service_store.h"
#include "support/whole_api.h"

namespace yizhan::api {
namespace {

using domain::Role;
using http::Method;

class RoutesTest : public testing::ServiceTest, protected testing::RouteCaller {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(store::bind_and_prepare(*open_, keyring_));
    const std::vector<std::string> files{"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                         "rules/cn_advertising.toml", "rules/cn_sector.toml"};
    auto screener = screen::Screener::load(files, "2026-01-01");
    ASSERT_TRUE(screener);
    auto identity = service::Identity::create(store(), crypto::kTestPasswordCost);
    ASSERT_TRUE(identity);
    identity_ = std::move(*identity);
    idempotency_.emplace(store());
    access_.emplace(*identity_, *idempotency_, clock_, AccessOptions{});
    api_.emplace(store(), *identity_, *screener);
    api_->add_routes(catalogue_, *access_);
    ASSERT_TRUE(install_routes(store()));
    add_signature("驿站科技");
  }

  // Number 1, switched off.
  void add_channel(const std::string& protocol, const std::string& options) {
    const std::string empty = is_sqlite() ? "CAST('' AS BLOB)" : "CAST('' AS BYTEA)";
    execute(
        "INSERT INTO channel (id, name, provider, protocol, host, port, system_id, password_sealed, "
        "access_code, options, enabled, created_by, created_at, updated_at, version, peer_password_sealed) "
        "VALUES (1, 'cloud', '', '" +
        protocol + "', '127.0.0.1', 1, 's', " + empty + ", '1069', '" + options + "', 0, 0, 1, 1, 1, " +
        empty + ")");
  }

  std::unique_ptr<service::Identity> identity_;
  std::optional<service::Idempotency> idempotency_;
  std::optional<Access> access_;
  std::optional<testing::WholeApi> api_;
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

TEST_P(RoutesTest, ASignatureIsAskedForDecidedOnAndFiledByDifferentRoles) {
  constexpr const char* kAsked =
      R"({"text":"驿站鲜果","source":"company_name","message_classes":["marketing"]})";
  constexpr const char* kReason = R"({"reason":"x"})";
  be(Role::kCompliance);
  EXPECT_EQ(call(Method::kPost, "/api/v1/signatures", kAsked).status, 403);
  be(Role::kMarketing);
  EXPECT_EQ(call(Method::kPost, "/api/v1/signatures",
                 R"({"text":"验证码","source":"app","message_classes":["marketing"]})")
                .status,
            409);
  EXPECT_EQ(call(Method::kPost, "/api/v1/signatures", R"({"text":"驿","source":"app","message_classes":[]})")
                .status,
            422);
  const Answer made = call(Method::kPost, "/api/v1/signatures", kAsked);
  ASSERT_EQ(made.status, 201);
  const std::string path = "/api/v1/signatures/" + field(made, "id");
  const std::string filing = path + "/filings/chn_0000000000001";
  EXPECT_EQ(call(Method::kPut, path, kAsked).status, 428);
  EXPECT_EQ(call(Method::kPut, path, kAsked, 1).status, 200);
  EXPECT_EQ(call(Method::kPost, path + "/submit").status, 409) << "no document proves the right to it";
  EXPECT_EQ(call(Method::kPost, path + "/approve", kReason).status, 403);
  EXPECT_EQ(call(Method::kPut, filing, R"({"state":"filed"})").status, 403);
  be(Role::kTechnology);
  EXPECT_EQ(call(Method::kPost, path + "/suspend", kReason).status, 403);
  EXPECT_EQ(call(Method::kPut, filing, R"({"state":"filed"})").status, 404) << "no such channel";
  EXPECT_EQ(call(Method::kGet, path + "/filings").body.at("items").as_array().size(), 0u);
  be(Role::kCompliance);
  EXPECT_EQ(call(Method::kPost, path + "/approve", kReason).status, 409);
  be(Role::kAuditor);
  EXPECT_EQ(call(Method::kGet, "/api/v1/signatures").body.at("items").as_array().size(), 2u);
  EXPECT_EQ(field(call(Method::kGet, path), "state"), "draft");
  EXPECT_EQ(call(Method::kGet, path + "/filing_files/evd_0000000000001").status, 404);
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action LIKE 'export.%'"), 0);
}

TEST_P(RoutesTest, AFilingsEvidenceLeavesAudited) {
  add_channel("smpp", "{}");
  be(Role::kTechnology);
  const std::string path =
      "/api/v1/signatures/" +
      std::string(call(Method::kGet, "/api/v1/signatures").body.at("items").at(0).at("id").as_string());
  const std::string filing = path + "/filings/" + to_string(ChannelId{1});
  EXPECT_EQ(send_file(filing + "/file", "proof.pdf", "%PDF-1.7").status, 409) << "nothing to prove yet";
  EXPECT_EQ(call(Method::kPut, filing, R"({"state":"filed"})", kAnyVersion).status, 200);
  const Answer kept = send_file(filing + "/file", "proof.pdf", "%PDF-1.7");
  ASSERT_EQ(kept.status, 200) << json::serialize(kept.body);
  const std::string file = path + "/filing_files/" + field(kept, "evidence_id");
  EXPECT_EQ(call(Method::kGet, file).file, "%PDF-1.7");
  EXPECT_EQ(
      count("SELECT count(*) FROM audit_log WHERE action = 'export.getSignatureFilingFile' AND object_type "
            "= 'signature' AND detail LIKE '%proof.pdf%'"),
      1);
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
  EXPECT_EQ(call(Method::kPost, path + "/approve", approval, kAnyVersion).status, 428);
  EXPECT_EQ(call(Method::kPost, path + "/reject",
                 R"({"opinion":"x","problems":[{"category":"legality","text":"x"}],"checklist":)" +
                     std::string(kPoints) + "}",
                 kAnyVersion)
                .status,
            428);
  const Answer approved = call(Method::kPost, path + "/approve", approval, 3);
  ASSERT_EQ(approved.status, 200) << json::serialize(approved.body);
  EXPECT_EQ(field(approved, "approval"), "stands");
  const json::Array& reviews = approved.body.at("reviews").as_array();
  const auto opinion = [&](const json::Value& review) {
    return path + "/reviews/" + std::string(review.at("id").as_string()) + "/opinion";
  };
  const Answer sheet = call(Method::kGet, opinion(reviews.back()));
  ASSERT_EQ(sheet.status, 200);
  EXPECT_EQ(field(sheet, "basis_time"), "as_decided");
  EXPECT_EQ(sheet.body.at("basis").at("content_name").as_string(), "n");
  EXPECT_EQ(call(Method::kGet, opinion(reviews.front())).status, 404);
  const Answer file = call(Method::kGet, opinion(reviews.back()) + ".pdf");
  EXPECT_EQ(file.status, 200);
  EXPECT_TRUE(file.file.starts_with("%PDF-"));
  EXPECT_EQ(actions().back(), "export.downloadOpinion");
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action = 'export.downloadOpinion' AND object_type = "
                  "'content' "
                  "AND detail LIKE '%RO-2027-000001%'"),
            1);
  EXPECT_EQ(call(Method::kGet, opinion(reviews.front()) + ".pdf").status, 404)
      << "a first review has no opinion";
  EXPECT_EQ(call(Method::kGet, path + "/versions/1").status, 200);
  EXPECT_EQ(call(Method::kGet, path + "/versions/x").status, 404);
  EXPECT_EQ(call(Method::kGet, path + "/versions/2").status, 404);
}

TEST_P(RoutesTest, AReportLeavesAsAnAuditedFile) {
  execute(
      "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
      "INSERT INTO content VALUES (2, 'c', 3, '', 0, 4, 3, 3, 1, 1, 0, 0, 1);"
      "INSERT INTO campaign VALUES (10, 'c', 'g', 3, '', 2, 0, x'', '{}', 0, 0, 1, 1, '', 0, 0, x'', 0, 0, "
      "0, '', x'', 0, 0, 0, 0, 0, 1, 0, 0, 1, '', '', 0, 0);"
      "INSERT INTO report VALUES (7, 'SR-2027-000001', 10, '" +
      json::encode(service::ReportBody{}) + "', x'00', 1, 0, 0)");
  const std::string path = "/api/v1/reports/" + to_string(ReportId{7}) + "/report.";
  const auto audited = [&](const std::string& operation, const std::string& detail) {
    return count("SELECT count(*) FROM audit_log WHERE action = 'export." + operation +
                 "' AND object_type = 'report' AND object_id = 7 AND actor_name = 'u' AND detail LIKE '%" +
                 detail + "%'");
  };
  for (const auto& [kind, operation, begin] : {std::tuple("csv", "downloadReportCsv", "\xEF\xBB\xBF"),
                                               {"xlsx", "downloadReportXlsx", "PK"},
                                               {"pdf", "downloadReportPdf", "%PDF-"}}) {
    be(Role::kCustomerService);
    EXPECT_EQ(call(Method::kGet, path + kind).status, 403) << kind;
    EXPECT_EQ(audited(operation, ""), 0) << "what is refused does not leave";
    be(Role::kMarketing);
    const Answer file = call(Method::kGet, path + kind);
    ASSERT_EQ(file.status, 200) << kind << json::serialize(file.body);
    EXPECT_TRUE(file.file.starts_with(begin)) << kind;
    EXPECT_EQ(audited(operation, to_hex(crypto::sha256(file.file))), 1) << kind;
    EXPECT_EQ(audited(operation, "SR-2027-000001"), 1) << kind;
    EXPECT_EQ(call(Method::kGet, "/api/v1/reports/" + to_string(ReportId{8}) + "/report." + kind).status,
              404);
  }
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action LIKE 'export.downloadReport%'"), 3);
}

TEST_P(RoutesTest, StatisticsOfReviewsAreReadAndExported) {
  const std::string path = "/api/v1/contents/review_statistics";
  be(Role::kCompliance);
  const Answer page = call(Method::kGet, path);
  ASSERT_EQ(page.status, 200);
  EXPECT_EQ(page.body.at("target_hours").as_int64(), 24);
  EXPECT_EQ(page.body.at("items").as_array()[0].at("group").as_string(), "total");
  const Answer file = call(Method::kGet, path + ".csv");
  EXPECT_EQ(file.status, 200);
  EXPECT_TRUE(file.file.starts_with("\xEF\xBB\xBFgroup,key,figures.submitted,")) << file.file;
  EXPECT_EQ(actions().back(), "export.listReviewStatistics");
  EXPECT_EQ(call(Method::kPatch, "/api/v1/settings/review", R"({"target_hours":8})", 1).status, 403);
  be(Role::kAdministrator);
  EXPECT_EQ(call(Method::kPatch, "/api/v1/settings/review", R"({"target_hours":8})").status, 428);
  EXPECT_EQ(call(Method::kPatch, "/api/v1/settings/review", R"({"target_hours":0})", kAnyVersion).status,
            422);
  EXPECT_EQ(call(Method::kPatch, "/api/v1/settings/review", R"({"target_hours":8})", kAnyVersion).status,
            200);
  EXPECT_EQ(call(Method::kGet, "/api/v1/settings/review").body.at("target_hours").as_int64(), 8);
}

TEST_P(RoutesTest, AReviewerSeesMoreThanTheText) {
  be(Role::kMarketing);
  const Answer sampled =
      call(Method::kPost, "/api/v1/contents/samples", R"({"text":{"message_class":"marketing",
    "signature":"驿站科技","body":"尊敬的{name}，您好。","variables":[{"name":"name","max_length":5,"sample":"王女士"}]},
    "audience":{"filter":{"cities":[],"member_levels":[],"regions":[]}}})");
  ASSERT_EQ(sampled.status, 200) << json::serialize(sampled.body);
  EXPECT_EQ(sampled.body.at("looked_at").as_int64(), 0);
  EXPECT_EQ(sampled.body.at("items").at(0).at("kind").as_string(), "sample");
  EXPECT_EQ(sampled.body.at("items").at(1).at("kind").as_string(), "longest");
  EXPECT_EQ(
      call(Method::kPost, "/api/v1/contents/samples", R"({"text":{"message_class":"marketing","body":"{"}})")
          .status,
      422);
  const std::string path = "/api/v1/contents/" + field(call(Method::kPost, "/api/v1/contents", kDraft), "id");
  Answer context = call(Method::kGet, path + "/review_context");
  ASSERT_EQ(context.status, 200);
  EXPECT_FALSE(context.body.at("may_decide").as_bool());
  EXPECT_EQ(context.body.at("why_not").as_string(), "no_permission");
  be(Role::kCompliance);
  context = call(Method::kGet, path + "/review_context");
  EXPECT_EQ(context.body.at("why_not").as_string(), "not_submitted");
  EXPECT_EQ(call(Method::kGet, "/api/v1/contents/con_0000000000001/review_context").status, 404);
}

TEST_P(RoutesTest, EffectAndPolicyAreThereToRead) {
  be(Role::kMarketing);
  EXPECT_EQ(call(Method::kGet, "/api/v1/campaigns/cmp_0000000000001/effect").status, 404);
  be(Role::kCustomerService);
  EXPECT_EQ(call(Method::kGet, "/api/v1/campaigns/cmp_0000000000001/effect").status, 403);
  const Answer map = call(Method::kGet, "/api/v1/policy_map");
  ASSERT_EQ(map.status, 200) << json::serialize(map.body);
  EXPECT_EQ(map.body.at("clauses").at(0).at("number").as_string(), "1.1");
  EXPECT_EQ(map.body.at("clauses").at(0).at("figures").at(0).at("unit").as_string(), "count");
  EXPECT_EQ(map.body.at("counts").as_object().size(), 4u);
}

TEST_P(RoutesTest, EventsBeginWithTheSnapshotAndFollowItsChanges) {
  execute(
      "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
      "INSERT INTO content VALUES (2, 'c', 3, '', 0, 4, 3, 3, 1, 1, 0, 0, 1);"
      "INSERT INTO campaign VALUES (10, 'c', 'g', 3, '', 2, 0, x'', '{}', 0, 0, 1, 1, '', 0, 0, x'', 0, 0, "
      "0, '', x'', 0, 0, 0, 0, 0, 1, 0, 0, 1, '', '', 0, 0)");
  const auto stream = api_->events().watch(CampaignId{10});
  ASSERT_TRUE(stream) << to_string(stream.error());
  const std::string first = (*stream)->take().text;
  EXPECT_NE(first.find("event: snapshot"), std::string::npos) << first;
  EXPECT_NE(first.find("\"planned\""), std::string::npos);
  api_->events().round();
  EXPECT_EQ((*stream)->take().text, "");  // nothing new
  execute("UPDATE campaign SET state = 12");
  api_->events().round();
  EXPECT_NE((*stream)->take().text.find("\"cancelled\""), std::string::npos);
  EXPECT_EQ(api_->events().watch(CampaignId{11}).error().code, ErrorCode::kNotFound);
  api_->events().stop();
  EXPECT_TRUE((*stream)->closed());
  EXPECT_FALSE(api_->events().watch(CampaignId{10}));
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

TEST_P(RoutesTest, ApplicationsAreTechnologysAndTheirSecretsNobodys) {
  add_channel("smpp", "{}");
  be(Role::kTechnology);
  const std::string body = R"({"name":"ERP","login":"erp","secret":"hidden77","protocols":["smpp"],)"
                           R"("message_classes":["notification"],"access_code":"10690001","channel_id":")" +
                           to_string(ChannelId{1}) + "\"}";
  const Answer made = call(Method::kPost, "/api/v1/applications", body);
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(field(made, "use"), "enabled");
  EXPECT_EQ(made.body.at("state").at("deliveries_waiting").as_int64(), 0);
  EXPECT_FALSE(json::serialize(made.body).contains("hidden77"));
  const std::string path = "/api/v1/applications/" + field(made, "id");
  EXPECT_EQ(call(Method::kPost, "/api/v1/applications", body).status, 409);
  EXPECT_EQ(call(Method::kPut, path, body).status, 428);
  EXPECT_EQ(call(Method::kPut, path, body, 1).status, 200);
  EXPECT_EQ(call(Method::kPut, path, body, 1).status, 409);
  EXPECT_EQ(field(call(Method::kPost, path + "/disable"), "use"), "disabled");
  EXPECT_EQ(field(call(Method::kPost, path + "/enable"), "use"), "enabled");
  EXPECT_EQ(call(Method::kPost, "/api/v1/applications", R"({"name":"x","login":"y","secret":"z"})").status,
            422);
  for (const Role role : {Role::kCompliance, Role::kAdministrator, Role::kAuditor}) {
    be(role);
    EXPECT_EQ(call(Method::kGet, "/api/v1/applications").body.at("items").as_array().size(), 1U);
    EXPECT_EQ(call(Method::kGet, path).status, 200);
    EXPECT_EQ(call(Method::kPost, path + "/disable").status, 403);
  }
  for (const Role role : {Role::kMarketing, Role::kCustomerService}) {
    be(role);
    EXPECT_EQ(call(Method::kGet, path).status, 403);
  }
}

TEST_P(RoutesTest, RehearsalsAreTechnologysToBegin) {
  const std::string path = "/api/v1/campaigns/cmp_0000000000001/rehearsals",
                    one = path + "/rhs_0000000000001";
  be(Role::kMarketing);
  EXPECT_EQ(call(Method::kPost, path).status, 403);
  EXPECT_EQ(call(Method::kPost, one + "/cancel").status, 403);
  EXPECT_EQ(call(Method::kGet, path).status, 404);
  EXPECT_EQ(call(Method::kGet, one).status, 404);
  be(Role::kAdministrator);
  EXPECT_EQ(call(Method::kGet, path).status, 403);
  be(Role::kTechnology);
  EXPECT_EQ(call(Method::kPost, path).status, 404);
  EXPECT_EQ(call(Method::kPost, one + "/cancel").status, 404);
}

// Without a session. The channel is switched off: nothing runs that could store what is brought.
TEST_P(RoutesTest, CarrierCallbacks) {
  add_channel(
      "http",
      R"({"http":{"request":{},"answer":{"success":"/ok","success_value":"1","message_id":"/id"},)"
      R"("callback":{"receipts":{"message_id":"/id","status":"/s","delivered":["1"],"failed":["0"]}}}})");
  be(Role::kTechnology);
  const std::string id = to_string(ChannelId{1});
  const Answer address = call(Method::kPost, "/api/v1/channels/" + id + "/callback_address");
  ASSERT_EQ(address.status, 200);
  const std::string path = field(address, "path");
  EXPECT_EQ(path, "/api/v1/carrier_callbacks/" + field(address, "token"));
  be_nobody();
  EXPECT_EQ(call(Method::kPost, "/api/v1/channels/" + id + "/callback_address").status, 401);
  EXPECT_EQ(call(Method::kPost, path, "[{").status, 400);
  EXPECT_EQ(call(Method::kPost, path, "[1]").status, 422);
  EXPECT_EQ(call(Method::kPost, path, R"([{"id":"1","s":"1"}])").status, 503);
  EXPECT_EQ(call(Method::kPost, "/api/v1/carrier_callbacks/none", R"([{"id":"1","s":"1"}])").status, 404);
  const auto found = router_.find(Method::kPost, path);
  ASSERT_TRUE(found);
  EXPECT_EQ(std::get<http::Router::Match>(*found).route->body_limit_bytes, limits::kCallbackBytes);
}

TEST_P(RoutesTest, RulePacksAreReloadedByAnAdministrator) {
  const std::string path = "/api/v1/rule_packs";
  be(Role::kCompliance);
  EXPECT_EQ(call(Method::kPost, path + "/reload").status, 403);
  be(Role::kAdministrator);
  const Answer loaded = call(Method::kPost, path + "/reload");
  ASSERT_EQ(loaded.status, 200);
  EXPECT_FALSE(loaded.body.at("packs").as_array().empty());
  EXPECT_EQ(field(loaded, "trigger"), "request");
  be(Role::kCompliance);
  EXPECT_EQ(call(Method::kGet, path).body.at("packs").as_array().size(),
            loaded.body.at("packs").as_array().size());
}

TEST_P(RoutesTest, APhraseIsAskedForAndAllowed) {
  be(Role::kAdministrator);
  ASSERT_EQ(call(Method::kPost, "/api/v1/rule_packs/reload").status, 200);
  be(Role::kMarketing);
  const Answer measured =
      call(Method::kPost, "/api/v1/contents/measure", R"({"message_class":"marketing","body":"国家级品质"})");
  ASSERT_EQ(measured.status, 200);
  std::string rule;
  for (const auto& finding : measured.body.at("screening").at("findings").as_array())
    if (finding.at("term").as_string() == "国家级") rule = finding.at("rule_id").as_string();
  const std::string request = R"({"phrase":"国家级非遗","reason":"称号","rule_id":")" + rule + "\"}";
  const Answer asked = call(Method::kPost, "/api/v1/allow_phrases", request);
  ASSERT_EQ(asked.status, 201);
  const std::string path = "/api/v1/allow_phrases/" + field(asked, "id");
  EXPECT_EQ(call(Method::kPost, path + "/grant", R"({"reason":"属实"})").status, 403);
  be(Role::kCompliance);
  EXPECT_EQ(call(Method::kPost, path + "/grant", R"({"reason":"属实"})", 7).status, 409);
  const Answer granted = call(Method::kPost, path + "/grant", R"({"reason":"属实"})", 1);
  ASSERT_EQ(granted.status, 200);
  EXPECT_EQ(field(granted, "state"), "granted");
  EXPECT_EQ(call(Method::kPost, path + "/revoke", R"({"reason":"x"})").status, 200);
  EXPECT_EQ(call(Method::kGet, "/api/v1/allow_phrases").body.at("items").as_array().size(), 1u);

  const Answer brand = call(Method::kPost, "/api/v1/brands", R"({"name":"蓝鲸牌","ownership":"others"})");
  ASSERT_EQ(brand.status, 201);
  EXPECT_EQ(
      call(Method::kPost, "/api/v1/brands/" + field(brand, "id") + "/remove", R"({"reason":"x"})").status,
      204);
  EXPECT_TRUE(call(Method::kGet, "/api/v1/rescreenings").body.at("items").as_array().empty());
}

}  // namespace
}  // namespace yizhan::api
