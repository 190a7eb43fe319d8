#pragma once
// For tests of the server for applications: an application that does one thing after another over a real
// socket, through the client's side of a Dialect, and a handler that keeps what it is told. Application: the
// test's thread; KeepingHandler: any.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "link/access_server.h"
#include "link/link_test_support.h"

namespace yizhan::link {

class KeepingHandler final : public AccessHandler {
 public:
  struct Login {
    std::string account, address;
    codec::Protocol protocol;
    codec::Fault fault;
  };

  // What happens to submits as they come: answered well at once, or kept for the test.
  enum class Submits : uint8_t { kAnswered, kKept };
  Submits mode = Submits::kKept;  // set before the server starts
  std::map<std::string, AccessAccount, std::less<>> accounts;

  std::optional<AccessAccount> find_account(std::string_view name) override {
    const std::scoped_lock lock(mutex_);
    const auto found = accounts.find(name);
    return found == accounts.end() ? std::nullopt : std::optional(found->second);
  }
  void on_submits(std::vector<AccessSubmit>&& submits) override {
    std::vector<AccessAnswer> answers;
    if (mode == Submits::kAnswered)
      for (const AccessSubmit& s : submits) answers.push_back(good(s));
    change([&] {
      ++batches;
      for (AccessSubmit& s : submits) kept.push_back(std::move(s));
    });
    if (!answers.empty()) answerer()->answer(std::move(answers));
  }
  void on_receiver(int64_t account_id, codec::Protocol) override {
    change([&] { receivers.push_back(account_id); });
  }
  void on_delivered(int64_t, std::vector<Delivered>&& all) override {
    change([&] {
      for (const Delivered& d : all) delivered.emplace_back(d.id, d.outcome);
    });
  }
  void on_login(std::string_view account, codec::Protocol protocol, std::string_view address,
                codec::Fault fault) override {
    change([&] { logins.push_back({std::string(account), std::string(address), protocol, fault}); });
  }

  void answer_to(AccessPort* port) {
    change([&] { port_ = port; });
  }

  static AccessAnswer good(const AccessSubmit& submit) {
    const auto dialect = codec::make_dialect(submit.protocol, {.side = codec::Side::kServer});
    return {.token = submit.token, .message = dialect->message_ref(submit.token, submit.sequence)};
  }

  // Waits until `ready` holds of what has been kept; false when it never does.
  bool wait(const std::function<bool()>& ready) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kTestPatience, ready);
  }
  std::vector<AccessSubmit> take_submits(size_t n) {
    EXPECT_TRUE(wait([&] { return kept.size() >= n; }));
    const std::scoped_lock lock(mutex_);
    EXPECT_EQ(kept.size(), n);
    return std::exchange(kept, {});
  }
  std::map<uint64_t, DeliveryOutcome> take_delivered(size_t n) {
    EXPECT_TRUE(wait([&] { return delivered.size() >= n; }));
    const std::scoped_lock lock(mutex_);
    EXPECT_EQ(delivered.size(), n);
    std::map<uint64_t, DeliveryOutcome> out(delivered.begin(), delivered.end());
    EXPECT_EQ(out.size(), delivered.size());
    delivered.clear();
    return out;
  }
  bool wait_for_receivers(size_t n) {
    return wait([&] { return receivers.size() >= n; });
  }
  Login last_login() {
    EXPECT_TRUE(wait([&] { return !logins.empty(); }));
    const std::scoped_lock lock(mutex_);
    return logins.empty() ? Login{} : logins.back();
  }

  std::vector<AccessSubmit> kept;
  size_t batches = 0;
  std::vector<int64_t> receivers;
  std::vector<std::pair<uint64_t, DeliveryOutcome>> delivered;
  std::vector<Login> logins;

 private:
  AccessPort* answerer() {
    const std::scoped_lock lock(mutex_);
    return port_;
  }
  template <class Change>
  void change(Change what) {
    const std::scoped_lock lock(mutex_);
    what();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  AccessPort* port_ = nullptr;
};

class Application {
 public:
  struct Received {
    Bytes bytes;
    codec::Pdu pdu;
  };

  Application(codec::Protocol protocol, uint16_t port)
      : dialect_(codec::make_dialect(protocol, {.enterprise_code = "90001", .sgip_node = 3'010'012'345})),
        socket_(context_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    const timeval limit{.tv_sec = kTestPatience.count()};
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }

  const codec::Dialect& dialect() const { return *dialect_; }
  boost::asio::ip::tcp::socket& socket() { return socket_; }
  codec::Sequence next() { return dialect_->stamp(++last_sequence_, SystemClock().now()); }

  void send(ByteSpan bytes) {
    boost::system::error_code gone;
    boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), gone);
  }
  // The next PDU; nothing when the connection has ended.
  std::optional<Received> read() {
    Received out;
    boost::system::error_code ec;
    codec::Frame frame;
    while (frame.state == codec::FrameState::kNeedMore) {
      const size_t have = out.bytes.size();
      out.bytes.resize(frame.length > have ? frame.length : have + 1);
      boost::asio::read(socket_, boost::asio::buffer(out.bytes.data() + have, out.bytes.size() - have), ec);
      if (ec) return std::nullopt;
      frame = dialect_->frame(out.bytes);
    }
    EXPECT_EQ(frame.state, codec::FrameState::kComplete);
    dialect_->read(out.bytes, out.pdu);
    return out;
  }
  Received expect(codec::Act act) {
    auto got = read();
    EXPECT_TRUE(got) << "the connection has ended";
    if (!got) return {};
    EXPECT_EQ(got->pdu.act, act);
    return *std::move(got);
  }
  bool ended() { return !read(); }

  // Returns the status.
  uint32_t login(std::string_view account = "erp", std::string_view secret = "secret",
                 codec::Role role = codec::Role::kBoth) {
    Bytes out;
    EXPECT_TRUE(dialect_->write_login(out, next(),
                                      {.account = account,
                                       .secret = secret,
                                       .role = role,
                                       .timestamp = codec::mmddhhmmss(SystemClock().now())}));
    send(out);
    return expect(codec::Act::kLoginAnswer).pdu.status;
  }
  // Logs in to send, or to receive where that takes another login.
  uint32_t login_to_receive() {
    const bool apart = dialect_->protocol() == codec::Protocol::kSgip12;
    return login("erp", "secret", apart ? codec::Role::kReceive : codec::Role::kBoth);
  }
  uint32_t login_to_send() {
    const bool apart = dialect_->protocol() == codec::Protocol::kSgip12;
    return login("erp", "secret", apart ? codec::Role::kSend : codec::Role::kBoth);
  }
  codec::Sequence submit(const codec::Submit& submit) {
    const codec::Sequence sequence = next();
    Bytes out;
    EXPECT_EQ(dialect_->write_submit(out, sequence, submit), codec::Fault::kNone);
    send(out);
    return sequence;
  }
  codec::Sequence submit(std::string_view text = "hello", std::string_view to = "8613800000001") {
    return submit({.source = "10690001",
                   .destinations = {to},
                   .payload = as_bytes(text),
                   .coding = codec::Coding::kAscii});
  }
  uint32_t submit_status() { return expect(codec::Act::kSubmitAnswer).pdu.submit_answer.status; }
  void answer(const Received& deliver, codec::Fault fault = codec::Fault::kNone) {
    Bytes out;
    dialect_->write_deliver_answer(out, deliver.pdu.sequence, deliver.pdu.deliver.echo, fault);
    send(out);
  }
  template <class Write>
  void write(Write write_pdu) {
    Bytes out;
    write_pdu(out);
    send(out);
  }

 private:
  std::unique_ptr<codec::Dialect> dialect_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
  uint32_t last_sequence_ = 0;
};

// The number that a login's answer has for a fault.
inline uint32_t login_status(codec::Protocol protocol, codec::Fault fault) {
  const auto client = codec::make_dialect(protocol);
  const auto server = codec::make_dialect(protocol, {.side = codec::Side::kServer});
  Bytes request, answer;
  EXPECT_TRUE(client->write_login(request, {1}, {.account = "erp", .secret = "secret"}));
  codec::Pdu pdu, answered;
  server->read(request, pdu);
  server->write_login_answer(answer, pdu.sequence, pdu, "secret", fault);
  client->read(answer, answered);
  EXPECT_EQ(answered.act, codec::Act::kLoginAnswer);
  return answered.status;
}

// A server for all protocols, and the account "erp" with the password "secret".
class AccessServerFixture : public ::testing::Test {
 protected:
  static constexpr int64_t kErp = 7;

  AccessServerFixture() {
    handler_.accounts["erp"] = {.id = kErp, .name = "erp", .secret = "secret"};
    using enum codec::Protocol;
    for (const auto& protocols :
         std::vector<std::vector<codec::Protocol>>{{kSmpp34}, {kCmpp20, kCmpp30}, {kSgip12}, {kSmgp30}})
      config_.listeners.push_back({.protocols = protocols});
    config_.failed_login_delay = {};
  }
  ~AccessServerFixture() override { server_.reset(); }

  void start() {
    auto server = AccessServer::create(clock_, config_, handler_);
    ASSERT_TRUE(server) << to_string(server.error());
    server_ = *std::move(server);
    handler_.answer_to(server_.get());
  }
  uint16_t port(codec::Protocol protocol) const {
    for (size_t i = 0; i < config_.listeners.size(); ++i)
      if (std::ranges::count(config_.listeners[i].protocols, protocol) > 0) return server_->port(i);
    return 0;
  }
  Application connect(codec::Protocol protocol) { return Application(protocol, port(protocol)); }
  // Waits for what only the counters tell.
  bool eventually(const std::function<bool(const AccessServerStats&)>& ready) {
    const auto limit = std::chrono::steady_clock::now() + kTestPatience;
    while (!ready(server_->stats())) {
      if (std::chrono::steady_clock::now() > limit) return false;
      std::this_thread::yield();
    }
    return true;
  }

  ManualClock clock_{SystemClock().now()};
  KeepingHandler handler_;
  AccessServerConfig config_;
  std::unique_ptr<AccessServer> server_;
};

}  // namespace yizhan::link
