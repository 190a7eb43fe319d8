// The pieces without sockets: targets, queries, media types, the router, multipart, events, problems, static
// files.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "http/multipart.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/static_files.h"
#include "http/target.h"
#include "http/upload.h"

namespace yizhan::http {
namespace {

TEST(Target, IsAPathWithAnOptionalQuery) {
  const auto target = parse_target("/a/b?x=1&y=2?");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a/b");
  EXPECT_EQ(target->query, "x=1&y=2?");
  EXPECT_EQ(parse_target("http://host:80/p?q")->path, "/p");
  EXPECT_EQ(parse_target("HTTPS://host")->path, "/");
  EXPECT_EQ(parse_target("*")->path, "*");
  for (const char* bad : {"", "a", "ftp://h/x", "/a#b", "http://h?x", "//", "host:443"}) {
    const auto parsed = parse_target(bad);
    EXPECT_EQ(parsed.has_value(), std::string_view(bad) == "//") << bad;
  }
}

TEST(Target, PercentEscapesAreDecodedStrictly) {
  EXPECT_EQ(percent_decode("a%20b%E4%BD%A0+").value(), "a b你+");
  for (const char* bad : {"%", "%1", "%zz", "a%", "%00", "%ff", "%C0%80", "%ED%A0%80"})
    EXPECT_EQ(percent_decode(bad).error().code, ErrorCode::kMalformed) << bad;
}

TEST(Target, QueriesAreBounded) {
  const auto query = parse_query("a=1&&b=x+y%26&c&a=2&=z");
  ASSERT_TRUE(query);
  EXPECT_EQ(*query, (Parameters{{"a", "1"}, {"b", "x y&"}, {"c", ""}, {"a", "2"}, {"", "z"}}));
  EXPECT_EQ(find(*query, "a"), "1");
  EXPECT_EQ(find(*query, "d"), std::nullopt);
  std::string many;
  for (size_t i = 0; i <= limits::kHttpQueryParameters; ++i) many += "&x=1";
  EXPECT_EQ(parse_query(many).error().code, ErrorCode::kTooLarge);
  EXPECT_FALSE(parse_query("a=%x"));
}

TEST(Target, MediaTypesAndTheirParameters) {
  const auto type = parse_media_type(R"(Multipart/Form-Data; Boundary="a;\"b" ; charset=UTF-8;)");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->type, "multipart/form-data");
  EXPECT_EQ(find(type->parameters, "boundary"), "a;\"b");
  EXPECT_EQ(find(type->parameters, "charset"), "UTF-8");
  for (const char* bad :
       {"", ";", "a b", "text/csv; x", "text/csv; \"x\"=1", "text/csv; x=\"open", "t; x=\"a\" y"})
    EXPECT_FALSE(parse_media_type(bad)) << bad;
}

TEST(Target, ListsInHeaders) {
  EXPECT_TRUE(accepts_encoding("gzip, deflate, br", "br"));
  EXPECT_TRUE(accepts_encoding("*", "br"));
  EXPECT_TRUE(accepts_encoding("br;q=0.1", "br"));
  EXPECT_FALSE(accepts_encoding("gzip", "br"));
  EXPECT_FALSE(accepts_encoding("br;q=0, *", "br"));
  EXPECT_FALSE(accepts_encoding("*, br; q=0.000", "br"));
  EXPECT_FALSE(accepts_encoding("", "br"));
  EXPECT_EQ(cookie("a=1; session=xyz; b=2", "session"), "xyz");
  EXPECT_EQ(cookie("xsession=1", "session"), "");
  EXPECT_TRUE(etag_matches("\"a\", W/\"b\"", "\"b\""));
  EXPECT_TRUE(etag_matches("*", "\"b\""));
  EXPECT_FALSE(etag_matches("\"ab\"", "\"b\""));
}

Router make_router() {
  Router router;
  const Handler handler = [](Request&) -> Result<Response> { return empty_response(); };
  for (const char* pattern : {"/", "/a", "/a/{id}", "/a/{id}/freeze", "/a/special", "/a/special/x/{y}/{z}"})
    EXPECT_TRUE(router.add({.method = Method::kGet, .pattern = pattern, .handler = handler})) << pattern;
  EXPECT_TRUE(router.add({.method = Method::kPost, .pattern = "/a/{other}", .handler = handler}));
  return router;
}

struct RouteCase {
  const char* path;
  const char* pattern;  // nullptr: not found
  Parameters parameters;
};

TEST(Router, FindsByLiteralThenParameter) {
  const Router router = make_router();
  const RouteCase cases[] = {{"/", "/", {}},
                             {"/a", "/a", {}},
                             {"/a/", nullptr, {}},
                             {"/a//freeze", nullptr, {}},
                             {"/a/7", "/a/{id}", {{"id", "7"}}},
                             {"/a/%2F%20", "/a/{id}", {{"id", "/ "}}},
                             {"/%61/7", "/a/{id}", {{"id", "7"}}},
                             {"/a/special", "/a/special", {}},
                             {"/a/special/freeze", "/a/{id}/freeze", {{"id", "special"}}},
                             {"/a/special/x/1/2", "/a/special/x/{y}/{z}", {{"y", "1"}, {"z", "2"}}},
                             {"/b", nullptr, {}},
                             {"/A", nullptr, {}},
                             {"*", nullptr, {}},
                             {"/a/7/freeze/more", nullptr, {}}};
  for (const RouteCase& c : cases) {
    const auto found = router.find(Method::kGet, c.path);
    ASSERT_EQ(found.has_value(), c.pattern != nullptr) << c.path;
    if (!found) continue;
    const auto& match = std::get<Router::Match>(*found);
    EXPECT_EQ(match.route->pattern, c.pattern);
    EXPECT_EQ(match.parameters, c.parameters) << c.path;
  }
  EXPECT_EQ(router.find(Method::kGet, "/a/%").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(router.find(Method::kGet, "/" + std::string(100'000, '/')).error().code, ErrorCode::kNotFound);
}

TEST(Router, SaysWhichMethodsAreAllowed) {
  const Router router = make_router();
  const auto post = router.find(Method::kPost, "/a/7");
  EXPECT_EQ(std::get<Router::Match>(*post).parameters, (Parameters{{"other", "7"}}));
  EXPECT_TRUE(std::holds_alternative<Router::Match>(*router.find(Method::kHead, "/a/7")));
  EXPECT_EQ(std::get<Router::NotAllowed>(*router.find(Method::kDelete, "/a/7")).allow,
            "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(router.routes().size(), 7u);
}

TEST(Router, RefusesWhatIsNoRoute) {
  Router router = make_router();
  const Handler handler = [](Request&) -> Result<Response> { return empty_response(); };
  for (const char* bad : {"", "a", "/a/", "//", "/a b", "/{}", "/{a b}", "/a{b}"})
    EXPECT_EQ(router.add({.pattern = bad, .handler = handler}).error().code, ErrorCode::kInvalidArgument)
        << bad;
  EXPECT_EQ(router.add({.pattern = "/x"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(router.add({.pattern = "/a/{again}", .handler = handler}).error().code, ErrorCode::kConflict);
}

TEST(Router, FallbackAnswersReadsOnly) {
  Router router = make_router();
  router.set_fallback([](Request&) -> Result<Response> { return empty_response(); }, Execution::kInline);
  EXPECT_TRUE(router.find(Method::kGet, "/unknown/page"));
  EXPECT_FALSE(router.find(Method::kPost, "/unknown/page"));
}

struct Collected final : PartSink {
  std::string text;
  Result<void> part_begin(PartHeader h) override {
    text += '<' + h.name + '|' + h.file_name + '|' + h.content_type + '>';
    return {};
  }
  Result<void> part_data(std::string_view data) override {
    text += data;
    return {};
  }
  Result<void> part_end() override {
    text += ';';
    return {};
  }
};

Result<std::string> read_multipart(std::string_view body, size_t piece) {
  Collected sink;
  MultipartReader reader = YZ_TRY(MultipartReader::create("B", sink));
  for (size_t at = 0; at < body.size(); at += piece) YZ_CHECK(reader.feed(body.substr(at, piece)));
  YZ_CHECK(reader.finish());
  return sink.text;
}

TEST(Multipart, IsTheSameInPiecesOfAnySize) {
  const std::string_view body =
      "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n-\r\n--\r\n--A\r\n"
      "--B  \r\ncontent-type: Text/CSV; charset=utf-8\r\ncontent-disposition: form-data; name=f; "
      "filename=\"x.csv\"\r\n\r\n\r\n--Bx\r\n--B\r\nContent-Disposition: form-data; "
      "name=\"empty\"\r\n\r\n\r\n--B--\r\n"
      "epilogue --B";
  // "\r\n--Bx" begins like a delimiter: RFC 2046 forbids such content, so it is an error, not data.
  EXPECT_EQ(read_multipart(body, 1'000).error().code, ErrorCode::kMalformed);
  std::string good(body);
  good.replace(good.find("--Bx"), 4, "--bx");
  for (size_t piece = 1; piece <= good.size(); ++piece)
    ASSERT_EQ(read_multipart(good, piece).value(),
              "<a||>1\r\n-\r\n--\r\n--A;<f|x.csv|text/csv>\r\n--bx;<empty||>;")
        << piece;
}

TEST(Multipart, RefusesWhatIsBroken) {
  const std::string part = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
  EXPECT_EQ(read_multipart(part + "--B--", 7).value(), "<a||>1;");
  for (const std::string& bad :
       {std::string(), part, part + "--B", part + "--B-", std::string("--B\r\n\r\n\r\n--B--"),
        std::string("--B\r\nno colon\r\n\r\n--B--"), part + "--B" + std::string(200, ' '),
        std::string("--B\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--B--")})
    EXPECT_EQ(read_multipart(bad, 3).error().code, ErrorCode::kMalformed) << bad;
  EXPECT_EQ(read_multipart("--B\r\nA: " + std::string(limits::kMultipartHeaderBytes, 'x'), 100).error().code,
            ErrorCode::kHeaderTooLarge);
  std::string many;
  for (size_t i = 0; i <= limits::kMultipartParts; ++i) many += part;
  EXPECT_EQ(read_multipart(many, 100).error().code, ErrorCode::kTooLarge);
  Collected sink;
  EXPECT_FALSE(MultipartReader::create("", sink));
  EXPECT_FALSE(MultipartReader::create(std::string(71, 'x'), sink));
}

TEST(Upload, WhatAStopLeftInTheSpoolIsRemoved) {
  const auto folder = std::filesystem::temp_directory_path() / ("yizhan_spool_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "kept");
  for (const char* name : {"upload-Xy12Zw", "evidence_7", ".hidden"}) std::ofstream(folder / name) << "张三";
  ASSERT_TRUE(empty_spool(folder));
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files += entry.is_directory() ? 0 : 1;
  EXPECT_EQ(files, 0u);
  std::filesystem::remove_all(folder);
  EXPECT_EQ(empty_spool(folder).error().code, ErrorCode::kStoreFailed) << "gone";
}

TEST(Upload, CleansFileNames) {
  EXPECT_EQ(clean_file_name("C:\\x\\客户.csv"), "客户.csv");
  EXPECT_EQ(clean_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(clean_file_name("a\nb\x7f\xff"), "a_b__");
  EXPECT_EQ(clean_file_name(".."), "");
  EXPECT_EQ(clean_file_name("dir/"), "");
  EXPECT_EQ(clean_file_name(std::string(254, 'x') + "你"), std::string(254, 'x'));
}

TEST(Events, HaveTheWireForm) {
  std::string out;
  append_event(out, {.name = "a\nb", .data = "1\n\n2\r", .id = "7\r\n"});
  append_event(out, {.data = ""});
  EXPECT_EQ(out, "event: ab\nid: 7\ndata: 1\ndata: \ndata: 2\n\ndata: \n\n");
}

TEST(Events, DropTheClientThatDoesNotKeepUp) {
  EventStream events(64);
  int woken = 0;
  events.listen([&woken] { ++woken; });
  EXPECT_EQ(events.push({.data = "one"}), Pushed::kAccepted);
  EXPECT_EQ(events.take().text, "data: one\n\n");
  EXPECT_EQ(events.push({.data = std::string(100, 'x')}), Pushed::kClosed);
  EXPECT_TRUE(events.overflowed());
  EXPECT_EQ(events.push({.data = "two"}), Pushed::kClosed);
  EXPECT_TRUE(events.take().text.empty());
  EXPECT_EQ(woken, 2);
}

TEST(Problem, HasTheMembersOfRfc9457) {
  const Response response =
      problem_response(Problem{.error = {ErrorCode::kInvalidArgument, "two faults", ""},
                               .errors = {{ErrorCode::kInvalidArgument, "is required", "/name"},
                                          {ErrorCode::kInvalidArgument, "is unknown", "/x"}},
                               .extensions = {{"current_version", 3}, {"status", 999}}},
                       "id1");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(std::get<std::string>(response.body),
            R"({"type":"urn:yizhan:problem:invalid_argument","title":"Invalid argument","status":422,)"
            R"("code":"invalid_argument","detail":"two faults","instance":"urn:yizhan:request:id1",)"
            R"("errors":[{"field":"/name","code":"invalid_argument","message":"is required"},)"
            R"({"field":"/x","code":"invalid_argument","message":"is unknown"}],"current_version":3})");
}

TEST(Problem, KeepsOurOwnFaultsInTheLog) {
  const Response response = problem_response(Error{ErrorCode::kStoreFailed, "secret path", "/etc/x"}, "id2");
  EXPECT_EQ(std::get<std::string>(response.body).find("secret"), std::string::npos);
  EXPECT_EQ(std::get<std::string>(response.body).find("/etc"), std::string::npos);
  const Response busy = problem_response(Error{ErrorCode::kBusy, "full", {}}, "id3");
  EXPECT_EQ(busy.headers.at(0).name, "Retry-After");
}

TEST(Message, DownloadNamesAreEncoded) {
  EXPECT_EQ(file_response({}, "text/csv", "a.csv").headers.at(0).value, "attachment; filename=\"a.csv\"");
  EXPECT_EQ(file_response({}, "text/csv", "客\".csv").headers.at(0).value,
            "attachment; filename=\"____.csv\"; filename*=UTF-8''%e5%ae%a2%22.csv");
}

class Static : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("yizhan-static-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_ / "assets");
    put("index.html", "<script nonce=\"__CSP_NONCE__\"></script>");
    put("favicon.svg", "<svg/>");
    put("assets/app-1a2b3c4d.js", "plain");
    put("assets/app-1a2b3c4d.js.br", "brotli");
    put("assets/app-1a2b3c4d.js.gz", "gzip");
    put(".hidden", "x");
    std::error_code ec;
    std::filesystem::create_symlink("/etc/passwd", directory_ / "link.txt", ec);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  void put(const std::string& name, std::string_view text) { std::ofstream(directory_ / name) << text; }

  static Request get(std::string path, std::string_view header = {}, std::string_view value = {}) {
    Request request{.path = std::move(path)};
    if (!header.empty()) request.headers.add(header, value);
    return request;
  }
  static std::string text(const Response& r) {
    if (const auto* own = std::get_if<std::string>(&r.body)) return *own;
    const auto* shared = std::get_if<SharedText>(&r.body);
    return shared != nullptr && *shared != nullptr ? **shared : "";
  }
  static std::string header(const Response& r, std::string_view name) {
    for (const Header& h : r.headers)
      if (h.name == name) return h.value;
    return {};
  }

  std::filesystem::path directory_;
};

TEST_F(Static, ServesWhatWasLoadedAndNothingElse) {
  const auto files = StaticFiles::load(directory_);
  ASSERT_TRUE(files);
  EXPECT_EQ(files->size(), 3u);
  EXPECT_EQ(text(*files->respond(get("/favicon.svg"))), "<svg/>");
  EXPECT_EQ(files->respond(get("/favicon.svg"))->content_type, "image/svg+xml");
  for (const char* path :
       {"/../etc/passwd", "/link.txt", "/.hidden", "/assets/", "/assets/gone.js", "/gone.js", "/api/v1/none",
        "/%2e%2e/%2e%2e/etc/passwd.x", "/assets/app-1a2b3c4d.js.br"}) {
    const auto response = files->respond(get(path));
    if (response) EXPECT_TRUE(text(*response).starts_with("<script")) << path;
    if (std::string_view(path).find("etc") == std::string_view::npos) EXPECT_FALSE(response) << path;
  }
}

TEST_F(Static, PagesOfTheConsoleAreTheIndexWithAFreshNonce) {
  const auto files = StaticFiles::load(directory_);
  const auto one = files->respond(get("/campaigns/cmp_1/report"));
  const auto two = files->respond(get("/"));
  ASSERT_TRUE(one && two);
  EXPECT_NE(text(*one), text(*two));
  const std::string nonce = text(*one).substr(15, 32);
  EXPECT_NE(header(*one, "Content-Security-Policy").find("'nonce-" + nonce + "'"), std::string::npos);
  EXPECT_EQ(text(*one).find("__CSP"), std::string::npos);
  EXPECT_EQ(header(*one, "Cache-Control"), "no-cache");
}

TEST_F(Static, CompressesAndCaches) {
  const auto files = StaticFiles::load(directory_);
  const std::string path = "/assets/app-1a2b3c4d.js";
  EXPECT_EQ(text(*files->respond(get(path))), "plain");
  EXPECT_EQ(text(*files->respond(get(path, "accept-encoding", "gzip"))), "gzip");
  const auto brotli = files->respond(get(path, "accept-encoding", "gzip, br"));
  EXPECT_EQ(text(*brotli), "brotli");
  EXPECT_EQ(header(*brotli, "Content-Encoding"), "br");
  EXPECT_EQ(header(*brotli, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(*brotli, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(*brotli, "Content-Security-Policy").find("nonce"), std::string::npos);
  const std::string etag = header(*files->respond(get(path)), "ETag");
  EXPECT_NE(etag, header(*brotli, "ETag"));
  const auto again = files->respond(get(path, "if-none-match", etag));
  EXPECT_EQ(again->status, 304);
  EXPECT_EQ(text(*again), "");
}

TEST_F(Static, NeedsAnIndex) {
  std::filesystem::remove(directory_ / "index.html");
  EXPECT_EQ(StaticFiles::load(directory_).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(StaticFiles::load(directory_ / "none").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace yizhan::http
