#include "link/carrier_link.h"

#include <fmt/format.h>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "link/carrier_session.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;

// Pacing wakes no oftener than this; the tokens of a wait are spent together.
constexpr std::chrono::milliseconds kPaceStep{1};

uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

class CarrierLink::Core final : public SessionHost {
 public:
  Core(asio::io_context& context, const Clock& c, LinkConfig link_config, LinkEvents& events)
      : SessionHost(context, c, std::move(link_config), events), listen_timer_(strand), acceptor_(strand) {
    add_sessions();
    ready_.resize(sessions_.size());
  }

  // From any thread.
  uint16_t listening_port() const { return listening_port_.load(std::memory_order_relaxed); }

  void recall(const std::function<bool(const SegmentOut&)>& wanted) override;
  void acknowledge(const std::vector<uint64_t>& tokens, codec::Fault fault) override;
  void ask(std::vector<Query>&& queries) override;
  void session_changed(CarrierSession& session, const std::string& reason) override;
  void session_ended(CarrierSession&) override { settle(); }

 private:
  void open() override;
  void stopping() override;
  void close() override;
  void queue(QueuedSegment&& segment) override;
  void return_all_queued() override;
  void pump(Instant now) override;
  void drain(Instant now) override;
  void tick(Instant now) override;
  void count_stats() override;

  std::shared_ptr<Core> self() { return std::static_pointer_cast<Core>(shared_from_this()); }
  bool listens() const { return config.protocol == codec::Protocol::kSgip12 && config.listen_port != 0; }
  void add_sessions();
  void add_session(SessionRole role) {
    sessions_.push_back(
        std::make_unique<CarrierSession>(*this, role, static_cast<uint32_t>(sessions_.size())));
  }
  void listen();
  void accept_next();
  void taken(asio::ip::tcp::socket&& socket);
  void pump_queries(Instant now);
  void drop_queries();
  LaneSet ready_lanes();
  CarrierSession& session_of(Lane lane);
  CarrierSession& route(std::string_view destination);
  void rebalance();
  LinkState aggregate() const;
  ptrdiff_t sessions_sending() const {
    return std::ranges::count_if(sessions_, [](const auto& s) { return s->can_send(); });
  }

  std::vector<std::unique_ptr<CarrierSession>> sessions_;
  asio::steady_timer listen_timer_;
  asio::ip::tcp::acceptor acceptor_;  // where the carrier dials us (SGIP)
  std::atomic<uint16_t> listening_port_{0};
  size_t turn_ = 0;            // which session sent last
  std::deque<Query> queries_;  // not yet asked, at most limits::kLinkQueries
  Instant next_query_{};
  std::vector<LaneSet> ready_;  // of the sessions, as last seen
};

// ---------------------------------------------------------------- start, stop

void CarrierLink::Core::open() {
  for (const auto& session : sessions_) session->start();
  if (listens()) listen();
}

void CarrierLink::Core::stopping() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  listen_timer_.cancel();
}

void CarrierLink::Core::close() {
  for (const auto& session : sessions_) session->shut();
}

// Sessions with nothing left unbind; past the deadline all are closed.
void CarrierLink::Core::drain(Instant now) {
  for (const auto& session : sessions_) {
    if (session->ended()) continue;
    if (now >= drain_until() && session->state() != SessionState::kUnbinding)
      session->in_window() + session->unacknowledged() == 0 ? session->unbind() : session->shut();
    else if (session->state() != SessionState::kBound)
      session->unbind();
    else if (session->queued() + session->in_window() + session->unacknowledged() == 0)
      session->unbind();
  }
  if (now < drain_until()) wake_at(drain_until());
  if (std::ranges::all_of(sessions_, [](const auto& s) { return s->ended(); })) finish();
}

// ---------------------------------------------------------------- sessions, and where the carrier dials

void CarrierLink::Core::add_sessions() {
  const bool sgip = config.protocol == codec::Protocol::kSgip12;
  const bool pairs =
      config.protocol == codec::Protocol::kSmpp34 && config.bind_mode == BindMode::kTransmitterReceiver;
  for (uint32_t i = 0; i < config.sessions; ++i) {
    add_session(pairs || sgip ? SessionRole::kSend : SessionRole::kBoth);
    if (pairs) add_session(SessionRole::kReceive);
  }
  if (!listens()) return;
  for (size_t i = 0; i < limits::kLinkReverseSessions; ++i) add_session(SessionRole::kReverse);
}

// The port may be held a while by the link that was here before: it is tried again.
void CarrierLink::Core::listen() {
  if (is_stopping()) return;
  boost::system::error_code error;
  const asio::ip::tcp::endpoint here(asio::ip::make_address(config.listen_address), config.listen_port);
  acceptor_.close(error);
  acceptor_.open(here.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(here, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) {
    listening_port_.store(acceptor_.local_endpoint(error).port(), std::memory_order_relaxed);
    return accept_next();
  }
  stats.last_error =
      fmt::format("cannot listen on {}:{}: {}", config.listen_address, config.listen_port, error.message());
  log::error("link={} {}", config.name, stats.last_error);
  listen_timer_.expires_after(steady(config.backoff_min));
  listen_timer_.async_wait([self = self()](const boost::system::error_code& cancelled) {
    if (!cancelled) self->listen();
  });
}

void CarrierLink::Core::accept_next() {
  acceptor_.async_accept(
      [self = self()](const boost::system::error_code& error, asio::ip::tcp::socket socket) {
        if (!self->acceptor_.is_open()) return;
        if (!error) self->taken(std::move(socket));
        self->accept_next();
      });
}

// More connections than a link has sessions for are closed at once.
void CarrierLink::Core::taken(asio::ip::tcp::socket&& socket) {
  for (const auto& session : sessions_)
    if (session->is_reverse() && session->take_connection(std::move(socket))) return;
}

// ---------------------------------------------------------------- segments

CarrierSession& CarrierLink::Core::route(std::string_view destination) {
  // Rendezvous hashing over the sessions that can send, else over all senders: a session that goes or comes
  // moves only its own numbers.
  const uint64_t number = hash_number(destination);
  CarrierSession* best = nullptr;
  uint64_t best_score = 0;
  for (const auto& session : sessions_) {
    if (!session->is_sender()) continue;
    // The top bit prefers sessions that are bound.
    const uint64_t score = mix(number + session->index()) >> 1 | static_cast<uint64_t>(session->can_send())
                                                                     << 63;
    if (best != nullptr && score <= best_score) continue;
    best = session.get();
    best_score = score;
  }
  return *best;
}

void CarrierLink::Core::queue(QueuedSegment&& segment) {
  CarrierSession& session = route(segment.segment().destination);
  session.enqueue(std::move(segment));
}

void CarrierLink::Core::recall(const std::function<bool(const SegmentOut&)>& wanted) {
  for (const auto& session : sessions_)
    for (const QueuedSegment& queued : session->recall(wanted)) return_unsent(queued.segment());
  settle();
}

void CarrierLink::Core::return_all_queued() {
  for (const auto& session : sessions_)
    for (const QueuedSegment& queued : session->take_queued()) return_unsent(queued.segment());
}

// Segments waiting at sessions that cannot send go to those that can.
void CarrierLink::Core::rebalance() {
  if (sessions_sending() == 0) return;
  for (const auto& session : sessions_) {
    if (session->can_send() || session->queued() == 0) continue;
    for (QueuedSegment& queued : session->take_queued())
      route(queued.segment().destination).requeue(std::move(queued));
  }
}

void CarrierLink::Core::acknowledge(const std::vector<uint64_t>& tokens, codec::Fault fault) {
  for (const uint64_t token : tokens)
    for (const auto& session : sessions_)
      if (session->acknowledge(token, fault)) break;
  settle();
}

void CarrierLink::Core::pump(Instant now) {
  while (const LaneSet ready = ready_lanes()) {
    const Lane lane = shares.pick(ready);
    if (!pacer.take(now)) {
      wake_at(std::max(pacer.next(now), now + kPaceStep));
      break;
    }
    shares.charge(lane, session_of(lane).send_next(lane, now));
  }
  pump_queries(now);
  for (const auto& session : sessions_) session->flush();
}

void CarrierLink::Core::ask(std::vector<Query>&& queries) {
  std::ranges::move(queries, std::back_inserter(queries_));
  settle();
}

void CarrierLink::Core::drop_queries() {
  for (const Query& query : std::exchange(queries_, {})) answer({.token = query.token, .at = clock.now()});
}

// Never before a message: a question waits until no segment does. One at a time, so that what comes meanwhile
// finds the line nearly free.
void CarrierLink::Core::pump_queries(Instant now) {
  if (queries_.empty()) return;
  const auto sender = std::ranges::find_if(sessions_, [](const auto& s) { return s->can_send(); });
  if (is_stopping() || sender == sessions_.end()) return drop_queries();
  if (std::ranges::any_of(sessions_, [](const auto& s) { return s->queued() > 0; })) return;
  if (now < next_query_) return wake_at(next_query_);
  if (!pacer.take(now)) return wake_at(std::max(pacer.next(now), now + kPaceStep));
  const Query query = std::move(queries_.front());
  queries_.pop_front();
  if (!(*sender)->ask(query, now))
    answer({.token = query.token, .outcome = QueryOutcome::kUnsupported, .at = clock.now()});
  next_query_ = now + std::chrono::milliseconds(limits::kLinkQueryPauseMs);
  if (!queries_.empty()) wake_at(next_query_);
}

LaneSet CarrierLink::Core::ready_lanes() {
  LaneSet all = 0;
  for (size_t i = 0; i < sessions_.size(); ++i) all |= ready_[i] = sessions_[i]->ready();
  return all;
}

// The sessions take turns.
CarrierSession& CarrierLink::Core::session_of(Lane lane) {
  do turn_ = turn_ + 1 < sessions_.size() ? turn_ + 1 : 0;
  while ((ready_[turn_] & bit_of(lane)) == 0);
  return *sessions_[turn_];
}

void CarrierLink::Core::tick(Instant now) {
  for (const auto& session : sessions_) session->tick(now);
}

// ---------------------------------------------------------------- state

LinkState CarrierLink::Core::aggregate() const {
  if (finished()) return LinkState::kStopped;
  if (is_stopping()) return LinkState::kDraining;
  if (!started()) return LinkState::kStopped;
  const auto any = [&](auto predicate) {
    return std::ranges::any_of(sessions_, [&](const auto& s) { return predicate(*s); });
  };
  if (any([](const CarrierSession& s) { return s.can_send(); })) return LinkState::kBound;
  if (any([](const CarrierSession& s) { return s.bad_credentials(); })) return LinkState::kBadCredentials;
  if (any([](const CarrierSession& s) { return !s.is_reverse() && s.state() != SessionState::kDown; }))
    return LinkState::kConnecting;
  return LinkState::kBackoff;
}

void CarrierLink::Core::session_changed(CarrierSession& session, const std::string& reason) {
  if (!reason.empty()) stats.last_error = reason;
  if (session.state() == SessionState::kBound || session.state() == SessionState::kDown) rebalance();
  set_state(aggregate(), reason);
  // A link that stops has still to complete what is half sent, as long as it can.
  if (state() == LinkState::kBadCredentials || (is_stopping() && sessions_sending() == 0))
    return_all_queued();
}

void CarrierLink::Core::count_stats() {
  stats.queued_by_lane.fill(0);
  stats.sessions_bound = stats.queued = stats.in_window = stats.unacknowledged = 0;
  for (const auto& session : sessions_) {
    stats.sessions_bound += session->state() == SessionState::kBound ? 1 : 0;
    stats.queued += session->queued();
    for (const Lane lane : kLanes) stats.queued_by_lane[index_of(lane)] += session->queued(lane);
    stats.in_window += session->in_window();
    stats.unacknowledged += session->unacknowledged();
  }
}

// ---------------------------------------------------------------- the public face

CarrierLink::CarrierLink(asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events)
    : CarrierLink(std::make_shared<Core>(context, clock, std::move(config), events)) {}

CarrierLink::CarrierLink(std::shared_ptr<Core> core) : PostedLink(core), core_(std::move(core)) {}

uint16_t CarrierLink::listening_port() const { return core_->listening_port(); }

}  // namespace yizhan::link
