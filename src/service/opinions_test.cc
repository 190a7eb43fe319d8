#include "service/opinions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/queries.h"
#include "support/content_store.h"
#include "support/pdf_text.h"

namespace yizhan::service {
namespace {

using testing::all_points;
using testing::approval_of;
using testing::draft;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::pdf_text;
using testing::without_spaces;

class OpinionsTest : public testing::ContentStoreTest {
 protected:
  void SetUp() override {
    ContentStoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    for (const auto& [who, name] :
         {std::pair(author_, "赵文案"), {first_, "钱初审"}, {compliance_, "孙合规"}})
      hire(who, name);
  }
  void hire(const Principal& who, const std::string& name) {
    execute(
        "INSERT INTO user_account (id, login, display_name, roles, password_hash, must_change_password, "
        "disabled, "
        "failed_logins, locked_until, last_login_at, created_at, updated_at, version) VALUES (" +
        std::to_string(who.id) + ", '" + who.name + "', '" + name + "', 1, '', 0, 0, 0, 0, 0, 0, 0, 1)");
  }
  OpinionView opinion(const ContentView& content, size_t review) {
    const auto found = Opinions(store()).get(content.id, content.reviews.at(review).id);
    EXPECT_TRUE(found) << (found ? "" : to_string(found.error()));
    return found.value_or(OpinionView{});
  }
  std::string pdf(const ContentView& content, size_t review, Language language = Language::kZh) {
    const auto file = Opinions(store()).pdf(content.id, content.reviews.at(review).id, language);
    EXPECT_TRUE(file) << (file ? "" : to_string(file.error()));
    return file ? file->bytes : "";
  }
};

YIZHAN_FOR_EACH_STORE(OpinionsTest);

TEST_P(OpinionsTest, SaysWhatWasApprovedByWhomAndOnWhatGrounds) {
  const ContentView made = created(draft("本店为国家级服务网点，详情请咨询门店。"));
  clock_.set(parse_rfc3339("2027-03-01T01:30:00Z").value());
  const ContentView sent = submitted(made);
  clock_.set(parse_rfc3339("2027-03-01T18:05:09Z").value());
  const auto done = contents().approve(compliance_, sent.id, sent.version, approval_of(sent));
  ASSERT_TRUE(done) << to_string(done.error());
  const std::string text = without_spaces(pdf_text(pdf(*done, 2)));
  for (const std::string& said :
       {std::string("RO-2027-000001"), std::string("审核意见书"), std::string("续费提醒"),
        std::string("营销"), std::string("第1版（第1轮）"), to_hex(made.hash),
        made.latest.screening.rule_packs[0].version,
        std::string("【驿站科技】本店为国家级服务网点，详情请咨询门店。拒收请回复R"), std::string("合法性"),
        std::string("核对无误"), std::string("需审·绝对化用语：“国家级”"),
        std::string("排除：门店服务，非促销"), std::string("同意发送"), std::string("撰写赵文案"),
        std::string("市场初审：初审通过钱初审2027-03-0109:30:00"),
        std::string("提交：已提交赵文案2027-03-0109:30:00"),
        std::string("合规审核：通过孙合规2027-03-0202:05:09")})
    EXPECT_THAT(text, HasSubstr(said));
  for (const char* key : {"opinion.", "review.", "terms.", "{{"}) EXPECT_THAT(text, Not(HasSubstr(key)));

  const std::string english = pdf_text(pdf(*done, 2, Language::kEn));
  for (const char* said : {"Review opinion", "marketing", "Legality", "Dismiss", "孙合规"})
    EXPECT_THAT(english, HasSubstr(said));
  for (const char* key : {"opinion.", "review.", "terms.", "{{"}) EXPECT_THAT(english, Not(HasSubstr(key)));
}

TEST_P(OpinionsTest, AFindingSaysWhatTheTextMayBeAsWell) {
  const ContentView made = created(draft("本店为国家级服务网点，详情请咨询门店。"));
  execute(R"(UPDATE content_version SET findings = replace(findings, '"other_kinds":[]', '"other_kinds":[
             {"rule_id":"a","category":"FRAUD"},{"rule_id":"b","category":"DRUGS"}]'))");
  const ContentView sent = submitted(made);
  const auto done = contents().approve(compliance_, sent.id, sent.version, approval_of(sent));
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_THAT(without_spaces(pdf_text(pdf(*done, 2))), HasSubstr("也可能是：诈骗、毒品"));
  EXPECT_THAT(pdf_text(pdf(*done, 2, Language::kEn)), HasSubstr("May also be: fraud, drugs"));
}

TEST_P(OpinionsTest, ARejectionSaysItsProblemsWithTheirWords) {
  const ContentView sent = submitted(created());
  const auto rejected = contents().reject(compliance_, sent.id, sent.version,
                                          {"请改",
                                           {{"completeness", "没有写明续费金额", ProblemSpan{"body", 0, 9}}},
                                           all_points(Answer::kNo, ""),
                                           {}});
  ASSERT_TRUE(rejected) << to_string(rejected.error());
  const std::string text = without_spaces(pdf_text(pdf(*rejected, 2)));
  EXPECT_THAT(text, HasSubstr("1.完整性·正文“尊敬的”：没有写明续费金额"));
  EXPECT_THAT(text, HasSubstr("退回"));
}

TEST_P(OpinionsTest, StaysWhatItWasWhateverChangesLater) {
  const ContentView done = approved();
  const std::string before = pdf(done, 2);
  execute("UPDATE user_account SET display_name = '别名'");
  ContentDraft renamed = draft();
  renamed.name = "新的名称";
  ASSERT_TRUE(contents().save(author_, done.id, done.version, renamed));
  ASSERT_TRUE(contents().save(author_, done.id, {}, draft("另一段文字，详情请咨询门店。")));
  execute("UPDATE content_version SET rule_packs = '[]'");
  clock_.advance(days(3));
  EXPECT_EQ(pdf(done, 2), before);
  const OpinionView kept = opinion(done, 2);
  EXPECT_EQ(kept.basis_time, BasisTime::kAsDecided);
  EXPECT_EQ(kept.basis.content_name, "续费提醒");
  EXPECT_EQ(kept.basis.hands.back().name, "孙合规");
  EXPECT_FALSE(kept.basis.screening.rule_packs.empty());
  EXPECT_EQ(kept.text.body, draft().body);
  EXPECT_EQ(kept.review.version_hash, done.hash);
  EXPECT_THAT(without_spaces(pdf_text(before)), Not(HasSubstr("按现在的资料")));
}

// One from before its basis was kept shows how things are now, and says so.
TEST_P(OpinionsTest, WithoutWhatWasKeptItSaysThatItIsOfNow) {
  const ContentView done = approved();
  execute("UPDATE user_account SET display_name = '别名'");
  execute("UPDATE content_review SET opinion_basis = ''");
  EXPECT_EQ(opinion(done, 2).basis_time, BasisTime::kAsNow);
  EXPECT_EQ(opinion(done, 2).basis.hands.back().name, "别名");
  const std::string now = without_spaces(pdf_text(pdf(done, 2)));
  EXPECT_THAT(now, HasSubstr("别名"));
  EXPECT_THAT(now, HasSubstr("按现在的资料"));
}

TEST_P(OpinionsTest, ALongTextIsWhole) {
  std::string body = "会员须知。";
  for (int i = 0; i < 38; ++i) body += "第" + std::to_string(100 + i) + "条：请到门店办理，谢谢您。";
  const ContentView sent = submitted(created(draft(body)));
  const auto done = contents().approve(compliance_, sent.id, sent.version, approval_of(sent));
  ASSERT_TRUE(done) << to_string(done.error());
  const std::string text = pdf_text(pdf(*done, 2));
  EXPECT_GE(std::ranges::count(text, '\f'), 2);
  for (int i = 0; i < 38; ++i) EXPECT_THAT(text, HasSubstr("第" + std::to_string(100 + i))) << i;
}

TEST_P(OpinionsTest, OnlyReviewsOfComplianceAreOpinions) {
  const ContentView done = approved();
  const ContentView other = created();
  const Opinions opinions(store());
  EXPECT_EQ(opinions.pdf(done.id, done.reviews[0].id, Language::kZh).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(opinions.pdf(other.id, done.reviews[2].id, Language::kZh).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(opinions.pdf(ContentId{1}, done.reviews[2].id, Language::kZh).error().code, ErrorCode::kNotFound);
}

TEST(Words, HaveAWordForEverythingThatAnOpinionNames) {
  for (const Language language : values_of(Language{})) {
    const Words words(language);
    const auto has = [&](std::string_view list, std::string_view name) {
      const std::string key = "terms." + std::string(list) + "." + std::string(name);
      EXPECT_NE(words.text(key), key);
    };
    for (const auto c : values_of(domain::MessageClass{})) has("message_class", name_of(c));
    for (const auto d : values_of(domain::ReviewDecision{})) has("review_decision", name_of(d));
    for (const auto k : values_of(domain::ReviewKind{})) has("review_kind", name_of(k));
    for (const auto p : values_of(domain::CheckPoint{})) has("check_point", name_of(p));
    for (const auto k : values_of(SectorItemKind{})) has("sector_item_kind", name_of(k));
    for (const auto c : values_of(SecondReviewCause{})) has("second_review_cause", name_of(c));
#define X(enumerator, name) has("category", name);
    YIZHAN_FINDING_CATEGORIES(X)
#undef X
    EXPECT_EQ(words.term("category", "NO_SUCH"), "NO_SUCH");
    EXPECT_EQ(words.text("opinion.no_such"), "opinion.no_such");
  }
  EXPECT_EQ(Words(Language::kZh).text("opinion.version_of", {{"number", "3"}, {"round", "2"}}),
            "第 3 版（第 2 轮）");
}

}  // namespace
}  // namespace yizhan::service
