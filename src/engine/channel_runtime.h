#pragma once
// One channel at work: its carrier link, and the way what the carrier says takes into the ledger. The link
// calls in on its strand; entries are gathered and written by the store's writer in as few transactions as it
// can keep up with; only then are deliveries acknowledged.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "codec/reassembly.h"
#include "domain/channel.h"
#include "engine/carrier_codes.h"
#include "engine/changes.h"
#include "engine/channel_health.h"
#include "engine/channel_history.h"
#include "engine/channel_row.h"
#include "engine/claim.h"
#include "engine/composer.h"
#include "engine/failure_watch.h"
#include "engine/inbound.h"
#include "engine/ledger.h"
#include "engine/outstanding.h"
#include "link/link.h"
#include "store/store.h"

namespace yizhan::engine {

// How long the parts of an inbound message wait for each other, unacknowledged.
inline constexpr Duration kPartsPatience = seconds(20);

// What was recalled while a claim was on its way from its commit to the link.
struct Recalled {
  bool all = false;
  std::vector<int64_t> batch_ids, message_ids;

  bool empty() const { return !all && batch_ids.empty() && message_ids.empty(); }
  bool covers(int64_t batch_id, int64_t message_id) const;
};

// Whether messages of a route should go by the channel, as last settled.
struct HealthView {
  domain::ChannelHealthState state = domain::ChannelHealthState::kHealthy;
  domain::HealthReason reason = domain::HealthReason::kNone;
  Time since;
};

// Whether the carrier is asked after messages whose receipts do not come.
struct ReceiptQueryView {
  bool on = false;
  Time refused_until;                // it answers no such questions and is not asked before; zero when it is
  std::string refusal;               // its word for that
  uint64_t asked = 0, answered = 0;  // since the link began; with a state, final or not
};

// A message to be asked after.
struct ReceiptQuestion {
  int64_t attempt_id = 0;
  std::string carrier_ref;         // of the row that waits for the receipt
  std::string carrier_message_id;  // as the carrier wrote it
};

// What the engine does when a channel has news; called on any thread, must be quick.
struct ChannelHooks {
  std::function<void()> wake;                                             // credit, or new work
  std::function<void(int64_t batch_id)> recall;                           // the batch was paused
  std::function<void(std::vector<int64_t> message_ids)> recall_messages;  // to people who opted out
  std::function<Result<std::vector<int64_t>>(db::Tx&, const Effects&)>
      pause_failing;             // inside the transaction
  std::function<bool()> urgent;  // whether something runs that people wait for; any thread
};

class ChannelRuntime final : public link::LinkEvents, public std::enable_shared_from_this<ChannelRuntime> {
 public:
  ChannelRuntime(boost::asio::io_context& io, const store::Store& store, ChannelRow row, CarrierCodes codes,
                 ChannelHooks hooks);

  void start() { link_->start(); }
  // For good. `stopped` is called once the link has ended and all that it said is on disk; until then
  // look_after() has to go on. What is submitted from now on comes back.
  void stop(Duration drain, std::function<void()> stopped);
  // The link has ended and nothing is being written: no hook will be called any more unless look_after() is.
  bool idle() const;
  void set_codes(CarrierCodes codes);
  bool bound() const;
  // Segments of a lane that the link takes now, and the same of a link that holds nothing.
  size_t credit(domain::Lane lane) const;
  size_t lane_capacity() const { return link_->lane_capacity(); }
  // Asked by the dispatcher now and then; true when it is another than it was.
  bool settle_health();
  // How many questions it takes now; zero where that is off or the carrier has refused it.
  size_t query_room() const;
  void ask(std::vector<ReceiptQuestion>&& questions);
  ReceiptQueryView queries() const;
  bool usable() const;
  HealthView health() const;
  // No attempt below it is at this link, or waits for a receipt without a row of its own.
  int64_t lowest_outstanding() const { return outstanding_.lowest(); }
  // Hands the claim to the link, without what was recalled. What does not go there is returned, for
  // on_responses().
  std::vector<link::Response> submit(const Claim& claim, const Recalled& recalled);
  void recall_batch(int64_t batch_id) { link_->recall(static_cast<uint64_t>(batch_id)); }
  void recall_messages(const std::vector<int64_t>& message_ids) {
    link_->recall_messages({message_ids.begin(), message_ids.end()});
  }
  void recall_all() { link_->recall_all(); }
  link::LinkStats stats() const { return link_->stats(); }
  const ChannelRow& row() const { return row_; }
  const TextForm& form() const { return form_; }
  // What came by a callback; see link::Link::receive.
  void receive(std::vector<link::Delivery>&& deliveries, std::function<void(codec::Fault)> done) {
    link_->receive(std::move(deliveries), std::move(done));
  }
  // Now and then, by the dispatcher: entries that could not be written are tried again, parts that waited too
  // long are taken as they are, what is outstanding for long becomes a row.
  void look_after();

  void on_responses(std::vector<link::Response>&& responses) override;
  void on_deliveries(std::vector<link::Delivery>&& deliveries) override;
  void on_query_answers(std::vector<link::QueryAnswer>&& answers) override;
  void on_state(link::LinkState state, std::string reason) override;
  void on_credit() override { hooks_.wake(); }

 private:
  struct Receipt {
    ReceiptEntry entry;
    uint64_t token;
  };
  struct Inbound {
    InboundEntry entry;
    std::vector<uint64_t> tokens;
  };

  void schedule();
  std::vector<uint64_t> turn_away(std::vector<link::Delivery>& deliveries);
  void reassemble(const link::Delivery& delivery);
  void take_assembled(std::vector<codec::Assembled>&& done);
  bool nothing_new() const {
    return responses_.empty() && receipts_.empty() && inbound_.empty() && tokens_.empty();
  }
  Result<> write(db::Tx& tx);
  Result<> write_old(db::Tx& tx);
  Result<> write_entries(db::Tx& tx, const LedgerChannel& channel, std::span<const ResponseEntry> responses,
                         std::span<const ReceiptEntry> receipts, std::span<const InboundEntry> inbound);
  Result<> write_one_by_one(db::Tx& tx, const LedgerChannel& channel);
  void take_new();
  // What is to be called when it was the last write of all.
  std::function<void()> written(const Result<>& result);
  void took_effect();

  const store::Store& store_;
  ChannelRow row_;
  const TextForm form_;
  ChannelHooks hooks_;
  std::shared_ptr<ChannelHistory> history_;

  mutable std::mutex mutex_;
  ChannelHealth health_;
  std::shared_ptr<const CarrierCodes> codes_;
  std::vector<link::Response> responses_;  // arrived, not yet being written
  std::vector<Receipt> receipts_;
  std::vector<Inbound> inbound_;
  std::map<int64_t, std::string> asked_;  // carrier_ref by attempt, at most limits::kLinkQueries
  ReceiptQueryView queries_;
  std::vector<uint64_t> tokens_;  // to be acknowledged with the next write, nothing to store
  codec::Reassembler reassembler_{codec::Reassembler::Options{.timeout = kPartsPatience}};
  size_t taken_ = 0;  // deliveries the writer works on
  bool scheduled_ = false;
  bool failed_ = false;
  bool stopping_ = false, ended_ = false;
  std::function<void()> stopped_;

  Outstanding outstanding_;

  // The writer's, while a write is scheduled.
  std::vector<ResponseEntry> working_responses_;
  std::vector<ReceiptEntry> working_receipts_;
  std::vector<InboundEntry> working_inbound_;
  std::vector<uint64_t> working_tokens_;
  Care care_ = Care::kExpected;
  bool one_by_one_ = false;  // one of the entries is not fit for the store
  Effects effects_;
  InboundEffects inbound_effects_;
  std::vector<int64_t> paused_;

  const codec::DialectOptions dialect_;
  std::unique_ptr<link::Link> link_;  // last: its callbacks use all of the above
};

}  // namespace yizhan::engine
