#pragma once
// A carrier to test against: the server side of SMPP, CMPP, SGIP or SMGP with latency, errors, throttling,
// receipts, replies of recipients and faults of the line, all drawn from one seed (simulator_fate.h),
// everything written to an event log (simulator_log.h). It is a tool for users (`yizhan carrier-simulator`)
// and for tests in-process. What the protocols have in common and where they differ is codec/dialect.h's;
// dates in receipts are UTC in SMPP, UTC+8 in the others.
//
// One own I/O thread holds all state. The methods may be called from any other thread; each waits for that
// thread.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "link/simulator_config.h"

namespace yizhan::link {

struct SimulatorStats {
  codec::Protocol protocol = codec::Protocol::kSmpp34;
  uint64_t connections = 0;
  uint64_t binds = 0;
  uint64_t binds_refused = 0;
  uint64_t sessions = 0;  // bound now
  uint64_t dials = 0;     // SGIP: connections that it tried to open, and those that came to no session
  uint64_t dials_failed = 0;
  uint64_t pdus_in = 0;
  uint64_t writes = 0;   // to sockets
  uint64_t submits = 0;  // segments
  uint64_t accepted = 0;
  uint64_t throttled = 0;                          // by window or rate
  std::map<uint32_t, uint64_t> refused_by_status;  // all other than 0
  uint64_t responses_lost = 0;
  uint64_t responses_held_back = 0;
  std::map<std::string, uint64_t> receipts_by_outcome;  // "DELIVRD/000", first sendings
  uint64_t receipts_sent = 0;                           // first sendings
  uint64_t receipts_answered = 0;
  uint64_t receipts_lost = 0;
  uint64_t receipts_duplicated = 0;
  uint64_t receipts_early = 0;
  uint64_t receipts_late = 0;
  uint64_t inbound_sent = 0;  // first sendings
  uint64_t inbound_answered = 0;
  uint64_t sent_again = 0;  // receipts and inbound messages without an answer
  uint64_t given_up = 0;
  uint64_t pending = 0;  // responses, receipts, replies in memory
  uint64_t queries = 0;  // query_sm
  std::map<std::string, uint64_t> faults;
  uint64_t protocol_errors = 0;
  double submits_per_second = 0;  // between the first and the last submit
  bool log_failed = false;
};

// Some lines for people, as printed at exit.
std::string to_text(const SimulatorStats& stats);

class CarrierSimulator {
 public:
  // Starts listening. Errors of check_simulator_config(), of the listener and of the log file. `clock` gives
  // the dates in receipts and log; it must outlive the simulator.
  static Result<std::unique_ptr<CarrierSimulator>> create(const SimulatorConfig& config, const Clock& clock);
  ~CarrierSimulator();
  CarrierSimulator(const CarrierSimulator&) = delete;
  CarrierSimulator& operator=(const CarrierSimulator&) = delete;

  uint16_t port() const;
  // A message of a handset to a service number, to any session of the account that can receive, or kept until
  // there is one. `account` empty: the first one. UTF-8, cut into segments when long. kNotFound for the
  // account, kInvalidArgument for the text or a number, kBusy when too much is pending.
  Result<void> send_mo(std::string_view from, std::string_view to, std::string_view text,
                       std::string_view account = {});
  // Cuts every connection, as a carrier's restart does; receipts stay.
  void drop_connections();
  SimulatorStats stats() const;
  void flush_log();
  // Closes everything, writes the log. Idempotent.
  void stop();

 private:
  class Server;
  explicit CarrierSimulator(std::unique_ptr<Server> server);
  mutable std::mutex mutex_;  // one call at a time reaches the server
  std::unique_ptr<Server> server_;
};

}  // namespace yizhan::link
