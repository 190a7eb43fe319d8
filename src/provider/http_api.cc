#include "provider/http_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/ascii.h"
#include "crypto/base64.h"
#include "crypto/digest.h"
#include "crypto/hmac.h"
#include "crypto/token.h"
#include "provider/json_place.h"
#include "provider/request_template.h"

namespace yizhan::provider {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Templates = std::vector<std::pair<std::string, RequestTemplate>>;

constexpr std::string_view kJsonType = "application/json; charset=utf-8";
constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kSignatureOpen = "【", kSignatureClose = "】";
constexpr size_t kMainlandNumberBytes = 13;  // 86 and eleven digits
constexpr size_t kNonceBytes = 16;

// Headers that only the server may write: they say how the request lies on the wire.
bool is_ours(std::string_view lower_name) {
  constexpr std::array kOurs = {"host", "content-length", "transfer-encoding", "connection", "expect"};
  return std::ranges::find(kOurs, lower_name) != kOurs.end();
}

// RFC 9110 section 5.6.2.
bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Result<RequestTemplate> parse(std::string_view text, Place place, std::string_view field) {
  auto parsed = RequestTemplate::parse(text, place);
  if (!parsed) parsed.error().field = field;
  return parsed;
}

Result<Templates> parse_all(const Parameters& parameters, Place place, std::string_view field) {
  Templates out;
  for (const auto& [name, value] : parameters)
    out.emplace_back(name, YZ_TRY(parse(value, place, fmt::format("{}/{}", field, name))));
  return out;
}

Pairs render_all(const Templates& templates, const Values& values) {
  Pairs out;
  out.reserve(templates.size());
  for (const auto& [name, value] : templates) out.emplace_back(name, value.render(values));
  return out;
}

// The values that are the same everywhere in one request; owns what the views point to.
struct MessageValues {
  std::string id, timestamp, timestamp_ms, datetime;
  Values values{};

  std::string_view& operator[](Placeholder p) { return values[static_cast<size_t>(p)]; }

  MessageValues(const OutgoingMessage& m, const Account& account, Time now, std::string_view nonce)
      : id(std::to_string(m.id)),
        timestamp(std::to_string(now.us / seconds(1).us)),
        timestamp_ms(std::to_string(now.us / milliseconds(1).us)),
        datetime(utc_seconds(now)) {
    auto& v = *this;
    v[Placeholder::kNumber] = v[Placeholder::kNationalNumber] = m.number;
    if (m.number.size() == kMainlandNumberBytes && m.number.starts_with("86"))
      v[Placeholder::kNationalNumber] = m.number.substr(2);
    v[Placeholder::kText] = v[Placeholder::kContent] = m.text;
    if (const size_t close = m.text.find(kSignatureClose);
        m.text.starts_with(kSignatureOpen) && close != m.text.npos) {
      v[Placeholder::kSignature] = m.text.substr(kSignatureOpen.size(), close - kSignatureOpen.size());
      v[Placeholder::kContent] = m.text.substr(close + kSignatureClose.size());
    }
    v[Placeholder::kAccessCode] = m.access_code;
    v[Placeholder::kMessageId] = id;
    v[Placeholder::kKeyId] = account.key_id;
    v[Placeholder::kSecret] = account.secret;
    v[Placeholder::kTimestamp] = timestamp;
    v[Placeholder::kTimestampMs] = timestamp_ms;
    v[Placeholder::kDatetime] = datetime;
    v[Placeholder::kDate] = std::string_view(datetime).substr(0, 10);
    v[Placeholder::kNonce] = nonce;
  }
};

}  // namespace

struct HttpApi::Parts {
  Description description;
  Account account;
  std::string host;
  RequestTemplate path, body, to_sign;
  Templates query, headers, form;
  std::string content_type;

  std::string_view method() const { return description.request.method == Method::kPost ? "POST" : "GET"; }
  void sign_by_template(MessageValues& values, const Unsigned& request, std::string& hex,
                        std::string& base64) const;
};

namespace {

Result<> check_headers(const RequestForm& request) {
  for (const auto& [name, value] : request.headers) {
    const std::string field = "request/headers/" + name, known = lower(name);
    if (!is_token(name)) return fail(ErrorCode::kInvalidArgument, "no name of a header", field);
    if (!is_printable(value)) return fail(ErrorCode::kInvalidArgument, "must be printable ASCII", field);
    const bool signs =
        request.signing == Signing::kAcs3HmacSha256 || request.signing == Signing::kTc3HmacSha256;
    if (is_ours(known) || (signs && known == "authorization"))
      return fail(ErrorCode::kInvalidArgument, "is written by the server", field);
  }
  return {};
}

Result<> check_request(const RequestForm& request) {
  if (!request.path.starts_with('/') || !is_printable(request.path) ||
      request.path.find_first_of(" ?#") != std::string::npos)
    return fail(ErrorCode::kInvalidArgument, "begins with /, without query and spaces", "request/path");
  if (!request.form.empty() && !request.body.empty())
    return fail(ErrorCode::kInvalidArgument, "a form and a body cannot be one", "request/body");
  if (request.method == Method::kGet && (!request.form.empty() || !request.body.empty()))
    return fail(ErrorCode::kInvalidArgument, "a GET has no body", "request/method");
  if (request.signing == Signing::kHmacSha256 && request.string_to_sign.empty())
    return fail(ErrorCode::kInvalidArgument, "says what is signed", "request/string_to_sign");
  if (request.signing == Signing::kTc3HmacSha256 && request.service.empty())
    return fail(ErrorCode::kInvalidArgument, "names the service", "request/service");
  return check_headers(request);
}

Result<> check_account(const Account& account) {
  if (!is_printable(account.key_id))
    return fail(ErrorCode::kInvalidArgument, "must be printable ASCII", "system_id");
  if (!is_printable(account.secret))
    return fail(ErrorCode::kInvalidArgument, "must be printable ASCII", "password");
  return {};
}

Result<> check_answer(const AnswerForm& answer) {
  YZ_CHECK(check_place(answer.success, "answer/success"));
  YZ_CHECK(check_place(answer.message_id, "answer/message_id"));
  for (size_t i = 0; i < answer.error_codes.size(); ++i)
    YZ_CHECK(check_place(answer.error_codes[i], fmt::format("answer/error_codes/{}", i)));
  return {};
}

bool uses_hmac(const Parameters& headers) {
  return std::ranges::any_of(headers, [](const auto& h) { return h.second.find("hmac_") != h.second.npos; });
}

}  // namespace

Result<HttpApi> HttpApi::create(const Description& d, Account account, std::string host) {
  const RequestForm& r = d.request;
  YZ_CHECK(check_request(r));
  YZ_CHECK(check_account(account));
  YZ_CHECK(check_answer(d.answer));
  if ((r.signing == Signing::kHmacSha256) != uses_hmac(r.headers))
    return fail(ErrorCode::kInvalidArgument, "hmac_hex or hmac_base64 stand in a header, and only there",
                "request/signing");
  Parts parts{.description = d,
              .account = std::move(account),
              .host = std::move(host),
              .path = YZ_TRY(parse(r.path, Place::kPath, "request/path")),
              .body = YZ_TRY(parse(r.body, Place::kJson, "request/body")),
              .to_sign = YZ_TRY(parse(r.string_to_sign, Place::kToSign, "request/string_to_sign")),
              .query = YZ_TRY(parse_all(r.query, Place::kParameter, "request/query")),
              .headers = YZ_TRY(parse_all(r.headers, Place::kHeader, "request/headers")),
              .form = YZ_TRY(parse_all(r.form, Place::kParameter, "request/form")),
              .content_type = std::string(r.form.empty() ? kJsonType : kFormType)};
  // Whatever a text holds, the body must be JSON: shown by one that holds what is escaped.
  const MessageValues sample(
      {.number = "8613800138000", .text = "【\"】\\\n", .access_code = "1069", .id = 1}, parts.account,
      Time{}, "0");
  if (!r.body.empty() && !json::parse(parts.body.render(sample.values)))
    return fail(ErrorCode::kInvalidArgument, "is no JSON once it is filled in", "request/body");
  for (auto it = parts.headers.begin(); it != parts.headers.end();) {
    const bool is_type = lower(it->first) == "content-type";
    if (is_type) parts.content_type = it->second.render(sample.values);
    it = is_type ? parts.headers.erase(it) : it + 1;
  }
  return HttpApi(std::make_shared<const Parts>(std::move(parts)));
}

void HttpApi::Parts::sign_by_template(MessageValues& values, const Unsigned& request, std::string& hex,
                                      std::string& base64) const {
  const std::string query_text = encoded_parameters(request.query);
  values[Placeholder::kRequestPath] = request.path;
  values[Placeholder::kRequestQuery] = query_text;
  values[Placeholder::kRequestBody] = request.body;
  const auto mac = crypto::HmacKey(as_bytes(account.secret)).mac(as_bytes(to_sign.render(values.values)));
  hex = to_hex(mac);
  base64 = crypto::to_base64(mac);
  values[Placeholder::kHmacHex] = hex;
  values[Placeholder::kHmacBase64] = base64;
}

std::string HttpApi::request(const OutgoingMessage& message, Time now, std::string_view nonce) const {
  const Parts& p = *parts_;
  const RequestForm& form = p.description.request;
  MessageValues values(message, p.account, now, nonce);
  values[Placeholder::kMethod] = p.method();
  values[Placeholder::kHost] = p.host;
  const std::string path = p.path.render(values.values);
  Unsigned request{.method = p.method(),
                   .host = p.host,
                   .path = path,
                   .query = render_all(p.query, values.values),
                   .form = render_all(p.form, values.values),
                   .headers = {},
                   .body = {},
                   .service = form.service};
  const std::string body =
      request.form.empty() ? p.body.render(values.values) : encoded_parameters(request.form);
  request.body = body;
  const std::string hash = crypto::sha256_hex(body);
  values[Placeholder::kBodySha256] = hash;
  std::string hex, base64;
  if (form.signing == Signing::kHmacSha256) p.sign_by_template(values, request, hex, base64);
  request.headers = render_all(p.headers, values.values);
  const bool has_body = form.method == Method::kPost;
  if (has_body) request.headers.emplace_back("Content-Type", p.content_type);
  if (form.signing == Signing::kRpcHmacSha1) sign_rpc_hmac_sha1(request, p.account);
  if (form.signing == Signing::kAcs3HmacSha256) sign_acs3_hmac_sha256(request, p.account, now, nonce);
  if (form.signing == Signing::kTc3HmacSha256) sign_tc3_hmac_sha256(request, p.account, now);

  std::string out = fmt::format("{} {}", p.method(), path);
  if (!request.query.empty()) out += '?' + encoded_parameters(request.query);
  out += fmt::format(" HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\nUser-Agent: yizhan\r\n", p.host);
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\r\n";
  if (has_body) out += fmt::format("Content-Length: {}\r\n", body.size());
  return out + "\r\n" + body;
}

Answer HttpApi::read_answer(int status, std::string_view body) const {
  constexpr int kOk = 200, kRedirect = 300, kTooManyRequests = 429, kServerError = 500;
  const AnswerForm& form = parts_->description.answer;
  Answer answer{.code = fmt::format("HTTP:{}", status)};
  const auto listed = [&](const std::vector<std::string>& codes, std::string_view code) {
    return std::ranges::find(codes, code) != codes.end();
  };
  const std::string by_status = answer.code;
  const auto parsed = json::parse(body);
  bool named = false;
  if (parsed) {
    const bool good = status >= kOk && status < kRedirect;
    if (good && text_at(*parsed, form.success) == form.success_value) {
      answer.verdict = Verdict::kAccepted;
      answer.code.clear();
      answer.message_id = text_at(*parsed, form.message_id).value_or("");
      return answer;
    }
    for (const std::string& place : form.error_codes) {
      auto code = text_at(*parsed, place);
      if (!code || code->empty() || *code == form.success_value) continue;
      answer.code = *std::move(code);
      named = true;
      break;
    }
  }
  // 429: RFC 6585 section 4.
  if (status == kTooManyRequests || listed(form.throttled, answer.code) || listed(form.throttled, by_status))
    answer.verdict = Verdict::kThrottled;
  else if (listed(form.bad_credentials, answer.code) || listed(form.bad_credentials, by_status))
    answer.verdict = Verdict::kBadCredentials;
  else if (status < kServerError && (named || status >= kRedirect))
    answer.verdict = Verdict::kRejected;
  return answer;
}

std::string make_nonce() {
  const crypto::Token token = crypto::make_token(kNonceBytes);
  return to_hex(ByteSpan(token.hash).first(kNonceBytes));
}

}  // namespace yizhan::provider
