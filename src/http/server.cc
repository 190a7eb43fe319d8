#include "http/server.h"

#include <chrono>

#include "base/log.h"
#include "http/session.h"
#include "net/listener.h"

namespace yizhan::http {

struct Server::Parts {
  std::shared_ptr<SessionShared> shared;
  std::vector<std::unique_ptr<net::Listener>> listeners;
  bool stopped = false;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Server>> Server::create(net::IoThreads& threads, net::BoundedPool& pool,
                                               const Clock& clock, Router router, ServerOptions options) {
  auto parts = std::make_unique<Parts>();
  parts->shared = std::make_shared<SessionShared>(pool, clock, std::move(router), std::move(options));
  const auto& shared = parts->shared;
  for (const ListenAddress& where : shared->options.listen) {
    net::ListenerOptions listen{
        .address = where.address, .port = where.port, .max_connections = shared->options.max_connections};
    parts->listeners.push_back(
        YZ_TRY(net::Listener::create(threads, std::move(listen), [shared](net::asio::ip::tcp::socket socket) {
          return serve(shared, std::move(socket));
        })));
    log::info("http listens address={} port={}", where.address, parts->listeners.back()->port());
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::~Server() { stop(Duration{}); }

std::vector<uint16_t> Server::ports() const {
  std::vector<uint16_t> out;
  for (const auto& listener : parts_->listeners) out.push_back(listener->port());
  return out;
}

ServerStats Server::stats() const {
  ServerStats out{.event_streams = parts_->shared->event_streams.load(std::memory_order_relaxed),
                  .requests = parts_->shared->requests.load(std::memory_order_relaxed)};
  for (const auto& listener : parts_->listeners) {
    out.connections += listener->connections();
    out.refused_connections += listener->refused();
  }
  return out;
}

void Server::stop(Duration grace) {
  if (std::exchange(parts_->stopped, true)) return;
  SessionShared& shared = *parts_->shared;
  shared.stopping.store(true);
  for (const auto& listener : parts_->listeners) listener->stop();
  close_sessions(shared, Closing::kGently);
  const auto all_ended = [&shared] { return shared.sessions.empty(); };
  {
    std::unique_lock lock(shared.mutex);
    if (shared.ended.wait_for(lock, std::chrono::microseconds(grace.us), all_ended)) return;
    log::warn("http closes connections that did not finish count={}", shared.sessions.size());
  }
  close_sessions(shared, Closing::kAtOnce);
  std::unique_lock lock(shared.mutex);
  shared.ended.wait_for(lock, std::chrono::milliseconds(limits::kHttpLingerMs), all_ended);
}

}  // namespace yizhan::http
