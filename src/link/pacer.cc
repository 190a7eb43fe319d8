#include "link/pacer.h"

#include <algorithm>

namespace yizhan::link {
namespace {

using std::chrono::duration;
using std::chrono::seconds;

constexpr double kBucketSeconds = 0.05;  // a burst never holds more than this share of a second
constexpr double kStepsToHalf = 20;      // seconds to climb from a halved rate to the former one
constexpr seconds kCalm{10};             // after which the next pause is a first one again
constexpr seconds kForgetAfter{60};      // after which a limit that only throttling set is lifted

// Throttling never brings the rate below a fiftieth of what was agreed, or ten a second: a link that carried
// little when it was throttled must not crawl, and the growing pauses protect the carrier.
constexpr double kLeastShare = 0.02;
constexpr double kLeastRate = 10;
double least_rate(double agreed) {
  return agreed > 0 ? std::min(agreed, std::max(agreed * kLeastShare, kLeastRate)) : kLeastRate;
}

std::chrono::steady_clock::duration pause_length(Duration d) { return std::chrono::microseconds{d.us}; }

}  // namespace

Pacer::Pacer(Options options, Instant now)
    : options_(options),
      rate_(options.segments_per_second),
      last_(now),
      next_pause_(options.pause),
      second_began_(now) {}

void Pacer::advance(Instant now) {
  if (now - second_began_ >= seconds{1}) {
    last_second_ = now - second_began_ < seconds{2} ? this_second_ : 0;
    this_second_ = 0;
    second_began_ = now;
  }
  const double elapsed = duration<double>(now - std::max(last_, std::min(paused_until_, now))).count();
  last_ = now;
  if (rate_ == 0 || elapsed <= 0) return;
  const double ceiling = options_.segments_per_second;
  rate_ += step_ * elapsed;
  if (ceiling > 0 && rate_ >= ceiling) {
    rate_ = ceiling;
    step_ = 0;
  }
  tokens_ = std::min(tokens_ + rate_ * elapsed, std::max(1.0, rate_ * kBucketSeconds));
  if (ceiling == 0 && now - decreased_at_ >= kForgetAfter) rate_ = step_ = 0;
}

bool Pacer::take(Instant now) {
  if (paused(now)) return false;
  advance(now);
  if (rate_ > 0) {
    if (tokens_ < 1) return false;
    tokens_ -= 1;
  }
  ++this_second_;
  return true;
}

Pacer::Instant Pacer::next(Instant now) {
  if (paused(now)) return paused_until_;
  advance(now);
  if (rate_ == 0 || tokens_ >= 1) return now;
  return now + std::chrono::ceil<std::chrono::microseconds>(duration<double>((1 - tokens_) / rate_));
}

void Pacer::throttled(Instant sent_at, Instant now) {
  if (sent_at < decreased_at_ || paused(now)) return;
  advance(now);
  if (now - paused_until_ > kCalm) next_pause_ = options_.pause;
  const double before = rate_ > 0 ? rate_ : std::max<double>(1, std::max(this_second_, last_second_));
  rate_ = std::max(least_rate(options_.segments_per_second), before / 2);
  step_ = std::max(1.0, before / 2 / kStepsToHalf);
  tokens_ = 0;
  decreased_at_ = now;
  paused_until_ = now + pause_length(next_pause_);
  next_pause_ = std::min(Duration{next_pause_.us * 2}, options_.pause_max);
}

}  // namespace yizhan::link
