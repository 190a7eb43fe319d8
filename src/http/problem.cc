#include "http/problem.h"

#include <string>

#include "base/log.h"

namespace yizhan::http {
namespace {

// "version_conflict" -> "Version conflict".
std::string title_of(ErrorCode code) {
  std::string title(error_name(code));
  for (char& c : title)
    if (c == '_') c = ' ';
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 32);
  return title;
}

json::Object field_error(const Error& e) {
  return {{"field", e.field}, {"code", error_name(e.code)}, {"message", e.message}};
}

// Seconds after which the same request may well succeed; 0: no such promise.
int retry_after_seconds(ErrorCode code) {
  return code == ErrorCode::kBusy || code == ErrorCode::kUnavailable || code == ErrorCode::kTooMany ? 1 : 0;
}

bool has(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& h : headers)
    if (h.name == name) return true;
  return false;
}

}  // namespace

Response problem_response(const Problem& problem, std::string_view request_id) {
  const Error& error = problem.error;
  const int status = http_status(error.code);
  const bool ours = status == 500;
  if (ours) log::error("a request failed id={} error={}", request_id, to_string(error));
  json::Object document{
      {"type", "urn:yizhan:problem:" + std::string(error_name(error.code))},
      {"title", title_of(error.code)},
      {"status", status},
      {"code", error_name(error.code)},
      {"detail", ours ? "The fault is on our side; it is logged under this instance." : error.message},
      {"instance", "urn:yizhan:request:" + std::string(request_id)}};
  json::Array errors;
  for (const Error& e : problem.errors) errors.emplace_back(field_error(e));
  if (problem.errors.empty() && !error.field.empty() && !ours) errors.emplace_back(field_error(error));
  if (!errors.empty()) document["errors"] = std::move(errors);
  for (const auto& [key, value] : problem.extensions) document.emplace(key, value);
  Response response{.status = status,
                    .content_type = "application/problem+json",
                    .headers = problem.headers,
                    .body = json::serialize(std::move(document))};
  if (const int after = retry_after_seconds(error.code); after != 0 && !has(problem.headers, "Retry-After"))
    response.headers.push_back({"Retry-After", std::to_string(after)});
  return response;
}

Response problem_response(const Error& error, std::string_view request_id) {
  return problem_response(Problem{.error = error}, request_id);
}

}  // namespace yizhan::http
