#pragma once
// Accepts TCP connections and runs one coroutine for each, at most so many at once: over the bound a
// connection is accepted and closed, so that the peer learns it at once. Each connection lives on one
// context of an IoThreads. Methods from any thread.

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "net/io_threads.h"
#include "net/task.h"

namespace yizhan::net {

struct ListenerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: the system chooses, see Listener::port()
  size_t max_connections = 1024;
  int backlog = 512;
};

class Listener {
 public:
  // Runs on the connection's own thread; the connection counts until the Task ends. An exception that leaves
  // it is logged and ends that connection only. TCP_NODELAY is set already.
  using Handler = std::function<Task<void>(asio::ip::tcp::socket)>;

  // Binds with SO_REUSEADDR and starts accepting. kInvalidArgument for an address that does not parse,
  // kUnavailable when the port cannot be had; `field` is address:port. `handler` and what it refers to must
  // outlive `threads`.
  static Result<std::unique_ptr<Listener>> create(IoThreads& threads, ListenerOptions options,
                                                  Handler handler);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  uint16_t port() const;
  size_t connections() const;
  // Connections closed because max_connections were there.
  uint64_t refused() const;
  // Stops accepting; live connections stay and end by their own handlers. Idempotent.
  void stop();

 private:
  struct State;
  explicit Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}
  static Task<void> accept_loop(std::shared_ptr<State> state);
  static void start_connection(const std::shared_ptr<State>& state, asio::ip::tcp::socket socket);

  std::shared_ptr<State> state_;
};

}  // namespace yizhan::net
