#pragma once
// What the benchmarks of the whole system share: their options, how a figure is printed, the raw limits that
// stand beside the figures. One thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "tests/support/sending_world.h"

namespace yizhan::bench {

struct Options {
  std::string store = "sqlite";
  int64_t messages = 200'000;  // of a campaign
  int64_t rows = 200'000;      // of an import
  std::string only;            // the benchmarks whose name holds this
  bool runs(std::string_view name) const { return name.find(only) != std::string_view::npos; }
};

using SteadyClock = std::chrono::steady_clock;
inline double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

// One line as bench/run.py reads it. Without a peer's name there is no peer.
struct Figure {
  std::string_view name;
  double value = 0;
  std::string_view unit;
  std::string_view peer = {};
  double peer_value = 0;
};
void print(std::string_view store, const Figure& figure);
inline void print(const Options& options, const Figure& figure) { print(options.store, figure); }

// Processor time of this process, in seconds.
double processor_seconds();
double peak_rss_mb();

// The carrier in a child process: to be made before this one has threads.
class Carrier {
 public:
  Carrier();
  ~Carrier();
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;
  uint16_t port() const { return port_; }
  // Processor time of the child so far, in seconds.
  double processor_seconds() const;

 private:
  [[noreturn]] static void run_child(int out);
  int pid_ = 0;
  uint16_t port_ = 0;
};

// What the machine gives at best, measured in the same run.
struct RawLimits {
  double insert = 0;    // rows a second into a narrow table, batches of 1,000 with a durable commit each
  double loopback = 0;  // submits answered and receipted a second by the carrier, nothing stored
};
// By so many writers at a time, each of which waits for its rows to be durable.
double raw_insert(db::Database& database, int writers, int64_t rows_each, double seconds);
Result<double> raw_loopback(const Carrier& carrier, int64_t messages);

// An engine over the world with the shipped rules, bound to its carrier, and the thread that runs its links,
// while `work` runs.
Result<> with_engine(testing::SendingWorld& world, const std::function<Result<>(engine::Engine&)>& work);

// What is sent: customers, a channel to the carrier, a marketing text, and a running batch for codes in the
// lane of verification.
struct Prepared {
  int64_t channel = 0, version = 0, codes = 0;
};
Result<Prepared> prepare(const Options& options, const Carrier& carrier, testing::SendingWorld& world);

Result<> measure_campaign(const Options& options, const Carrier& carrier, testing::SendingWorld& world,
                          const Prepared& prepared, const RawLimits& raw);
Result<> measure_latency(const Options& options, testing::SendingWorld& world, const Prepared& prepared);
Result<> measure_freeze(const Options& options, testing::SendingWorld& world, const RawLimits& raw);
Result<> measure_import(const Options& options, testing::SendingWorld& world, const std::string& folder,
                        const RawLimits& raw);

}  // namespace yizhan::bench
