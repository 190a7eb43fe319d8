#include "link/smpp_session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstring>

#include "base/log.h"
#include "codec/smpp/receipt.h"

namespace yizhan::link {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using smpp::CommandId;
using smpp::Status;

constexpr auto kAwaitable = asio::as_tuple(asio::use_awaitable);
constexpr size_t kReadBytes = 2 * limits::kPduBytes;
// Pacing wakes no oftener than this; the tokens of a wait are spent together.
constexpr std::chrono::milliseconds kPaceStep{1};
constexpr Duration kGoodbye = seconds(2);
constexpr uint32_t kBackoffDoublings = 20;

bool is_throttle(Status status) { return status == Status::kThrottled || status == Status::kQueueFull; }
bool is_bad_credentials(Status status) {
  return status == Status::kBindFailed || status == Status::kInvalidPassword ||
         status == Status::kInvalidSystemId;
}

CommandId bind_command(SessionRole role) {
  switch (role) {
    case SessionRole::kTransceiver:
      return CommandId::kBindTransceiver;
    case SessionRole::kTransmitter:
      return CommandId::kBindTransmitter;
    case SessionRole::kReceiver:
      return CommandId::kBindReceiver;
  }
  return CommandId::kBindTransceiver;
}

std::string status_text(Status status) {
  const std::string_view name = smpp::status_name(status);
  return name.empty() ? fmt::format("status 0x{:08x}", static_cast<uint32_t>(status)) : std::string(name);
}

// Token of a delivery: generation, whether it was a data_sm, its sequence number.
uint64_t token_of(uint32_t generation, bool data_sm, uint32_t sequence) {
  return static_cast<uint64_t>(generation) << 33 | static_cast<uint64_t>(data_sm) << 32 | sequence;
}

// The part numbers of a delivery: by its user data header, else by the SAR parameters.
void read_concatenation(Delivery& d, const smpp::Tlvs& tlvs) {
  if ((d.esm_class & smpp::kEsmUdhi) != 0) {
    if (const auto header = text::parse_user_data_header(d.content)) {
      d.header_bytes = header->bytes;
      if (header->total > 1) d.part = *header;
      return;
    }
  }
  const auto reference = tlvs.integer(smpp::tag::kSarReference);
  const auto total = tlvs.integer(smpp::tag::kSarTotal), number = tlvs.integer(smpp::tag::kSarSequence);
  if (!reference || !total || !number || *total < 2 || *total > 255 || *number < 1 || *number > *total)
    return;
  d.part = text::UserDataHeader{.bytes = 0,
                                .reference = static_cast<uint16_t>(*reference),
                                .total = static_cast<uint8_t>(*total),
                                .number = static_cast<uint8_t>(*number)};
}

// What data_sm lacks stays as deliver_sm's default; its content is in message_payload.
smpp::DeliverSm as_deliver(const smpp::DeliverSm& pdu) { return pdu; }
smpp::DeliverSm as_deliver(const smpp::DataSm& pdu) {
  return {.source = pdu.source,
          .destination = pdu.destination,
          .esm_class = pdu.esm_class,
          .data_coding = pdu.data_coding,
          .tlvs = pdu.tlvs};
}

Delivery owning_delivery(const smpp::DeliverSm& pdu, const LinkConfig& config) {
  const smpp::DeliveryKind kind = smpp::delivery_kind(pdu.esm_class);
  const ByteSpan content = pdu.content();
  Delivery d;
  d.intermediate = kind == smpp::DeliveryKind::kIntermediate;
  d.is_receipt = d.intermediate || kind == smpp::DeliveryKind::kReceipt;
  d.source = pdu.source;
  d.destination = pdu.destination;
  d.data_coding = pdu.data_coding;
  d.esm_class = pdu.esm_class;
  d.content.assign(content.begin(), content.end());
  read_concatenation(d, pdu.tlvs);
  if (!d.is_receipt) return d;
  const smpp::Receipt receipt = smpp::read_receipt(pdu);
  d.receipted_message_id = receipt.message_id;
  d.canonical_id =
      smpp::canonical_message_id(receipt.message_id, config.message_id_form, smpp::MessageIdSource::kReceipt);
  d.message_state = receipt.state;
  d.stat = receipt.text.stat;
  d.error = receipt.text.err;
  d.done_date = receipt.text.done_date;
  d.network_error = receipt.network_error;
  return d;
}

}  // namespace

SessionHost::SessionHost(asio::io_context& context, const Clock& c, LinkConfig link_config)
    : config(std::move(link_config)),
      clock(c),
      strand(context.get_executor()),
      pacer({config.segments_per_second, config.throttle_pause, config.throttle_pause_max},
            std::chrono::steady_clock::now()),
      random(config.jitter_seed) {}

SmppSession::SmppSession(SessionHost& host, SessionRole role, uint32_t index)
    : host_(host),
      role_(role),
      index_(index),
      socket_(host.strand),
      resolver_(host.strand),
      retry_timer_(host.strand),
      queue_(host.config.queue_segments),
      window_(host.config.window),
      in_(kReadBytes) {}

// ---------------------------------------------------------------- the life of the session

void SmppSession::start() {
  started_ = true;
  asio::co_spawn(host_.strand, run(host_.keep(), this),
                 [keep = host_.keep(), this](const std::exception_ptr&) {
                   ended_ = true;
                   host_.session_ended(*this);
                 });
}

asio::awaitable<void> SmppSession::run(std::shared_ptr<SessionHost> keep, SmppSession* self) {
  while (!self->stopping_) {
    try {
      const bool connected = co_await self->connect();
      if (connected) {
        self->send_bind();
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
    self->retry_timer_.expires_after(steady(self->backoff()));
    const auto waited = co_await self->retry_timer_.async_wait(kAwaitable);
    static_cast<void>(waited);
  }
}

asio::awaitable<bool> SmppSession::connect() {
  socket_ = asio::ip::tcp::socket(host_.strand);
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
    const auto [failure, found] =
        co_await resolver_.async_resolve(host_.config.host, std::to_string(host_.config.port), kAwaitable);
    if (failure) {
      if (reason_.empty()) reason_ = "host not found: " + failure.message();
      co_return false;
    }
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  if (stopping_ || !reason_.empty()) co_return false;  // dropped meanwhile
  const auto [failure, endpoint] = co_await asio::async_connect(socket_, endpoints, kAwaitable);
  if (failure || !socket_.is_open()) {
    if (reason_.empty()) reason_ = "connect: " + failure.message();
    co_return false;
  }
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  socket_.set_option(asio::socket_base::keep_alive(true), error);
  co_return true;
}

void SmppSession::send_bind() {
  const LinkConfig& c = host_.config;
  const auto encode_bind = [&]<class Pdu>(Pdu) {
    return smpp::encode(*out_,
                        Pdu{.system_id = c.system_id,
                            .password = c.password,
                            .system_type = c.system_type,
                            .address_range = c.address_range},
                        window_.next_sequence());
  };
  Status status = Status::kOk;
  switch (role_) {
    case SessionRole::kTransceiver:
      status = encode_bind(smpp::BindTransceiver{});
      break;
    case SessionRole::kTransmitter:
      status = encode_bind(smpp::BindTransmitter{});
      break;
    case SessionRole::kReceiver:
      status = encode_bind(smpp::BindReceiver{});
      break;
  }
  set_state(SessionState::kBinding, {});
  last_received_ = std::chrono::steady_clock::now();
  if (status != Status::kOk) {
    bad_credentials_ = true;
    return drop("the bind cannot be encoded: " + status_text(status));
  }
  flush();
}

asio::awaitable<void> SmppSession::read_until_lost() {
  while (socket_.is_open()) {
    const auto [error, bytes] = co_await socket_.async_read_some(
        asio::buffer(in_.data() + filled_, in_.size() - filled_), kAwaitable);
    if (error) {
      if (reason_.empty()) reason_ = error == asio::error::eof ? "closed by the carrier" : error.message();
      break;
    }
    filled_ += bytes;
    const Instant now = std::chrono::steady_clock::now();
    last_received_ = now;
    consume(now);
    host_.settle();
  }
}

BindFailure SmppSession::bind_failure() const {
  if (phase_deadline_ == Instant::max()) return BindFailure::kTimeout;  // tick() saw it pass
  return state_ == SessionState::kConnecting ? BindFailure::kUnreachable : BindFailure::kRefused;
}

void SmppSession::connection_lost() {
  close_socket();
  const bool was_bound = bound_at_ != Instant{};
  if (!was_bound) host_.stats.bind_failure = bind_failure();
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
                     .at = host_.clock.now()});
    }
  }
  // The handler of a write under way keeps its own buffer.
  if (write_busy_) writing_ = std::make_shared<Bytes>();
  write_busy_ = false;
  out_->clear();
  generation_ = 0;
  filled_ = 0;
  unacknowledged_ = 0;
  silent_timeouts_ = 0;
  enquiring_ = discard_input_ = false;
  bound_at_ = {};
  phase_deadline_ = Instant::max();
  if (was_bound) ++host_.stats.reconnects;
  set_state(SessionState::kDown, reason_);
  host_.settle();
}

Duration SmppSession::backoff() {
  const LinkConfig& c = host_.config;
  if (bad_credentials_) return c.bad_credentials_retry;
  const uint32_t doublings = std::min(failures_++, kBackoffDoublings);
  const int64_t base = std::min(c.backoff_min.us << doublings, c.backoff_max.us);
  // Half fixed, half by chance: many links of one carrier do not come back together.
  return microseconds(base / 2 +
                      static_cast<int64_t>(host_.random.below(static_cast<uint64_t>(base / 2 + 1))));
}

void SmppSession::set_state(SessionState state, const std::string& reason) {
  state_ = state;
  host_.session_changed(*this, reason);
}

void SmppSession::close_socket() {
  error_code ignored;
  socket_.close(ignored);
  resolver_.cancel();
}

void SmppSession::drop(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
  close_socket();
}

void SmppSession::close_after_flush(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
  phase_deadline_ = std::chrono::steady_clock::now() + steady(kGoodbye);
  set_state(SessionState::kClosing, reason_);
  flush();
}

void SmppSession::shut() {
  stopping_ = true;
  retry_timer_.cancel();
  drop("stopped");
  if (!started_) ended_ = true;
}

void SmppSession::unbind() {
  if (state_ == SessionState::kUnbinding || state_ == SessionState::kClosing) return;
  if (state_ != SessionState::kBound) return shut();
  stopping_ = true;
  smpp::encode_header(*out_, CommandId::kUnbind, Status::kOk, window_.next_sequence());
  phase_deadline_ =
      std::chrono::steady_clock::now() + steady(std::min(kGoodbye, host_.config.response_timeout));
  set_state(SessionState::kUnbinding, "stopped");
  flush();
}

// ---------------------------------------------------------------- queue and output

std::vector<QueuedSegment> SmppSession::take_queued(const std::function<bool(const QueuedSegment&)>& wanted) {
  std::vector<QueuedSegment> taken;
  auto kept = queue_.begin();
  for (auto at = queue_.begin(); at != queue_.end(); ++at) {
    if (wanted(*at)) {
      taken.push_back(std::move(*at));
    } else {
      if (kept != at) *kept = std::move(*at);
      ++kept;
    }
  }
  queue_.erase(kept, queue_.end());
  return taken;
}

std::vector<QueuedSegment> SmppSession::recall(const std::function<bool(const SegmentOut&)>& wanted) {
  window_.recall(wanted);
  for (QueuedSegment& queued : queue_)
    if (wanted(queued.segment())) queued.recalled = true;
  return take_queued([](const QueuedSegment& queued) { return queued.must_return(); });
}

void SmppSession::requeue(QueuedSegment&& segment) {
  if (segment.must_return()) return host_.return_unsent(segment);
  // The queue is always in order of submission, and what comes back is older than nearly all of it.
  const auto at =
      std::upper_bound(queue_.begin(), queue_.end(), segment.order,
                       [](uint64_t order, const QueuedSegment& other) { return order < other.order; });
  if (at == queue_.end()) return queue_.push_back(std::move(segment));
  queue_.rinsert(at, std::move(segment));
}

Status SmppSession::encode_segment(const SegmentOut& s, uint32_t sequence) {
  const LinkConfig& c = host_.config;
  return smpp::encode(*out_,
                      smpp::SubmitSm{.service_type = c.service_type,
                                     .source_ton = c.source_ton,
                                     .source_npi = c.source_npi,
                                     .source = s.source,
                                     .destination_ton = c.destination_ton,
                                     .destination_npi = c.destination_npi,
                                     .destination = s.destination,
                                     .esm_class = s.esm_class,
                                     .priority = s.priority,
                                     .validity_period = s.validity_period,
                                     .registered_delivery = s.registered_delivery,
                                     .data_coding = s.data_coding,
                                     .short_message = s.payload},
                      sequence);
}

void SmppSession::pump(Instant now) {
  if (!can_send() || queue_.empty()) return;
  const Time wall = host_.clock.now();
  while (!queue_.empty() && !window_.full() && out_->size() < limits::kLinkWriteBytes) {
    if (queue_.front().must_return()) {
      host_.return_unsent(queue_.front());
      queue_.pop_front();
      continue;
    }
    if (!host_.pacer.take(now)) return host_.wake_at(std::max(host_.pacer.next(now), now + kPaceStep));
    SubmitWindow::Slot& slot = window_.open();
    slot.segment = std::move(queue_.front());
    queue_.pop_front();
    const SegmentOut segment = slot.segment.segment();
    slot.attempt_id = segment.attempt_id;
    slot.message_id = segment.message_id;
    slot.write = writes_begun_ + 1;
    slot.sent = now;
    slot.sent_at = wall;
    const Status status = encode_segment(segment, slot.sequence);
    if (status == Status::kOk) {
      slot.segment.batch->set_stage(slot.segment.index, SegmentStage::kWithCarrier);
      ++host_.stats.submitted;
      continue;
    }
    host_.resolve({.attempt_id = slot.attempt_id,
                   .message_id = slot.message_id,
                   .kind = ResponseKind::kRejected,
                   .status = static_cast<uint32_t>(status),
                   .at = wall});
    window_.close(slot);
  }
}

void SmppSession::flush() {
  if (write_busy_ || !socket_.is_open()) return;
  if (out_->empty()) {
    if (state_ == SessionState::kClosing) close_socket();
    return;
  }
  std::swap(out_, writing_);
  write_busy_ = true;
  ++writes_begun_;
  write_began_ = std::chrono::steady_clock::now();
  asio::async_write(socket_, asio::buffer(*writing_),
                    [keep = host_.keep(), this, buffer = writing_, generation = generation_](
                        const error_code& error, size_t) { written(error, generation); });
}

void SmppSession::written(const error_code& error, uint32_t generation) {
  if (generation != generation_) return;  // of a connection that is gone
  write_busy_ = false;
  writing_->clear();
  if (error) return drop("write: " + error.message());
  host_.settle();
}

void SmppSession::acknowledge(uint32_t sequence, bool data_sm, Status status) {
  if (unacknowledged_ > 0) --unacknowledged_;
  const Status encoded = data_sm ? smpp::encode(*out_, smpp::DataSmResp{}, sequence, status)
                                 : smpp::encode(*out_, smpp::DeliverSmResp{}, sequence, status);
  static_cast<void>(encoded);  // an empty id always fits
}

// ---------------------------------------------------------------- input

void SmppSession::consume(Instant now) {
  const ByteSpan received = ByteSpan(in_).first(filled_);
  size_t at = 0;
  while (!discard_input_) {
    const smpp::Frame frame = smpp::frame_length(received.subspan(at));
    if (frame.state == smpp::FrameState::kNeedMore) break;
    if (frame.state == smpp::FrameState::kInvalid) {
      discard_input_ = true;
      smpp::encode_header(*out_, CommandId::kGenericNack, Status::kInvalidCommandLength, 0);
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

SmppSession::Verdict SmppSession::handle(ByteSpan pdu, Instant now) {
  const smpp::Header header = smpp::parse_header(pdu);
  switch (header.command) {
    case CommandId::kSubmitSmResp:
    case CommandId::kGenericNack:
      submit_answered(header, pdu, now);
      return Verdict::kKeep;
    case CommandId::kBindTransceiverResp:
    case CommandId::kBindTransmitterResp:
    case CommandId::kBindReceiverResp:
      return bind_answered(header);
    case CommandId::kEnquireLinkResp:
      return Verdict::kKeep;  // that something came is all it says
    case CommandId::kUnbindResp:
      drop("unbound");
      return Verdict::kDrop;
    default:
      return handle_request(header, pdu);
  }
}

SmppSession::Verdict SmppSession::handle_request(const smpp::Header& header, ByteSpan pdu) {
  switch (header.command) {
    case CommandId::kDeliverSm:
      deliver<smpp::DeliverSm>(header, pdu);
      return Verdict::kKeep;
    case CommandId::kDataSm:
      deliver<smpp::DataSm>(header, pdu);
      return Verdict::kKeep;
    case CommandId::kEnquireLink:
      smpp::encode_header(*out_, CommandId::kEnquireLinkResp, Status::kOk, header.sequence);
      return Verdict::kKeep;
    case CommandId::kUnbind:
      smpp::encode_header(*out_, CommandId::kUnbindResp, Status::kOk, header.sequence);
      close_after_flush("unbound by the carrier");
      return Verdict::kKeep;  // answers to what is in the window may still follow
    case CommandId::kAlertNotification:
      return Verdict::kKeep;
    default:
      if (smpp::is_response(header.command))
        ++host_.stats.unmatched_responses;
      else
        smpp::encode_header(*out_, CommandId::kGenericNack, Status::kInvalidCommandId, header.sequence);
      return Verdict::kKeep;
  }
}

SmppSession::Verdict SmppSession::bind_answered(const smpp::Header& header) {
  if (state_ != SessionState::kBinding || header.command != smpp::response_to(bind_command(role_))) {
    ++host_.stats.unmatched_responses;
    return Verdict::kKeep;
  }
  bad_credentials_ = is_bad_credentials(header.status);
  if (header.status != Status::kOk) {
    drop("bind refused: " + status_text(header.status));
    return Verdict::kDrop;
  }
  phase_deadline_ = Instant::max();
  bound_at_ = std::chrono::steady_clock::now();
  set_state(SessionState::kBound, {});
  return Verdict::kKeep;
}

void SmppSession::submit_answered(const smpp::Header& header, ByteSpan pdu, Instant now) {
  if (header.command == CommandId::kGenericNack && state_ == SessionState::kBinding) {
    drop("bind refused: " + status_text(header.status));
    return;
  }
  SubmitWindow::Slot* slot = window_.find(header.sequence);
  if (slot == nullptr) {
    ++host_.stats.unmatched_responses;
    return;
  }
  Response response{.attempt_id = slot->attempt_id,
                    .message_id = slot->message_id,
                    .status = static_cast<uint32_t>(header.status),
                    .sent_at = slot->sent_at,
                    .at = host_.clock.now()};
  const bool accepted = header.command == CommandId::kSubmitSmResp && header.status == Status::kOk;
  response.kind = accepted ? ResponseKind::kAccepted : ResponseKind::kRejected;
  if (accepted) {
    // An id that cannot be read does not undo that the carrier has taken the segment.
    if (const auto body = smpp::decode<smpp::SubmitSmResp>(pdu))
      response.carrier_message_id = body->message_id;
    response.canonical_id = smpp::canonical_message_id(
        response.carrier_message_id, host_.config.message_id_form, smpp::MessageIdSource::kSubmitResponse);
  }
  silent_timeouts_ = 0;
  if (slot->state == SubmitWindow::SlotState::kTimedOut) {
    response.punctuality = Punctuality::kLate;
    window_.close(*slot);
    return host_.resolve(std::move(response));
  }
  answered_in_time(*slot, std::move(response), now);
}

void SmppSession::answered_in_time(SubmitWindow::Slot& slot, Response&& response, Instant now) {
  using std::chrono::duration_cast;
  host_.latency.add({duration_cast<std::chrono::microseconds>(now - slot.sent).count()});
  if (response.kind == ResponseKind::kAccepted) {
    window_.close(slot);
    return host_.resolve(std::move(response));
  }
  slot.segment.batch->set_stage(slot.segment.index, SegmentStage::kAside);
  if (!is_throttle(static_cast<Status>(response.status))) {
    window_.close(slot);
    return host_.resolve(std::move(response));
  }
  ++host_.stats.throttled;
  host_.pacer.throttled(slot.sent, now);
  QueuedSegment segment = std::move(slot.segment);
  window_.close(slot);
  if (++segment.throttles > host_.config.max_throttle_retries) return host_.resolve(std::move(response));
  requeue(std::move(segment));
}

template <class Pdu>
void SmppSession::refuse_delivery(uint32_t sequence, Status status) {
  smpp::encode_header(*out_, smpp::response_to(Pdu::kCommand), status, sequence);
}

template <class Pdu>
void SmppSession::deliver(const smpp::Header& header, ByteSpan pdu) {
  const auto decoded = smpp::decode<Pdu>(pdu);
  if (!decoded) return refuse_delivery<Pdu>(header.sequence, decoded.error());
  if (state_ == SessionState::kBinding)
    return refuse_delivery<Pdu>(header.sequence, Status::kIncorrectBindStatus);
  if (unacknowledged_ >= host_.config.unacknowledged)
    return refuse_delivery<Pdu>(header.sequence, Status::kTemporaryAppError);
  ++unacknowledged_;
  Delivery delivery = owning_delivery(as_deliver(*decoded), host_.config);
  delivery.token = token_of(generation_, Pdu::kCommand == CommandId::kDataSm, header.sequence);
  delivery.at = host_.clock.now();
  ++host_.stats.deliveries;
  if (delivery.is_receipt) ++host_.stats.receipts;
  host_.deliveries.push_back(std::move(delivery));
}

// ---------------------------------------------------------------- time

void SmppSession::tick(Instant now) {
  if (state_ == SessionState::kDown) return;
  if (now >= phase_deadline_) {
    phase_deadline_ = Instant::max();
    return drop(state_ == SessionState::kConnecting ? "connect timed out" : "the carrier did not answer");
  }
  if (write_busy_ && now - write_began_ >= steady(host_.config.response_timeout))
    return drop("the carrier does not read");
  expire(now);
  if (state_ == SessionState::kBound) keep_alive(now);
}

void SmppSession::expire(Instant now) {
  for (SubmitWindow::Slot* slot : window_.sent_until(now - steady(host_.config.response_timeout))) {
    host_.resolve({.attempt_id = slot->attempt_id,
                   .message_id = slot->message_id,
                   .kind = ResponseKind::kUnknown,
                   .sent_at = slot->sent_at,
                   .at = host_.clock.now()});
    slot->segment.batch->set_stage(slot->segment.index, SegmentStage::kAside);
    window_.give_up(*slot);
    ++silent_timeouts_;
  }
  if (silent_timeouts_ >= host_.config.max_silent_timeouts) drop("no answers to submits");
}

void SmppSession::keep_alive(Instant now) {
  if (enquiring_ && last_received_ > enquired_at_) enquiring_ = false;
  if (enquiring_) {
    if (now - enquired_at_ >= steady(host_.config.response_timeout)) drop("no answer to enquire_link");
    return;
  }
  if (now - last_received_ < steady(host_.config.enquire_link_interval)) return;
  enquiring_ = true;
  enquired_at_ = now;
  smpp::encode_header(*out_, CommandId::kEnquireLink, Status::kOk, window_.next_sequence());
}

}  // namespace yizhan::link
