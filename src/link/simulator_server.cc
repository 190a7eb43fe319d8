#include "link/simulator_server.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <cstring>

#include "base/limits.h"
#include "codec/smpp/receipt.h"
#include "text/segmentation.h"
#include "text/utf8.h"

namespace yizhan::link {

namespace asio = net::asio;
using boost::system::error_code;

namespace {

constexpr int64_t kUs2025 = 1'735'689'600'000'000;  // 2025-01-01T00:00:00Z

// Often enough for the shortest of the periods that it serves.
int64_t house_interval_ms(const SimulatorConfig& config) {
  int64_t shortest = std::min(config.deliver_timeout_ms, config.log_flush_ms);
  if (config.enquire_link_ms > 0) shortest = std::min(shortest, config.enquire_link_ms);
  return std::clamp<int64_t>(shortest / 2, 5, 100);
}

PendingAddress handset_address(std::string_view number) {
  PendingAddress out{.ton = 1, .npi = 1, .size = static_cast<uint8_t>(number.size())};
  std::memcpy(out.digits.data(), number.data(), number.size());
  return out;
}

}  // namespace

CarrierSimulator::Server::Server(const SimulatorConfig& config, const Clock& clock)
    : config_(config),
      clock_(clock),
      fates_(config),
      pending_(config.pending_max),
      accounts_(config.accounts.size()),
      binds_to_refuse_(config.bind_refused_first) {
  for (const OutcomeChance& outcome : fates_.outcomes()) {
    outcome_words_.push_back(outcome.stat + '/' + outcome.error);
    outcome_states_.push_back(smpp::state_of_stat(outcome.stat));
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
  for (const ReplyWeight& reply : config_.reply_texts) {
    const auto encoding = config_.reply_coding == ReplyCoding::kUcs2
                              ? text::Encoding::kUcs2
                              : text::measure(reply.text, text::kGsm7OrUcs2).encoding;
    text::SegmentList segments;
    YZ_CHECK(text::split(reply.text, {.encoding = encoding}, segments));
    if (segments.size() != 1)
      return fail(ErrorCode::kInvalidArgument, "a reply longer than one segment", "reply_texts");
    const ByteSpan payload = segments[0].payload;
    texts_.push_back({.coding = encoding == text::Encoding::kUcs2 ? smpp::kCodingUcs2 : smpp::kCodingDefault,
                      .payload = Bytes(payload.begin(), payload.end())});
  }
  if (!config_.log.empty()) YZ_CHECK(log_.open(config_.log));
  tick();
  start_us_ = now_us_;
  next_id_ = config_.first_message_id != 0 ? config_.first_message_id
                                           : static_cast<uint64_t>(std::max<int64_t>(now_us_ - kUs2025, 1));
  log_.write({.event = SimulatorEvent::kRun, .seed = config_.seed, .start_us = start_us_});
  on_io([this] { keep_house(); });
  listener_ = YZ_TRY(net::Listener::create(
      threads_, {.address = config_.address, .port = config_.port, .max_connections = config_.max_sessions},
      [this](asio::ip::tcp::socket socket) { return serve(std::move(socket)); }));
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
  const auto encoding =
      config_.reply_coding == ReplyCoding::kUcs2 ? text::Encoding::kUcs2 : text::measure(message).encoding;
  const auto index = static_cast<uint16_t>(found - config_.accounts.begin());
  return on_io([&]() -> Result<void> {
    tick();
    text::SegmentList segments;
    YZ_CHECK(
        text::split(message, {.encoding = encoding, .reference = static_cast<uint16_t>(next_id_)}, segments));
    if (!pending_.has_room(static_cast<uint32_t>(segments.size())))
      return fail(ErrorCode::kBusy, "too much is pending");
    const uint16_t source = intern_source({.source_ton = 1, .source_npi = 1, .source = to});
    for (size_t i = 0; i < segments.size(); ++i) {
      const ByteSpan payload = segments[i].payload;
      const uint32_t kept =
          keep_text({.coding = encoding == text::Encoding::kUcs2 ? smpp::kCodingUcs2 : smpp::kCodingDefault,
                     .udh_bytes = segments[i].udh_bytes,
                     .payload = Bytes(payload.begin(), payload.end())});
      queue_inbound(index, source, handset_address(from), kept, 0);
    }
    arm_timer();
    return {};
  });
}

net::Task<void> CarrierSimulator::Server::serve(asio::ip::tcp::socket socket) {
  error_code ec;
  socket.non_blocking(true, ec);
  const auto session =
      std::make_shared<SimulatorSession>(std::move(socket), next_session_++, config_.deliver_window);
  sessions_.emplace(session->number, session);
  ++stats_.connections;
  SimulatorSession& s = *session;
  Bytes buffer(limits::kSimulatorReadBytes);
  const size_t rate = config_.read_bytes_per_second;
  const size_t at_once = rate == 0 ? buffer.size() : std::max<size_t>(rate / 10, 1);
  size_t have = 0;
  while (!s.closed) {
    const size_t room = std::min(buffer.size() - have, at_once);
    const size_t n = co_await s.socket.async_read_some(asio::buffer(buffer.data() + have, room),
                                                       asio::redirect_error(asio::use_awaitable, ec));
    tick();
    if (ec) {
      close(s, "closed by the client");
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
    const smpp::Frame frame = smpp::frame_length(rest);
    if (frame.state == smpp::FrameState::kNeedMore) return used;
    if (frame.state == smpp::FrameState::kInvalid) {
      ++stats_.protocol_errors;
      smpp::encode_header(s.out, smpp::CommandId::kGenericNack, smpp::Status::kInvalidCommandLength, 0);
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
  while (s.unwritten() > 0) {
    error_code ec;
    s.written += s.socket.write_some(asio::buffer(s.out.data() + s.written, s.unwritten()), ec);
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
  s->socket.async_wait(asio::ip::tcp::socket::wait_write, [this, s](error_code ec) {
    s->write_waits = false;
    if (ec || s->closed) return;
    tick();
    write(*s);
    write_dirty();
    arm_timer();
    if (s->unwritten() <= limits::kSimulatorUnwrittenBytes) s->wake.cancel();
  });
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
  error_code ec;
  s.socket.close(ec);
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
  if (config_.enquire_link_ms == 0 || !s.bound || s.frozen || s.closed) return;
  if (now_ms_ - s.last_read_ms < config_.enquire_link_ms) return;
  if (s.asked) {
    close(s, "enquire_link without an answer");
    return;
  }
  s.asked = true;
  s.last_read_ms = now_ms_;
  smpp::encode_header(s.out, smpp::CommandId::kEnquireLink, smpp::Status::kOk, ++s.enquiries & 0x3FFF'FFFF);
  mark_dirty(s);
}

}  // namespace yizhan::link
