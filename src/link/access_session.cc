#include "link/access_session.h"

#include <algorithm>
#include <cstring>

#include "base/log.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using codec::Act;
using codec::Fault;
using codec::Pdu;
using codec::Role;

std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

asio::ip::address peer_of(const asio::ip::tcp::socket& socket) {
  error_code gone;
  return socket.remote_endpoint(gone).address();
}

// One element that says which part this is, or none: anything else (ports, pictures) cannot be sent as text.
bool only_concatenates(const text::UserDataHeader& header, ByteSpan payload) {
  constexpr uint8_t kEmpty = 1, kUdh8 = 6, kUdh16 = 7;  // bytes, wire
  constexpr uint8_t kReference8 = 0x00, kReference16 = 0x08;
  if (header.bytes == kEmpty) return true;
  return (header.bytes == kUdh8 && payload[1] == kReference8) ||
         (header.bytes == kUdh16 && payload[1] == kReference16);
}

// What a text without part numbers will take.
uint32_t segments_of(codec::Coding coding, size_t bytes) {
  const bool septets = coding == codec::Coding::kDefault;  // unpacked
  const bool ucs2 = coding == codec::Coding::kUcs2;
  const size_t units = ucs2 ? (bytes + 1) / 2 : bytes;
  const auto sizes = text::segment_sizes(septets ? text::Encoding::kGsm7
                                         : ucs2  ? text::Encoding::kUcs2
                                                 : text::Encoding::kAscii);
  if (units <= sizes.single) return 1;
  return static_cast<uint32_t>((units + sizes.with_udh8 - 1) / sizes.with_udh8);
}

}  // namespace

AccessSession::AccessSession(AccessHub& hub, const AccessEntrance& entrance, asio::ip::tcp::socket socket)
    : hub_(hub),
      entrance_(entrance),
      stream_(std::move(socket)),
      readable_(stream_.get_executor()),
      number_(hub.next_number()),
      address_(peer_of(stream_.socket())),
      dialect_(&hub.dialect(entrance.protocols.back())),
      deadline_(now() + steady(hub.config.login_timeout)),
      last_active_(now()) {}

// ---------------------------------------------------------------- reading

net::Task<void> AccessSession::run(std::shared_ptr<AccessSession> self) {
  std::string_view end = "closed by the application";
  try {
    error_code failed;
    if (self->entrance_.tls) failed = co_await self->stream_.handshake_as_server(self->entrance_.tls);
    if (failed) {
      end = "TLS handshake failed";
    } else {
      co_await self->read();
    }
  } catch (const std::exception& failure) {
    // Memory ran out, or the handler threw: this session's end, not the server's.
    log::error("session of an application failed session={} error={}", self->number_, failure.what());
    end = "internal error";
  }
  self->close(end);
}

net::Task<void> AccessSession::read() {
  while (phase_ != Phase::kClosed) {
    if (must_pause()) {
      readable_.expires_at(Instant::max());
      const auto woken = co_await readable_.async_wait(net::kAwaitable);
      static_cast<void>(woken);
      continue;
    }
    make_room();
    const auto [error, bytes] = co_await stream_.async_read_some(
        asio::buffer(in_.data() + filled_, in_.size() - filled_), net::kAwaitable);
    if (error || phase_ == Phase::kClosed) co_return;
    filled_ += bytes;
    last_active_ = now();
    keep_alives_ = 0;
    consume();
    settle();
  }
}

// A PDU is no longer than the buffer may grow: frame() has refused it.
void AccessSession::make_room() {
  if (filled_ < in_.size()) return;
  in_.resize(std::clamp(in_.size() * 2, limits::kAccessReadBytes, limits::kPduBytes));
}

void AccessSession::consume() {
  const ByteSpan received = ByteSpan(in_).first(filled_);
  size_t at = 0;
  while (phase_ != Phase::kClosing && phase_ != Phase::kClosed && phase_ != Phase::kRefusing) {
    const codec::Frame frame = dialect_->frame(received.subspan(at));
    if (frame.state == codec::FrameState::kNeedMore) break;
    if (frame.state == codec::FrameState::kInvalid) {
      count(hub_.counters.malformed);
      dialect_->write_refusal(out_, Pdu{}, Fault::kMalformed);
      log::warn("garbage from an application session={} length={}", number_, frame.length);
      close_when_written();
      break;
    }
    handle(received.subspan(at, frame.length));
    at += frame.length;
  }
  // What follows a logout, a refused login or garbage is not looked at.
  if (phase_ == Phase::kClosing || phase_ == Phase::kRefusing) at = filled_;
  if (at == 0) return;
  std::memmove(in_.data(), in_.data() + at, filled_ - at);
  filled_ -= at;
}

void AccessSession::handle(ByteSpan bytes) {
  if (phase_ == Phase::kLogin) return handle_before_login(bytes);
  Pdu& pdu = hub_.pdu;
  dialect_->read(bytes, pdu);
  switch (pdu.act) {
    case Act::kSubmit:
      return submit();
    case Act::kDeliverAnswer:
    case Act::kNack:
      if (outbox_) outbox_->answered(pdu.sequence, pdu.status, delivered_);
      return;
    case Act::kKeepAlive:
      return dialect_->write_keep_alive_answer(out_, pdu.sequence);
    case Act::kLogin:
      return dialect_->write_login_answer(out_, pdu.sequence, pdu, account_->secret, Fault::kAlreadyLoggedIn);
    case Act::kLogout:
      return logout();
    case Act::kLogoutAnswer:
      if (phase_ == Phase::kLeaving) close("logged out");
      return;
    case Act::kQuery:
      return dialect_->write_refusal(out_, pdu, Fault::kUnknownMessage);
    case Act::kDeliver:
      return dialect_->write_refusal(out_, pdu, Fault::kUnknownCommand);
    case Act::kMalformed:
      count(hub_.counters.malformed);
      [[fallthrough]];
    case Act::kUnwanted:
      return dialect_->write_refusal(out_, pdu, pdu.fault);
    case Act::kLoginAnswer:
    case Act::kSubmitAnswer:
    case Act::kQueryAnswer:
    case Act::kKeepAliveAnswer:
    case Act::kIgnored:
      return;  // that something came is all it says
  }
}

void AccessSession::handle_before_login(ByteSpan bytes) {
  Pdu& pdu = hub_.pdu;
  dialect_->read(bytes, pdu);
  if (pdu.act == Act::kLogin || (pdu.act == Act::kMalformed && pdu.fault == Fault::kVersion)) {
    // The version in the login says how to go on.
    dialect_ = &hub_.dialect_for(*dialect_, pdu.login);
    dialect_->read(bytes, pdu);
  }
  switch (pdu.act) {
    case Act::kLogin:
      return login();
    case Act::kKeepAlive:
      return dialect_->write_keep_alive_answer(out_, pdu.sequence);
    case Act::kLogout:
      return logout();
    case Act::kSubmit:
    case Act::kQuery:
    case Act::kDeliver:
      return refuse_before_login(Fault::kNotLoggedIn);
    case Act::kMalformed:
      count(hub_.counters.malformed);
      [[fallthrough]];
    case Act::kUnwanted:
      return refuse_before_login(pdu.fault);
    default:
      return;  // an answer to nothing
  }
}

// CMPP's answers are as long as their version says, which only the login tells: a refusal of 3.0 reads as
// success in 2.0. So there is none, and the connection ends.
void AccessSession::refuse_before_login(Fault fault) {
  if (protocol() == codec::Protocol::kCmpp20 || protocol() == codec::Protocol::kCmpp30)
    return close_when_written();
  dialect_->write_refusal(out_, hub_.pdu, fault);
}

// ---------------------------------------------------------------- login and logout

void AccessSession::login() {
  const Pdu& pdu = hub_.pdu;
  std::optional<AccessAccount> account;
  const Fault fault = hub_.judge(*this, pdu.login, account);
  count(fault == Fault::kNone ? hub_.counters.logins : hub_.counters.logins_refused);
  hub_.handler.on_login(pdu.login.account, protocol(), address_.to_string(), fault);
  const std::string_view secret = account ? std::string_view(account->secret) : std::string_view{};
  if (fault != Fault::kNone) {
    dialect_->write_login_answer(held_back_, pdu.sequence, pdu, secret, fault);
    phase_ = Phase::kRefusing;
    deadline_ = now() + steady(hub_.config.failed_login_delay);
    if (hub_.config.failed_login_delay.us == 0) refuse_login();
    return;
  }
  dialect_->write_login_answer(out_, pdu.sequence, pdu, secret, fault);
  role_ = pdu.login.role;
  let_in(*std::move(account));
}

void AccessSession::refuse_login() {
  out_.insert(out_.end(), held_back_.begin(), held_back_.end());
  close_when_written();
}

void AccessSession::let_in(AccessAccount&& account) {
  account_ = std::move(account);
  account_->window = std::clamp(account_->window, 1U, limits::kAccessWindow);
  phase_ = Phase::kOpen;
  slots_.resize(account_->window);
  for (size_t i = slots_.size(); i-- > 0;) free_slots_.push_back(static_cast<uint16_t>(i));
  outbox_.emplace(*dialect_, hub_.config.deliver_window);
  hub_.joined(*this);
  log::info("application logged in account={} protocol={} address={} session={}", account_->name,
            codec::protocol_name(protocol()), address_.to_string(), number_);
  room_promised_ = receives();
}

void AccessSession::logout() {
  const codec::Sequence asked = hub_.pdu.sequence;
  if (phase_ != Phase::kOpen) {
    dialect_->write_logout_answer(out_, asked);
    return close_when_written();
  }
  logout_asked_ = asked;
  drain(hub_.config.drain_time);
}

void AccessSession::drain(Duration drain) {
  if (phase_ == Phase::kLogin || phase_ == Phase::kRefusing) return close("stopped");
  if (phase_ != Phase::kOpen) return;
  phase_ = Phase::kDraining;
  deadline_ = now() + steady(drain);
  outbox_->return_unwritten(delivered_);
  settle();
}

void AccessSession::drained() {
  if (!logout_asked_) return leave();
  dialect_->write_logout_answer(out_, *logout_asked_);
  close_when_written();
}

void AccessSession::drop() {
  if (phase_ != Phase::kOpen && phase_ != Phase::kDraining) return;
  leave();
  settle();
}

void AccessSession::leave() {
  outbox_->return_unwritten(delivered_);
  dialect_->write_logout(out_, next_sequence());
  phase_ = Phase::kLeaving;
  deadline_ = now() + steady(hub_.config.goodbye);
}

void AccessSession::close_when_written() {
  phase_ = Phase::kClosing;
  deadline_ = now() + steady(hub_.config.goodbye);
  flush();
}

// Reads on until the other side hangs up too: closing at once would take from it what it has not read.
void AccessSession::hang_up() {
  error_code ignored;
  stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
}

void AccessSession::close(std::string_view reason) {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  stream_.close();
  readable_.cancel();
  submits_.clear();
  if (has_joined()) {
    log::info("application's session ended account={} session={} reason={}", account_->name, number_, reason);
    outbox_->abandon(delivered_);
    returned_deliveries_ = !delivered_.empty();
    room_promised_ = false;
    hand_over();
  }
  hub_.left(*this);
}

// ---------------------------------------------------------------- submits

void AccessSession::submit() {
  const Pdu& pdu = hub_.pdu;
  const auto refuse = [&](AccessCounters::Count& counter, Fault fault) {
    count(counter);
    dialect_->write_submit_answer(out_, pdu.sequence, pdu.command, fault, {});
  };
  AccessCounters& counters = hub_.counters;
  if (phase_ == Phase::kDraining && !logout_asked_)
    return refuse(counters.submits_refused, Fault::kQueueFull);
  if (phase_ != Phase::kOpen || role_ == Role::kReceive)
    return refuse(counters.submits_refused, Fault::kNotLoggedIn);
  if (free_slots_.empty()) return refuse(counters.submits_throttled, Fault::kThrottled);
  uint32_t header_bytes = 0, segments = 0;
  const Fault fault = judge_submit(header_bytes, segments);
  if (fault != Fault::kNone) return refuse(counters.submits_refused, fault);
  if (!hub_.take_segments(account_id(), segments))
    return refuse(counters.submits_throttled, Fault::kThrottled);
  accept(header_bytes);
}

Fault AccessSession::judge_submit(uint32_t& header_bytes, uint32_t& segments) {
  codec::Submit& submit = hub_.pdu.submit;
  if (submit.destinations.empty() ||
      std::ranges::any_of(submit.destinations, [](std::string_view d) { return d.empty(); }))
    return Fault::kBadDestination;
  if (submit.has_header) {
    const auto header = text::parse_user_data_header(submit.payload);
    if (!header || !only_concatenates(*header, submit.payload)) return Fault::kBadCoding;
    header_bytes = header->bytes;
  }
  const size_t text_bytes = submit.payload.size() - header_bytes;
  if (text_bytes > (submit.part ? limits::kAccessPartBytes : limits::kAccessTextBytes))
    return Fault::kTooLong;
  segments = (submit.part ? 1 : segments_of(submit.coding, text_bytes)) *
             static_cast<uint32_t>(submit.destinations.size());
  return Fault::kNone;
}

void AccessSession::accept(uint32_t header_bytes) {
  const Pdu& pdu = hub_.pdu;
  const codec::Submit& submit = pdu.submit;
  const uint16_t index = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[index];
  slot = {.sequence = pdu.sequence,
          .command = pdu.command,
          .generation = static_cast<uint16_t>(slot.generation + 1),
          .waits = true};
  ++unanswered_;
  const ByteSpan text = submit.payload.subspan(header_bytes);
  AccessSubmit& out = submits_.emplace_back();
  out.token = uint64_t{number_} << 32 | uint64_t{slot.generation} << 16 | index;
  out.account_id = account_id();
  out.protocol = protocol();
  out.sequence = pdu.sequence;
  out.source = submit.source;
  out.destinations.assign(submit.destinations.begin(), submit.destinations.end());
  out.text.assign(text.begin(), text.end());
  out.coding = submit.coding;
  out.part = submit.part;
  out.receipt = submit.receipt;
  out.validity = submit.validity;
  out.at = hub_.clock.now();
  count(hub_.counters.submits);
}

bool AccessSession::answer(const AccessAnswer& answer) {
  const auto index = static_cast<uint16_t>(answer.token);
  const auto generation = static_cast<uint16_t>(answer.token >> 16);
  if (phase_ == Phase::kClosing || phase_ == Phase::kClosed || index >= slots_.size()) return false;
  Slot& slot = slots_[index];
  if (!slot.waits || slot.generation != generation) return false;
  dialect_->write_submit_answer(out_, slot.sequence, slot.command, answer.fault, answer.message);
  slot.waits = false;
  free_slots_.push_back(index);
  --unanswered_;
  return true;
}

// ---------------------------------------------------------------- writing

codec::Sequence AccessSession::next_sequence() {
  last_sequence_ = last_sequence_ >= dialect_->largest_sequence() ? 1 : last_sequence_ + 1;
  return dialect_->stamp(last_sequence_, hub_.clock.now());
}

void AccessSession::settle() {
  touched_ = false;
  if (phase_ == Phase::kClosed) return;
  pump();
  if (phase_ == Phase::kDraining && is_drained()) drained();
  flush();
  if (!must_pause()) readable_.cancel();
  hand_over();
}

void AccessSession::pump() {
  if (phase_ != Phase::kOpen && phase_ != Phase::kDraining) return;
  if (unwritten() > hub_.config.max_unwritten) return;
  outbox_->pump(out_, [this] { return next_sequence(); }, now(), delivered_);
}

// Last: the application's answers are on their way by now.
void AccessSession::hand_over() {
  if (!submits_.empty()) hub_.handler.on_submits(std::exchange(submits_, {}));
  if (!delivered_.empty()) {
    using Outcome = AccessHandler::DeliveryOutcome;
    AccessCounters& c = hub_.counters;
    for (const auto& d : delivered_)
      count(d.outcome == Outcome::kTaken   ? c.deliveries_taken
            : d.outcome == Outcome::kAgain ? c.deliveries_again
                                           : c.deliveries_refused);
    hub_.handler.on_delivered(account_id(), std::exchange(delivered_, {}));
  }
  if (!room_promised_ || phase_ != Phase::kOpen || outbox_->size() > limits::kAccessDeliveries / 2) return;
  room_promised_ = false;
  hub_.handler.on_receiver(account_id(), protocol());
}

void AccessSession::flush() {
  if (writing_ || phase_ == Phase::kClosed) return;
  if (out_.empty()) {
    if (phase_ == Phase::kClosing) hang_up();
    return;
  }
  std::swap(out_, being_written_);
  out_.clear();
  written_ = 0;
  writing_ = true;
  progressed_ = now();
  write_some();
}

void AccessSession::write_some() {
  stream_.async_write_some(
      asio::buffer(being_written_.data() + written_, being_written_.size() - written_),
      [self = shared_from_this()](const error_code& error, size_t bytes) { self->wrote(error, bytes); });
}

void AccessSession::wrote(const error_code& error, size_t bytes) {
  if (phase_ == Phase::kClosed) return;
  if (error) return close("write failed");
  written_ += bytes;
  progressed_ = now();
  if (!dialect_->has_keep_alive()) last_active_ = progressed_;
  if (written_ < being_written_.size()) return write_some();
  writing_ = false;
  settle();
}

// ---------------------------------------------------------------- time

void AccessSession::tick(Instant at) {
  const bool over = at >= deadline_;
  switch (phase_) {
    case Phase::kLogin:
      if (over) return close("no login in time");
      break;
    case Phase::kRefusing:
      if (!over) return;
      refuse_login();
      break;
    case Phase::kOpen:
      keep_alive(at);
      break;
    case Phase::kDraining:
      if (over) drained();
      break;
    case Phase::kLeaving:
    case Phase::kClosing:
      if (over) return close("did not hang up");
      break;
    case Phase::kClosed:
      return;
  }
  if (phase_ == Phase::kClosed) return;
  if (writing_ && at - progressed_ >= steady(hub_.config.write_timeout)) {
    count(hub_.counters.stalled);
    return close("does not read");
  }
  if (outbox_) outbox_->expire(at - steady(hub_.config.deliver_timeout), delivered_);
  settle();
}

void AccessSession::keep_alive(Instant at) {
  const auto silent = at - last_active_;
  if (!dialect_->has_keep_alive()) {
    if (silent >= steady(hub_.config.sgip_idle) && is_drained()) leave();
    return;
  }
  if (silent < steady(hub_.config.keep_alive_interval) * (keep_alives_ + 1)) return;
  if (keep_alives_ == hub_.config.keep_alive_unanswered) {
    count(hub_.counters.silent);
    return close("keep-alive without an answer");
  }
  ++keep_alives_;
  dialect_->write_keep_alive(out_, next_sequence());
}

}  // namespace yizhan::link
