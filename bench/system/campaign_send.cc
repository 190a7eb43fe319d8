// A campaign over SMPP with receipts, every state durable: from its start to its last delivered message.

#include "bench/system/bench.h"

namespace yizhan::bench {

Result<> measure_campaign(const Options& options, const Carrier& carrier, testing::SendingWorld& world,
                          const Prepared& prepared, const RawLimits& raw) {
  return with_engine(world, [&](engine::Engine& engine) -> Result<> {
    const int64_t batch = YZ_TRY(world.add_batch(prepared.version, prepared.channel, options.messages));
    const double ours = processor_seconds(), carriers = carrier.processor_seconds();
    const auto start = SteadyClock::now();
    YZ_CHECK(world.start_batch(batch));
    engine.wake();
    const bool done =
        testing::eventually([&] { return world.projected(batch).value()["delivered"] == options.messages; },
                            std::chrono::minutes(20));
    const double elapsed = seconds_since(start);
    if (!done) return fail(ErrorCode::kTimeout, "not every message was delivered");
    const double messages = static_cast<double>(options.messages);
    const double our_us = (processor_seconds() - ours) * 1e6 / messages;
    const double carrier_us = (carrier.processor_seconds() - carriers) * 1e6 / messages;
    if (world.counts(batch).value()["delivered"] != options.messages)
      return fail(ErrorCode::kCorrupt, "the projection is not what the rows say");
    print(options, {"campaign_send", messages / elapsed, "messages/s", "raw insert, rows/s", raw.insert});
    print(options,
          {"campaign_send", messages / elapsed, "messages/s", "raw loopback, messages/s", raw.loopback});
    print(options, {"campaign_send_processor", our_us, "us/message", "of the carrier", carrier_us});
    return {};
  });
}

}  // namespace yizhan::bench
