// One core's rate of judging messages by all gates, as every claim does for each of its messages: what
// passes, what waits for its hour, what is past a limit.

#include <benchmark/benchmark.h>

#include "engine/gates.h"
#include "store/settings.h"

namespace yizhan::engine {
namespace {

struct World {
  store::SendingSettings settings;
  std::vector<domain::FrequencyRule> own{
      {domain::MessageClass::kMarketing, days(30), 2, domain::FrequencySource::kCustomer}};
  std::vector<Time> used;
  GateRules rules;
  Candidate candidate;
  Time now = parse_rfc3339("2026-03-02T10:00:00+08:00").value();

  World() {
    for (int64_t month = 1; month <= 12; ++month)
      for (int64_t day = 0; day < 3; ++day)
        settings.holidays.push_back({now.us / days(1).us + month * 30 + day, "CN", std::nullopt, ""});
    rules = {
        .message_class = domain::MessageClass::kMarketing,
        .approved = true,
        .hours = {.batch = {9 * 60, 20 * 60}, .windows = settings.windows, .holidays = settings.holidays},
        .frequency = settings.frequency,
        .validity = settings.validity.marketing};
    candidate = {.number = 8613800138000,
                 .region = "CN",
                 .zone = "Asia/Shanghai",
                 .consent_of_class = static_cast<int64_t>(domain::ConsentKind::kGranted),
                 .preference = own,
                 .since = now};
  }
};

void judged(benchmark::State& state, Duration ahead, int uses) {
  World world;
  for (int i = 0; i < uses; ++i) world.used.push_back(world.now - days(i * 9 + 8));
  world.candidate.used = world.used;
  const Time now = world.now + ahead;
  for (auto _ : state) benchmark::DoNotOptimize(judge(world.rules, world.candidate, now));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(judged, passes, Duration{}, 1)->Name("engine/gates_pass");
BENCHMARK_CAPTURE(judged, waits, hours(11), 0)->Name("engine/gates_wait_for_the_morning");
BENCHMARK_CAPTURE(judged, is_at_a_limit, Duration{}, 4)->Name("engine/gates_at_a_limit");

}  // namespace
}  // namespace yizhan::engine
