#pragma once
// What the sessions of an AccessServer share: configuration, dialects, the accounts that are logged in, and
// the way to the handler. On the server's I/O thread, except for `counters`.

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "link/access_rate.h"
#include "link/access_server.h"

namespace yizhan::link {

class AccessSession;

struct AccessCounters {
  using Count = std::atomic<uint64_t>;
  Count connections, sessions, logins, logins_refused, submits, submits_throttled, submits_refused, answers,
      answers_late, deliveries_taken, deliveries_again, deliveries_refused, malformed, silent, stalled;
};
inline void count(AccessCounters::Count& counter, uint64_t by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}
inline void uncount(AccessCounters::Count& counter) { counter.fetch_sub(1, std::memory_order_relaxed); }

// Ids of both are spelled alike.
bool same_ids(codec::Protocol a, codec::Protocol b);

class AccessHub {
 public:
  AccessHub(const Clock& clock, AccessServerConfig config, AccessHandler& handler);
  ~AccessHub();

  const codec::Dialect& dialect(codec::Protocol protocol) const {
    return *dialects_[static_cast<size_t>(protocol)];
  }
  // By which an application that logs in so is spoken to: CMPP's and SMPP's depend on the version.
  const codec::Dialect& dialect_for(const codec::Dialect& listening, const codec::Login& login) const;

  bool has_room() const { return !stopping_ && sessions_.size() < config.max_connections; }
  void add(const std::shared_ptr<AccessSession>& session);
  uint32_t next_number();
  // kNone, then with the account, or why the login is refused.
  codec::Fault judge(const AccessSession& session, const codec::Login& login,
                     std::optional<AccessAccount>& account);
  // Its login was let in.
  void joined(AccessSession& session);
  void left(AccessSession& session);
  bool take_segments(int64_t account_id, uint32_t segments);

  void answer(std::vector<AccessAnswer>&& answers);
  void deliver(int64_t account_id, std::vector<AccessDelivery>&& deliveries);
  void drop_account(int64_t account_id);
  // From any thread.
  size_t sessions_of(int64_t account_id) const {
    const std::lock_guard lock(logged_in_mutex_);
    const auto found = logged_in_.find(account_id);
    return found == logged_in_.end() ? 0 : found->second;
  }
  void stop(Duration drain, std::function<void()> done);
  void tick();
  // Lets go of all sessions: only once the I/O thread has ended.
  void forget_sessions() { sessions_.clear(); }

  const AccessServerConfig config;
  const Clock& clock;
  AccessHandler& handler;
  AccessCounters counters;
  codec::Pdu pdu;  // the one being handled

 private:
  // As many as have ever logged in; they stay, so that coming back does not fill the bucket.
  struct Account {
    AccessAccount terms;  // as of the latest login
    SegmentBucket bucket;
    std::vector<AccessSession*> sessions;
    size_t turn = 0;
  };

  void offer_elsewhere(const Account& account);
  AccessSession* next_receiver(Account& account, const AccessDelivery& delivery);
  std::vector<std::shared_ptr<AccessSession>> all() const;

  // By protocol; the first is SMPP for versions before 3.4, which know no optional parameters.
  std::array<std::unique_ptr<codec::Dialect>, codec::kProtocols.size() + 1> dialects_;
  std::unordered_map<int64_t, Account> accounts_;
  mutable std::mutex logged_in_mutex_;
  std::unordered_map<int64_t, size_t> logged_in_;  // sessions by account, for others to read
  std::unordered_map<uint32_t, std::shared_ptr<AccessSession>> sessions_;
  uint32_t last_number_ = 0;
  bool stopping_ = false;
  std::vector<std::function<void()>> when_stopped_;
};

}  // namespace yizhan::link
