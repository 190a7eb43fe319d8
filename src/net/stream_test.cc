#include "net/stream.h"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <future>

#include "net/io_threads.h"
#include "net/listener.h"
#include "net/test_certificate.h"

namespace yizhan::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
constexpr auto kAwaitable = asio::as_tuple(asio::use_awaitable);

// A server with a certificate of its own that sends back what it gets.
class TlsStream : public ::testing::Test {
 protected:
  void SetUp() override {
    certificate_.write_to(folder_);
    auto context = tls_server_context({certificate_.certificate_path, certificate_.key_path});
    ASSERT_TRUE(context) << to_string(context.error());
    server_context_ = *context;
    auto listener = Listener::create(threads_, {},
                                     [this](tcp::socket s) { return serve(std::move(s), server_context_); });
    ASSERT_TRUE(listener);
    listener_ = *std::move(listener);
  }
  void TearDown() override {
    listener_->stop();
    threads_.stop();
    std::filesystem::remove_all(folder_);
  }

  static Task<void> serve(tcp::socket socket, std::shared_ptr<ssl::context> context) {
    Stream stream(std::move(socket));
    const error_code failed = co_await stream.handshake_as_server(std::move(context));
    if (failed) co_return;
    std::array<char, 64> buffer{};
    for (;;) {
      const auto [error, bytes] = co_await stream.async_read_some(asio::buffer(buffer), kAwaitable);
      if (error) co_return;
      const auto [write_error, written] =
          co_await asio::async_write(stream, asio::buffer(buffer, bytes), kAwaitable);
      if (write_error) co_return;
    }
  }

  static Task<std::string> ask(uint16_t port, std::shared_ptr<ssl::context> context, std::string host) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    const auto [refused] =
        co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, kAwaitable);
    if (refused) co_return "refused";
    Stream stream(std::move(socket));
    const error_code failed = co_await stream.handshake_as_client(std::move(context), std::move(host));
    if (failed) co_return "handshake";
    const auto [write_error, written] =
        co_await asio::async_write(stream, asio::buffer("ping", 4), kAwaitable);
    if (write_error) co_return "write";
    std::string answer(4, '\0');
    const auto [error, bytes] = co_await asio::async_read(stream, asio::buffer(answer), kAwaitable);
    co_return error ? "read" : answer;
  }
  std::string ask_with(const TlsClientOptions& options, const std::string& host) {
    auto context = tls_client_context(options);
    if (!context) return context.error().field;
    return asio::co_spawn(threads_.context(0), ask(listener_->port(), *context, host), asio::use_future)
        .get();
  }

  std::filesystem::path folder_ = [] {
    std::string name = (std::filesystem::temp_directory_path() / "yizhan-tls-XXXXXX").string();
    return std::filesystem::path(mkdtemp(name.data()));
  }();
  TestCertificate certificate_{"IP:127.0.0.1"};
  std::shared_ptr<ssl::context> server_context_;
  IoThreads threads_{"test", 1};
  std::unique_ptr<Listener> listener_;
};

TEST_F(TlsStream, SpeaksToAPeerWhoseCertificateIsBelieved) {
  EXPECT_EQ(ask_with({.ca_pem = certificate_.certificate_pem}, "127.0.0.1"), "ping");
}

TEST_F(TlsStream, RefusesACertificateForAnotherHost) {
  EXPECT_EQ(ask_with({.ca_pem = certificate_.certificate_pem}, "127.0.0.2"), "handshake");
  EXPECT_EQ(ask_with({.ca_pem = certificate_.certificate_pem}, "carrier.example"), "handshake");
}

TEST_F(TlsStream, RefusesACertificateThatNobodyVouchesFor) {
  EXPECT_EQ(ask_with({}, "127.0.0.1"), "handshake");
  EXPECT_EQ(ask_with({.ca_pem = TestCertificate("IP:127.0.0.1").certificate_pem}, "127.0.0.1"), "handshake");
}

TEST_F(TlsStream, BelievesAnybodyOnlyWhenTold) {
  EXPECT_EQ(ask_with({.verify = TlsVerify::kNone}, "127.0.0.1"), "ping");
}

TEST_F(TlsStream, SaysWhichFileOrTextIsAtFault) {
  EXPECT_EQ(ask_with({.ca_pem = "no certificate"}, "127.0.0.1"), "ca_pem");
  const auto field = [](const TlsServerOptions& options) {
    const auto context = tls_server_context(options);
    return context ? std::string() : context.error().field;
  };
  EXPECT_EQ(field({"/nowhere", certificate_.key_path}), "certificate");
  EXPECT_EQ(field({certificate_.certificate_path, "/nowhere"}), "key");
  std::ofstream(folder_ / "other.pem") << TestCertificate("IP:127.0.0.1").key_pem;
  EXPECT_EQ(field({certificate_.certificate_path, (folder_ / "other.pem").string()}), "key");
}

}  // namespace
}  // namespace yizhan::net
