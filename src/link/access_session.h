#pragma once
// One connection of an application: login, submits in, answers and deliveries out, keep-alive, the end. Bytes
// that became ready together go out in one write, and the submits of one read are handed on as one batch.
// Nothing waits for the handler. On the server's I/O thread.

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "link/access_hub.h"
#include "link/access_outbox.h"
#include "net/stream.h"

namespace yizhan::link {

// A listener as its sessions need it.
struct AccessEntrance {
  std::vector<codec::Protocol> protocols;
  std::shared_ptr<net::ssl::context> tls;  // none: plain
};

class AccessSession : public std::enable_shared_from_this<AccessSession> {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  AccessSession(AccessHub& hub, const AccessEntrance& entrance, net::asio::ip::tcp::socket socket);

  // Until the connection's end.
  static net::Task<void> run(std::shared_ptr<AccessSession> self);

  uint32_t number() const { return number_; }
  const net::asio::ip::address& address() const { return address_; }
  const AccessEntrance& entrance() const { return entrance_; }
  codec::Protocol protocol() const { return dialect_->protocol(); }
  bool has_joined() const { return account_.has_value(); }
  const AccessAccount& terms() const { return *account_; }
  int64_t account_id() const { return account_->id; }
  // Of a session that has ended.
  bool returned_deliveries() const { return returned_deliveries_; }
  bool receives() const { return role_ != codec::Role::kSend; }
  bool is_open() const { return phase_ == Phase::kOpen; }
  bool has_room() const { return outbox_->size() < limits::kAccessDeliveries; }

  // False when the submit is not one of this session's.
  bool answer(const AccessAnswer& answer);
  void deliver(AccessDelivery&& delivery) { outbox_->add(std::move(delivery)); }
  // There was no room: the handler is told when there is some.
  void promise_room() { room_promised_ = true; }
  // True the first time since settle(): the session is to be settled.
  bool touch() { return !std::exchange(touched_, true); }
  // Writes what is ready and tells the handler what has happened.
  void settle();
  // Takes no more submits and, once the answers under way are written or `drain` is over, logs out.
  void drain(Duration drain);
  // Logs out at once.
  void drop();
  void tick(Instant now);

 private:
  enum class Phase : uint8_t {
    kLogin,     // waits for it, the TLS handshake included
    kRefusing,  // a refused login's answer is held back
    kOpen,
    kDraining,  // takes no more submits; answers are under way
    kLeaving,   // has logged out and waits for the answer
    kClosing,   // writes the rest and hangs up; what comes is thrown away
    kClosed,
  };
  struct Slot {
    codec::Sequence sequence;
    uint32_t command = 0;
    uint16_t generation = 0;
    bool waits = false;
  };

  net::Task<void> read();
  void make_room();
  void consume();
  void handle(ByteSpan bytes);
  void handle_before_login(ByteSpan bytes);
  void refuse_before_login(codec::Fault fault);
  void login();
  void refuse_login();
  void let_in(AccessAccount&& account);
  void logout();
  void submit();
  codec::Fault judge_submit(uint32_t& header_bytes, uint32_t& segments);
  void accept(uint32_t header_bytes);

  codec::Sequence next_sequence();
  size_t unwritten() const { return out_.size() + (writing_ ? being_written_.size() - written_ : 0); }
  bool must_pause() const { return phase_ == Phase::kRefusing || unwritten() > hub_.config.max_unwritten; }
  void pump();
  void hand_over();
  void flush();
  void write_some();
  void wrote(const boost::system::error_code& error, size_t bytes);
  bool is_drained() const { return unanswered_ == 0 && (!outbox_ || outbox_->unanswered() == 0); }
  void drained();
  void leave();
  void close_when_written();
  void hang_up();
  void close(std::string_view reason);
  void keep_alive(Instant now);

  AccessHub& hub_;
  const AccessEntrance& entrance_;
  net::Stream stream_;
  net::asio::steady_timer readable_;  // what the reading coroutine waits for when it must not read
  const uint32_t number_;
  net::asio::ip::address address_;
  const codec::Dialect* dialect_;
  Phase phase_ = Phase::kLogin;
  Instant deadline_;  // of the phase
  codec::Role role_ = codec::Role::kSend;
  std::optional<AccessAccount> account_;
  uint32_t last_sequence_ = 0;
  std::optional<codec::Sequence> logout_asked_;  // by the application

  Bytes in_;
  size_t filled_ = 0;
  Instant last_active_;  // received; of SGIP, sent too
  uint32_t keep_alives_ = 0;

  std::vector<Slot> slots_;
  std::vector<uint16_t> free_slots_;
  size_t unanswered_ = 0;
  std::vector<AccessSubmit> submits_;  // of this read

  std::optional<AccessOutbox> outbox_;
  std::vector<AccessHandler::Delivered> delivered_;
  bool room_promised_ = false;
  bool returned_deliveries_ = false;
  bool touched_ = false;

  Bytes held_back_;  // the answer to a refused login
  Bytes out_, being_written_;
  size_t written_ = 0;
  bool writing_ = false;
  Instant progressed_;
};

}  // namespace yizhan::link
