// Rehearsals over real sessions of every protocol, on both stores: the simulated carriers get every segment
// that would be sent, and nothing of it is left behind.

#include "engine/rehearsal.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "domain/route.h"
#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

using domain::ChannelProtocol;
using domain::Reason;
using Company = Rehearsal::Company;

constexpr int64_t kRoute = 4'711;

class RehearsalTest : public testing::SendingStoreTest {
 protected:
  // What a rehearsal came to.
  struct Seen {
    Result<> ended;
    int64_t steps = 0;
    Funnel funnel;
    std::vector<RehearsedChannel> channels;
    std::vector<RehearsedHold> held;
    std::map<Reason, std::vector<int64_t>> examples;
    Forecast alone, crowded;
    double per_second = 0;
  };

  int64_t channel_of(ChannelProtocol protocol, int64_t segments_per_second = 0) {
    domain::ChannelOptions options;
    options.segments_per_second = segments_per_second;
    if (protocol == ChannelProtocol::kHttp) {
      std::ifstream file("examples/http_providers/json_tc3.json");
      std::stringstream text;
      text << file.rdbuf();
      options = ok(json::decode<domain::ChannelOptions>(text.str()));
    }
    // Nobody listens there: whoever tried to reach the carrier would fail.
    return ok(world_->add_channel(1, options, protocol));
  }
  int64_t batch_of(int64_t customers, int64_t channel, std::string_view body = kLongText) {
    if (value("SELECT count(*) FROM customer") == 0) ok(world_->add_customers(customers));
    const int64_t version = ok(world_->add_content(body, "拒收请回复R"));
    return ok(world_->add_batch(version, channel, customers));
  }
  void set_route(int64_t batch, const std::vector<domain::RouteChannel>& channels) {
    write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.run(store::q::route_insert, kRoute, "route", 0, clock_.now()));
      db::Columns rows;
      for (const domain::RouteChannel& c : channels)
        rows.row(kRoute, c.channel_id, c.carriers, 0b11110, c.cost, c.weight, c.tier, int64_t{c.enabled});
      YZ_TRY(tx.bulk(store::q::route_channel_insert, rows));
      YZ_TRY(tx.run(store::q::batch_set_route, batch, kRoute));
      return {};
    });
  }

  Seen rehearse(int64_t batch, size_t rows = 1'000, RehearsalOptions options = {}) {
    Seen seen;
    if (!options.when) options.when = clock_.now();
    if (!options.cancelled) options.cancelled = [] { return false; };
    const auto plan = ok(db().read([&](db::Tx& tx) { return load_batch_plan(tx, batch); }));
    // It makes its thread give way for good.
    std::thread([&] {
      Rehearsal rehearsal(store(), plan, screen_, options);
      for (bool more = true; more && seen.ended; ++seen.steps) {
        const auto stepped = rehearsal.step(rows);
        more = stepped && *stepped;
        if (!stepped) seen.ended = std::unexpected(stepped.error());
      }
      seen.funnel = rehearsal.funnel();
      seen.channels = rehearsal.channels();
      seen.held = rehearsal.held();
      seen.examples = rehearsal.examples();
      seen.per_second = rehearsal.segments_per_second();
      if (!seen.ended) return;
      seen.alone = ok(rehearsal.forecast(Company::kAlone));
      seen.crowded = ok(rehearsal.forecast(Company::kCrowded));
    }).join();
    return seen;
  }

  // Nothing but the rows that were there before.
  void expect_untouched(int64_t batch, int64_t customers) {
    EXPECT_EQ(ok(world_->counts(batch)), (std::map<std::string, int64_t>{{"held", customers}}));
    expect_counted(batch);
    for (const char* table : {"attempt", "inflight", "outbox", "deferred", "frequency_use", "receipt_wait",
                              "receipt_parked", "channel_event"})
      EXPECT_EQ(count(table), 0) << table;
  }
};
YIZHAN_FOR_EACH_STORE(RehearsalTest);

TEST_P(RehearsalTest, EveryProtocolsCarrierTakesEverySegment) {
  constexpr int64_t kCustomers = 120;
  for (const auto protocol : {ChannelProtocol::kSmpp, ChannelProtocol::kCmpp2, ChannelProtocol::kCmpp3,
                              ChannelProtocol::kSgip, ChannelProtocol::kSmgp}) {
    const int64_t batch = batch_of(kCustomers, channel_of(protocol));
    const Seen seen = rehearse(batch, 50);
    ASSERT_TRUE(seen.ended) << name_of(protocol) << ": " << to_string(seen.ended.error());
    EXPECT_EQ(seen.steps, 3) << name_of(protocol);
    EXPECT_EQ(seen.funnel.would_send, kCustomers);
    EXPECT_EQ(seen.funnel.segments, 2 * kCustomers);
    ASSERT_EQ(seen.channels.size(), 1U);
    EXPECT_TRUE(seen.channels[0].simulated);
    EXPECT_EQ(seen.channels[0].carrier_took, 2 * kCustomers) << name_of(protocol);
    EXPECT_GT(seen.per_second, 0);
    EXPECT_EQ(seen.alone.messages, kCustomers);
    expect_untouched(batch, kCustomers);
  }
}

// More than the link's queue holds at once.
TEST_P(RehearsalTest, ALargeOneFlowsThroughBoundedQueues) {
  constexpr int64_t kCustomers = 6'000;
  const int64_t batch = batch_of(kCustomers, channel_of(ChannelProtocol::kSmpp, 10));
  const Seen seen = rehearse(batch);
  ASSERT_TRUE(seen.ended) << to_string(seen.ended.error());
  EXPECT_EQ(seen.channels[0].carrier_took, 2 * kCustomers);
  EXPECT_EQ(seen.channels[0].segments_per_second, 10);
  // 12,000 segments at ten a second; when all lanes are full, marketing has one of every 13.
  EXPECT_EQ(seen.alone.ends_at, clock_.now() + minutes(20));
  EXPECT_EQ(seen.alone.limited_by, ForecastLimit::kChannel);
  EXPECT_NEAR(seen.channels[0].lane_share, 1.0 / 13, 1e-9);
  EXPECT_EQ(seen.crowded.ends_at, clock_.now() + minutes(260));
  expect_untouched(batch, kCustomers);
}

TEST_P(RehearsalTest, WhoIsHeldRefusedAndSentIsToldApart) {
  constexpr int64_t kCustomers = 20;
  const int64_t batch = batch_of(kCustomers, channel_of(ChannelProtocol::kSmpp), kShortText);
  // Three in New York, where it is still night; two have opted out; one is nowhere.
  execute(
      "UPDATE customer SET zone = 'America/New_York' WHERE id <= 3;"
      "UPDATE customer SET suppressed = 8 WHERE id IN (4, 5);"
      "UPDATE customer SET zone = 'Nowhere' WHERE id = 6");
  const Seen seen = rehearse(batch);
  ASSERT_TRUE(seen.ended);
  EXPECT_EQ(seen.funnel.audience, kCustomers);
  EXPECT_EQ(seen.funnel.would_send, 14);
  EXPECT_EQ(seen.funnel.held, (std::map<std::string, int64_t>{{"outside_window", 3}}));
  EXPECT_EQ(seen.funnel.refused, (std::map<std::string, int64_t>{{"suppressed", 2}, {"zone_unknown", 1}}));
  ASSERT_EQ(seen.held.size(), 1U);
  EXPECT_EQ(seen.held[0].reason, Reason::kOutsideWindow);
  EXPECT_EQ(seen.held[0].messages, 3);
  // It is nine in New York at ten in the evening here.
  EXPECT_EQ(seen.held[0].until, parse_rfc3339("2026-03-02T22:00:00+08:00").value());
  EXPECT_EQ(seen.examples.at(Reason::kSuppressed).size(), 2U);
  EXPECT_EQ(seen.channels[0].carrier_took, 17) << "those who wait are sent to as well";
  EXPECT_EQ(seen.alone.messages, 17);
  EXPECT_GT(seen.alone.ends_at, seen.held[0].until);
  expect_untouched(batch, kCustomers);
}

TEST_P(RehearsalTest, ARouteLeadsWhereItWouldLead) {
  constexpr int64_t kCustomers = 60;
  const int64_t mobile = channel_of(ChannelProtocol::kCmpp2), other = channel_of(ChannelProtocol::kSmpp),
                spare = channel_of(ChannelProtocol::kSmgp);
  const int64_t batch = batch_of(kCustomers, mobile);
  execute("UPDATE message SET carrier = 2 WHERE customer_id > 40");
  set_route(batch, {{.channel_id = mobile, .carriers = domain::carrier_bit(1)},
                    {.channel_id = other},
                    {.channel_id = spare, .tier = 2}});
  execute("UPDATE route_channel SET cost = 100 WHERE channel_id = " + std::to_string(other));
  const auto took = [](const Seen& seen, int64_t channel) {
    for (const RehearsedChannel& c : seen.channels)
      if (c.channel_id == channel) return c.carrier_took;
    return int64_t{0};
  };
  Seen seen = rehearse(batch);
  ASSERT_TRUE(seen.ended);
  EXPECT_EQ(took(seen, mobile), 80);
  EXPECT_EQ(took(seen, other), 40);
  EXPECT_EQ(took(seen, spare), 0);
  seen = rehearse(batch, 1'000, {.when = {}, .ill = {other}, .cancelled = {}});
  EXPECT_EQ(took(seen, mobile), 80);
  EXPECT_EQ(took(seen, spare), 40);
}

// A provider by HTTP would have to be real: what would go there is counted.
TEST_P(RehearsalTest, AnHttpProvidersSegmentsAreCounted) {
  const int64_t batch = batch_of(10, channel_of(ChannelProtocol::kHttp));
  const Seen seen = rehearse(batch);
  ASSERT_TRUE(seen.ended) << to_string(seen.ended.error());
  ASSERT_EQ(seen.channels.size(), 1U);
  EXPECT_FALSE(seen.channels[0].simulated);
  EXPECT_EQ(seen.channels[0].segments, 20);
  EXPECT_EQ(seen.channels[0].carrier_took, 0);
  EXPECT_EQ(seen.alone.messages, 10);
}

TEST_P(RehearsalTest, EndsWhenItIsCancelled) {
  const int64_t batch = batch_of(500, channel_of(ChannelProtocol::kSmpp));
  int64_t asked = 0;
  const Seen seen = rehearse(batch, 100, {.when = {}, .ill = {}, .cancelled = [&] { return ++asked > 250; }});
  ASSERT_FALSE(seen.ended);
  EXPECT_EQ(seen.ended.error().code, ErrorCode::kUnavailable);
  EXPECT_LE(seen.funnel.audience, 250);
  expect_untouched(batch, 500);
}

}  // namespace
}  // namespace yizhan::engine
