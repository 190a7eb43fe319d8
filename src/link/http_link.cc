#include "link/http_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <deque>
#include <map>
#include <mutex>

#include "base/log.h"
#include "base/random.h"
#include "link/http_connection.h"
#include "link/latency.h"
#include "link/pacer.h"
#include "link/submit_window.h"
#include "provider/http_api.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;
using Instant = std::chrono::steady_clock::time_point;

constexpr Duration kTickMin = milliseconds(1), kTickMax = milliseconds(200);
constexpr int64_t kTicksPerTimeout = 4;
constexpr uint32_t kBackoffDoublings = 20;
constexpr uint16_t kHttpsPort = 443, kHttpPort = 80;

std::chrono::microseconds steady(Duration d) { return std::chrono::microseconds{d.us}; }
Duration since(Instant from, Instant now) {
  return microseconds(std::chrono::duration_cast<std::chrono::microseconds>(now - from).count());
}

size_t lane_of(std::string_view number, size_t lanes) {
  uint64_t h = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : number) h = (h ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return static_cast<size_t>((h ^ (h >> 32)) % lanes);
}

std::string host_header(const LinkConfig& c) {
  const std::string host = c.host.find(':') == std::string::npos ? c.host : '[' + c.host + ']';
  const uint16_t usual = c.tls == Tls::kOff ? kHttpPort : kHttpsPort;
  return c.port == usual ? host : fmt::format("{}:{}", host, c.port);
}

std::shared_ptr<net::ssl::context> tls_context(const LinkConfig& c) {
  if (c.tls == Tls::kOff) return nullptr;
  const auto verify = c.tls == Tls::kVerified ? net::TlsVerify::kPeer : net::TlsVerify::kNone;
  return net::tls_client_context({.verify = verify, .ca_pem = c.tls_ca_pem}).value();
}

}  // namespace

Result<void> check_http(const LinkConfig& c) {
  auto api = provider::HttpApi::create(*c.http, {c.system_id, c.password}, host_header(c));
  if (api) return {};
  Error error = std::move(api).error();
  if (error.field != "system_id" && error.field != "password") error.field.insert(0, "http/");
  return std::unexpected(std::move(error));
}

class HttpLink::Core final : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& context, const Clock& clock, LinkConfig link_config, LinkEvents& events)
      : config(std::move(link_config)),
        strand(asio::make_strand(context)),
        clock_(clock),
        api_(provider::HttpApi::create(*config.http, {config.system_id, config.password}, host_header(config))
                 .value()),
        tls_(tls_context(config)),
        pacer_({.segments_per_second = config.segments_per_second,
                .pause = config.throttle_pause,
                .pause_max = config.throttle_pause_max},
               std::chrono::steady_clock::now()),
        random_(config.jitter_seed),
        lanes_(size_t{config.sessions} * config.window),
        tick_timer_(strand),
        pace_timer_(strand),
        retry_timer_(strand),
        lost_at_(std::chrono::steady_clock::now()),
        events_(&events) {}

  // From any thread.
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
  void recall(const std::function<bool(const SegmentOut&)>& wanted);
  void receive(std::vector<Delivery>&& deliveries, std::function<void(codec::Fault)> done);
  void acknowledge(const std::vector<uint64_t>& tokens, codec::Fault fault);
  void settle();

  const LinkConfig config;
  const asio::strand<asio::io_context::executor_type> strand;

 private:
  // One connection and the messages to the numbers that go by it.
  struct Lane {
    std::deque<QueuedSegment> queue;
    std::shared_ptr<HttpConnection> connection;
    std::optional<QueuedSegment> current;  // its exchange is under way
    bool waiting = false;                  // stands in ready_
    uint32_t paid = 0;                     // of the rate, for the front of the queue
  };
  // A callback of which something is not on disk yet.
  struct Callback {
    size_t missing = 0;
    codec::Fault fault = codec::Fault::kNone;
    std::function<void(codec::Fault)> done;
  };

  void make_ready(size_t lane);
  void pump(Instant now);
  bool pay(Lane& lane, Instant now);
  void wake_at(Instant when);
  static net::Task<void> probe(std::shared_ptr<Core> self);
  static net::Task<void> send(std::shared_ptr<Core> self, size_t lane);
  net::Task<void> send_current(Lane& lane);
  net::Task<bool> ready_connection(Lane& lane);
  void answered(Lane& lane, const Exchange& exchange, Time sent_at, Instant began);
  void not_written(Lane& lane, bool fresh, const std::string& why);
  void unanswered(Lane& lane, const std::string& why, Time sent_at);
  void throttled(Lane& lane, Response&& response, Instant began);
  void put_back(Lane& lane);
  void lost(const std::string& why, BindFailure failure);
  void unreachable(const std::string& why, BindFailure failure);
  void refused_credentials(const std::string& code);
  void retry_after(Duration delay);
  void reach();
  void resolve(Response&& response);
  void return_unsent(const SegmentOut& segment);
  void return_all_queued();
  Response response_to(const QueuedSegment& segment, ResponseKind kind, Time sent_at) const;
  void set_state(LinkState state, const std::string& reason);
  size_t busy() const {
    return static_cast<size_t>(
        std::ranges::count_if(lanes_, [](const Lane& lane) { return lane.current.has_value(); }));
  }
  void drain(Instant now);
  void close_connections();
  void give_up_callbacks();
  void finish();
  void schedule_tick();
  void on_tick();
  void publish();
  void emit();
  template <class Call>
  void tell(Call call) {
    const std::lock_guard lock(events_mutex_);
    if (events_ != nullptr) call(*events_);
  }

  const Clock& clock_;
  const provider::HttpApi api_;
  const std::shared_ptr<net::ssl::context> tls_;
  Pacer pacer_;
  LatencyWindow latency_;
  LinkStats stats_;
  Random random_;
  std::vector<Lane> lanes_;
  std::shared_ptr<HttpConnection> probing_;  // while the provider is being reached
  std::deque<size_t> ready_;                 // lanes with something to send and nothing under way, in turn
  asio::steady_timer tick_timer_, pace_timer_, retry_timer_;
  Instant wake_ = Instant::max();
  Instant lost_at_;
  Instant drain_until_{};
  LinkState state_ = LinkState::kStopped;
  bool started_ = false, stopping_ = false, finished_ = false, settling_ = false, credit_was_low_ = true;
  bool reached_ = false;   // the provider, and not lost since
  uint32_t failures_ = 0;  // to reach it, since its last answer
  uint32_t silent_ = 0;    // requests without an answer, one after the other
  uint64_t last_order_ = 0, last_token_ = 0;
  std::map<uint64_t, std::shared_ptr<Callback>> callbacks_;  // by token
  std::vector<Response> responses_;
  std::vector<Delivery> deliveries_;
  std::vector<std::function<void()>> done_;
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

void HttpLink::Core::start() {
  if (started_ || stopping_) return;
  started_ = true;
  second_began_ = lost_at_ = std::chrono::steady_clock::now();
  reach();
  schedule_tick();
}

// Messages of one part each: nothing is half sent, so all that is not written comes back at once.
void HttpLink::Core::stop(Duration timeout, std::function<void()> done) {
  if (done) done_.push_back(std::move(done));
  if (finished_) return finish();
  if (stopping_) return;
  stopping_ = true;
  sending_.store(false, std::memory_order_relaxed);
  drain_until_ = std::chrono::steady_clock::now() + steady(timeout);
  retry_timer_.cancel();
  set_state(LinkState::kDraining, "stopped by the operator");
  recall([](const SegmentOut&) { return true; });
  if (!started_) finish();
}

void HttpLink::Core::shut() {
  stopping_ = true;
  drain_until_ = {};
  tick_timer_.cancel();
  pace_timer_.cancel();
  retry_timer_.cancel();
  close_connections();
  give_up_callbacks();
}

void HttpLink::Core::close_connections() {
  if (probing_) probing_->close();
  for (Lane& lane : lanes_)
    if (lane.connection) lane.connection->close();
}

void HttpLink::Core::give_up_callbacks() {
  for (const auto& [token, callback] : std::exchange(callbacks_, {}))
    if (callback->done) std::exchange(callback->done, {})(codec::Fault::kQueueFull);
}

// Past the deadline what is still under way loses its connection and ends without an answer.
void HttpLink::Core::drain(Instant now) {
  if (!stopping_ || finished_) return;
  if (now >= drain_until_) {
    close_connections();
    give_up_callbacks();
  } else {
    wake_at(drain_until_);
  }
  if (busy() == 0 && callbacks_.empty()) finish();
}

void HttpLink::Core::finish() {
  finished_ = true;
  return_all_queued();
  tick_timer_.cancel();
  pace_timer_.cancel();
  close_connections();
  set_state(LinkState::kStopped, "stopped");
  publish();
  emit();
  for (const std::function<void()>& done : std::exchange(done_, {})) done();
}

// ---------------------------------------------------------------- reaching the provider

// There is no login: the link is bound when a connection comes about, and each request proves itself.
void HttpLink::Core::reach() {
  set_state(LinkState::kConnecting, {});
  asio::co_spawn(strand, probe(shared_from_this()), asio::detached);
}

net::Task<void> HttpLink::Core::probe(std::shared_ptr<Core> self) {
  const auto connection = std::make_shared<HttpConnection>(self->strand, self->config, self->tls_);
  self->probing_ = connection;
  const auto connected = co_await connection->connect();
  self->probing_.reset();
  if (self->stopping_ || self->state_ != LinkState::kConnecting) {
    connection->close();
  } else if (connected) {
    self->reached_ = true;
    self->stats_.bind_failure = BindFailure::kNone;
    Lane& first = self->lanes_.front();
    if (!first.current) first.connection = connection;
    self->set_state(LinkState::kBound, {});
    for (size_t i = 0; i < self->lanes_.size(); ++i) self->make_ready(i);
  } else {
    const bool late = connected.error().code == ErrorCode::kTimeout;
    self->unreachable(connected.error().message, late ? BindFailure::kTimeout : BindFailure::kUnreachable);
  }
  self->settle();
}

// What a request under way found out; a link that is not bound knows already.
void HttpLink::Core::lost(const std::string& why, BindFailure failure) {
  if (state_ == LinkState::kBound) unreachable(why, failure);
}

void HttpLink::Core::unreachable(const std::string& why, BindFailure failure) {
  if (reached_) ++stats_.reconnects;
  reached_ = false;
  stats_.last_error = why;
  stats_.bind_failure = failure;
  const uint32_t doublings = std::min(failures_++, kBackoffDoublings);
  const int64_t base = std::min(config.backoff_min.us << doublings, config.backoff_max.us);
  set_state(LinkState::kBackoff, why);
  // Half fixed, half by chance: many links to one provider do not come back together.
  retry_after(
      microseconds(base / 2 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(base / 2 + 1)))));
}

void HttpLink::Core::refused_credentials(const std::string& code) {
  if (state_ == LinkState::kBadCredentials || stopping_) return;
  reached_ = false;
  stats_.last_error = "the provider refuses the account: " + code;
  stats_.bind_failure = BindFailure::kRefused;
  set_state(LinkState::kBadCredentials, stats_.last_error);
  return_all_queued();
  retry_after(config.bad_credentials_retry);
}

void HttpLink::Core::retry_after(Duration delay) {
  retry_timer_.expires_after(steady(delay));
  retry_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && !self->stopping_) self->reach();
  });
}

// ---------------------------------------------------------------- segments

void HttpLink::Core::enqueue(SubmitBatch&& given) {
  if (stopping_ || state_ == LinkState::kBadCredentials) {
    outstanding_.fetch_sub(given.size(), std::memory_order_relaxed);
    return refuse(given);
  }
  const auto batch = std::make_shared<SubmitBatch>(std::move(given));
  for (uint32_t i = 0; i < batch->size(); ++i) {
    const size_t lane = lane_of((*batch)[i].destination, lanes_.size());
    lanes_[lane].queue.push_back({.batch = batch, .index = i, .order = ++last_order_});
    make_ready(lane);
  }
  settle();
}

void HttpLink::Core::refuse(const SubmitBatch& batch) {
  outstanding_.fetch_add(batch.size(), std::memory_order_relaxed);
  for (size_t i = 0; i < batch.size(); ++i) return_unsent(batch[i]);
  settle();
}

void HttpLink::Core::make_ready(size_t index) {
  Lane& lane = lanes_[index];
  if (lane.waiting || lane.current || lane.queue.empty()) return;
  lane.waiting = true;
  ready_.push_back(index);
}

// A message costs as many units of the rate as the carrier makes segments of it.
bool HttpLink::Core::pay(Lane& lane, Instant now) {
  const uint32_t units = std::max<uint32_t>(1, lane.queue.front().segment().units);
  while (lane.paid < units) {
    if (!pacer_.take(now)) return false;
    ++lane.paid;
  }
  lane.paid = 0;
  return true;
}

void HttpLink::Core::pump(Instant now) {
  while (!ready_.empty() && state_ == LinkState::kBound) {
    Lane& lane = lanes_[ready_.front()];
    if (!lane.queue.empty()) {
      if (!pay(lane, now)) return wake_at(pacer_.next(now));
      lane.current = std::move(lane.queue.front());
      lane.queue.pop_front();
      asio::co_spawn(strand, send(shared_from_this(), ready_.front()), asio::detached);
    }
    lane.waiting = false;
    ready_.pop_front();
  }
}

net::Task<bool> HttpLink::Core::ready_connection(Lane& lane) {
  if (lane.connection && lane.connection->is_usable()) co_return true;
  if (lane.connection) lane.connection->close();
  lane.connection = std::make_shared<HttpConnection>(strand, config, tls_);
  const auto connected = co_await lane.connection->connect();
  if (connected) co_return true;
  not_written(lane, true, connected.error().message);
  co_return false;
}

net::Task<void> HttpLink::Core::send(std::shared_ptr<Core> self, size_t index) {
  Lane& lane = self->lanes_[index];
  try {
    co_await self->send_current(lane);
  } catch (const std::exception& failure) {
    // Memory ran out, or a receiver of events threw: this request's end, not the link's.
    log::error("link request failed link={} error={}", self->config.name, failure.what());
    if (lane.connection) lane.connection->close();
    if (lane.current) self->unanswered(lane, "internal error", self->clock_.now());
  }
  self->make_ready(index);
  self->settle();
}

net::Task<void> HttpLink::Core::send_current(Lane& lane) {
  const bool ready = co_await ready_connection(lane);
  if (!ready) co_return;
  const SegmentOut segment = lane.current->segment();
  if (lane.current->recalled) {
    return_unsent(segment);
    lane.current.reset();
    co_return;
  }
  const bool fresh = !lane.connection->is_proven();
  const Time sent_at = clock_.now();
  const Instant began = std::chrono::steady_clock::now();
  std::string request = api_.request({.number = segment.destination,
                                      .text = as_chars(segment.payload),
                                      .access_code = segment.source,
                                      .id = segment.attempt_id},
                                     sent_at, provider::make_nonce());
  stats_.submitted += std::max<uint32_t>(1, segment.units);
  const Exchange exchange = co_await lane.connection->exchange(std::move(request), config.response_timeout);
  if (exchange.end == ExchangeEnd::kAnswered)
    answered(lane, exchange, sent_at, began);
  else if (exchange.end == ExchangeEnd::kNotWritten)
    not_written(lane, fresh, exchange.failure);
  else
    unanswered(lane, exchange.failure, sent_at);
}

Response HttpLink::Core::response_to(const QueuedSegment& queued, ResponseKind kind, Time sent_at) const {
  const SegmentOut segment = queued.segment();
  return {.attempt_id = segment.attempt_id,
          .message_id = segment.message_id,
          .kind = kind,
          .sent_at = sent_at,
          .at = clock_.now()};
}

void HttpLink::Core::answered(Lane& lane, const Exchange& exchange, Time sent_at, Instant began) {
  const Instant now = std::chrono::steady_clock::now();
  silent_ = failures_ = 0;
  latency_.add(since(began, now));
  provider::Answer answer = api_.read_answer(exchange.status, exchange.body);
  Response response = response_to(*lane.current, ResponseKind::kUnknown, sent_at);
  response.status = static_cast<uint32_t>(exchange.status);
  switch (answer.verdict) {
    case provider::Verdict::kAccepted:
      pacer_.answered(std::chrono::duration_cast<std::chrono::microseconds>(now - began), now);
      response.kind = ResponseKind::kAccepted;
      response.carrier_message_id = response.canonical_id = std::move(answer.message_id);
      break;
    case provider::Verdict::kThrottled:
      response.code = std::move(answer.code);
      return throttled(lane, std::move(response), began);
    case provider::Verdict::kBadCredentials:
      return_unsent(lane.current->segment());
      lane.current.reset();
      return refused_credentials(answer.code);
    case provider::Verdict::kRejected:
      response.kind = ResponseKind::kRejected;
      response.code = std::move(answer.code);
      break;
    case provider::Verdict::kUnknown:
      stats_.last_error = "an answer that says nothing: " + answer.code;
      break;
  }
  lane.current.reset();
  resolve(std::move(response));
}

void HttpLink::Core::throttled(Lane& lane, Response&& response, Instant began) {
  ++stats_.throttled;
  pacer_.throttled(began, std::chrono::steady_clock::now());
  if (++lane.current->throttles <= config.max_throttle_retries) return put_back(lane);
  response.kind = ResponseKind::kRejected;
  lane.current.reset();
  resolve(std::move(response));
}

// To the front, unless it may not be written any more.
void HttpLink::Core::put_back(Lane& lane) {
  if (lane.current->recalled || stopping_)
    return_unsent(lane.current->segment());
  else
    lane.queue.push_front(*std::move(lane.current));
  lane.current.reset();
}

// A connection that was used before may have gone while it was idle: that says nothing of the provider.
void HttpLink::Core::not_written(Lane& lane, bool fresh, const std::string& why) {
  put_back(lane);
  if (fresh) lost(why, BindFailure::kUnreachable);
}

void HttpLink::Core::unanswered(Lane& lane, const std::string& why, Time sent_at) {
  Response response = response_to(*lane.current, ResponseKind::kUnknown, sent_at);
  lane.current.reset();
  resolve(std::move(response));
  stats_.last_error = why;
  // One after the other without an answer: nothing more is thrown after them for now.
  if (++silent_ < config.max_silent_timeouts) return;
  silent_ = 0;
  lost(why, BindFailure::kTimeout);
}

void HttpLink::Core::return_unsent(const SegmentOut& segment) {
  resolve({.attempt_id = segment.attempt_id,
           .message_id = segment.message_id,
           .kind = ResponseKind::kNotSent,
           .at = clock_.now()});
}

void HttpLink::Core::recall(const std::function<bool(const SegmentOut&)>& wanted) {
  for (Lane& lane : lanes_) {
    if (lane.current && wanted(lane.current->segment())) lane.current->recalled = true;
    std::erase_if(lane.queue, [&](const QueuedSegment& queued) {
      if (!wanted(queued.segment())) return false;
      return_unsent(queued.segment());
      return true;
    });
  }
  settle();
}

void HttpLink::Core::return_all_queued() {
  for (Lane& lane : lanes_)
    for (const QueuedSegment& queued : std::exchange(lane.queue, {})) return_unsent(queued.segment());
}

void HttpLink::Core::resolve(Response&& response) {
  outstanding_.fetch_sub(1, std::memory_order_relaxed);
  switch (response.kind) {
    case ResponseKind::kAccepted:
      ++stats_.accepted;
      break;
    case ResponseKind::kRejected:
      ++stats_.rejected;
      break;
    case ResponseKind::kNotSent:
      ++stats_.not_sent;
      break;
    case ResponseKind::kUnknown:
      ++stats_.unknown;
      break;
  }
  responses_.push_back(std::move(response));
}

// ---------------------------------------------------------------- callbacks

void HttpLink::Core::receive(std::vector<Delivery>&& given, std::function<void(codec::Fault)> done) {
  const bool full = callbacks_.size() + given.size() > config.unacknowledged;
  if (!started_ || stopping_ || full) return done(codec::Fault::kQueueFull);
  if (given.empty()) return done(codec::Fault::kNone);
  const auto callback =
      std::make_shared<Callback>(Callback{.missing = given.size(), .done = std::move(done)});
  for (Delivery& delivery : given) {
    delivery.token = ++last_token_;
    callbacks_.emplace(delivery.token, callback);
    ++stats_.deliveries;
    stats_.receipts += delivery.is_receipt ? 1 : 0;
    deliveries_.push_back(std::move(delivery));
  }
  settle();
}

void HttpLink::Core::acknowledge(const std::vector<uint64_t>& tokens, codec::Fault fault) {
  for (const uint64_t token : tokens) {
    auto entry = callbacks_.extract(token);
    if (entry.empty()) continue;
    Callback& callback = *entry.mapped();
    if (fault != codec::Fault::kNone) callback.fault = fault;
    if (--callback.missing == 0 && callback.done) std::exchange(callback.done, {})(callback.fault);
  }
  settle();
}

// ---------------------------------------------------------------- state and the heartbeat

void HttpLink::Core::set_state(LinkState state, const std::string& reason) {
  if (state == state_) return;
  if (state_ == LinkState::kBound) lost_at_ = std::chrono::steady_clock::now();
  state_ = state;
  stats_.state = state;
  stats_.bound_since = state == LinkState::kBound ? clock_.now() : Time{};
  sending_.store(state == LinkState::kBound, std::memory_order_relaxed);
  if (state == LinkState::kBound) credit_was_low_ = true;
  log::info("link state link={} state={} reason={}", config.name, link_state_name(state), reason);
  publish();
  tell([&](LinkEvents& events) { events.on_state(state, reason); });
}

void HttpLink::Core::wake_at(Instant when) {
  if (when >= wake_) return;
  wake_ = when;
  pace_timer_.expires_at(when);
  pace_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error) return;
    self->wake_ = Instant::max();
    self->settle();
  });
}

void HttpLink::Core::settle() {
  if (settling_) return;  // an event of ours led back here
  settling_ = true;
  const Instant now = std::chrono::steady_clock::now();
  pump(now);
  drain(now);
  publish();
  emit();
  settling_ = false;
}

void HttpLink::Core::publish() {
  stats_.queued = 0;
  stats_.sessions_bound = 0;
  for (const Lane& lane : lanes_) {
    stats_.queued += lane.queue.size();
    stats_.sessions_bound += lane.connection && lane.connection->is_open() ? 1 : 0;
  }
  stats_.in_window = busy();
  stats_.unacknowledged = callbacks_.size();
  stats_.rate_limit = pacer_.rate();
  const std::lock_guard lock(published_mutex_);
  published_ = stats_;
}

void HttpLink::Core::emit() {
  if (!responses_.empty())
    tell([&](LinkEvents& events) { events.on_responses(std::exchange(responses_, {})); });
  if (!deliveries_.empty())
    tell([&](LinkEvents& events) { events.on_deliveries(std::exchange(deliveries_, {})); });
  const bool low = credit() < (config.queue_segments + 1) / 2;
  if (credit_was_low_ && !low) tell([](LinkEvents& events) { events.on_credit(); });
  credit_was_low_ = low;
}

void HttpLink::Core::schedule_tick() {
  const Duration least = std::min({config.response_timeout, config.connect_timeout, config.unsent_hold});
  tick_timer_.expires_after(steady(std::clamp(Duration{least.us / kTicksPerTimeout}, kTickMin, kTickMax)));
  tick_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && !self->finished_) self->on_tick();
  });
}

void HttpLink::Core::on_tick() {
  const Instant now = std::chrono::steady_clock::now();
  if (state_ != LinkState::kBound && now - lost_at_ >= steady(config.unsent_hold)) return_all_queued();
  latency_.rotate(now);
  stats_.latency_p50 = latency_.percentile(0.5);
  stats_.latency_p99 = latency_.percentile(0.99);
  if (const auto elapsed = now - second_began_; elapsed >= std::chrono::seconds{1}) {
    const double seconds_passed = std::chrono::duration<double>(elapsed).count();
    stats_.segments_per_second =
        static_cast<uint32_t>(static_cast<double>(stats_.submitted - submitted_before_) / seconds_passed);
    submitted_before_ = stats_.submitted;
    second_began_ = now;
  }
  settle();
  if (!finished_) schedule_tick();
}

// ---------------------------------------------------------------- the public face

HttpLink::HttpLink(asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events)
    : core_(std::make_shared<Core>(context, clock, std::move(config), events)) {}

HttpLink::~HttpLink() {
  core_->silence();
  asio::post(core_->strand, [core = core_] { core->shut(); });
}

void HttpLink::start() {
  asio::post(core_->strand, [core = core_] { core->start(); });
}

void HttpLink::stop(Duration timeout, std::function<void()> done) {
  asio::post(core_->strand, [core = core_, timeout, done = std::move(done)]() mutable {
    core->stop(timeout, std::move(done));
  });
}

void HttpLink::submit(SubmitBatch&& batch) {
  if (batch.empty()) return;
  const bool fits = core_->reserve(batch.size());
  asio::post(core_->strand, [core = core_, fits, batch = std::move(batch)]() mutable {
    fits ? core->enqueue(std::move(batch)) : core->refuse(batch);
  });
}

void HttpLink::acknowledge(std::vector<uint64_t> tokens, codec::Fault fault) {
  if (tokens.empty()) return;
  asio::post(core_->strand,
             [core = core_, tokens = std::move(tokens), fault] { core->acknowledge(tokens, fault); });
}

void HttpLink::recall(uint64_t group) {
  asio::post(core_->strand, [core = core_, group] {
    core->recall([group](const SegmentOut& s) { return s.group == group; });
  });
}

void HttpLink::recall_messages(std::vector<uint64_t> message_ids) {
  std::ranges::sort(message_ids);
  asio::post(core_->strand, [core = core_, ids = std::move(message_ids)] {
    core->recall([&](const SegmentOut& s) { return std::ranges::binary_search(ids, s.message_id); });
  });
}

void HttpLink::recall_all() {
  asio::post(core_->strand, [core = core_] { core->recall([](const SegmentOut&) { return true; }); });
}

void HttpLink::receive(std::vector<Delivery>&& deliveries, std::function<void(codec::Fault)> done) {
  asio::post(core_->strand, [core = core_, given = std::move(deliveries), done = std::move(done)]() mutable {
    core->receive(std::move(given), std::move(done));
  });
}

size_t HttpLink::credit() const { return core_->credit(); }

size_t HttpLink::capacity() const { return core_->config.queue_segments; }

LinkStats HttpLink::stats() const { return core_->published(); }

}  // namespace yizhan::link
