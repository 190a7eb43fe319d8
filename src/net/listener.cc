#include "net/listener.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "base/log.h"

namespace yizhan::net {

using asio::ip::tcp;
using boost::system::error_code;

// Shared by the accept loop, each connection's completion and the Listener.
struct Listener::State {
  State(IoThreads& t, ListenerOptions o, Handler h)
      : threads(t), options(std::move(o)), handler(std::move(h)), acceptor(t.next()) {}

  IoThreads& threads;
  ListenerOptions options;
  Handler handler;
  tcp::acceptor acceptor;
  uint16_t port = 0;
  std::atomic<size_t> connections{0};
  std::atomic<uint64_t> refused{0};
  std::atomic<bool> stopping{false};
};

namespace {

// How long to wait when the process or the system is out of descriptors or memory.
constexpr auto kAcceptRetry = std::chrono::milliseconds(50);

}  // namespace

Result<std::unique_ptr<Listener>> Listener::create(IoThreads& threads, ListenerOptions options,
                                                   Handler handler) {
  const std::string where = options.address + ':' + std::to_string(options.port);
  error_code ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec) return fail(ErrorCode::kInvalidArgument, "not an IP address", where);
  auto state = std::make_shared<State>(threads, std::move(options), std::move(handler));
  const tcp::endpoint endpoint(address, state->options.port);
  auto& acceptor = state->acceptor;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(state->options.backlog, ec);
  if (!ec) state->port = acceptor.local_endpoint(ec).port();
  if (ec) return fail(ErrorCode::kUnavailable, "cannot listen: " + ec.message(), where);
  asio::co_spawn(acceptor.get_executor(), accept_loop(state), asio::detached);
  return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

Task<void> Listener::accept_loop(std::shared_ptr<State> state) {
  asio::steady_timer pause(state->acceptor.get_executor());
  while (!state->stopping.load(std::memory_order_relaxed)) {
    error_code ec;
    tcp::socket socket = co_await state->acceptor.async_accept(state->threads.next(),
                                                               asio::redirect_error(asio::use_awaitable, ec));
    if (state->stopping.load(std::memory_order_relaxed)) co_return;
    if (ec == asio::error::connection_aborted) continue;
    if (ec) {
      log::warn("cannot accept a connection port={} error={}", state->port, ec.message());
      pause.expires_after(kAcceptRetry);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
      continue;
    }
    start_connection(state, std::move(socket));
  }
}

void Listener::start_connection(const std::shared_ptr<State>& state, tcp::socket socket) {
  if (state->connections.load(std::memory_order_relaxed) >= state->options.max_connections) {
    state->refused.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  state->connections.fetch_add(1, std::memory_order_relaxed);
  error_code ec;
  socket.set_option(tcp::no_delay(true), ec);
  const auto executor = socket.get_executor();
  asio::co_spawn(executor, state->handler(std::move(socket)), [state](const std::exception_ptr& e) {
    state->connections.fetch_sub(1, std::memory_order_relaxed);
    if (!e) return;
    try {
      std::rethrow_exception(e);
    } catch (const std::exception& error) {
      log::error("a connection ended by an exception port={} what={}", state->port, error.what());
    }
  });
}

Listener::~Listener() { stop(); }

uint16_t Listener::port() const { return state_->port; }
size_t Listener::connections() const { return state_->connections.load(std::memory_order_relaxed); }
uint64_t Listener::refused() const { return state_->refused.load(std::memory_order_relaxed); }

void Listener::stop() {
  if (state_->stopping.exchange(true)) return;
  asio::post(state_->acceptor.get_executor(), [state = state_] {
    error_code ec;
    state->acceptor.close(ec);
  });
}

}  // namespace yizhan::net
