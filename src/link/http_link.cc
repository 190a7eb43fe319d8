#include "link/http_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <unordered_map>

#include "base/log.h"
#include "link/http_connection.h"
#include "provider/http_api.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;

constexpr uint16_t kHttpsPort = 443, kHttpPort = 80;

Duration since(Instant from, Instant now) {
  return microseconds(std::chrono::duration_cast<std::chrono::microseconds>(now - from).count());
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
        lines_(size_t{config.sessions} * config.window),
        retry_timer_(strand) {
    for (size_t i = lines_.size(); i-- > 0;) idle_.push_back(i);
  }

  void recall(const std::function<bool(const SegmentOut&)>& wanted) override;
  void acknowledge(const std::vector<uint64_t>& tokens, codec::Fault fault) override;
  void receive(std::vector<Delivery>&& deliveries, std::function<void(codec::Fault)> done) override;

 private:
  // One connection and the message that goes by it.
  struct Line {
    std::shared_ptr<HttpConnection> connection;
    std::optional<QueuedSegment> current;  // its exchange is under way
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
  std::deque<QueuedSegment>& queue_of(Lane lane) { return queues_[index_of(lane)]; }
  LaneSet ready_lanes();
  bool pay(Lane lane, Instant now);
  QueuedSegment take_current(Line& line);
  template <class Visit>
  void each_queue(Visit visit);
  static net::Task<void> probe(std::shared_ptr<Core> self);
  static net::Task<void> send(std::shared_ptr<Core> self, size_t index);
  net::Task<void> send_current(Line& line);
  net::Task<bool> ready_connection(Line& line);
  void answered(Line& line, const Exchange& exchange, Time sent_at, Instant began);
  void not_written(Line& line, bool fresh, const std::string& why);
  void unanswered(Line& line, const std::string& why, Time sent_at);
  void throttled(Line& line, Response&& response, Instant began);
  void put_back(Line& line);
  void lost(const std::string& why, BindFailure failure);
  void unreachable(const std::string& why, BindFailure failure);
  void refused_credentials(const std::string& code);
  void retry_after(Duration delay);
  void reach();
  Response response_to(const QueuedSegment& segment, ResponseKind kind, Time sent_at) const;
  size_t busy() const {
    return static_cast<size_t>(
        std::ranges::count_if(lines_, [](const Line& line) { return line.current.has_value(); }));
  }
  void give_up_callbacks();

  const provider::HttpApi api_;
  std::vector<Line> lines_;
  std::vector<size_t> idle_;  // lines with nothing under way; the one used last comes first
  std::array<std::deque<QueuedSegment>, kLanes.size()> queues_;
  // Numbers to which a message is under way, with what has to wait for it, of all lanes, in order.
  std::unordered_map<std::string, std::deque<QueuedSegment>> under_way_;
  std::array<uint32_t, kLanes.size()> paid_{};  // of the rate, for the front of the queue
  std::shared_ptr<HttpConnection> probing_;     // while the provider is being reached
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
  for (Line& line : lines_)
    if (line.connection) line.connection->close();
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
    Line& first = self->lines_.front();
    if (!first.current) first.connection = connection;
    self->set_state(LinkState::kBound, {});
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
  set_state(LinkState::kBackoff, why);
  retry_after(backoff_after(failures_++));
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

void HttpLink::Core::queue(QueuedSegment&& segment) { queue_of(segment.lane).push_back(std::move(segment)); }

// What would go to a number to which a message is under way steps aside until that one is answered.
LaneSet HttpLink::Core::ready_lanes() {
  LaneSet ready = 0;
  const size_t used = lines_.size() - idle_.size();
  for (const Lane lane : kLanes) {
    auto& queue = queue_of(lane);
    while (!queue.empty()) {
      const auto number = under_way_.find(std::string(queue.front().segment().destination));
      if (number == under_way_.end()) break;
      number->second.push_back(std::move(queue.front()));
      queue.pop_front();
    }
    if (!queue.empty() && used < window_of(lines_.size(), lane)) ready |= bit_of(lane);
  }
  return ready;
}

// A message costs as many units of the rate as the carrier makes segments of it.
bool HttpLink::Core::pay(Lane lane, Instant now) {
  const uint32_t units = std::max<uint32_t>(1, queue_of(lane).front().segment().units);
  uint32_t& paid = paid_[index_of(lane)];
  while (paid < units) {
    if (!pacer.take(now)) return false;
    ++paid;
  }
  paid = 0;
  shares.charge(lane, units);
  return true;
}

void HttpLink::Core::pump(Instant now) {
  while (!idle_.empty() && state() == LinkState::kBound) {
    const LaneSet ready = ready_lanes();
    if (ready == 0) return;
    const Lane lane = shares.pick(ready);
    if (!pay(lane, now)) return wake_at(pacer.next(now));
    const size_t index = idle_.back();
    idle_.pop_back();
    Line& line = lines_[index];
    line.current = std::move(queue_of(lane).front());
    queue_of(lane).pop_front();
    under_way_.try_emplace(std::string(line.current->segment().destination));
    asio::co_spawn(strand, send(self(), index), asio::detached);
  }
}

// The exchange is over: what waited for it goes to the front of its lane again.
QueuedSegment HttpLink::Core::take_current(Line& line) {
  QueuedSegment segment = *std::exchange(line.current, std::nullopt);
  auto entry = under_way_.extract(std::string(segment.segment().destination));
  if (entry.empty()) return segment;
  auto& waiting = entry.mapped();
  for (auto at = waiting.rbegin(); at != waiting.rend(); ++at) queue_of(at->lane).push_front(std::move(*at));
  return segment;
}

net::Task<bool> HttpLink::Core::ready_connection(Line& line) {
  if (line.connection && line.connection->is_usable()) co_return true;
  if (line.connection) line.connection->close();
  line.connection = std::make_shared<HttpConnection>(strand, config, tls);
  const auto connected = co_await line.connection->connect();
  if (connected) co_return true;
  not_written(line, true, connected.error().message);
  co_return false;
}

net::Task<void> HttpLink::Core::send(std::shared_ptr<Core> self, size_t index) {
  Line& line = self->lines_[index];
  try {
    co_await self->send_current(line);
  } catch (const std::exception& failure) {
    // Memory ran out, or a receiver of events threw: this request's end, not the link's.
    log::error("link request failed link={} error={}", self->config.name, failure.what());
    if (line.connection) line.connection->close();
    if (line.current) self->unanswered(line, "internal error", self->clock.now());
  }
  self->idle_.push_back(index);
  self->settle();
}

net::Task<void> HttpLink::Core::send_current(Line& line) {
  const bool ready = co_await ready_connection(line);
  if (!ready) co_return;
  const SegmentOut segment = line.current->segment();
  if (line.current->recalled) {
    return_unsent(take_current(line).segment());
    co_return;
  }
  const bool fresh = !line.connection->is_proven();
  const Time sent_at = clock.now();
  const Instant began = std::chrono::steady_clock::now();
  std::string request = api_.request({.number = segment.destination,
                                      .text = as_chars(segment.payload),
                                      .access_code = segment.source,
                                      .id = segment.attempt_id},
                                     sent_at, provider::make_nonce());
  stats.submitted += std::max<uint32_t>(1, segment.units);
  stats.submitted_by_lane[index_of(line.current->lane)] += std::max<uint32_t>(1, segment.units);
  const Exchange exchange = co_await line.connection->exchange(std::move(request), config.response_timeout);
  if (exchange.end == ExchangeEnd::kAnswered)
    answered(line, exchange, sent_at, began);
  else if (exchange.end == ExchangeEnd::kNotWritten)
    not_written(line, fresh, exchange.failure);
  else
    unanswered(line, exchange.failure, sent_at);
}

Response HttpLink::Core::response_to(const QueuedSegment& queued, ResponseKind kind, Time sent_at) const {
  const SegmentOut segment = queued.segment();
  return {.attempt_id = segment.attempt_id,
          .message_id = segment.message_id,
          .kind = kind,
          .sent_at = sent_at,
          .at = clock.now()};
}

void HttpLink::Core::answered(Line& line, const Exchange& exchange, Time sent_at, Instant began) {
  const Instant now = std::chrono::steady_clock::now();
  silent_ = failures_ = 0;
  latency.add(since(began, now));
  provider::Answer answer = api_.read_answer(exchange.status, exchange.body);
  Response response = response_to(*line.current, ResponseKind::kUnknown, sent_at);
  response.status = static_cast<uint32_t>(exchange.status);
  switch (answer.verdict) {
    case provider::Verdict::kAccepted:
      pacer.answered(std::chrono::duration_cast<std::chrono::microseconds>(now - began), now);
      response.kind = ResponseKind::kAccepted;
      response.carrier_message_id = response.canonical_id = std::move(answer.message_id);
      break;
    case provider::Verdict::kThrottled:
      response.code = std::move(answer.code);
      return throttled(line, std::move(response), began);
    case provider::Verdict::kBadCredentials:
      return_unsent(take_current(line).segment());
      return refused_credentials(answer.code);
    case provider::Verdict::kRejected:
      response.kind = ResponseKind::kRejected;
      response.code = std::move(answer.code);
      break;
    case provider::Verdict::kUnknown:
      stats.last_error = "an answer that says nothing: " + answer.code;
      break;
  }
  const Lane lane = take_current(line).lane;
  resolve(std::move(response), lane);
}

void HttpLink::Core::throttled(Line& line, Response&& response, Instant began) {
  ++stats.throttled;
  pacer.throttled(began, std::chrono::steady_clock::now());
  if (++line.current->throttles <= config.max_throttle_retries) return put_back(line);
  response.kind = ResponseKind::kRejected;
  const Lane lane = take_current(line).lane;
  resolve(std::move(response), lane);
}

// To the front, unless it may not be written any more.
void HttpLink::Core::put_back(Line& line) {
  QueuedSegment segment = take_current(line);
  if (segment.recalled || is_stopping())
    return_unsent(segment.segment());
  else
    queue_of(segment.lane).push_front(std::move(segment));
}

// A connection that was used before may have gone while it was idle: that says nothing of the provider.
void HttpLink::Core::not_written(Line& line, bool fresh, const std::string& why) {
  put_back(line);
  if (fresh) lost(why, BindFailure::kUnreachable);
}

void HttpLink::Core::unanswered(Line& line, const std::string& why, Time sent_at) {
  Response response = response_to(*line.current, ResponseKind::kUnknown, sent_at);
  const Lane lane = take_current(line).lane;
  resolve(std::move(response), lane);
  stats.last_error = why;
  // One after the other without an answer: nothing more is thrown after them for now.
  if (++silent_ < config.max_silent_timeouts) return;
  silent_ = 0;
  lost(why, BindFailure::kTimeout);
}

template <class Visit>
void HttpLink::Core::each_queue(Visit visit) {
  for (auto& queue : queues_) visit(queue);
  for (auto& [number, waiting] : under_way_) visit(waiting);
}

void HttpLink::Core::recall(const std::function<bool(const SegmentOut&)>& wanted) {
  for (Line& line : lines_)
    if (line.current && wanted(line.current->segment())) line.current->recalled = true;
  each_queue([&](std::deque<QueuedSegment>& queue) {
    std::erase_if(queue, [&](const QueuedSegment& queued) {
      if (!wanted(queued.segment())) return false;
      return_unsent(queued.segment());
      return true;
    });
  });
  settle();
}

void HttpLink::Core::return_all_queued() {
  each_queue([&](std::deque<QueuedSegment>& queue) {
    for (const QueuedSegment& queued : std::exchange(queue, {})) return_unsent(queued.segment());
  });
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
  stats.queued_by_lane.fill(0);
  stats.sessions_bound = 0;
  each_queue([&](const std::deque<QueuedSegment>& queue) {
    stats.queued += queue.size();
    for (const QueuedSegment& queued : queue) ++stats.queued_by_lane[index_of(queued.lane)];
  });
  for (const Line& line : lines_) {
    stats.sessions_bound += line.connection && line.connection->is_open() ? 1 : 0;
  }
  stats.in_window = busy();
  stats.unacknowledged = callbacks_.size();
}

HttpLink::HttpLink(asio::io_context& context, const Clock& clock, LinkConfig config, LinkEvents& events)
    : PostedLink(std::make_shared<Core>(context, clock, std::move(config), events)) {}

}  // namespace yizhan::link
