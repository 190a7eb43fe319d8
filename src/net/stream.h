#pragma once
// A TCP connection that is plain or, after a handshake, TLS: one type for both, so that sessions are written
// once. An AsyncStream for Asio's composed operations. One read and one write may be under way at a time, all
// on the connection's own strand.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>

#include "net/task.h"
#include "net/tls.h"

namespace yizhan::net {

class Stream {
 public:
  using Socket = asio::ip::tcp::socket;
  using executor_type = Socket::executor_type;
  using lowest_layer_type = Socket::lowest_layer_type;

  explicit Stream(const executor_type& executor) : socket_(executor) {}
  explicit Stream(Socket&& socket) : socket_(std::move(socket)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return socket_; }
  const Socket& socket() const { return socket_; }
  lowest_layer_type& lowest_layer() { return socket_.lowest_layer(); }
  bool is_open() const { return socket_.is_open(); }
  bool is_tls() const { return tls_.has_value(); }

  // Starts over with another connection; nothing may be under way.
  void reset(Socket&& socket) {
    tls_.reset();
    socket_ = std::move(socket);
  }
  // The client's or the server's part of the handshake; `host` is the name or address that the certificate
  // must be for, where the context verifies. Bound the time by closing the socket.
  Task<boost::system::error_code> handshake_as_client(std::shared_ptr<ssl::context> context,
                                                      std::string host) {
    context_ = std::move(context);
    tls_.emplace(socket_, *context_);
    boost::system::error_code no_address;
    asio::ip::make_address(host, no_address);
    if (no_address) SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str());  // names only (RFC 6066)
    tls_->set_verify_callback(ssl::host_name_verification(host));
    const auto [error] = co_await tls_->async_handshake(ssl::stream_base::client, kAwaitable);
    co_return error;
  }
  Task<boost::system::error_code> handshake_as_server(std::shared_ptr<ssl::context> context) {
    context_ = std::move(context);
    tls_.emplace(socket_, *context_);
    const auto [error] = co_await tls_->async_handshake(ssl::stream_base::server, kAwaitable);
    co_return error;
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }
  // At once and without a closing alert: what is under way ends with an error.
  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
  std::shared_ptr<ssl::context> context_;
  std::optional<ssl::stream<Socket&>> tls_;
};

}  // namespace yizhan::net
