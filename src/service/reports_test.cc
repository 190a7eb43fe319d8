#include "service/reports.h"

#include <gtest/gtest.h>

#include "crypto/digest.h"
#include "support/campaign_world.h"
#include "support/pdf_text.h"

namespace yizhan::service {
namespace {

using domain::CampaignState;
using domain::MessageState;
using domain::Reason;

class ReportsTest : public testing::CampaignWorld {
 protected:
  // A campaign with two delivered, one failed and one refused message.
  CampaignId finished() {
    const CampaignId id = running().id;
    const int64_t batch = batch_of(id);
    deliver(batch);
    deliver(batch, MessageState::kFailed, Reason::kNumberVacant, " AND customer_id = 1");
    deliver(batch, MessageState::kRefused, Reason::kFrequency, " AND customer_id = 2");
    return id;
  }
};

YIZHAN_FOR_EACH_STORE(ReportsTest);

TEST_P(ReportsTest, CountsTheRowsAndIsFrozen) {
  const CampaignId id = finished();
  clock_.advance(seconds(5));
  ASSERT_TRUE(clerk_->round());
  const CampaignView campaign = ok(campaigns_->get(id));
  EXPECT_EQ(campaign.state, CampaignState::kCompleted);
  ASSERT_TRUE(campaign.report_id);
  const ReportView report = ok(reports_->get(*campaign.report_id));
  EXPECT_EQ(report.number, "SR-2026-000001");
  EXPECT_EQ(report.body.targeted, kCustomers);
  EXPECT_EQ(report.body.by_state,
            (std::map<std::string, int64_t>{{"delivered", 2}, {"failed", 1}, {"refused", 1}}));
  EXPECT_EQ(report.body.refused_by_reason, (std::map<std::string, int64_t>{{"frequency_exceeded", 1}}));
  EXPECT_EQ(report.body.failed_by_reason, (std::map<std::string, int64_t>{{"number_vacant", 1}}));
  EXPECT_EQ(report.body.content_hash, campaign.content_hash);
  EXPECT_EQ(report.body.audience_hash, campaign.audience_hash);
  EXPECT_EQ(report.body.binding_hash, campaign.binding_hash);
  const auto hash = crypto::sha256(json::encode(report.body));
  EXPECT_EQ(report.hash, Bytes(hash.begin(), hash.end()));
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action = 'report.create'"), 1);
  const std::string csv = ok(reports_->csv(report.id));
  EXPECT_NE(csv.find("by_state,delivered,2"), std::string::npos) << csv;
  const std::string pdf = ok(reports_->pdf(report.id, Language::kZh));
  const std::string text = testing::without_spaces(testing::pdf_text(pdf));
  for (const std::string& said :
       {report.number, std::string("发送报告"), report.body.campaign_name, to_hex(report.hash),
        std::string("到达率66.7%"), std::string("已送达2、失败1、未发送1"),
        std::string("未发送超过频次上限1"), std::string("失败空号1")})
    EXPECT_NE(text.find(said), std::string::npos) << said << text;
  for (const char* key : {"report.", "terms.", "review."})
    for (const Language language : values_of(Language{}))
      EXPECT_EQ(testing::pdf_text(ok(reports_->pdf(report.id, language))).find(key), std::string::npos)
          << key;
  // What the ledger learns later does not change it.
  deliver(batch_of(id));
  ASSERT_TRUE(clerk_->round());
  EXPECT_EQ(json::encode(ok(reports_->get(report.id))), json::encode(report));
  EXPECT_EQ(ok(reports_->pdf(report.id, Language::kZh)), pdf);
}

TEST_P(ReportsTest, RowsThatDoNotSumMakeNone) {
  const CampaignId id = finished();
  execute("DELETE FROM message WHERE customer_id = 1 AND batch_id = " + std::to_string(batch_of(id)));
  const auto made = db().write(
      [&](db::Tx& tx) -> Result<ReportId> { return reports_->make(tx, YZ_TRY(load_campaign(tx, id))); });
  refused(made, ErrorCode::kCorrupt, to_string(id));
  ASSERT_TRUE(clerk_->round());
  EXPECT_EQ(count("SELECT count(*) FROM report"), 0);
  EXPECT_NE(state(id), CampaignState::kCompleted);
  EXPECT_EQ(audited("campaign.complete", id), 0);
}

TEST_P(ReportsTest, MarketingAcknowledgesOnce) {
  const CampaignId id = finished();
  ASSERT_TRUE(clerk_->round());
  const ReportId report = *ok(campaigns_->get(id)).report_id;
  const ReportView seen = ok(reports_->acknowledge(marketing_, report));
  EXPECT_EQ(seen.acknowledged_by, UserId{1});
  EXPECT_EQ(seen.acknowledged_at, clock_.now());
  clock_.advance(hours(1));
  refused(reports_->acknowledge(technology_, report), ErrorCode::kWrongState);
  EXPECT_EQ(ok(reports_->get(report)).acknowledged_by, UserId{1});
  EXPECT_EQ(count("SELECT count(*) FROM audit_log WHERE action = 'report.acknowledge'"), 1);
  refused(reports_->acknowledge(marketing_, ReportId{3}), ErrorCode::kNotFound);
  refused(reports_->get(ReportId{3}), ErrorCode::kNotFound);
}

TEST_P(ReportsTest, AreNumberedAndListedByPages) {
  for (int i = 0; i < 3; ++i) finished();
  ASSERT_TRUE(clerk_->round());
  const ReportPage first = ok(reports_->list({}, 2));
  ASSERT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.items[0].number, "SR-2026-000003");
  ASSERT_TRUE(first.next_after);
  const ReportPage rest = ok(reports_->list(parse_id<ReportTag>(*first.next_after).value(), 2));
  ASSERT_EQ(rest.items.size(), 1u);
  EXPECT_EQ(rest.items[0].number, "SR-2026-000001");
}

}  // namespace
}  // namespace yizhan::service
