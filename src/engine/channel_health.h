#pragma once
// Whether messages of a route should go by a channel now: a small state machine that is fed what the link and
// the carrier say, slow to change its mind so that a line that flaps does not make messages flap. Pure: time
// is the caller's. Not thread-safe.

#include <deque>

#include "base/time.h"
#include "domain/channel.h"

namespace yizhan::engine {

class ChannelHealth {
 public:
  struct Options {
    Duration grace = seconds(10);   // not bound for so long is unhealthy
    Duration settle = seconds(10);  // bound for so long is healthy again
    Duration window = seconds(60);  // in which errors of the route are counted
    int64_t minimum = 20;           // answers in the window before the errors say something
    int64_t percent = 50;           // of the answers; 0 = errors do not count
    Duration rest = seconds(60);    // after too many errors; twice as long each time, up to rest_max
    Duration rest_max = minutes(15);
  };
  ChannelHealth(const Options& options, Time now) : options_(options), changed_at_(now), lost_at_(now) {}

  void bound(Time now);
  void lost(Time now);
  void bad_credentials(Time now);
  // What the carrier answered: so many in all, of which so many would not be carried by this channel.
  void answered(int64_t answers, int64_t route_errors, Time now);

  // What time alone changes; true when the state is another one since the last call.
  bool settle(Time now);

  domain::ChannelHealthState state() const { return state_; }
  domain::HealthReason reason() const { return reason_; }
  Time since() const { return changed_at_; }
  // On trial it is used: how else would it be known to be well?
  bool usable() const { return state_ != domain::ChannelHealthState::kUnhealthy; }

 private:
  struct Slice {
    Time began;
    int64_t answers = 0, errors = 0;
  };
  void become(domain::ChannelHealthState state, domain::HealthReason reason, Time now);
  void count_errors(Time now);

  Options options_;
  domain::ChannelHealthState state_ = domain::ChannelHealthState::kHealthy;
  domain::HealthReason reason_ = domain::HealthReason::kNone;
  Time changed_at_;
  bool bound_ = false;
  bool changed_ = false;
  Time bound_at_, lost_at_;
  Duration next_rest_{};
  std::deque<Slice> slices_;
};

}  // namespace yizhan::engine
