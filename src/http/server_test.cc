// The server over real sockets, by requests written byte by byte.

#include "http/server.h"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <latch>
#include <semaphore>

#include "base/json.h"
#include "base/log.h"

namespace yizhan::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Received {
  int status = 0;
  std::string head;
  std::string body;
  std::string header(std::string_view name) const {
    const size_t at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const size_t from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
  std::string code() const {
    const auto document = json::parse(body);
    return document ? std::string(document->at("code").as_string()) : "not JSON: " + body;
  }
};

// A client that reads as slowly as it is told.
class Client {
 public:
  explicit Client(uint16_t port) : socket_(context_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    socket_.set_option(tcp::no_delay(true));
  }
  // False when the server has gone.
  bool send(std::string_view text) {
    boost::system::error_code ec;
    asio::write(socket_, asio::buffer(text), ec);
    return !ec;
  }
  void finish_sending() { socket_.shutdown(tcp::socket::shutdown_send); }
  void close() { socket_.close(); }

  // Reads until `count` bytes are there; false at the end of the stream.
  bool fill(size_t count) {
    boost::system::error_code ec;
    char piece[4096];
    while (data_.size() < count && !ec) {
      const size_t n = socket_.read_some(asio::buffer(piece), ec);
      data_.append(piece, n);
    }
    return data_.size() >= count;
  }
  bool fill_until(std::string_view mark) {
    while (data_.find(mark) == std::string::npos)
      if (!fill(data_.size() + 1)) return false;
    return true;
  }
  std::string take(size_t count) {
    std::string out = data_.substr(0, count);
    data_.erase(0, count);
    return out;
  }
  std::string take_until(std::string_view mark) {
    if (!fill_until(mark)) return {};
    return take(data_.find(mark) + mark.size());
  }
  enum class Expect { kBody, kNoBody };
  Received reply(Expect expect = Expect::kBody) {
    Received out;
    out.head = take_until("\r\n\r\n");
    if (out.head.size() < 12) return out;
    out.status = std::stoi(out.head.substr(9, 3));
    const std::string length = out.header("Content-Length");
    if (expect == Expect::kBody && !length.empty() && fill(std::stoul(length)))
      out.body = take(std::stoul(length));
    return out;
  }
  // Everything up to the end of the stream.
  std::string rest() {
    while (fill(data_.size() + 1)) {
    }
    return std::exchange(data_, {});
  }
  bool at_end() { return rest().empty(); }

 private:
  asio::io_context context_;
  tcp::socket socket_;
  std::string data_;
};

class ServerTest : public testing::Test {
 protected:
  static constexpr size_t kBodyLimit = 1000;

  ServerTest() {
    log::configure(log::Level::kError, "");
    spool_ = std::filesystem::temp_directory_path() / ("yizhan-http-" + std::to_string(::getpid()));
    std::filesystem::create_directories(spool_);
    options_.spool_directory = spool_;
    options_.heartbeat = milliseconds(5);
    options_.observe = [this](const Served& served) { last_served_status_ = served.status; };
  }
  ~ServerTest() override {
    release_.release(100);
    kept_.clear();
    if (server_ != nullptr) server_->stop(seconds(5));
    server_.reset();
    pool_.stop();
    threads_.stop();
    std::filesystem::remove_all(spool_);
  }

  void add(Route route) { ASSERT_TRUE(router_.add(std::move(route))); }
  void start() {
    add({.method = Method::kGet,
         .pattern = "/inline",
         .handler = [](Request&) -> Result<Response> { return json_response(200, "{}"); },
         .execution = Execution::kInline});
    add({.method = Method::kGet, .pattern = "/show/{a}", .handler = [](Request& r) -> Result<Response> {
           return json_response(200, r.path_parameters[0].second + '|' +
                                         std::string(find(r.query, "q").value_or("")) + '|' +
                                         std::string(r.route) + '|' + r.remote_address);
         }});
    add({.method = Method::kPost,
         .pattern = "/echo",
         .handler = [](Request& r) -> Result<Response> { return json_response(200, r.body); },
         .body = BodyMode::kJson,
         .body_limit_bytes = kBodyLimit});
    add({.method = Method::kPost,
         .pattern = "/upload",
         .handler = [this](Request& r) -> Result<Response> { return uploaded(r); },
         .body = BodyMode::kUpload,
         .body_limit_bytes = 3'000'000,
         .admit = [](Request& r) -> Result<void> {
           if (r.headers.get("authorization") == "no") return fail(ErrorCode::kForbidden, "not you");
           r.admitted = std::string("admitted");
           return {};
         }});
    add({.method = Method::kGet, .pattern = "/wait", .handler = [this](Request&) -> Result<Response> {
           entered_.release();
           release_.acquire();
           return json_response(200, "\"waited\"");
         }});
    add({.method = Method::kPost,
         .pattern = "/deferred",
         .start =
             [this](Request& r, http::Reply reply) {
               if (r.body == "\"throw\"") throw std::runtime_error("secret");
               if (r.body == "\"at once\"") return reply(json_response(202, r.body));
               if (r.body != "\"keep\"") return;  // the reply is dropped
               kept_.emplace_back(std::move(reply));
               entered_.release();
             },
         .body = BodyMode::kJson,
         .execution = Execution::kDeferred});
    add({.method = Method::kGet, .pattern = "/throw", .handler = [](Request&) -> Result<Response> {
           throw std::runtime_error("secret");
         }});
    add({.method = Method::kGet, .pattern = "/events", .handler = [this](Request& r) -> Result<Response> {
           events_ = std::make_shared<EventStream>(
               std::string_view(r.headers.get("x-small")).empty() ? 1 << 20 : 1 << 10);
           events_->push({.name = "hello", .data = r.headers.get("last-event-id"), .id = "1"});
           entered_.release();
           return event_response(events_);
         }});
    add({.method = Method::kGet, .pattern = "/file", .handler = [this](Request&) -> Result<Response> {
           return file_response({spool_ / "file", AfterSending::kDelete}, "text/csv", "a.csv");
         }});
    add({.method = Method::kGet, .pattern = "/large", .handler = [](Request&) -> Result<Response> {
           return json_response(200, std::string(5'000'000, 'x'));
         }});
    auto server = Server::create(threads_, pool_, clock_, std::move(router_), options_);
    ASSERT_TRUE(server) << to_string(server.error());
    server_ = std::move(*server);
    port_ = server_->ports().at(0);
  }

  Result<Response> uploaded(Request& r) {
    const Upload& upload = *r.upload;
    std::ifstream in(upload.file.path(), std::ios::binary);
    last_upload_ = std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    last_upload_path_ = upload.file.path();
    EXPECT_EQ(last_upload_.size(), upload.bytes);
    std::string fields;
    for (const auto& [name, value] : upload.fields) fields += name + '=' + value + ';';
    return json_response(201, upload.file_name + '|' + upload.content_type + '|' + fields +
                                  std::any_cast<std::string>(r.admitted));
  }
  size_t spooled_files() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(spool_), {}));
  }
  // One request on a fresh connection.
  Received once(const std::string& text) {
    Client client(port_);
    client.send(text);
    return client.reply();
  }

  std::filesystem::path spool_;
  ManualClock clock_{Time{1'772'416'800'000'000}};
  std::binary_semaphore entered_{0};
  std::counting_semaphore<> release_{0};
  std::shared_ptr<EventStream> events_;
  std::vector<http::Reply> kept_;  // of deferred requests
  std::string last_upload_;
  std::filesystem::path last_upload_path_;
  std::atomic<int> last_served_status_ = 0;
  ServerOptions options_;
  Router router_;
  net::BoundedPool pool_{"work", 2, 2};
  net::IoThreads threads_{"io", 1};
  std::unique_ptr<Server> server_;
  uint16_t port_ = 0;
};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  Client client(port_);
  for (int i = 0; i < 3; ++i) {
    client.send("GET /show/a%20b?q=%E4%BD%A0 HTTP/1.1\r\nHost: x\r\n\r\n");
    const Received reply = client.reply();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "a b|你|/show/{a}|127.0.0.1");
    EXPECT_EQ(reply.header("Date"), "Mon, 02 Mar 2026 02:00:00 GMT");
    EXPECT_EQ(reply.header("Cache-Control"), "no-store");
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
    EXPECT_NE(reply.header("Content-Security-Policy").find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(reply.header("X-Request-Id").size(), 13u);
  }
  EXPECT_EQ(server_->stats().requests, 3u);
}

struct Raw {
  const char* name;
  const char* text;
  int status;
  const char* code;
};

TEST_F(ServerTest, RefusesMalformedRequests) {
  start();
  const Raw table[] = {
      {"no request", "hello\r\n\r\n", 400, "malformed"},
      {"no version", "GET /inline\r\n\r\n", 400, "malformed"},
      {"a later version", "GET /inline HTTP/3.0\r\nHost: x\r\n\r\n", 400, "malformed"},
      {"no host", "GET /inline HTTP/1.1\r\n\r\n", 400, "malformed"},
      {"two hosts", "GET /inline HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "malformed"},
      {"a blank in a name", "GET /inline HTTP/1.1\r\nHost : x\r\n\r\n", 400, "malformed"},
      {"a line feed alone", "GET /inline HTTP/1.1\nHost: x\n\n", 400, "malformed"},
      {"both lengths",
       "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", 400,
       "malformed"},
      {"two lengths", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
       400, "malformed"},
      {"a negative length", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}", 400,
       "malformed"},
      {"no number", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n{}", 400, "malformed"},
      {"another coding", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 400,
       "malformed"},
      {"a coding before",
       "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400,
       "malformed"},
      {"chunks in 1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
       "malformed"},
      {"a bad chunk",
       "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: "
       "chunked\r\n\r\nzz\r\n",
       400, "malformed"},
      {"a broken escape", "GET /show/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed"},
      {"a broken query", "GET /inline?a=%f HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed"},
      {"a fragment", "GET /inline#a HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed"},
      {"another expectation", "GET /inline HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 400, "malformed"},
      {"no path", "GET /none HTTP/1.1\r\nHost: x\r\n\r\n", 404, "not_found"},
      {"no method", "DELETE /inline HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method_not_allowed"},
      {"unknown method", "BREW /inline HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method_not_allowed"},
      {"a body where none is", "GET /show/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", 413,
       "too_large"},
      {"no JSON", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 2\r\n\r\n{}",
       415, "unsupported_media_type"},
      {"not UTF-8",
       "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json; charset=gbk\r\nContent-Length: "
       "2\r\n\r\n{}",
       415, "unsupported_media_type"},
      {"no type", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 415,
       "unsupported_media_type"},
      {"too large",
       "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1001\r\n\r\n{}",
       413, "too_large"},
      {"a throwing handler", "GET /throw HTTP/1.1\r\nHost: x\r\n\r\n", 500, "internal"},
      {"a gone file", "GET /file HTTP/1.1\r\nHost: x\r\n\r\n", 500, "store_failed"},
  };
  for (const Raw& raw : table) {
    const Received reply = once(raw.text);
    EXPECT_EQ(reply.status, raw.status) << raw.name;
    EXPECT_EQ(reply.code(), raw.code) << raw.name;
    EXPECT_EQ(reply.header("Content-Type"), "application/problem+json") << raw.name;
    EXPECT_EQ(reply.body.find("secret"), std::string::npos);
  }
  EXPECT_EQ(once("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(ServerTest, SaysWhichMethodsThereAre) {
  start();
  EXPECT_EQ(once("DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n").header("Allow"), "POST, OPTIONS");
  const Received options = once("OPTIONS /inline HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, OPTIONS");
}

TEST_F(ServerTest, BoundsTheHeader) {
  start();
  const auto with_header = [this](size_t bytes) {
    return once("GET /inline HTTP/1.1\r\nHost: x\r\nA: " + std::string(bytes, 'x') + "\r\n\r\n");
  };
  EXPECT_EQ(with_header(limits::kHttpHeaderBytes - 100).status, 200);
  EXPECT_EQ(with_header(limits::kHttpHeaderBytes).code(), "header_too_large");
  EXPECT_EQ(with_header(1'000'000).status, 431);
  EXPECT_EQ(once("GET /" + std::string(100'000, 'x')).status, 431);
  std::string many = "GET /inline HTTP/1.1\r\nHost: x\r\n";
  for (size_t i = 0; i < limits::kHttpHeaderFields; ++i) many += "A: b\r\n";
  EXPECT_EQ(once(many + "\r\n").status, 431);
}

TEST_F(ServerTest, ReadsBodiesInPiecesAndChunks) {
  start();
  Client client(port_);
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json; charset=UTF-8\r\n";
  const std::string whole = head + "Content-Length: 7\r\n\r\n{\"a\":1}";
  for (const char c : whole) client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.reply().body, "{\"a\":1}");
  const std::string chunked =
      head +
      "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\nAuthorization: "
      "trailer\r\n\r\n";
  for (const char c : chunked) client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.reply().body, "{\"a\":1}");
  client.send(head + "\r\n");
  EXPECT_EQ(client.reply().body, "");
}

TEST_F(ServerTest, BoundsBodiesThatDoNotSayTheirLength) {
  start();
  Client client(port_);
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n");
  const std::string chunk = "64\r\n" + std::string(100, ' ') + "\r\n";
  for (int i = 0; i < 11; ++i) client.send(chunk);
  const Received reply = client.reply();
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.header("Connection"), "close");
  client.finish_sending();
  EXPECT_TRUE(client.at_end());
}

TEST_F(ServerTest, BoundsChunkHeaders) {
  start();
  Client client(port_);
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n");
  client.send("5;" + std::string(limits::kHttpHeaderBytes * 2, 'x'));
  EXPECT_GE(client.reply().status, 400);
  client.finish_sending();
  EXPECT_TRUE(client.at_end());
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  Client client(port_);
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += "GET /show/" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    text += "GET /inline HTTP/1.1\r\nHost: x\r\n\r\n";
    text += "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n" +
            std::to_string(10 + i);
  }
  client.send(text);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.reply().body, std::to_string(i) + "||/show/{a}|127.0.0.1");
    EXPECT_EQ(client.reply().body, "{}");
    EXPECT_EQ(client.reply().body, std::to_string(10 + i));
  }
}

TEST_F(ServerTest, KeepsTheConnectionOverASmallUnwantedBody) {
  start();
  Client client(port_);
  client.send(
      "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
      "GET /inline HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.reply().status, 404);
  EXPECT_EQ(client.reply().status, 200);
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
  start();
  Client client(port_);
  client.send("HEAD /large HTTP/1.1\r\nHost: x\r\n\r\nGET /inline HTTP/1.1\r\nHost: x\r\n\r\n");
  const Received head = client.reply(Client::Expect::kNoBody);
  EXPECT_EQ(head.header("Content-Length"), "5000000");
  EXPECT_EQ(client.reply().body, "{}");
}

TEST_F(ServerTest, ClosesWhenAsked) {
  start();
  Client client(port_);
  client.send("GET /inline HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.reply().header("Connection"), "close");
  client.finish_sending();
  EXPECT_TRUE(client.at_end());
  Client old(port_);
  old.send("GET /inline HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.reply().status, 200);
  old.finish_sending();
  EXPECT_TRUE(old.at_end());
}

TEST_F(ServerTest, AsksForTheBodyWhenTheClientWaits) {
  start();
  Client client(port_);
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: "
      "100-continue\r\nContent-Length: "
      "2\r\n\r\n");
  EXPECT_EQ(client.take_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  EXPECT_EQ(client.reply().body, "{}");
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: "
      "100-continue\r\nContent-Length: "
      "2000\r\n\r\n");
  EXPECT_EQ(client.reply().status, 413);
  client.finish_sending();
  EXPECT_TRUE(client.at_end());
}

TEST_F(ServerTest, SlowHeadersAndBodiesAreCutOff) {
  options_.request_timeout = milliseconds(30);
  options_.idle_timeout = milliseconds(60);
  start();
  Client header(port_), body(port_), idle(port_);
  header.send("GET /inline HTTP/1.1\r\nHos");
  body.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{");
  EXPECT_TRUE(header.at_end());
  EXPECT_TRUE(body.at_end());
  EXPECT_TRUE(idle.at_end());
}

TEST_F(ServerTest, SlowReadersAreCutOff) {
  options_.request_timeout = milliseconds(30);
  start();
  Client client(port_);
  for (int i = 0; i < 20; ++i) client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  // No more is read until the server has given up: then far less than 100 MB is there.
  EXPECT_TRUE(client.fill(1));
  while (server_->stats().connections != 0) std::this_thread::yield();
  EXPECT_LT(client.rest().size(), 100'000'000u);
}

TEST_F(ServerTest, LargeBodiesArriveWhole) {
  start();
  Client client(port_);
  client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.reply().body, std::string(5'000'000, 'x'));
}

TEST_F(ServerTest, FilesAreSentAndDeleted) {
  std::string content;
  for (int i = 0; i < 100'000; ++i) content += std::to_string(i) + ',';
  std::ofstream(spool_ / "file") << content;
  start();
  Client client(port_);
  client.send("GET /file HTTP/1.1\r\nHost: x\r\n\r\nGET /inline HTTP/1.1\r\nHost: x\r\n\r\n");
  const Received reply = client.reply();
  EXPECT_EQ(reply.body, content);
  EXPECT_EQ(reply.header("Content-Disposition"), "attachment; filename=\"a.csv\"");
  EXPECT_EQ(client.reply().status, 200);
  while (spooled_files() != 0) std::this_thread::yield();  // the last holder may be a job that just ended
}

TEST_F(ServerTest, UploadsAreStreamedToAFile) {
  start();
  std::string csv;
  for (int i = 0; i < 200'000; ++i) csv += std::to_string(i) + '\n';
  Client client(port_);
  const std::string end = "Content-Length: " + std::to_string(csv.size()) + "\r\n\r\n";
  client.send(
      "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: Text/CSV\r\nContent-Disposition: attachment; "
      "filename=\"dir/a.csv\"\r\n" +
      end);
  client.send(csv);
  const Received raw = client.reply();
  EXPECT_EQ(raw.status, 201);
  EXPECT_EQ(raw.body, "a.csv|text/csv|admitted");
  EXPECT_EQ(last_upload_, csv);

  const std::string form =
      "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n--b\r\nContent-Disposition: "
      "form-data; name=\"file\"; filename=\"b.xlsx\"\r\nContent-Type: application/x\r\n\r\n" +
      csv + "\r\n--b--\r\n";
  client.send(
      "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
      "boundary=b\r\nContent-Length: " +
      std::to_string(form.size()) + "\r\n\r\n");
  client.send(form);
  const Received multipart = client.reply();
  EXPECT_EQ(multipart.body, "b.xlsx|application/x|note=hi;admitted");
  EXPECT_EQ(last_upload_, csv);
  // The answer to a further request comes after the request that owned the file is gone.
  client.send("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.reply().status, 200);
  EXPECT_FALSE(std::filesystem::exists(last_upload_path_));
}

TEST_F(ServerTest, UploadsThatFailLeaveNothing) {
  start();
  const std::string head = "POST /upload HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(
      once(head + "Authorization: no\r\nContent-Type: text/csv\r\nContent-Length: 2000000\r\n\r\n").status,
      403);
  EXPECT_EQ(once(head + "Content-Length: 1\r\n\r\nx").status, 415);
  EXPECT_EQ(once(head + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}").status, 415);
  EXPECT_EQ(once(head + "Content-Type: text/csv\r\nContent-Length: 3000001\r\n\r\n").status, 413);
  EXPECT_EQ(
      once(head + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5\r\n\r\n--b--").status,
      422);
  EXPECT_EQ(
      once(head + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5\r\n\r\nhello").status,
      400);
  {
    Client client(port_);
    client.send(head + "Content-Type: text/csv\r\nContent-Length: 2000000\r\n\r\n" +
                std::string(1'000'000, 'x'));
    client.close();
  }
  Client chunked(port_);
  chunked.send(head + "Content-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "186a0\r\n" + std::string(100'000, 'x') + "\r\n";
  for (int i = 0; i < 31; ++i) chunked.send(chunk);
  EXPECT_EQ(chunked.reply().status, 413);
  chunked.close();
  while (server_->stats().connections != 0) std::this_thread::yield();
  while (spooled_files() != 0) std::this_thread::yield();  // the last holder may be a job that just ended
}

TEST_F(ServerTest, AFullPoolIsToldAtOnce) {
  start();
  std::vector<std::unique_ptr<Client>> waiting;
  for (int i = 0; i < 2; ++i) {
    waiting.push_back(std::make_unique<Client>(port_));
    waiting.back()->send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    entered_.acquire();
  }
  while (pool_.stats().queued < 2) {
    waiting.push_back(std::make_unique<Client>(port_));
    const size_t before = pool_.stats().queued;
    waiting.back()->send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    while (pool_.stats().queued == before) std::this_thread::yield();
  }
  const Received busy = once("GET /show/a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.code(), "busy");
  EXPECT_EQ(busy.header("Retry-After"), "1");
  EXPECT_EQ(once("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  // binary_semaphore: one entry at a time.
  for (size_t i = 0; i < waiting.size(); ++i) {
    release_.release();
    if (i + 2 < waiting.size()) entered_.acquire();
  }
  for (const auto& client : waiting) EXPECT_EQ(client->reply().body, "\"waited\"");
}

TEST_F(ServerTest, ADeferredAnswerComesFromElsewhere) {
  start();
  const auto post = [](std::string_view body) {
    return "POST /deferred HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  };
  Client client(port_);
  client.send(post("\"at once\""));
  EXPECT_EQ(client.reply().status, 202);
  // No worker waits, and the I/O thread goes on.
  std::vector<std::unique_ptr<Client>> waiting;
  for (int i = 0; i < 8; ++i) {
    waiting.push_back(std::make_unique<Client>(port_));
    waiting.back()->send(post("\"keep\""));
    entered_.acquire();
  }
  EXPECT_EQ(once("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  std::thread elsewhere([&] {
    for (http::Reply& reply : kept_) reply(json_response(202, "\"later\""));
  });
  elsewhere.join();
  for (const auto& one : waiting) EXPECT_EQ(one->reply().body, "\"later\"");
  kept_.clear();
  // On the connection's own thread it is sent from there.
  client.send(post("\"keep\"") + "GET /inline HTTP/1.1\r\nHost: x\r\n\r\n");
  entered_.acquire();
  net::asio::post(threads_.context(0),
                  [&] { std::exchange(kept_, {}).front()(json_response(202, "\"here\"")); });
  EXPECT_EQ(client.reply().body, "\"here\"");
  EXPECT_EQ(client.reply().status, 200);
  // On the same connection, in order.
  client.send(post("\"at once\"") + "GET /inline HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.reply().body, "\"at once\"");
  EXPECT_EQ(client.reply().status, 200);
  // An answer that nobody gives is one too.
  client.send(post("\"drop\""));
  EXPECT_EQ(client.reply().status, 503);
  client.send(post("\"throw\""));
  EXPECT_EQ(client.reply().status, 503);
}

TEST_F(ServerTest, EventsArriveWithHeartbeats) {
  start();
  Client client(port_);
  client.send("GET /events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 41\r\n\r\n");
  const Received reply = client.reply();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Type"), "text/event-stream");
  EXPECT_EQ(client.take_until("\n\n"), "event: hello\nid: 1\ndata: 41\n\n");
  EXPECT_EQ(client.take_until("\n\n"), ":\n\n");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(events_->push({.data = std::to_string(i)}), Pushed::kAccepted);
  for (int i = 0; i < 100; ++i) {
    std::string event;
    while ((event = client.take_until("\n\n")) == ":\n\n") {
    }
    EXPECT_EQ(event, "data: " + std::to_string(i) + "\n\n");
  }
  EXPECT_EQ(server_->stats().event_streams, 1u);
  events_->push({.data = "last"});
  events_->close();
  EXPECT_NE(client.rest().find("data: last\n\n"), std::string::npos);
}

TEST_F(ServerTest, EventStreamsEndWithTheirClient) {
  options_.heartbeat = hours(1);
  start();
  Client client(port_);
  client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.reply().status, 200);
  entered_.acquire();
  client.close();
  while (events_->push({.data = "x"}) == Pushed::kAccepted) std::this_thread::yield();
  while (server_->stats().event_streams != 0) std::this_thread::yield();
}

TEST_F(ServerTest, SlowEventClientsAreDropped) {
  options_.heartbeat = hours(1);
  start();
  Client client(port_);
  client.send("GET /events HTTP/1.1\r\nHost: x\r\nX-Small: 1\r\n\r\n");
  EXPECT_EQ(client.reply().status, 200);
  entered_.acquire();
  const std::string data(500, 'x');
  while (events_->push({.data = data}) == Pushed::kAccepted) {
  }
  EXPECT_TRUE(events_->overflowed());
  client.rest();
  while (server_->stats().event_streams != 0) std::this_thread::yield();
}

TEST_F(ServerTest, EventStreamsAreCounted) {
  options_.max_event_streams = 1;
  start();
  Client one(port_);
  one.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(one.reply().status, 200);
  entered_.acquire();
  EXPECT_EQ(once("GET /events HTTP/1.1\r\nHost: x\r\n\r\n").status, 503);
  entered_.acquire();
}

TEST_F(ServerTest, BelievesOnlyTrustedProxies) {
  start();
  const std::string request = "GET /show/a HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9, 10.1.2.3\r\n\r\n";
  EXPECT_EQ(once(request).body, "a||/show/{a}|127.0.0.1");
}

class ProxiedServerTest : public ServerTest {};

TEST_F(ProxiedServerTest, TakesTheAddressThatTheProxyWrote) {
  options_.trusted_proxies = {"127.0.0.1"};
  start();
  EXPECT_EQ(once("GET /show/a HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9, 10.1.2.3\r\n\r\n").body,
            "a||/show/{a}|10.1.2.3");
  EXPECT_EQ(once("GET /show/a HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: rubbish\r\n\r\n").body,
            "a||/show/{a}|127.0.0.1");
}

TEST_F(ServerTest, StopsAfterTheRequestsAtWork) {
  options_.heartbeat = hours(1);
  start();
  Client idle(port_), working(port_), streaming(port_);
  idle.send("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(idle.reply().status, 200);
  streaming.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(streaming.reply().status, 200);
  entered_.acquire();
  working.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  entered_.acquire();
  std::thread stopper([this] { server_->stop(seconds(30)); });
  EXPECT_TRUE(idle.at_end());
  EXPECT_EQ(streaming.rest(), "event: hello\nid: 1\ndata: \n\n");
  release_.release();
  EXPECT_EQ(working.reply().body, "\"waited\"");
  EXPECT_TRUE(working.at_end());
  stopper.join();
  while (server_->stats().connections != 0) std::this_thread::yield();
}

TEST_F(ServerTest, StopsInTimeWhateverHangs) {
  start();
  Client header(port_), working(port_);
  header.send("GET /inline HTTP/1.1\r\nHos");
  working.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  entered_.acquire();
  server_->stop(milliseconds(20));
  EXPECT_TRUE(header.at_end());
  EXPECT_TRUE(working.at_end());
}

TEST_F(ServerTest, NamesTheAddressThatItCannotHave) {
  start();
  ServerOptions options;
  options.listen = {{.address = "127.0.0.1", .port = port_}};
  const auto second = Server::create(threads_, pool_, clock_, Router(), options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().field, "127.0.0.1:" + std::to_string(port_));
}

}  // namespace
}  // namespace yizhan::http
