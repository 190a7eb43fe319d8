#pragma once
// Between the server for applications and the store: who may log in, what is submitted, what waits to be
// delivered. The server's I/O thread only looks into memory and leaves work behind; one thread of this does
// it in batches: submits are one transaction, deliveries are taken off the store once the application has
// them, logins are written to the audit log.
//
//   AccessGateway gateway(store, applications, submissions, [&] { engine.wake(); });
//   applications.set_hooks({.changed = [&](auto id, auto sessions) { gateway.changed(id, sessions); }, …});
//   auto server = link::AccessServer::create(clock, config, gateway);
//   gateway.start(*server);          … and at the end, the server's stop() done:
//   gateway.stop();                  before the server is destroyed

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/login_record.h"
#include "link/access.h"
#include "service/applications.h"
#include "service/submissions.h"
#include "store/store.h"

namespace yizhan::app {

class AccessGateway final : public link::AccessHandler {
 public:
  // `wake` is called when something may be sent (Engine::wake).
  AccessGateway(const store::Store& store, service::Applications& applications,
                service::Submissions& submissions, std::function<void()> wake);
  ~AccessGateway() override { stop(); }

  // Reads the accounts; what comes before this is turned away.
  Result<> start(link::AccessPort& port);
  // Does what has been left behind, then ends. Submits that come now are turned away.
  void stop();

  // An account was changed: for Applications::Hooks.
  void changed(ApplicationId id, service::Applications::Sessions sessions);

  std::optional<link::AccessAccount> find_account(std::string_view name) override;
  void on_submits(std::vector<link::AccessSubmit>&& submits) override;
  void on_receiver(int64_t account_id, codec::Protocol protocol) override;
  void on_delivered(int64_t account_id, std::vector<Delivered>&& delivered) override;
  void on_login(std::string_view account, codec::Protocol protocol, std::string_view address,
                codec::Fault fault) override;

 private:
  using Accounts = std::map<std::string, link::AccessAccount, std::less<>>;
  // An application that has had a session which receives.
  struct Receiver {
    int64_t protocols = 0;      // bit set of those that its sessions spoke
    std::set<uint64_t> given;   // with the server, not settled
    Time next_try;              // after a delivery came back
    int64_t pause_seconds = 0;  // the last time
    bool more = false;          // there may be something to give
  };
  struct Settled {
    int64_t account_id = 0;
    Delivered delivered;
  };

  Result<> reload();
  void run();
  bool work();
  std::vector<link::AccessSubmit> next_submits();
  void store_submits(std::vector<link::AccessSubmit>&& submits);
  void turn_away(const std::vector<link::AccessSubmit>& submits, codec::Fault fault);
  void answer(const service::SubmissionAnswers& stored);
  bool settle();
  Result<> write_settled(const std::vector<Settled>& settled);
  void note_settled(const std::vector<Settled>& settled, Time at);
  bool deliver();
  Result<size_t> deliver_to(int64_t account_id, Receiver& receiver);
  // The id that an application was given, as its protocol writes it.
  codec::MessageRef spelled(const engine::SubmitName& name) const;
  Result<link::AccessDelivery> read_delivery(const db::Row& row) const;
  void write_logins();

  const store::Store& store_;
  service::Applications& applications_;
  service::Submissions& submissions_;
  const std::function<void()> wake_engine_;
  const std::map<codec::Protocol, std::unique_ptr<codec::Dialect>> dialects_;
  link::AccessPort* port_ = nullptr;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<const Accounts> accounts_;
  std::deque<link::AccessSubmit> submits_;
  size_t submits_held_ = 0;  // queued or being stored
  std::vector<Settled> settled_;
  std::vector<std::pair<int64_t, codec::Protocol>> receivers_told_;
  LoginRecord logins_;
  bool running_ = false, stopping_ = false, woken_ = false;
  std::thread thread_;

  // The thread's.
  std::map<int64_t, Receiver> receivers_;
  int64_t last_delivery_ = -1;  // the number of the newest that was seen
};

}  // namespace yizhan::app
