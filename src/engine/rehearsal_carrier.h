#pragma once
// What stands in for a channel's carrier in a rehearsal: a simulator of the channel's protocol in this
// process, and the channel's own link, which leads there and nowhere else. Segments are encoded, submitted
// and answered as they would be; nothing is heard of them again. One thread; the link calls in on its own.

#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "engine/channel_row.h"
#include "link/link.h"
#include "link/simulator.h"

namespace yizhan::engine {

class RehearsalCarrier final : public link::LinkEvents {
 public:
  // The context must be running and outlive it. `cancelled` is asked while something is waited for. Not for
  // channels by HTTP.
  static Result<std::unique_ptr<RehearsalCarrier>> open(boost::asio::io_context& io, const Clock& clock,
                                                        const ChannelRow& row,
                                                        std::function<bool()> cancelled);

  // Gathers segments of one lane, all of a message in a row; receipts are not asked for. Goes on once the
  // link has room for what has gathered. kTimeout when the carrier stops answering, kUnavailable when it was
  // cancelled.
  Result<> add(link::SegmentOut segment);
  // Until everything that was added is answered.
  Result<> settle();

  int64_t added() const { return added_; }
  // Segments that the simulated carrier has received by its own count.
  int64_t took() const { return static_cast<int64_t>(simulator_->stats().submits); }

  void on_responses(std::vector<link::Response>&& responses) override;
  void on_deliveries(std::vector<link::Delivery>&&) override {}
  void on_state(link::LinkState, std::string) override {}
  void on_credit() override;

 private:
  RehearsalCarrier(std::unique_ptr<link::CarrierSimulator> simulator, std::function<bool()> cancelled)
      : simulator_(std::move(simulator)), cancelled_(std::move(cancelled)) {}
  Result<> flush();
  Result<> wait(const std::function<bool()>& ready);

  std::unique_ptr<link::CarrierSimulator> simulator_;
  const std::function<bool()> cancelled_;
  link::SubmitBatch batch_;
  link::Lane lane_ = link::Lane::kMarketing;
  uint64_t last_message_ = 0;
  int64_t added_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t answered_ = 0;
  std::unique_ptr<link::Link> link_;  // last: its events use the above
};

}  // namespace yizhan::engine
