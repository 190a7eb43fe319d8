// The demonstration: the whole road of one campaign as four people over HTTP, against a carrier that
// misbehaves, checked to the last message. Every check that fails is counted; the exit code says whether all
// held.

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>

#include "app/api_client.h"
#include "app/child_process.h"
#include "app/commands.h"
#include "app/opened_store.h"
#include "app/progress.h"
#include "app/reconcile.h"
#include "base/log.h"
#include "domain/content.h"
#include "store/audit.h"

namespace yizhan::app {
namespace {

constexpr const char* kSignature = "驿站百货";
constexpr const char* kMarker = ".yizhan-demo";
constexpr const char* kPassword = "Relay-Station-2026!";

std::string text_of(const json::Value& value, std::string_view name) {
  const auto* member = value.is_object() ? value.as_object().if_contains(name) : nullptr;
  return member != nullptr && member->is_string() ? std::string(member->as_string()) : std::string();
}
int64_t number_of(const json::Value& value, std::string_view name) {
  const auto* member = value.is_object() ? value.as_object().if_contains(name) : nullptr;
  if (member == nullptr) return 0;
  return member->is_int64()    ? member->as_int64()
         : member->is_double() ? static_cast<int64_t>(member->as_double())
                               : 0;
}
const json::Value& member_of(const json::Value& value, std::string_view name) {
  static const json::Value kNone;
  const auto* member = value.is_object() ? value.as_object().if_contains(name) : nullptr;
  return member != nullptr ? *member : kNone;
}
int64_t sum_of(const json::Value& object) {
  int64_t sum = 0;
  if (object.is_object())
    for (const auto& entry : object.as_object())
      sum += entry.value().is_int64() ? entry.value().as_int64() : 0;
  return sum;
}

json::Array five_points() {
  json::Array list;
  for (const domain::CheckPoint point : domain::values_of(domain::CheckPoint{}))
    list.push_back(
        json::Object{{"point", name_of(point)}, {"answer", "yes"}, {"note", "checked against the policy"}});
  return list;
}

void rest(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, time);
}

class Demo {
 public:
  explicit Demo(const DemoOptions& options) : options_(options) {}

  int run() {
    const auto done = walk();
    if (!done) {
      fmt::print("\nThe demonstration stopped: {}\n", to_string(done.error()));
      fmt::print("The server's log is {}/server.log\n", options_.data_dir);
      return kExitFailed;
    }
    fmt::print("\n{} of {} checks hold.\n", checks_ - failures_, checks_);
    return failures_ == 0 ? kExitDone : kExitFound;
  }

 private:
  Result<> walk() {
    YZ_CHECK(prepare_folder());
    YZ_CHECK(start_processes());
    YZ_CHECK(make_people());
    YZ_CHECK(set_up_technology());
    YZ_CHECK(import_customers());
    YZ_CHECK(approve_signature());
    YZ_CHECK(review_content());
    YZ_CHECK(plan_campaign());
    YZ_CHECK(test_campaign());
    YZ_CHECK(send_campaign());
    YZ_CHECK(read_report());
    return compare_with_carrier();
  }

  void title(std::string_view text) {
    fmt::print("\n== {}\n", text);
    std::fflush(stdout);
  }
  void step(std::string_view who, std::string_view what) {
    fmt::print("  {:<16} {}\n", who, what);
    std::fflush(stdout);
  }
  void check(bool holds, std::string_view what) {
    ++checks_;
    if (!holds) ++failures_;
    fmt::print("  {:<16} {}\n", holds ? "holds" : "DOES NOT HOLD", what);
    std::fflush(stdout);
  }
  // A reply that must be good.
  Result<Reply> good(Result<Reply> reply, std::string_view what) {
    if (!reply) return reply;
    if (reply->good()) return reply;
    return fail(ErrorCode::kInternal,
                fmt::format("{}: {} {}", what, reply->status, reply->body.substr(0, 600)));
  }
  // A call that must be refused with this code.
  void refused(const Result<Reply>& reply, int status, std::string_view code, std::string_view what) {
    const bool holds = reply && reply->status == status && reply->code() == code;
    check(holds, holds ? fmt::format("{}: refused with {} {}", what, status, code)
                       : fmt::format("{}: {} {} instead of {} {}", what, reply ? reply->status : 0,
                                     reply ? reply->code() : to_string(reply.error()), status, code));
  }

  Result<> prepare_folder() {
    title("A fresh data folder");
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path folder(options_.data_dir);
    // Only what an earlier demonstration made is removed.
    if (fs::exists(folder) && !fs::is_empty(folder)) {
      if (!fs::exists(folder / kMarker))
        return fail(ErrorCode::kConflict, "the folder is in use for something else", options_.data_dir);
      fs::remove_all(folder, error);
    }
    fs::create_directories(folder, error);
    if (error) return fail(ErrorCode::kStoreFailed, error.message(), options_.data_dir);
    std::ofstream(folder / kMarker) << "made by yizhan demo\n";
    data_dir_ = fs::absolute(folder).string();
    step("demo", data_dir_);
    return {};
  }

  Result<> start_processes() {
    title(
        "The carrier (a simulator with errors, throttling, lost and early receipts, replies) and the server");
    carrier_log_ = data_dir_ + "/carrier.log";
    const std::vector<std::string> carrier = {
        options_.program,
        "carrier-simulator",
        "port=0",
        "seed=20260302",
        "log=" + carrier_log_,
        "latency_ms=1..8",
        "number_errors=0x0000000B:0.01",
        "errors=0x00000008:0.004,0x00000058:0.0008",
        "rate_per_second=4000",
        "outcomes=UNDELIV/012:0.02,MK:0001/000:0.01,EXPIRED/000:0.005,REJECTD/000:0.004",
        "receipt_delay_ms=20..400",
        "receipt_lost=0.002",
        "receipt_duplicated=0.01",
        "receipt_early=0.02",
        "submit_id=hex",
        "receipt_id=decimal",
        "replies=0.02",
        "reply_delay_ms=50..500"};
    carrier_.emplace(YZ_TRY(ChildProcess::start(carrier, data_dir_ + "/carrier.err")));
    const std::string carrier_line = YZ_TRY(carrier_->read_line());
    carrier_port_ = std::stoi(carrier_line.substr(carrier_line.rfind(':') + 1));
    step("carrier", carrier_line);
    // Ten in the morning in Shanghai, whatever the hour here: marketing may not be sent at night.
    const std::string today = to_rfc3339(SystemClock{}.now()).substr(0, 10);
    const std::vector<std::string> server = {options_.program, "serve",
                                             "--data-dir",     data_dir_,
                                             "--set",          "listen=127.0.0.1:0",
                                             "--set",          "clock_start=" + today + "T10:00:00+08:00"};
    server_.emplace(YZ_TRY(ChildProcess::start(server, data_dir_ + "/server.log")));
    for (;;) {
      const std::string line = YZ_TRY(server_->read_line());
      if (line.starts_with("user ")) admin_password_ = line.substr(line.rfind(' ') + 1);
      const size_t at = line.find("http://");
      if (at == std::string::npos) continue;
      base_url_ = line.substr(at);
      step("server", line);
      return {};
    }
  }

  Result<ApiClient> person(const std::string& login, const std::string& one_time) {
    ApiClient client(base_url_);
    YZ_TRY(good(client.sign_in(login, one_time), "sign in " + login));
    YZ_TRY(good(client.change_password(one_time, kPassword), "change password of " + login));
    return client;
  }

  Result<> make_people() {
    title("People: the administrator makes one user for each department");
    ApiClient first(base_url_);
    YZ_TRY(good(first.sign_in("admin", admin_password_), "sign in admin"));
    refused(first.get("/api/v1/users"), 403, "password_change_required",
            "admin before changing the one-time password");
    admin_.emplace(YZ_TRY(person("admin", admin_password_)));
    const auto make = [&](const std::string& login, const std::string& name,
                          const std::string& role) -> Result<ApiClient> {
      const Reply made =
          YZ_TRY(good(admin_->post("/api/v1/users", json::Object{{"login", login},
                                                                 {"display_name", name},
                                                                 {"roles", json::Array{json::Value(role)}}}),
                      "create " + login));
      step("admin", fmt::format("made {} ({})", login, role));
      return person(login, text_of(made.json, "one_time_password"));
    };
    marketing_.emplace(YZ_TRY(make("lin.marketing", "林营销", "marketing")));
    technology_.emplace(YZ_TRY(make("wu.technology", "吴技术", "technology")));
    compliance_.emplace(YZ_TRY(make("zhao.compliance", "赵合规", "compliance")));
    service_.emplace(YZ_TRY(make("qian.service", "钱客服", "customer_service")));
    const Reply settings = YZ_TRY(good(admin_->get("/api/v1/settings/sending"), "read settings"));
    YZ_TRY(
        good(admin_->send("PATCH", "/api/v1/settings/sending", json::Object{{"receipt_overdue_seconds", 20}},
                          {{"If-Match", fmt::format("\"{}\"", number_of(settings.json, "version"))}}),
             "change settings"));
    step("admin",
         "receipts count as overdue after 20 seconds (for the demonstration; the default is 72 hours)");
    return {};
  }

  Result<> set_up_technology() {
    title("Technology: the channel to the carrier, the test handsets");
    const Reply made = YZ_TRY(
        good(technology_->post(
                 "/api/v1/channels",
                 json::Object{{"name", "demo carrier"},
                              {"provider", "simulator"},
                              {"host", "127.0.0.1"},
                              {"port", carrier_port_},
                              {"system_id", "demo"},
                              {"password", "demo"},
                              {"access_code", "10690001"},
                              {"options", json::Object{{"window", 128},
                                                       {"segments_per_second", 2000},
                                                       {"message_id_form", "submit_hex_receipt_decimal"},
                                                       {"reconnect_min_ms", 100}}}}),
             "create channel"));
    channel_ = text_of(made.json, "id");
    step("technology", "channel " + channel_);
    // Numbers of the simulator's world that it delivers to; they belong to staff, not to the customer list.
    for (const char* number : {"+8613911110002", "+8613911110003"}) {
      YZ_TRY(good(technology_->post(
                      "/api/v1/test_handsets",
                      json::Object{{"label", number[13] == '2' ? "office" : "lab"}, {"number", number}}),
                  "register handset"));
    }
    step("technology", "2 test handsets registered");
    return {};
  }

  Result<json::Value> wait_for_import(const std::string& id) {
    Progress progress("import");
    for (;;) {
      const Reply now = YZ_TRY(good(marketing_->get("/api/v1/imports/" + id), "read import"));
      if (text_of(now.json, "state") != "running") return now.json;
      progress.show(number_of(now.json, "bytes_read"), number_of(now.json, "bytes_total"));
      rest(std::chrono::milliseconds(50));
    }
  }

  Result<> import_customers() {
    title("Marketing: customers with their consent");
    refused(compliance_->upload("/api/v1/imports", options_.customers, "text/csv"), 403, "forbidden",
            "compliance importing customers");
    const Reply started =
        YZ_TRY(good(marketing_->upload("/api/v1/imports", options_.customers, "text/csv"), "import"));
    const json::Value import = YZ_TRY(wait_for_import(text_of(started.json, "id")));
    import_id_ = text_of(import, "id");
    step("marketing",
         fmt::format("{} rows read: {} new, {} refused, {} duplicate; {} consents recorded, {} withdrawn",
                     number_of(import, "rows_read"), number_of(import, "rows_new"),
                     number_of(import, "rows_refused"), number_of(import, "rows_duplicate"),
                     number_of(import, "consents_granted"), number_of(import, "consents_withdrawn")));
    std::stringstream text;
    text << std::ifstream(std::filesystem::path(options_.customers).replace_extension(".expected.json"))
                .rdbuf();
    const json::Value expected = YZ_TRY(json::parse(text.str()));
    check(number_of(import, "rows_read") == number_of(expected, "rows"),
          "every row of the file is accounted for");
    check(number_of(import, "rows_new") == number_of(expected, "customers"),
          fmt::format("{} customers, as the file's maker says", number_of(expected, "customers")));
    check(number_of(import, "rows_refused") == number_of(member_of(expected, "refused"), "total"),
          "as many refused rows as were made bad");
    check(number_of(import, "rows_duplicate") == number_of(expected, "duplicates"),
          "as many duplicates as were made");
    const Reply refused_rows =
        YZ_TRY(good(marketing_->get("/api/v1/imports/" + import_id_ + "/refused_rows.csv"), "refused rows"));
    std::ofstream(data_dir_ + "/refused_rows.csv") << refused_rows.body;
    step("marketing", "refused rows with line, column and reason: " + data_dir_ + "/refused_rows.csv");
    const Reply again =
        YZ_TRY(good(marketing_->upload("/api/v1/imports", options_.customers, "text/csv"), "import again"));
    const json::Value second = YZ_TRY(wait_for_import(text_of(again.json, "id")));
    check(number_of(second, "rows_new") == 0 && number_of(second, "rows_changed") == 0 &&
              number_of(second, "consents_granted") == 0,
          "importing the same file again changes nothing");
    return {};
  }

  json::Object draft(std::string_view body) const {
    return {
        {"name", "周年庆"},
        {"message_class", "marketing"},
        {"purpose", ""},
        {"signature", kSignature},
        {"body", body},
        {"opt_out_text", "拒收请回复R"},
        {"variables", json::Array{json::Object{{"name", "name"}, {"max_length", 20}, {"sample", "张三"}}}}};
  }
  std::map<std::string, std::string> if_match(const json::Value& value) const {
    return {{"If-Match", fmt::format("\"{}\"", number_of(value, "version"))}};
  }

  Result<json::Value> submit(json::Value content) {
    const std::string path = "/api/v1/contents/" + text_of(content, "id");
    content = YZ_TRY(good(marketing_->send(
                              "POST", path + "/first_review",
                              json::Object{{"checklist", five_points()}, {"note", "checked by marketing"}},
                              if_match(content)),
                          "first review"))
                  .json;
    content =
        YZ_TRY(good(marketing_->send("POST", path + "/submit", json::Value(), if_match(content)), "submit"))
            .json;
    step("marketing", "own first review recorded, submitted to compliance");
    return content;
  }

  // Says of every problem of the rejection that it is resolved.
  Result<json::Value> answer_problems(json::Value content) {
    json::Array answers;
    std::string rejection;
    for (const json::Value& problem : member_of(content, "open_problems").as_array()) {
      rejection = text_of(problem, "review_id");
      answers.push_back(json::Object{
          {"number", number_of(problem, "number")}, {"answer", "resolved"}, {"text", "已删除该用语"}});
    }
    const std::string path = "/api/v1/contents/" + text_of(content, "id") + "/problem_answers";
    content =
        YZ_TRY(good(marketing_->post(path, json::Object{{"review_id", rejection}, {"answers", answers}}),
                    "answer the problems"))
            .json;
    step("marketing", fmt::format("{} answered as resolved", answers.size()));
    return content;
  }

  // Every problem of the round before is accepted as resolved.
  static json::Array judgements(const json::Value& content) {
    json::Array list;
    for (const json::Value& problem : member_of(content, "open_problems").as_array())
      list.push_back(json::Object{{"number", number_of(problem, "number")}, {"outcome", "accepted"}});
    return list;
  }

  // The dispositions that an approval needs: every finding of severity review.
  json::Array dispositions(const json::Value& content) const {
    json::Array list;
    const json::Value& findings = member_of(member_of(member_of(content, "latest"), "screening"), "findings");
    if (findings.is_array())
      for (const json::Value& finding : findings.as_array())
        if (text_of(finding, "severity") == "REVIEW" || text_of(finding, "severity") == "review")
          list.push_back(json::Object{{"finding", number_of(finding, "index")},
                                      {"decision", "dismissed"},
                                      {"reason", "ordinary wording here"}});
    return list;
  }

  Result<> approve_signature() {
    title("The signature: asked for, approved, filed with the carrier");
    const std::string file = data_dir_ + "/licence.pdf";
    std::ofstream(file) << "%PDF-1.7 of the demonstration";
    const json::Object document{{"kind", "营业执照"},
                                {"title", "营业执照"},
                                {"number", "91310000000000000X"},
                                {"issuer", "市场监督管理局"},
                                {"valid_from", "2020-01-01T00:00:00+08:00"}};
    const Reply licence = YZ_TRY(good(compliance_->upload("/api/v1/qualifications", file, "application/pdf",
                                                          {{"document", json::serialize(document)}}),
                                      "register the licence"));
    step("compliance", "the business licence is in the register");
    json::Value row =
        YZ_TRY(good(marketing_->post(
                        "/api/v1/signatures",
                        json::Object{{"text", kSignature},
                                     {"source", "company_name"},
                                     {"explanation", "公司名称"},
                                     {"message_classes", json::Array{"marketing", "notification"}},
                                     {"qualification_ids", json::Array{text_of(licence.json, "id")}}}),
                    "ask for the signature"))
            .json;
    const std::string path = "/api/v1/signatures/" + text_of(row, "id");
    row = YZ_TRY(good(marketing_->send("POST", path + "/submit", json::Value(), if_match(row)), "submit it"))
              .json;
    const json::Object opinion{{"reason", "有权使用"}};
    refused(marketing_->send("POST", path + "/approve", opinion, if_match(row)), 403, "forbidden",
            "marketing approving its own signature");
    row =
        YZ_TRY(good(compliance_->send("POST", path + "/approve", opinion, if_match(row)), "approve it")).json;
    step("compliance", fmt::format("【{}】 {}", kSignature, text_of(row, "state")));
    return file_signatures();
  }

  // Every approved one: that of the shipped texts, too, under which opt-outs are confirmed.
  Result<> file_signatures() {
    const Reply all =
        YZ_TRY(good(technology_->get("/api/v1/signatures?state=approved"), "read the signatures"));
    for (const json::Value& one : member_of(all.json, "items").as_array()) {
      const Reply filing = YZ_TRY(
          good(technology_->send("PUT", "/api/v1/signatures/" + text_of(one, "id") + "/filings/" + channel_,
                                 json::Object{{"state", "filed"}, {"reference", "DEMO"}}),
               "file it"));
      step("technology", fmt::format("【{}】 {} with the demo carrier", text_of(one, "text"),
                                     text_of(filing.json, "state")));
    }
    return {};
  }

  Result<> review_content() {
    title("Content: drafted, screened, rejected once, approved");
    json::Value content =
        YZ_TRY(
            good(marketing_->post(
                     "/api/v1/contents",
                     draft(
                         "{name}您好，本店全国最佳，周年庆全场八折起，11月30日前在各门店有效，每人限一次。")),
                 "create content"))
            .json;
    content_ = text_of(content, "id");
    const std::string path = "/api/v1/contents/" + content_;
    step("marketing", fmt::format("draft {} screened: verdict {}", content_, text_of(content, "verdict")));
    content = YZ_TRY(submit(std::move(content)));
    content =
        YZ_TRY(good(compliance_->send(
                        "POST", path + "/reject",
                        json::Object{
                            {"opinion", "绝对化用语，请修改"},
                            {"checklist", five_points()},
                            {"problems", json::Array{json::Object{{"category", "ABSOLUTE_TERM"},
                                                                  {"text", "“全国最佳”违反广告法第九条"}}}}},
                        if_match(content)),
                    "reject"))
            .json;
    step("compliance", "rejected, naming the problem: an absolute term");
    content =
        YZ_TRY(
            good(
                marketing_->send(
                    "PUT", path,
                    draft("{name}您好，本店周年庆全场八折起，11月30日前在各门店有效，每人限一次，详询门店。"),
                    if_match(content)),
                "save"))
            .json;
    step("marketing", "a new version without it");
    content = YZ_TRY(answer_problems(std::move(content)));
    content = YZ_TRY(submit(std::move(content)));
    const json::Object approval{{"opinion", "同意发送"},
                                {"checklist", five_points()},
                                {"dispositions", dispositions(content)},
                                {"judgements", judgements(content)}};
    refused(marketing_->send("POST", path + "/approve", approval, if_match(content)), 403, "forbidden",
            "marketing approving its own content");
    content =
        YZ_TRY(good(compliance_->send("POST", path + "/approve", approval, if_match(content)), "approve"))
            .json;
    check(text_of(content, "state") == "approved",
          "approved by compliance, hash " + text_of(content, "hash").substr(0, 16) + "…");
    return {};
  }

  Result<> plan_campaign() {
    title("Marketing: the plan, its recipients fixed, handed over");
    json::Value campaign =
        YZ_TRY(good(marketing_->post("/api/v1/campaigns",
                                     json::Object{{"name", "周年庆短信"},
                                                  {"goal", "周年庆到店"},
                                                  {"message_class", "marketing"},
                                                  {"purpose", ""},
                                                  {"content_id", content_},
                                                  {"audience", json::Object{{"import_id", import_id_}}},
                                                  {"planned_at", to_rfc3339(SystemClock{}.now())}}),
                    "create campaign"))
            .json;
    campaign_ = text_of(campaign, "id");
    const std::string path = "/api/v1/campaigns/" + campaign_;
    campaign =
        YZ_TRY(good(marketing_->send("POST", path + "/freeze", json::Value(), if_match(campaign)), "freeze"))
            .json;
    audience_ = number_of(campaign, "audience_count");
    step("marketing", fmt::format("{} recipients frozen, hash {}…", audience_,
                                  text_of(campaign, "audience_hash").substr(0, 16)));
    refused(technology_->send("POST", path + "/hand_over", json::Value(), if_match(campaign)), 403,
            "forbidden", "technology handing over for marketing");
    campaign = YZ_TRY(good(marketing_->send("POST", path + "/hand_over", json::Value(), if_match(campaign)),
                           "hand over"))
                   .json;
    step("marketing", "handed over to technology");
    campaign_row_ = campaign;
    return {};
  }

  Result<> test_campaign() {
    title("Technology: parameters, the pre-send test");
    const std::string path = "/api/v1/campaigns/" + campaign_;
    json::Value campaign = YZ_TRY(good(technology_->send("PUT", path + "/parameters",
                                                         json::Object{{"channel_id", channel_},
                                                                      {"window_start_minute", 540},
                                                                      {"window_end_minute", 1200}},
                                                         if_match(campaign_row_)),
                                       "parameters"))
                               .json;
    refused(technology_->send("POST", path + "/start", json::Value(), if_match(campaign)), 409,
            "pre_send_test_required", "starting without a test");
    json::Value test =
        YZ_TRY(good(technology_->send("POST", path + "/pre_send_tests", json::Value(), if_match(campaign)),
                    "test"))
            .json;
    const json::Value funnel = member_of(test, "funnel");
    const int64_t in_funnel = number_of(funnel, "would_send") + sum_of(member_of(funnel, "refused")) +
                              sum_of(member_of(funnel, "held"));
    step("technology",
         fmt::format("dry run over {}: {} would be sent; refused {}", number_of(funnel, "audience"),
                     number_of(funnel, "would_send"), json::serialize(member_of(funnel, "refused"))));
    check(in_funnel == audience_ && number_of(funnel, "audience") == audience_,
          "the funnel sums to the audience");
    while (text_of(test, "state") == "waiting_for_handsets" || text_of(test, "state") == "dry_run") {
      rest(std::chrono::milliseconds(100));
      test =
          YZ_TRY(good(technology_->get("/api/v1/pre_send_tests/" + text_of(test, "id")), "read test")).json;
    }
    check(text_of(test, "state") == "passed",
          "the test handsets got their messages: " + text_of(test, "state") + " " + text_of(test, "failure"));
    return {};
  }

  // A list of customers beyond the one that is shipped may be large enough to need an announcement.
  Result<> start_campaign(const std::string& path) {
    const Reply started = YZ_TRY(technology_->post(path + "/start"));
    if (started.good()) return {};
    if (started.code() != "notice_required") {
      YZ_TRY(good(Result<Reply>(started), "start"));
      return {};
    }
    YZ_TRY(good(compliance_->post(path + "/notice_waiver", json::Object{{"reason", "a demonstration"}}),
                "waiver of the notice"));
    step("compliance", "lets this large campaign start without an announcement, with a reason");
    YZ_TRY(good(technology_->post(path + "/start"), "start"));
    return {};
  }

  Result<> send_campaign() {
    title("Technology: start, watch, pause, resume");
    const std::string path = "/api/v1/campaigns/" + campaign_;
    YZ_CHECK(start_campaign(path));
    bool paused = false;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(options_.patience_seconds);
    for (int64_t last = -1;;) {
      const json::Value now = YZ_TRY(good(technology_->get(path + "/monitor"), "monitor")).json;
      const json::Value& states = member_of(now, "by_state");
      const int64_t open = number_of(states, "held") + number_of(states, "queued") +
                           number_of(states, "in_flight") + number_of(states, "sent");
      const int64_t closed = audience_ - open;
      if (sum_of(states) != audience_) check(false, "the monitor sums to the audience at every moment");
      if (closed != last && (closed - last > audience_ / 10 || open == 0)) {
        step("monitor", fmt::format("{:>6} queued {:>5} in flight {:>6} sent {:>6} delivered {:>5} failed "
                                    "{:>5} refused {:>4} unknown  {:.0f}/s",
                                    number_of(states, "held") + number_of(states, "queued"),
                                    number_of(states, "in_flight"), number_of(states, "sent"),
                                    number_of(states, "delivered"), number_of(states, "failed"),
                                    number_of(states, "refused"), number_of(states, "unknown"),
                                    static_cast<double>(number_of(now, "messages_per_second"))));
        last = closed;
      }
      if (!paused && closed > audience_ / 4 && open > 0) {
        paused = true;
        YZ_TRY(
            good(technology_->post(path + "/pause", json::Object{{"reason", "a look at the first results"}}),
                 "pause"));
        step("technology", "paused");
        rest(std::chrono::milliseconds(500));
        YZ_TRY(good(technology_->post(path + "/resume", json::Object{{"reason", "the results are good"}}),
                    "resume"));
        step("technology", "resumed");
      }
      const std::string state = text_of(now, "state");
      if (state == "completed") break;
      if (std::chrono::steady_clock::now() > deadline)
        return fail(ErrorCode::kTimeout,
                    fmt::format("the campaign is still {}: {}", state, json::serialize(states)));
      rest(std::chrono::milliseconds(100));
    }
    check(paused, "pausing and resuming lost nothing");
    return {};
  }

  Result<> read_report() {
    title("The send report");
    const json::Value campaign =
        YZ_TRY(good(marketing_->get("/api/v1/campaigns/" + campaign_), "campaign")).json;
    const std::string id = text_of(campaign, "report_id");
    const json::Value report = YZ_TRY(good(marketing_->get("/api/v1/reports/" + id), "report")).json;
    const json::Value& body = member_of(report, "body");
    fmt::print("  {}  targeted {}, {:.1f} s, {} segments, {} attempts\n", text_of(report, "number"),
               number_of(body, "targeted"), static_cast<double>(number_of(body, "duration_seconds")),
               number_of(body, "segments"), number_of(body, "attempts"));
    for (const char* part :
         {"by_state", "refused_by_reason", "failed_by_reason", "unresolved_by_reason", "replies"})
      fmt::print("  {:<22} {}\n", part, json::serialize(member_of(body, part)));
    check(sum_of(member_of(body, "by_state")) == audience_, "the states sum to the audience");
    check(sum_of(member_of(body, "refused_by_reason")) == number_of(member_of(body, "by_state"), "refused"),
          "the refusals sum to the refused");
    check(sum_of(member_of(body, "failed_by_reason")) == number_of(member_of(body, "by_state"), "failed"),
          "the failures sum to the failed");
    int64_t by_carrier = 0;
    if (member_of(body, "by_carrier").is_array())
      for (const json::Value& carrier : member_of(body, "by_carrier").as_array())
        by_carrier += sum_of(member_of(carrier, "by_state"));
    check(by_carrier == audience_, "the carriers sum to the audience");
    for (const char* kind : {"csv", "xlsx"}) {
      const Reply file =
          YZ_TRY(good(marketing_->get(fmt::format("/api/v1/reports/{}/report.{}", id, kind)), kind));
      std::ofstream(fmt::format("{}/report.{}", data_dir_, kind), std::ios::binary) << file.body;
    }
    refused(technology_->post("/api/v1/reports/" + id + "/acknowledge"), 403, "forbidden",
            "technology acknowledging for marketing");
    YZ_TRY(good(marketing_->post("/api/v1/reports/" + id + "/acknowledge"), "acknowledge"));
    step("marketing", "acknowledged");
    return {};
  }

  Result<> compare_with_carrier() {
    title("The server stops; the ledger is held against the carrier's own log");
    admin_.reset();
    const int server_exit = server_->stop();
    check(server_exit == 0, "the server stopped cleanly");
    std::string carrier_summary;
    carrier_->stop(&carrier_summary);
    fmt::print("{}", carrier_summary);
    log::configure(log::Level::kError, data_dir_ + "/server.log");
    Config config;
    config.data_dir = data_dir_;
    const auto opened = YZ_TRY(OpenedStore::open(config, OpenedStore::Missing::kRefuse));
    const auto id = YZ_TRY(parse_id<CampaignTag>(campaign_));
    const Reconciliation r =
        YZ_TRY(reconcile(opened->store(), {store::ActorKind::kCommandLine, 0, "demo"}, id, carrier_log_));
    step("compare", fmt::format("{} recipients; the carrier took {}; delivered in both {}", r.recipients,
                                r.with_carrier, r.delivered_both));
    for (const std::string& difference : r.differences) step("differs", difference);
    check(r.differing == 0, "the carrier's log agrees with the ledger, recipient by recipient");
    check(r.twice == 0, "nobody got the message twice");
    const store::AuditCheck audit = YZ_TRY(store::verify_audit(opened->store()));
    check(audit.broken_at == 0, fmt::format("the audit log is whole: {} entries", audit.entries));
    fmt::print(
        "\nFiles: {0}/yizhan.db (store), {0}/keys (keys), {0}/carrier.log, {0}/report.csv, "
        "{0}/report.xlsx,\n       {0}/refused_rows.csv, {0}/server.log\n",
        data_dir_);
    return {};
  }

  const DemoOptions& options_;
  std::string data_dir_, carrier_log_, base_url_, admin_password_;
  int carrier_port_ = 0;
  std::optional<ChildProcess> carrier_, server_;
  std::optional<ApiClient> admin_, marketing_, technology_, compliance_, service_;
  std::string channel_, import_id_, content_, campaign_;
  json::Value campaign_row_;
  int64_t audience_ = 0;
  int checks_ = 0, failures_ = 0;
};

}  // namespace

int demo(const DemoOptions& given) {
  DemoOptions options = given;
  if (options.data_dir.empty()) options.data_dir = "build/demo";
  if (options.customers.empty()) options.customers = std::string(YIZHAN_EXAMPLES_DIR) + "/customers.csv";
  return Demo(options).run();
}

}  // namespace yizhan::app
