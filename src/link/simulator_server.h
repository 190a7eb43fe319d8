#pragma once
// The inside of CarrierSimulator: connections, submits, responses, receipts. Everything private runs on its
// one I/O thread; the public methods are called by the owner, one at a time.

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "codec/dialect.h"
#include "link/simulator.h"
#include "link/simulator_accepted.h"
#include "link/simulator_fate.h"
#include "link/simulator_log.h"
#include "link/simulator_pending.h"
#include "link/simulator_session.h"
#include "link/simulator_timers.h"
#include "net/io_threads.h"
#include "net/listener.h"

namespace yizhan::link {

class CarrierSimulator::Server {
 public:
  Server(const SimulatorConfig& config, const Clock& clock);
  ~Server();

  Result<void> start();
  uint16_t port() const { return listener_->port(); }
  Result<void> send_mo(std::string_view from, std::string_view to, std::string_view text,
                       std::string_view account);
  void drop_connections();
  SimulatorStats stats();
  void flush_log();
  void stop();

 private:
  using SessionPtr = std::shared_ptr<SimulatorSession>;

  struct Account {
    PendingQueue ready;  // receipts and inbound messages whose time has come
    std::vector<SimulatorSession*> receivers;
    size_t turn = 0;
    double tokens = 0;
    int64_t refilled_us = 0;
  };
  struct InboundText {
    codec::Coding coding = codec::Coding::kDefault;
    uint8_t udh_bytes = 0;
    Bytes payload;  // with its user data header
  };
  // A submit as read, with what its user data header or the protocol's own fields say.
  struct Submit {
    const codec::Submit& pdu;
    codec::Sequence sequence;
    uint32_t command = 0;
    ByteSpan text;
    text::UserDataHeader part;
  };
  // The answer to a submit.
  struct Answer {
    codec::Sequence sequence;
    uint32_t command = 0;  // the submit's
    uint32_t status = 0;
    uint64_t id = 0;  // of the first number
    AnswerKind kind = AnswerKind::kSent;
  };

  // Runs a function on the I/O thread, or here when that has ended.
  template <class Function>
  auto on_io(Function function);

  // simulator_server.cc: connections
  net::Task<void> serve(net::asio::ip::tcp::socket socket);
  SessionPtr open_session(net::asio::ip::tcp::socket socket, OpenedBy by);
  net::Task<void> read_all(SessionPtr session);
  size_t take_pdus(SimulatorSession& s, ByteSpan received);
  void write(SimulatorSession& s);
  void write_tls(const SessionPtr& s);
  void wait_to_write(const SessionPtr& s);
  void go_on_writing(const SessionPtr& s);
  void write_dirty();
  void mark_dirty(SimulatorSession& s);
  void close(SimulatorSession& s, std::string_view reason);
  void tick();
  void arm_timer();
  void on_timer();
  void keep_house();
  void keep_session(SimulatorSession& s);
  bool is_over(const SimulatorSession& s, std::string_view& reason) const;

  // simulator_dial.cc: the connection to an SGIP client's listener
  net::Task<void> keep_dialling();
  net::Task<bool> dial();
  void on_login_answer(SimulatorSession& s, uint32_t status);
  void log_out(SimulatorSession& s);
  void wake_dialler();

  // simulator_traffic.cc: PDUs in. They read `pdu_`.
  void on_pdu(SimulatorSession& s, ByteSpan bytes);
  void on_request(SimulatorSession& s);
  void on_login(SimulatorSession& s);
  codec::Fault judge_login(const SimulatorSession& s, const codec::Login& login, uint16_t& account);
  uint32_t status_written(const SimulatorSession& s, size_t from);
  void on_query(SimulatorSession& s);
  void on_submit(SimulatorSession& s);
  codec::Fault read_parts(Submit& submit) const;
  codec::Fault judge_load(SimulatorSession& s, uint32_t segments);
  bool take_tokens(Account& account, uint32_t segments);
  void refuse_submit(SimulatorSession& s, const Submit& submit, codec::Fault fault);
  void carry_out(SimulatorSession& s, const Submit& submit);
  uint32_t judge_submit(SimulatorSession& s, const Submit& submit, uint16_t& source);
  uint64_t accept_submit(const SimulatorSession& s, const Submit& submit, uint16_t source);
  void accept_segment(const SimulatorSession& s, const Submit& submit, uint8_t nth, uint16_t source,
                      uint64_t id);
  void plan_receipt(const SimulatorSession& s, const Submit& submit, uint8_t nth, uint64_t id,
                    uint16_t source, bool wanted);
  bool receipt_wanted(const Submit& submit, const SubmitFate& fate) const;
  uint16_t owner(const SimulatorSession& s) const;
  uint64_t next_ids(uint32_t count);
  void answer_submit(SimulatorSession& s, const Answer& answer);
  void answer_later(SimulatorSession& s, const Answer& answer, uint8_t segments, int64_t delay_ms);
  void log_submit(const SimulatorSession& s, const Submit& submit, std::string_view destination,
                  uint32_t status, uint64_t id, std::string_view plan, AnswerKind answer);
  bool count_fault(SimulatorSession& s, std::string_view name);
  uint16_t intern_source(std::string_view number);
  void on_deliver_answer(SimulatorSession& s);
  bool is_temporary(uint32_t status) const;

  // simulator_delivery.cc: PDUs out
  void fire(uint32_t index);
  void pump(Account& account);
  SimulatorSession* next_receiver(Account& account);
  void deliver(SimulatorSession& s, uint32_t index);
  void append_receipt(SimulatorSession& s, const PendingEntry& entry, uint32_t sequence);
  void append_inbound(SimulatorSession& s, const PendingEntry& entry, uint32_t sequence);
  void append_delivery(SimulatorSession& s, uint32_t sequence);
  void send_again(uint32_t index, int64_t delay_ms);
  void give_up(uint32_t index, std::string_view reason);
  void release(uint32_t index);
  void queue_inbound(uint16_t account, uint16_t source, const PendingNumber& handset, uint32_t text,
                     int64_t delay_ms);
  uint32_t keep_text(InboundText text);
  Result<void> keep_replies();
  text::Encoding inbound_encoding(std::string_view message) const;
  const std::string& minute_text(int64_t us);
  codec::MessageRef reference(uint64_t id, const codec::Sequence& submit, uint8_t nth,
                              MessageIdForm form) const;

  const SimulatorConfig config_;
  const Clock& clock_;
  const std::unique_ptr<codec::Dialect> dialect_;
  const Duration zone_;  // of the dates in receipts
  codec::Pdu pdu_;       // the request or answer being handled
  codec::Pdu written_;   // an answer of ours, to see what it says
  codec::Deliver deliver_;
  SimulatorFates fates_;
  std::vector<SubmitFate> submit_fates_;  // of the submit being handled, by number
  AcceptedMessages accepted_;
  PendingPool pending_;
  SimulatorTimers timers_{0};
  SimulatorLogWriter log_;
  SimulatorStats stats_;
  std::vector<Account> accounts_;
  std::vector<PendingNumber> sources_;
  std::unordered_map<std::string, uint16_t> source_index_;
  uint16_t last_source_ = 0;
  std::vector<InboundText> texts_;  // the configured replies, then those of send_mo
  std::vector<uint32_t> free_texts_;
  std::vector<std::string> outcome_words_;  // by outcome, "DELIVRD/000"
  std::vector<std::string> lost_words_;     // the same with "lost/"
  std::vector<codec::ReceiptState> outcome_states_;
  std::vector<uint8_t> outcome_errors_;  // of the receipts' "err", where it is a number of one byte
  std::vector<std::optional<uint32_t>> outcome_codes_;
  std::vector<uint64_t> outcome_counts_;  // receipts sent
  uint64_t next_id_ = 1;
  uint32_t next_session_ = 1;
  uint32_t binds_to_refuse_ = 0;
  uint64_t fault_count_ = 0;
  int64_t now_ms_ = 0;  // steady, since the start
  int64_t now_us_ = 0;  // UTC
  int64_t start_us_ = 0;
  int64_t flushed_ms_ = 0;
  int64_t first_submit_ms_ = -1;
  int64_t last_submit_ms_ = 0;
  int64_t armed_ms_ = SimulatorTimers::kNever;
  std::array<int64_t, 2> minutes_{-1, -1};
  std::array<std::string, 2> minute_texts_;
  bool dialler_waits_ = false;
  bool stopped_ = false;
  const std::chrono::steady_clock::time_point steady_start_ = std::chrono::steady_clock::now();
  // Suspended coroutines refer to the above, and what follows to the threads.
  net::IoThreads threads_{"carrier-sim", 1};
  net::asio::steady_timer timer_{threads_.context(0)};
  net::asio::steady_timer house_timer_{threads_.context(0)};
  net::asio::steady_timer dial_timer_{threads_.context(0)};
  std::unordered_map<uint32_t, SessionPtr> sessions_;
  std::vector<SessionPtr> dirty_;  // have something to write
  std::shared_ptr<net::ssl::context> tls_;
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace yizhan::link
