#include "link/http_link.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "link/link_test_support.h"
#include "net/io_threads.h"
#include "net/listener.h"
#include "net/stream.h"
#include "net/test_certificate.h"

namespace yizhan::link {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

// ---------------------------------------------------------------- the provider's end, scripted by the test

class ProviderConnection {
 public:
  explicit ProviderConnection(int fd) : fd_(fd) {}
  ~ProviderConnection() { hang_up(); }
  ProviderConnection(ProviderConnection&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}
  ProviderConnection& operator=(ProviderConnection&&) = delete;

  void hang_up() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  // The next request, header and body; empty when the link has closed the connection.
  std::string read() {
    for (;;) {
      const size_t end = in_.find("\r\n\r\n");
      if (end != in_.npos) {
        const size_t length_at = in_.find("Content-Length: ");
        const size_t body = length_at == in_.npos ? 0 : std::stoul(in_.substr(length_at + 16));
        if (in_.size() >= end + 4 + body) return std::exchange(in_, {});
      }
      if (!receive()) return {};
    }
  }
  void write(std::string_view text) {
    ASSERT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  void answer(int status, std::string_view body, std::string_view header = "") {
    write("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\n" +
          std::string(header) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
          std::string(body));
  }
  void accept_message(const std::string& id) { answer(200, R"({"code":"OK","id":")" + id + "\"}"); }
  bool closed_by_link() { return read().empty(); }

 private:
  bool receive() {
    pollfd p{fd_, POLLIN, 0};
    if (::poll(&p, 1, static_cast<int>(std::chrono::milliseconds(kTestPatience).count())) <= 0) return false;
    std::array<char, 65536> buffer{};
    const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (n > 0) in_.append(buffer.data(), static_cast<size_t>(n));
    return n > 0;
  }
  int fd_;
  std::string in_;
};

class Provider {
 public:
  Provider() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) { open(0); }
  ~Provider() { shut(); }
  uint16_t port() const { return port_; }
  void shut() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void open_again() {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    open(port_);
  }
  ProviderConnection accept() {
    pollfd p{fd_, POLLIN, 0};
    EXPECT_EQ(::poll(&p, 1, static_cast<int>(std::chrono::milliseconds(kTestPatience).count())), 1)
        << "the link did not connect";
    return ProviderConnection{::accept(fd_, nullptr, nullptr)};
  }
  bool nobody_waits() {
    pollfd p{fd_, POLLIN, 0};
    return ::poll(&p, 1, 0) == 0;
  }

 private:
  void open(uint16_t port) {
    const int yes = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    socklen_t length = sizeof address;
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
  }
  int fd_;
  uint16_t port_ = 0;
};

// ---------------------------------------------------------------- the engine's end

class HttpRecorder final : public LinkEvents {
 public:
  void on_responses(std::vector<Response>&& got) override {
    const std::lock_guard lock(mutex_);
    for (Response& r : got) responses.push_back(std::move(r));
    changed_.notify_all();
  }
  void on_deliveries(std::vector<Delivery>&& got) override {
    const std::lock_guard lock(mutex_);
    for (Delivery& d : got) deliveries.push_back(std::move(d));
    changed_.notify_all();
  }
  void on_state(LinkState state, std::string reason) override {
    const std::lock_guard lock(mutex_);
    states.emplace_back(state, std::move(reason));
    changed_.notify_all();
  }
  void on_credit() override {
    const std::lock_guard lock(mutex_);
    ++credits;
    changed_.notify_all();
  }
  void note(codec::Fault fault) {
    const std::lock_guard lock(mutex_);
    faults.push_back(fault);
    changed_.notify_all();
  }
  void on_stopped() {
    const std::lock_guard lock(mutex_);
    stopped = true;
    changed_.notify_all();
  }
  template <class Predicate>
  void wait(const char* what, Predicate predicate) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kTestPatience, predicate)) << "waited in vain for " << what;
  }
  void wait_responses(size_t n) {
    wait("responses", [&] { return responses.size() >= n; });
  }
  void wait_state(LinkState state) {
    wait("state", [&] { return !states.empty() && states.back().first == state; });
  }
  void wait_saw(LinkState state) {
    wait("state",
         [&] { return std::ranges::any_of(states, [&](const auto& s) { return s.first == state; }); });
  }

  std::vector<Response> responses;
  std::vector<Delivery> deliveries;
  std::vector<std::pair<LinkState, std::string>> states;
  std::vector<codec::Fault> faults;
  size_t credits = 0;
  bool stopped = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

provider::Description description() {
  provider::Description d;
  d.scheme = provider::Scheme::kHttp;
  d.request.path = "/send";
  d.request.body = R"({"to":"{{number}}","text":"{{text}}","ref":"{{message_id}}","from":"{{access_code}}"})";
  d.request.headers = {{"Authorization", "Bearer {{secret}}"}};
  d.answer = {.success = "/code",
              .success_value = "OK",
              .message_id = "/id",
              .error_codes = {"/code"},
              .throttled = {"SLOW"},
              .bad_credentials = {"WHO"}};
  return d;
}

LinkConfig test_config(uint16_t port) {
  LinkConfig c;
  c.name = "test";
  c.host = "127.0.0.1";
  c.port = port;
  c.system_id = "id";
  c.password = "secret";
  c.window = 1;
  c.queue_segments = 64;
  c.backoff_min = milliseconds(1);
  c.backoff_max = milliseconds(50);
  c.response_timeout = seconds(30);
  c.throttle_pause = milliseconds(1);
  c.http = description();
  return c;
}

class HttpLinkTest : public ::testing::Test {
 protected:
  ~HttpLinkTest() override {
    link_.reset();
    work_.reset();
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
  }
  Link& start(LinkConfig config) {
    EXPECT_TRUE(check(config)) << to_string(check(config).error());
    link_ = open_link(context_, clock_, std::move(config), events_);
    link_->start();
    return *link_;
  }
  // Bound by its first connection, which is kept for the first request.
  Link& start_bound(LinkConfig config) {
    start(std::move(config));
    events_.wait_state(LinkState::kBound);
    return *link_;
  }
  Link& start_bound() { return start_bound(test_config(provider_.port())); }
  void stop(Duration timeout) {
    link_->stop(timeout, [this] { events_.on_stopped(); });
  }
  static SubmitBatch batch_of(uint64_t first, size_t count, uint64_t group = 1, uint8_t units = 1) {
    SubmitBatch batch;
    for (uint64_t id = first; id < first + count; ++id)
      EXPECT_TRUE(batch.add({.attempt_id = id,
                             .message_id = 1000 + id,
                             .group = group,
                             .source = "1069",
                             .destination = "8613900000000",
                             .payload = as_bytes("say \"hi\" 驿站"),
                             .units = units}));
    return batch;
  }
  const Response& only_response() {
    events_.wait_responses(1);
    return events_.responses.front();
  }

  Provider provider_;
  ManualClock clock_{Time{1'700'000'000'000'000}};
  HttpRecorder events_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
      boost::asio::make_work_guard(context_);
  // Two threads, so that only the strand keeps the link's state whole.
  std::vector<std::thread> threads_ = [this] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) threads.emplace_back([this] { context_.run(); });
    return threads;
  }();
  std::unique_ptr<Link> link_;
};

// ---------------------------------------------------------------- answers

TEST_F(HttpLinkTest, SendsAMessageAndKnowsItsId) {
  Link& link = start_bound();
  events_.wait("credit", [&] { return events_.credits == 1; });
  EXPECT_EQ(link.credit(), 64U);
  link.submit(batch_of(7, 1, 1, 3));
  ProviderConnection c = provider_.accept();
  const std::string request = c.read();
  EXPECT_TRUE(request.starts_with("POST /send HTTP/1.1\r\nHost: 127.0.0.1:")) << request;
  EXPECT_NE(request.find("\r\nAuthorization: Bearer secret\r\n"), request.npos);
  EXPECT_TRUE(request.ends_with(R"({"to":"8613900000000","text":"say \"hi\" 驿站","ref":"7","from":"1069"})"))
      << request;
  c.accept_message("msg-1");
  const Response& r = only_response();
  EXPECT_EQ(r.kind, ResponseKind::kAccepted);
  EXPECT_EQ(r.attempt_id, 7U);
  EXPECT_EQ(r.message_id, 1007U);
  EXPECT_EQ(r.status, 200U);
  EXPECT_EQ(r.carrier_message_id, "msg-1");
  EXPECT_EQ(r.canonical_id, "msg-1");
  EXPECT_EQ(r.sent_at, clock_.now());
  EXPECT_EQ(link.stats().submitted, 3U);  // segments of the text
  EXPECT_EQ(link.stats().accepted, 1U);
  EXPECT_EQ(link.credit(), 64U);
}

TEST_F(HttpLinkTest, ARefusalHasTheProvidersCode) {
  start_bound().submit(batch_of(1, 1));
  ProviderConnection c = provider_.accept();
  c.read();
  c.answer(400, R"({"code":"MOBILE_NUMBER_ILLEGAL"})");
  EXPECT_EQ(only_response().kind, ResponseKind::kRejected);
  EXPECT_EQ(only_response().code, "MOBILE_NUMBER_ILLEGAL");
  EXPECT_EQ(only_response().status, 400U);
}

TEST_F(HttpLinkTest, AThrottledMessageGoesAgain) {
  Link& link = start_bound();
  link.submit(batch_of(1, 1));
  ProviderConnection c = provider_.accept();
  c.read();
  c.answer(200, R"({"code":"SLOW"})");
  EXPECT_NE(c.read().find("\"ref\":\"1\""), std::string::npos);
  c.answer(429, "");
  EXPECT_NE(c.read().find("\"ref\":\"1\""), std::string::npos);
  c.accept_message("m");
  EXPECT_EQ(only_response().kind, ResponseKind::kAccepted);
  EXPECT_EQ(link.stats().throttled, 2U);
  EXPECT_GT(link.stats().rate_limit, 0);
}

TEST_F(HttpLinkTest, ThrottledForEverIsRejected) {
  LinkConfig config = test_config(provider_.port());
  config.max_throttle_retries = 1;
  start_bound(config).submit(batch_of(1, 1));
  ProviderConnection c = provider_.accept();
  for (int i = 0; i < 2; ++i) {
    c.read();
    c.answer(200, R"({"code":"SLOW"})");
  }
  EXPECT_EQ(only_response().kind, ResponseKind::kRejected);
  EXPECT_EQ(only_response().code, "SLOW");
}

TEST_F(HttpLinkTest, WhatNobodyCanTellIsUnknown) {
  Link& link = start_bound();
  link.submit(batch_of(1, 3));
  ProviderConnection c = provider_.accept();
  c.read();
  c.answer(500, R"({"code":"INTERNAL"})");
  c.read();
  c.answer(200, "<html>it works</html>");
  c.read();
  c.answer(200, "{}");
  events_.wait_responses(3);
  for (const Response& r : events_.responses) EXPECT_EQ(r.kind, ResponseKind::kUnknown);
  EXPECT_EQ(link.stats().unknown, 3U);
  EXPECT_EQ(link.stats().state, LinkState::kBound);  // it answers
}

TEST_F(HttpLinkTest, BadCredentialsAreNotHammered) {
  Link& link = start_bound();
  link.submit(batch_of(1, 2));
  ProviderConnection c = provider_.accept();
  c.read();
  c.answer(403, R"({"code":"WHO"})");
  events_.wait_state(LinkState::kBadCredentials);
  events_.wait_responses(2);
  for (const Response& r : events_.responses) EXPECT_EQ(r.kind, ResponseKind::kNotSent);
  EXPECT_EQ(link.stats().bind_failure, BindFailure::kRefused);
  EXPECT_EQ(link.credit(), 0U);
  link.submit(batch_of(3, 1));
  events_.wait_responses(3);
  EXPECT_EQ(events_.responses[2].kind, ResponseKind::kNotSent);
  EXPECT_TRUE(provider_.nobody_waits());
}

TEST_F(HttpLinkTest, BadCredentialsAreTriedAgainAfterAWhile) {
  LinkConfig config = test_config(provider_.port());
  config.bad_credentials_retry = milliseconds(1);
  Link& link = start_bound(config);
  link.submit(batch_of(1, 1));
  ProviderConnection c = provider_.accept();
  c.read();
  c.answer(403, R"({"code":"WHO"})");
  events_.wait_saw(LinkState::kBadCredentials);
  events_.wait_state(LinkState::kBound);
}

// ---------------------------------------------------------------- what goes wrong on the way

TEST_F(HttpLinkTest, ASilentProviderLeavesItUnknown) {
  LinkConfig config = test_config(provider_.port());
  config.response_timeout = milliseconds(20);
  config.max_silent_timeouts = 2;
  config.backoff_min = config.backoff_max = hours(1);
  Link& link = start_bound(config);
  link.submit(batch_of(1, 3));
  ProviderConnection first = provider_.accept();
  EXPECT_FALSE(first.read().empty());
  EXPECT_TRUE(first.closed_by_link());
  ProviderConnection second = provider_.accept();
  EXPECT_FALSE(second.read().empty());
  EXPECT_TRUE(second.closed_by_link());
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kUnknown);
  EXPECT_EQ(events_.responses[1].kind, ResponseKind::kUnknown);
  // The third is not thrown after them.
  events_.wait_state(LinkState::kBackoff);
  EXPECT_EQ(link.stats().queued, 1U);
  EXPECT_EQ(link.stats().bind_failure, BindFailure::kTimeout);
}

TEST_F(HttpLinkTest, ADrippingAnswerEndsInTime) {
  LinkConfig config = test_config(provider_.port());
  config.response_timeout = milliseconds(50);
  start_bound(config).submit(batch_of(1, 1));
  ProviderConnection c = provider_.accept();
  c.read();
  c.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
  EXPECT_TRUE(c.closed_by_link());
  EXPECT_EQ(only_response().kind, ResponseKind::kUnknown);
}

TEST_F(HttpLinkTest, AHugeAnswerIsNotRead) {
  start_bound().submit(batch_of(1, 2));
  {
    ProviderConnection c = provider_.accept();
    c.read();
    c.write("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n");
    EXPECT_TRUE(c.closed_by_link());
  }
  ProviderConnection c = provider_.accept();
  c.read();
  c.write("HTTP/1.1 200 OK\r\nX: " + std::string(limits::kProviderHeaderBytes, 'x'));
  EXPECT_TRUE(c.closed_by_link());
  events_.wait_responses(2);
  for (const Response& r : events_.responses) EXPECT_EQ(r.kind, ResponseKind::kUnknown);
}

TEST_F(HttpLinkTest, GarbageInsteadOfHttpIsUnknown) {
  start_bound().submit(batch_of(1, 1));
  ProviderConnection c = provider_.accept();
  c.read();
  c.write("SSH-2.0-OpenSSH\r\n");
  EXPECT_TRUE(c.closed_by_link());
  EXPECT_EQ(only_response().kind, ResponseKind::kUnknown);
}

TEST_F(HttpLinkTest, AClosedConnectionInsteadOfAnAnswerIsUnknown) {
  start_bound().submit(batch_of(1, 1));
  {
    ProviderConnection c = provider_.accept();
    c.read();
  }
  EXPECT_EQ(only_response().kind, ResponseKind::kUnknown);
}

TEST_F(HttpLinkTest, ARefusedConnectionHoldsAndThenReturns) {
  LinkConfig config = test_config(provider_.port());
  provider_.shut();
  config.unsent_hold = milliseconds(20);
  Link& link = start(config);
  events_.wait_saw(LinkState::kBackoff);
  EXPECT_EQ(link.credit(), 0U);
  link.submit(batch_of(1, 1));
  EXPECT_EQ(only_response().kind, ResponseKind::kNotSent);
  EXPECT_EQ(link.stats().bind_failure, BindFailure::kUnreachable);
}

TEST_F(HttpLinkTest, WaitsForAProviderThatComesBack) {
  Link& link = start_bound();
  {
    ProviderConnection c = provider_.accept();
    provider_.shut();
  }
  link.submit(batch_of(1, 1));
  events_.wait("an outcome", [&] {
    return !events_.responses.empty() ||
           std::ranges::any_of(events_.states, [](const auto& s) { return s.first == LinkState::kBackoff; });
  });
  link.submit(batch_of(2, 1));
  provider_.open_again();
  events_.wait_state(LinkState::kBound);
  // The connection that bound it again, or one more where that was given up.
  for (;;) {
    ProviderConnection c = provider_.accept();
    if (c.read().empty()) continue;
    c.accept_message("m");
    events_.wait("an answer", [&] {
      return std::ranges::any_of(events_.responses,
                                 [](const Response& r) { return r.kind == ResponseKind::kAccepted; });
    });
    break;
  }
}

// ---------------------------------------------------------------- connections

TEST_F(HttpLinkTest, KeepsItsConnection) {
  Link& link = start_bound();
  link.submit(batch_of(1, 3));
  ProviderConnection c = provider_.accept();
  for (int i = 1; i <= 3; ++i) {
    EXPECT_NE(c.read().find("\"ref\":\"" + std::to_string(i) + "\""), std::string::npos);  // in their order
    c.accept_message("m" + std::to_string(i));
  }
  events_.wait_responses(3);
  EXPECT_TRUE(provider_.nobody_waits());
  EXPECT_EQ(link.stats().sessions_bound, 1U);
}

TEST_F(HttpLinkTest, DoesNotUseAConnectionThatWasClosedWhileIdle) {
  Link& link = start_bound();
  link.submit(batch_of(1, 1));
  {
    ProviderConnection c = provider_.accept();
    c.read();
    c.accept_message("m1");
    events_.wait_responses(1);
  }
  link.submit(batch_of(2, 1));
  ProviderConnection c = provider_.accept();
  c.read();
  c.accept_message("m2");
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[1].kind, ResponseKind::kAccepted);
}

TEST_F(HttpLinkTest, AConnectionThatIsToBeClosedIsClosed) {
  Link& link = start_bound();
  link.submit(batch_of(1, 2));
  {
    ProviderConnection c = provider_.accept();
    c.read();
    c.answer(200, R"({"code":"OK","id":"1"})", "Connection: close\r\n");
    EXPECT_TRUE(c.closed_by_link());
  }
  ProviderConnection c = provider_.accept();
  c.read();
  c.accept_message("2");
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[1].kind, ResponseKind::kAccepted);
}

// As many requests at once as there are sessions times window, and never two to one number.
TEST_F(HttpLinkTest, SendsSideBySideButInOrderToANumber) {
  LinkConfig config = test_config(provider_.port());
  config.sessions = 2;
  config.window = 4;
  Link& link = start_bound(config);
  SubmitBatch batch;
  for (uint64_t id = 1; id <= 40; ++id) {
    const std::string destination = "86139" + std::to_string(10000000 + id % 20);
    EXPECT_TRUE(batch.add({.attempt_id = id, .message_id = id, .destination = destination}));
  }
  link.submit(std::move(batch));
  std::vector<std::thread> workers;
  std::mutex mutex;
  std::map<std::string, std::vector<int>> order;
  int under_way = 0, most = 0;
  std::condition_variable met;
  // Two must meet, else the test would not end.
  const auto serve = [&](ProviderConnection c) {
    for (;;) {
      const std::string request = c.read();
      if (request.empty()) return;
      const std::string number = request.substr(request.find("\"to\":\"") + 6, 13);
      {
        std::unique_lock lock(mutex);
        most = std::max(most, ++under_way);
        met.notify_all();
        met.wait_for(lock, kTestPatience, [&] { return most >= 2; });
        order[number].push_back(std::stoi(request.substr(request.find("\"ref\":\"") + 7)));
        --under_way;
      }
      c.accept_message("m");
    }
  };
  for (int i = 0; i < 2; ++i)
    workers.emplace_back([&, c = provider_.accept()]() mutable { serve(std::move(c)); });
  std::atomic<bool> done{false};
  std::thread acceptor([&] {
    while (!done) {
      if (provider_.nobody_waits()) {
        std::this_thread::yield();
        continue;
      }
      workers.emplace_back([&, c = provider_.accept()]() mutable { serve(std::move(c)); });
    }
  });
  events_.wait_responses(40);
  done = true;
  acceptor.join();
  EXPECT_LE(most, 8);
  for (const auto& [number, ids] : order) EXPECT_TRUE(std::ranges::is_sorted(ids)) << number;
  link_.reset();
  for (std::thread& worker : workers) worker.join();
}

TEST_F(HttpLinkTest, ACodeOvertakesAndMarketingLeavesAConnectionFree) {
  LinkConfig config = test_config(provider_.port());
  config.sessions = 4;
  Link& link = start_bound(config);
  const auto submit = [&](uint64_t first, uint64_t count, Lane lane) {
    SubmitBatch batch;
    for (uint64_t id = first; id < first + count; ++id)
      EXPECT_TRUE(batch.add({.attempt_id = id,
                             .message_id = id,
                             .destination = "86139" + std::to_string(10000000 + id),
                             .lane = lane}));
    link.submit(std::move(batch));
  };
  const auto reference = [](const std::string& request) {
    return std::stoi(request.substr(request.find("\"ref\":\"") + 7));
  };
  submit(1, 10, Lane::kMarketing);
  std::vector<ProviderConnection> connections;
  for (int i = 0; i < 3; ++i) {
    connections.push_back(provider_.accept());
    EXPECT_LE(reference(connections.back().read()), 3);
  }
  submit(500, 2, Lane::kVerification);
  connections.push_back(provider_.accept());
  EXPECT_EQ(reference(connections.back().read()), 500) << "the one that marketing left free";
  connections[0].accept_message("m");
  EXPECT_EQ(reference(connections[0].read()), 501) << "ahead of what marketing has queued";
}

// ---------------------------------------------------------------- recall, bounds, stop

TEST_F(HttpLinkTest, RecallTakesBackWhatIsNotWritten) {
  Link& link = start_bound();
  link.submit(batch_of(1, 2, 1));
  link.submit(batch_of(3, 1, 2));
  ProviderConnection c = provider_.accept();
  c.read();
  link.recall(1);
  events_.wait_responses(1);
  EXPECT_EQ(events_.responses[0].attempt_id, 2U);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kNotSent);
  EXPECT_EQ(link.stats().in_window, 1U);
  // What is written is answered as it comes; turned away it does not go again.
  c.answer(200, R"({"code":"SLOW"})");
  events_.wait_responses(2);
  EXPECT_EQ(events_.responses[1].attempt_id, 1U);
  EXPECT_EQ(events_.responses[1].kind, ResponseKind::kNotSent);
  EXPECT_NE(c.read().find("\"ref\":\"3\""), std::string::npos);
  link.submit(batch_of(4, 2));
  link.recall_messages({1005});
  events_.wait_responses(3);
  EXPECT_EQ(events_.responses[2].attempt_id, 5U);
  link.recall_all();
  events_.wait_responses(4);
  EXPECT_EQ(events_.responses[3].attempt_id, 4U);
}

TEST_F(HttpLinkTest, MoreThanItsQueueComesBack) {
  LinkConfig config = test_config(provider_.port());
  config.queue_segments = 2;
  Link& link = start_bound(config);
  link.submit(batch_of(1, 2));
  EXPECT_EQ(link.credit(), 0U);
  link.submit(batch_of(3, 1));
  EXPECT_EQ(only_response().attempt_id, 3U);
  EXPECT_EQ(only_response().kind, ResponseKind::kNotSent);
}

TEST_F(HttpLinkTest, AStopWaitsForWhatIsWritten) {
  Link& link = start_bound();
  link.submit(batch_of(1, 2));
  ProviderConnection c = provider_.accept();
  c.read();
  stop(seconds(60));
  events_.wait_responses(1);
  EXPECT_EQ(events_.responses[0].attempt_id, 2U);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kNotSent);
  EXPECT_FALSE(events_.stopped);
  link.submit(batch_of(3, 1));
  events_.wait_responses(2);
  c.accept_message("m");
  events_.wait("the stop", [&] { return events_.stopped; });
  ASSERT_EQ(events_.responses.size(), 3U);
  EXPECT_EQ(events_.responses[2].kind, ResponseKind::kAccepted);
  EXPECT_EQ(link.stats().state, LinkState::kStopped);
}

TEST_F(HttpLinkTest, AStopDoesNotWaitForEver) {
  Link& link = start_bound();
  link.submit(batch_of(1, 1));
  ProviderConnection c = provider_.accept();
  c.read();
  stop(milliseconds(1));
  events_.wait("the stop", [&] { return events_.stopped; });
  ASSERT_EQ(events_.responses.size(), 1U);
  EXPECT_EQ(events_.responses[0].kind, ResponseKind::kUnknown);
}

TEST_F(HttpLinkTest, AStopWhileItConnectsEnds) {
  provider_.shut();
  start(test_config(provider_.port()));
  stop(milliseconds(1));
  events_.wait("the stop", [&] { return events_.stopped; });
}

// ---------------------------------------------------------------- callbacks

Delivery receipt(std::string id) {
  Delivery d;
  d.is_receipt = true;
  d.canonical_id = std::move(id);
  return d;
}

TEST_F(HttpLinkTest, ACallbackIsDoneWhenAllOfItIsAcknowledged) {
  Link& link = start_bound();
  link.receive({receipt("a"), receipt("b")}, [this](codec::Fault f) { events_.note(f); });
  events_.wait("deliveries", [&] { return events_.deliveries.size() == 2; });
  EXPECT_NE(events_.deliveries[0].token, events_.deliveries[1].token);
  EXPECT_EQ(link.stats().receipts, 2U);
  EXPECT_EQ(link.stats().unacknowledged, 2U);
  link.acknowledge({events_.deliveries[0].token});
  // Another one passes it by: the order of strands shows that the first is not done.
  link.receive({}, [this](codec::Fault f) { events_.note(f); });
  events_.wait("the empty one", [&] { return events_.faults.size() == 1; });
  EXPECT_EQ(link.stats().unacknowledged, 1U);
  link.acknowledge({events_.deliveries[1].token}, codec::Fault::kQueueFull);
  events_.wait("the fault", [&] { return events_.faults.size() == 2; });
  EXPECT_EQ(events_.faults[0], codec::Fault::kNone);
  EXPECT_EQ(events_.faults[1], codec::Fault::kQueueFull);
}

TEST_F(HttpLinkTest, MoreCallbacksThanItHoldsShallComeAgain) {
  LinkConfig config = test_config(provider_.port());
  config.unacknowledged = 1;
  Link& link = start_bound(config);
  link.receive({receipt("a")}, [this](codec::Fault f) { events_.note(f); });
  link.receive({receipt("b")}, [this](codec::Fault f) { events_.note(f); });
  events_.wait("the fault", [&] { return events_.faults.size() == 1; });
  EXPECT_EQ(events_.faults[0], codec::Fault::kQueueFull);
  EXPECT_EQ(events_.deliveries.size(), 1U);
  // What is not on disk when the link goes, the provider shall bring again.
  stop(milliseconds(1));
  events_.wait("the stop", [&] { return events_.stopped; });
  EXPECT_EQ(events_.faults.size(), 2U);
  EXPECT_EQ(events_.faults[1], codec::Fault::kQueueFull);
}

// ---------------------------------------------------------------- configuration, TLS

TEST_F(HttpLinkTest, ChecksItsConfiguration) {
  const auto fault = [&](auto change) {
    LinkConfig config = test_config(1);
    change(config);
    const auto checked = check(config);
    return checked ? std::string() : checked.error().field;
  };
  EXPECT_EQ(fault([](LinkConfig&) {}), "");
  EXPECT_EQ(fault([](LinkConfig& c) { c.system_id = std::string(40, 'x'); }), "");  // longer than any login
  EXPECT_EQ(fault([](LinkConfig& c) { c.host = ""; }), "host");
  EXPECT_EQ(fault([](LinkConfig& c) { c.sessions = 16, c.window = 17; }), "window");
  EXPECT_EQ(fault([](LinkConfig& c) { c.password = "a\n"; }), "password");
  EXPECT_EQ(fault([](LinkConfig& c) { c.http->request.body = "{{nobody}}"; }), "http/request/body");
}

class TlsProvider {
 public:
  TlsProvider() {
    certificate_.write_to(folder_);
    context_ = net::tls_server_context({certificate_.certificate_path, certificate_.key_path}).value();
    listener_ = net::Listener::create(threads_, {}, [this](tcp::socket s) {
                  return serve(std::move(s), context_);
                }).value();
  }
  ~TlsProvider() {
    listener_->stop();
    threads_.stop();
    std::filesystem::remove_all(folder_);
  }
  uint16_t port() const { return listener_->port(); }
  const std::string& certificate() const { return certificate_.certificate_pem; }

 private:
  static net::Task<void> serve(tcp::socket socket, std::shared_ptr<net::ssl::context> context) {
    constexpr auto kTuple = boost::asio::as_tuple(boost::asio::use_awaitable);
    static constexpr std::string_view kAnswer =
        "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"code\":\"OK\",\"id\":\"tls\"}";
    net::Stream stream(std::move(socket));
    const auto failed = co_await stream.handshake_as_server(std::move(context));
    if (failed) co_return;
    std::string request;
    std::array<char, 4096> buffer{};
    for (;;) {
      const auto [error, bytes] = co_await stream.async_read_some(boost::asio::buffer(buffer), kTuple);
      if (error) co_return;
      request.append(buffer.data(), bytes);
      if (!request.ends_with('}')) continue;
      request.clear();
      const auto [write_error, written] =
          co_await boost::asio::async_write(stream, boost::asio::buffer(kAnswer), kTuple);
      if (write_error) co_return;
    }
  }

  std::filesystem::path folder_ = [] {
    std::string name = (std::filesystem::temp_directory_path() / "yizhan-http-XXXXXX").string();
    return std::filesystem::path(mkdtemp(name.data()));
  }();
  net::TestCertificate certificate_{"IP:127.0.0.1"};
  std::shared_ptr<net::ssl::context> context_;
  net::IoThreads threads_{"provider", 1};
  std::unique_ptr<net::Listener> listener_;
};

TEST_F(HttpLinkTest, SpeaksTlsToAProviderThatIsVouchedFor) {
  TlsProvider provider;
  LinkConfig config = test_config(provider.port());
  config.tls = Tls::kVerified;
  config.tls_ca_pem = provider.certificate();
  Link& link = start_bound(config);
  link.submit(batch_of(1, 3));
  events_.wait_responses(3);
  for (const Response& r : events_.responses) {
    EXPECT_EQ(r.kind, ResponseKind::kAccepted);
    EXPECT_EQ(r.carrier_message_id, "tls");
  }
  EXPECT_EQ(link.stats().reconnects, 0U);
}

TEST_F(HttpLinkTest, SendsNothingToAProviderThatNobodyVouchesFor) {
  TlsProvider provider;
  LinkConfig config = test_config(provider.port());
  config.tls = Tls::kVerified;
  config.unsent_hold = milliseconds(20);
  start(config);
  events_.wait_saw(LinkState::kBackoff);
  link_->submit(batch_of(1, 1));
  EXPECT_EQ(only_response().kind, ResponseKind::kNotSent);
}

}  // namespace
}  // namespace yizhan::link
