#include "link/simulator_server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <charconv>
#include <cstring>

#include "base/limits.h"
#include "codec/smpp/receipt.h"
#include "text/segmentation.h"
#include "text/utf8.h"

namespace yizhan::link {

namespace asio = net::asio;
using boost::system::error_code;

namespace {

constexpr uint32_t kRequestCounter = 0x3FFF'FFFF;  // below the numbers of deliveries
constexpr uint64_t kSmgpGateway = 100'001;
constexpr int64_t kUs2025 = 1'735'689'600'000'000;  // 2025-01-01T00:00:00Z

// Often enough for the shortest of the periods that it serves.
int64_t house_interval_ms(const SimulatorConfig& config) {
  int64_t shortest = std::min(config.deliver_timeout_ms, config.log_flush_ms);
  for (const int64_t period : {config.enquire_link_ms, config.idle_close_ms, config.sgip_idle_ms}) {
    if (period > 0) shortest = std::min(shortest, period);
  }
  return std::clamp<int64_t>(shortest / 2, 5, 100);
}

codec::DialectOptions dialect_options(const SimulatorConfig& config) {
  return {.side = codec::Side::kServer,
          .service_type = {},
          .receipt_parameters = config.receipt_tlv,
          .enterprise_code = {},
          .sgip_node = config.sgip_node,
          .server_name = config.system_id};
}

// Differs from run to run and looks as the protocol has it: CMPP's Msg_Id is month, day, hour, minute,
// second, a gateway of 22 bits and a count of 16; SMGP's MsgID a gateway of six digits, MMDDHHMM and a count
// of six. Parts of a second go into gateway and count, where whatever is counted beyond them goes too.
uint64_t first_id(codec::Protocol protocol, int64_t now_us) {
  const uint64_t date = codec::mmddhhmmss({now_us});
  const auto us = static_cast<uint64_t>(std::max<int64_t>(now_us, 0));
  const auto pair = [&](uint64_t unit) { return date / unit % 100; };
  switch (protocol) {
    case codec::Protocol::kCmpp20:
    case codec::Protocol::kCmpp30:
      return pair(100'000'000) << 60 | pair(1'000'000) << 55 | pair(10'000) << 50 | pair(100) << 44 |
             pair(1) << 38 | (us % 1'000'000 * 4) << 16;
    case codec::Protocol::kSmgp30:
      return kSmgpGateway * 100'000'000'000'000 + date / 100 * 1'000'000 + us / 60 % 1'000'000;
    case codec::Protocol::kSmpp34:
    case codec::Protocol::kSgip12:
      break;
  }
  return static_cast<uint64_t>(std::max<int64_t>(now_us - kUs2025, 1));
}

}  // namespace

CarrierSimulator::Server::Server(const SimulatorConfig& config, const Clock& clock)
    : config_(config),
      clock_(clock),
      dialect_(codec::make_dialect(config.protocol, dialect_options(config))),
      zone_(config.protocol == codec::Protocol::kSmpp34 ? hours(0) : hours(8)),
      fates_(config),
      pending_(config.pending_max),
      accounts_(config.accounts.size()),
      binds_to_refuse_(config.bind_refused_first) {
  for (const OutcomeChance& outcome : fates_.outcomes()) {
    outcome_words_.push_back(outcome.stat + '/' + outcome.error);
    // The other protocols have taken these words over from SMPP's appendix B.
    outcome_states_.push_back(smpp::state_of_stat(outcome.stat));
    uint8_t error = 0;
    std::from_chars(outcome.error.data(), outcome.error.data() + outcome.error.size(), error);
    outcome_errors_.push_back(error);
    outcome_codes_.push_back(config.protocol == codec::Protocol::kSgip12 ? codec::error_number(outcome.error)
                                                                         : std::nullopt);
    lost_words_.push_back("lost/" + outcome_words_.back());
  }
  outcome_counts_.resize(outcome_words_.size());
}

CarrierSimulator::Server::~Server() { stop(); }

template <class Function>
auto CarrierSimulator::Server::on_io(Function function) {
  if (stopped_) return function();
  return asio::post(threads_.context(0), asio::use_future(std::move(function))).get();
}

Result<void> CarrierSimulator::Server::start() {
  YZ_CHECK(keep_replies());
  if (!config_.tls_certificate.empty())
    tls_ = YZ_TRY(net::tls_server_context({.certificate = config_.tls_certificate, .key = config_.tls_key}));
  if (!config_.log.empty()) YZ_CHECK(log_.open(config_.log));
  tick();
  start_us_ = now_us_;
  next_id_ = config_.first_message_id != 0 ? config_.first_message_id : first_id(config_.protocol, now_us_);
  log_.write({.event = SimulatorEvent::kRun,
              .protocol = config_.protocol,
              .seed = config_.seed,
              .start_us = start_us_});
  on_io([this] { keep_house(); });
  listener_ = YZ_TRY(net::Listener::create(
      threads_, {.address = config_.address, .port = config_.port, .max_connections = config_.max_sessions},
      [this](asio::ip::tcp::socket socket) { return serve(std::move(socket)); }));
  if (!config_.sgip_dial.empty()) asio::co_spawn(threads_.context(0), keep_dialling(), asio::detached);
  return {};
}

void CarrierSimulator::Server::stop() {
  if (stopped_) return;
  if (listener_) listener_->stop();
  drop_connections();
  threads_.stop();
  stopped_ = true;
  log_.flush();
}

void CarrierSimulator::Server::drop_connections() {
  on_io([this] {
    tick();
    while (!sessions_.empty()) {
      const SessionPtr session = sessions_.begin()->second;
      close(*session, "dropped");
    }
    dirty_.clear();
  });
}

void CarrierSimulator::Server::flush_log() {
  on_io([this] { log_.flush(); });
}

SimulatorStats CarrierSimulator::Server::stats() {
  return on_io([this] {
    SimulatorStats out = stats_;
    out.protocol = config_.protocol;
    out.sessions = static_cast<uint64_t>(
        std::ranges::count_if(sessions_, [](const auto& item) { return item.second->bound; }));
    out.pending = pending_.used();
    for (size_t i = 0; i < outcome_counts_.size(); ++i) {
      if (outcome_counts_[i] > 0) out.receipts_by_outcome[outcome_words_[i]] += outcome_counts_[i];
    }
    out.log_failed = log_.failed();
    const int64_t ms = last_submit_ms_ - first_submit_ms_;
    if (ms > 0) out.submits_per_second = static_cast<double>(out.submits) * 1'000 / static_cast<double>(ms);
    return out;
  });
}

Result<void> CarrierSimulator::Server::send_mo(std::string_view from, std::string_view to,
                                               std::string_view message, std::string_view account) {
  const auto found = account.empty()
                         ? config_.accounts.begin()
                         : std::ranges::find(config_.accounts, account, &SimulatorAccount::system_id);
  if (found == config_.accounts.end())
    return fail(ErrorCode::kNotFound, "no such account", std::string(account));
  if (from.empty() || from.size() > 20)
    return fail(ErrorCode::kInvalidArgument, "1 to 20 characters", "from");
  if (to.empty() || to.size() > 20) return fail(ErrorCode::kInvalidArgument, "1 to 20 characters", "to");
  if (!text::is_utf8(message)) return fail(ErrorCode::kInvalidArgument, "not UTF-8", "text");
  const auto encoding = inbound_encoding(message);
  const auto index = dialect_->protocol() == codec::Protocol::kSgip12
                         ? uint16_t{0}
                         : static_cast<uint16_t>(found - config_.accounts.begin());
  return on_io([&]() -> Result<void> {
    tick();
    text::SegmentList segments;
    YZ_CHECK(
        text::split(message, {.encoding = encoding, .reference = static_cast<uint16_t>(next_id_)}, segments));
    if (!pending_.has_room(static_cast<uint32_t>(segments.size())))
      return fail(ErrorCode::kBusy, "too much is pending");
    const uint16_t source = intern_source(to);
    if (source >= limits::kSimulatorSources) return fail(ErrorCode::kBusy, "too many access numbers", "to");
    for (size_t i = 0; i < segments.size(); ++i) {
      const ByteSpan payload = segments[i].payload;
      const uint32_t kept = keep_text({.coding = codec::coding_of(encoding),
                                       .udh_bytes = segments[i].udh_bytes,
                                       .payload = Bytes(payload.begin(), payload.end())});
      queue_inbound(index, source, PendingNumber(from), kept, 0);
    }
    arm_timer();
    return {};
  });
}

net::Task<void> CarrierSimulator::Server::serve(asio::ip::tcp::socket socket) {
  const SessionPtr session = open_session(std::move(socket), OpenedBy::kClient);
  if (tls_) {
    // Whoever does not shake hands is closed by keep_session().
    session->shaking_hands = true;
    const error_code failed = co_await session->stream.handshake_as_server(tls_);
    tick();
    if (failed) {
      ++stats_.protocol_errors;
      close(*session, "TLS handshake failed");
      co_return;
    }
    session->shaking_hands = false;
    session->last_read_ms = now_ms_;
  }
  co_await read_all(session);
}

CarrierSimulator::Server::SessionPtr CarrierSimulator::Server::open_session(asio::ip::tcp::socket socket,
                                                                            OpenedBy by) {
  error_code ec;
  socket.non_blocking(true, ec);
  tick();
  auto session =
      std::make_shared<SimulatorSession>(std::move(socket), next_session_++, by, config_.deliver_window);
  session->last_read_ms = session->active_ms = now_ms_;
  sessions_.emplace(session->number, session);
  ++stats_.connections;
  return session;
}

net::Task<void> CarrierSimulator::Server::read_all(SessionPtr session) {
  SimulatorSession& s = *session;
  error_code ec;
  Bytes buffer(limits::kSimulatorReadBytes);
  const size_t rate = config_.read_bytes_per_second;
  const size_t at_once = rate == 0 ? buffer.size() : std::max<size_t>(rate / 10, 1);
  size_t have = 0;
  while (!s.closed) {
    const size_t room = std::min(buffer.size() - have, at_once);
    const size_t n = co_await s.stream.async_read_some(asio::buffer(buffer.data() + have, room),
                                                       asio::redirect_error(asio::use_awaitable, ec));
    tick();
    if (ec) {
      close(s, s.opened_by == OpenedBy::kClient ? "closed by the client" : "closed by the listener");
      write_dirty();
      break;
    }
    have += n;
    s.last_read_ms = now_ms_;
    const size_t used = take_pdus(s, ByteSpan(buffer).first(have));
    have -= used;
    std::memmove(buffer.data(), buffer.data() + used, have);
    write_dirty();
    arm_timer();
    if (rate > 0 && !s.closed) {
      s.wake.expires_after(std::chrono::milliseconds(n * 1'000 / rate));
      co_await s.wake.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    }
    while (!s.closed && s.unwritten() > limits::kSimulatorUnwrittenBytes) {
      s.wake.expires_at(std::chrono::steady_clock::time_point::max());
      co_await s.wake.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    }
  }
}

// Returns how many bytes were whole PDUs.
size_t CarrierSimulator::Server::take_pdus(SimulatorSession& s, ByteSpan received) {
  size_t used = 0;
  while (!s.closed && !s.close_when_written) {
    const ByteSpan rest = received.subspan(used);
    const codec::Frame frame = dialect_->frame(rest);
    if (frame.state == codec::FrameState::kNeedMore) return used;
    if (frame.state == codec::FrameState::kInvalid) {
      ++stats_.protocol_errors;
      dialect_->write_refusal(s.out, codec::Pdu{}, codec::Fault::kMalformed);
      mark_dirty(s);
      s.close_when_written = true;
      break;
    }
    on_pdu(s, rest.first(frame.length));
    used += frame.length;
  }
  // What follows an unbind or a broken frame is not read.
  return received.size();
}

void CarrierSimulator::Server::mark_dirty(SimulatorSession& s) {
  if (s.dirty || s.closed) return;
  s.dirty = true;
  dirty_.push_back(sessions_.at(s.number));
}

void CarrierSimulator::Server::write_dirty() {
  // Writing may end a session, whose receipts then go to another one, which joins the list.
  for (size_t i = 0; i < dirty_.size(); ++i) {
    const SessionPtr s = dirty_[i];
    s->dirty = false;
    if (!s->closed && !s->write_waits) write(*s);
  }
  dirty_.clear();
}

void CarrierSimulator::Server::write(SimulatorSession& s) {
  if (s.stream.is_tls() && s.unwritten() > 0) {
    write_tls(sessions_.at(s.number));
    return;
  }
  const size_t at_once = config_.write_chunk_bytes == 0 ? SIZE_MAX : config_.write_chunk_bytes;
  while (s.unwritten() > 0) {
    error_code ec;
    ++stats_.writes;
    s.written += s.stream.socket().write_some(
        asio::buffer(s.out.data() + s.written, std::min(s.unwritten(), at_once)), ec);
    if (ec == asio::error::would_block || ec == asio::error::try_again) {
      wait_to_write(sessions_.at(s.number));
      return;
    }
    if (ec) {
      close(s, "write failed");
      return;
    }
  }
  s.out.clear();
  s.written = 0;
  if (s.close_when_written) {
    close(s, s.bound ? "unbound" : "refused");
    return;
  }
  Account& account = accounts_[s.account];
  if (s.can_receive && !account.ready.empty()) pump(account);
}

void CarrierSimulator::Server::wait_to_write(const SessionPtr& s) {
  s->write_waits = true;
  s->out.erase(s->out.begin(), s->out.begin() + static_cast<ptrdiff_t>(s->written));
  s->written = 0;
  s->stream.socket().async_wait(asio::ip::tcp::socket::wait_write, [this, s](error_code ec) {
    s->write_waits = false;
    if (ec || s->closed) return;
    go_on_writing(s);
  });
}

// TLS keeps a record that it could not write, so it is asked to write in its own time, from a buffer that
// nobody appends to meanwhile.
void CarrierSimulator::Server::write_tls(const SessionPtr& s) {
  if (s->sent == s->sending.size()) {
    s->sending.clear();
    s->sent = 0;
    std::swap(s->sending, s->out);
  }
  s->write_waits = true;
  ++stats_.writes;
  const size_t at_once = config_.write_chunk_bytes == 0 ? SIZE_MAX : config_.write_chunk_bytes;
  const size_t size = std::min(s->sending.size() - s->sent, at_once);
  s->stream.async_write_some(asio::buffer(s->sending.data() + s->sent, size),
                             [this, s](error_code ec, size_t n) {
                               s->write_waits = false;
                               if (s->closed) return;
                               s->sent += n;
                               if (ec) {
                                 tick();
                                 close(*s, "write failed");
                                 return;
                               }
                               go_on_writing(s);
                             });
}

void CarrierSimulator::Server::go_on_writing(const SessionPtr& s) {
  tick();
  write(*s);
  write_dirty();
  arm_timer();
  if (s->unwritten() <= limits::kSimulatorUnwrittenBytes) s->wake.cancel();
}

void CarrierSimulator::Server::close(SimulatorSession& s, std::string_view reason) {
  if (s.closed) return;
  s.closed = true;
  const SessionPtr keep = sessions_.at(s.number);
  sessions_.erase(s.number);
  log_.write({.event = SimulatorEvent::kSessionEnd,
              .at_us = now_us_ - start_us_,
              .session = s.number,
              .word = reason});
  s.stream.close();
  s.wake.cancel();
  if (!s.can_receive) return;
  Account& account = accounts_[s.account];
  std::erase(account.receivers, &s);
  std::vector<uint32_t> unanswered;
  for (;;) {
    const uint32_t index = s.deliveries.take_oldest(INT64_MAX);
    if (index == kNoEntry) break;
    unanswered.push_back(index);
  }
  for (size_t i = unanswered.size(); i-- > 0;) account.ready.push_front(pending_, unanswered[i]);
  pump(account);
}

void CarrierSimulator::Server::tick() {
  now_ms_ =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - steady_start_)
          .count();
  now_us_ = clock_.now().us;
}

void CarrierSimulator::Server::arm_timer() {
  const int64_t due = timers_.next_due();
  if (due >= armed_ms_) return;
  armed_ms_ = due;
  timer_.expires_at(steady_start_ + std::chrono::milliseconds(due));
  timer_.async_wait([this](error_code ec) {
    if (!ec) on_timer();
  });
}

void CarrierSimulator::Server::on_timer() {
  armed_ms_ = SimulatorTimers::kNever;
  tick();
  timers_.expire(now_ms_, [this](uint32_t index) { fire(index); });
  for (Account& account : accounts_) pump(account);
  write_dirty();
  arm_timer();
}

void CarrierSimulator::Server::keep_house() {
  tick();
  if (now_ms_ - flushed_ms_ >= config_.log_flush_ms) {
    log_.flush();
    flushed_ms_ = now_ms_;
  }
  // Keeping a session may close it, which changes the map.
  std::vector<SessionPtr> all;
  all.reserve(sessions_.size());
  for (const auto& [number, session] : sessions_) all.push_back(session);
  for (const SessionPtr& session : all) keep_session(*session);
  for (Account& account : accounts_) pump(account);
  write_dirty();
  arm_timer();
  house_timer_.expires_after(std::chrono::milliseconds(house_interval_ms(config_)));
  house_timer_.async_wait([this](error_code ec) {
    if (!ec) keep_house();
  });
}

void CarrierSimulator::Server::keep_session(SimulatorSession& s) {
  for (;;) {
    const uint32_t index = s.deliveries.take_oldest(now_ms_ - config_.deliver_timeout_ms);
    if (index == kNoEntry) break;
    send_again(index, 0);
  }
  std::string_view reason;
  if (is_over(s, reason)) {
    close(s, reason);
    return;
  }
  if (s.opened_by == OpenedBy::kSimulator && s.bound && !s.leaving && s.deliveries.empty() &&
      now_ms_ - s.active_ms >= config_.sgip_idle_ms)
    log_out(s);
  if (config_.enquire_link_ms == 0 || !dialect_->has_keep_alive() || !s.bound || s.frozen) return;
  if (now_ms_ - s.last_read_ms < config_.enquire_link_ms) return;
  s.asked = true;
  s.last_read_ms = now_ms_;
  dialect_->write_keep_alive(s.out, dialect_->stamp(++s.requests & kRequestCounter, {now_us_}));
  mark_dirty(s);
}

// Whether it has been silent for longer than it may.
bool CarrierSimulator::Server::is_over(const SimulatorSession& s, std::string_view& reason) const {
  const int64_t silent_ms = now_ms_ - s.last_read_ms;
  if (s.frozen) return false;
  if (s.opened_by == OpenedBy::kSimulator && (!s.bound || s.leaving)) {
    reason = s.bound ? "idle" : "no answer to the login";
    return silent_ms > config_.deliver_timeout_ms;
  }
  if (s.shaking_hands) {
    reason = "no TLS handshake";
    return silent_ms > limits::kSimulatorConnectTimeoutMs;
  }
  reason = "keep-alive without an answer";
  if (s.asked && silent_ms >= config_.enquire_link_ms) return true;
  reason = "idle";
  return s.opened_by == OpenedBy::kClient && config_.idle_close_ms > 0 &&
         now_ms_ - s.active_ms >= config_.idle_close_ms;
}

}  // namespace yizhan::link
