// What a running campaign adds to what somebody waits for: from the commit of a code to the carrier's answer.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>

#include "bench/system/bench.h"
#include "engine/changes.h"
#include "engine/recipient.h"
#include "store/queries.h"

namespace yizhan::bench {

namespace {

// Stores one code as a submission does; returns when it is on disk.
Result<int64_t> store_code(testing::SendingWorld& world, int64_t batch, int64_t customer) {
  const store::Store& store = world.store();
  const int64_t id = store.ids.next();
  std::string packed;
  YZ_CHECK(engine::pack(testing::SendingWorld::number_of(customer), {}, packed));
  YZ_CHECK(store.db.write([&](db::Tx& tx) -> Result<> {
    db::Columns messages, outbox;
    messages.row(id, batch, customer + 1, id, domain::MessageState::kQueued, domain::Reason::kNone, 1,
                 store.cipher.seal({store::column::kMessagePayload, id}, packed), store.now());
    outbox.row(batch, id);
    YZ_TRY(tx.bulk(store::q::message_insert, messages));
    YZ_TRY(tx.bulk(store::q::outbox_insert, outbox));
    YZ_TRY(tx.run(store::q::batch_add_message, batch, id));
    engine::Changes changes(engine::Care::kExpected);
    changes.count(batch, domain::MessageState::kQueued, domain::Reason::kNone, +1);
    return changes.write(tx, store.now());
  }));
  return id;
}

// Milliseconds from the commit of a code to the carrier's answer to its submit_sm; the 99th percentile of
// many, one every few milliseconds.
Result<double> code_latency(testing::SendingWorld& world, engine::Engine& engine, int64_t batch) {
  constexpr int64_t kCodes = 1'000;
  constexpr auto kEvery = std::chrono::milliseconds(5);
  std::map<int64_t, Time> stored;
  std::mutex pace;
  std::condition_variable tick;
  auto next = SteadyClock::now();
  for (int64_t i = 0; i < kCodes; ++i) {
    // The pace is what is measured: as submissions come in, whatever became of those before.
    std::unique_lock lock(pace);
    tick.wait_until(lock, next += kEvery, [] { return false; });
    const int64_t id = YZ_TRY(store_code(world, batch, i));
    stored[id] = world.store().now();
    engine.wake();
  }
  std::vector<double> waits;
  const auto look = [&] {
    waits.clear();
    const auto read = world.store().db.read([&](db::Tx& tx) -> Result<> {
      const std::array values{db::Param(stored.begin()->first), db::Param(stored.rbegin()->first)};
      return tx.each_sql(
          "SELECT message_id, responded_at FROM attempt WHERE message_id >= $1 AND message_id <= $2 AND "
          "responded_at > 0",
          values, [&](const db::Row& row) {
            if (const auto it = stored.find(row.i64(0)); it != stored.end())
              waits.push_back(static_cast<double>((row.time(1) - it->second).us) / 1e3);
          });
    });
    return read.has_value() && waits.size() == stored.size();
  };
  if (!testing::eventually(look)) return fail(ErrorCode::kTimeout, "codes were not answered");
  std::ranges::sort(waits);
  return waits[waits.size() * 99 / 100];
}

}  // namespace

// What a running campaign adds to what somebody waits for.
Result<> measure_latency(const Options& options, testing::SendingWorld& world, const Prepared& prepared) {
  // The campaign before counted against everybody's limits.
  YZ_CHECK(world.store().db.write([&](db::Tx& tx) -> Result<> {
    YZ_TRY(tx.run_sql("DELETE FROM frequency_use", {}));
    return {};
  }));
  return with_engine(world, [&](engine::Engine& engine) -> Result<> {
    const double idle = YZ_TRY(code_latency(world, engine, prepared.codes));
    const int64_t batch = YZ_TRY(world.add_batch(prepared.version, prepared.channel, options.messages));
    YZ_CHECK(world.start_batch(batch));
    engine.wake();
    if (!testing::eventually([&] { return world.projected(batch).value()["sent"] > 0; }))
      return fail(ErrorCode::kTimeout, "the campaign does not begin");
    const double busy = YZ_TRY(code_latency(world, engine, prepared.codes));
    const bool running =
        world.projected(batch).value()["held"] + world.projected(batch).value()["queued"] > 0;
    if (!running) fmt::print(stderr, "verification_latency: the campaign ended before the codes did\n");
    print(options, {"verification_latency_p99_alone", idle, "ms"});
    print(options, {"verification_latency_p99_beside_a_campaign", busy, "ms", "alone, ms", idle});
    print(options, {"verification_latency_p99_added", busy - idle, "ms"});
    return {};
  });
}

}  // namespace yizhan::bench
