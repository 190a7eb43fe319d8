#include "app/api_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/ascii.h"

namespace yizhan::app {
namespace {

constexpr long kTimeoutMs = 120'000;

size_t keep_body(char* data, size_t size, size_t count, void* reply) {
  static_cast<Reply*>(reply)->body.append(data, size * count);
  return size * count;
}

size_t keep_header(char* data, size_t size, size_t count, void* reply) {
  const std::string_view line(data, size * count);
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
    static_cast<Reply*>(reply)->headers[lower(line.substr(0, colon))] = value;
  }
  return size * count;
}

}  // namespace

struct ApiClient::Handle {
  CURL* curl = curl_easy_init();
  ~Handle() { curl_easy_cleanup(curl); }
};

std::string Reply::code() const {
  if (!json.is_object()) return {};
  const auto* value = json.as_object().if_contains("code");
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

ApiClient::ApiClient(std::string base_url)
    : base_url_(std::move(base_url)), handle_(std::make_unique<Handle>()) {
  curl_easy_setopt(handle_->curl, CURLOPT_COOKIEFILE, "");  // keeps cookies in memory
}
ApiClient::~ApiClient() = default;
ApiClient::ApiClient(ApiClient&&) noexcept = default;
ApiClient& ApiClient::operator=(ApiClient&&) noexcept = default;

Result<Reply> ApiClient::perform(const std::string& method, const std::string& path,
                                 const std::map<std::string, std::string>& headers) {
  CURL* curl = handle_->curl;
  Reply reply;
  curl_slist* list = nullptr;
  for (const auto& [name, value] : headers)
    list = curl_slist_append(list, (name + (value.empty() ? ":" : ": " + value)).c_str());
  if (!csrf_.empty()) list = curl_slist_append(list, ("X-CSRF-Token: " + csrf_).c_str());
  list = curl_slist_append(list, "Expect:");
  curl_easy_setopt(curl, CURLOPT_URL, (base_url_ + path).c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &reply);
  const CURLcode code = curl_easy_perform(curl);
  curl_slist_free_all(list);
  if (code != CURLE_OK) return fail(ErrorCode::kUnavailable, curl_easy_strerror(code), method + " " + path);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<int>(status);
  if (auto parsed = json::parse(reply.body)) reply.json = *std::move(parsed);
  return reply;
}

Result<Reply> ApiClient::get(const std::string& path) {
  curl_easy_setopt(handle_->curl, CURLOPT_HTTPGET, 1L);
  return perform("GET", path, {});
}

Result<Reply> ApiClient::send(const std::string& method, const std::string& path, const json::Value& body,
                              const std::map<std::string, std::string>& headers) {
  const std::string text = body.is_null() ? std::string() : json::serialize(body);
  curl_easy_setopt(handle_->curl, CURLOPT_POST, 1L);
  curl_easy_setopt(handle_->curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
  curl_easy_setopt(handle_->curl, CURLOPT_COPYPOSTFIELDS, text.c_str());
  auto all = headers;
  all["Content-Type"] = body.is_null() ? "" : "application/json";
  return perform(method, path, all);
}

Result<Reply> ApiClient::upload(const std::string& path, const std::string& file,
                                const std::string& media_type,
                                const std::map<std::string, std::string>& fields) {
  curl_mime* form = curl_mime_init(handle_->curl);
  for (const auto& [name, value] : fields) {
    curl_mimepart* field = curl_mime_addpart(form);
    curl_mime_name(field, name.c_str());
    curl_mime_data(field, value.c_str(), value.size());
  }
  curl_mimepart* part = curl_mime_addpart(form);
  curl_mime_name(part, "file");
  curl_mime_filedata(part, file.c_str());
  curl_mime_type(part, media_type.c_str());
  curl_easy_setopt(handle_->curl, CURLOPT_MIMEPOST, form);
  auto reply = perform("POST", path, {});
  curl_easy_setopt(handle_->curl, CURLOPT_MIMEPOST, nullptr);
  curl_mime_free(form);
  return reply;
}

Result<Reply> ApiClient::sign_in(const std::string& login, const std::string& password) {
  csrf_.clear();
  auto reply = YZ_TRY(post("/api/v1/sessions", json::Object{{"login", login}, {"password", password}}));
  if (reply.good()) csrf_ = std::string(reply.json.as_object().at("csrf_token").as_string());
  return reply;
}

Result<Reply> ApiClient::change_password(const std::string& from, const std::string& to) {
  auto reply = YZ_TRY(
      post("/api/v1/users/me/password", json::Object{{"current_password", from}, {"new_password", to}}));
  if (reply.good()) csrf_ = std::string(reply.json.as_object().at("csrf_token").as_string());
  return reply;
}

}  // namespace yizhan::app
