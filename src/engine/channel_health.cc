#include "engine/channel_health.h"

#include <algorithm>
#include <utility>

namespace yizhan::engine {

using State = domain::ChannelHealthState;
using domain::HealthReason;

namespace {

constexpr int64_t kSlices = 12;  // of the window: it rolls by so much

}  // namespace

void ChannelHealth::become(State state, HealthReason reason, Time now) {
  if (state == state_ && reason == reason_) return;
  state_ = state;
  reason_ = reason;
  changed_at_ = now;
  changed_ = true;
}

void ChannelHealth::bound(Time now) {
  if (!bound_) bound_at_ = now;
  bound_ = true;
}

void ChannelHealth::lost(Time now) {
  if (bound_) lost_at_ = now;
  bound_ = false;
}

void ChannelHealth::bad_credentials(Time now) {
  lost(now);
  become(State::kUnhealthy, HealthReason::kBadCredentials, now);
}

void ChannelHealth::answered(int64_t answers, int64_t route_errors, Time now) {
  if (answers == 0) return;
  if (slices_.empty() || now - slices_.back().began >= Duration{options_.window.us / kSlices})
    slices_.push_back({.began = now});
  slices_.back().answers += answers;
  slices_.back().errors += route_errors;
}

void ChannelHealth::count_errors(Time now) {
  while (!slices_.empty() && now - slices_.front().began > options_.window) slices_.pop_front();
  if (options_.percent == 0 || state_ == State::kUnhealthy) return;
  int64_t answers = 0, errors = 0;
  for (const Slice& slice : slices_) {
    answers += slice.answers;
    errors += slice.errors;
  }
  if (answers < options_.minimum || errors * 100 < answers * options_.percent) return;
  next_rest_ = next_rest_.us == 0 ? options_.rest : std::min(Duration{next_rest_.us * 2}, options_.rest_max);
  slices_.clear();
  become(State::kUnhealthy, HealthReason::kRouteErrors, now);
}

bool ChannelHealth::settle(Time now) {
  count_errors(now);
  if (!bound_ && state_ != State::kUnhealthy && now - lost_at_ >= options_.grace)
    become(State::kUnhealthy, HealthReason::kDisconnected, now);
  if (state_ == State::kUnhealthy && bound_) {
    // A line that was away is on trial as soon as it has held for a while; one with errors after its rest.
    if (reason_ == HealthReason::kRouteErrors ? now - changed_at_ >= next_rest_
                                              : now - bound_at_ >= options_.settle)
      become(State::kTrial, reason_, now);
  } else if (state_ == State::kTrial && bound_ && now - changed_at_ >= options_.window) {
    next_rest_ = {};
    become(State::kHealthy, HealthReason::kNone, now);
  }
  return std::exchange(changed_, false);
}

}  // namespace yizhan::engine
