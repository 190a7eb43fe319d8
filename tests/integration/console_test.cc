// The whole server as a browser meets it: the console's files beside the API, and the API's own description.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "api/all_routes.h"
#include "api/openapi.h"
#include "app/server.h"
#include "tests/support/api_server.h"
#include "tests/support/test_database.h"

namespace yizhan {
namespace {

using testing::Reply;

constexpr const char* kIndex =
    R"(<html><head><meta name="csp-nonce" content="__CSP_NONCE__"></head><body></body></html>)";

class Console : public ::testing::Test {
 protected:
  void SetUp() override {
    log::configure(log::Level::kError, "");
    config_.data_dir = folder_.file("data");
    config_.listen = "127.0.0.1:0";
    config_.worker_threads = 2;
  }
  void TearDown() override {
    if (server_) server_->stop(milliseconds(0));
  }
  void put(const std::string& name, std::string_view text) {
    const std::filesystem::path path = folder_.file("web/" + name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void start() {
    auto server = app::Server::start(config_);
    ASSERT_TRUE(server) << to_string(server.error());
    server_ = std::move(*server);
  }
  Reply get(std::string_view path, const testing::HeaderList& headers = {}) {
    return testing::send_request(server_->port(), "GET", path, headers, "");
  }

  testing::TemporaryFolder folder_;
  app::Config config_;
  std::unique_ptr<app::Server> server_;
};

TEST_F(Console, IsServedBesideTheApi) {
  put("index.html", kIndex);
  put("assets/app-1a2b3c4d.js", "plain");
  put("assets/app-1a2b3c4d.js.br", "brotli");
  config_.web_dir = folder_.file("web");
  ASSERT_NO_FATAL_FAILURE(start());
  const Reply page = get("/campaigns/cmp_1/report");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("Cache-Control"), "no-cache");
  const std::string nonce = page.body.substr(std::string_view(kIndex).find("__CSP"), 32);
  EXPECT_NE(page.header("Content-Security-Policy").find("'nonce-" + nonce + "'"), std::string::npos);
  const Reply script = get("/assets/app-1a2b3c4d.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(script.body, "brotli");
  EXPECT_EQ(script.header("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(get("/api/v1/nothing").status, 404);
  EXPECT_EQ(get("/api/v1/campaigns").status, 401);
  EXPECT_EQ(get("/healthz").body, "ok\n");
}

TEST_F(Console, TheRunningServerIsDescribedAsByTheCommand) {
  ASSERT_NO_FATAL_FAILURE(start());
  const auto document = api::openapi(api::outline(), {.version = YIZHAN_VERSION});
  ASSERT_TRUE(document) << to_string(document.error());
  EXPECT_EQ(get("/api/v1/openapi.json").body, json::serialize(*document));
}

TEST_F(Console, WithoutFilesTheApiAloneIsServed) {
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_EQ(get("/").status, 404);
  EXPECT_EQ(get("/readyz").body, "ready\n");
}

TEST_F(Console, AFolderThatIsNamedMustHoldTheConsole) {
  config_.web_dir = folder_.file("web");
  EXPECT_EQ(app::Server::start(config_).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace yizhan
