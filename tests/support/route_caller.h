#pragma once
// The routes of the API through the router without a socket: who calls is said by the test, what a role may
// do is what the program allows, and files that leave are audited in the test's store. One thread.
//
//   class ThingRoutesTest : public testing::ServiceTest, protected testing::RouteCaller {
//     void SetUp() override {
//       ...
//       add_thing_routes(catalogue_, things_);
//       ASSERT_TRUE(install_routes(store()));
//     }

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "api/catalogue.h"
#include "http/router.h"
#include "service/audit.h"
#include "service/authentication.h"
#include "support/test_database.h"

namespace yizhan::testing {

class RouteCaller {
 protected:
  static constexpr int64_t kAnyVersion = -1;  // If-Match: *
  struct Answer {
    int status = 0;
    json::Value body;
    std::string field;  // of an error
    std::string file;   // what was sent from disk
  };

  // `catalogue_` as it is now. The store must outlive the calls.
  Result<> install_routes(const store::Store& store) {
    api::Hooks hooks;
    hooks.authenticate = [this](const api::Entry&, const http::Request&) { return who_; };
    hooks.authorize = [](const service::Authenticated& who, const api::Entry& entry) -> Result<> {
      if (domain::allowed(who.principal.roles, *entry.permission)) return {};
      return fail(ErrorCode::kForbidden, "not you");
    };
    hooks.exporting.spool_folder = spool_.file("");
    hooks.exporting.record = [&store](const service::Principal& by, const service::ExportedFile& file) {
      return service::Audit(store).record_export(by, file);
    };
    return api::install(catalogue_, hooks, router_);
  }

  void be(const service::Principal& principal) {
    auto who = std::make_shared<service::Authenticated>();
    who->principal = principal;
    who_ = std::move(who);
  }
  void be(domain::Role role) {
    be({store::ActorKind::kUser, 100 + static_cast<int64_t>(role), "u", domain::Roles{}.with(role), {}});
  }
  void be_nobody() { who_ = nullptr; }

  Answer run(http::Request& request) {
    auto found = router_.find(request.method, request.path);
    if (!found) return refused(found.error());
    const auto& match = std::get<http::Router::Match>(*found);
    request.path_parameters = match.parameters;
    if (match.route->admit)
      if (const auto admitted = match.route->admit(request); !admitted) return refused(admitted.error());
    const auto response = match.route->handler(request);
    if (!response) return refused(response.error());
    Answer answer{.status = response->status};
    if (const auto* text = std::get_if<std::string>(&response->body))
      answer.body = json::parse(*text).value_or(nullptr);
    if (const auto* file = std::get_if<http::FileBody>(&response->body)) {
      std::stringstream bytes;
      bytes << std::ifstream(file->path, std::ios::binary).rdbuf();
      answer.file = bytes.str();
    }
    return answer;
  }
  Answer call(http::Method method, const std::string& path, const std::string& body = {},
              int64_t if_match = 0, http::Parameters query = {}) {
    http::Request request{.method = method, .path = path};
    request.body = body;
    request.query = std::move(query);
    if (if_match == kAnyVersion) request.headers.add("if-match", "*");
    if (if_match > 0) request.headers.add("if-match", '"' + std::to_string(if_match) + '"');
    return run(request);
  }
  // A form with one file, and its other parts.
  Answer send_file(const std::string& path, const std::string& name, const std::string& bytes,
                   http::Parameters fields = {}) {
    const std::string at = spool_.file("upload");
    std::ofstream(at, std::ios::binary) << bytes;
    http::Request request{.method = http::Method::kPost, .path = path};
    request.upload.emplace();
    request.upload->file = http::SpooledFile(at);
    request.upload->file_name = name;
    request.upload->fields = std::move(fields);
    return run(request);
  }
  static std::string field(const Answer& answer, const char* name) {
    return std::string(answer.body.at(name).as_string());
  }

  api::Catalogue catalogue_;
  http::Router router_;

 private:
  static Answer refused(const Error& error) {
    return {http_status(error.code), json::Value(error.message), error.field, {}};
  }

  TemporaryFolder spool_;
  std::shared_ptr<const service::Authenticated> who_;
};

}  // namespace yizhan::testing
