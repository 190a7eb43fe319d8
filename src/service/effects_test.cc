#include "service/effects.h"

#include <gtest/gtest.h>

#include <numeric>

#include "domain/message.h"
#include "store/queries.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

namespace q = store::q;
using domain::InboundKind;
using domain::MessageState;

class EffectsTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    execute(
        "INSERT INTO user_account VALUES (1, 'm', 'M', 2, '', 0, 0, 0, 0, 0, 0, 0, 1);"
        "INSERT INTO content VALUES (2, 'c', 3, '', 0, 4, 3, 3, 1, 1, 0, 0, 1)");
    const auto made = db().write([&](db::Tx& tx) -> Result<> {
      YZ_TRY(tx.run(q::campaign_insert, kCampaign, "春季", "goal", 3, "", 2, Bytes{}, "{}", store().now(), 0,
                    1, 8, 1, store().now()));
      return {};
    });
    ASSERT_TRUE(made) << to_string(made.error());
  }

  struct Sent {
    MessageState state;
    Duration submitted, settled;  // after the start; submitted 0 = never
    std::string city = "北京";
    int64_t carrier = 1, segments = 1;
  };
  void freeze(const std::vector<Sent>& list) {
    const auto done = db().write([&](db::Tx& tx) -> Result<> {
      const Time start = store().now();
      const auto size = static_cast<int64_t>(list.size());
      YZ_TRY(tx.run(q::batch_insert, kBatch, 1, kCampaign, 3, Bytes{}, 3, "", 7, 540, 1200, 0, 0, 2, size,
                    100, 99 + size, start, start));
      YZ_TRY(tx.run(q::campaign_freezing, kCampaign, 2, kBatch, 3, Bytes{}, start, 1));
      YZ_TRY(tx.run(q::campaign_frozen, kCampaign, 8, size, Bytes{}, start, 2));
      for (int64_t i = 0; i < size; ++i) YZ_CHECK(add(tx, i, list[static_cast<size_t>(i)], start));
      return {};
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  static Result<> add(db::Tx& tx, int64_t i, const Sent& sent, Time start) {
    db::Params customer, message;
    const std::string key = std::to_string(i);
    customer.add(50 + i);
    customer.add(ByteSpan(reinterpret_cast<const uint8_t*>(key.data()), key.size()));
    customer.add(sent.city);
    YZ_TRY(
        tx.run_sql("INSERT INTO customer VALUES ($1, $2, $2, NULL, NULL, 'CN', 1, 'Asia/Shanghai', $3, '', "
                   "'{}', 0, 0, 0, 0, 1, 0)",
                   customer.view()));
    message.add(100 + i);
    message.add(50 + i);
    message.add(sent.state);
    message.add(sent.segments);
    message.add(sent.carrier);
    message.add(sent.submitted.us == 0 ? Time{} : start + sent.submitted);
    message.add(start + sent.settled);
    message.add(Bytes{1});
    YZ_TRY(tx.run_sql("INSERT INTO message VALUES ($1, 20, $2, 0, $3, 0, 1, $4, $5, $8, 0, $6, $7, 0)",
                      message.view()));
    return {};
  }
  void reply(InboundKind kind, Duration after, int64_t batch = kBatch) {
    const auto done = db().write([&](db::Tx& tx) -> Result<> {
      db::Columns rows;
      rows.row(store().ids.next(), 7, 50, Bytes{1}, Bytes{1}, "1069", Bytes{1}, kind, batch,
               store().now() + after);
      YZ_TRY(tx.bulk(q::inbound_insert, rows));
      return {};
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  CampaignEffect effect() {
    const auto found = Effects(store()).of(kCampaign);
    EXPECT_TRUE(found) << (found ? "" : to_string(found.error()));
    return found.value_or(CampaignEffect{});
  }
  static int64_t sum(const std::vector<EffectPoint>& points, int64_t EffectPoint::* member) {
    return std::accumulate(points.begin(), points.end(), int64_t{0},
                           [&](int64_t n, const EffectPoint& p) { return n + p.*member; });
  }
  static int64_t sum(const std::vector<EffectGroup>& groups, int64_t EffectGroup::* member) {
    return std::accumulate(groups.begin(), groups.end(), int64_t{0},
                           [&](int64_t n, const EffectGroup& g) { return n + g.*member; });
  }

  static constexpr CampaignId kCampaign{10};
  static constexpr int64_t kBatch = 20;
};

YIZHAN_FOR_EACH_STORE(EffectsTest);

TEST_P(EffectsTest, SumsAsItSays) {
  freeze({{MessageState::kDelivered, minutes(1), minutes(2), "北京", 1, 2},
          {MessageState::kDelivered, minutes(1), minutes(4), "上海", 2},
          {MessageState::kFailed, minutes(2), minutes(3), "上海", 2},
          {MessageState::kExpired, minutes(2), minutes(5), ""},
          {MessageState::kUnknown, minutes(2), minutes(2)},
          {MessageState::kSent, minutes(3), minutes(3), "北京", 0, 3},
          {MessageState::kRefused, {}, minutes(1)},
          {MessageState::kHeld, {}, {}},
          {MessageState::kQueued, minutes(1), minutes(1)},  // waits for a retry: it has not left
          {MessageState::kInFlight, minutes(3), minutes(3)}});
  reply(InboundKind::kOther, minutes(6));
  reply(InboundKind::kOptOut, minutes(7));
  reply(InboundKind::kOptOut, minutes(7), 21);  // answers something else
  const CampaignEffect e = effect();
  EXPECT_EQ(e.targeted, 10);
  EXPECT_EQ(e.delivered, 2);
  EXPECT_EQ(e.failed, 1);
  EXPECT_EQ(e.expired, 1);
  EXPECT_EQ(e.unknown, 1);
  EXPECT_EQ(e.refused, 1);
  EXPECT_EQ(e.open, 4);  // held, queued, in flight, sent
  EXPECT_EQ(e.submitted, 6);
  EXPECT_EQ(e.targeted, e.delivered + e.failed + e.expired + e.unknown + e.refused + e.open);
  EXPECT_EQ(e.segments, 2 + 1 + 1 + 1 + 1 + 3);
  EXPECT_EQ(e.replies, 2);
  EXPECT_EQ(e.opt_outs, 1);
  for (const auto& groups : {e.by_carrier, e.by_city}) {
    EXPECT_EQ(sum(groups, &EffectGroup::targeted), e.targeted);
    EXPECT_EQ(sum(groups, &EffectGroup::submitted), e.submitted);
    EXPECT_EQ(sum(groups, &EffectGroup::delivered), e.delivered);
    EXPECT_EQ(sum(groups, &EffectGroup::failed), e.failed);
  }
  ASSERT_EQ(e.by_carrier.size(), 3u);
  EXPECT_EQ(e.by_carrier[2].name, "unicom");
  EXPECT_EQ(e.by_carrier[2].targeted, 2);
  ASSERT_EQ(e.by_city.size(), 3u);
  EXPECT_EQ(e.by_city[0].name, "北京");
  EXPECT_EQ(e.by_city[0].targeted, 7);
  EXPECT_EQ(e.by_city[2].name, "");
}

TEST_P(EffectsTest, TimeGoesInBucketsWithoutGaps) {
  freeze(
      {{MessageState::kDelivered, minutes(1), minutes(5)}, {MessageState::kFailed, minutes(2), minutes(2)}});
  reply(InboundKind::kOptOut, minutes(3));
  const CampaignEffect e = effect();
  EXPECT_EQ(e.bucket_seconds, 60);
  ASSERT_EQ(e.points.size(), 5u);
  EXPECT_EQ(e.points[0].at, store().now() + minutes(1));
  EXPECT_EQ(e.points[0].submitted, 1);
  EXPECT_EQ(e.points[1].submitted, 1);
  EXPECT_EQ(e.points[1].failed, 1);
  EXPECT_EQ(e.points[2].replies, 1);
  EXPECT_EQ(e.points[2].opt_outs, 1);
  EXPECT_EQ(e.points[3].at, store().now() + minutes(4));
  EXPECT_EQ(e.points[4].delivered, 1);
}

TEST_P(EffectsTest, NothingBeforeTheFreeze) {
  const CampaignEffect e = effect();
  EXPECT_EQ(e.name, "春季");
  EXPECT_EQ(e.targeted, 0);
  EXPECT_TRUE(e.points.empty());
  EXPECT_FALSE(e.started_at);
  EXPECT_EQ(Effects(store()).of(CampaignId{77}).error().code, ErrorCode::kNotFound);
}

TEST_P(EffectsTest, SmallCitiesAreOneGroup) {
  std::vector<Sent> list;
  for (int i = 0; i < 30; ++i)
    for (int n = 0; n < (i < 3 ? 2 : 1); ++n)
      list.push_back({MessageState::kDelivered, minutes(1), minutes(1), "city" + std::to_string(10 + i)});
  freeze(list);
  const CampaignEffect e = effect();
  ASSERT_EQ(e.by_city.size(), limits::kEffectCities + 1);
  EXPECT_EQ(e.by_city[0].name, "city10");
  EXPECT_EQ(e.by_city[0].targeted, 2);
  EXPECT_EQ(e.by_city[3].targeted, 1);
  EXPECT_EQ(e.by_city.back().name, "");
  EXPECT_EQ(e.by_city.back().targeted, 10);
  EXPECT_EQ(sum(e.by_city, &EffectGroup::delivered), 33);
}

TEST(EffectTimeline, GrowsSoThatPointsStayFew) {
  const Time start{1'800'000'000'000'000};
  EffectTimeline timeline;
  for (int64_t i = 0; i < 1'000; ++i) ++timeline.at(start + hours(i)).submitted;
  ++timeline.at(start - days(2)).submitted;  // what comes late and lies early is kept too
  const auto points = timeline.points();
  EXPECT_LE(points.size(), limits::kEffectPoints);
  EXPECT_EQ(timeline.bucket_seconds(), 86'400);
  int64_t total = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    total += points[i].submitted;
    EXPECT_EQ(points[i].at.us % days(1).us, 0);
    if (i > 0) EXPECT_EQ(points[i].at - points[i - 1].at, days(1));
  }
  EXPECT_EQ(total, 1'001);
  ++timeline.at(start + days(20 * 365)).replies;
  EXPECT_LE(timeline.points().size(), limits::kEffectPoints);
  EXPECT_TRUE(EffectTimeline().points().empty());
}

}  // namespace
}  // namespace yizhan::service
