#include <gtest/gtest.h>

#include "base/json.h"
#include "provider/callback.h"
#include "provider/http_api.h"
#include "provider/request_template.h"
#include "provider/signing.h"

namespace yizhan::provider {
namespace {

constexpr Time kNow{1'772'416'800'123'456};  // 2026-03-02T02:00:00.123456Z
constexpr std::string_view kNonce = "00112233445566778899aabbccddeeff";
const Account kAccount{"testid", "testsecret"};

std::string rendered(std::string_view text, Place place, std::string_view value) {
  Values values{};
  values[static_cast<size_t>(Placeholder::kText)] = value;
  values[static_cast<size_t>(Placeholder::kKeyId)] = value;
  const auto parsed = RequestTemplate::parse(text, place);
  EXPECT_TRUE(parsed) << to_string(parsed.error());
  return parsed ? parsed->render(values) : "";
}

TEST(RequestTemplate, EscapesForThePlaceWhereItStands) {
  constexpr std::string_view kValue = "a \"b\"\\\n/&=驿";
  EXPECT_EQ(rendered(R"({"t":"{{text}}"})", Place::kJson, kValue), R"({"t":"a \"b\"\\\n/&=驿"})");
  EXPECT_EQ(rendered("/x/{{ text }}/y", Place::kPath, kValue), "/x/a%20%22b%22%5C%0A%2F%26%3D%E9%A9%BF/y");
  EXPECT_EQ(rendered("[{{text}}]", Place::kParameter, kValue), "[a \"b\"\\\n/&=驿]");
  EXPECT_EQ(rendered(R"({"t":"{{text|json}}"})", Place::kParameter, kValue), R"({"t":"a \"b\"\\\n/&=驿"})");
  EXPECT_EQ(rendered("Key {{key_id}}!", Place::kHeader, "x\r\nEvil: 1"), "Key xEvil: 1!");
}

TEST(RequestTemplate, WhatIsNotUtf8NeverBreaksJson) {
  const std::string body = rendered(R"({"t":"{{text}}"})", Place::kJson, "a\xff\"");
  EXPECT_TRUE(json::parse(body)) << body;
}

TEST(RequestTemplate, AFaultIsNamedWithItsPlace) {
  const auto fault = [](std::string_view text, Place place) {
    const auto parsed = RequestTemplate::parse(text, place);
    return parsed ? std::string() : parsed.error().message;
  };
  EXPECT_TRUE(fault("ab {{nobody}}", Place::kJson).ends_with("character 4"));
  EXPECT_TRUE(fault("{{text", Place::kJson).ends_with("character 1"));
  EXPECT_TRUE(fault("{{text|upper}}", Place::kParameter).ends_with("character 1"));
  EXPECT_TRUE(fault("{{text|json}}", Place::kJson).ends_with("character 1"));  // it is escaped already
  // Nothing of the text in a header; the hash of the request nowhere but there.
  EXPECT_NE(fault("{{text}}", Place::kHeader), "");
  EXPECT_NE(fault("{{hmac_hex}}", Place::kJson), "");
  EXPECT_NE(fault("{{request_body}}", Place::kParameter), "");
  EXPECT_EQ(fault("}} and { and {text}", Place::kJson), "");
}

// ---------------------------------------------------------------- signing

// The vectors were computed with Python's hmac, hashlib, base64 and urllib.parse.quote(safe="-._~").
TEST(Signing, RpcHmacSha1) {
  Unsigned request{.method = "POST", .host = "sms.example", .path = "/"};
  request.form = {{"PhoneNumbers", "13800138000"},
                  {"SignName", "驿站"},
                  {"TemplateCode", "SMS_1"},
                  {"TemplateParam", R"({"text":"a+b *~ \"c\""})"}};
  request.query = {{"AccessKeyId", "testid"},
                   {"Action", "SendSms"},
                   {"Format", "JSON"},
                   {"SignatureMethod", "HMAC-SHA1"},
                   {"SignatureNonce", std::string(kNonce)},
                   {"SignatureVersion", "1.0"},
                   {"Timestamp", utc_seconds(kNow)},
                   {"Version", "2017-05-25"}};
  sign_rpc_hmac_sha1(request, kAccount);
  EXPECT_EQ(request.query.back().first, "Signature");
  EXPECT_EQ(request.query.back().second, "OWvTpOBQMbmpPpLo/MUzgG1u174=");
}

// The example of Alibaba Cloud's page "Request syntax and signature method V3".
TEST(Signing, Acs3HmacSha256) {
  Unsigned request{.method = "POST", .host = "ecs.cn-shanghai.aliyuncs.com", .path = "/"};
  request.query = {{"RegionId", "cn-shanghai"},
                   {"ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}};
  request.headers = {{"x-acs-version", "2014-05-26"}, {"X-Acs-Action", "RunInstances"}};
  sign_acs3_hmac_sha256(request, {"YourAccessKeyId", "YourAccessKeySecret"},
                        parse_rfc3339("2023-10-26T10:22:32Z").value(), "3156853299f313e23d1673dc12e1703d");
  EXPECT_EQ(request.headers.back().second,
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
            "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
            "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
}

Description tc3_description() {
  Description d;
  d.request.body =
      R"({"PhoneNumberSet":["+{{number}}"],"SmsSdkAppId":"1400006666","TemplateId":"1","SignName":"{{signature}}",)"
      R"("TemplateParamSet":["{{content}}"],"SessionContext":"{{message_id}}"})";
  d.request.headers = {{"X-TC-Action", "SendSms"}};
  d.request.signing = Signing::kTc3HmacSha256;
  d.request.service = "sms";
  d.answer = {.success = "/Response/SendStatusSet/0/Code",
              .success_value = "Ok",
              .message_id = "/Response/SendStatusSet/0/SerialNo",
              .error_codes = {"/Response/Error/Code", "/Response/SendStatusSet/0/Code"},
              .throttled = {"RequestLimitExceeded"},
              .bad_credentials = {"AuthFailure.SignatureFailure"}};
  return d;
}

// Of SendSms as Tencent Cloud describes it; the signature as above, by Python.
TEST(HttpApi, WritesAWholeSignedRequest) {
  const auto api = HttpApi::create(tc3_description(), kAccount, "sms.tencentcloudapi.com");
  ASSERT_TRUE(api) << to_string(api.error());
  const std::string request =
      api->request({.number = "8613800138000", .text = "【驿站】say \"hi\"", .access_code = "1069", .id = 42},
                   kNow, kNonce);
  EXPECT_TRUE(request.starts_with("POST / HTTP/1.1\r\nHost: sms.tencentcloudapi.com\r\n"));
  EXPECT_NE(request.find("\r\nX-TC-Timestamp: 1772416800\r\n"), request.npos);
  EXPECT_NE(request.find("Credential=testid/2026-03-02/sms/tc3_request, SignedHeaders=content-type;host, "
                         "Signature=4f462050181cf95f9f3cae3917a68ca41636281408763fb9c51a974eb12d1073\r\n"),
            request.npos)
      << request;
  const std::string body =
      R"({"PhoneNumberSet":["+8613800138000"],"SmsSdkAppId":"1400006666","TemplateId":"1","SignName":"驿站",)"
      R"("TemplateParamSet":["say \"hi\""],"SessionContext":"42"})";
  EXPECT_TRUE(request.ends_with("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
}

TEST(HttpApi, SignsAStringOfItsOwn) {
  Description d;
  d.request.path = "/send";
  d.request.query = {{"a", "1 2"}};
  d.request.body = R"({"to":"{{number}}"})";
  d.request.signing = Signing::kHmacSha256;
  d.request.string_to_sign =
      "{{method}}\n{{request_path}}\n{{request_query}}\n{{request_body}}\n{{timestamp}}";
  d.request.headers = {{"Authorization", "HMAC {{key_id}}:{{hmac_hex}}"}};
  d.answer = {.success = "/ok", .success_value = "true", .message_id = "/id"};
  const auto api = HttpApi::create(d, kAccount, "sms.example");
  ASSERT_TRUE(api) << to_string(api.error());
  const std::string request = api->request({.number = "8613800138000"}, kNow, kNonce);
  EXPECT_NE(request.find("\r\nAuthorization: HMAC "
                         "testid:d75535a51520dd44c6e4a88c94be476ab893fd8f8828e6b8fe94dd584503ddf3\r\n"),
            request.npos)
      << request;
}

TEST(HttpApi, AGetHasNoBody) {
  Description d;
  d.request.method = Method::kGet;
  d.request.query = {{"to", "{{national_number}}"}, {"msg", "{{text}}"}};
  d.answer = {.success = "/ok", .success_value = "true", .message_id = "/id"};
  const auto api = HttpApi::create(d, kAccount, "sms.example:8080");
  ASSERT_TRUE(api) << to_string(api.error());
  const std::string request = api->request({.number = "8613800138000", .text = "a&b 驿"}, kNow, kNonce);
  EXPECT_TRUE(request.starts_with("GET /?msg=a%26b%20%E9%A9%BF&to=13800138000 HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\n"));
  EXPECT_EQ(request.find("Content-"), request.npos);
}

std::string field_of_fault(const Description& d, Account account = kAccount) {
  const auto api = HttpApi::create(d, std::move(account), "sms.example");
  return api ? std::string() : api.error().field;
}

TEST(HttpApi, RefusesWhatCannotWork) {
  const auto with = [](auto change) {
    Description d = tc3_description();
    change(d);
    return field_of_fault(d);
  };
  EXPECT_EQ(with([](Description&) {}), "");
  EXPECT_EQ(with([](Description& d) { d.request.path = "send"; }), "request/path");
  EXPECT_EQ(with([](Description& d) { d.request.body = R"({"t":{{text}}})"; }), "request/body");
  EXPECT_EQ(with([](Description& d) { d.request.body = "{{nobody}}"; }), "request/body");
  EXPECT_EQ(with([](Description& d) { d.request.form = {{"a", "b"}}; }), "request/body");
  EXPECT_EQ(with([](Description& d) { d.request.query = {{"a", "{{b}}"}}; }), "request/query/a");
  EXPECT_EQ(with([](Description& d) { d.request.headers = {{"Host", "x"}}; }), "request/headers/Host");
  EXPECT_EQ(with([](Description& d) { d.request.headers = {{"A b", "x"}}; }), "request/headers/A b");
  EXPECT_EQ(with([](Description& d) { d.request.headers = {{"A", "x\r\ny"}}; }), "request/headers/A");
  EXPECT_EQ(with([](Description& d) { d.request.headers = {{"authorization", "x"}}; }),
            "request/headers/authorization");
  EXPECT_EQ(with([](Description& d) { d.request.service = ""; }), "request/service");
  EXPECT_EQ(with([](Description& d) { d.request.signing = Signing::kHmacSha256; }), "request/string_to_sign");
  EXPECT_EQ(with([](Description& d) { d.answer.success = "Code"; }), "answer/success");
  EXPECT_EQ(with([](Description& d) { d.answer.error_codes = {"/a", "/~2"}; }), "answer/error_codes/1");
  EXPECT_EQ(field_of_fault(tc3_description(), {"id", "a\nb"}), "password");
}

TEST(HttpApi, SaysWhatAnAnswerMeans) {
  const auto api = HttpApi::create(tc3_description(), kAccount, "sms.example").value();
  const auto is = [&](int status, std::string_view body) {
    const Answer answer = api.read_answer(status, body);
    return std::tuple(answer.verdict, answer.code, answer.message_id);
  };
  const std::string none;
  EXPECT_EQ(is(200, R"({"Response":{"SendStatusSet":[{"SerialNo":"5000:1","Code":"Ok"}]}})"),
            std::tuple(Verdict::kAccepted, none, std::string("5000:1")));
  EXPECT_EQ(is(200, R"({"Response":{"SendStatusSet":[{"SerialNo":"","Code":"LimitExceeded.X"}]}})"),
            std::tuple(Verdict::kRejected, std::string("LimitExceeded.X"), none));
  EXPECT_EQ(is(200, R"({"Response":{"Error":{"Code":"RequestLimitExceeded"}}})"),
            std::tuple(Verdict::kThrottled, std::string("RequestLimitExceeded"), none));
  EXPECT_EQ(is(503, R"({"Response":{"Error":{"Code":"RequestLimitExceeded"}}})"),
            std::tuple(Verdict::kThrottled, std::string("RequestLimitExceeded"), none));
  EXPECT_EQ(is(429, ""), std::tuple(Verdict::kThrottled, std::string("HTTP:429"), none));
  EXPECT_EQ(is(200, R"({"Response":{"Error":{"Code":"AuthFailure.SignatureFailure"}}})"),
            std::tuple(Verdict::kBadCredentials, std::string("AuthFailure.SignatureFailure"), none));
  EXPECT_EQ(is(400, "<html>"), std::tuple(Verdict::kRejected, std::string("HTTP:400"), none));
  EXPECT_EQ(is(302, ""), std::tuple(Verdict::kRejected, std::string("HTTP:302"), none));
  EXPECT_EQ(is(500, R"({"Response":{"Error":{"Code":"InternalError"}}})"),
            std::tuple(Verdict::kUnknown, std::string("InternalError"), none));
  EXPECT_EQ(is(200, "{"), std::tuple(Verdict::kUnknown, std::string("HTTP:200"), none));
  EXPECT_EQ(is(200, "{}"), std::tuple(Verdict::kUnknown, std::string("HTTP:200"), none));
  // Said to be well, but by an error's status.
  EXPECT_EQ(is(500, R"({"Response":{"SendStatusSet":[{"SerialNo":"1","Code":"Ok"}]}})"),
            std::tuple(Verdict::kUnknown, std::string("HTTP:500"), none));
}

// ---------------------------------------------------------------- callbacks

CallbackForm both_forms() {
  CallbackForm form;
  form.receipts = ReceiptForm{.message_id = "/biz_id",
                              .status = "/success",
                              .delivered = {"true"},
                              .failed = {"false"},
                              .error_code = "/err_code",
                              .time = "/report_time",
                              .time_form = TimeForm::kBeijing};
  form.replies = ReplyForm{.number = "/phone_number",
                           .text = "/content",
                           .access_code = "/dest_code",
                           .time = "/at",
                           .time_form = TimeForm::kUnixSeconds};
  return form;
}

TEST(Callback, ReadsReceiptsAndRepliesOfOneList) {
  const auto body = json::parse(R"([
    {"biz_id":"9^0","success":true,"err_code":"DELIVERED","report_time":"2026-03-02 10:00:00"},
    {"biz_id":"9^1","success":false,"err_code":"MK:0001","report_time":"soon"},
    {"biz_id":7,"success":"later"},
    {"phone_number":"13800138000","content":"TD","dest_code":"1069","at":1772416800},
    {"what":1}])");
  const auto news = read_callback(both_forms(), body.value());
  ASSERT_TRUE(news) << to_string(news.error());
  ASSERT_EQ(news->receipts.size(), 3U);
  EXPECT_EQ(news->receipts[0].message_id, "9^0");
  EXPECT_EQ(news->receipts[0].delivered, Delivered::kYes);
  EXPECT_EQ(news->receipts[0].code, "DELIVERED");
  EXPECT_EQ(news->receipts[0].at, Time{1'772'416'800'000'000});
  EXPECT_EQ(news->receipts[1].delivered, Delivered::kNo);
  EXPECT_EQ(news->receipts[1].code, "MK:0001");
  EXPECT_EQ(news->receipts[1].at, std::nullopt);
  EXPECT_EQ(news->receipts[2].message_id, "7");
  EXPECT_EQ(news->receipts[2].delivered, Delivered::kNotYet);
  EXPECT_EQ(news->receipts[2].code, "later");
  ASSERT_EQ(news->replies.size(), 1U);
  EXPECT_EQ(news->replies[0].number, "13800138000");
  EXPECT_EQ(news->replies[0].text, "TD");
  EXPECT_EQ(news->replies[0].access_code, "1069");
  EXPECT_EQ(news->replies[0].at, Time{1'772'416'800'000'000});
  EXPECT_EQ(news->unread, 1U);
}

TEST(Callback, ReadsOneObjectAndListsOfTheirOwn) {
  CallbackForm form = both_forms();
  form.receipts->list = "/reports";
  form.replies->list = "/reply";
  const auto news = read_callback(
      form,
      json::parse(R"({"reports":[{"biz_id":"1","success":true}],"reply":{"phone_number":1,"content":"a"}})")
          .value());
  ASSERT_TRUE(news);
  EXPECT_EQ(news->receipts.size(), 1U);
  EXPECT_EQ(news->replies.size(), 1U);
}

TEST(Callback, RefusesWhatItCannotReadAtAll) {
  const auto code = [](const CallbackForm& form, const json::Value& body) {
    const auto news = read_callback(form, body);
    return news ? std::optional<ErrorCode>() : news.error().code;
  };
  EXPECT_EQ(code(both_forms(), json::parse(R"({"hello":1})").value()), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(both_forms(), json::Value("text")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(CallbackForm{}, json::parse("[1]").value()), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(both_forms(), json::parse("[]").value()), std::nullopt);
  json::Array many(limits::kCallbackItems * 2 + 1);
  EXPECT_EQ(code(both_forms(), many), ErrorCode::kTooLarge);
}

TEST(Callback, ATimeThatCannotBeIsNone) {
  CallbackForm form = both_forms();
  for (const char* at :
       {"0", "-5", "99999999999999999999", "9223372036854775807", "\"1e5\"", "\"\"", "null"}) {
    const auto news = read_callback(
        form, json::parse(std::string(R"({"phone_number":"1","content":"a","at":)") + at + "}").value());
    ASSERT_TRUE(news) << at;
    EXPECT_EQ(news->replies.at(0).at, std::nullopt) << at;
  }
}

TEST(Callback, ChecksItsPlacesAndItsSources) {
  CallbackForm form = both_forms();
  EXPECT_TRUE(check_callback(form));
  form.receipts->status = "success";
  EXPECT_EQ(check_callback(form).error().field, "callback/receipts/status");
  form = both_forms();
  form.replies->time = "~";
  EXPECT_EQ(check_callback(form).error().field, "callback/replies/time");
  form = both_forms();
  form.acknowledgement = "ok";
  EXPECT_EQ(check_callback(form).error().field, "callback/acknowledgement");
  EXPECT_TRUE(comes_from_there(form, "192.0.2.1"));
  form.sources = {"192.0.2.2"};
  EXPECT_FALSE(comes_from_there(form, "192.0.2.1"));
  EXPECT_TRUE(comes_from_there(form, "192.0.2.2"));
}

}  // namespace
}  // namespace yizhan::provider
