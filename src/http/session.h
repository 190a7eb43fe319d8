#pragma once
// One connection, for server.cc only: reads requests one after the other, has them answered, sends the
// answers in order. Lives on its socket's I/O thread; what other threads may call says so.

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "http/server.h"
#include "net/task.h"

namespace yizhan::http {

class Session;

// What the sessions of a server share. Any thread.
struct SessionShared {
  SessionShared(net::BoundedPool& p, const Clock& c, Router r, ServerOptions o);

  net::BoundedPool& pool;
  const Clock& clock;
  const Router router;
  const ServerOptions options;

  std::atomic<bool> stopping{false};
  std::atomic<uint64_t> requests{0};
  std::atomic<uint64_t> next_request_id;
  std::atomic<size_t> event_streams{0};
  std::atomic<size_t> body_bytes{0};

  std::mutex mutex;
  std::condition_variable ended;
  std::unordered_map<Session*, std::weak_ptr<Session>> sessions;
};

// Serves the connection until it ends.
net::Task<void> serve(std::shared_ptr<SessionShared> shared, net::asio::ip::tcp::socket socket);

enum class Closing : uint8_t {
  kGently,  // when the request at work is answered
  kAtOnce,
};
// Any thread.
void close_sessions(SessionShared& shared, Closing closing);

}  // namespace yizhan::http
