#include "engine/rehearsal_carrier.h"

#include <chrono>
#include <utility>

#include "base/limits.h"

namespace yizhan::engine {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Fits every protocol (link/account_sizes.h).
constexpr const char* kAccount = "actor";
constexpr const char* kSecret = "stage";
constexpr auto kLook = std::chrono::milliseconds(50);  // at the cancellation, while waiting
constexpr size_t kPieces = 4;                          // in which a link's queue is filled

// The channel's link as it is, but to the simulator: no other carrier can be reached by it.
link::LinkConfig link_to(uint16_t port, ChannelRow row) {
  row.options.segments_per_second = 0;  // how fast the pipeline is, is what is asked
  row.options.tls = domain::ChannelTls::kOff;
  row.options.local_address.clear();
  row.options.listen_port = 0;
  row.options.message_id_form = domain::MessageIdForm::kVerbatim;
  row.options.response_timeout_ms = limits::kRehearsalStallMs;
  row.host = "127.0.0.1";
  row.port = port;
  row.system_id = kAccount;
  row.password = kSecret;
  row.name += " (rehearsal)";
  return link_config(row);
}

}  // namespace

Result<std::unique_ptr<RehearsalCarrier>> RehearsalCarrier::open(boost::asio::io_context& io,
                                                                 const Clock& clock, const ChannelRow& row,
                                                                 std::function<bool()> cancelled) {
  link::SimulatorConfig config;
  config.protocol = static_cast<codec::Protocol>(row.protocol);
  config.port = 0;
  config.accounts = {{kAccount, kSecret}};
  auto simulator = YZ_TRY(link::CarrierSimulator::create(config, clock));
  const link::LinkConfig to_it = link_to(simulator->port(), row);
  YZ_CHECK(link::check(to_it));
  std::unique_ptr<RehearsalCarrier> carrier(new RehearsalCarrier(std::move(simulator), std::move(cancelled)));
  carrier->link_ = link::open_link(io, clock, to_it, *carrier);
  carrier->link_->start();
  return carrier;
}

Result<> RehearsalCarrier::add(link::SegmentOut segment) {
  segment.receipt = codec::ReceiptWish::kNever;
  const bool new_message = segment.message_id != last_message_;
  if (new_message && batch_.size() >= link_->lane_capacity() / kPieces) YZ_CHECK(flush());
  last_message_ = segment.message_id;
  lane_ = segment.lane;
  YZ_CHECK(batch_.add(segment));
  ++added_;
  return {};
}

Result<> RehearsalCarrier::flush() {
  if (batch_.empty()) return {};
  YZ_CHECK(wait([&] { return link_->credit(lane_) >= batch_.size(); }));
  link_->submit(std::exchange(batch_, {}));
  return {};
}

Result<> RehearsalCarrier::settle() {
  YZ_CHECK(flush());
  return wait([&] { return answered_ == added_; });
}

void RehearsalCarrier::on_responses(std::vector<link::Response>&& responses) {
  const std::lock_guard lock(mutex_);
  for (const link::Response& response : responses)
    if (response.punctuality == link::Punctuality::kInTime) ++answered_;
  changed_.notify_all();
}

void RehearsalCarrier::on_credit() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

// As long as it goes on answering it is waited for.
Result<> RehearsalCarrier::wait(const std::function<bool()>& ready) {
  constexpr std::chrono::milliseconds kPatience{limits::kRehearsalStallMs};
  std::unique_lock lock(mutex_);
  int64_t answered = answered_;
  auto until = SteadyClock::now() + kPatience;
  while (!changed_.wait_for(lock, kLook, ready)) {
    if (cancelled_()) return fail(ErrorCode::kUnavailable, "the rehearsal was cancelled");
    if (std::exchange(answered, answered_) != answered_) until = SteadyClock::now() + kPatience;
    if (SteadyClock::now() > until) return fail(ErrorCode::kTimeout, "the simulated carrier does not answer");
  }
  return {};
}

}  // namespace yizhan::engine
