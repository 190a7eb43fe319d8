#include "link/access_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "link/access_session.h"
#include "net/io_threads.h"
#include "net/listener.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;
using codec::Protocol;

// Often enough for the shortest of the times that it serves.
std::chrono::microseconds house_interval(const AccessServerConfig& c) {
  using std::chrono::milliseconds, std::chrono::microseconds;
  Duration shortest = std::min({c.login_timeout, c.keep_alive_interval, c.sgip_idle, c.deliver_timeout,
                                c.write_timeout, c.drain_time, c.goodbye});
  if (c.failed_login_delay.us > 0) shortest = std::min(shortest, c.failed_login_delay);
  return std::clamp<microseconds>(microseconds{shortest.us / 4}, milliseconds{5}, milliseconds{250});
}

Result<void> check(const AccessListener& listener, const std::string& field) {
  const std::vector<Protocol>& protocols = listener.protocols;
  if (protocols.empty()) return fail(ErrorCode::kInvalidArgument, "no protocol", field + "/protocols");
  for (const Protocol protocol : protocols)
    if (!same_ids(protocol, protocols.front()))
      return fail(ErrorCode::kInvalidArgument, "only CMPP's versions share a port", field + "/protocols");
  if (listener.certificate.empty() != listener.key.empty())
    return fail(ErrorCode::kInvalidArgument, "certificate and key, or neither",
                field + (listener.key.empty() ? "/key" : "/certificate"));
  return {};
}

Result<void> check(const AccessServerConfig& c) {
  const auto wrong = [](const char* field) {
    return fail(ErrorCode::kInvalidArgument, "out of range", field);
  };
  if (c.listeners.empty() || c.listeners.size() > limits::kAccessListeners) return wrong("listeners");
  if (c.max_connections == 0 || c.max_connections > limits::kAccessConnections)
    return wrong("max_connections");
  if (c.deliver_window == 0 || c.deliver_window > limits::kAccessDeliverWindow)
    return wrong("deliver_window");
  if (c.max_unwritten == 0 || c.max_unwritten > limits::kAccessUnwrittenBytes) return wrong("max_unwritten");
  if (c.login_timeout.us <= 0) return wrong("login_timeout");
  if (c.failed_login_delay.us < 0) return wrong("failed_login_delay");
  if (c.keep_alive_interval.us <= 0) return wrong("keep_alive_interval");
  if (c.sgip_idle.us <= 0) return wrong("sgip_idle");
  if (c.deliver_timeout.us <= 0) return wrong("deliver_timeout");
  if (c.write_timeout.us <= 0) return wrong("write_timeout");
  if (c.drain_time.us <= 0) return wrong("drain_time");
  if (c.goodbye.us <= 0) return wrong("goodbye");
  for (size_t i = 0; i < c.listeners.size(); ++i)
    YZ_CHECK(check(c.listeners[i], fmt::format("listeners/{}", i)));
  return {};
}

}  // namespace

class AccessServer::Impl {
 public:
  Impl(const Clock& clock, AccessServerConfig config, AccessHandler& handler)
      : hub_(clock, std::move(config), handler) {}
  ~Impl() {
    for (const auto& listener : listeners_) listener->stop();
    threads_.stop();
    hub_.forget_sessions();
  }

  Result<void> start() {
    const std::vector<AccessListener>& wanted = hub_.config.listeners;
    entrances_.resize(wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) YZ_CHECK(open(i));
    asio::post(threads_.context(0), [this] { keep_house(); });
    return {};
  }

  template <class Function>
  void on_io(Function function) {
    asio::post(threads_.context(0), std::move(function));
  }
  void stop(Duration drain, std::function<void()> done) {
    for (const auto& listener : listeners_) listener->stop();
    on_io([this, drain, d = std::move(done)]() mutable { hub_.stop(drain, std::move(d)); });
  }
  AccessHub& hub() { return hub_; }
  uint16_t port(size_t index) const { return listeners_[index]->port(); }

 private:
  Result<void> open(size_t index) {
    const AccessListener& wanted = hub_.config.listeners[index];
    AccessEntrance& entrance = entrances_[index];
    entrance.protocols = wanted.protocols;
    // The newest listens first: the login says which it is.
    std::ranges::sort(entrance.protocols);
    if (!wanted.certificate.empty())
      entrance.tls = YZ_TRY(net::tls_server_context({.certificate = wanted.certificate, .key = wanted.key}));
    listeners_.push_back(YZ_TRY(net::Listener::create(
        threads_,
        {.address = wanted.address, .port = wanted.port, .max_connections = hub_.config.max_connections},
        [this, index](asio::ip::tcp::socket socket) { return serve(index, std::move(socket)); })));
    return {};
  }

  net::Task<void> serve(size_t listener, asio::ip::tcp::socket socket) {
    if (!hub_.has_room()) co_return;
    auto session = std::make_shared<AccessSession>(hub_, entrances_[listener], std::move(socket));
    hub_.add(session);
    co_await AccessSession::run(std::move(session));
  }

  void keep_house() {
    hub_.tick();
    timer_.expires_after(house_interval(hub_.config));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) keep_house();
    });
  }

  // What suspended coroutines refer to comes before the threads.
  AccessHub hub_;
  std::vector<AccessEntrance> entrances_;
  net::IoThreads threads_{"access", 1};
  asio::steady_timer timer_{threads_.context(0)};
  std::vector<std::unique_ptr<net::Listener>> listeners_;
};

Result<std::unique_ptr<AccessServer>> AccessServer::create(const Clock& clock, AccessServerConfig config,
                                                           AccessHandler& handler) {
  YZ_CHECK(check(config));
  auto impl = std::make_unique<Impl>(clock, std::move(config), handler);
  YZ_CHECK(impl->start());
  return std::unique_ptr<AccessServer>(new AccessServer(std::move(impl)));
}

AccessServer::AccessServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AccessServer::~AccessServer() = default;

void AccessServer::answer(std::vector<AccessAnswer> answers) {
  impl_->on_io([hub = &impl_->hub(), a = std::move(answers)]() mutable { hub->answer(std::move(a)); });
}

void AccessServer::deliver(int64_t account_id, std::vector<AccessDelivery> deliveries) {
  impl_->on_io([hub = &impl_->hub(), account_id, d = std::move(deliveries)]() mutable {
    hub->deliver(account_id, std::move(d));
  });
}

void AccessServer::drop_account(int64_t account_id) {
  impl_->on_io([hub = &impl_->hub(), account_id] { hub->drop_account(account_id); });
}

void AccessServer::stop(Duration drain, std::function<void()> done) { impl_->stop(drain, std::move(done)); }

size_t AccessServer::sessions(int64_t account_id) const { return impl_->hub().sessions_of(account_id); }

AccessServerStats AccessServer::stats() const {
  const AccessCounters& c = impl_->hub().counters;
  return {.connections = c.connections,
          .sessions = c.sessions,
          .logins = c.logins,
          .logins_refused = c.logins_refused,
          .submits = c.submits,
          .submits_throttled = c.submits_throttled,
          .submits_refused = c.submits_refused,
          .answers = c.answers,
          .answers_late = c.answers_late,
          .deliveries_taken = c.deliveries_taken,
          .deliveries_again = c.deliveries_again,
          .deliveries_refused = c.deliveries_refused,
          .malformed = c.malformed,
          .silent = c.silent,
          .stalled = c.stalled};
}

uint16_t AccessServer::port(size_t index) const { return impl_->port(index); }

}  // namespace yizhan::link
