#include "service/brands.h"

#include <gtest/gtest.h>

#include "service/screenings.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

class BrandsTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    packs_.emplace(store(), "rules", in_force_);
    packs_->load_first();
    brands_.emplace(store(), *packs_);
  }
  // The marks that are found.
  std::vector<std::string> found(const std::string& body) {
    std::vector<std::string> terms;
    const auto screening = screen_text(in_force_.get().get(),
                                       {domain::MessageClass::kNotification, "", "驿站科技", body, "", {}});
    EXPECT_TRUE(screening);
    if (!screening) return terms;
    for (const FindingView& f : screening->findings)
      if (f.rule_id == kBrandRuleId) {
        EXPECT_EQ(f.severity, "review");
        EXPECT_EQ(f.category, "IP_BRAND");
        EXPECT_EQ(f.pack_id, kCompanyPackId);
        terms.push_back(f.term);
      }
    return terms;
  }
  Result<BrandView> add(const std::string& name, BrandOwnership ownership = BrandOwnership::kOthers,
                        std::vector<std::string> aliases = {}) {
    return brands_->add(compliance_, {name, ownership, std::move(aliases), ""});
  }

  ScreenerInForce in_force_;
  std::optional<RulePacks> packs_;
  std::optional<Brands> brands_;
  const Principal compliance_{store::ActorKind::kUser, 13, "c", {}, {}};
};

YIZHAN_FOR_EACH_STORE(BrandsTest);

using Terms = std::vector<std::string>;

TEST_P(BrandsTest, OthersMarksAreForAReviewer) {
  EXPECT_EQ(found("我们维修蓝鲸牌空调。"), Terms{});
  const auto made = add("蓝鲸牌", BrandOwnership::kOthers, {"bluewhale"});
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(found("我们维修蓝鲸牌空调。"), Terms{"蓝鲸牌"});
  EXPECT_EQ(found("我们维修蓝·鲸·牌空调。"), Terms{"蓝鲸牌"}) << "through a disguise";
  EXPECT_EQ(found("我们维修ＢｌｕｅＷｈａｌｅ空调。"), Terms{"bluewhale"});
  RulePacks restarted(store(), "rules", in_force_);
  restarted.load_first();
  EXPECT_EQ(found("我们维修蓝鲸牌空调。"), Terms{"蓝鲸牌"});
  ASSERT_TRUE(brands_->remove(compliance_, made->id, {"授权已取得"}));
  EXPECT_EQ(found("我们维修蓝鲸牌空调。"), Terms{});
  const auto log = actions();
  EXPECT_EQ(std::ranges::count(log, "brand.add"), 1);
  EXPECT_EQ(std::ranges::count(log, "brand.remove"), 1);
}

TEST_P(BrandsTest, InTheCompanysOwnNothingIsFound) {
  ASSERT_TRUE(add("蓝鲸牌"));
  ASSERT_TRUE(add("小蓝鲸牌", BrandOwnership::kOwn));
  EXPECT_EQ(found("小蓝鲸牌空调到店。"), Terms{});
  EXPECT_EQ(found("小蓝鲸牌胜过蓝鲸牌。"), Terms{"蓝鲸牌"});
}

TEST_P(BrandsTest, AChangeIsInForceAtOnceAndAudited) {
  const auto made = add("蓝鲸牌", BrandOwnership::kOthers, {"bluewhale"});
  ASSERT_TRUE(made && add("白鲸牌"));
  EXPECT_FALSE(made->updated_by);
  const auto saved = brands_->save(compliance_, made->id, made->version,
                                   {"海豚牌", BrandOwnership::kOthers, {"dolphin"}, "已核对"});
  ASSERT_TRUE(saved) << to_string(saved.error());
  EXPECT_EQ(saved->version, made->version + 1);
  EXPECT_EQ(saved->updated_by, UserId{compliance_.id});
  EXPECT_EQ(found("蓝鲸牌 bluewhale 空调。"), Terms{});
  EXPECT_EQ(found("我们维修海豚牌空调。"), Terms{"海豚牌"});
  EXPECT_EQ(found("我们维修Dolphin空调。"), Terms{"dolphin"});
  EXPECT_EQ(
      count(
          "SELECT count(*) FROM audit_log WHERE action = 'brand.save' AND reason = '已核对' AND detail LIKE "
          "'%\"before\":{\"name\":\"蓝鲸牌\"%\"after\":{\"name\":\"海豚牌\"%'"),
      1);
  const BrandDraft same{saved->name, saved->ownership, saved->aliases, saved->note};
  const auto again = brands_->save(compliance_, made->id, saved->version, same);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->version, saved->version) << "nothing changed";
  const auto fault = [&](BrandId id, std::optional<int64_t> version, const BrandDraft& draft) {
    const auto result = brands_->save(compliance_, id, version, draft);
    return result ? "none" : std::string(error_name(result.error().code)) + " " + result.error().field;
  };
  EXPECT_EQ(fault(made->id, made->version, same), "version_conflict version");
  EXPECT_EQ(fault(made->id, {}, {"白鲸牌", BrandOwnership::kOthers, {}, ""}), "conflict /name");
  EXPECT_EQ(fault(made->id, {}, {"数字牌", BrandOwnership::kOthers, {"12345"}, ""}),
            "invalid_argument /name");
  EXPECT_EQ(fault(BrandId{7}, {}, same), "not_found ");
}

TEST_P(BrandsTest, WhatCannotBeOnTheList) {
  ASSERT_TRUE(add("蓝鲸牌"));
  const auto twice = add("蓝鲸牌");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, ErrorCode::kConflict);
  const auto digits = add("数字牌", BrandOwnership::kOthers, {"12345"});
  ASSERT_FALSE(digits);
  EXPECT_EQ(digits.error().code, ErrorCode::kInvalidArgument);
  const auto none = brands_->remove(compliance_, BrandId{7}, {"x"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  const auto page = brands_->list({});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 1U);
}

// Two spellings that are one when they are folded, of two brands.
TEST_P(BrandsTest, TheSameSpellingTwice) {
  ASSERT_TRUE(add("BlueWhale"));
  ASSERT_TRUE(add("蓝鲸牌", BrandOwnership::kOthers, {"bluewhale"}));
  EXPECT_EQ(found("我们维修BlueWhale空调。").size(), 1U);
}

}  // namespace
}  // namespace yizhan::service
