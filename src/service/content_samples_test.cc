#include "service/content_samples.h"

#include <gtest/gtest.h>

#include "service/customers.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using domain::MessageClass;
using testing::command_line;

class ContentSamplesTest : public testing::ServiceTest {
 protected:
  CustomerId add(int number, const std::string& name, const std::string& level = "金卡") {
    const auto view = Customers(store()).create(
        command_line(),
        {.number = std::to_string(13'800'138'000 + number), .name = name, .member_level = level});
    EXPECT_TRUE(view) << (view ? "" : to_string(view.error()));
    return view ? view->id : CustomerId{};
  }
  static ContentTextSpec text(std::string body = "尊敬的{name}，您是{member_level}会员。") {
    return {MessageClass::kMarketing,
            "",
            "驿站",
            std::move(body),
            "拒收请回复R",
            {{"name", 10, "王女士"}, {"member_level", 40, ""}}};
  }
  static domain::Audience everyone() { return {.filter = domain::SegmentFilter{}}; }
  ContentSampler sampler() { return ContentSampler(store()); }
};

YIZHAN_FOR_EACH_STORE(ContentSamplesTest);

TEST_P(ContentSamplesTest, TheDeclaredSampleAndTheLongest) {
  const auto samples = sampler().sample({text(), {}});
  ASSERT_TRUE(samples) << to_string(samples.error());
  EXPECT_EQ(samples->looked_at, 0);
  ASSERT_EQ(samples->items.size(), 2u);
  const ContentSample& sample = samples->items[0];
  EXPECT_EQ(sample.kind, SampleKind::kSample);
  EXPECT_EQ(sample.text, "【驿站】尊敬的王女士，您是{member_level}会员。拒收请回复R");
  EXPECT_EQ(sample.missing, std::vector<std::string>{"member_level"});
  EXPECT_EQ(sample.segments, 0);  // nothing would be sent
  const ContentSample& longest = samples->items[1];
  EXPECT_EQ(longest.kind, SampleKind::kLongest);
  EXPECT_TRUE(longest.missing.empty());
  EXPECT_EQ(longest.encoding, "ucs2");
  EXPECT_EQ(longest.units, 4 + 3 + 10 + 3 + 40 + 3 + 6);
  EXPECT_EQ(longest.segments, 1);
  EXPECT_EQ(measure_text(to_domain(text())).longest_units, longest.units);
}

TEST_P(ContentSamplesTest, RealRecipientsAreMaskedAndTheCostliestIsFound) {
  std::vector<CustomerId> ids;
  for (int i = 0; i < 12; ++i) ids.push_back(add(i, "张小伟"));
  const CustomerId costly = add(12, "欧阳大伟", std::string(40, 'x'));
  const auto samples = sampler().sample({text(), everyone()});
  ASSERT_TRUE(samples) << to_string(samples.error());
  EXPECT_EQ(samples->looked_at, 13);
  ASSERT_EQ(samples->items.size(), 2u + 1u + 5u);
  const ContentSample& most = samples->items[2];
  EXPECT_EQ(most.kind, SampleKind::kCostliest);
  EXPECT_EQ(most.customer_id, costly);
  EXPECT_TRUE(most.text.starts_with("【驿站】尊敬的欧***，您是xxx")) << most.text;
  EXPECT_EQ(most.units, 4 + 3 + 4 + 3 + 40 + 3 + 6);
  const ContentSample& one = samples->items[3];
  EXPECT_EQ(one.kind, SampleKind::kRecipient);
  EXPECT_EQ(one.customer_id, ids[0]);
  EXPECT_EQ(one.text, "【驿站】尊敬的张**，您是金卡会员。拒收请回复R");
  EXPECT_EQ(one.segments, 1);
  EXPECT_EQ(samples->items.back().customer_id, ids[10]);  // spread over all that were looked at
  EXPECT_EQ(json::encode(*samples).find("小伟"), std::string::npos);
  EXPECT_EQ(json::encode(*samples).find("阳大"), std::string::npos);
}

TEST_P(ContentSamplesTest, WhatARecipientLacksIsNamed) {
  add(0, "张小伟", "");
  const auto without = sampler().sample({text(), everyone()});
  ASSERT_TRUE(without);
  EXPECT_EQ(without->items.back().text, "【驿站】尊敬的张**，您是{member_level}会员。拒收请回复R");
  EXPECT_EQ(without->items.back().missing, std::vector<std::string>{"member_level"});
  EXPECT_EQ(without->items.back().segments, 0);
  // A value longer than declared is as good as none: the gate refuses it.
  ContentTextSpec narrow = text("尊敬的{name}，欢迎。");
  narrow.variables = {{"name", 2, "王"}};
  const auto long_name = sampler().sample({narrow, everyone()});
  ASSERT_TRUE(long_name);
  EXPECT_EQ(long_name->items.back().missing, std::vector<std::string>{"name"});
  EXPECT_EQ(long_name->items.back().segments, 0);
}

TEST_P(ContentSamplesTest, FaultsAreNamedInTheRequest) {
  const auto broken = sampler().sample({text("到期{na"), {}});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(broken.error().field, "/text/body");
  const auto nobody = sampler().sample({text(), domain::Audience{}});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().field, "/audience");
  const auto unknown = sampler().sample({text(), domain::Audience{.segment_id = SegmentId{9}}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace yizhan::service
