#pragma once
// An HTTP/1.1 server: listens, reads requests, calls the routes' handlers, sends answers. Connections live on
// the I/O threads; blocking handlers run on the pool, and when that is full the client is told 503.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "http/router.h"
#include "net/bounded_pool.h"
#include "net/io_threads.h"

namespace yizhan::http {

struct ListenAddress {
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: the system chooses, see Server::ports()
};

// One request that was answered, without anything personal.
struct Served {
  Method method = Method::kGet;
  std::string_view route;  // the pattern; empty for static files and what was not understood
  int status = 0;
  int64_t duration_us = 0;
};

struct ServerOptions {
  std::vector<ListenAddress> listen = {{}};
  size_t max_connections = limits::kHttpConnections;  // for each address
  size_t max_event_streams = limits::kEventStreams;
  Duration idle_timeout = milliseconds(limits::kHttpIdleTimeoutMs);
  // For a request's header, its JSON body, or each kHttpFileChunkBytes of an upload or an answer.
  Duration request_timeout = milliseconds(limits::kHttpRequestTimeoutMs);
  Duration heartbeat = milliseconds(limits::kEventHeartbeatMs);
  std::filesystem::path spool_directory = std::filesystem::temp_directory_path();
  // Addresses whose X-Forwarded-For is believed.
  std::vector<std::string> trusted_proxies;
  // Called on the I/O thread after each answer; must not block. The access log line is written in any case
  // (inline routes at debug level only).
  std::function<void(const Served&)> observe;
};

struct ServerStats {
  size_t connections = 0;
  size_t event_streams = 0;
  uint64_t refused_connections = 0;
  uint64_t requests = 0;
};

class Server {
 public:
  // Listens at once. kInvalidArgument or kUnavailable with the address in `field`. All references outlive the
  // Server; destroy it before the pool and the threads.
  static Result<std::unique_ptr<Server>> create(net::IoThreads& threads, net::BoundedPool& pool,
                                                const Clock& clock, Router router, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // In the order of ServerOptions::listen.
  std::vector<uint16_t> ports() const;
  ServerStats stats() const;
  // Stops accepting, closes idle connections and event streams, lets requests finish within `grace`, then
  // closes all. Blocks; idempotent; not from an I/O thread or the pool.
  void stop(Duration grace);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace yizhan::http
