#include "link/http_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>

#include "base/log.h"
#include "link/http_connection.h"
#include "provider/http_api.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;

constexpr uint32_t kBackoffDoublings = 20;
constexpr uint16_t kHttpsPort = 443, kHttpPort = 80;

Duration since(Instant from, Instant now) {
  return microseconds(std::chrono::duration_cast<std::chrono::microseconds>(now - from).count());
}

size_t lane_of(std::string_view number, size_t lanes) {
  const uint64_t h = hash_number(number);
  return static_cast<size_t>((h ^ (h >> 32)) % lanes);
}

std::string host_header(const LinkConfig& c) {
  const std::string host = c.host.find(':') == std::string::npos ? c.host : '[' + c.host + ']';
  const uint16_t usual = c.tls == Tls::kOff ? kHttpPort : kHttpsPort;
  return c.port == usual ? host : fmt::format("{}:{}", host, c.port);
}

}  // namespace

Result<void> check_http(const LinkConfig& c) {
  auto api = provider::HttpApi::create(*c.http, {c.system_id, c.password}, host_header(c));
  if (api) return {};
  Error error = std::move(api).error();
  if (error.field != "system_id" && error.field != "password") error.field.insert(0, "http/");
  return std::unexpected(std::move(error));
}

class HttpLink::Core final : public LinkCore {
 public:
  Core(asio::io_context& context, const Clock& c, LinkConfig link_config, LinkEvents& events)
      : LinkCore(context, c, std::move(link_config), events),
        api_(provider::HttpApi::create(*config.http, {config.system_id, config.password}, host_header(config))
                 .value()),
        lanes_(size_t{config.sessions} * config.window),
        retry_timer_(strand) {}

  void recall(const std::function<bool(const SegmentOut&)>& wanted) override;
  void acknowledge(const std::vector<uint64_t>& tokens, codec::Fault fault) override;
  void receive(std::vector<Delivery>&& deliveries, std::function<void(codec::Fault)> done) override;

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

  void open() override { reach(); }
  void stopping() override { retry_timer_.cancel(); }
  void close() override;
  void queue(QueuedSegment&& segment) override;
  void return_all_queued() override;
  void pump(Instant now) override;
  void drain(Instant now) override;
  void count_stats() override;

  std::shared_ptr<Core> self() { return std::static_pointer_cast<Core>(shared_from_this()); }
  void make_ready(size_t lane);
  bool pay(Lane& lane, Instant now);
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
  Response response_to(const QueuedSegment& segment, ResponseKind kind, Time sent_at) const;
  size_t busy() const {
    return static_cast<size_t>(
        std::ranges::count_if(lanes_, [](const Lane& lane) { return lane.current.has_value(); }));
  }
  void give_up_callbacks();

  const provider::HttpApi api_;
  std::vector<Lane> lanes_;
  std::shared_ptr<HttpConnection> probing_;  // while the provider is being reached
  std::deque<size_t> ready_;                 // lanes with something to send and nothing under way, in turn
  asio::steady_timer retry_timer_;
  bool reached_ = false;   // the provider, and not lost since
  uint32_t failures_ = 0;  // to reach it, since its last answer
  uint32_t silent_ = 0;    // requests without an answer, one after the other
  uint64_t last_token_ = 0;
  std::map<uint64_t, std::shared_ptr<Callback>> callbacks_;  // by token
};

// ---------------------------------------------------------------- start, stop

void HttpLink::Core::close() {
  if (probing_) probing_->close();
  for (Lane& lane : lanes_)
    if (lane.connection) lane.connection->close();
  give_up_callbacks();
}

void HttpLink::Core::give_up_callbacks() {
  for (const auto& [token, callback] : std::exchange(callbacks_, {}))
    if (callback->done) std::exchange(callback->done, {})(codec::Fault::kQueueFull);
}

// Messages are of one part each: nothing is half sent, so that all that is not written has come back already.
// Past the deadline what is still under way loses its connection and ends without an answer.
void HttpLink::Core::drain(Instant now) {
  if (now >= drain_until())
    close();
  else
    wake_at(drain_until());
  if (busy() > 0 || !callbacks_.empty()) return;
  close();
  finish();
}

// ---------------------------------------------------------------- reaching the provider

// There is no login: the link is bound when a connection comes about, and each request proves itself.
void HttpLink::Core::reach() {
  set_state(LinkState::kConnecting, {});
  asio::co_spawn(strand, probe(self()), asio::detached);
}

net::Task<void> HttpLink::Core::probe(std::shared_ptr<Core> self) {
  const auto connection = std::make_shared<HttpConnection>(self->strand, self->config, self->tls);
  self->probing_ = connection;
  const auto connected = co_await connection->connect();
  self->probing_.reset();
  if (self->is_stopping() || self->state() != LinkState::kConnecting) {
    connection->close();
  } else if (connected) {
    self->reached_ = true;
    self->stats.bind_failure = BindFailure::kNone;
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
  if (state() == LinkState::kBound) unreachable(why, failure);
}

void HttpLink::Core::unreachable(const std::string& why, BindFailure failure) {
  if (reached_) ++stats.reconnects;
  reached_ = false;
  stats.last_error = why;
  stats.bind_failure = failure;
  const uint32_t doublings = std::min(failures_++, kBackoffDoublings);
  const int64_t base = std::min(config.backoff_min.us << doublings, config.backoff_max.us);
  set_state(LinkState::kBackoff, why);
  // Half fixed, half by chance: many links to one provider do not come back together.
  retry_after(
      microseconds(base / 2 + static_cast<int64_t>(random.below(static_cast<uint64_t>(base / 2 + 1)))));
}

void HttpLink::Core::refused_credentials(const std::string& code) {
  if (state() == LinkState::kBadCredentials || is_stopping()) return;
  reached_ = false;
  stats.last_error = "the provider refuses the account: " + code;
  stats.bind_failure = BindFailure::kRefused;
  set_state(LinkState::kBadCredentials, stats.last_error);
  return_all_queued();
  retry_after(config.bad_credentials_retry);
}

void HttpLink::Core::retry_after(Duration delay) {
  retry_timer_.expires_after(steady(delay));
  retry_timer_.async_wait([self = self()](const boost::system::error_code& error) {
    if (!error && !self->is_stopping()) self->reach();
  });
}

// ---------------------------------------------------------------- segments

void HttpLink::Core::queue(QueuedSegment&& segment) {
  const size_t lane = lane_of(segment.segment().destination, lanes_.size());
  lanes_[lane].queue.push_back(std::move(segment));
  make_ready(lane);
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
    if (!pacer.take(now)) return false;
    ++lane.paid;
  }
  lane.paid = 0;
  return true;
}

void HttpLink::Core::pump(Instant now) {
  while (!ready_.empty() && state() == LinkState::kBound) {
    Lane& lane = lanes_[ready_.front()];
    if (!lane.queue.empty()) {
      if (!pay(lane, now)) return wake_at(pacer.next(now));
      lane.current = std::move(lane.queue.front());
      lane.queue.pop_front();
      asio::co_spawn(strand, send(self(), ready_.front()), asio::detached);
    }
    lane.waiting = false;
    ready_.pop_front();
  }
}

net::Task<bool> HttpLink::Core::ready_connection(Lane& lane) {
  if (lane.connection && lane.connection->is_usable()) co_return true;
  if (lane.connection) lane.connection->close();
  lane.connection = std::make_shared<HttpConnection>(strand, config, tls);
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
    if (lane.current) self->unanswered(lane, "internal error", self->clock.now());
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
  const Time sent_at = clock.now();
  const Instant began = std::chrono::steady_clock::now();
  std::string request = api_.request({.number = segment.destination,
                                      .text = as_chars(segment.payload),
                                      .access_code = segment.source,
                                      .id = segment.attempt_id},
                                     sent_at, provider::make_nonce());
  stats.submitted += std::max<uint32_t>(1, segment.units);
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
          .at = clock.now()};
}

void HttpLink::Core::answered(Lane& lane, const Exchange& exchange, Time sent_at, Instant began) {
  const Instant now = std::chrono::steady_clock::now();
  silent_ = failures_ = 0;
  latency.add(since(began, now));
  provider::Answer answer = api_.read_answer(exchange.status, exchange.body);
  Response response = response_to(*lane.current, ResponseKind::kUnknown, sent_at);
  response.status = static_cast<uint32_t>(exchange.status);
  switch (answer.verdict) {
    case provider::Verdict::kAccepted:
      pacer.answered(std::chrono::duration_cast<std::chrono::microseconds>(now - began), now);
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
      stats.last_error = "an answer that says nothing: " + answer.code;
      break;
  }
  lane.current.reset();
  resolve(std::move(response));
}

void HttpLink::Core::throttled(Lane& lane, Response&& response, Instant began) {
  ++stats.throttled;
  pacer.throttled(began, std::chrono::steady_clock::now());
  if (++lane.current->throttles <= config.max_throttle_retries) return put_back(lane);
  response.kind = ResponseKind::kRejected;
  lane.current.reset();
  resolve(std::move(response));
}

// To the front, unless it may not be written any more.
void HttpLink::Core::put_back(Lane& lane) {
  if (lane.current->recalled || is_stopping())
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
  stats.last_error = why;
  // One after the other without an answer: nothing more is thrown after them for now.
  if (++silent_ < config.max_silent_timeouts) return;
  silent_ = 0;
  lost(why, BindFailure::kTimeout);
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

// ---------------------------------------------------------------- callbacks

void HttpLink::Core::receive(std::vector<Delivery>&& given, std::function<void(codec::Fault)> done) {
  const bool full = callbacks_.size() + given.size() > config.unacknowledged;
  if (!started() || is_stopping() || full) return done(codec::Fault::kQueueFull);
  if (given.empty()) return done(codec::Fault::kNone);
  const auto callback =
      std::make_shared<Callback>(Callback{.missing = given.size(), .done = std::move(done)});
  for (Delivery& delivery : given) {
    delivery.token = ++last_token_;
    callbacks_.emplace(delivery.token, callback);
    ++stats.deliveries;
    stats.receipts += delivery.is_receipt ? 1 : 0;
    deliveries.push_back(std::move(delivery));
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

void HttpLink::Core::count_stats() {
  stats.queued = 0;
  stats.sessions_bound = 0;
  for (const Lane& lane : lanes_) {
    stats.queued += lane.queue.size();
    stats.sessions_bound += lane.connection && lane.connection->is_open() ? 1 : 0;
  }
  stats.in_window = busy();
  stats.unacknowledged = callbacks_.size();
}

HttpLink::HttpLink(asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events)
    : PostedLink(std::make_shared<Core>(context, clock, std::move(config), events)) {}

}  // namespace yizhan::link
