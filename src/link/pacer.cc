#include "link/pacer.h"

#include <algorithm>

namespace yizhan::link {
namespace {

using std::chrono::duration;
using std::chrono::seconds;

constexpr double kBucketSeconds = 0.05;  // a burst never holds more than this share of a second
constexpr double kStepsToHalf = 20;      // seconds to climb from a halved rate to the former one
constexpr double kStepsToAll = 300;      // seconds at most to climb to what was agreed, however low it was
constexpr seconds kCalm{10};             // after which the next pause is a first one again
constexpr seconds kForgetAfter{60};      // after which a limit that only throttling set is lifted

// Slowness: answers that take so many times their best, and more than what any network may do to them.
constexpr double kSlowTimes = 8;
constexpr double kSlowLeastUs = 200'000;
constexpr double kSlowFactor = 0.8;
constexpr double kThrottleFactor = 0.5;
constexpr double kSmoothing = 1.0 / 32;       // weight of one answer
constexpr std::chrono::minutes kBestSpan{5};  // how long the best is remembered, at least
constexpr seconds kSlowStep{1};               // no oftener than this: an answer shows what was sent before it

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

void Pacer::decrease(double factor, Instant now) {
  const double before = rate_ > 0 ? rate_ : std::max<double>(1, std::max(this_second_, last_second_));
  rate_ = std::max(least_rate(options_.segments_per_second), before * factor);
  step_ = std::max({1.0, before * (1 - factor) / kStepsToHalf, options_.segments_per_second / kStepsToAll});
  decreased_at_ = now;
}

void Pacer::answered(std::chrono::microseconds took, Instant now) {
  const auto us = static_cast<double>(took.count());
  recent_us_ = recent_us_ == 0 ? us : recent_us_ + (us - recent_us_) * kSmoothing;
  if (best_us_ == 0 || now - best_since_ >= kBestSpan) {
    best_before_us_ = best_us_;
    best_us_ = recent_us_;
    best_since_ = now;
  }
  best_us_ = std::min(best_us_, recent_us_);
  const double best = best_before_us_ == 0 ? best_us_ : std::min(best_us_, best_before_us_);
  if (recent_us_ < kSlowLeastUs || recent_us_ < best * kSlowTimes) return;
  if (now - slowed_at_ < kSlowStep || now - took < decreased_at_ || paused(now)) return;
  advance(now);
  slowed_at_ = now;
  decrease(kSlowFactor, now);
}

void Pacer::throttled(Instant sent_at, Instant now) {
  if (sent_at < decreased_at_ || paused(now)) return;
  advance(now);
  if (now - paused_until_ > kCalm) next_pause_ = options_.pause;
  decrease(kThrottleFactor, now);
  tokens_ = 0;
  paused_until_ = now + pause_length(next_pause_);
  next_pause_ = std::min(Duration{next_pause_.us * 2}, options_.pause_max);
}

}  // namespace yizhan::link
