#pragma once
// The server to which the company's own programs connect by SMPP 3.4, CMPP 2.0 and 3.0, SGIP 1.2 or SMGP 3.0:
// logins, windows, rates, keep-alive, submits in and deliveries out. What a submit may do and where it is
// kept is the AccessHandler's. Owns one I/O thread, on which the handler is called; all members from any
// thread. docs/applications.md says what the applications see.
//
// SGIP's server dials the application for deliveries (1.2, section 2.3); here the application opens that
// connection too, with login type 2, so that it need not listen.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "link/access.h"

namespace yizhan::link {

struct AccessListener {
  // One, or both of CMPP, which are told apart by the version in the login.
  std::vector<codec::Protocol> protocols;
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: the system chooses, see AccessServer::port()
  // Paths of PEM files; both for TLS, else none.
  std::string certificate, key;
};

struct AccessServerConfig {
  std::vector<AccessListener> listeners;
  std::string server_name = "yizhan";  // system_id in the answer to an SMPP bind
  uint32_t sgip_node = 0;              // in the sequences of what this server sends
  size_t max_connections = 1'024;      // of all listeners together
  Duration login_timeout = seconds(10);
  Duration failed_login_delay = seconds(1);  // before its answer: slows guessing
  Duration keep_alive_interval = seconds(60);
  uint32_t keep_alive_unanswered = 3;  // in a row, before the session is closed
  Duration sgip_idle = seconds(60);    // SGIP has no keep-alive: a silent connection is closed
  uint32_t deliver_window = 32;        // segments without an answer, per session
  Duration deliver_timeout = seconds(60);
  size_t max_unwritten = 256 * 1024;     // bytes; over it the session is not read
  Duration write_timeout = seconds(30);  // without any progress
  Duration drain_time = seconds(5);      // for answers under way after a logout
  Duration goodbye = seconds(2);         // for the other side to answer a logout and to hang up
};

// Since the start, except for the first two.
struct AccessServerStats {
  uint64_t connections = 0;
  uint64_t sessions = 0;  // logged in
  uint64_t logins = 0, logins_refused = 0;
  uint64_t submits = 0;            // handed to the handler
  uint64_t submits_throttled = 0;  // by window or rate
  uint64_t submits_refused = 0;    // for their form
  uint64_t answers = 0;            // written
  uint64_t answers_late = 0;       // of sessions that were gone
  uint64_t deliveries_taken = 0, deliveries_again = 0, deliveries_refused = 0;
  uint64_t malformed = 0;  // PDUs and frames
  uint64_t silent = 0;     // sessions closed because keep-alive went unanswered
  uint64_t stalled = 0;    // sessions closed because they did not read
};

class AccessServer final : public AccessPort {
 public:
  // Listens at once. `clock` and `handler` must outlive the server. kInvalidArgument names the field at fault
  // ("listeners/0/protocols"), kUnavailable the address that cannot be had.
  static Result<std::unique_ptr<AccessServer>> create(const Clock& clock, AccessServerConfig config,
                                                      AccessHandler& handler);
  // Ends what is left at once, without a word to the handler. Not on the I/O thread.
  ~AccessServer() override;
  AccessServer(const AccessServer&) = delete;
  AccessServer& operator=(const AccessServer&) = delete;

  void answer(std::vector<AccessAnswer> answers) override;
  void deliver(int64_t account_id, std::vector<AccessDelivery> deliveries) override;
  void drop_account(int64_t account_id) override;

  // Accepts no more, refuses submits, waits at most `drain` for the answers under way, logs out in good
  // manners and then calls `done` on the I/O thread.
  void stop(Duration drain, std::function<void()> done);
  AccessServerStats stats() const;
  // That are logged in with the account now.
  size_t sessions(int64_t account_id) const;
  // Of the listener with this index.
  uint16_t port(size_t index = 0) const;

 private:
  class Impl;
  explicit AccessServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace yizhan::link
