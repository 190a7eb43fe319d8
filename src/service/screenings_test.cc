#include "service/screenings.h"

#include <gtest/gtest.h>

#include "service/contents.h"
#include "support/content_store.h"
#include "support/service_store.h"

namespace yizhan::service {
namespace {

using testing::shipped_screener;

class ScreeningsTest : public testing::ServiceTest {
 protected:
  Contents contents() { return Contents(store(), shipped_screener()); }
  const Principal author_{store::ActorKind::kUser, 11, "author", {}, {}};

  ContentView created(std::string body) {
    ContentDraft draft;
    draft.name = "白酒促销";
    draft.message_class = domain::MessageClass::kMarketing;
    draft.purpose = "promotion";
    draft.signature = "驿站科技";
    draft.body = std::move(body);
    draft.opt_out_text = "拒收请回复R";
    auto view = contents().create(author_, draft);
    EXPECT_TRUE(view) << (view ? "" : to_string(view.error()));
    return view.value_or(ContentView{});
  }
  ScreeningView screening_of(ContentId id) {
    auto view = contents().get(id);
    EXPECT_TRUE(view) << (view ? "" : to_string(view.error()));
    return view.value_or(ContentView{}).latest.screening;
  }
};

YIZHAN_FOR_EACH_STORE(ScreeningsTest);

TEST_P(ScreeningsTest, TheWholeScreeningIsKept) {
  const ContentView made = created("白酒促销，活动时间12月1日至12月31日，國·家·级品质。");
  const ScreeningView kept = screening_of(made.id);
  EXPECT_EQ(json::encode(kept), json::encode(made.latest.screening));

  const auto finding =
      std::ranges::find(kept.findings, std::string("国家级"), [](const FindingView& f) { return f.term; });
  ASSERT_NE(finding, kept.findings.end()) << json::encode(kept);
  EXPECT_EQ(finding->how_matched, (std::vector<std::string>{"traditional", "inserted symbols"}));
  EXPECT_EQ(finding->matched, "國·家·级");
  EXPECT_EQ(finding->pack_id, "cn-advertising");
  EXPECT_FALSE(finding->pack_version.empty());
  EXPECT_FALSE(finding->legal_basis.empty());

  ASSERT_EQ(kept.sectors.size(), 1U) << json::encode(kept);
  EXPECT_EQ(kept.sectors[0].id, "cn.sector.alcohol");
  EXPECT_FALSE(kept.sectors[0].title_zh.empty());
  EXPECT_FALSE(kept.sectors[0].required_qualifications.empty());

  ASSERT_TRUE(kept.promotion);
  ASSERT_EQ(kept.promotion->essentials.size(), 3U);
  for (const EssentialView& one : kept.promotion->essentials)
    if (one.essential == "validity") {
      ASSERT_FALSE(one.spans.empty());
      EXPECT_EQ(made.latest.text.body.substr(static_cast<size_t>(one.spans[0].begin),
                                             static_cast<size_t>(one.spans[0].end - one.spans[0].begin)),
                one.spans[0].text);
    } else if (one.essential == "scope") {
      EXPECT_TRUE(one.spans.empty()) << "it does not say it";
    }
}

TEST_P(ScreeningsTest, AnOrdinaryTextIsNoPromotion) {
  const ScreeningView kept = screening_of(created("您好，门店营业时间已调整，详情请咨询门店。").id);
  EXPECT_FALSE(kept.promotion);
  EXPECT_TRUE(kept.sectors.empty());
}

// As versions before this one wrote them.
TEST_P(ScreeningsTest, WhatWasStoredBeforeIsStillRead) {
  const ContentView made = created("您好，门店营业时间已调整，详情请咨询门店。");
  execute(
      R"(UPDATE content_version SET verdict = 1, findings = '[{"index":0,"rule_id":"cn.x","category":"FRAUD",)"
      R"("severity":"review","part":"body","begin":0,"end":6,"utf16_begin":0,"utf16_end":2,"matched":"您好",)"
      R"("how_matched":"traditional, inserted symbols","legal_basis":"","suggestion_zh":"","suggestion_en":""},)"
      R"({"index":1,"rule_id":"cn.y","category":"FORMAT","severity":"info","part":"body","begin":0,"end":0,)"
      R"("utf16_begin":0,"utf16_end":0,"matched":"","how_matched":"exact","legal_basis":"","suggestion_zh":"",)"
      R"("suggestion_en":""}]', promotion = '', sectors = '[{"id":"cn.sector.medicine","title_zh":"医疗药品",)"
      R"("title_en":"Medicine","required_qualifications":["医疗机构执业许可证","药品经营许可证"],)"
      R"("second_reviewer":"medical_compliance"}]')");
  const ScreeningView kept = screening_of(made.id);
  EXPECT_EQ(kept.verdict, "review");
  ASSERT_EQ(kept.findings.size(), 2U);
  EXPECT_EQ(kept.findings[0].how_matched, (std::vector<std::string>{"traditional", "inserted symbols"}));
  EXPECT_TRUE(kept.findings[0].pack_id.empty());
  EXPECT_TRUE(kept.findings[1].how_matched.empty());
  ASSERT_EQ(kept.sectors.size(), 1U);
  EXPECT_EQ(kept.sectors[0].required_qualifications,
            (std::vector<std::vector<std::string>>{{"医疗机构执业许可证"}, {"药品经营许可证"}}));
  EXPECT_FALSE(kept.promotion);
}

}  // namespace
}  // namespace yizhan::service
