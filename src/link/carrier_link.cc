#include "link/carrier_link.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/log.h"
#include "link/carrier_session.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;

constexpr Duration kTickMin = milliseconds(1);
constexpr Duration kTickMax = milliseconds(200);
constexpr int64_t kTicksPerTimeout = 4;

Duration tick_period(const LinkConfig& c) {
  const Duration least =
      std::min({c.response_timeout, c.keep_alive_interval, c.connect_timeout, c.unsent_hold});
  return std::clamp(Duration{least.us / kTicksPerTimeout}, kTickMin, kTickMax);
}

uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

uint64_t hash_number(std::string_view number) {
  uint64_t h = 0xcbf29ce484222325;
  for (const char c : number) h = (h ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return h;
}

}  // namespace

class CarrierLink::Core final : public SessionHost, public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& context, const Clock& c, LinkConfig link_config, LinkEvents& events)
      : SessionHost(context, c, std::move(link_config)),
        tick_timer_(strand),
        pace_timer_(strand),
        listen_timer_(strand),
        acceptor_(strand),
        tick_(tick_period(config)),
        lost_at_(std::chrono::steady_clock::now()),
        events_(&events) {
    add_sessions();
  }

  // From any thread.
  bool listens() const { return config.protocol == codec::Protocol::kSgip12 && config.listen_port != 0; }
  bool reserve(size_t segments) {
    const size_t before = outstanding_.fetch_add(segments, std::memory_order_relaxed);
    if (before + segments <= config.queue_segments) return true;
    outstanding_.fetch_sub(segments, std::memory_order_relaxed);
    return false;
  }
  size_t credit() const {
    if (!sending_.load(std::memory_order_relaxed)) return 0;
    const size_t taken = outstanding_.load(std::memory_order_relaxed);
    return taken >= config.queue_segments ? 0 : config.queue_segments - taken;
  }
  LinkStats published() const {
    const std::lock_guard lock(published_mutex_);
    return published_;
  }
  void silence() {
    const std::lock_guard lock(events_mutex_);
    events_ = nullptr;
  }

  // On the strand.
  void start();
  void stop(Duration timeout, std::function<void()> done);
  void shut();
  void enqueue(SubmitBatch&& batch);
  void refuse(const SubmitBatch& batch);
  void acknowledge(const std::vector<uint64_t>& tokens, codec::Fault fault);
  void recall(const std::function<bool(const SegmentOut&)>& wanted);

  void resolve(Response&& response) override;
  void session_changed(CarrierSession& session, const std::string& reason) override;
  void session_ended(CarrierSession& session) override;
  void wake_at(Instant when) override;
  void settle() override;
  std::shared_ptr<SessionHost> keep() override { return shared_from_this(); }

  uint16_t listening_port() const { return listening_port_.load(std::memory_order_relaxed); }

 private:
  void add_sessions();
  void close_listener() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    listen_timer_.cancel();
  }
  void listen();
  void accept_next();
  void taken(asio::ip::tcp::socket&& socket);
  void add_session(SessionRole role) {
    sessions_.push_back(
        std::make_unique<CarrierSession>(*this, role, static_cast<uint32_t>(sessions_.size())));
  }
  CarrierSession& route(std::string_view destination);
  void rebalance();
  void return_unsent(const SegmentOut& segment);
  void return_unsent(const QueuedSegment& segment) override { return_unsent(segment.segment()); }
  void return_all_queued();
  void update_state(const std::string& reason);
  LinkState aggregate() const;
  ptrdiff_t sessions_sending() const {
    return std::ranges::count_if(sessions_, [](const auto& s) { return s->can_send(); });
  }
  void publish();
  void emit();
  void drain(Instant now);
  void finish();
  void schedule_tick();
  void on_tick();
  template <class Call>
  void tell(Call call) {
    const std::lock_guard lock(events_mutex_);
    if (events_ != nullptr) call(*events_);
  }

  std::vector<std::unique_ptr<CarrierSession>> sessions_;
  asio::steady_timer tick_timer_, pace_timer_, listen_timer_;
  asio::ip::tcp::acceptor acceptor_;  // where the carrier dials us (SGIP)
  std::atomic<uint16_t> listening_port_{0};
  const Duration tick_;
  Instant wake_ = Instant::max();
  uint64_t last_order_ = 0;
  size_t turn_ = 0;  // which session pumps first
  Instant lost_at_;
  LinkState state_ = LinkState::kStopped;
  bool started_ = false, stopping_ = false, finished_ = false;
  bool credit_was_low_ = true;
  bool settling_ = false;
  Instant drain_until_{};
  std::vector<std::function<void()>> done_;
  std::vector<Response> responses_;
  uint64_t submitted_before_ = 0;
  Instant second_began_{};

  std::atomic<size_t> outstanding_{0};
  std::atomic<bool> sending_{false};
  mutable std::mutex published_mutex_;
  LinkStats published_;
  std::mutex events_mutex_;
  LinkEvents* events_;
};

// ---------------------------------------------------------------- start, stop

void CarrierLink::Core::start() {
  if (started_ || stopping_) return;
  started_ = true;
  second_began_ = lost_at_ = std::chrono::steady_clock::now();
  for (const auto& session : sessions_) session->start();
  if (listens()) listen();
  schedule_tick();
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
  if (stopping_) return;
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
  listen_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
    if (!cancelled) self->listen();
  });
}

void CarrierLink::Core::accept_next() {
  acceptor_.async_accept(
      [self = shared_from_this()](const boost::system::error_code& error, asio::ip::tcp::socket socket) {
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

void CarrierLink::Core::stop(Duration timeout, std::function<void()> done) {
  if (done) done_.push_back(std::move(done));
  if (finished_) return finish();
  if (stopping_) return;
  stopping_ = true;
  close_listener();
  sending_.store(false, std::memory_order_relaxed);
  drain_until_ = std::chrono::steady_clock::now() + steady(timeout);
  update_state("stopped by the operator");
  recall([](const SegmentOut&) { return true; });
  if (!started_) finish();
}

void CarrierLink::Core::shut() {
  stopping_ = true;
  close_listener();
  drain_until_ = {};
  tick_timer_.cancel();
  pace_timer_.cancel();
  for (const auto& session : sessions_) session->shut();
}

// While draining: sessions with nothing left unbind; past the deadline all are closed.
void CarrierLink::Core::drain(Instant now) {
  if (!stopping_ || finished_) return;
  for (const auto& session : sessions_) {
    if (session->ended()) continue;
    if (now >= drain_until_ && session->state() != SessionState::kUnbinding)
      session->in_window() + session->unacknowledged() == 0 ? session->unbind() : session->shut();
    else if (session->state() != SessionState::kBound)
      session->unbind();
    else if (session->queued() + session->in_window() + session->unacknowledged() == 0)
      session->unbind();
  }
  if (now < drain_until_) wake_at(drain_until_);
  if (std::ranges::all_of(sessions_, [](const auto& s) { return s->ended(); })) finish();
}

void CarrierLink::Core::finish() {
  finished_ = true;
  return_all_queued();
  tick_timer_.cancel();
  pace_timer_.cancel();
  update_state("stopped");
  publish();
  emit();
  for (const std::function<void()>& done : std::exchange(done_, {})) done();
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

void CarrierLink::Core::enqueue(SubmitBatch&& given) {
  if (stopping_ || state_ == LinkState::kBadCredentials) {
    outstanding_.fetch_sub(given.size(), std::memory_order_relaxed);
    return refuse(given);
  }
  const auto batch = std::make_shared<SubmitBatch>(std::move(given));
  for (uint32_t i = 0; i < batch->size(); ++i)
    route((*batch)[i].destination).enqueue({.batch = batch, .index = i, .order = ++last_order_});
  settle();
}

void CarrierLink::Core::refuse(const SubmitBatch& batch) {
  outstanding_.fetch_add(batch.size(), std::memory_order_relaxed);
  for (size_t i = 0; i < batch.size(); ++i) return_unsent(batch[i]);
  settle();
}

void CarrierLink::Core::return_unsent(const SegmentOut& segment) {
  resolve({.attempt_id = segment.attempt_id,
           .message_id = segment.message_id,
           .kind = ResponseKind::kNotSent,
           .at = clock.now()});
}

void CarrierLink::Core::recall(const std::function<bool(const SegmentOut&)>& wanted) {
  for (const auto& session : sessions_)
    for (const QueuedSegment& queued : session->recall(wanted)) return_unsent(queued);
  settle();
}

void CarrierLink::Core::return_all_queued() {
  for (const auto& session : sessions_)
    for (const QueuedSegment& queued : session->take_queued()) return_unsent(queued);
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

void CarrierLink::Core::resolve(Response&& response) {
  if (response.punctuality == Punctuality::kLate) {
    ++stats.late;
  } else {
    outstanding_.fetch_sub(1, std::memory_order_relaxed);
  }
  switch (response.kind) {
    case ResponseKind::kAccepted:
      ++stats.accepted;
      break;
    case ResponseKind::kRejected:
      ++stats.rejected;
      break;
    case ResponseKind::kNotSent:
      ++stats.not_sent;
      break;
    case ResponseKind::kUnknown:
      ++stats.unknown;
      break;
  }
  responses_.push_back(std::move(response));
}

// ---------------------------------------------------------------- state

LinkState CarrierLink::Core::aggregate() const {
  if (finished_) return LinkState::kStopped;
  if (stopping_) return LinkState::kDraining;
  if (!started_) return LinkState::kStopped;
  const auto any = [&](auto predicate) {
    return std::ranges::any_of(sessions_, [&](const auto& s) { return predicate(*s); });
  };
  if (any([](const CarrierSession& s) { return s.can_send(); })) return LinkState::kBound;
  if (any([](const CarrierSession& s) { return s.bad_credentials(); })) return LinkState::kBadCredentials;
  if (any([](const CarrierSession& s) { return !s.is_reverse() && s.state() != SessionState::kDown; }))
    return LinkState::kConnecting;
  return LinkState::kBackoff;
}

void CarrierLink::Core::update_state(const std::string& reason) {
  const LinkState now_is = aggregate();
  if (now_is == state_) return;
  if (state_ == LinkState::kBound) lost_at_ = std::chrono::steady_clock::now();
  state_ = now_is;
  stats.state = now_is;
  stats.bound_since = now_is == LinkState::kBound ? clock.now() : Time{};
  sending_.store(now_is == LinkState::kBound, std::memory_order_relaxed);
  if (now_is == LinkState::kBound) credit_was_low_ = true;
  log::info("link state link={} state={} reason={}", config.name, link_state_name(now_is), reason);
  publish();
  tell([&](LinkEvents& events) { events.on_state(now_is, reason); });
}

void CarrierLink::Core::session_changed(CarrierSession& session, const std::string& reason) {
  if (!reason.empty()) stats.last_error = reason;
  if (session.state() == SessionState::kBound || session.state() == SessionState::kDown) rebalance();
  update_state(reason);
  // A link that stops has still to complete what is half sent, as long as it can.
  if (state_ == LinkState::kBadCredentials || (stopping_ && sessions_sending() == 0)) return_all_queued();
}

void CarrierLink::Core::session_ended(CarrierSession&) { settle(); }

// ---------------------------------------------------------------- the heartbeat of the link

void CarrierLink::Core::wake_at(Instant when) {
  if (when >= wake_) return;
  wake_ = when;
  pace_timer_.expires_at(when);
  pace_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error) return;
    self->wake_ = Instant::max();
    self->settle();
  });
}

void CarrierLink::Core::settle() {
  if (settling_) return;  // an event of ours led back here
  struct Settling {
    bool& flag;
    explicit Settling(bool& f) : flag(f) { flag = true; }
    ~Settling() { flag = false; }
  } const settling(settling_);
  const Instant now = std::chrono::steady_clock::now();
  turn_ = turn_ + 1 < sessions_.size() ? turn_ + 1 : 0;
  for (size_t i = 0; i < sessions_.size(); ++i) {
    CarrierSession& session = *sessions_[(turn_ + i) % sessions_.size()];
    session.pump(now);
    session.flush();
  }
  drain(now);
  publish();
  emit();
}

void CarrierLink::Core::publish() {
  stats.sessions_bound = stats.queued = stats.in_window = stats.unacknowledged = 0;
  for (const auto& session : sessions_) {
    stats.sessions_bound += session->state() == SessionState::kBound ? 1 : 0;
    stats.queued += session->queued();
    stats.in_window += session->in_window();
    stats.unacknowledged += session->unacknowledged();
  }
  stats.rate_limit = pacer.rate();
  const std::lock_guard lock(published_mutex_);
  published_ = stats;
}

void CarrierLink::Core::emit() {
  if (!responses_.empty())
    tell([&](LinkEvents& events) { events.on_responses(std::exchange(responses_, {})); });
  if (!deliveries.empty())
    tell([&](LinkEvents& events) { events.on_deliveries(std::exchange(deliveries, {})); });
  const bool low = credit() < (config.queue_segments + 1) / 2;
  if (credit_was_low_ && !low) tell([](LinkEvents& events) { events.on_credit(); });
  credit_was_low_ = low;
}

void CarrierLink::Core::schedule_tick() {
  tick_timer_.expires_after(steady(tick_));
  tick_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && !self->finished_) self->on_tick();
  });
}

void CarrierLink::Core::on_tick() {
  const Instant now = std::chrono::steady_clock::now();
  for (const auto& session : sessions_) session->tick(now);
  if (state_ != LinkState::kBound && now - lost_at_ >= steady(config.unsent_hold)) return_all_queued();
  latency.rotate(now);
  stats.latency_p50 = latency.percentile(0.5);
  stats.latency_p99 = latency.percentile(0.99);
  if (const auto elapsed = now - second_began_; elapsed >= std::chrono::seconds{1}) {
    const double seconds_passed = std::chrono::duration<double>(elapsed).count();
    const auto sent = static_cast<double>(stats.submitted - submitted_before_);
    stats.segments_per_second = static_cast<uint32_t>(sent / seconds_passed);
    submitted_before_ = stats.submitted;
    second_began_ = now;
  }
  settle();
  if (!finished_) schedule_tick();
}

// ---------------------------------------------------------------- the public face

CarrierLink::CarrierLink(asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events)
    : core_(std::make_shared<Core>(context, clock, std::move(config), events)) {}

CarrierLink::~CarrierLink() {
  core_->silence();
  asio::post(core_->strand, [core = core_] { core->shut(); });
}

void CarrierLink::start() {
  asio::post(core_->strand, [core = core_] { core->start(); });
}

void CarrierLink::stop(Duration timeout, std::function<void()> done) {
  asio::post(core_->strand, [core = core_, timeout, done = std::move(done)]() mutable {
    core->stop(timeout, std::move(done));
  });
}

void CarrierLink::submit(SubmitBatch&& batch) {
  if (batch.empty()) return;
  const bool fits = core_->reserve(batch.size());
  asio::post(core_->strand, [core = core_, fits, batch = std::move(batch)]() mutable {
    fits ? core->enqueue(std::move(batch)) : core->refuse(batch);
  });
}

void CarrierLink::acknowledge(std::vector<uint64_t> tokens, codec::Fault fault) {
  if (tokens.empty()) return;
  asio::post(core_->strand,
             [core = core_, tokens = std::move(tokens), fault] { core->acknowledge(tokens, fault); });
}

void CarrierLink::recall(uint64_t group) {
  asio::post(core_->strand, [core = core_, group] {
    core->recall([group](const SegmentOut& s) { return s.group == group; });
  });
}

void CarrierLink::recall_messages(std::vector<uint64_t> message_ids) {
  std::ranges::sort(message_ids);
  asio::post(core_->strand, [core = core_, ids = std::move(message_ids)] {
    core->recall([&](const SegmentOut& s) { return std::ranges::binary_search(ids, s.message_id); });
  });
}

void CarrierLink::recall_all() {
  asio::post(core_->strand, [core = core_] { core->recall([](const SegmentOut&) { return true; }); });
}

size_t CarrierLink::credit() const { return core_->credit(); }

size_t CarrierLink::capacity() const { return core_->config.queue_segments; }

LinkStats CarrierLink::stats() const { return core_->published(); }

uint16_t CarrierLink::listening_port() const { return core_->listening_port(); }

}  // namespace yizhan::link
