#include <gtest/gtest.h>

#include <boost/asio/ssl/stream.hpp>
#include <filesystem>

#include "link/access_test_support.h"
#include "net/test_certificate.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;
using codec::Act;
using codec::Protocol;
using TlsSocket = asio::ssl::stream<asio::ip::tcp::socket>;

// One listener with a certificate of its own, for SMPP.
class AccessServerTls : public AccessServerFixture {
 protected:
  AccessServerTls() {
    std::filesystem::create_directories(folder_);
    certificate_.write_to(folder_);
    config_.listeners = {{.protocols = {Protocol::kSmpp34},
                          .certificate = certificate_.certificate_path,
                          .key = certificate_.key_path}};
    handler_.mode = KeepingHandler::Submits::kAnswered;
  }
  ~AccessServerTls() override { std::filesystem::remove_all(folder_); }

  TlsSocket connect(std::string_view believed) {
    context_.set_verify_mode(asio::ssl::verify_peer);
    context_.add_certificate_authority(asio::buffer(believed));
    TlsSocket socket(io_, context_);
    socket.next_layer().connect({asio::ip::address_v4::loopback(), server_->port()});
    return socket;
  }
  codec::Pdu read(TlsSocket& socket) {
    bytes_.resize(4);
    asio::read(socket, asio::buffer(bytes_));
    bytes_.resize(dialect_->frame(bytes_).length);
    asio::read(socket, asio::buffer(bytes_.data() + 4, bytes_.size() - 4));
    codec::Pdu pdu;
    dialect_->read(bytes_, pdu);
    return pdu;
  }

  const std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                        ("access_tls_" + std::to_string(::getpid()) + "_" +
                                         ::testing::UnitTest::GetInstance()->current_test_info()->name());
  net::TestCertificate certificate_{"IP:127.0.0.1"};
  const std::unique_ptr<codec::Dialect> dialect_ = codec::make_dialect(Protocol::kSmpp34);
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  Bytes bytes_;
};

TEST_F(AccessServerTls, AnApplicationThatBelievesTheCertificateSubmits) {
  constexpr uint32_t kSubmits = 200;
  handler_.accounts["erp"].window = kSubmits;
  start();
  TlsSocket socket = connect(certificate_.certificate_pem);
  socket.handshake(asio::ssl::stream_base::client);
  Bytes out;
  ASSERT_TRUE(dialect_->write_login(out, {1}, {.account = "erp", .secret = "secret"}));
  asio::write(socket, asio::buffer(out));
  const codec::Pdu login = read(socket);
  EXPECT_EQ(login.act, Act::kLoginAnswer);
  EXPECT_EQ(login.status, 0U);
  out.clear();
  for (uint32_t i = 2; i < kSubmits; ++i)
    ASSERT_EQ(dialect_->write_submit(out, {i},
                                     {.source = "1", .destinations = {"2"}, .payload = as_bytes("over TLS")}),
              codec::Fault::kNone);
  asio::write(socket, asio::buffer(out));
  for (uint32_t i = 2; i < kSubmits; ++i) {
    const codec::Pdu answer = read(socket);
    EXPECT_EQ(answer.act, Act::kSubmitAnswer);
    EXPECT_EQ(answer.submit_answer.status, 0U);
  }
}

TEST_F(AccessServerTls, WhoDoesNotSpeakTlsIsClosedAndOthersAreServed) {
  config_.login_timeout = milliseconds(100);
  start();
  Application plain(Protocol::kSmpp34, server_->port()), silent(Protocol::kSmpp34, server_->port());
  Bytes out;
  ASSERT_TRUE(plain.dialect().write_login(out, {1}, {.account = "erp", .secret = "secret"}));
  plain.send(out);
  char byte = 0;
  boost::system::error_code ended;
  while (!ended) plain.socket().read_some(asio::buffer(&byte, 1), ended);  // an alert, perhaps
  EXPECT_TRUE(silent.ended());
  EXPECT_TRUE(handler_.logins.empty());
  EXPECT_TRUE(eventually([](const auto& s) { return s.connections == 0; }));
}

TEST_F(AccessServerTls, ACertificateThatCannotBeUsedIsNamed) {
  config_.listeners[0].certificate = config_.listeners[0].key;
  auto server = AccessServer::create(clock_, config_, handler_);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().field, "certificate");
  config_.listeners[0].certificate.clear();
  server = AccessServer::create(clock_, config_, handler_);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().field, "listeners/0/certificate");
}

}  // namespace
}  // namespace yizhan::link
