#pragma once
// Wall-clock time as UTC microseconds, and the Clock that everything above base is given instead of reading
// the system's. `steady_clock` stays in use for deadlines only. Clock implementations are safe from any
// thread.

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace yizhan {

// A span of time in microseconds.
struct Duration {
  int64_t us = 0;
  auto operator<=>(const Duration&) const = default;
};

constexpr Duration microseconds(int64_t n) { return {n}; }
constexpr Duration milliseconds(int64_t n) { return {n * 1'000}; }
constexpr Duration seconds(int64_t n) { return {n * 1'000'000}; }
constexpr Duration minutes(int64_t n) { return seconds(n * 60); }
constexpr Duration hours(int64_t n) { return minutes(n * 60); }
constexpr Duration days(int64_t n) { return hours(n * 24); }
// For deadlines by steady_clock.
constexpr std::chrono::microseconds steady(Duration d) { return std::chrono::microseconds{d.us}; }

// An instant: microseconds since 1970-01-01T00:00:00Z. Zero means "not set" in the store.
struct Time {
  int64_t us = 0;
  auto operator<=>(const Time&) const = default;
  constexpr explicit operator bool() const { return us != 0; }
};

constexpr Time operator+(Time t, Duration d) { return {t.us + d.us}; }
constexpr Time operator-(Time t, Duration d) { return {t.us - d.us}; }
constexpr Duration operator-(Time a, Time b) { return {a.us - b.us}; }

// Zero is none.
inline std::optional<Time> if_set(Time t) { return t ? std::optional(t) : std::nullopt; }

// RFC 3339 in UTC with microseconds trimmed of trailing zeros ("2026-03-02T02:00:00Z").
std::string to_rfc3339(Time t);
// Accepts any offset; refuses a time without one. kInvalidArgument on anything else.
Result<Time> parse_rfc3339(std::string_view text);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
};

// The system clock moved by a constant: lets the demonstration run at ten in the morning, whenever it is run.
class OffsetClock final : public Clock {
 public:
  explicit OffsetClock(Duration offset) : offset_(offset) {}
  Time now() const override;

 private:
  Duration offset_;
};

// For tests: stands still until told to move.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : us_(start.us) {}
  Time now() const override { return {us_.load(std::memory_order_relaxed)}; }
  void advance(Duration d) { us_.fetch_add(d.us, std::memory_order_relaxed); }
  void set(Time t) { us_.store(t.us, std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> us_;
};

}  // namespace yizhan
