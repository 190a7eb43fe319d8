// Who a segment holds: every condition on both stores.

#include "service/segments.h"

#include <gtest/gtest.h>

#include <set>

#include "service/customers.h"
#include "store/audience.h"
#include "store/queries.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

namespace q = store::q;
using domain::SegmentFilter;
using testing::command_line;

class SegmentsTest : public testing::ServiceTest {
 protected:
  CustomerId add(const std::string& number, std::map<std::string, std::string> attributes = {}) {
    const auto made =
        Customers(store()).create(command_line(), {.number = number, .attributes = std::move(attributes)});
    EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
    return made ? made->id : CustomerId{};
  }
  // By count and by rows, which must agree; in chunks of two, as a freeze takes them.
  std::set<CustomerId> in(const SegmentFilter& filter) {
    std::set<CustomerId> out;
    const auto read = db().read([&](db::Tx& tx) -> Result<int64_t> {
      for (int64_t after = 0;;) {
        const auto rows = YZ_TRY(store::next_audience_rows(tx, filter, store().now(), after, 2));
        if (rows.empty()) break;
        for (const store::AudienceRow& row : rows) out.insert(CustomerId{row.customer_id});
        after = rows.back().customer_id;
      }
      return store::count_audience(tx, filter, store().now());
    });
    EXPECT_TRUE(read) << (read ? "" : to_string(read.error()));
    EXPECT_EQ(read.value_or(-1), std::ssize(out));
    return out;
  }
  void sent(CustomerId customer, Duration ago, int64_t message) {
    const auto done = db().write([&](db::Tx& tx) -> Result<> {
      db::Columns rows;
      rows.row(customer, domain::MessageClass::kMarketing, clock_.now() - ago, message);
      YZ_TRY(tx.bulk(q::frequency_insert, rows));
      return {};
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  void purge(Time before) {
    const auto done = db().write([&](db::Tx& tx) { return store::purge_frequency(tx, before); });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  static std::string fault_of(const std::string& filter) {
    const auto decoded = json::decode<SaveSegment>(R"({"name":"n","filter":)" + filter + "}");
    return decoded ? "" : decoded.error().field;
  }
};

YIZHAN_FOR_EACH_STORE(SegmentsTest);

TEST_P(SegmentsTest, ByAttributes) {
  const auto a = add("13800138000", {{"tier", "gold"}, {"shop \"x\" $.1", "1"}});
  const auto b = add("13800138001", {{"tier", "silver"}});
  const auto c = add("13800138002");
  EXPECT_EQ(in({.attributes = {{"tier", {"gold"}}}}), (std::set{a}));
  EXPECT_EQ(in({.attributes = {{"tier", {"gold", "silver"}}}}), (std::set{a, b}));
  EXPECT_EQ(in({.attributes = {{"tier", {"gold", "silver"}}, {"shop \"x\" $.1", {"1"}}}}), (std::set{a}));
  EXPECT_TRUE(in({.attributes = {{"tier", {"Gold"}}}}).empty());
  EXPECT_TRUE(in({.attributes = {{"none", {"gold"}}}}).empty());
  EXPECT_EQ(in({}), (std::set{a, b, c}));
}

TEST_P(SegmentsTest, ByCarrier) {
  const auto mobile = add("13800138000");
  const auto unicom = add("13000138000");
  EXPECT_EQ(in({.carriers = {text::Carrier::kMobile}}), (std::set{mobile}));
  EXPECT_EQ(in({.carriers = {text::Carrier::kMobile, text::Carrier::kUnicom}}), (std::set{mobile, unicom}));
  EXPECT_TRUE(in({.carriers = {text::Carrier::kTelecom}}).empty());
}

TEST_P(SegmentsTest, ByWhatWasSent) {
  const auto recent = add("13800138000"), old = add("13800138001"), never = add("13800138002");
  sent(recent, days(3), 1);
  sent(recent, days(200), 2);
  sent(old, days(100), 3);
  for (int purged = 0; purged < 3; ++purged) {
    EXPECT_EQ(in({.sent_within_days = 7}), (std::set{recent})) << purged;
    EXPECT_EQ(in({.sent_within_days = 101}), (std::set{recent, old})) << purged;
    EXPECT_EQ(in({.not_sent_within_days = 7}), (std::set{old, never})) << purged;
    EXPECT_EQ(in({.not_sent_within_days = 300}), (std::set{never})) << purged;
    EXPECT_EQ(in({.sent_within_days = 300, .not_sent_within_days = 7}), (std::set{old})) << purged;
    // The same when the counts of limits are gone, also when a later purge takes older rows than an earlier.
    purge(clock_.now() - days(purged == 0 ? 150 : 1));
  }
  EXPECT_EQ(count("SELECT count(*) FROM frequency_use"), 0);
  EXPECT_EQ(in({.sent_within_days = 3}), std::set<CustomerId>{});
}

TEST_P(SegmentsTest, ByReplies) {
  const auto recent = add("13800138000"), old = add("13800138001");
  const auto done = db().write([&](db::Tx& tx) -> Result<> {
    db::Columns rows;
    const crypto::BlindHash index{};
    const auto reply = [&](int64_t id, CustomerId customer, Duration ago) {
      rows.row(id, 7, customer, index, Bytes{1}, "10690", Bytes{1}, domain::InboundKind::kOther, 0,
               clock_.now() - ago);
    };
    reply(1, recent, days(2));
    reply(2, old, days(40));
    YZ_TRY(tx.bulk(q::inbound_insert, rows));
    return {};
  });
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(in({.replied_within_days = 30}), (std::set{recent}));
  EXPECT_EQ(in({.replied_within_days = 41}), (std::set{recent, old}));
}

TEST_P(SegmentsTest, AreKeptAsGiven) {
  const Segments segments(store());
  const auto saved = segments.create(command_line(), {"n",
                                                      {.attributes = {{"tier", {"gold"}}},
                                                       .carriers = {text::Carrier::kUnicom},
                                                       .not_sent_within_days = 30}});
  ASSERT_TRUE(saved) << to_string(saved.error());
  EXPECT_EQ(saved->filter.attributes.at(0).values, std::vector<std::string>{"gold"});
  EXPECT_NE(json::encode(*saved).find(R"("carriers":["unicom"])"), std::string::npos);
  EXPECT_EQ(saved->filter.not_sent_within_days, 30);
}

TEST_P(SegmentsTest, FaultsHaveTheirPlace) {
  EXPECT_EQ(fault_of("{}"), "");
  EXPECT_EQ(fault_of(R"({"carriers":["mobile","china"]})"), "/filter/carriers/1");
  EXPECT_EQ(fault_of(R"({"sent_within_days":0})"), "/filter/sent_within_days");
  EXPECT_EQ(fault_of(R"({"not_sent_within_days":3651})"), "/filter/not_sent_within_days");
  EXPECT_EQ(fault_of(R"({"replied_within_days":"7"})"), "/filter/replied_within_days");
  EXPECT_EQ(fault_of(R"({"attributes":[{"name":"tier","values":[]}]})"), "/filter/attributes/0/values");
  EXPECT_EQ(fault_of(R"({"attributes":[{"name":"","values":["a"]}]})"), "/filter/attributes/0/name");
}

}  // namespace
}  // namespace yizhan::service
