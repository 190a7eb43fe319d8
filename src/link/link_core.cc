#include "link/link_core.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace yizhan::link {
namespace {

constexpr Duration kTickMin = milliseconds(1);
constexpr Duration kTickMax = milliseconds(200);
constexpr int64_t kTicksPerTimeout = 4;
constexpr uint32_t kBackoffDoublings = 20;

Duration tick_period(const LinkConfig& c) {
  const Duration least =
      std::min({c.response_timeout, c.keep_alive_interval, c.connect_timeout, c.unsent_hold});
  return std::clamp(Duration{least.us / kTicksPerTimeout}, kTickMin, kTickMax);
}

std::shared_ptr<net::ssl::context> tls_context(const LinkConfig& config) {
  if (config.tls == Tls::kOff) return nullptr;
  const auto verify = config.tls == Tls::kVerified ? net::TlsVerify::kPeer : net::TlsVerify::kNone;
  auto context = net::tls_client_context({.verify = verify, .ca_pem = config.tls_ca_pem});
  if (context) return *context;
  // The system's certificates cannot be read: with an empty store every handshake fails, which says so.
  log::error("link={} no certificates to believe: {}", config.name, to_string(context.error()));
  return std::make_shared<net::ssl::context>(net::ssl::context::tls_client);
}

}  // namespace

uint64_t hash_number(std::string_view number) {
  uint64_t h = 0xcbf29ce484222325;
  for (const char c : number) h = (h ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return h;
}

LinkCore::LinkCore(boost::asio::io_context& context, const Clock& c, LinkConfig link_config,
                   LinkEvents& events)
    : config(std::move(link_config)),
      tls(tls_context(config)),
      clock(c),
      strand(context.get_executor()),
      pacer({config.segments_per_second, config.throttle_pause, config.throttle_pause_max},
            std::chrono::steady_clock::now()),
      shares(config.lane_weights),
      random(config.jitter_seed),
      tick_timer_(strand),
      pace_timer_(strand),
      tick_(tick_period(config)),
      lost_at_(std::chrono::steady_clock::now()),
      room_(config.queue_segments),
      events_(&events) {
  credit_was_low_.fill(true);
}

// ---------------------------------------------------------------- from any thread

LinkStats LinkCore::published() const {
  const std::lock_guard lock(published_mutex_);
  return published_;
}

void LinkCore::silence() {
  const std::lock_guard lock(events_mutex_);
  events_ = nullptr;
}

// ---------------------------------------------------------------- start, stop

void LinkCore::start() {
  if (started_ || stopping_) return;
  started_ = true;
  second_began_ = lost_at_ = std::chrono::steady_clock::now();
  open();
  schedule_tick();
}

void LinkCore::stop(Duration timeout, std::function<void()> done) {
  if (done) done_.push_back(std::move(done));
  if (finished_) return finish();
  if (stopping_) return;
  stopping_ = true;
  sending_.store(false, std::memory_order_relaxed);
  drain_until_ = std::chrono::steady_clock::now() + steady(timeout);
  stopping();
  set_state(LinkState::kDraining, "stopped by the operator");
  recall([](const SegmentOut&) { return true; });
  if (!started_) finish();
}

void LinkCore::shut() {
  stopping_ = true;
  drain_until_ = {};
  tick_timer_.cancel();
  pace_timer_.cancel();
  stopping();
  close();
}

void LinkCore::finish() {
  finished_ = true;
  return_all_queued();
  tick_timer_.cancel();
  pace_timer_.cancel();
  set_state(LinkState::kStopped, "stopped");
  publish();
  emit();
  for (const std::function<void()>& done : std::exchange(done_, {})) done();
}

// ---------------------------------------------------------------- segments

void LinkCore::enqueue(SubmitBatch&& given) {
  if (stopping_ || state_ == LinkState::kBadCredentials) {
    const auto counts = given.by_lane();
    for (const Lane lane : kLanes) room_.give(lane, counts[index_of(lane)]);
    return refuse(given);
  }
  const auto batch = std::make_shared<SubmitBatch>(std::move(given));
  for (uint32_t i = 0; i < batch->size(); ++i)
    queue({.batch = batch, .index = i, .order = ++last_order_, .lane = batch->lane(i)});
  settle();
}

void LinkCore::refuse(const SubmitBatch& batch) {
  room_.take_anyway(batch.by_lane());
  for (size_t i = 0; i < batch.size(); ++i) return_unsent(batch[i]);
  settle();
}

void LinkCore::receive(std::vector<Delivery>&&, std::function<void(codec::Fault)> done) {
  done(codec::Fault::kUnknownCommand);
}

// ---------------------------------------------------------------- questions after messages

size_t LinkCore::query_room() const {
  if (!sending_.load(std::memory_order_relaxed)) return 0;
  return limits::kLinkQueries - std::min(limits::kLinkQueries, asked_.load(std::memory_order_relaxed));
}

bool LinkCore::reserve_queries(size_t count) {
  if (asked_.fetch_add(count, std::memory_order_relaxed) + count <= limits::kLinkQueries) return true;
  asked_.fetch_sub(count, std::memory_order_relaxed);
  return false;
}

void LinkCore::ask(std::vector<Query>&& queries) {
  for (const Query& query : queries)
    answer({.token = query.token, .outcome = QueryOutcome::kUnsupported, .at = clock.now()});
  settle();
}

void LinkCore::turn_away(const std::vector<Query>& queries) {
  for (const Query& query : queries) query_answers_.push_back({.token = query.token, .at = clock.now()});
  settle();
}

void LinkCore::answer(QueryAnswer&& answer) {
  asked_.fetch_sub(1, std::memory_order_relaxed);
  query_answers_.push_back(std::move(answer));
}

void LinkCore::return_unsent(const SegmentOut& segment) {
  resolve({.attempt_id = segment.attempt_id,
           .message_id = segment.message_id,
           .kind = ResponseKind::kNotSent,
           .at = clock.now()},
          segment.lane);
}

void LinkCore::resolve(Response&& response, Lane lane) {
  room_.give(lane);
  keep(std::move(response));
}

void LinkCore::resolve_late(Response&& response) {
  response.punctuality = Punctuality::kLate;
  ++stats.late;
  keep(std::move(response));
}

void LinkCore::keep(Response&& response) {
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

// ---------------------------------------------------------------- state and the heartbeat

void LinkCore::set_state(LinkState state, const std::string& reason) {
  if (state == state_) return;
  if (state_ == LinkState::kBound) lost_at_ = std::chrono::steady_clock::now();
  state_ = state;
  stats.state = state;
  stats.bound_since = state == LinkState::kBound ? clock.now() : Time{};
  sending_.store(state == LinkState::kBound, std::memory_order_relaxed);
  if (state == LinkState::kBound) credit_was_low_.fill(true);
  log::info("link state link={} state={} reason={}", config.name, link_state_name(state), reason);
  publish();
  tell([&](LinkEvents& events) { events.on_state(state, reason); });
}

void LinkCore::wake_at(Instant when) {
  if (when >= wake_) return;
  wake_ = when;
  pace_timer_.expires_at(when);
  pace_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error) return;
    self->wake_ = Instant::max();
    self->settle();
  });
}

Duration LinkCore::backoff_after(uint32_t failures) {
  const int64_t base =
      std::min(config.backoff_min.us << std::min(failures, kBackoffDoublings), config.backoff_max.us);
  return microseconds(base / 2 + static_cast<int64_t>(random.below(static_cast<uint64_t>(base / 2 + 1))));
}

void LinkCore::settle() {
  if (settling_) return;  // an event of ours led back here
  struct Settling {
    bool& flag;
    explicit Settling(bool& f) : flag(f) { flag = true; }
    ~Settling() { flag = false; }
  } const settling(settling_);
  const Instant now = std::chrono::steady_clock::now();
  pump(now);
  if (stopping_ && !finished_) drain(now);
  publish();
  emit();
}

void LinkCore::publish() {
  count_stats();
  stats.rate_limit = pacer.rate();
  const std::lock_guard lock(published_mutex_);
  published_ = stats;
}

void LinkCore::emit() {
  if (!responses_.empty())
    tell([&](LinkEvents& events) { events.on_responses(std::exchange(responses_, {})); });
  if (!deliveries.empty())
    tell([&](LinkEvents& events) { events.on_deliveries(std::exchange(deliveries, {})); });
  if (!query_answers_.empty())
    tell([&](LinkEvents& events) { events.on_query_answers(std::exchange(query_answers_, {})); });
  bool risen = false;
  for (const Lane lane : kLanes) {
    const bool low = credit(lane) < (lane_capacity() + 1) / 2;
    risen |= credit_was_low_[index_of(lane)] && !low;
    credit_was_low_[index_of(lane)] = low;
  }
  if (risen) tell([](LinkEvents& events) { events.on_credit(); });
}

void LinkCore::schedule_tick() {
  tick_timer_.expires_after(steady(tick_));
  tick_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && !self->finished_) self->on_tick();
  });
}

void LinkCore::on_tick() {
  const Instant now = std::chrono::steady_clock::now();
  tick(now);
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

// ---------------------------------------------------------------- the Link in front

PostedLink::~PostedLink() {
  core_->silence();
  post([](LinkCore& core) { core.shut(); });
}

void PostedLink::start() {
  post([](LinkCore& core) { core.start(); });
}

void PostedLink::stop(Duration timeout, std::function<void()> done) {
  post([timeout, done = std::move(done)](LinkCore& core) mutable { core.stop(timeout, std::move(done)); });
}

void PostedLink::submit(SubmitBatch&& batch) {
  if (batch.empty()) return;
  const bool fits = core_->reserve(batch);
  post([fits, batch = std::move(batch)](LinkCore& core) mutable {
    fits ? core.enqueue(std::move(batch)) : core.refuse(batch);
  });
}

void PostedLink::acknowledge(std::vector<uint64_t> tokens, codec::Fault fault) {
  if (tokens.empty()) return;
  post([tokens = std::move(tokens), fault](LinkCore& core) { core.acknowledge(tokens, fault); });
}

void PostedLink::receive(std::vector<Delivery>&& deliveries, std::function<void(codec::Fault)> done) {
  post([given = std::move(deliveries), done = std::move(done)](LinkCore& core) mutable {
    core.receive(std::move(given), std::move(done));
  });
}

void PostedLink::query(std::vector<Query>&& queries) {
  if (queries.empty()) return;
  const bool fits = core_->reserve_queries(queries.size());
  post([fits, queries = std::move(queries)](LinkCore& core) mutable {
    fits ? core.ask(std::move(queries)) : core.turn_away(queries);
  });
}

void PostedLink::recall(uint64_t group) {
  post([group](LinkCore& core) { core.recall([group](const SegmentOut& s) { return s.group == group; }); });
}

void PostedLink::recall_messages(std::vector<uint64_t> message_ids) {
  std::ranges::sort(message_ids);
  post([ids = std::move(message_ids)](LinkCore& core) {
    core.recall([&](const SegmentOut& s) { return std::ranges::binary_search(ids, s.message_id); });
  });
}

void PostedLink::recall_all() {
  post([](LinkCore& core) { core.recall([](const SegmentOut&) { return true; }); });
}

}  // namespace yizhan::link
