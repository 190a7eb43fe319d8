#include "domain/route.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace yizhan::domain {
namespace {

constexpr int64_t kEveryClass = class_bit(MessageClass::kVerification) |
                                class_bit(MessageClass::kNotification) | class_bit(MessageClass::kMarketing) |
                                class_bit(MessageClass::kPublicService);

RouteChannel channel(int64_t id) { return {.channel_id = id, .message_classes = kEveryClass}; }
bool always(int64_t) { return true; }

TEST(Route, ByCarrierAndClass) {
  RouteChannel mobile = channel(1), others = channel(2);
  mobile.carriers = carrier_bit(1);
  others.carriers = kAllCarriers & ~carrier_bit(1);
  others.message_classes = class_bit(MessageClass::kVerification);
  const std::vector all{mobile, others};
  EXPECT_EQ(choose_channel(all, {.carrier = 1}, always), 1);
  EXPECT_EQ(choose_channel(all, {.carrier = 2, .message_class = MessageClass::kVerification}, always), 2);
  EXPECT_EQ(choose_channel(all, {.carrier = 0, .message_class = MessageClass::kVerification}, always), 2);
  EXPECT_EQ(choose_channel(all, {.carrier = 2}, always), std::nullopt) << "no marketing there";
}

TEST(Route, LowestTierThenCheapest) {
  RouteChannel dear = channel(1), cheap = channel(2), reserve = channel(3);
  dear.cost = 40'000;
  cheap.cost = 35'000;
  reserve.tier = 2;
  std::vector all{dear, cheap, reserve};
  EXPECT_EQ(choose_channel(all, {}, always), 2);
  EXPECT_EQ(choose_channel(all, {}, [](int64_t id) { return id != 2; }), 1);
  EXPECT_EQ(choose_channel(all, {}, [](int64_t id) { return id == 3; }), 3);
  all[1].enabled = false;
  EXPECT_EQ(choose_channel(all, {}, always), 1);
}

TEST(Route, WaitsForAChannelThatIsNotUsableWhenNoneIs) {
  const std::vector all{channel(1)};
  EXPECT_EQ(choose_channel(all, {}, [](int64_t) { return false; }), 1);
}

TEST(Route, NotBackToAChannelThatRefusedTheMessageUnlessAllDid) {
  RouteChannel reserve = channel(2);
  reserve.tier = 2;
  const std::vector all{channel(1), reserve};
  const std::vector<int64_t> one{1}, both{1, 2};
  EXPECT_EQ(choose_channel(all, {.refused_by = one}, always), 2);
  EXPECT_EQ(choose_channel(all, {.refused_by = both}, always), 1);
}

TEST(Route, SharesByWeightAndCustomersStay) {
  std::vector all{channel(11), channel(12), channel(13)};
  all[0].weight = 6;
  all[1].weight = 3;
  all[2].weight = 1;
  std::map<int64_t, int64_t> of, count;
  constexpr int64_t kCustomers = 20'000;
  for (int64_t i = 1; i <= kCustomers; ++i) ++count[of[i] = *choose_channel(all, {.customer_id = i}, always)];
  EXPECT_NEAR(static_cast<double>(count[11]) / kCustomers, 0.6, 0.02);
  EXPECT_NEAR(static_cast<double>(count[12]) / kCustomers, 0.3, 0.02);
  EXPECT_NEAR(static_cast<double>(count[13]) / kCustomers, 0.1, 0.02);
  // Without one of them only its own customers move, and they come back.
  for (int64_t i = 1; i <= kCustomers; ++i) {
    const int64_t now = *choose_channel(all, {.customer_id = i}, [](int64_t id) { return id != 12; });
    if (of[i] != 12) EXPECT_EQ(now, of[i]);
    EXPECT_NE(now, 12);
    EXPECT_EQ(choose_channel(all, {.customer_id = i}, always), of[i]);
  }
}

TEST(Route, AWeightOfZeroAmongWeightsIsNotUsed) {
  std::vector all{channel(1), channel(2)};
  all[1].weight = 5;
  for (int64_t i = 0; i < 100; ++i) EXPECT_EQ(choose_channel(all, {.customer_id = i}, always), 2);
}

}  // namespace
}  // namespace yizhan::domain
