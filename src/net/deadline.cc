#include "net/deadline.h"

#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace yizhan::net {

using SteadyTime = std::chrono::steady_clock::time_point;

// Shared with the waiting timer handler, which may run after the Deadline is gone.
struct Deadline::State {
  explicit State(asio::ip::tcp::socket& s) : socket(&s), timer(s.get_executor()) {}

  asio::ip::tcp::socket* socket;
  asio::steady_timer timer;
  SteadyTime due = SteadyTime::max();
  SteadyTime armed_for = SteadyTime::max();
  bool expired = false;
};

namespace {

template <class State>
void arm(const std::shared_ptr<State>& state) {
  state->armed_for = state->due;
  state->timer.expires_at(state->due);
  state->timer.async_wait([state](boost::system::error_code ec) {
    if (ec || state->socket == nullptr) return;
    state->armed_for = SteadyTime::max();
    if (state->due == SteadyTime::max()) return;
    if (std::chrono::steady_clock::now() < state->due) return arm(state);
    state->expired = true;
    state->socket->close(ec);
  });
}

}  // namespace

Deadline::Deadline(asio::ip::tcp::socket& socket) : state_(std::make_shared<State>(socket)) {}

Deadline::~Deadline() {
  state_->socket = nullptr;
  state_->timer.cancel();
}

void Deadline::set(Duration after) {
  state_->due = std::chrono::steady_clock::now() + std::chrono::microseconds(after.us);
  // A timer already set for an earlier instant looks at `due` when it fires.
  if (state_->due < state_->armed_for) arm(state_);
}

void Deadline::clear() { state_->due = SteadyTime::max(); }

bool Deadline::expired() const { return state_->expired; }

}  // namespace yizhan::net
