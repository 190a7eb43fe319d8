// The connection that SGIP's carrier opens to its client, for receipts and messages of handsets (1.2, section
// 2.2): opened when something is to be delivered, closed when it has been idle.

#include <boost/asio/connect.hpp>
#include <string>

#include "base/limits.h"
#include "link/simulator_server.h"
#include "net/deadline.h"

namespace yizhan::link {

namespace asio = net::asio;

namespace {

constexpr uint16_t kOwner = 0;  // behind a listener there is one client, whichever account it submits with

}  // namespace

net::Task<void> CarrierSimulator::Server::keep_dialling() {
  int64_t pause_ms = limits::kSimulatorRedialMinMs;
  for (;;) {
    while (accounts_[kOwner].ready.empty()) {
      dialler_waits_ = true;
      dial_timer_.expires_at(std::chrono::steady_clock::time_point::max());
      co_await dial_timer_.async_wait(net::kAwaitable);
      dialler_waits_ = false;
    }
    const bool logged_in = co_await dial();
    pause_ms =
        logged_in ? limits::kSimulatorRedialMinMs : std::min(pause_ms * 2, limits::kSimulatorRedialMaxMs);
    dial_timer_.expires_after(std::chrono::milliseconds(pause_ms));
    co_await dial_timer_.async_wait(net::kAwaitable);
  }
}

// One connection, until it has ended; whether the login succeeded.
net::Task<bool> CarrierSimulator::Server::dial() {
  const size_t colon = config_.sgip_dial.rfind(':');
  const std::string host = config_.sgip_dial.substr(0, colon), port = config_.sgip_dial.substr(colon + 1);
  ++stats_.dials;
  asio::ip::tcp::resolver resolver(threads_.context(0));
  const auto [unresolved, endpoints] = co_await resolver.async_resolve(host, port, net::kAwaitable);
  if (unresolved) {
    ++stats_.dials_failed;
    co_return false;
  }
  asio::ip::tcp::socket socket(threads_.context(0));
  {
    net::Deadline deadline(socket);
    deadline.set(milliseconds(limits::kSimulatorConnectTimeoutMs));
    const auto [failed, endpoint] = co_await asio::async_connect(socket, endpoints, net::kAwaitable);
    if (failed) {
      ++stats_.dials_failed;
      co_return false;
    }
  }
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  const SessionPtr session = open_session(std::move(socket), OpenedBy::kSimulator);
  const codec::Sequence sequence = dialect_->stamp(++session->requests, {now_us_});
  const bool written = dialect_->write_login(session->out, sequence,
                                             {.account = config_.sgip_dial_as.system_id,
                                              .secret = config_.sgip_dial_as.password,
                                              .role = codec::Role::kReceive,
                                              .timestamp = codec::mmddhhmmss({now_us_}),
                                              .system_type = {},
                                              .address_range = {}});
  if (!written) ++stats_.protocol_errors;
  write(*session);
  co_await read_all(session);
  if (!session->bound) ++stats_.dials_failed;
  co_return session->bound;
}

void CarrierSimulator::Server::on_login_answer(SimulatorSession& s, uint32_t status) {
  if (s.opened_by != OpenedBy::kSimulator || s.bound) return;
  log_.write({.event = SimulatorEvent::kBind,
              .at_us = now_us_ - start_us_,
              .session = s.number,
              .status = status,
              .word = "rx",
              .account = config_.sgip_dial_as.system_id});
  if (status != 0) {
    close(s, "refused by the listener");
    return;
  }
  s.bound = true;
  s.can_receive = true;
  s.account = kOwner;
  accounts_[kOwner].receivers.push_back(&s);
  pump(accounts_[kOwner]);
}

void CarrierSimulator::Server::log_out(SimulatorSession& s) {
  s.leaving = true;
  s.last_read_ms = now_ms_;
  dialect_->write_logout(s.out, dialect_->stamp(++s.requests, {now_us_}));
  mark_dirty(s);
}

void CarrierSimulator::Server::wake_dialler() {
  if (dialler_waits_) dial_timer_.cancel();
}

}  // namespace yizhan::link
