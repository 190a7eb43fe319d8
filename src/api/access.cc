#include "api/access.h"

#include <algorithm>
#include <array>

#include "base/log.h"

namespace yizhan::api {

namespace {

using WhoPointer = std::shared_ptr<const service::Authenticated>;

constexpr std::string_view kBearer = "bearer ";
constexpr std::string_view kLogin = "createSession";
constexpr std::string_view kCallback = "takeCarrierCallback";
// What is open to a session whose password must be changed first.
constexpr std::array<std::string_view, 3> kOpenBeforeChange = {"getCurrentSession", "endCurrentSession",
                                                               "changeOwnPassword"};

// An answer as it is kept for a repetition.
struct KeptHeader {
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(KeptHeader, (), (name, value))
struct KeptAnswer {
  std::string content_type;
  std::vector<KeptHeader> headers;
  std::string body;
  static constexpr json::Rule kRules[] = {{.member = "body", .max_length = limits::kHttpBodyBytes}};
};
BOOST_DESCRIBE_STRUCT(KeptAnswer, (), (content_type, headers, body))

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// The value of the first cookie of that name (RFC 6265: pairs separated by "; "), or empty.
std::string_view cookie_of(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = trimmed(header.substr(0, end));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return pair.substr(name.size() + 1);
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return {};
}

// The token of "Bearer …", whatever the case of the scheme; nullopt for another scheme.
std::optional<std::string_view> bearer_of(std::string_view header) {
  if (header.size() < kBearer.size()) return std::nullopt;
  const bool scheme = std::ranges::equal(kBearer, header.substr(0, kBearer.size()), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
  });
  if (!scheme) return std::nullopt;
  return trimmed(header.substr(kBearer.size()));
}

Result<> authorize(const service::Authenticated& who, const Entry& entry) {
  if (who.must_change_password &&
      std::ranges::find(kOpenBeforeChange, entry.operation_id) == kOpenBeforeChange.end())
    return fail(ErrorCode::kPasswordChangeRequired, "the password must be changed first");
  if (!domain::allowed(who.principal.roles, *entry.permission))
    return fail(ErrorCode::kForbidden,
                "this needs the permission " + std::string(name_of(*entry.permission)));
  return {};
}

// All that was asked; each part with its length, so that no two requests read the same. Of an uploaded file
// its hash, for the form around it differs from one sending to the next.
Result<std::string> request_text(const http::Request& request) {
  std::string text;
  const auto add = [&](std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  };
  add(http::name_of(request.method));
  add(request.path);
  add(std::to_string(request.query.size()));
  for (const auto& [name, value] : request.query) {
    add(name);
    add(value);
  }
  add(request.headers.get("if-match"));
  add(request.body);
  if (request.upload) {
    const http::Upload& upload = *request.upload;
    add(YZ_TRY(service::Idempotency::hash_of_file(upload.file.path().string())));
    add(upload.file_name);
    add(upload.content_type);
    for (const auto& [name, value] : upload.fields) {
      add(name);
      add(value);
    }
  }
  return text;
}

// nullopt for an answer that is no text: it is not kept.
std::optional<service::KeptResponse> kept(const http::Response& response) {
  KeptAnswer answer{response.content_type, {}, {}};
  if (const auto* text = std::get_if<std::string>(&response.body))
    answer.body = *text;
  else if (const auto* shared = std::get_if<http::SharedText>(&response.body))
    answer.body = **shared;
  else
    return std::nullopt;
  for (const auto& header : response.headers) answer.headers.push_back({header.name, header.value});
  return service::KeptResponse{response.status, json::encode(answer)};
}

Result<http::Response> replayed(const service::KeptResponse& stored) {
  auto answer = YZ_TRY(json::decode<KeptAnswer>(stored.text));
  http::Response response{.status = stored.status, .content_type = std::move(answer.content_type)};
  for (auto& header : answer.headers)
    response.headers.push_back({std::move(header.name), std::move(header.value)});
  response.headers.push_back({"Idempotency-Replayed", "true"});
  response.body = std::move(answer.body);
  return response;
}

}  // namespace

Access::Access(service::Identity& identity, const service::Idempotency& idempotency, const Clock& clock,
               AccessOptions options, service::ApplicationKeys* keys)
    : identity_(identity),
      idempotency_(idempotency),
      options_(options),
      keys_(keys),
      by_address_(clock, options.logins_per_minute_of_address),
      by_login_(clock, options.logins_per_minute_of_login),
      callbacks_by_address_(clock, options.callbacks_per_minute_of_address),
      unknown_callbacks_by_address_(clock, options.unknown_callbacks_per_minute_of_address) {}

Hooks Access::hooks() {
  Hooks hooks;
  hooks.limit_rate = [this](const Entry& entry, const http::Request& request) -> Result<> {
    if (entry.operation_id == kCallback) return callbacks_by_address_.take(request.remote_address);
    if (entry.operation_id != kLogin) return {};
    return by_address_.take(request.remote_address);
  };
  hooks.authenticate = [this](const Entry&, const http::Request& request) { return authenticate(request); };
  hooks.find_program = [this](const http::Request& request) { return find_program(request); };
  hooks.check_csrf = [](const service::Authenticated& who, const http::Request& request) -> Result<> {
    if (service::csrf_matches(who, request.headers.get("x-csrf-token"))) return {};
    return fail(ErrorCode::kCsrf, "X-CSRF-Token is not that of the session", "X-CSRF-Token");
  };
  hooks.authorize = authorize;
  hooks.once = [this](Call& call, const std::function<Result<http::Response>()>& run) {
    return once(call, run);
  };
  return hooks;
}

Result<> Access::limit_login(std::string_view login) {
  std::string name(login);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return by_login_.take(name);
}

Result<> Access::limit_unknown_callback(std::string_view address) {
  return unknown_callbacks_by_address_.take(address);
}

std::string Access::cookie(std::string_view token, std::string_view further) const {
  std::string out(kSessionCookie);
  out += '=';
  out += token;
  out += "; Path=/; HttpOnly; SameSite=Strict";
  if (options_.transport == Transport::kTls) out += "; Secure";
  out += further;
  return out;
}

// Without Max-Age: the cookie ends with the browser, the session on the server in any case.
std::string Access::session_cookie(std::string_view token) const { return cookie(token, {}); }

Result<WhoPointer> Access::authenticate(const http::Request& request) {
  const auto found = [&]() -> Result<service::Authenticated> {
    if (request.headers.contains("authorization")) {
      const auto token = bearer_of(request.headers.get("authorization"));
      if (!token) return fail(ErrorCode::kUnauthenticated, "only the scheme Bearer is known here");
      return identity_.authenticate_key(*token);
    }
    const std::string_view token = cookie_of(request.headers.get("cookie"), kSessionCookie);
    if (token.empty()) return fail(ErrorCode::kUnauthenticated, "sign in first");
    return identity_.authenticate_session(token);
  }();
  if (!found) return std::unexpected(found.error());
  return std::make_shared<const service::Authenticated>(*found);
}

// A token of another kind is somebody else's matter.
Result<std::shared_ptr<const service::ProgramCaller>> Access::find_program(const http::Request& request) {
  const auto token = bearer_of(request.headers.get("authorization"));
  if (!token || !token->starts_with(service::kApplicationKeyPrefix)) return nullptr;
  if (keys_ == nullptr) return fail(ErrorCode::kUnauthenticated, "applications do not call here");
  return keys_->authenticate(*token, request.remote_address);
}

// See service/idempotency.h for what is guaranteed.
Result<http::Response> Access::once(Call& call, const std::function<Result<http::Response>()>& run) {
  const auto begun = YZ_TRY(idempotency_.begin(call.principal(), call.entry.operation_id,
                                               call.idempotency_key, YZ_TRY(request_text(call.request))));
  if (begun.replay) return replayed(*begun.replay);
  auto who = std::make_shared<service::Authenticated>(*call.who);
  who->principal.request = begun.key;
  call.who = std::move(who);
  auto result = run();
  const http::Response answer = result ? *result : http::problem_response(result.error(), call.request.id);
  const auto text = kept(answer);
  if (!text) return result;
  const Result<> stored =
      answer.status < 400 ? idempotency_.finish(begun.key, *text) : idempotency_.refuse(begun.key, *text);
  if (!stored) log::warn("the answer of a repeatable request was not kept: {}", to_string(stored.error()));
  return result;
}

}  // namespace yizhan::api
