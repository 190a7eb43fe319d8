#include "engine/bind_trial.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/channel_runtime.h"
#include "link/link.h"

namespace yizhan::engine {
namespace {

using SteadyClock = std::chrono::steady_clock;
using domain::BindOutcome;

constexpr int64_t kShareToUnbind = 5;     // of the limit, a fifth
constexpr Duration kNotAgain = hours(1);  // one attempt is all there is

// One value that somebody waits for.
template <class T>
class Awaited {
 public:
  void set(T value) {
    const std::lock_guard lock(mutex_);
    if (!value_) value_ = std::move(value);
    changed_.notify_all();
  }
  std::optional<T> wait(Duration limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, steady(limit), [&] { return value_.has_value(); });
    return value_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<T> value_;
};

BindOutcome outcome_of(link::BindFailure failure) {
  switch (failure) {
    case link::BindFailure::kUnreachable:
      return BindOutcome::kUnreachable;
    case link::BindFailure::kTimeout:
      return BindOutcome::kTimeout;
    case link::BindFailure::kRefused:
    case link::BindFailure::kNone:
      return BindOutcome::kRefused;
  }
  return BindOutcome::kRefused;
}

class Probe final : public link::LinkEvents {
 public:
  struct Outcome {
    BindOutcome outcome;
    std::string detail;
  };

  Probe(boost::asio::io_context& io, const Clock& clock, link::LinkConfig config)
      : link_(link::open_link(io, clock, std::move(config), *this)) {}

  std::optional<Outcome> bind(Duration limit) {
    link_->start();
    return outcome_.wait(limit);
  }
  void unbind(Duration limit) {
    const auto stopped = std::make_shared<Awaited<bool>>();
    link_->stop(limit, [stopped] { stopped->set(true); });
    stopped->wait(limit);
  }

  void on_responses(std::vector<link::Response>&&) override {}
  void on_deliveries(std::vector<link::Delivery>&& deliveries) override {
    std::vector<uint64_t> tokens;
    for (const link::Delivery& d : deliveries) tokens.push_back(d.token);
    link_->acknowledge(std::move(tokens), codec::Fault::kQueueFull);
  }
  void on_state(link::LinkState state, std::string reason) override {
    if (state == link::LinkState::kBound)
      outcome_.set({BindOutcome::kBound, {}});
    else if (state == link::LinkState::kBadCredentials)
      outcome_.set({BindOutcome::kRefused, std::move(reason)});
    else if (state == link::LinkState::kBackoff)
      outcome_.set({outcome_of(link_->stats().bind_failure), std::move(reason)});
  }
  void on_credit() override {}

 private:
  Awaited<Outcome> outcome_;
  std::unique_ptr<link::Link> link_;  // last: its events use the above
};

}  // namespace

Result<BindTrial> try_bind(boost::asio::io_context& io, const Clock& clock, const ChannelRow& row,
                           Duration limit) {
  const Duration to_unbind{limit.us / kShareToUnbind}, to_bind{limit.us - to_unbind.us};
  link::LinkConfig config = link_config(row);
  config.name += " (trial)";
  config.sessions = 1;
  config.connect_timeout = to_bind;
  config.backoff_min = config.backoff_max = config.bad_credentials_retry = kNotAgain;
  YZ_CHECK(link::check(config));
  const auto started = SteadyClock::now();
  Probe probe(io, clock, std::move(config));
  const auto outcome = probe.bind(to_bind);
  const auto took = SteadyClock::now() - started;
  probe.unbind(to_unbind);
  BindTrial trial;
  trial.took = microseconds(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  if (outcome) {
    trial.outcome = outcome->outcome;
    trial.detail = outcome->detail;
  } else {
    trial.detail = "no outcome in time";
  }
  return trial;
}

}  // namespace yizhan::engine
