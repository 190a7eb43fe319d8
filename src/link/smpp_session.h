#pragma once
// One SMPP bind of a link: connects, binds, writes, reads, keeps alive and comes back. Everything runs on the
// link's strand. Bytes that became ready together go out in one write; what a read brings is handed on as one
// batch. Answers to the carrier and keep-alive are written ahead of segments still queued.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/circular_buffer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "link/latency.h"
#include "link/link.h"
#include "link/pacer.h"
#include "link/submit_window.h"

namespace yizhan::link {

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;
using Instant = std::chrono::steady_clock::time_point;
inline std::chrono::microseconds steady(Duration d) { return std::chrono::microseconds{d.us}; }

class SmppSession;

// What the sessions of a link share, and what they ask of it. On the strand.
class SessionHost {
 public:
  SessionHost(boost::asio::io_context& context, const Clock& c, LinkConfig link_config);
  virtual ~SessionHost() = default;

  // A segment is settled (or, late, settled again).
  virtual void resolve(Response&& response) = 0;
  // The segment was not sent and will not be: back to the engine.
  virtual void return_unsent(const QueuedSegment& segment) = 0;
  // The session is bound, or its state is another.
  virtual void session_changed(SmppSession& session, const std::string& reason) = 0;
  // It will do nothing more.
  virtual void session_ended(SmppSession& session) = 0;
  // Calls settle() at that time.
  virtual void wake_at(Instant when) = 0;
  // Everything a socket brought has been handled: pump, flush, publish.
  virtual void settle() = 0;
  // Keeps host and sessions alive in a handler.
  virtual std::shared_ptr<SessionHost> keep() = 0;

  const LinkConfig config;
  const Clock& clock;
  Strand strand;
  Pacer pacer;
  LatencyWindow latency;
  LinkStats stats;
  std::vector<Delivery> deliveries;  // handed on by settle()
  Random random;
  uint32_t last_generation = 0;
};

enum class SessionRole : uint8_t { kTransceiver, kTransmitter, kReceiver };
enum class SessionState : uint8_t {
  kDown,
  kConnecting,
  kBinding,
  kBound,
  kUnbinding,  // unbind is written
  kClosing,    // the last answer is being written
};

class SmppSession {
 public:
  SmppSession(SessionHost& host, SessionRole role, uint32_t index);

  void start();
  // Ends for good: closes the socket, whatever is under way.
  void shut();
  // Unbinds in good manners, then ends for good.
  void unbind();

  SessionState state() const { return state_; }
  bool can_send() const { return state_ == SessionState::kBound && role_ != SessionRole::kReceiver; }
  bool is_sender() const { return role_ != SessionRole::kReceiver; }
  bool bad_credentials() const { return bad_credentials_; }
  bool ended() const { return ended_; }
  uint32_t index() const { return index_; }
  uint32_t generation() const { return generation_; }
  size_t queued() const { return queue_.size(); }
  size_t in_window() const { return window_.waiting(); }
  size_t unacknowledged() const { return unacknowledged_; }

  void enqueue(QueuedSegment&& segment) { queue_.push_back(std::move(segment)); }
  // Takes out the queued segments that `wanted` names, in order.
  std::vector<QueuedSegment> take_queued(const std::function<bool(const QueuedSegment&)>& wanted);
  std::vector<QueuedSegment> take_queued() {
    return take_queued([](const QueuedSegment&) { return true; });
  }
  // The segments that `wanted` names are not to be written any more: takes out those queued, in order. What
  // completes a message of which a part is with the carrier already is still written.
  std::vector<QueuedSegment> recall(const std::function<bool(const SegmentOut&)>& wanted);
  // Puts segments in front of all that were submitted after them; those recalled meanwhile go back instead.
  void requeue(QueuedSegment&& segment);

  // Moves segments from the queue to the output as window and pacer allow.
  void pump(Instant now);
  void flush();
  // Answers a delivery of this connection.
  void acknowledge(uint32_t sequence, bool data_sm, smpp::Status status);
  // Time-outs and keep-alive.
  void tick(Instant now);

 private:
  enum class Verdict : uint8_t { kKeep, kDrop };

  static boost::asio::awaitable<void> run(std::shared_ptr<SessionHost> keep, SmppSession* self);
  boost::asio::awaitable<bool> connect();
  boost::asio::awaitable<void> read_until_lost();
  void send_bind();
  void connection_lost();
  BindFailure bind_failure() const;
  Duration backoff();
  void set_state(SessionState state, const std::string& reason);
  void drop(std::string reason);
  void close_socket();
  void close_after_flush(std::string reason);
  void written(const boost::system::error_code& error, uint32_t generation);

  void consume(Instant now);
  Verdict handle(ByteSpan pdu, Instant now);
  Verdict handle_request(const smpp::Header& header, ByteSpan pdu);
  Verdict bind_answered(const smpp::Header& header);
  void submit_answered(const smpp::Header& header, ByteSpan pdu, Instant now);
  void answered_in_time(SubmitWindow::Slot& slot, Response&& response, Instant now);
  template <class Pdu>
  void deliver(const smpp::Header& header, ByteSpan pdu);
  template <class Pdu>
  void refuse_delivery(uint32_t sequence, smpp::Status status);
  smpp::Status encode_segment(const SegmentOut& segment, uint32_t sequence);
  void expire(Instant now);
  void keep_alive(Instant now);

  SessionHost& host_;
  const SessionRole role_;
  const uint32_t index_;

  boost::asio::ip::tcp::socket socket_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer retry_timer_;
  SessionState state_ = SessionState::kDown;
  std::string reason_;  // why the connection was dropped
  bool bad_credentials_ = false;
  bool stopping_ = false;
  bool started_ = false;
  bool ended_ = false;
  uint32_t generation_ = 0;  // of the connection, unique in the link
  uint32_t failures_ = 0;    // in a row
  Instant phase_deadline_ = Instant::max();
  Instant bound_at_;

  boost::circular_buffer<QueuedSegment> queue_;
  SubmitWindow window_;
  size_t unacknowledged_ = 0;
  uint32_t silent_timeouts_ = 0;

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
