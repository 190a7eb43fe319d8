#pragma once
// A campaign's rehearsal: its whole batch through the gates, rendered, routed and cut as it would be, and
// submitted by the channels' own protocols over real sessions to simulated carriers in this process. Nothing
// of it is written and nothing leaves this machine. What comes of it: who would be sent to, what each channel
// would carry, and by how fast that went, when the campaign would be over. On a thread of its own, which is
// made to give way to all others; each step is short.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/dry_run.h"
#include "engine/forecast.h"
#include "engine/rehearsal_carrier.h"
#include "net/io_threads.h"

namespace yizhan::engine {

struct RehearsalOptions {
  Time when;                        // the campaign's planned start
  std::set<int64_t> ill;            // channels that routes avoid now
  std::function<bool()> cancelled;  // asked often
};

// What went by one channel. `simulated` is false for providers by HTTP: theirs is counted only.
struct RehearsedChannel {
  int64_t channel_id = 0;
  bool simulated = true;
  int64_t messages = 0, segments = 0;
  int64_t carrier_took = 0;         // segments, by the simulated carrier's own count
  int64_t segments_per_second = 0;  // of the channel as it is set; 0 = no limit
  double lane_share = 1;            // of it that is the campaign's even if every other lane is full
};

// Who would wait until when.
struct RehearsedHold {
  domain::Reason reason = domain::Reason::kNone;
  Time until;
  int64_t messages = 0;
};

class Rehearsal {
 public:
  // `screen` outlives it.
  Rehearsal(const store::Store& store, std::shared_ptr<const BatchPlan> plan, const ScreenRendered& screen,
            RehearsalOptions options);

  // The next rows, at most limits::kRehearsalRows; false when they were the last and every carrier has
  // answered. kUnavailable when it was cancelled, kTimeout when a simulated carrier stops answering,
  // kTooLarge for more kinds of recipients than limits::kRehearsalKinds.
  Result<bool> step(size_t rows);

  const Funnel& funnel() const { return funnel_; }
  // By channel.
  std::vector<RehearsedChannel> channels() const;
  // The earliest first; what is beyond limits::kRehearsalHeldShown is in the last one.
  std::vector<RehearsedHold> held() const;
  // Some messages for each reason of those held or refused.
  const std::map<domain::Reason, std::vector<int64_t>>& examples() const { return examples_; }
  double messages_per_second() const { return per_second(funnel_.audience); }
  double segments_per_second() const { return per_second(segments_); }

  enum class Company : uint8_t {
    kAlone,    // nothing else is on its channels
    kCrowded,  // every other lane of its channels is always full
  };
  // Once all steps are done. Reads the rules as they are now.
  Result<Forecast> forecast(Company company) const;

 private:
  struct Channel {
    ChannelRow row;
    std::unique_ptr<RehearsalCarrier> carrier;  // null of those by HTTP
    int64_t messages = 0, segments = 0;
  };
  // Channel, jurisdiction, zone, the message's own end.
  using Kind = std::tuple<int64_t, std::string, std::string, Time>;

  Result<> look(const DryRunMessage& message);
  Result<> submit(const DryRunMessage& message);
  Result<> add_load(const DryRunMessage& message);
  void note(const DryRunMessage& message);
  Result<Channel*> channel(int64_t id);
  double per_second(int64_t count) const;
  double lane_share(const Channel& channel) const;

  const store::Store& store_;
  const std::shared_ptr<const BatchPlan> plan_;
  const RehearsalOptions options_;
  DryRun run_;
  Funnel funnel_;
  std::map<Kind, ForecastLoad> loads_;
  std::map<std::pair<Time, domain::Reason>, int64_t> held_;
  std::map<domain::Reason, std::vector<int64_t>> examples_;
  int64_t segments_ = 0;  // that went through, counted only or not
  int64_t worked_us_ = 0;
  net::IoThreads threads_;
  std::map<int64_t, Channel> channels_;  // after the threads of their links
};

}  // namespace yizhan::engine
