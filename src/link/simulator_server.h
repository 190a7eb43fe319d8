#pragma once
// The inside of CarrierSimulator: connections, submits, responses, receipts. Everything private runs on its
// one I/O thread; the public methods are called by the owner, one at a time.

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "codec/smpp/pdu.h"
#include "link/simulator.h"
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
    uint8_t coding = 0;
    uint8_t udh_bytes = 0;
    Bytes payload;  // with its user data header
  };
  // A submit as decoded, with what its user data header or its sar parameters say.
  struct Submit {
    uint32_t sequence = 0;
    smpp::SubmitSm pdu;
    ByteSpan text;
    uint16_t part_reference = 0;
    uint8_t part_number = 1;
    uint8_t part_count = 1;
  };

  // Runs a function on the I/O thread, or here when that has ended.
  template <class Function>
  auto on_io(Function function);

  // simulator_server.cc: connections
  net::Task<void> serve(net::asio::ip::tcp::socket socket);
  size_t take_pdus(SimulatorSession& s, ByteSpan received);
  void write(SimulatorSession& s);
  void wait_to_write(const SessionPtr& s);
  void write_dirty();
  void mark_dirty(SimulatorSession& s);
  void close(SimulatorSession& s, std::string_view reason);
  void tick();
  void arm_timer();
  void on_timer();
  void keep_house();
  void keep_session(SimulatorSession& s);

  // simulator_traffic.cc: PDUs in
  void on_pdu(SimulatorSession& s, ByteSpan pdu);
  void on_request(SimulatorSession& s, const smpp::Header& header, ByteSpan pdu);
  template <class Bind, class BindResp>
  void on_bind(SimulatorSession& s, const smpp::Header& header, ByteSpan pdu);
  smpp::Status judge_bind(const SimulatorSession& s, std::string_view system_id, std::string_view password,
                          BindModes mode, uint16_t& account);
  void on_submit(SimulatorSession& s, const smpp::Header& header, ByteSpan pdu);
  smpp::Status read_parts(Submit& submit) const;
  smpp::Status judge_load(SimulatorSession& s);
  bool take_token(Account& account);
  void carry_out(SimulatorSession& s, const Submit& submit, SubmitFate fate);
  void plan_receipt(const SimulatorSession& s, const Submit& submit, const SubmitFate& fate, uint64_t id,
                    uint16_t source, bool wanted);
  bool receipt_wanted(const Submit& submit, const SubmitFate& fate) const;
  void answer_submit(SimulatorSession& s, uint32_t sequence, smpp::Status status, uint64_t id,
                     AnswerKind answer);
  void log_submit(const SimulatorSession& s, const Submit& submit, smpp::Status status, uint64_t id,
                  std::string_view plan, AnswerKind answer);
  bool count_fault(SimulatorSession& s, std::string_view name);
  uint16_t intern_source(const smpp::SubmitSm& pdu);
  void on_deliver_answer(SimulatorSession& s, const smpp::Header& header);

  // simulator_traffic.cc: PDUs out
  void fire(uint32_t index);
  void pump(Account& account);
  SimulatorSession* next_receiver(Account& account);
  void deliver(SimulatorSession& s, uint32_t index);
  void append_receipt(SimulatorSession& s, const PendingEntry& entry, uint32_t sequence);
  void append_inbound(SimulatorSession& s, const PendingEntry& entry, uint32_t sequence);
  void send_again(uint32_t index, int64_t delay_ms);
  void give_up(uint32_t index, std::string_view reason);
  void release(uint32_t index);
  void queue_inbound(uint16_t account, uint16_t source, const PendingAddress& handset, uint32_t text,
                     int64_t delay_ms);
  uint32_t keep_text(InboundText text);
  const std::string& minute_text(int64_t us);

  const SimulatorConfig config_;
  const Clock& clock_;
  SimulatorFates fates_;
  PendingPool pending_;
  SimulatorTimers timers_{0};
  SimulatorLogWriter log_;
  SimulatorStats stats_;
  std::vector<Account> accounts_;
  std::vector<PendingAddress> sources_;
  std::unordered_map<std::string, uint16_t> source_index_;
  uint16_t last_source_ = 0;
  std::vector<InboundText> texts_;  // the configured replies, then those of send_mo
  std::vector<uint32_t> free_texts_;
  std::vector<std::string> outcome_words_;  // by outcome, "DELIVRD/000"
  std::vector<std::string> lost_words_;     // the same with "lost/"
  std::vector<smpp::MessageState> outcome_states_;
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
  std::string receipt_text_;
  Bytes tlvs_;
  bool stopped_ = false;
  const std::chrono::steady_clock::time_point steady_start_ = std::chrono::steady_clock::now();
  // Suspended coroutines refer to the above, and what follows to the threads.
  net::IoThreads threads_{"carrier-sim", 1};
  net::asio::steady_timer timer_{threads_.context(0)};
  net::asio::steady_timer house_timer_{threads_.context(0)};
  std::unordered_map<uint32_t, SessionPtr> sessions_;
  std::vector<SessionPtr> dirty_;  // have something to write
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace yizhan::link
