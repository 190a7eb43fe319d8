#pragma once
// One session of a link: connects (or, in SGIP, is dialled), logs in, writes, reads, keeps alive and comes
// back. It speaks through a codec::Dialect, so that it is the same for every protocol. Everything runs on the
// link's strand. Bytes that became ready together go out in one write; what a read brings is handed on as one
// batch. Answers to the carrier and keep-alive are written ahead of segments still queued.

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "link/link_core.h"
#include "link/submit_window.h"
#include "net/stream.h"

namespace yizhan::link {

class CarrierSession;

// What the sessions of a link share, and what they ask of it. On the strand.
class SessionHost : public LinkCore {
 public:
  SessionHost(boost::asio::io_context& context, const Clock& c, LinkConfig link_config, LinkEvents& events);

  // The session is bound, or its state is another.
  virtual void session_changed(CarrierSession& session, const std::string& reason) = 0;
  // It will do nothing more.
  virtual void session_ended(CarrierSession& session) = 0;

  const std::unique_ptr<const codec::Dialect> dialect;
  uint32_t last_generation = 0;
};

// kReverse: the carrier dials and logs in (SGIP).
enum class SessionRole : uint8_t { kBoth, kSend, kReceive, kReverse };
enum class SessionState : uint8_t {
  kDown,
  kConnecting,
  kBinding,  // the login is written, or awaited
  kBound,
  kUnbinding,  // the logout is written
  kClosing,    // the last answer is being written
};

class CarrierSession {
 public:
  CarrierSession(SessionHost& host, SessionRole role, uint32_t index);

  void start();
  // Ends for good: closes the socket, whatever is under way.
  void shut();
  // Unbinds in good manners, then ends for good.
  void unbind();

  SessionState state() const { return state_; }
  bool can_send() const { return state_ == SessionState::kBound && is_sender(); }
  bool is_sender() const { return role_ == SessionRole::kBoth || role_ == SessionRole::kSend; }
  bool is_reverse() const { return role_ == SessionRole::kReverse; }
  // Of a reverse session: takes the connection that the carrier has opened. False when it has one.
  bool take_connection(boost::asio::ip::tcp::socket&& socket);
  bool bad_credentials() const { return bad_credentials_; }
  bool ended() const { return ended_; }
  uint32_t index() const { return index_; }
  uint32_t generation() const { return generation_; }
  size_t queued(Lane lane) const { return queues_[index_of(lane)].size(); }
  size_t queued() const;
  size_t in_window() const { return window_.waiting(); }
  size_t unacknowledged() const { return unanswered_.size() - free_.size(); }

  void enqueue(QueuedSegment&& segment) { queue_of(segment.lane).push_back(std::move(segment)); }
  // Takes out the queued segments that `wanted` names, each lane's in order.
  std::vector<QueuedSegment> take_queued(const std::function<bool(const QueuedSegment&)>& wanted);
  std::vector<QueuedSegment> take_queued() {
    return take_queued([](const QueuedSegment&) { return true; });
  }
  // The segments that `wanted` names are not to be written any more: takes out those queued, in order. What
  // completes a message of which a part is with the carrier already is still written.
  std::vector<QueuedSegment> recall(const std::function<bool(const SegmentOut&)>& wanted);
  // Puts segments in front of all of their lane that were submitted after them; those recalled meanwhile go
  // back instead.
  void requeue(QueuedSegment&& segment);

  // The lanes of which a segment could be written now. What completes a message goes
  // before all else.
  LaneSet ready();
  // Writes the next segment of a lane that is ready; returns what it counts for.
  uint32_t send_next(Lane lane, Instant now);
  void flush();
  // Asks about a message; false when there is no question of that kind, or it cannot be encoded.
  bool ask(const Query& query, Instant now);
  // Answers a delivery; false when the token is not of this connection.
  bool acknowledge(uint64_t token, codec::Fault fault);
  // Time-outs and keep-alive.
  void tick(Instant now);

 private:
  enum class Verdict : uint8_t { kKeep, kDrop };

  // A question without an answer.
  struct Asked {
    uint32_t sequence;
    uint64_t token;
    Instant at;
  };

  // A delivery that waits for its answer.
  struct Unanswered {
    codec::Sequence sequence;
    codec::Deliver::Echo echo;
    uint16_t uses = 0;  // of the slot, so that an old token does not answer a new delivery
    bool waiting = false;
  };

  static boost::asio::awaitable<void> run(std::shared_ptr<LinkCore> keep, CarrierSession* self);
  boost::asio::awaitable<bool> connect();
  boost::asio::awaitable<bool> connect_to(boost::asio::ip::tcp::endpoint endpoint);
  boost::asio::awaitable<bool> encrypt();
  boost::asio::awaitable<bool> wait_for_connection();
  boost::asio::awaitable<void> read_until_lost();
  void send_login();
  void connection_lost();
  void forget_connection();
  BindFailure bind_failure() const;
  Duration backoff();
  void set_state(SessionState state, const std::string& reason);
  void drop(std::string reason);
  void close_socket();
  void close_after_flush(std::string reason);
  void written(const boost::system::error_code& error, uint32_t generation);
  codec::Sequence stamp(uint32_t number) const { return host_.dialect->stamp(number, host_.clock.now()); }

  void consume(Instant now);
  Verdict handle(ByteSpan pdu, Instant now);
  Verdict login_answered(const codec::Pdu& pdu);
  Verdict login_asked(const codec::Pdu& pdu);
  Verdict nacked(const codec::Pdu& pdu, Instant now);
  void submit_answered(const codec::Pdu& pdu, Instant now);
  // False when its sequence is of no question.
  bool query_answered(const codec::Pdu& pdu, Instant now);
  void answered_in_time(SubmitWindow::Slot& slot, Response&& response, codec::StatusMeaning meaning,
                        Instant now);
  void deliver(const codec::Pdu& pdu);
  uint64_t remember(const codec::Pdu& pdu);
  std::deque<QueuedSegment>& queue_of(Lane lane) { return queues_[index_of(lane)]; }
  void return_recalled(Lane lane);
  codec::Fault encode_segment(const SegmentOut& segment, uint32_t sequence);
  void expire(Instant now);
  void keep_alive(Instant now);

  SessionHost& host_;
  const SessionRole role_;
  const uint32_t index_;

  net::Stream stream_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer retry_timer_;
  std::optional<boost::asio::ip::tcp::socket> dialled_;  // by the carrier, not yet taken up
  SessionState state_ = SessionState::kDown;
  std::string reason_;           // why the connection was dropped
  std::string attempt_failure_;  // why one of the carrier's addresses could not be reached
  bool bad_credentials_ = false;
  bool stopping_ = false;
  bool started_ = false;
  bool ended_ = false;
  uint32_t generation_ = 0;  // of the connection, unique in the link
  uint32_t failures_ = 0;    // in a row
  Instant phase_deadline_ = Instant::max();
  Instant bound_at_;

  std::array<std::deque<QueuedSegment>, kLanes.size()> queues_;  // each in order of submission
  SubmitWindow window_;
  std::vector<Unanswered> unanswered_;  // by the index in a token
  std::vector<uint32_t> free_;          // of unanswered_
  uint32_t silent_timeouts_ = 0;
  std::vector<Asked> asked_;  // in order, at most limits::kLinkQueries

  codec::Pdu pdu_;        // the one being read
  codec::Submit submit_;  // the one being written

  Bytes in_;
  size_t filled_ = 0;
  bool discard_input_ = false;
  Instant last_received_;
  Instant enquired_at_;
  bool enquiring_ = false;

  // `out_` collects; `writing_` belongs to the write under way.
  std::shared_ptr<Bytes> out_ = std::make_shared<Bytes>();
  std::shared_ptr<Bytes> writing_ = std::make_shared<Bytes>();
  bool write_busy_ = false;
  Instant write_began_;
  uint64_t writes_begun_ = 0;
};

}  // namespace yizhan::link
