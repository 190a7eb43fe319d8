#pragma once
// One channel at work: its carrier link, and the way what the carrier says takes into the ledger. The link
// calls in on its strand; entries are gathered and written by the store's writer in as few transactions as it
// can keep up with; only then are deliveries acknowledged.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "domain/channel.h"
#include "engine/carrier_codes.h"
#include "engine/changes.h"
#include "engine/claim.h"
#include "engine/failure_watch.h"
#include "engine/inbound.h"
#include "engine/ledger.h"
#include "link/smpp_link.h"
#include "store/store.h"

namespace yizhan::engine {

struct ChannelRow {
  int64_t id = 0;
  std::string name, provider, host, system_id, password, access_code;
  uint16_t port = 0;
  domain::ChannelOptions options;
};

// What the engine does when a channel has news; called on any thread, must be quick.
struct ChannelHooks {
  std::function<void()> wake;                    // credit, or new work
  std::function<void(int64_t batch_id)> recall;  // the batch was paused
  std::function<Result<std::vector<int64_t>>(db::Tx&, const Effects&)>
      pause_failing;  // inside the transaction
};

class ChannelRuntime final : public link::LinkEvents, public std::enable_shared_from_this<ChannelRuntime> {
 public:
  ChannelRuntime(boost::asio::io_context& io, const store::Store& store, ChannelRow row, CarrierCodes codes,
                 ChannelHooks hooks);

  void start() { link_.start(); }
  void stop(Duration drain, std::function<void()> stopped);
  bool bound() const;
  size_t credit() const { return link_.credit(); }
  void submit(const Claim& claim);
  void recall_batch(int64_t batch_id) { link_.recall(static_cast<uint64_t>(batch_id)); }
  void recall_all() { link_.recall_all(); }
  link::LinkStats stats() const { return link_.stats(); }
  const ChannelRow& row() const { return row_; }
  // Entries that could not be written are tried again: called by the dispatcher now and then.
  void retry_failed();
  // Nothing waits to be written.
  bool quiet() const;

  void on_responses(std::vector<link::Response>&& responses) override;
  void on_deliveries(std::vector<link::Delivery>&& deliveries) override;
  void on_state(link::LinkState state, std::string reason) override;
  void on_credit() override { hooks_.wake(); }

 private:
  void schedule();
  Result<> write(db::Tx& tx);
  void written(const Result<>& result);
  std::string canonical_ref(std::string_view raw, bool in_receipt) const;
  ResponseEntry to_entry(const link::Response& response) const;
  ReceiptEntry to_receipt(const link::Delivery& delivery) const;
  void act(const Effects& effects, const InboundEffects& inbound);

  const store::Store& store_;
  ChannelRow row_;
  CarrierCodes codes_;
  ChannelHooks hooks_;

  mutable std::mutex mutex_;
  std::vector<link::Response> responses_;  // arrived, not yet being written
  std::vector<link::Delivery> deliveries_;
  bool scheduled_ = false;
  bool failed_ = false;

  // The writer's, while a write is scheduled.
  std::vector<link::Response> working_responses_;
  std::vector<link::Delivery> working_deliveries_;
  Care care_ = Care::kExpected;
  Effects effects_;
  InboundEffects inbound_effects_;
  std::vector<int64_t> paused_;

  link::SmppLink link_;  // last: its callbacks use all of the above
};

}  // namespace yizhan::engine
