#pragma once
// One connection to an HTTP server, plain or TLS, for one request at a time. Everything is bounded in time (a
// deadline closes the socket) and in size. On one strand.

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "link/link_config.h"
#include "net/deadline.h"
#include "net/stream.h"

namespace yizhan::link {

// How far an exchange came.
enum class ExchangeEnd : uint8_t {
  kAnswered,
  kNotWritten,  // not whole: the server cannot have acted on it
  kNoAnswer,    // written, but no whole answer came in time
};
struct Exchange {
  ExchangeEnd end = ExchangeEnd::kNotWritten;
  int status = 0;
  std::string body;
  std::string failure;  // for people, when not answered
};

class HttpConnection {
 public:
  // `tls` is null for a plain connection.
  HttpConnection(const net::Executor& strand, const LinkConfig& config,
                 std::shared_ptr<net::ssl::context> tls);

  // Once. kTimeout, kUnavailable; the message is for people.
  net::Task<Result<>> connect();
  net::Task<Exchange> exchange(std::string request, Duration limit);
  // Open, and not gone quietly while it was idle.
  bool is_usable();
  bool is_open() const { return stream_.is_open(); }
  // Whether a request has been answered on it.
  bool is_proven() const { return proven_; }
  // What is under way ends with an error.
  void close() {
    closed_ = true;
    stream_.close();
    resolver_.cancel();
  }

 private:
  net::Task<Result<>> connect_in_time();
  net::Task<Result<>> connect_to(net::asio::ip::tcp::endpoint endpoint);

  const LinkConfig& config_;
  const std::shared_ptr<net::ssl::context> tls_;
  net::Stream stream_;
  net::asio::ip::tcp::resolver resolver_;
  net::Deadline deadline_;
  std::chrono::steady_clock::time_point idle_since_{};
  bool proven_ = false, closed_ = false;
};

}  // namespace yizhan::link
