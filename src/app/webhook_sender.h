#pragma once
// Tells applications of receipts and replies by POST to the addresses that they gave: in their order, at
// least once, signed, with pauses that grow while an address does not take them. One thread of its own with
// all requests under way on it, at most one of an application and kind.
//
//   WebhookSender sender(store, webhooks, options);
//   webhooks.set_hooks({.check_url = [&](auto& url) { return sender.check_url(url); },
//                       .changed = [&] { sender.changed(); }});
//   sender.start();   … sender.stop();

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "service/webhooks.h"
#include "store/store.h"

namespace yizhan::app {

struct WebhookOptions {
  // Ranges that may be called although they are not public, and without TLS: none by default.
  std::vector<std::string> private_addresses;
  std::string ca_file;  // PEM, instead of the system's authorities
  uint64_t seed = 1;    // of the pauses' jitter
};

// Whether an address may be called at all.
enum class WebhookTransport : uint8_t { kPlain, kTls };
bool webhook_address_allowed(const std::string& address, WebhookTransport transport,
                             const std::vector<std::string>& private_addresses);

class WebhookSender {
 public:
  WebhookSender(const store::Store& store, service::Webhooks& webhooks, WebhookOptions options);
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  // kInvalidArgument: no http(s) URL, with a password or fragment, or of an address that is never called. A
  // name is looked up when it is called. Any thread.
  Result<> check_url(const std::string& url) const;

  Result<> start();
  // Requests under way are given up; what they carried comes again. Idempotent.
  void stop();
  // Settings changed, or something is to be sent again. Any thread.
  void changed();

 private:
  using Key = std::pair<int64_t, domain::ApplicationDeliveryKind>;
  struct Transfer;
  struct Stream {
    service::WebhookTarget target;
    std::unique_ptr<Transfer> transfer;  // under way
    bool more = true;                    // there may be something to send
    Time next_try;
    int64_t pause_seconds = 0;  // the last one
    size_t limit = limits::kWebhookEvents;
  };
  struct Multi;

  void run();
  void load_targets();
  void look_for_new();
  void begin_due();
  Result<> begin(Stream& stream);
  void finish_done();
  void finish(Stream& stream, bool taken, bool refused, const std::string& error);
  Time due_after_failure(Stream& stream, Time now);

  const store::Store& store_;
  service::Webhooks& webhooks_;
  const WebhookOptions options_;
  std::unique_ptr<Multi> multi_;
  std::atomic<bool> stopping_{false}, changed_{true};
  std::thread thread_;

  // The thread's.
  std::map<Key, Stream> streams_;
  int64_t last_delivery_ = -1;  // the number of the newest that was seen
  size_t under_way_ = 0;
  Random random_;
};

}  // namespace yizhan::app
