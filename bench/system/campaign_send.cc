// A campaign over SMPP with receipts, every state durable: from its start to its last delivered message.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "bench/system/bench.h"
#include "engine/engine.h"
#include "screen/screener.h"

namespace yizhan::bench {
namespace {

Result<> send(const Options& options, const Carrier& carrier, testing::SendingWorld& world,
              const RawLimits& raw, boost::asio::io_context& io) {
  YZ_CHECK(world.add_customers(options.messages));
  domain::ChannelOptions channel_options;
  channel_options.window = 512;
  const int64_t channel = YZ_TRY(world.add_channel(carrier.port(), channel_options));
  const int64_t version = YZ_TRY(world.add_content("亲爱的{name}，本店周年庆，全场九折。", "拒收请回复R"));
  const int64_t batch = YZ_TRY(world.add_batch(version, channel, options.messages));
  const auto rules = YZ_TRY(
      screen::Screener::load(std::vector<std::string>{"rules/cn_advertising.toml", "rules/cn_forbidden.toml",
                                                      "rules/cn_format.toml", "rules/cn_sector.toml"},
                             "2026-01-01"));
  engine::Engine engine(world.store(), io, [&](std::string_view text, domain::MessageClass) {
    return rules->screen_rendered(text, screen::MessageClass::kMarketing).verdict != screen::Verdict::kBlock;
  });
  YZ_CHECK(engine.start());
  if (!testing::eventually([&] { return engine.channels().at(0).link.state == link::LinkState::kBound; }))
    return fail(ErrorCode::kUnavailable, "the link does not bind");
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
  engine.stop(seconds(1));
  return {};
}

}  // namespace

Result<> measure_campaign(const Options& options, const Carrier& carrier, testing::SendingWorld& world,
                          const RawLimits& raw) {
  boost::asio::io_context io;
  auto guard = boost::asio::make_work_guard(io);
  std::thread thread([&] { io.run(); });
  const Result<> outcome = send(options, carrier, world, raw, io);
  guard.reset();
  io.stop();
  thread.join();
  return outcome;
}

}  // namespace yizhan::bench
