// Webhooks against a server of the test's: what is sent, how it is signed, what happens when it is not taken.

#include "app/webhook_sender.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <mutex>
#include <thread>

#include "crypto/hmac.h"
#include "tests/support/program_world.h"

namespace yizhan {
namespace {

using app::webhook_address_allowed;
using app::WebhookSender;
using app::WebhookTransport;
using domain::AttemptOutcome;

// Answers each request with the next of its statuses, 200 when there are none left.
class Receiver {
 public:
  struct Request {
    std::string head, body;
  };

  Receiver() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Receiver() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  std::string url(const std::string& path = "/hook") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  void answer_next(std::deque<std::string> answers) {
    const std::lock_guard lock(mutex_);
    answers_ = std::move(answers);
  }
  std::vector<Request> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void run() {
    while (!stopping_) {
      pollfd waiting{listener_, POLLIN, 0};
      if (::poll(&waiting, 1, 10) <= 0) continue;
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd >= 0) serve(fd);
    }
  }
  void serve(int fd) {
    std::string text;
    size_t length = 0, end = std::string::npos;
    char piece[4096];
    while (end == std::string::npos || text.size() < end + 4 + length) {
      const ssize_t n = ::recv(fd, piece, sizeof piece, 0);
      if (n <= 0) break;
      text.append(piece, static_cast<size_t>(n));
      end = text.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      const size_t at = text.find("Content-Length: ");
      if (at < end) length = std::stoul(text.substr(at + 16));
    }
    std::string status = "200 OK";
    {
      const std::lock_guard lock(mutex_);
      if (end != std::string::npos) requests_.push_back({text.substr(0, end + 2), text.substr(end + 4)});
      if (!answers_.empty()) {
        status = answers_.front();
        answers_.pop_front();
      }
    }
    const std::string answer = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(fd);
  }

  const int listener_;
  uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::deque<std::string> answers_;
  std::vector<Request> requests_;
  std::thread thread_;
};

class WebhookSenderTest : public testing::ProgramStoreTest {
 protected:
  void TearDown() override {
    sender_.reset();
    ProgramStoreTest::TearDown();
  }
  void make_sender(std::vector<std::string> private_addresses = {"127.0.0.0/8"}) {
    sender_.emplace(store(), *webhooks_,
                    app::WebhookOptions{.private_addresses = std::move(private_addresses), .ca_file = {}});
    webhooks_->set_hooks({.check_url = [this](const std::string& url) { return sender_->check_url(url); },
                          .changed = [this] { sender_->changed(); }});
    ok(sender_->start());
  }
  void point_at(const std::string& url) {
    const auto put = ok(webhooks_->put(who(), application_, {}, {.receipt_url = url, .reply_url = {}}));
    if (put.secret) secret_ = *put.secret;
  }
  void lose(int messages) {
    for (int i = 0; i < messages; ++i) {
      ASSERT_EQ(answer_to(notice(std::to_string(i), "1380000000" + std::to_string(i % 3))).kind,
                service::TemplateAnswer::Kind::kTaken);
      apply({response(claim(value("SELECT max(batch_id) FROM outbox")).at(0), AttemptOutcome::kUnknown)});
    }
  }
  bool becomes(const std::string& rows, int64_t wanted) {
    return testing::eventually([&] { return count(rows) == wanted; });
  }
  static std::string header(const Receiver::Request& request, const std::string& name) {
    const size_t at = request.head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const size_t from = at + name.size() + 4;
    return request.head.substr(from, request.head.find("\r\n", from) - from);
  }

  std::optional<WebhookSender> sender_;
  std::string secret_;
};
YIZHAN_FOR_EACH_STORE(WebhookSenderTest);

TEST_P(WebhookSenderTest, EventsAreSignedAndTakenOnce) {
  Receiver receiver;
  make_sender();
  point_at(receiver.url("/hook?x=1"));
  lose(2);
  ASSERT_TRUE(becomes("application_delivery", 0));
  size_t events = 0;
  for (const auto& request : receiver.requests()) {
    EXPECT_TRUE(request.head.starts_with("POST /hook?x=1 HTTP/1.1")) << request.head;
    EXPECT_EQ(header(request, "Content-Type"), "application/json");
    const std::string signed_text = header(request, "Yizhan-Timestamp") + "." + request.body;
    EXPECT_EQ(header(request, "Yizhan-Signature"),
              "v1=" + to_hex(crypto::HmacKey(as_bytes(secret_)).mac(as_bytes(signed_text))));
    events += ok(json::parse(request.body)).at("events").as_array().size();
  }
  EXPECT_EQ(events, 2U);
}

TEST_P(WebhookSenderTest, WhatIsNotTakenComesAgainAfterAPause) {
  Receiver receiver;
  receiver.answer_next({"500 No", "302 Found\r\nLocation: http://127.0.0.1/elsewhere", "429 Later"});
  make_sender();
  point_at(receiver.url());
  lose(1);
  for (int64_t failures = 1; failures <= 3; ++failures) {
    ASSERT_TRUE(becomes("application_delivery WHERE refusals = " + std::to_string(failures), 1));
    EXPECT_EQ(receiver.requests().size(), static_cast<size_t>(failures));
    clock_.advance(seconds(int64_t{1} << failures));
  }
  ASSERT_TRUE(becomes("application_delivery", 0));
  EXPECT_EQ(ok(webhooks_->get(application_)).state.last_error, "");
  EXPECT_EQ(count("webhook_dead_letter"), 0);
}

TEST_P(WebhookSenderTest, OneThatItWillNotHaveDoesNotHoldUpTheOthers) {
  Receiver receiver;
  make_sender({"127.0.0.0/8"});
  // Both are refused together, then the first alone until it is dead; then the second goes.
  receiver.answer_next(std::deque<std::string>(limits::kWebhookAttempts, "422 No"));
  ok(webhooks_->put(who(), application_, {},
                    {.receipt_url = receiver.url(), .reply_url = {}, .use = service::WebhookUse::kDisabled}));
  execute("UPDATE application_webhook SET enabled = 1");
  lose(2);
  sender_->changed();
  const bool one_is_dead = testing::eventually([&] {
    clock_.advance(seconds(limits::kWebhookPauseMaxSeconds));
    return count("webhook_dead_letter") >= 1;
  });
  EXPECT_TRUE(one_is_dead);
  EXPECT_TRUE(testing::eventually([&] {
    clock_.advance(seconds(limits::kWebhookPauseMaxSeconds));
    return count("application_delivery") == 0;
  }));
}

TEST_P(WebhookSenderTest, AnAddressThatIsNotPublicIsNotCalled) {
  Receiver receiver;
  make_sender({});
  EXPECT_EQ(
      webhooks_->put(who(), application_, {}, {.receipt_url = receiver.url(), .reply_url = {}}).error().field,
      "/receipt_url");
  // One that got there nevertheless.
  point_at("https://a.example/");
  execute("UPDATE application_webhook SET receipt_url = 'https://localhost:" + std::to_string(1) + "/'");
  sender_->changed();
  lose(1);
  ASSERT_TRUE(becomes("application_webhook WHERE last_error LIKE 'an address%'", 1));
  EXPECT_TRUE(receiver.requests().empty());
}

TEST(WebhookAddress, OnlyPublicOnesOrThoseOfTheConfiguration) {
  const auto tls = [](const std::string& address, const std::vector<std::string>& more = {}) {
    return webhook_address_allowed(address, WebhookTransport::kTls, more);
  };
  for (const char* address : {"8.8.8.8", "2606:4700::1111"}) {
    EXPECT_TRUE(tls(address)) << address;
    EXPECT_FALSE(webhook_address_allowed(address, WebhookTransport::kPlain, {})) << address;
  }
  for (const char* address :
       {"127.0.0.1", "10.1.2.3", "192.168.1.1", "172.31.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "nothing", ""}) {
    EXPECT_FALSE(tls(address)) << address;
    EXPECT_FALSE(webhook_address_allowed(address, WebhookTransport::kPlain, {})) << address;
  }
  EXPECT_TRUE(tls("10.1.2.3", {"10.0.0.0/8"}));
  EXPECT_TRUE(webhook_address_allowed("10.1.2.3", WebhookTransport::kPlain, {"10.0.0.0/8"}));
  EXPECT_FALSE(tls("192.168.1.1", {"10.0.0.0/8"}));
}

TEST_P(WebhookSenderTest, UrlsAreLookedAt) {
  make_sender({});
  for (const char* url : {"https://a.example/hook?x=1", "https://a.example:8443/"})
    EXPECT_TRUE(sender_->check_url(url)) << url;
  for (const char* url : {"http://a.example/", "ftp://a.example/", "https://", "https://u:p@a.example/",
                          "https://a.example/#x", "https://127.0.0.1/", "https://[::1]/", "https://0x7f.1/",
                          "https://2130706433/", "https://a.example/ x", "file:///etc/passwd", "a.example"})
    EXPECT_FALSE(sender_->check_url(url)) << url;
}

}  // namespace
}  // namespace yizhan
