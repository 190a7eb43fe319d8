#include "link/carrier_session.h"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstring>

#include "base/log.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using codec::Act;
using codec::Fault;
using codec::StatusMeaning;

constexpr size_t kReadBytes = 2 * limits::kPduBytes;
constexpr Duration kGoodbye = seconds(2);

// Each session of a link numbers its requests in a range of its own: SGIP names a message by node, second and
// number (1.2, section 3.2), and the node is the link's.
constexpr uint32_t kSequenceBits = 26;  // of 31 (submit_window.cc), for 32 sessions
static_assert(2 * limits::kLinkSessions <= 32 && limits::kLinkSessions + limits::kLinkReverseSessions <= 32);

codec::Role login_role(SessionRole role) {
  switch (role) {
    case SessionRole::kSend:
      return codec::Role::kSend;
    case SessionRole::kReceive:
      return codec::Role::kReceive;
    case SessionRole::kBoth:
    case SessionRole::kReverse:
      break;
  }
  return codec::Role::kBoth;
}

// The token of a delivery: the connection's generation, how often its slot was used, the slot.
constexpr uint32_t kSlotBits = 16, kUseBits = 16;
uint64_t token_of(uint32_t generation, uint16_t uses, uint32_t slot) {
  return static_cast<uint64_t>(generation) << (kSlotBits + kUseBits) |
         static_cast<uint64_t>(uses) << kSlotBits | slot;
}
static_assert(limits::kLinkUnacknowledged <= size_t{1} << kSlotBits);

Delivery owning_delivery(const codec::Deliver& pdu, const LinkConfig& config) {
  Delivery d;
  d.source = pdu.source;
  d.destination = pdu.destination;
  d.coding = pdu.coding;
  d.content.assign(pdu.payload.begin(), pdu.payload.end());
  d.part = pdu.part;
  if (pdu.part) d.header_bytes = pdu.part->bytes;
  if (pdu.has_header && d.header_bytes == 0) {
    if (const auto header = text::parse_user_data_header(d.content)) d.header_bytes = header->bytes;
  }
  if (!pdu.receipt) return d;
  const codec::Receipt& receipt = *pdu.receipt;
  d.is_receipt = true;
  d.intermediate = receipt.intermediate;
  d.receipted_message_id = receipt.message.view();
  d.canonical_id = smpp::canonical_message_id(receipt.message.view(), config.message_id_form,
                                              smpp::MessageIdSource::kReceipt);
  d.state = receipt.state;
  d.stat = receipt.stat;
  d.error = receipt.error;
  d.done_date = receipt.done;
  d.network_error = receipt.code;
  return d;
}

}  // namespace

SessionHost::SessionHost(asio::io_context& context, const Clock& c, LinkConfig link_config,
                         LinkEvents& events)
    : LinkCore(context, c, std::move(link_config), events),
      dialect(codec::make_dialect(config.protocol, config.dialect)) {}

CarrierSession::CarrierSession(SessionHost& host, SessionRole role, uint32_t index)
    : host_(host),
      role_(role),
      index_(index),
      stream_(host.strand),
      resolver_(host.strand),
      retry_timer_(host.strand),
      window_(host.config.window, index << kSequenceBits),
      in_(kReadBytes) {}

// ---------------------------------------------------------------- the life of the session

void CarrierSession::start() {
  started_ = true;
  asio::co_spawn(host_.strand, run(host_.shared_from_this(), this),
                 [keep = host_.shared_from_this(), this](const std::exception_ptr&) {
                   ended_ = true;
                   host_.session_ended(*this);
                 });
}

asio::awaitable<void> CarrierSession::run(std::shared_ptr<LinkCore> keep, CarrierSession* self) {
  while (!self->stopping_) {
    try {
      const bool connected =
          self->is_reverse() ? co_await self->wait_for_connection() : co_await self->connect();
      if (connected) {
        if (!self->is_reverse()) self->send_login();
        co_await self->read_until_lost();
      }
    } catch (const std::exception& failure) {
      // Memory ran out, or a receiver of events threw: this connection's end, not the link's.
      log::error("link session failed link={} session={} error={}", self->host_.config.name, self->index_,
                 failure.what());
      self->reason_ = "internal error";
    }
    self->connection_lost();
    if (self->stopping_) break;
    if (self->is_reverse()) continue;
    self->retry_timer_.expires_after(steady(self->backoff()));
    const auto waited = co_await self->retry_timer_.async_wait(net::kAwaitable);
    static_cast<void>(waited);
  }
}

asio::awaitable<bool> CarrierSession::connect() {
  stream_.reset(asio::ip::tcp::socket(host_.strand));
  generation_ = ++host_.last_generation;
  reason_.clear();
  phase_deadline_ = std::chrono::steady_clock::now() + steady(host_.config.connect_timeout);
  set_state(SessionState::kConnecting, {});
  error_code error;
  std::vector<asio::ip::tcp::endpoint> endpoints;
  const asio::ip::address literal = asio::ip::make_address(host_.config.host, error);
  if (!error) {
    endpoints.emplace_back(literal, host_.config.port);
  } else {
    const auto [failure, found] = co_await resolver_.async_resolve(
        host_.config.host, std::to_string(host_.config.port), net::kAwaitable);
    if (failure) {
      if (reason_.empty()) reason_ = "host not found: " + failure.message();
      co_return false;
    }
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  std::string why;
  for (const asio::ip::tcp::endpoint& endpoint : endpoints) {
    if (stopping_ || !reason_.empty()) co_return false;  // dropped meanwhile
    const bool connected = co_await connect_to(endpoint);
    if (connected) co_return co_await encrypt();
    if (why.empty()) why = std::exchange(attempt_failure_, {});
  }
  if (reason_.empty()) reason_ = "connect: " + why;
  co_return false;
}

asio::awaitable<bool> CarrierSession::connect_to(asio::ip::tcp::endpoint endpoint) {
  asio::ip::tcp::socket& socket = stream_.socket();
  error_code error;
  if (socket.is_open()) socket.close(error);
  socket.open(endpoint.protocol(), error);
  if (!error && !host_.config.local_address.empty())
    socket.bind({asio::ip::make_address(host_.config.local_address, error), 0}, error);
  if (error) {
    attempt_failure_ = error.message();
    co_return false;
  }
  const auto [failure] = co_await socket.async_connect(endpoint, net::kAwaitable);
  if (failure || !socket.is_open()) {
    attempt_failure_ = failure.message();
    co_return false;
  }
  socket.set_option(asio::ip::tcp::no_delay(true), error);
  socket.set_option(asio::socket_base::keep_alive(true), error);
  co_return true;
}

asio::awaitable<bool> CarrierSession::encrypt() {
  if (host_.tls == nullptr) co_return true;
  const error_code failure = co_await stream_.handshake_as_client(host_.tls, host_.config.host);
  if (!failure && stream_.is_open()) co_return true;
  if (reason_.empty()) reason_ = "TLS: " + failure.message();
  co_return false;
}

bool CarrierSession::take_connection(asio::ip::tcp::socket&& socket) {
  if (!started_ || stopping_ || dialled_ || state_ != SessionState::kDown) return false;
  dialled_ = std::move(socket);
  retry_timer_.cancel();
  return true;
}

// Of a reverse session: until the carrier dials, and then until it has logged in, for which it has as long as
// we would have.
asio::awaitable<bool> CarrierSession::wait_for_connection() {
  while (!dialled_ && !stopping_) {
    retry_timer_.expires_at(Instant::max());
    const auto waited = co_await retry_timer_.async_wait(net::kAwaitable);
    static_cast<void>(waited);
  }
  if (stopping_) co_return false;
  stream_.reset(*std::exchange(dialled_, std::nullopt));
  generation_ = ++host_.last_generation;
  reason_.clear();
  phase_deadline_ = std::chrono::steady_clock::now() + steady(host_.config.connect_timeout);
  last_received_ = std::chrono::steady_clock::now();
  error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  set_state(SessionState::kBinding, {});
  co_return true;
}

void CarrierSession::send_login() {
  const LinkConfig& c = host_.config;
  const bool fits = host_.dialect->write_login(*out_, stamp(window_.next_sequence()),
                                               {.account = c.system_id,
                                                .secret = c.password,
                                                .role = login_role(role_),
                                                .timestamp = codec::mmddhhmmss(host_.clock.now()),
                                                .system_type = c.system_type,
                                                .address_range = c.address_range});
  set_state(SessionState::kBinding, {});
  last_received_ = std::chrono::steady_clock::now();
  if (!fits) {
    bad_credentials_ = true;
    return drop("the login cannot be encoded");
  }
  flush();
}

asio::awaitable<void> CarrierSession::read_until_lost() {
  while (stream_.is_open()) {
    const auto [error, bytes] = co_await stream_.async_read_some(
        asio::buffer(in_.data() + filled_, in_.size() - filled_), net::kAwaitable);
    if (error) {
      const bool closed = error == asio::error::eof || error == net::ssl::error::stream_truncated;
      if (reason_.empty()) reason_ = closed ? "closed by the carrier" : error.message();
      break;
    }
    filled_ += bytes;
    const Instant now = std::chrono::steady_clock::now();
    last_received_ = now;
    consume(now);
    host_.settle();
  }
}

BindFailure CarrierSession::bind_failure() const {
  if (phase_deadline_ == Instant::max()) return BindFailure::kTimeout;  // tick() saw it pass
  return state_ == SessionState::kConnecting ? BindFailure::kUnreachable : BindFailure::kRefused;
}

void CarrierSession::connection_lost() {
  close_socket();
  const bool was_bound = bound_at_ != Instant{};
  if (!was_bound && !is_reverse()) host_.stats.bind_failure = bind_failure();
  const Instant now = std::chrono::steady_clock::now();
  if (was_bound && now - bound_at_ >= steady(host_.config.backoff_max)) failures_ = 0;
  for (SubmitWindow::Slot& slot : window_.take_all()) {
    slot.segment.batch->set_stage(slot.segment.index, SegmentStage::kAside);
    if (slot.write > writes_begun_) {
      requeue(std::move(slot.segment));
    } else {
      host_.resolve({.attempt_id = slot.attempt_id,
                     .message_id = slot.message_id,
                     .kind = ResponseKind::kUnknown,
                     .sent_at = slot.sent_at,
                     .at = host_.clock.now()},
                    slot.lane);
    }
  }
  for (const Asked& asked : asked_) host_.answer({.token = asked.token, .at = host_.clock.now()});
  forget_connection();
  if (was_bound) ++host_.stats.reconnects;
  set_state(SessionState::kDown, reason_);
  host_.settle();
}

void CarrierSession::forget_connection() {
  // The handler of a write under way keeps its own buffer.
  if (write_busy_) writing_ = std::make_shared<Bytes>();
  write_busy_ = false;
  out_->clear();
  generation_ = 0;
  filled_ = 0;
  unanswered_.clear();
  free_.clear();
  asked_.clear();
  silent_timeouts_ = 0;
  enquiring_ = discard_input_ = false;
  bound_at_ = {};
  phase_deadline_ = Instant::max();
}

Duration CarrierSession::backoff() {
  if (bad_credentials_) return host_.config.bad_credentials_retry;
  return host_.backoff_after(failures_++);
}

void CarrierSession::set_state(SessionState state, const std::string& reason) {
  state_ = state;
  host_.session_changed(*this, reason);
}

void CarrierSession::close_socket() {
  stream_.close();
  resolver_.cancel();
}

void CarrierSession::drop(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
  close_socket();
}

void CarrierSession::close_after_flush(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
  phase_deadline_ = std::chrono::steady_clock::now() + steady(kGoodbye);
  set_state(SessionState::kClosing, reason_);
  flush();
}

void CarrierSession::shut() {
  stopping_ = true;
  retry_timer_.cancel();
  drop("stopped");
  if (!started_) ended_ = true;
}

void CarrierSession::unbind() {
  if (state_ == SessionState::kUnbinding || state_ == SessionState::kClosing) return;
  if (state_ != SessionState::kBound) return shut();
  stopping_ = true;
  host_.dialect->write_logout(*out_, stamp(window_.next_sequence()));
  phase_deadline_ =
      std::chrono::steady_clock::now() + steady(std::min(kGoodbye, host_.config.response_timeout));
  set_state(SessionState::kUnbinding, "stopped");
  flush();
}

// ---------------------------------------------------------------- queue and output

std::vector<QueuedSegment> CarrierSession::take_queued(
    const std::function<bool(const QueuedSegment&)>& wanted) {
  std::vector<QueuedSegment> taken;
  for (auto& queue : queues_) {
    auto kept = queue.begin();
    for (auto at = queue.begin(); at != queue.end(); ++at) {
      if (wanted(*at)) {
        taken.push_back(std::move(*at));
      } else {
        if (kept != at) *kept = std::move(*at);
        ++kept;
      }
    }
    queue.erase(kept, queue.end());
  }
  return taken;
}

size_t CarrierSession::queued() const {
  size_t all = 0;
  for (const auto& queue : queues_) all += queue.size();
  return all;
}

std::vector<QueuedSegment> CarrierSession::recall(const std::function<bool(const SegmentOut&)>& wanted) {
  window_.recall(wanted);
  for (auto& queue : queues_)
    for (QueuedSegment& queued : queue)
      if (wanted(queued.segment())) queued.recalled = true;
  return take_queued([](const QueuedSegment& queued) { return queued.must_return(); });
}

void CarrierSession::requeue(QueuedSegment&& segment) {
  if (segment.must_return()) return host_.return_unsent(segment.segment());
  // The queue is always in order of submission, and what comes back is older than nearly all of it.
  auto& queue = queue_of(segment.lane);
  const auto at =
      std::upper_bound(queue.begin(), queue.end(), segment.order,
                       [](uint64_t order, const QueuedSegment& other) { return order < other.order; });
  queue.insert(at, std::move(segment));
}

Fault CarrierSession::encode_segment(const SegmentOut& s, uint32_t sequence) {
  submit_.source = s.source;
  submit_.destinations.assign(1, s.destination);
  submit_.payload = s.payload;
  submit_.coding = s.coding;
  submit_.has_header = s.has_header;
  submit_.part.reset();
  if (s.part_count > 1)
    submit_.part = text::UserDataHeader{.bytes = 0,
                                        .reference = static_cast<uint16_t>(s.message_id),
                                        .total = s.part_count,
                                        .number = s.part_number};
  submit_.receipt = s.receipt;
  submit_.priority = s.priority;
  submit_.validity = s.validity_period;
  return host_.dialect->write_submit(*out_, stamp(sequence), submit_);
}

void CarrierSession::return_recalled(Lane lane) {
  auto& queue = queue_of(lane);
  while (!queue.empty() && queue.front().must_return()) {
    host_.return_unsent(queue.front().segment());
    queue.pop_front();
  }
}

LaneSet CarrierSession::ready() {
  if (!can_send() || window_.full() || out_->size() >= limits::kLinkWriteBytes) return 0;
  LaneSet set = 0;
  for (const Lane lane : kLanes) {
    return_recalled(lane);
    const auto& queue = queue_of(lane);
    if (queue.empty()) continue;
    if (queue.front().batch->begun_elsewhere(queue.front().index)) return bit_of(lane);
    if (window_.waiting() < window_of(host_.config.window, lane)) set |= bit_of(lane);
  }
  return set;
}

uint32_t CarrierSession::send_next(Lane lane, Instant now) {
  auto& queue = queue_of(lane);
  SubmitWindow::Slot& slot = window_.open();
  slot.segment = std::move(queue.front());
  queue.pop_front();
  const SegmentOut segment = slot.segment.segment();
  const uint32_t units = std::max<uint32_t>(1, segment.units);
  slot.attempt_id = segment.attempt_id;
  slot.message_id = segment.message_id;
  slot.lane = lane;
  slot.write = writes_begun_ + 1;
  slot.sent = now;
  slot.sent_at = host_.clock.now();
  const Fault fault = encode_segment(segment, slot.sequence);
  if (fault == Fault::kNone) {
    slot.segment.batch->set_stage(slot.segment.index, SegmentStage::kWithCarrier);
    ++host_.stats.submitted;
    ++host_.stats.submitted_by_lane[index_of(lane)];
    return units;
  }
  host_.resolve({.attempt_id = slot.attempt_id,
                 .message_id = slot.message_id,
                 .kind = ResponseKind::kRejected,
                 .status = host_.dialect->submit_status(fault),
                 .code = host_.dialect->status_code(host_.dialect->submit_status(fault)),
                 .at = slot.sent_at},
                lane);
  window_.close(slot);
  return units;
}

bool CarrierSession::ask(const Query& query, Instant now) {
  const uint32_t sequence = window_.next_sequence();
  const codec::Query question{.message = codec::MessageRef(query.message_id), .source = query.source};
  if (!host_.dialect->write_query(*out_, stamp(sequence), question)) return false;
  asked_.push_back({sequence, query.token, now});
  return true;
}

void CarrierSession::flush() {
  if (write_busy_ || !stream_.is_open()) return;
  if (out_->empty()) {
    if (state_ == SessionState::kClosing) close_socket();
    return;
  }
  std::swap(out_, writing_);
  write_busy_ = true;
  ++writes_begun_;
  write_began_ = std::chrono::steady_clock::now();
  asio::async_write(stream_, asio::buffer(*writing_),
                    [keep = host_.shared_from_this(), this, buffer = writing_, generation = generation_](
                        const error_code& error, size_t) { written(error, generation); });
}

void CarrierSession::written(const error_code& error, uint32_t generation) {
  if (generation != generation_) return;  // of a connection that is gone
  write_busy_ = false;
  writing_->clear();
  if (error) return drop("write: " + error.message());
  host_.settle();
}

uint64_t CarrierSession::remember(const codec::Pdu& pdu) {
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(unanswered_.size()));
    unanswered_.emplace_back();
  }
  const uint32_t index = free_.back();
  free_.pop_back();
  Unanswered& slot = unanswered_[index];
  slot = {.sequence = pdu.sequence,
          .echo = pdu.deliver.echo,
          .uses = static_cast<uint16_t>(slot.uses + 1),
          .waiting = true};
  return token_of(generation_, slot.uses, index);
}

bool CarrierSession::acknowledge(uint64_t token, Fault fault) {
  const auto generation = static_cast<uint32_t>(token >> (kSlotBits + kUseBits));
  if (generation == 0 || generation != generation_) return false;
  const auto index = static_cast<uint32_t>(token & ((uint32_t{1} << kSlotBits) - 1));
  if (index >= unanswered_.size()) return false;
  Unanswered& slot = unanswered_[index];
  if (!slot.waiting || token_of(generation_, slot.uses, index) != token) return false;
  host_.dialect->write_deliver_answer(*out_, slot.sequence, slot.echo, fault);
  slot.waiting = false;
  free_.push_back(index);
  return true;
}

// ---------------------------------------------------------------- input

void CarrierSession::consume(Instant now) {
  const ByteSpan received = ByteSpan(in_).first(filled_);
  size_t at = 0;
  while (!discard_input_) {
    const codec::Frame frame = host_.dialect->frame(received.subspan(at));
    if (frame.state == codec::FrameState::kNeedMore) break;
    if (frame.state == codec::FrameState::kInvalid) {
      discard_input_ = true;
      host_.dialect->write_refusal(*out_, codec::Pdu{}, Fault::kMalformed);
      close_after_flush(fmt::format("garbage: a PDU of {} bytes", frame.length));
      break;
    }
    const Verdict verdict = handle(received.subspan(at, frame.length), now);
    at += frame.length;
    if (verdict == Verdict::kDrop) discard_input_ = true;
  }
  if (discard_input_) at = filled_;
  if (at == 0) return;
  std::memmove(in_.data(), in_.data() + at, filled_ - at);
  filled_ -= at;
}

CarrierSession::Verdict CarrierSession::handle(ByteSpan bytes, Instant now) {
  host_.dialect->read(bytes, pdu_);
  switch (pdu_.act) {
    case Act::kSubmitAnswer:
      submit_answered(pdu_, now);
      return Verdict::kKeep;
    case Act::kDeliver:
      deliver(pdu_);
      return Verdict::kKeep;
    case Act::kNack:
      return nacked(pdu_, now);
    case Act::kLoginAnswer:
      return login_answered(pdu_);
    case Act::kLogin:
      return login_asked(pdu_);
    case Act::kKeepAlive:
      host_.dialect->write_keep_alive_answer(*out_, pdu_.sequence);
      return Verdict::kKeep;
    case Act::kKeepAliveAnswer:  // that something came is all it says
    case Act::kIgnored:
      return Verdict::kKeep;
    case Act::kLogout:
      host_.dialect->write_logout_answer(*out_, pdu_.sequence);
      close_after_flush("logged out by the carrier");
      return Verdict::kKeep;  // answers to what is in the window may still follow
    case Act::kLogoutAnswer:
      drop("logged out");
      return Verdict::kDrop;
    case Act::kQueryAnswer:
      if (query_answered(pdu_, now)) return Verdict::kKeep;
      [[fallthrough]];
    case Act::kDeliverAnswer:
      ++host_.stats.unmatched_responses;
      return Verdict::kKeep;
    case Act::kSubmit:
    case Act::kQuery:
      host_.dialect->write_refusal(*out_, pdu_, Fault::kUnknownCommand);
      return Verdict::kKeep;
    case Act::kUnwanted:
    case Act::kMalformed:
      host_.dialect->write_refusal(*out_, pdu_, pdu_.fault);
      return Verdict::kKeep;
  }
  return Verdict::kKeep;
}

CarrierSession::Verdict CarrierSession::login_answered(const codec::Pdu& pdu) {
  if (state_ != SessionState::kBinding || is_reverse()) {
    ++host_.stats.unmatched_responses;
    return Verdict::kKeep;
  }
  const StatusMeaning meaning = host_.dialect->meaning(Act::kLoginAnswer, pdu.status);
  bad_credentials_ = meaning == StatusMeaning::kBadCredentials;
  if (meaning != StatusMeaning::kGood) {
    const std::string_view name = host_.dialect->status_name(Act::kLoginAnswer, pdu.status);
    drop(name.empty() ? fmt::format("login refused: status {}", pdu.status)
                      : fmt::format("login refused: {}", name));
    return Verdict::kDrop;
  }
  phase_deadline_ = Instant::max();
  bound_at_ = std::chrono::steady_clock::now();
  set_state(SessionState::kBound, {});
  return Verdict::kKeep;
}

// The carrier logs in with us, to deliver.
CarrierSession::Verdict CarrierSession::login_asked(const codec::Pdu& pdu) {
  const LinkConfig& c = host_.config;
  Fault fault = Fault::kNone;
  if (!is_reverse())
    fault = Fault::kUnknownCommand;
  else if (state_ != SessionState::kBinding)
    fault = Fault::kAlreadyLoggedIn;
  else if (pdu.login.account != c.peer_name)
    fault = Fault::kBadAccount;
  else if (c.peer_password.empty() || !host_.dialect->proves(pdu.login, c.peer_password))
    fault = Fault::kBadSecret;
  host_.dialect->write_login_answer(*out_, pdu.sequence, pdu, c.peer_password, fault);
  if (state_ != SessionState::kBinding || !is_reverse()) return Verdict::kKeep;
  if (fault != Fault::kNone) {
    close_after_flush("the carrier logged in with another name or password");
    return Verdict::kDrop;
  }
  phase_deadline_ = Instant::max();
  bound_at_ = std::chrono::steady_clock::now();
  set_state(SessionState::kBound, {});
  return Verdict::kKeep;
}

CarrierSession::Verdict CarrierSession::nacked(const codec::Pdu& pdu, Instant now) {
  if (state_ != SessionState::kBinding) {
    if (!query_answered(pdu, now)) submit_answered(pdu, now);
    return Verdict::kKeep;
  }
  drop(fmt::format("login refused: {}", host_.dialect->status_name(Act::kNack, pdu.status)));
  return Verdict::kDrop;
}

void CarrierSession::submit_answered(const codec::Pdu& pdu, Instant now) {
  SubmitWindow::Slot* slot = window_.find(pdu.sequence.number);
  if (slot == nullptr) {
    ++host_.stats.unmatched_responses;
    return;
  }
  Response response{.attempt_id = slot->attempt_id,
                    .message_id = slot->message_id,
                    .kind = ResponseKind::kRejected,
                    .status = pdu.status,
                    .sent_at = slot->sent_at,
                    .at = host_.clock.now()};
  const StatusMeaning meaning = host_.dialect->meaning(Act::kSubmitAnswer, pdu.status);
  if (pdu.act == Act::kSubmitAnswer && meaning == StatusMeaning::kGood) {
    response.kind = ResponseKind::kAccepted;
    response.carrier_message_id = pdu.submit_answer.message.view();
    response.canonical_id =
        smpp::canonical_message_id(pdu.submit_answer.message.view(), host_.config.message_id_form,
                                   smpp::MessageIdSource::kSubmitResponse);
  } else {
    response.code = host_.dialect->status_code(pdu.status);
  }
  silent_timeouts_ = 0;
  if (slot->state == SubmitWindow::SlotState::kTimedOut) {
    window_.close(*slot);
    return host_.resolve_late(std::move(response));
  }
  answered_in_time(*slot, std::move(response), meaning, now);
}

bool CarrierSession::query_answered(const codec::Pdu& pdu, Instant now) {
  const auto asked = std::ranges::find(asked_, pdu.sequence.number, &Asked::sequence);
  if (asked == asked_.end()) return false;
  QueryAnswer answer{.token = asked->token, .at = host_.clock.now()};
  const StatusMeaning meaning = host_.dialect->meaning(Act::kQueryAnswer, pdu.status);
  if (meaning == StatusMeaning::kThrottled) host_.pacer.throttled(asked->at, now);
  asked_.erase(asked);
  if (meaning == StatusMeaning::kUnsupported) {
    answer.outcome = QueryOutcome::kUnsupported;
    answer.status = host_.dialect->status_name(Act::kQueryAnswer, pdu.status);
  } else if (meaning == StatusMeaning::kUnknownMessage) {
    answer.outcome = QueryOutcome::kUnknownMessage;
  } else if (meaning == StatusMeaning::kGood && pdu.act == Act::kQueryAnswer) {
    const codec::ReceiptState state = pdu.query_answer.state;
    const bool known = state != codec::ReceiptState::kNone && state != codec::ReceiptState::kUnknown;
    answer.outcome = known ? QueryOutcome::kState : QueryOutcome::kUnknownMessage;
    answer.state = state;
    answer.error = pdu.query_answer.error;
  }
  host_.answer(std::move(answer));
  return true;
}

void CarrierSession::answered_in_time(SubmitWindow::Slot& slot, Response&& response, StatusMeaning meaning,
                                      Instant now) {
  using std::chrono::duration_cast;
  const auto took = duration_cast<std::chrono::microseconds>(now - slot.sent);
  host_.latency.add({took.count()});
  if (response.kind == ResponseKind::kAccepted) {
    host_.pacer.answered(took, now);
    window_.close(slot);
    return host_.resolve(std::move(response), slot.lane);
  }
  slot.segment.batch->set_stage(slot.segment.index, SegmentStage::kAside);
  if (meaning != StatusMeaning::kThrottled) {
    window_.close(slot);
    return host_.resolve(std::move(response), slot.lane);
  }
  ++host_.stats.throttled;
  host_.pacer.throttled(slot.sent, now);
  QueuedSegment segment = std::move(slot.segment);
  window_.close(slot);
  if (++segment.throttles > host_.config.max_throttle_retries)
    return host_.resolve(std::move(response), segment.lane);
  requeue(std::move(segment));
}

void CarrierSession::deliver(const codec::Pdu& pdu) {
  const auto refuse = [&](Fault fault) {
    host_.dialect->write_deliver_answer(*out_, pdu.sequence, pdu.deliver.echo, fault);
  };
  if (state_ == SessionState::kBinding) return refuse(Fault::kNotLoggedIn);
  if (unacknowledged() >= host_.config.unacknowledged) return refuse(Fault::kQueueFull);
  Delivery delivery = owning_delivery(pdu.deliver, host_.config);
  delivery.token = remember(pdu);
  delivery.at = host_.clock.now();
  ++host_.stats.deliveries;
  if (delivery.is_receipt) ++host_.stats.receipts;
  host_.deliveries.push_back(std::move(delivery));
}

// ---------------------------------------------------------------- time

void CarrierSession::tick(Instant now) {
  if (state_ == SessionState::kDown) return;
  if (now >= phase_deadline_) {
    phase_deadline_ = Instant::max();
    return drop(state_ == SessionState::kConnecting ? "connect timed out" : "the carrier did not answer");
  }
  if (write_busy_ && now - write_began_ >= steady(host_.config.response_timeout))
    return drop("the carrier does not read");
  expire(now);
  if (state_ == SessionState::kBound && host_.dialect->has_keep_alive()) keep_alive(now);
}

void CarrierSession::expire(Instant now) {
  for (SubmitWindow::Slot* slot : window_.sent_until(now - steady(host_.config.response_timeout))) {
    host_.resolve({.attempt_id = slot->attempt_id,
                   .message_id = slot->message_id,
                   .kind = ResponseKind::kUnknown,
                   .sent_at = slot->sent_at,
                   .at = host_.clock.now()},
                  slot->lane);
    slot->segment.batch->set_stage(slot->segment.index, SegmentStage::kAside);
    window_.give_up(*slot);
    ++silent_timeouts_;
  }
  while (!asked_.empty() && now - asked_.front().at >= steady(host_.config.response_timeout)) {
    host_.answer({.token = asked_.front().token, .at = host_.clock.now()});
    asked_.erase(asked_.begin());
  }
  if (silent_timeouts_ >= host_.config.max_silent_timeouts) drop("no answers to submits");
}

void CarrierSession::keep_alive(Instant now) {
  if (enquiring_ && last_received_ > enquired_at_) enquiring_ = false;
  if (enquiring_) {
    if (now - enquired_at_ >= steady(host_.config.response_timeout)) drop("no answer to the keep-alive");
    return;
  }
  if (now - last_received_ < steady(host_.config.keep_alive_interval)) return;
  enquiring_ = true;
  enquired_at_ = now;
  host_.dialect->write_keep_alive(*out_, stamp(window_.next_sequence()));
}

}  // namespace yizhan::link
