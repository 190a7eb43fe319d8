#include "link/http_connection.h"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>

#include "base/limits.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

// Servers close what is idle, some after a few seconds; a request that meets the closing has no answer, and
// nobody can say what became of it.
constexpr std::chrono::seconds kIdleAtMost{4};

}  // namespace

HttpConnection::HttpConnection(const net::Executor& strand, const LinkConfig& config,
                               std::shared_ptr<net::ssl::context> tls)
    : config_(config),
      tls_(std::move(tls)),
      stream_(strand),
      resolver_(strand),
      deadline_(stream_.socket()) {}

net::Task<Result<>> HttpConnection::connect() {
  deadline_.set(config_.connect_timeout);
  auto connected = co_await connect_in_time();
  const bool late = deadline_.expired();
  deadline_.clear();
  idle_since_ = std::chrono::steady_clock::now();
  if (!connected) {
    close();
    if (late) co_return fail(ErrorCode::kTimeout, "connect timed out");
  }
  co_return connected;
}

net::Task<Result<>> HttpConnection::connect_in_time() {
  error_code no_address;
  std::vector<tcp::endpoint> endpoints;
  const asio::ip::address literal = asio::ip::make_address(config_.host, no_address);
  if (!no_address) {
    endpoints.emplace_back(literal, config_.port);
  } else {
    const auto [failure, found] =
        co_await resolver_.async_resolve(config_.host, std::to_string(config_.port), net::kAwaitable);
    if (failure) co_return fail(ErrorCode::kUnavailable, "host not found: " + failure.message());
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  Result<> connected = fail(ErrorCode::kUnavailable, "no address");
  for (const tcp::endpoint& endpoint : endpoints) {
    if (deadline_.expired() || closed_) break;
    connected = co_await connect_to(endpoint);
    if (connected) break;
  }
  if (!connected || tls_ == nullptr) co_return connected;
  const error_code failure = co_await stream_.handshake_as_client(tls_, config_.host);
  if (failure || !stream_.is_open()) co_return fail(ErrorCode::kUnavailable, "TLS: " + failure.message());
  co_return Result<>{};
}

net::Task<Result<>> HttpConnection::connect_to(tcp::endpoint endpoint) {
  tcp::socket& socket = stream_.socket();
  error_code error;
  if (socket.is_open()) socket.close(error);
  socket.open(endpoint.protocol(), error);
  if (!error && !config_.local_address.empty())
    socket.bind({asio::ip::make_address(config_.local_address, error), 0}, error);
  if (error) co_return fail(ErrorCode::kUnavailable, "connect: " + error.message());
  const auto [failure] = co_await socket.async_connect(endpoint, net::kAwaitable);
  if (failure || !socket.is_open()) co_return fail(ErrorCode::kUnavailable, "connect: " + failure.message());
  socket.set_option(tcp::no_delay(true), error);
  co_return Result<>{};
}

net::Task<Exchange> HttpConnection::exchange(std::string request, Duration limit) {
  Exchange result;
  deadline_.set(limit);
  const auto [write_error, written] =
      co_await asio::async_write(stream_, asio::buffer(request), net::kAwaitable);
  if (write_error && written < request.size()) {
    result.failure = "write: " + write_error.message();
    close();
    co_return result;
  }
  result.end = ExchangeEnd::kNoAnswer;
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(limits::kProviderAnswerBytes);
  parser.header_limit(limits::kProviderHeaderBytes);
  beast::flat_buffer buffer(limits::kProviderHeaderBytes + limits::kProviderAnswerBytes);
  const auto [read_error, bytes] = co_await beast::http::async_read(stream_, buffer, parser, net::kAwaitable);
  const bool late = deadline_.expired();
  deadline_.clear();
  if (read_error || !parser.is_done()) {
    result.failure = late ? "no answer in time" : "read: " + read_error.message();
    close();
    co_return result;
  }
  result.end = ExchangeEnd::kAnswered;
  result.status = static_cast<int>(parser.get().result_int());
  result.body = std::move(parser.get().body());
  proven_ = true;
  idle_since_ = std::chrono::steady_clock::now();
  // What comes unasked is no answer to anything.
  if (!parser.get().keep_alive() || buffer.size() > 0) close();
  co_return result;
}

// Between requests the server has nothing to say: what can be read is its goodbye. (A TLS server speaks once
// more after the handshake, before the first answer.)
bool HttpConnection::is_usable() {
  if (!stream_.is_open()) return false;
  if (!proven_) return true;
  if (std::chrono::steady_clock::now() - idle_since_ > kIdleAtMost) return false;
  error_code error;
  tcp::socket& socket = stream_.socket();
  char byte = 0;
  socket.non_blocking(true, error);
  if (error) return false;
  socket.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
  return error == asio::error::would_block;
}

}  // namespace yizhan::link
