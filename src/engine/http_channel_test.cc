// Channels by HTTP, as the engine sets them up: the examples work, whole texts and what they count for,
// callbacks in the form of deliveries.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/callback_deliveries.h"
#include "engine/channel_row.h"
#include "support/sending_store.h"

namespace yizhan::engine {
namespace {

domain::ChannelOptions example(const std::string& name) {
  std::ifstream file("examples/http_providers/" + name);
  std::stringstream text;
  text << file.rdbuf();
  auto options = json::decode<domain::ChannelOptions>(text.str());
  EXPECT_TRUE(options) << name << ": " << to_string(options.error());
  return options.value_or(domain::ChannelOptions{});
}

ChannelRow row_of(domain::ChannelOptions options) {
  return {.id = 1,
          .protocol = domain::ChannelProtocol::kHttp,
          .name = "http",
          .host = "sms.example",
          .system_id = "AKIDEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAM",
          .password = "secret",
          .port = 443,
          .options = std::move(options)};
}

std::string fault(const ChannelRow& row) {
  const auto checked = check_link(row);
  return checked ? std::string() : checked.error().field;
}

TEST(HttpChannel, TheExamplesWork) {
  for (const char* name : {"form_acs3.json", "json_tc3.json"}) {
    const domain::ChannelOptions options = example(name);
    EXPECT_EQ(fault(row_of(options)), "") << name;
    EXPECT_EQ(json::decode<domain::ChannelOptions>(json::encode(options)).value(), options) << name;
    EXPECT_EQ(link_config(row_of(options)).tls, link::Tls::kVerified) << name;
  }
}

TEST(HttpChannel, PlainHttpOnlyWhenAsked) {
  ChannelRow row = row_of(example("json_tc3.json"));
  row.options.tls = domain::ChannelTls::kUnverified;
  EXPECT_EQ(link_config(row).tls, link::Tls::kUnverified);
  row.options.http->scheme = provider::Scheme::kHttp;
  EXPECT_EQ(fault(row), "tls");
  row.options.tls = domain::ChannelTls::kOff;
  EXPECT_EQ(fault(row), "");
  EXPECT_EQ(link_config(row).tls, link::Tls::kOff);
}

TEST(HttpChannel, ADescriptionBelongsToItsProtocol) {
  ChannelRow row = row_of({});
  EXPECT_EQ(fault(row), "http");
  row = row_of(example("json_tc3.json"));
  row.protocol = domain::ChannelProtocol::kSmpp;
  EXPECT_EQ(fault(row), "http");
  row = row_of(example("json_tc3.json"));
  row.options.http->callback.receipts->status = "no pointer";
  EXPECT_EQ(fault(row), "http/callback/receipts/status");
  row = row_of(example("json_tc3.json"));
  row.options.http->request.body = "{{nobody}}";
  EXPECT_EQ(fault(row), "http/request/body");
}

TEST(HttpChannel, CallbacksBecomeDeliveries) {
  const Time now{2'000'000}, before{1'000'000};
  const provider::CallbackNews news{
      .receipts = {{"a", provider::Delivered::kYes, "DELIVERED", before},
                   {"b", provider::Delivered::kNo, "MK:0001", Time{3'000'000}},
                   {"c", provider::Delivered::kNotYet, "SENT", std::nullopt}},
      .replies = {{"8613800138000", "T\xE9\xA9\xBF\xF0\x9F\x98\x80\xFF", "", before}}};
  const auto deliveries = to_deliveries(news, "1069", now);
  ASSERT_EQ(deliveries.size(), 4U);
  EXPECT_EQ(deliveries[0].canonical_id, "a");
  EXPECT_EQ(deliveries[0].state, codec::ReceiptState::kDelivered);
  EXPECT_EQ(deliveries[0].at, before);
  EXPECT_EQ(deliveries[1].state, codec::ReceiptState::kUndeliverable);
  EXPECT_EQ(deliveries[1].stat, "MK:0001");
  EXPECT_EQ(deliveries[1].at, now);  // nothing happens later than now
  EXPECT_TRUE(deliveries[2].intermediate);
  EXPECT_FALSE(deliveries[3].is_receipt);
  EXPECT_EQ(deliveries[3].destination, "1069");
  EXPECT_EQ(to_hex(deliveries[3].content), "00549a7fd83dde00fffd");
}

class HttpClaimTest : public testing::SendingStoreTest {};
YIZHAN_FOR_EACH_STORE(HttpClaimTest);

// One piece and one attempt a message, which counts for the segments that the provider makes of it.
TEST_P(HttpClaimTest, AMessageIsOnePieceThatCountsForItsSegments) {
  const int64_t batch = queued_batch(5, kLongText);
  write([&](db::Tx& tx) { return tx.execute_script("UPDATE channel SET protocol = 'http'"); });
  const auto two = prepare(batch, 100, 5);
  ok(db().write([&](db::Tx& tx) { return two->commit(tx); }));
  ASSERT_EQ(two->segments().size(), 2U);
  const ClaimedSegment& s = two->segments()[0];
  EXPECT_EQ(s.units, 2);
  EXPECT_EQ(s.part_count, 1);
  EXPECT_FALSE(s.has_header);
  EXPECT_TRUE(as_chars(two->payload(s)).starts_with("【驿站】尊敬的客户0"));
  EXPECT_EQ(count("message WHERE segments = 2 AND state = 3"), 2);
  EXPECT_EQ(count("attempt WHERE segments = 1"), 2);
}

}  // namespace
}  // namespace yizhan::engine
